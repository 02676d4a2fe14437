"""Where boxes stand in their lane.

A fold is a run of rows that is drawn as one column of the page. In each lane of a fold the boxes form chains: a
box stands in the column of one that it reads, right under it. A chain keeps its column until the wire that leaves
its end is where it is read. All other wires between rows that are not neighbours run in tracks: vertical lines
right of a column, or beside the transfers in the lanes between devices.

Channel ``c`` is the space for horizontal wires below row ``c``; channel ``first - 1`` is that above a fold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import NamedTuple, TypeAlias

from .items import Item

LONGEST_IN_COLUMN = 4
"""Rows that a wire may run down in a column of boxes; a longer one leaves the column free and takes a track."""

Span: TypeAlias = tuple[float, float]


class Track(NamedTuple):
    """A vertical line: in zone ``zone`` of a lane (right of that column; left and right in lanes between devices)."""

    lane: int
    zone: int
    place: int


@dataclass(eq=False)
class Chain:
    """Boxes one below the other in one column."""

    lane: int
    start: int
    end: int
    """Its last row, that of the wire that runs on below its last box included."""
    last: int
    """Its last box."""


@dataclass(eq=False)
class Fold:
    """Rows ``first`` to ``last``, and where everything in them stands. Keys are indexes of items."""

    index: int
    first: int
    last: int
    members: list[Item]
    incoming: frozenset[int]
    outgoing: list[int]
    need: dict[int, int] = field(default_factory=dict)
    """Wire -> the last channel in which it is read, the bottom one if it leaves the fold."""
    chains: list[Chain] = field(default_factory=list)
    column: dict[int, int] = field(default_factory=dict)
    """In the lane of a device: the column of a box, or that in which a wire from an earlier fold comes down."""
    continues: dict[int, int] = field(default_factory=dict)
    """Box -> the one right above it that it reads."""
    reach: dict[int, int] = field(default_factory=dict)
    """Wire -> the last channel that it gets to without a track."""
    free: dict[int, int] = field(default_factory=dict)
    """Wire -> the last row in which there is nothing but it in its column."""
    columns: dict[int, int] = field(default_factory=dict)
    """Number of columns by lane."""

    # What ``tracks`` adds
    beside: set[tuple[int, int]] = field(default_factory=set)
    """Wires into and out of transfers that use the side of a box: (wire's source, reader)."""
    sideways: dict[tuple[int, int], int] = field(default_factory=dict)
    """Wires into the side of a circle from beside its column: (wire's source, reader) -> 0 left, 1 right."""
    spans: dict[int, tuple[int, int]] = field(default_factory=dict)
    """First and last column of boxes that are wider than one."""
    aligned: set[int] = field(default_factory=set)
    """Transfers that stand right beside the wire that leaves the side of their origin."""
    tracks: dict[int, Track] = field(default_factory=dict)
    """Wire -> its track; for a transfer that on the side of its destination."""
    arrivals: dict[int, Track] = field(default_factory=dict)
    """Transfer -> the track on the side of its origin."""
    zones: dict[tuple[int, int], int] = field(default_factory=dict)
    """Number of tracks by lane and zone."""
    busy: set[tuple[int, int, int]] = field(default_factory=set)
    """(lane, column, row) of wires that end their way down a column in the channel below that row."""

    def top(self, source: Item) -> int:
        """The first channel that a wire gets to."""
        return self.first - 1 if source.index in self.incoming else source.rank


def left_edge(spans: Sequence[Span]) -> list[int]:
    """For each closed span the lowest index that no other span at the same place has; of equal starts in order."""
    found = [0] * len(spans)
    ends: list[tuple[float, int]] = []
    free: list[int] = []
    used = 0
    for i in sorted(range(len(spans)), key=lambda i: spans[i][0]):
        start, end = spans[i]
        while ends and ends[0][0] < start:
            heappush(free, heappop(ends)[1])
        if not free:
            free.append(used)
            used += 1
        found[i] = heappop(free)
        heappush(ends, (end, found[i]))
    return found


def split_into_folds(items: list[Item], starts: Sequence[int], rows: int) -> list[Fold]:
    """The folds that begin at these rows, with their boxes in columns."""
    by_row: list[list[Item]] = [[] for _ in range(rows)]
    for item in items:
        by_row[item.rank].append(item)
    last_read = [max((items[reader].rank for reader in item.readers), default=-1) for item in items]
    folds: list[Fold] = []
    live: list[int] = []
    for index, (first, end) in enumerate(zip(starts, (*starts[1:], rows), strict=True)):
        members = [item for row in by_row[first:end] for item in row]
        outgoing = [i for i in (*live, *(item.index for item in members)) if last_read[i] >= end]
        folds.append(Fold(index, first, end - 1, members, frozenset(live), outgoing))
        _note_needs(folds[-1])
        _Chains(items, folds[-1]).form()
        live = outgoing
    return folds


def _note_needs(fold: Fold) -> None:
    fold.need = dict.fromkeys(fold.outgoing, fold.last)
    for item in fold.members:
        for source in item.reads:
            if item.kind != "transfer":
                fold.need[source] = max(fold.need.get(source, -1), item.rank - 1)


class _Chains:
    """Forms the chains of one fold and gives them columns."""

    def __init__(self, items: list[Item], fold: Fold) -> None:
        self.items = items
        self.fold = fold
        self.number: dict[int, int] = {}
        """Of the chain, by box."""

    def form(self) -> None:
        for item in self.fold.members:
            if item.kind == "input" and item.lane % 2:
                self._begin(item.index, item.rank)
            elif item.kind != "transfer":
                self._join(item)
        for chain in self.fold.chains:
            self._end(chain)
        self._give_columns()

    def _begin(self, head: int, start: int) -> None:
        self.number[head] = len(self.fold.chains)
        self.fold.chains.append(Chain(self.items[head].lane, start, start, head))

    def _join(self, item: Item) -> None:
        """Puts a box under one that it reads, if one is free to be continued, else at the head of a new chain."""
        above = self._above(item)
        if above is None:
            self._begin(item.index, item.rank)
        else:
            if above in self.fold.incoming:
                self._begin(above, self.fold.first - 1)
            self.fold.continues[item.index] = above
            self.fold.reach[above] = self.fold.free[above] = item.rank - 1
            self.number[item.index] = self.number[above]
        chain = self.fold.chains[self.number[item.index]]
        chain.last, chain.end = item.index, item.rank

    def _above(self, item: Item) -> int | None:
        """The box to stand under: that of the oldest chain, before any wire from an earlier fold."""
        options = [
            source
            for source in item.reads
            if self.items[source].lane == item.lane
            and source not in self.fold.reach
            and item.rank - self.fold.top(self.items[source]) <= LONGEST_IN_COLUMN
        ]
        incoming = self.fold.incoming
        return min(options, key=lambda source: (source in incoming, self.number.get(source, -source)), default=None)

    def _end(self, chain: Chain) -> None:
        """Keeps the column while the wire from the chain's end runs down, if that is not long, to a circle or bar."""
        need = self.fold.need.get(chain.last, -1) if chain.lane % 2 == 0 else -1
        if not chain.end <= need <= chain.end + LONGEST_IN_COLUMN:
            need = chain.end
        self.fold.reach[chain.last] = need
        readers = (self.items[reader] for reader in self.items[chain.last].readers)
        chain.end = need + any((reader.hub or reader.bar) and reader.rank == need + 1 for reader in readers)
        self.fold.free[chain.last] = chain.end

    def _give_columns(self) -> None:
        by_lane: dict[int, list[int]] = {}
        for number, chain in enumerate(self.fold.chains):
            by_lane.setdefault(chain.lane, []).append(number)
        column: dict[int, int] = {}
        for lane, numbers in by_lane.items():
            chains = [self.fold.chains[number] for number in numbers]
            places = left_edge([(chain.start, chain.end) for chain in chains])
            column.update(zip(numbers, places, strict=True))
            self.fold.columns[lane] = max(places) + 1
        self.fold.column = {index: column[number] for index, number in self.number.items()}
