"""Boxes that are as wide as the columns that they join: what all comes down side by side enters them from above."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable

from .columns import Chain, Fold, Span
from .items import Item


def find_bars(items: list[Item], fold: Fold, tracks: Iterable[tuple[tuple[int, int], Span]]) -> None:
    """Notes in ``fold.spans`` the bars whose columns have nothing else in their row; ``tracks`` are zones and spans."""
    bars = [item for item in fold.members if item.bar and _comes_down(items, fold, item)]
    if not bars:
        return
    cells = _cells(fold, {item.rank for item in bars})
    starts: dict[tuple[int, int], list[float]] = {}
    ends: dict[tuple[int, int], list[float]] = {}
    for zone, (start, end) in tracks:
        starts.setdefault(zone, []).append(start)
        ends.setdefault(zone, []).append(end)
    for places in (*starts.values(), *ends.values()):
        places.sort()
    for item in bars:
        columns = [fold.column[source] for source in item.reads]
        low, high = min(columns), max(columns)
        lane, at = item.lane, 2 * item.rank
        others = (
            cells.get((lane, item.rank, column)) for column in range(low, high + 1) if column != fold.column[item.index]
        )
        zones = [(lane, zone) for zone in range(low, high)]
        if all(chain is None or chain.last in item.reads for chain in others) and not any(
            bisect_right(starts.get(zone, []), at) > bisect_left(ends.get(zone, []), at) for zone in zones
        ):
            fold.spans[item.index] = (low, high)


def _comes_down(items: list[Item], fold: Fold, item: Item) -> bool:
    """Whether all that a box reads comes down in columns of its own, which end there."""
    channel = item.rank - 1
    if item.index not in fold.continues or len(item.reads) < 2:
        return False
    for source in item.reads:
        other = items[source]
        if source not in fold.column or other.lane != item.lane or other.section != item.section:
            return False
        if fold.continues[item.index] == source:
            continue
        arrives = source in fold.incoming and channel == fold.first - 1
        if arrives or fold.reach.get(source) != channel or fold.free[source] != item.rank:
            return False
        if any((source, reader) in fold.sideways for reader in other.readers):
            return False
    return True


def _cells(fold: Fold, rows: set[int]) -> dict[tuple[int, int, int], Chain]:
    """What stands or runs down in these rows, by lane, row and column."""
    return {
        (chain.lane, row, fold.column[chain.last]): chain
        for chain in fold.chains
        for row in range(chain.start, chain.end + 1)
        if row in rows
    }
