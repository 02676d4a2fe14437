"""Outlines of shapes in DrawingML (ECMA-376, part 1, chapter 20.1.9), and where connectors are glued to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

from .. import text
from ..scene import Circle, Path, Point, Polygon, Rectangle, Text
from .strokes import corner_of, start_of

Drawn: TypeAlias = Rectangle | Polygon | Path | Circle

EMU = 12700
"""English metric units per point."""
DEGREE = 60_000
"""Units of an angle per degree."""
_WHOLE = 100_000
_RIGHT, _BOTTOM, _LEFT, _TOP = (quarter * 90 * DEGREE for quarter in range(4))


class Area(NamedTuple):
    """Left, top, right and bottom in points."""

    left: float
    top: float
    right: float
    bottom: float


def emu(points: float) -> int:
    """Points in the units of DrawingML."""
    return round(points * EMU)


def area_of(made: Drawn | Text) -> Area:
    """The room that a shape takes."""
    if isinstance(made, Rectangle):
        return Area(made.x, made.y, made.x + made.width, made.y + made.height)
    if isinstance(made, Circle):
        left, top = made.x - made.radius, made.y - made.radius
        return Area(left, top, left + 2 * made.radius, top + 2 * made.radius)
    if isinstance(made, Text):
        left, width = start_of(made), text.width(made.text, made.size, made.bold)
        return Area(left, made.y - text.ASCENT * made.size, left + width, made.y + text.DESCENT * made.size)
    xs, ys = [x for x, _ in made.points], [y for _, y in made.points]
    return Area(min(xs), min(ys), max(xs), max(ys))


def united(areas: Sequence[Area]) -> Area:
    """The room of several."""
    left, top, right, bottom = zip(*areas, strict=True)
    return Area(min(left), min(top), max(right), max(bottom))


def preset(name: str, values: Iterable[tuple[str, int]] = ()) -> str:
    """A ready-made outline with its adjustments."""
    adjusted = "".join(f'<a:gd name="{key}" fmla="val {value}"/>' for key, value in values)
    return f'<a:prstGeom prst="{name}"><a:avLst>{adjusted}</a:avLst></a:prstGeom>'


def outline(made: Drawn, sites: Sequence[Point] = ()) -> str:
    """The outline of a shape: ready-made where there is one, but with sites of its own where connectors need them."""
    if isinstance(made, (Path, Polygon)) or sites:
        return _custom(made, sites)
    if isinstance(made, Circle):
        return preset("ellipse")
    if corner := corner_of(made):
        return preset("roundRect", [("adj", round(_WHOLE * corner / min(made.width, made.height)))])
    return preset("rect")


def preset_sites(made: Drawn) -> tuple[Point, ...]:
    """Where connectors can be glued to a ready-made outline, in the order of their numbers."""
    if isinstance(made, Rectangle):
        return middles(area_of(made))
    if isinstance(made, Circle):
        x, y, a = made.x, made.y, made.radius * 0.5**0.5
        top, left, bottom, right = middles(area_of(made))
        return top, (x - a, y - a), left, (x - a, y + a), bottom, (x + a, y + a), right, (x + a, y - a)
    return ()


def middles(area: Area) -> tuple[Point, Point, Point, Point]:
    """The middles of the sides: top, left, bottom, right."""
    left, top, right, bottom = area
    x, y = (left + right) / 2, (top + bottom) / 2
    return (x, top), (left, y), (x, bottom), (right, y)


def _custom(made: Drawn, sites: Sequence[Point]) -> str:
    """An outline of its own; its sites are told as parts of its size, so that they follow when a user resizes it."""
    area = area_of(made)
    width, height = max(emu(area.right) - emu(area.left), 1), max(emu(area.bottom) - emu(area.top), 1)
    guides, places = "", ""
    for index, site in enumerate(sites):
        x, y = emu(site[0]) - emu(area.left), emu(site[1]) - emu(area.top)
        guides += f'<a:gd name="x{index}" fmla="*/ w {x} {width}"/><a:gd name="y{index}" fmla="*/ h {y} {height}"/>'
        places += f'<a:cxn ang="{_facing(site, area)}"><a:pos x="x{index}" y="y{index}"/></a:cxn>'
    drawn = "".join(_drawn(made, area))
    fill = ' fill="none"' if isinstance(made, Path) else ""
    path = f'<a:path w="{width}" h="{height}"{fill}>{drawn}</a:path>'
    room = '<a:rect l="0" t="0" r="r" b="b"/>'
    lists = f"<a:avLst/><a:gdLst>{guides}</a:gdLst><a:ahLst/><a:cxnLst>{places}</a:cxnLst>{room}"
    return f"<a:custGeom>{lists}<a:pathLst>{path}</a:pathLst></a:custGeom>"


def _drawn(made: Drawn, area: Area) -> Iterator[str]:
    if isinstance(made, Rectangle) and (corner := corner_of(made)):
        left, top, right, bottom = area
        yield _to("moveTo", (left, top + corner), area)
        yield _arc(corner, _LEFT, 90)
        yield _to("lnTo", (right - corner, top), area) + _arc(corner, _TOP, 90)
        yield _to("lnTo", (right, bottom - corner), area) + _arc(corner, _RIGHT, 90)
        yield _to("lnTo", (left + corner, bottom), area) + _arc(corner, _BOTTOM, 90)
    elif isinstance(made, Circle):
        yield _to("moveTo", (area.left, made.y), area) + _arc(made.radius, _LEFT, 360)
    else:
        first, *others = made.points if isinstance(made, (Path, Polygon)) else _corners(area)
        yield _to("moveTo", first, area)
        yield from (_to("lnTo", point, area) for point in others)
    if not isinstance(made, Path):
        yield "<a:close/>"


def _corners(area: Area) -> tuple[Point, ...]:
    return (area.left, area.top), (area.right, area.top), (area.right, area.bottom), (area.left, area.bottom)


def _to(how: str, point: Point, area: Area) -> str:
    x, y = emu(point[0]) - emu(area.left), emu(point[1]) - emu(area.top)
    return f'<a:{how}><a:pt x="{x}" y="{y}"/></a:{how}>'


def _arc(radius: float, start: int, degrees: int) -> str:
    return f'<a:arcTo wR="{emu(radius)}" hR="{emu(radius)}" stAng="{start}" swAng="{degrees * DEGREE}"/>'


def _facing(site: Point, area: Area) -> int:
    """The side at which a site is, as the angle under which connectors leave it."""
    x, y = site
    distances = {
        _TOP: abs(y - area.top), _LEFT: abs(x - area.left), _BOTTOM: abs(y - area.bottom), _RIGHT: abs(x - area.right),
    }  # fmt: skip
    return min(distances, key=lambda side: distances[side])
