"""The ways of wires between the cells of a grid: up and down between columns, along between rows."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple, TypeAlias

from ..layered.columns import left_edge
from .cells import LONGEST, Cells
from .stages import Stage

Gap: TypeAlias = tuple[int, int]
"""The space between columns: the page's row, and the column right of it. A page's row of -1 is the page's margin."""
Corridor: TypeAlias = tuple[int, int]
"""The space between rows: the page's row, and the row below it; the number of rows is the space below them all."""
MARGIN: Gap = (-1, 0)


class Way(NamedTuple):
    """A wire's way: gaps and the corridors between them, in turns. A straight wire has none of both.

    ``parcel`` is the transfer that stands on the wire, in the first gap.
    """

    source: int
    target: int
    parcel: int | None = None
    gaps: tuple[Gap, ...] = ()
    corridors: tuple[Corridor, ...] = ()

    @property
    def key(self) -> int:
        """What the wire carries: wires that carry the same share their lines."""
        return self.source if self.parcel is None else self.parcel


class Router:
    """Finds ways for all wires. ``line`` is the page's row of every column."""

    def __init__(self, stages: Sequence[Stage], cells: Cells, line: Sequence[int]) -> None:
        self.stages, self.cells, self.line = stages, cells, line
        self.rows = cells.lanes[-1]
        shown: dict[int, set[int]] = defaultdict(set)
        for stage in stages:
            shown[line[cells.ranks[stage.index]]].add(cells.rows[stage.index])
        self.shown = {page_row: sorted(rows) for page_row, rows in shown.items()}
        """The rows with something in them, by row of the page: others have no place there."""
        self.taken: dict[int, dict[int, int]] = defaultdict(dict)
        """By row and column: the stage that stands there, or what the wire carries that runs along there."""
        self.passed: dict[int, dict[int, int]] = defaultdict(dict)
        """By row and column: the wire that runs along there, in the gap left of the column."""
        standing = [stage for stage in stages if not cells.is_carried(stage)]
        for stage in standing:
            self.taken[cells.rows[stage.index]][cells.ranks[stage.index]] = stage.index
        ways = [self._carrying(source, stage.index) for stage in standing for source in stage.reads]
        straight = [way.parcel is None and self._is_level(way) and self._along(way, 0) for way in ways]
        self.ways = [way if level else self._found(way) for way, level in zip(ways, straight, strict=True)]

    def _carrying(self, read: int, target: int) -> Way:
        stage = self.stages[read]
        return Way(stage.reads[0], target, read) if self.cells.is_carried(stage) else Way(read, target)

    def _is_level(self, way: Way) -> bool:
        return self.cells.rows[way.source] == self.cells.rows[way.target]

    def _along(self, way: Way, end: int) -> bool:
        """Whether a wire can run along the row of its source (0) or target (1); then the cells there are its own."""
        first, last = self.cells.ranks[way.source], self.cells.ranks[way.target]
        row = self.cells.rows[way.target if end else way.source]
        if self.line[first] != self.line[last] or last - first > LONGEST:
            return False
        between = range(first + 1, last)
        if any(self.taken[row].get(rank, way.key) != way.key for rank in between):
            return False
        gaps = range(first + 1, last + 1) if between else range(0)
        if any(self.passed[row].get(gap, way.key) != way.key for gap in gaps):
            return False
        self.taken[row].update(dict.fromkeys(between, way.key))
        self.passed[row].update(dict.fromkeys(gaps, way.key))
        return True

    def _found(self, way: Way) -> Way:
        """The way of a wire that is not straight."""
        first, last = self.cells.ranks[way.source], self.cells.ranks[way.target]
        row, goal = self.cells.rows[way.source], self.cells.rows[way.target]
        here, there = self.line[first], self.line[last]
        out, into = (here, first + 1), (there, last)
        if there > here + 1:
            return way._replace(gaps=(out, MARGIN, into), corridors=((here, self.rows), (there - 1, self.rows)))
        if there > here:
            return way._replace(gaps=(out, into), corridors=((here, self.rows),))
        if row != goal and way.parcel is None and self._along(way, 0):
            return way._replace(gaps=(into,))
        if row != goal and self._along(way, 1):
            return way._replace(gaps=(out,))
        rows = self.shown[here]
        beside = rows[bisect_right(rows, goal)] if row > goal else goal
        return way._replace(gaps=(out, into), corridors=((here, beside),))

    def stops(self, way: Way) -> list[tuple[Gap, int, int]]:
        """For every gap of a way, from where to where it runs there: rows have odd numbers, the spaces even ones."""
        if not way.gaps:
            return []
        row, goal = (2 * self.cells.rows[end] + 1 for end in (way.source, way.target))
        crosses = bool(way.corridors) and way.corridors[0][1] == self.rows
        if not crosses:
            heights = [row, *(2 * corridor for _, corridor in way.corridors), goal]
            return [(gap, min(pair), max(pair)) for gap, pair in zip(way.gaps, pairwise(heights), strict=True)]
        first, last = way.corridors[0][0], way.corridors[-1][0]
        margin = [(MARGIN, first, last)] if first < last else []
        return [(way.gaps[0], row, 2 * self.rows), *margin, (way.gaps[-1], -1, goal)]

    @property
    def is_clear(self) -> bool:
        """Whether no wire runs through a transfer that stands on another wire."""
        parcels: dict[Gap, set[int]] = defaultdict(set)
        for way in self.ways:
            if way.parcel is not None:
                parcels[way.gaps[0]].add(way.parcel)
        return not any(self._meets(way, parcels) for way in self.ways)

    def _meets(self, way: Way, parcels: dict[Gap, set[int]]) -> bool:
        rows = self.cells.rows
        for gap, low, high in self.stops(way):
            others = parcels.get(gap, set()) - {way.key}
            if way.key not in parcels.get(gap, ()) and any(low <= 2 * rows[other] + 1 <= high for other in others):
                return True
        first, last = self.cells.ranks[way.source] + 1, self.cells.ranks[way.target]
        passed = ((self.line[way_rank - 1], way_rank) for way_rank in range(first, min(last, first + LONGEST)))
        return any(rows[other] == rows[way.source] for gap in passed for other in parcels.get(gap, ()))

    def tracks(self) -> dict[tuple[Gap, int], int]:
        """The line that every wire has in a gap, from the left, by what it carries."""
        spans: dict[Gap, dict[int, tuple[float, float]]] = defaultdict(dict)
        for way in self.ways:
            for gap, low, high in self.stops(way):
                old = spans[gap].get(way.key, (low, high))
                spans[gap][way.key] = (min(old[0], low), max(old[1], high))
        return {
            (gap, key): track
            for gap, by_key in spans.items()
            for key, track in zip(by_key, left_edge(list(by_key.values())), strict=True)
        }


def ports_of(router: Router) -> dict[tuple[int, int], int]:
    """How many places above or below its middle a wire reaches a stage; by what it carries and target.

    Those that come from above are above those that come from below; the middle is for a straight wire.
    """
    coming: dict[int, list[Way]] = defaultdict(list)
    for way in router.ways:
        coming[way.target].append(way)
    found: dict[tuple[int, int], int] = {}
    for target, ways in coming.items():
        before = router.taken[router.cells.rows[target]].get(router.cells.ranks[target] - 1)
        is_free = all(way.gaps for way in ways) and (before is None or before in [way.key for way in ways])
        found.update(((way.key, target), 0) for way in ways if not way.gaps)
        above = [way for way in ways if way.gaps and _from_above(router, way)]
        below = [way for way in ways if way.gaps and not _from_above(router, way)]
        for side, group in ((-1, above[::-1]), (1, below)):
            first = not (is_free and (side < 0 or not above))
            found.update(((way.key, target), side * (i + first)) for i, way in enumerate(group))
    return found


def _from_above(router: Router, way: Way) -> bool:
    if way.corridors:
        _, corridor = way.corridors[-1]
        return corridor == router.rows or corridor <= router.cells.rows[way.target]
    return router.cells.rows[way.source] < router.cells.rows[way.target]
