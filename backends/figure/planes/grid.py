"""A net with branches in the manner of 1998: columns and rows of stages, devices in bands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from .. import text
from ..scene import Point
from .bodies import SIZE, Body
from .cells import Cells, cells_of
from .repeats import ROOM, Repeat
from .stages import Stage
from .words import LINE, Label

GAP = 2.0 * SIZE
"""Least space between columns."""
CLEAR = 0.4 * SIZE
"""Between a body and its label."""
PITCH = 0.7 * SIZE
"""Between wires side by side."""
SPACE = 0.9 * SIZE
"""Least space between rows."""
INSET = 0.7 * SIZE
"""From the edge of a device's band to what is in it."""
SEARCH = 0.4
"""The part of a row of the page in which the place with the fewest wires is chosen for its end."""
MOST_PARCELS = 2
"""Transfers that can stand side by side on their wires in one gap."""


class Row(NamedTuple):
    """Columns of one row of the page."""

    first: int
    end: int
    width: float


class Extent(NamedTuple):
    """How far the stages of a row reach above and below its middle."""

    above: float
    below: float


class Grid:
    """The stages of a net with their bodies, labels and cells."""

    def __init__(
        self,
        stages: Sequence[Stage],
        bodies: Sequence[Body],
        labels: Sequence[Label],
        devices: Sequence[str | None],
        repeats: Sequence[Repeat],
        cells: Cells,
    ) -> None:
        self.stages, self.bodies, self.labels, self.devices = stages, bodies, labels, devices
        self.repeats, self.cells = repeats, cells
        self.parcels = [stage for stage in stages if self.cells.is_carried(stage)]
        self.widths = [0.0] * self.cells.columns
        for stage, body, label in zip(stages, bodies, labels, strict=True):
            if not self.cells.is_carried(stage):
                rank = self.cells.ranks[stage.index]
                self.widths[rank] = max(self.widths[rank], body.size[0], *label.widths)
        self.reach = [
            Extent(*(body.size[1] / 2 + (LINE * len(part) + CLEAR if part else 0.0) for part in label))
            for body, label in zip(bodies, labels, strict=True)
        ]
        self.crossing = _crossing(self.cells, stages)
        self.barred = _crossing(self.cells, self.parcels)
        names = [text.width(device, SIZE, bold=True) for device in devices if device]
        self.head = max(names, default=0.0) + 2 * INSET if names else 0.0

    @property
    def length(self) -> float:
        """Width of all in one row of the page."""
        return sum(self.widths) + GAP * len(self.widths)

    def rows(self, width: float) -> list[Row]:
        """Rows of about that width, that end where few wires go on, and none with a transfer on it."""
        found: list[Row] = []
        first = 0
        while first < len(self.widths):
            end, used = first, 0.0
            while end < len(self.widths) and (end == first or used + self.widths[end] + GAP <= width):
                used += self.widths[end] + GAP
                end += 1
            end = self._end(first, end)
            found.append(Row(first, end, sum(self.widths[first:end]) + GAP * (end - first)))
            first = end
        return found

    def _end(self, first: int, end: int) -> int:
        """The best end of a row that begins there and is full at ``end``."""
        if end == len(self.widths):
            return end
        least = max(end - int((end - first) * SEARCH), first + 1)
        options = [rank for rank in range(end, least - 1, -1) if not self.barred[rank]]
        if options:
            return min(options, key=lambda rank: self.crossing[rank])
        return next((rank for rank in range(end, len(self.widths)) if not self.barred[rank]), len(self.widths))

    def size(self, rows: Sequence[Row]) -> Point:
        """Width and height in these rows, without the room for more than a few wires."""
        height = sum(SPACE + extent.above + extent.below for extent in self.extents(self.lines(rows)).values())
        return max(row.width for row in rows) + self.head + 2 * PITCH, height + 2 * SPACE * len(rows)

    def lines(self, rows: Sequence[Row]) -> list[int]:
        """The page's row of every column."""
        return [line for line, row in enumerate(rows) for _ in range(row.first, row.end)]

    def extents(self, lines: Sequence[int]) -> dict[tuple[int, int], Extent]:
        """By row of the page and row of the grid."""
        found: dict[tuple[int, int], Extent] = {}
        for stage, (above, below) in zip(self.stages, self.reach, strict=True):
            key = self.key(stage, lines)
            old = found.get(key, (0.0, 0.0))
            found[key] = Extent(max(old[0], above), max(old[1], below))
        for key, levels in self.brackets(lines).items():
            found[key] = found[key]._replace(below=found[key].below + ROOM * levels)
        return found

    def key(self, stage: Stage, lines: Sequence[int]) -> tuple[int, int]:
        """The row of the page, and that of the grid, that a stage stands in."""
        return lines[self.cells.ranks[stage.index]], self.cells.rows[stage.index]

    def brackets(self, lines: Sequence[int]) -> dict[tuple[int, int], int]:
        """How many brackets lie below a row, one below the other."""
        found: dict[tuple[int, int], int] = {}
        for repeat in self.repeats:
            keys = [self.key(self.stages[index], lines) for index in repeat.members]
            for line in {line for line, _ in keys}:
                lowest = max(key for key in keys if key[0] == line)
                found[lowest] = max(found.get(lowest, 0), repeat.level + 1)
        return found


def grid_cells(stages: Sequence[Stage], devices: Sequence[str | None]) -> list[Cells]:
    """The ways to place the stages: with columns for transfers, and with transfers on their wires if they have room.

    They have it between two devices, where they pass nothing else.
    """
    lanes = 2 * len(devices) - 1
    apart = cells_of(stages, lanes, carried=False)
    if len(devices) != 2 or not any(stage.main.kind == "transfer" for stage in stages):
        return [apart]
    cells = cells_of(stages, lanes, carried=True)
    counts = Counter(cells.ranks[stage.index] for stage in stages if cells.is_carried(stage))
    return [apart, cells] if max(counts.values()) <= MOST_PARCELS else [apart]


def _crossing(cells: Cells, stages: Iterable[Stage]) -> list[int]:
    """For every column how many of these stages are read in it or after it, but stand before it."""
    change = [0] * (cells.columns + 2)
    for stage in stages:
        if stage.readers:
            change[cells.ranks[stage.index] + 1] += 1
            change[max(cells.ranks[reader] for reader in stage.readers) + 1] -= 1
    found, count = [], 0
    for step in change:
        count += step
        found.append(count)
    return found
