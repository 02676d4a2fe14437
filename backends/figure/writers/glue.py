"""Which lines of a scene are connectors, and to what they are glued."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import hypot
from typing import NamedTuple

from ..scene import Circle, Group, Path, Point, Polygon, Rectangle, Scene, Shape, Text
from .connectors import tip_of, without_needless
from .outlines import Drawn, area_of, middles, preset_sites
from .strokes import steps

REACH = 3.0
"""Points between a line's end and a shape to which it still belongs."""
EXACT = 0.5
"""Points by which a ready-made site may differ from where a line ends."""


class End(NamedTuple):
    """An end that is glued to a site of a shape; both are numbers."""

    shape: int
    site: int


class Wire(NamedTuple):
    """A line as a connector: from end to tip, with its arrow head and what its ends are glued to."""

    line: Path
    head: Polygon | None
    ends: tuple[End | None, End | None]
    title: str


class Plan(NamedTuple):
    """The connectors by the number of their line, the arrow heads that they have taken in, and new sites of shapes.

    No number in the scene is as large as ``span``.
    """

    wires: dict[int, Wire]
    heads: frozenset[int]
    sites: dict[int, tuple[Point, ...]]
    span: int


class _Line(NamedTuple):
    number: int
    line: Path
    head: Polygon | None
    group: Group


def numbered(scene: Scene) -> Iterator[tuple[int, Shape | None]]:
    """The steps of a scene with the numbers of their shapes; 1 is the slide itself."""
    return enumerate(steps(scene), 2)


def plan_of(scene: Scene) -> Plan:
    """Finds the connectors of a scene and glues them."""
    lines, heads, boxes = _found(scene)
    sites: dict[int, list[Point]] = {}
    touched: dict[int, Drawn] = {}
    ends: list[list[tuple[int, Point] | None]] = []
    for line in lines:
        assert line.group.link is not None
        ends.append([])
        for name, point in zip(line.group.link, (line.line.points[0], line.line.points[-1]), strict=True):
            box = _nearest(boxes.get(name, ()), point)
            ends[-1].append(box and (box[0], point))
            if box is not None:
                touched[box[0]] = box[1]
                found = sites.setdefault(box[0], [])
                if point not in found:
                    found.append(point)
    chosen = {number: _sites(touched[number], points) for number, points in sites.items()}
    wires = {}
    for line, (start, end) in zip(lines, ends, strict=True):
        glued = (_end(start, chosen), _end(end, chosen))
        points = without_needless(line.line.points)
        wires[line.number] = Wire(line.line._replace(points=points), line.head, glued, line.group.title)
    own = {number: points for number, (points, ready) in chosen.items() if not ready}
    return Plan(wires, heads, own, max((number for number, _ in numbered(scene)), default=1) + 1)


def _found(scene: Scene) -> tuple[list[_Line], frozenset[int], dict[str, list[tuple[int, Drawn]]]]:
    """Lines of linked groups with their arrow heads, the numbers of those heads, and the shapes of every node."""
    lines: list[_Line] = []
    heads: set[int] = set()
    boxes: dict[str, list[tuple[int, Drawn]]] = {}
    around: list[Group] = []
    for number, shape in numbered(scene):
        if shape is None:
            around.pop()
        elif isinstance(shape, Group):
            around.append(shape)
        elif around and around[-1].link:
            if isinstance(shape, Path):
                lines.append(_Line(number, shape, None, around[-1]))
            elif isinstance(shape, Polygon) and (line := _with_head(lines, around[-1], shape)):
                lines[-1] = line
                heads.add(number)
        elif not isinstance(shape, (Path, Text)):
            for name in {group.name for group in around if group.name}:
                boxes.setdefault(name, []).append((number, shape))
    return lines, frozenset(heads), boxes


def _with_head(lines: Sequence[_Line], group: Group, head: Polygon) -> _Line | None:
    """The last line, if it stands in that group and the polygon is its arrow head."""
    if not lines or lines[-1].group is not group or lines[-1].head is not None:
        return None
    line = lines[-1].line
    tip = tip_of(line.points, head.points)
    return tip and lines[-1]._replace(line=line._replace(points=(*line.points[:-1], tip)), head=head)


def _nearest(boxes: Sequence[tuple[int, Drawn]], point: Point) -> tuple[int, Drawn] | None:
    """The shape at whose edge a point is; None where it is at none."""
    found = min(boxes, key=lambda box: _distance(box[1], point), default=None)
    return found if found is not None and _distance(found[1], point) <= REACH else None


def _distance(shape: Drawn, point: Point) -> float:
    """From a point to a shape's edge."""
    x, y = point
    if isinstance(shape, Circle):
        return abs(hypot(x - shape.x, y - shape.y) - shape.radius)
    if isinstance(shape, Rectangle):
        left, top, right, bottom = area_of(shape)
        corners: tuple[Point, ...] = ((left, top), (right, top), (right, bottom), (left, bottom))
    else:
        corners = shape.points
    return min(_from_segment(point, start, end) for start, end in pairwise((*corners, corners[0])))


def _from_segment(point: Point, start: Point, end: Point) -> float:
    x, y = end[0] - start[0], end[1] - start[1]
    length = x * x + y * y
    part = ((point[0] - start[0]) * x + (point[1] - start[1]) * y) / length if length else 0.0
    part = min(max(part, 0.0), 1.0)
    return hypot(start[0] + part * x - point[0], start[1] + part * y - point[1])


def _sites(shape: Drawn, points: list[Point]) -> tuple[tuple[Point, ...], bool]:
    """Sites for lines that end at these points: those of the ready-made outline where they are where lines end."""
    ready = preset_sites(shape)
    if all(any(hypot(x - to_x, y - to_y) <= EXACT for to_x, to_y in ready) for x, y in points):
        return ready, True
    return (*middles(area_of(shape)), *points), False


def _end(end: tuple[int, Point] | None, sites: dict[int, tuple[tuple[Point, ...], bool]]) -> End | None:
    if end is None:
        return None
    number, (x, y) = end
    points = sites[number][0]
    return End(number, min(range(len(points)), key=lambda site: hypot(points[site][0] - x, points[site][1] - y)))
