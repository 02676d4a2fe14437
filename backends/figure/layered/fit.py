"""How wide boxes are and into how many columns the page is folded, so that the text is as large as can be."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from math import sqrt
from typing import NamedTuple

from .bands import Writing, box_size
from .frames import ancestors, frames_of, heads_of
from .items import Item, Items
from .measures import CHANNEL, FOLD_GAP, MARGIN, Sizes
from .places import places_of
from .tracks import plan_folds

PAGE = (960.0, 540.0)
"""Points of a slide of 13.33 x 7.5 in, the 16:9 of today's office programs."""
HEADING = 54.0
"""Height that the heading takes, about."""
LARGEST = 1.6
"""Text is large enough when a slide shows it at this times its own size."""
CANDIDATES = 6
"""Widths of boxes that are tried."""
CROSSING = 50.0
"""Points of unequal height that one wire less from column to column of the page is worth."""
NEW_SECTION = 25.0
"""Points of unequal height that a section's beginning on top of a column is worth."""


class Fit(NamedTuple):
    """Sizes of boxes, and the first row of each column of the page."""

    sizes: Sizes
    starts: tuple[int, ...]


def fit(
    items: Items, rows: int, writings: Sequence[Writing], least: float, lane_widths: dict[int, tuple[float, float]]
) -> Fit:
    """The widths and folds with the largest text on a slide; of equal ones the fewest columns and the widest boxes.

    Boxes of layers have at least the room ``least`` for text.
    """
    fitter = _Fitter(items, rows)
    best: tuple[tuple[float, int, float], Fit] | None = None
    for room in _rooms(writings, least):
        boxes = [box_size(writing, room) for writing in writings]
        widths, heights = [width for width, _ in boxes], [height for _, height in boxes]
        sizes = Sizes(widths, heights, lane_widths, items.devices != (None,), fitter.depth)
        for scale, starts in fitter.folded(sizes):
            score = (round(scale, 2), -len(starts), room)
            if best is None or score > best[0]:
                best = (score, Fit(sizes, starts))
    if best is None:
        raise AssertionError("there is always a width to try")
    return best[1]


def _rooms(writings: Sequence[Writing], least: float) -> list[float]:
    """Widths to try: from the narrowest that keeps name and shape in one line to the widest that anything needs."""
    bands = [band for writing in writings if isinstance(writing, list) for band in writing]
    least = max([least, *(band.width_in_lines() for band in bands)])
    widths = {band.width_in_one_line() for band in bands} | {least}
    useful = sorted(width for width in widths if width >= least)
    step = max(1, len(useful) // CANDIDATES)
    return [*useful[:-1:step], useful[-1]]


class _Fitter:
    """Tries folds of ranked items."""

    def __init__(self, items: Items, rows: int) -> None:
        above = ancestors(items.graph.sections)
        self.items, self.rows = items, rows
        self.depth = max(map(len, above.values()), default=0)
        (self.whole,) = plan_folds(items.all, [0], rows)
        frames = frames_of([self.whole], above)
        self.heads = heads_of(frames)
        self.leaving = _leaving(items.all, rows)
        self.new_section = {frame.rows[0] for frame in frames}

    def folded(self, sizes: Sizes) -> Iterator[tuple[float, tuple[int, ...]]]:
        """Numbers of columns worth trying: how large the text gets, and the first rows."""
        ends = list(accumulate(self._heights(sizes)))
        (places,) = places_of([self.whole], self.items.all, self.items.lanes, sizes, 0)
        width = places.right + FOLD_GAP
        likely = sqrt(PAGE[0] / PAGE[1] * ends[-1] / width)
        for columns in range(max(1, int(likely) - 1), min(self.rows, int(likely) + 2) + 1):
            starts = self._cut(ends, columns)
            limits = [0.0, *(ends[start - 1] for start in starts[1:]), ends[-1]]
            tallest = max(end - start for start, end in pairwise(limits))
            scale = min(
                PAGE[0] / (len(starts) * width - FOLD_GAP + 2 * MARGIN),
                PAGE[1] / (tallest + HEADING + 2 * MARGIN + sizes.begin),
                LARGEST,
            )
            yield scale, starts

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


def _leaving(items: list[Item], rows: int) -> list[int]:
    """How many wires go on below each row."""
    change = [0] * (rows + 1)
    for item in items:
        last = max((items[reader].rank for reader in item.readers), default=item.rank)
        change[item.rank] += 1
        change[max(last, item.rank)] -= 1
    return list(accumulate(change[:rows]))
