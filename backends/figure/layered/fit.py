"""How wide boxes are and into how many columns the page is folded, so that the text is as large as can be."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, pairwise
from math import sqrt
from typing import NamedTuple

from . import layout, turned
from .frames import ancestors, frames_of, heads_of
from .items import Item, Items
from .layout import Direction, Layout
from .measures import CHANNEL, FOLD_GAP, MARGIN, Sizes
from .places import places_of
from .tracks import plan_folds

CROSSING = 50.0
"""Points of unequal height that one wire less from column to column of the page is worth."""
NEW_SECTION = 25.0
"""Points of unequal height that a section's beginning on top of a column is worth."""


class Plan(NamedTuple):
    """Sizes of boxes on the page, where they lead to, and the first ranks of each column (or row) of the page."""

    sizes: Sizes
    direction: Direction
    starts: tuple[int, ...]
    scale: float
    """How large the text gets, about."""
    crossing: int
    """Wires that lead from fold to fold besides one in every lane."""

    def lay_out(self, items: Items, rows: int, left: float, top: float) -> Layout:
        """The layout of ranked items from a top left corner on."""
        engine = turned.lay_out if self.direction == "right" else layout.lay_out
        return engine(items, rows, self.starts, self.sizes, left, top)


def plans(
    items: Items, rows: int, candidates: Iterable[tuple[Direction, Sizes]], room: tuple[float, float], most: float
) -> list[Plan]:
    """Plans for sizes that are to be tried, in a room of that width and height; the largest text first.

    No text is wanted larger than ``most`` times its size. Of equal plans the first has the fewest folds, and of those
    it is the later candidate.
    """
    fitters: dict[Direction, _Fitter] = {}
    found: list[Plan] = []
    for direction, sizes in candidates:
        if direction not in fitters:
            page = room if direction == "down" else (room[1], room[0])
            fitters[direction] = _Fitter(items, rows, page, most, direction == "right")
        engine = sizes if direction == "down" else turned.turned(sizes)
        fitter = fitters[direction]
        for scale, starts in fitter.folded(engine):
            found.append(Plan(sizes, direction, starts, scale, fitter.crossing(starts)))
    found.reverse()
    return sorted(found, key=lambda plan: (-round(plan.scale, 2), len(plan.starts)))


class _Fitter:
    """Tries folds of ranked items."""

    def __init__(self, items: Items, rows: int, page: tuple[float, float], most: float, titles_beside: bool) -> None:
        self.items, self.rows, self.page, self.most = items, rows, page, most
        (self.whole,) = plan_folds(items.all, [0], rows)
        frames = frames_of([self.whole], ancestors(items.graph.sections), titles_beside)
        self.heads = heads_of(frames)
        self.leaving = _leaving(items.all, rows)
        self.new_section = {frame.rows[0] for frame in frames}

    def folded(self, sizes: Sizes) -> Iterator[tuple[float, tuple[int, ...]]]:
        """Numbers of columns worth trying: how large the text gets, and the first rows."""
        ends = list(accumulate(self._heights(sizes)))
        (places,) = places_of([self.whole], self.items.all, self.items.lanes, sizes, 0)
        width = places.right + FOLD_GAP
        likely = min(sqrt(self.page[0] / self.page[1] * ends[-1] / width), self.rows)
        for columns in range(max(1, int(likely) - 1), min(self.rows, int(likely) + 3) + 1):
            starts = self._cut(ends, columns)
            limits = [0.0, *(ends[start - 1] for start in starts[1:]), ends[-1]]
            tallest = max(end - start for start, end in pairwise(limits))
            scale = min(
                self.page[0] / (len(starts) * width - FOLD_GAP + 2 * MARGIN),
                self.page[1] / (tallest + 2 * MARGIN + sizes.begin),
                self.most,
            )
            yield scale, starts

    def crossing(self, starts: Sequence[int]) -> int:
        """Wires that lead from fold to fold besides one in every lane."""
        lanes = len(self.items.devices)
        return sum(max(self.leaving[start - 1] - lanes, 0) for start in starts[1:])

    def _heights(self, sizes: Sizes) -> list[float]:
        """Height of every row with the channel below it."""
        heights = [0.0] * self.rows
        for item in self.items.all:
            if item.kind != "transfer":
                heights[item.rank] = max(heights[item.rank], sizes.heights[item.index])
        above, below = self.heads.above, self.heads.below
        return [height + CHANNEL + above.get((0, r), 0) + below.get((0, r), 0) for r, height in enumerate(heights)]

    def _cut(self, ends: list[float], columns: int) -> tuple[int, ...]:
        """First rows of so many columns of about equal height, where few wires go on and sections begin."""
        starts = [0]
        share = ends[-1] / columns
        for number in range(1, columns):
            wanted = share * number
            low = max(bisect_left(ends, wanted - 0.4 * share) + 1, starts[-1] + 1)
            high = min(bisect_right(ends, wanted + 0.4 * share) + 1, self.rows)
            rows = range(low, high) or range(low, min(low + 1, self.rows))
            if rows:
                starts.append(min(rows, key=lambda row: self._price(ends, row, wanted)))
        return tuple(starts)

    def _price(self, ends: list[float], row: int, wanted: float) -> float:
        unequal = abs(ends[row - 1] - wanted)
        return unequal + CROSSING * self.leaving[row - 1] - NEW_SECTION * (row in self.new_section)


def _leaving(items: Sequence[Item], rows: int) -> list[int]:
    """How many wires go on below each row."""
    change = [0] * (rows + 1)
    for item in items:
        last = max((items[reader].rank for reader in item.readers), default=item.rank)
        change[item.rank] += 1
        change[max(last, item.rank)] -= 1
    return list(accumulate(change[:rows]))
