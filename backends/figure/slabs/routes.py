"""Wires between boxes that are no neighbours: over the boxes of their line, and around the ends of lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from ..layered.columns import left_edge
from ..scene import Point
from .columns import LANE, PAD
from .lanes import is_far
from .layout import Layout
from .stages import Edge, Stage

EXIT, ENTRIES = 0.75, (0.1, 0.6)
"""Parts of a box's upper edge where wires leave it, and between which they reach it."""


APART = 3.0
"""Between wires to or from boxes above one another, where they run between columns."""


def _places(stages: Sequence[Stage], layout: Layout) -> dict[Stage, int]:
    """Which of the boxes above one another a box is."""
    columns: dict[int, list[Stage]] = defaultdict(list)
    for stage in stages:
        columns[stage.rank].append(stage)
    found = {}
    for column in columns.values():
        column.sort(key=lambda stage: layout.solids[stage].y)
        found.update({stage: number for number, stage in enumerate(column)})
    return found


def routes_of(stages: Sequence[Stage], layout: Layout, over: bool) -> dict[Edge, tuple[Point, ...]]:
    """The points of all such wires. Where boxes stand above one another, wires go between the columns, not ``over``."""
    return _Routes(stages, layout, over).points


def levels_of(stages: Sequence[Stage], layout: Layout, over: bool) -> list[float]:
    """How far above the boxes of every line its wires reach."""
    found = [0] * len(layout.lines)
    for (_, line), level in _Routes(stages, layout, over).level.items():
        found[line] = max(found[line], level + 1)
    return [LANE * (levels + 1) if levels else 0.0 for levels in found]


class _Routes:
    def __init__(self, stages: Sequence[Stage], layout: Layout, over: bool) -> None:
        self.layout, self.over = layout, over
        self.edges = [edge for stage in stages for edge in stage.reads if self._is_routed(edge)]
        self.place = _places(stages, layout)
        self.height: dict[Edge, float] = {}
        """How far down the left edge of its box a wire ends that comes from the left."""
        self.entry = self._entries()
        self.around = [edge for edge in self.edges if self._lines(edge)[0] != self._lines(edge)[1]]
        spans = [self._beside(edge) for edge in self.around]
        self.side = dict(zip(self.around, left_edge(spans), strict=True))
        self.level: dict[tuple[Edge, int], int] = {}
        self._assign()
        self.points = {edge: self._points(edge) for edge in self.edges}

    def _is_routed(self, edge: Edge) -> bool:
        return is_far(edge) or self.layout.line[edge.source] != self.layout.line[edge.target]

    def _lines(self, edge: Edge) -> tuple[int, int]:
        return self.layout.line[edge.source], self.layout.line[edge.target]

    def _beside(self, edge: Edge) -> tuple[float, float]:
        """From which line to which a wire runs at the side; from below the first line's own wires, if it can."""
        here, there = self._lines(edge)
        return here + 0.5 * self._leaves_right(edge), there

    def _entries(self) -> dict[Edge, float]:
        """Where wires come down to the box that they lead to; the last source is nearest."""
        arriving: dict[Stage, list[Edge]] = defaultdict(list)
        for edge in self.edges:
            arriving[edge.target].append(edge)
        found = {}
        for stage, edges in arriving.items():
            box = self.layout.solids[stage]
            edges.sort(key=lambda edge: -edge.source.rank)
            for number, edge in enumerate(edges):
                self.height[edge] = (number + 1) / (len(edges) + 1)
                part = ENTRIES[0] + (ENTRIES[1] - ENTRIES[0]) * (number + 0.5) / len(edges)
                across = box.left + part * box.thick
                found[edge] = (
                    across
                    if self.over
                    else box.left - PAD - APART * (self.place[stage] + (len(edges) - number) / len(edges))
                )
        return found

    def _start(self, edge: Edge) -> Point:
        """Where a wire has left its box for the height of a wire above."""
        box = self.layout.solids[edge.source]
        if self.over:
            return box.left + EXIT * box.thick, box.top
        return box.right + PAD + APART * self.place[edge.source], box.y + box.high / 2

    def _leaves_right(self, edge: Edge) -> bool:
        """Whether nothing is between a box and the right end of its line."""
        here, there = self._lines(edge)
        return here != there and edge.source.rank == self.layout.lines[here].columns[-1]

    def _enters_left(self, edge: Edge) -> bool:
        here, there = self._lines(edge)
        return here != there and edge.target.rank == self.layout.lines[there].columns[0]

    def _assign(self) -> None:
        """Gives every wire a height above each line that it runs along."""
        spans: dict[int, list[tuple[Edge, tuple[float, float]]]] = defaultdict(list)
        for edge in self.edges:
            here, there = self._lines(edge)
            start, end = self._start(edge)[0], self.entry[edge]
            if here == there:
                spans[here].append((edge, (min(start, end), max(start, end))))
                continue
            if not self._leaves_right(edge):
                spans[here].append((edge, (start, self.layout.right)))
            spans[there].append((edge, (self.layout.left if self._enters_left(edge) else end, self.layout.right)))
        for line, found in spans.items():
            for (edge, _), level in zip(found, left_edge([span for _, span in found]), strict=True):
                self.level[edge, line] = level

    def _height(self, edge: Edge, line: int) -> float:
        return self.layout.lines[line].top - LANE * (self.level[edge, line] + 1)

    def _points(self, edge: Edge) -> tuple[Point, ...]:
        here, there = self._lines(edge)
        points: list[Point] = [*self._out(edge, here)]
        if here != there:
            side = self.layout.right - LANE * (self.side[edge] + 0.5)
            points += [(side, points[-1][1]), (side, self._height(edge, there))]
        return (*points, *self._into(edge, there))

    def _out(self, edge: Edge, line: int) -> list[Point]:
        box = self.layout.solids[edge.source]
        if self._leaves_right(edge):
            return [(box.right, box.y + box.high / 2)]
        x, y = self._start(edge)
        first = [(x, y)] if self.over else [(box.right, y), (x, y)]
        return [*first, (x, self._height(edge, line))]

    def _into(self, edge: Edge, line: int) -> list[Point]:
        box, y = self.layout.solids[edge.target], self._height(edge, line)
        x = self.entry[edge]
        down = box.top + self.height[edge] * box.high
        if self._enters_left(edge):
            x = self.layout.left + LANE * (self.side[edge] + 0.5)
        elif self.over:
            return [(x, y), (x, box.top)]
        return [(x, y), (x, down), (box.left, down)]
