"""Outlines of shapes in DrawingML (ECMA-376, part 1, chapter 20.1.9), and where connectors are glued to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from .. import text
from ..geometry import Area, area
from ..scene import Circle, Leaf, Path, Point, Polygon, Rectangle, Text
from .connectors import side_of
from .strokes import corner_of

Drawn: TypeAlias = Rectangle | Polygon | Path | Circle

EMU = 12700
"""English metric units per point."""
DEGREE = 60_000
"""Units of an angle per degree."""
_WHOLE = 100_000
_RIGHT, _BOTTOM, _LEFT, _TOP = (quarter * 90 * DEGREE for quarter in range(4))
_FACING = {"right": _RIGHT, "bottom": _BOTTOM, "left": _LEFT, "top": _TOP}


def emu(points: float) -> int:
    """Points in the units of DrawingML."""
    return round(points * EMU)


def area_of(made: Leaf) -> Area:
    """The room that a shape takes; of a text the whole height of its line."""
    found = area(made)
    if isinstance(made, Text):
        top, bottom = made.y - text.ASCENT * made.size, made.y + text.DESCENT * made.size
        return found._replace(top=top, bottom=bottom)
    return found


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


def middles(place: Area) -> tuple[Point, Point, Point, Point]:
    """The middles of the sides: top, left, bottom, right."""
    left, top, right, bottom = place
    x, y = (left + right) / 2, (top + bottom) / 2
    return (x, top), (left, y), (x, bottom), (right, y)


def _custom(made: Drawn, sites: Sequence[Point]) -> str:
    """An outline of its own; its sites are told as parts of its size, so that they follow when a user resizes it."""
    place = area_of(made)
    width, height = max(emu(place.right) - emu(place.left), 1), max(emu(place.bottom) - emu(place.top), 1)
    guides, places = "", ""
    for index, site in enumerate(sites):
        x, y = emu(site[0]) - emu(place.left), emu(site[1]) - emu(place.top)
        guides += f'<a:gd name="x{index}" fmla="*/ w {x} {width}"/><a:gd name="y{index}" fmla="*/ h {y} {height}"/>'
        places += f'<a:cxn ang="{_FACING[side_of(site, place)]}"><a:pos x="x{index}" y="y{index}"/></a:cxn>'
    drawn = "".join(_drawn(made, place))
    fill = ' fill="none"' if isinstance(made, Path) else ""
    path = f'<a:path w="{width}" h="{height}"{fill}>{drawn}</a:path>'
    room = '<a:rect l="0" t="0" r="r" b="b"/>'
    lists = f"<a:avLst/><a:gdLst>{guides}</a:gdLst><a:ahLst/><a:cxnLst>{places}</a:cxnLst>{room}"
    return f"<a:custGeom>{lists}<a:pathLst>{path}</a:pathLst></a:custGeom>"


def _drawn(made: Drawn, place: Area) -> Iterator[str]:
    if isinstance(made, Rectangle) and (corner := corner_of(made)):
        left, top, right, bottom = place
        yield _to("moveTo", (left, top + corner), place)
        yield _arc(corner, _LEFT, 90)
        yield _to("lnTo", (right - corner, top), place) + _arc(corner, _TOP, 90)
        yield _to("lnTo", (right, bottom - corner), place) + _arc(corner, _RIGHT, 90)
        yield _to("lnTo", (left + corner, bottom), place) + _arc(corner, _BOTTOM, 90)
    elif isinstance(made, Circle):
        yield _to("moveTo", (place.left, made.y), place) + _arc(made.radius, _LEFT, 360)
    else:
        first, *others = made.points if isinstance(made, (Path, Polygon)) else place.corners()
        yield _to("moveTo", first, place)
        yield from (_to("lnTo", point, place) for point in others)
    if not isinstance(made, Path):
        yield "<a:close/>"


def _to(how: str, point: Point, place: Area) -> str:
    x, y = emu(point[0]) - emu(place.left), emu(point[1]) - emu(place.top)
    return f'<a:{how}><a:pt x="{x}" y="{y}"/></a:{how}>'


def _arc(radius: float, start: int, degrees: int) -> str:
    return f'<a:arcTo wR="{emu(radius)}" hR="{emu(radius)}" stAng="{start}" swAng="{degrees * DEGREE}"/>'
