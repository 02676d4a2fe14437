"""In which row a box stands: one row below the lowest of what it reads."""

from __future__ import annotations

from .items import Item


def assign_ranks(items: list[Item]) -> int:
    """Sets every item's rank, by longest paths from the inputs; returns the number of rows.

    A transfer stands beside its source, in no row of its own, and an input right above its first reader.
    """
    for item in items:
        above = max((items[source].rank for source in item.reads), default=-1)
        item.rank = max(above, 0) if item.kind == "transfer" else above + 1
    for item in items:
        if item.kind == "input" and item.readers:
            item.rank = max(min(items[reader].rank for reader in item.readers) - 1, 0)
    return max(item.rank for item in items) + 1
