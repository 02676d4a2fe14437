"""How large the boxes are and in how many rows they stand, so that the page is full and its text can be read."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise
from math import sqrt
from typing import NamedTuple

from ..layered.items import Item
from ..layered.measures import CHANNEL, FOLD_GAP
from ..options import Page
from .captions import SIZE

LARGEST_MAPS = (36.0, 44.0, 52.0, 60.0, 70.0, 80.0, 92.0, 105.0, 120.0, 136.0, 155.0, 180.0, 210.0, 240.0)
"""Heights of the largest map that are tried, in points where text has 12."""
TRIED = 4
"""Plans that are laid out in full, of all that are estimated."""
MANY = 300
"""Of so many boxes only one plan is laid out."""
COMFORT = 1.2
"""Text of so many times the least size is large enough: more room goes to the boxes."""
TALL = 0.36
"""The largest map is high enough at this part of the page's height."""
WEIGHTS = (1.0, 0.7, 0.06, 0.06)
"""What comfortable text and tall boxes are worth; what each row more costs, and each skip that goes on in it."""
UNREADABLE = (0.5, 10.0)
"""What text that is too small costs, and what it costs times the part that it is too small by."""
SLACK = 1e-6
SHIFT = 0.3
"""By which part of its share a row may be shorter or longer, to end where few wires go on."""
CROSSING = 40.0
"""Points of unequal length that one wire less to the next row is worth."""
SPLIT = 80.0
"""Points of unequal length that it is worth to end a row where no section goes on."""


class Extent(NamedTuple):
    """Widths of the ranks and height of a row, before anything is placed."""

    widths: list[float]
    height: float


class Plan(NamedTuple):
    """The height of the largest map, the first rank of each row, and how many skips go on from row to row."""

    largest: float
    starts: tuple[int, ...]
    skips: int


def plans(items: Sequence[Item], ranks: int, extent: Callable[[float], Extent], page: Page, above: float) -> list[Plan]:
    """The most promising plans for a page, best first; ``above`` is the height of what is not boxes."""
    leaving = _leaving(items, ranks)
    price = [CROSSING * skips + SPLIT * split for skips, split in zip(leaving, _split(items, ranks), strict=True)]
    found: list[tuple[float, Plan]] = []
    for largest in LARGEST_MAPS:
        widths, height = extent(largest)
        ends = list(accumulate(width + CHANNEL for width in widths))
        likely = sqrt(ends[-1] * page.height / (page.width * (height + FOLD_GAP)))
        for count in sorted({min(max(int(likely) + more, 1), ranks) for more in (-1, 0, 1, 2)}):
            starts = _cut(ends, count, price)
            limits = [0.0, *(ends[start - 1] for start in starts[1:]), ends[-1]]
            width = max(end - start for start, end in pairwise(limits))
            high = above + len(starts) * (height + FOLD_GAP)
            plan = Plan(largest, starts, sum(leaving[start - 1] - 1 for start in starts[1:]))
            found.append((value(plan, width, high, page), plan))
    found.sort(key=lambda entry: -entry[0])
    return [plan for _, plan in found[: TRIED if len(items) <= MANY else 1]]


def value(plan: Plan, width: float, height: float, page: Page) -> float:
    """How good a figure of that size is on the page."""
    factor = min(page.width / width, page.height / height, page.most / SIZE)
    readable = factor * SIZE / page.least
    comfort = min(readable / COMFORT, 1.0)
    tall = min(factor * plan.largest / (TALL * min(page.height, page.width)), 1.0)
    small = UNREADABLE[0] + UNREADABLE[1] * (1 - readable) if readable < 1 - SLACK else 0.0
    good, high, row, skip = WEIGHTS
    return good * comfort + high * tall - row * (len(plan.starts) - 1) - skip * plan.skips - small


def _cut(ends: Sequence[float], count: int, price: Sequence[float]) -> tuple[int, ...]:
    """First ranks of so many rows of about equal length; ``price`` is what it costs to end a row with each rank."""
    starts = [0]
    share = ends[-1] / count
    for number in range(1, count):
        wanted = share * number
        low = max(bisect_left(ends, wanted - SHIFT * share) + 1, starts[-1] + 1)
        high = min(bisect_left(ends, wanted + SHIFT * share) + 1, len(ends))
        if ranks := range(low, high) or range(low, min(low + 1, len(ends))):
            starts.append(min(ranks, key=lambda rank: abs(ends[rank - 1] - wanted) + price[rank - 1]))
    return tuple(starts)


def _leaving(items: Sequence[Item], ranks: int) -> list[int]:
    """How many tensors are still to be read after each rank."""
    change = [0] * (ranks + 1)
    for item in items:
        last = max((items[reader].rank for reader in item.readers), default=item.rank)
        change[item.rank] += 1
        change[max(last, item.rank)] -= 1
    return list(accumulate(change[:ranks]))


def _split(items: Sequence[Item], ranks: int) -> list[bool]:
    """Whether a section goes on after each rank."""
    ends: dict[str, tuple[int, int]] = {}
    for item in items:
        if item.section is not None:
            first, last = ends.get(item.section, (item.rank, item.rank))
            ends[item.section] = (min(first, item.rank), max(last, item.rank))
    change = [0] * (ranks + 1)
    for first, last in ends.values():
        change[first] += 1
        change[last] -= 1
    return [count > 0 for count in accumulate(change[:ranks])]
