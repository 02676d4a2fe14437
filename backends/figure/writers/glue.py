"""Which lines of a scene are connectors, and to what they are glued."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import hypot
from typing import NamedTuple

from ..geometry import distance, edges, outline
from ..scene import Circle, Group, Path, Point, Polygon, Scene, Shape, Text
from .connectors import Side, side_of, tip_of, without_needless
from .outlines import Drawn, area_of, middles, preset_sites
from .strokes import steps

REACH = 3.0
"""Points between a line's end and a shape to which it still belongs."""
EXACT = 0.5
"""Points by which a ready-made site may differ from where a line ends."""


class End(NamedTuple):
    """An end that is glued to a site of a shape, both as numbers, and at which side of it that is."""

    shape: int
    site: int
    side: Side


class Wire(NamedTuple):
    """A line as a connector: from end to tip, with its arrow head and what its ends are glued to."""

    line: Path
    head: Polygon | None
    ends: tuple[End | None, End | None]
    title: str


class Sites(NamedTuple):
    """Where lines are glued to a shape, and whether its ready-made outline has these sites itself."""

    points: tuple[Point, ...]
    ready: bool


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
                sites.setdefault(box[0], []).append(point)
    chosen = {number: _sites(touched[number], list(dict.fromkeys(points))) for number, points in sites.items()}
    wires = {}
    for line, (start, end) in zip(lines, ends, strict=True):
        glued = (_end(start, chosen, touched), _end(end, chosen, touched))
        points = without_needless(line.line.points)
        wires[line.number] = Wire(line.line._replace(points=points), line.head, glued, line.group.title)
    own = {number: found.points for number, found in chosen.items() if not found.ready}
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
    if isinstance(shape, Circle):
        return abs(hypot(point[0] - shape.x, point[1] - shape.y) - shape.radius)
    assert not isinstance(shape, Path)
    return min(distance(point, *edge) for edge in edges(outline(shape)))


def _sites(shape: Drawn, points: list[Point]) -> Sites:
    """Sites for lines that end at these points: those of the ready-made outline where they are where lines end."""
    ready = preset_sites(shape)
    if all(any(hypot(x - to_x, y - to_y) <= EXACT for to_x, to_y in ready) for x, y in points):
        return Sites(ready, True)
    # LibreOffice numbers the sites of an outline as we do only where it has more than four of them.
    return Sites((*middles(area_of(shape)), *points), False)


def _end(end: tuple[int, Point] | None, sites: Mapping[int, Sites], shapes: Mapping[int, Drawn]) -> End | None:
    if end is None:
        return None
    number, (x, y) = end
    points = sites[number].points
    nearest = min(range(len(points)), key=lambda site: hypot(points[site][0] - x, points[site][1] - y))
    return End(number, nearest, side_of((x, y), area_of(shapes[number])))
