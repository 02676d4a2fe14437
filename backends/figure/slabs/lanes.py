"""Where boxes stand to one another: columns by rank, rows by device, and more rows for branches."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

from ....compiler import Graph, Problem
from .stages import HINT, Edge, Stage

BRANCHES = 3
"""Boxes of one device in one column: a shortcut beside the trunk is still this figure, an inception module is not."""
ROWS = 8
WIRES = (4, 2)
"""Wires side by side past other boxes that can still be followed: over a single row, and among several."""


@dataclass(eq=False)
class Lanes:
    """The grid of boxes. A box that gathers several rows, alone in its column, stands in their middle."""

    columns: list[list[Stage]]
    row: dict[Stage, int]
    rows: int
    between: dict[Stage, list[Stage]]
    """Boxes in the middle of others, and those others."""
    straight: bool
    """Whether the rows are level; if not, they come together where boxes are small, as in the original."""


def lanes_of(graph: Graph, stages: list[Stage]) -> Lanes:
    """The grid of a net; raises Problem E903 for one with more parallel branches than this figure can show."""
    columns: list[list[Stage]] = [[] for _ in range(max(stage.rank for stage in stages) + 1)]
    for stage in stages:
        columns[stage.rank].append(stage)
    columns = [column for column in columns if column]
    for number, column in enumerate(columns):
        for stage in column:
            stage.rank = number
    order = {device.name: index for index, device in enumerate(graph.devices)}
    lane = {stage: order.get(_device(stage) or "", 0) for stage in stages}
    branch = _branches(columns, lane)
    most = [0] * max(len(order), 1)
    for stage in stages:
        most[lane[stage]] = max(most[lane[stage]], branch[stage] + 1)
    first = [sum(most[:index]) for index in range(len(most))]
    if sum(most) > ROWS:
        raise Problem("E903", f"`alexnet` draws up to {ROWS} towers, not {sum(most)}", hint=HINT)
    wires, most_wires = most_alive(columns, far=True), WIRES[sum(most) > 1]
    if wires > most_wires:
        words = f"`alexnet` draws up to {most_wires} connections past other layers side by side, not {wires}"
        raise Problem("E903", words, hint=HINT)
    row = {stage: first[lane[stage]] + branch[stage] for stage in stages}
    level = max(most) > 1 or any(is_far(edge) for stage in stages for edge in stage.reads)
    return Lanes(columns, row, sum(most), _middles(columns, row), level)


def is_far(edge: Edge) -> bool:
    """Whether other columns stand between the two boxes."""
    return edge.target.rank - edge.source.rank != 1


def most_alive(columns: list[list[Stage]], far: bool) -> int:
    """The largest number of edges that pass from one column to the next, all or only those between far columns."""
    change = [0] * (len(columns) + 1)
    for stage in (stage for column in columns for stage in column):
        for edge in stage.reads:
            if is_far(edge) or not far:
                change[edge.source.rank] += 1
                change[edge.target.rank] -= 1
    return max(accumulate(change))


def _device(stage: Stage) -> str | None:
    """An input stands with the first that reads it."""
    return stage.head.device or next((edge.target.head.device for edge in stage.readers), None)


def _branches(columns: list[list[Stage]], lane: dict[Stage, int]) -> dict[Stage, int]:
    """Which of the boxes of its device and column a box is; what is only added to others comes last."""
    found: dict[Stage, int] = {}
    for column in columns:
        taken: dict[int, int] = {}
        for stage in sorted(column, key=lambda stage: (_aside(stage), stage.index)):
            found[stage] = taken.get(lane[stage], 0)
            taken[lane[stage]] = found[stage] + 1
            if found[stage] == BRANCHES:
                names = ", ".join(f"`{other.head.name}`" for other in column if lane[other] == lane[stage])
                raise Problem("E903", f"`alexnet` cannot draw so many branches side by side: {names}", hint=HINT)
    return found


def _aside(stage: Stage) -> bool:
    return bool(stage.readers) and all(edge.kind == "sum" for edge in stage.readers)


def _middles(columns: list[list[Stage]], row: dict[Stage, int]) -> dict[Stage, list[Stage]]:
    found: dict[Stage, list[Stage]] = {}
    for column in columns:
        if len(column) == 1 and (others := _gathered(column[0], found, row)):
            found[column[0]] = others
    return found


def _gathered(stage: Stage, found: dict[Stage, list[Stage]], row: dict[Stage, int]) -> list[Stage]:
    """The boxes of other rows between which this one stands."""
    sources = [edge.source for edge in stage.reads if not is_far(edge)]
    if len(sources) == 1 and sources[0] in found:
        return sources
    near = sources or [edge.target for edge in stage.readers if not is_far(edge)]
    return near if len({row[other] for other in near}) > 1 else []
