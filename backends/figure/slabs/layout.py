"""Places of boxes: columns in lines, rows of towers above one another, as large as the page allows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from .columns import LANE, LINE, Column, columns_of, line_width, lines_of
from .lanes import Lanes, most_alive
from .measures import Measures, Solid
from .stages import Stage

UNITS = (30.0, 240.0)
"""Least and greatest height of the second largest map."""
SLIM = (1.0, 0.92, 0.84)
"""How much thinner than in the original boxes may be, where that makes them higher."""
SLIMNESS = 0.3
"""How much thickness counts where boxes could be higher and thinner: as this power of it against their height."""
LEAST = 12.0
"""Height that there is for boxes even where the heading takes all of the page, in points."""
GROWTH = 1.15
"""By how much a page grows at a time that is too small for the smallest boxes."""
ROW_GAP = 14.0
"""Between towers, and between lines."""
STRETCH = 0.6
"""Gaps between columns may grow by so much to fill the page."""


@dataclass(eq=False)
class Line:
    """Columns side by side: which, and where. Wires run above it, between ``ceiling`` and ``top``."""

    columns: range
    left: float
    right: float
    ceiling: float
    top: float
    bottom: float
    """Of the boxes and the texts right below them."""


@dataclass(eq=False)
class Layout:
    """Where every box is."""

    solids: dict[Stage, Solid]
    lines: list[Line]
    line: dict[Stage, int]
    fronts: list[float]
    """Where the fronts of a column begin."""
    columns: list[Column]
    unit: tuple[float, float]
    left: float
    right: float
    bottom: float
    crowded: bool
    """Whether even the smallest boxes need a larger page, so that texts are too small to be read."""


@dataclass(frozen=True)
class Plan:
    """What is to be placed: boxes in a grid, texts below each, and the room for wires above and words below a line."""

    stages: Sequence[Stage]
    lanes: Lanes
    below: Mapping[Stage, Sequence[str]]
    words: float
    """The most that words below a line may need."""
    measures: Callable[[float, float], Measures]
    needs: tuple[tuple[float, float], ...] = ()
    """What the first lines do need above them and below them, as far as that is known."""

    def room(self, line: int, most: float) -> tuple[float, float]:
        """For the wires above a line, which need ``most`` at most, and for the words below it."""
        if not self.needs:
            return most, self.words
        return self.needs[line] if line < len(self.needs) else (most, max(need[1] for need in self.needs))


def lay_out(plan: Plan, width: float, height: float, left: float, top: float) -> Layout:
    """The boxes as large as that area allows; where even the smallest are too large, the area grows in its shape."""
    height = max(height, LEAST)
    smallest = _Try(plan, UNITS[0], 1.0, width)
    if smallest.height > height:
        return _grown(plan, width, height).placed(left, top, crowded=True)
    found = [_largest(plan, slim, width, height) for slim in SLIM]
    return max(found, key=lambda tried: tried.unit[0] * tried.unit[1] ** SLIMNESS).placed(left, top)


def _grown(plan: Plan, width: float, height: float) -> _Try:
    """The smallest boxes on a page of that shape that is as large as they need."""
    grown = GROWTH
    while True:
        tried = _Try(plan, UNITS[0], 1.0, width * grown)
        if tried.height <= height * grown:
            return tried
        grown *= GROWTH


def _largest(plan: Plan, slim: float, width: float, height: float) -> _Try:
    low, high = UNITS
    for _ in range(16):
        middle = (low + high) / 2
        tried = _Try(plan, middle, slim, width)
        fits = tried.height <= height and tried.width <= width
        low, high = (middle, high) if fits else (low, middle)
    return _Try(plan, low, slim, width)


class _Try:
    """The figure in one unit."""

    def __init__(self, plan: Plan, unit: float, slim: float, width: float) -> None:
        self.plan, self.unit, self.room = plan, (unit, slim), width
        laws = plan.measures(unit, slim)
        self.solids = {stage: laws.solid(stage) for stage in plan.stages}
        self.columns = columns_of(plan.lanes, self.solids, plan.below, unit)
        self.lines = lines_of(self.columns, width)
        self.side = 0.0
        if len(self.lines) > 1:
            self.side = LANE * (1 + most_alive(plan.lanes.columns, far=False))
            self.lines = lines_of(self.columns, width - 2 * self.side, balanced=True)
        far = most_alive(plan.lanes.columns, far=True)
        above = LANE * (far + 1) if far else 0.0
        self.rooms = [plan.room(number, above + bool(number) * self.side) for number in range(len(self.lines))]
        self.rows = [_Rows(plan, self.solids, line) for line in self.lines]

    @property
    def width(self) -> float:
        return max(line_width(self.columns, line) for line in self.lines) + 2 * self.side

    @property
    def height(self) -> float:
        between = (len(self.lines) - 1) * ROW_GAP
        return sum(rows.bottom - rows.top for rows in self.rows) + sum(map(sum, self.rooms)) + between

    def placed(self, left: float, top: float, crowded: bool = False) -> Layout:
        spare = max(self.room - self.width, 0.0)
        gaps = max((sum(self.columns[i].gap for i in line[1:]) for line in self.lines), default=0.0)
        stretch = 1 + min(STRETCH, spare / gaps) if gaps else 1.0
        layout = Layout({}, [], {}, [], self.columns, self.unit, left, 0.0, 0.0, crowded)
        for number, (line, rows) in enumerate(zip(self.lines, self.rows, strict=True)):
            ceiling = top if not number else layout.bottom + ROW_GAP
            boxes = ceiling + self.rooms[number][0]
            start = left + self.side
            fronts = list(self._fronts(line, start, stretch))
            layout.fronts += fronts
            for stage, y in rows.tops.items():
                x = fronts[stage.rank - line.start]
                layout.solids[stage] = self.solids[stage]._replace(x=x, y=boxes + y - rows.top)
                layout.line[stage] = number
            right = fronts[-1] + self.columns[line[-1]].right
            bottom = boxes + rows.bottom - rows.top
            layout.lines.append(Line(line, start, right, ceiling, boxes, bottom))
            layout.bottom = bottom + self.rooms[number][1]
            layout.right = max(layout.right, right + self.side)
        return layout

    def _fronts(self, line: range, x: float, stretch: float) -> Iterator[float]:
        for number in line:
            column = self.columns[number]
            x += (column.lead if number == line.start else column.gap * stretch) + column.left
            yield x
            x += column.right


class _Rows:
    """Where boxes of one line are from top to bottom: the top of every front, and how far all of them reach."""

    def __init__(self, plan: Plan, solids: Mapping[Stage, Solid], line: range) -> None:
        self.plan, self.solids = plan, solids
        self.axes: dict[Stage, float] = {}
        columns = [plan.lanes.columns[number] for number in line]
        if plan.lanes.straight or plan.lanes.rows == 1:
            self._level(columns)
        else:
            for column in columns:
                self._together(column)
        for column in reversed(columns):
            self._middles(column)
        for column in columns:
            self._middles(column)
        members = [stage for column in columns for stage in column]
        self.lowered: dict[Stage, float] = {}
        for stage in members:
            self.lowered[stage] = self._lowered(stage)
        self.tops = {stage: self._front(stage) for stage in members}
        self.top = min(y + solids[stage].shift[1] for stage, y in self.tops.items())
        self.bottom = max(y + solids[stage].high + self._below(stage) for stage, y in self.tops.items())

    def _below(self, stage: Stage) -> float:
        return LINE * len(self.plan.below[stage])

    def _tall(self, stage: Stage) -> float:
        return self.solids[stage].bottom - self.solids[stage].top + self._below(stage) + ROW_GAP

    def _front(self, stage: Stage) -> float:
        solid = self.solids[stage]
        middle = self.axes[stage] + self.lowered[stage] * stage.vector
        return middle - (solid.bottom - solid.top + self._below(stage)) / 2 - solid.shift[1]

    def _lowered(self, stage: Stage) -> float:
        """How far the middle of a map's front is below that of the whole box; a bar stands with the map before it."""
        if not stage.vector:
            return -self.solids[stage].shift[1] / 2
        return next((self.lowered[edge.source] for edge in stage.reads if edge.source in self.lowered), 0.0)

    def _level(self, columns: list[list[Stage]]) -> None:
        rows = self.plan.lanes.row
        tall = [0.0] * self.plan.lanes.rows
        for column in columns:
            for stage in column:
                if stage not in self.plan.lanes.between:
                    tall[rows[stage]] = max(tall[rows[stage]], self._tall(stage))
        for column in columns:
            for stage in column:
                self.axes[stage] = sum(tall[: rows[stage]]) + tall[rows[stage]] / 2

    def _together(self, column: list[Stage]) -> None:
        step = max(self._tall(stage) for stage in column)
        for stage in column:
            self.axes[stage] = (self.plan.lanes.row[stage] - (self.plan.lanes.rows - 1) / 2) * step

    def _middles(self, column: list[Stage]) -> None:
        for stage in column:
            others = [self.axes[other] for other in self.plan.lanes.between.get(stage, ()) if other in self.axes]
            if others:
                self.axes[stage] = sum(others) / len(others)
