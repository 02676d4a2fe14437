"""Wires lead from box to box, through no other, and none runs on another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby, pairwise
from math import atan2, cos, hypot, pi, sin
from typing import NamedTuple

from ..geometry import Area, around, distance, edges, holds
from ..geometry import clipped as clip
from ..scene import Group, Path, Point, Polygon
from .finding import Finding
from .survey import Item, Survey

REACH = 0.75
"""How far from its box a wire may end, in points: less than the width of the thinnest outline."""
SHORTEST = 1.0
"""Points that two wires may run on one another, as at a crossing."""


class _Wire(NamedTuple):
    group: Group
    items: list[Item]

    @property
    def name(self) -> str:
        words = " to ".join(self.group.link) if self.group.link else self.group.title
        return f"wire {words}".strip()

    @property
    def place(self) -> Area:
        return around([point for item in self.items for point in item.corners])


def loose_wires(survey: Survey) -> Iterator[Finding]:
    """Wires that do not begin and end at their boxes, and parts of wires that end nowhere."""
    names = _boxes_by_name(survey)
    for wire in _wires(survey):
        if wire.group.link is None:
            yield Finding("loose-wire", f"{wire.name} does not say what it connects", wire.place)
            continue
        ends = [shapes for name in wire.group.link for shapes in [names.get(name)] if shapes is not None]
        for name in wire.group.link:
            if name not in names:
                yield Finding("loose-wire", f"{wire.name}: there is no box {name}", wire.place)
            elif not any(_touches(point, names[name]) for point in _tips(wire)):
                yield Finding("loose-wire", f"{wire.name} does not reach {name}", wire.place)
        if len(ends) == 2:
            yield from _loose_ends(wire, [item for shapes in ends for item in shapes])


def wires_through_boxes(survey: Survey) -> Iterator[Finding]:
    """Wires that run through a box which they do not connect."""
    for wire in _wires(survey):
        through = set()
        for line in wire.items:
            if isinstance(line.shape, Path):
                through |= {box for start, end in pairwise(line.corners) for box in _crossed(survey, start, end)}
        for box in sorted(through):
            if not {survey.boxes[box].name, *survey.boxes[box].stands_for} & set(wire.group.link or ()):
                words = f"{wire.name} runs through {survey.boxes[box].part} {survey.boxes[box].name}"
                yield Finding("wire-through-box", words, wire.place)


def shared_wires(survey: Survey) -> Iterator[Finding]:
    """Parts where wires from different sources run on one another, so that nobody can tell them apart."""
    lines: dict[tuple[float, float], list[tuple[float, float, str, Area]]] = defaultdict(list)
    for wire in _wires(survey):
        source = wire.group.link[0] if wire.group.link else wire.name
        for item in wire.items:
            if isinstance(item.shape, Path):
                for start, end in pairwise(item.corners):
                    line, low, high = _line_of(start, end)
                    lines[line].append((low, high, source, around((start, end))))
    for parts in lines.values():
        yield from _on_one_another(sorted(parts))


def _wires(survey: Survey) -> Iterator[_Wire]:
    in_wires = [item for item in survey.items if item.group is not None and item.group.part == "wire" and item.corners]
    for _, items in groupby(in_wires, key=lambda item: id(item.group)):
        found = list(items)
        assert found[0].group is not None
        yield _Wire(found[0].group, found)


def _boxes_by_name(survey: Survey) -> dict[str, list[Item]]:
    """The shapes of boxes by their own name, or by what they stand for."""
    names: dict[str, list[Item]] = {}
    for box, shapes in zip(survey.boxes, survey.of_boxes, strict=True):
        for name in box.stands_for:
            names.setdefault(name, shapes)
    own = {box.name: shapes for box, shapes in zip(survey.boxes, survey.of_boxes, strict=True)}
    return names | own


def _tips(wire: _Wire) -> Iterator[Point]:
    """Where a wire may reach a box: the ends of its lines, and the corners of arrow heads."""
    for item in wire.items:
        yield from (item.corners[0], item.corners[-1]) if isinstance(item.shape, Path) else item.corners


def _touches(point: Point, shapes: list[Item]) -> bool:
    """Whether a point is on the edge of a shape, or on a shaded side of a box."""
    return any(_on_edge(point, item) or (_shaded(item) and _within(point, item)) for item in shapes)


def _on_edge(point: Point, item: Item) -> bool:
    return item.place.grown(REACH).holds(_dot(point)) and any(
        distance(point, start, end) <= REACH for start, end in edges(item.corners)
    )


def _within(point: Point, item: Item) -> bool:
    return item.place.holds(_dot(point)) and holds(item.corners, _dot(point))


def _shaded(item: Item) -> bool:
    return isinstance(item.shape, Polygon) and item.shape.shade > 0


def _dot(point: Point) -> Area:
    return Area(*point, *point)


def _loose_ends(wire: _Wire, ends: list[Item]) -> Iterator[Finding]:
    """Ends of lines that touch neither a box nor another shape of the wire."""
    for item in wire.items:
        if isinstance(item.shape, Path):
            others = [other for other in wire.items if other is not item]
            for point in (item.corners[0], item.corners[-1]):
                joined = any(_on_line(point, other) or _within_head(point, other) for other in others)
                if not joined and not _touches(point, ends):
                    words = f"a line of {wire.name} ends at {point[0]:.1f}, {point[1]:.1f}, where nothing is"
                    yield Finding("loose-wire", words, item.place)


def _on_line(point: Point, other: Item) -> bool:
    return any(distance(point, start, end) <= REACH for start, end in pairwise(other.corners))


def _within_head(point: Point, other: Item) -> bool:
    return not isinstance(other.shape, Path) and _within(point, other)


def _crossed(survey: Survey, start: Point, end: Point) -> Iterator[int]:
    place = around((start, end))
    for index in survey.near_closed.near_line(start, end):
        item = survey.items[index]
        if item.box is not None and item.place.grown(REACH).overlaps(place.grown(REACH)):
            part = clip(start, end, item.corners)
            length = hypot(end[0] - start[0], end[1] - start[1])
            if part and (part[1] - part[0]) * length > REACH and not _along_edge(start, end, item):
                yield item.box


def _along_edge(start: Point, end: Point, item: Item) -> bool:
    part = clip(start, end, item.corners)
    assert part is not None
    middle = (part[0] + part[1]) / 2
    point = (start[0] + middle * (end[0] - start[0]), start[1] + middle * (end[1] - start[1]))
    return any(distance(point, from_, to) <= REACH for from_, to in edges(item.corners))


def _line_of(start: Point, end: Point) -> tuple[tuple[float, float], float, float]:
    """Angle and distance from the origin of the line through two points, and where on it they are."""
    angle = atan2(end[1] - start[1], end[0] - start[0]) % pi
    turn = round(angle, 3) % round(pi, 3)
    x, y = (cos(angle), sin(angle)) if turn else (1.0, 0.0)
    low, high = sorted((start[0] * x + start[1] * y, end[0] * x + end[1] * y))
    return (turn, round(start[0] * y - start[1] * x, 1)), low, high


def _on_one_another(parts: list[tuple[float, float, str, Area]]) -> Iterator[Finding]:
    """Overlaps of neighbours on one line; ``parts`` are sorted by where they begin."""
    reach: dict[str, float] = {}
    for low, high, source, place in parts:
        for other, end in list(reach.items()):
            if end <= low:
                del reach[other]
            elif other != source and min(end, high) - low > SHORTEST:
                words = f"wires of {other} and {source} run on one another for {min(end, high) - low:.1f} pt"
                yield Finding("shared-wire", words, place)
        reach[source] = max(reach.get(source, high), high)
