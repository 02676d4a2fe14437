"""Where the stages of a net with branches stand: columns by rank, rows by branch, devices one below the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from .stages import Stage

LONGEST = 12
"""Columns that a wire may run along a free row; a longer one runs between the rows."""


@dataclass(eq=False)
class Cells:
    """Column and row of every stage.

    ``carried`` transfers have no column: they stand on their wire, in the gap right of what they copy, and their
    column is that of their source. ``lanes`` are the first rows of the lanes, and last the number of rows.
    """

    carried: bool
    ranks: list[int] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    lanes: list[int] = field(default_factory=list)

    @property
    def columns(self) -> int:
        """Number of columns."""
        return max(self.ranks) + 1

    def is_carried(self, stage: Stage) -> bool:
        """Whether a stage stands on a wire."""
        return self.carried and stage.main.kind == "transfer"


def cells_of(stages: Sequence[Stage], lanes: int, carried: bool) -> Cells:
    """Every stage one column after the last that it reads, in the row of one that it reads where that goes on."""
    cells = Cells(carried)
    for stage in stages:
        after = max((cells.ranks[source] for source in stage.reads), default=-1)
        cells.ranks.append(after + (not cells.is_carried(stage)))
    for stage in stages:
        if not stage.reads and stage.readers:  # an input stands right before its first reader
            cells.ranks[stage.index] = min(cells.ranks[reader] for reader in stage.readers) - 1
    taken: list[list[set[int]]] = [[] for _ in range(lanes)]
    continued: set[int] = set()
    for stage in stages:
        cells.rows.append(_row(stage, stages, cells, taken[stage.lane], continued))
    first = 0
    for lane in taken:
        cells.lanes.append(first)
        first += len(lane)
    cells.lanes.append(first)
    cells.rows = [cells.lanes[stage.lane] + row for stage, row in zip(stages, cells.rows, strict=True)]
    return cells


def _row(stage: Stage, stages: Sequence[Stage], cells: Cells, taken: list[set[int]], continued: set[int]) -> int:
    """The row of a stage in its lane: that of the first it reads which no other goes on from, or the first free one."""
    rank = cells.ranks[stage.index]
    if cells.is_carried(stage):
        if not taken:
            taken.append(set())
        return 0
    for source in stage.reads:
        before = stages[source]
        if before.lane != stage.lane or source in continued or cells.is_carried(before):
            continue
        row, between = cells.rows[source], range(cells.ranks[source] + 1, rank + 1)
        if len(between) <= LONGEST and taken[row].isdisjoint(between):
            continued.add(source)
            taken[row].update(between)
            return row
    span = set(range(max(rank - 1, 0) if stage.reads else rank, rank + 1))
    for row, ranks in enumerate(taken):
        if ranks.isdisjoint(span):
            ranks.add(rank)
            return row
    taken.append({rank})
    return len(taken) - 1
