"""Where boxes stand in their lane, and which wires run in a track beside the boxes.

A fold is a run of rows that is drawn as one column of the page. In each lane of a fold the boxes form chains: a
box stands in the column of one that it reads, right under it. A chain keeps its column until the wire that leaves
its end is where it is read. All other wires between rows that are not neighbours run in tracks: vertical lines
right of a column, or beside the transfers in the lanes between devices.

Channel ``c`` is the space for horizontal wires below row ``c``; channel ``first - 1`` is that above a fold.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import TypeAlias

from .items import Item

LONGEST_IN_COLUMN = 4
"""Rows that a wire may run down in a column of boxes; a longer one leaves the column free and takes a track."""

Span: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Track:
    """A vertical line: in zone ``zone`` of a lane (right of that column; left and right in lanes between devices)."""

    lane: int
    zone: int
    index: int


@dataclass(eq=False, slots=True)
class Fold:
    """Rows ``first`` to ``last``, and where everything in them stands. Keys are indexes of items."""

    index: int
    first: int
    last: int
    members: list[Item]
    incoming: list[int]
    outgoing: list[int]
    column: dict[int, int] = field(default_factory=dict)
    """In the lane of a device: the column of a box, or that in which a wire from an earlier fold comes down."""
    continues: dict[int, int] = field(default_factory=dict)
    """Box -> the one right above it that it reads."""
    reach: dict[int, int] = field(default_factory=dict)
    """Wire -> the last channel that it gets to without a track."""
    tracks: dict[int, Track] = field(default_factory=dict)
    """Wire -> its track; for a transfer that on the side of its destination."""
    arrivals: dict[int, Track] = field(default_factory=dict)
    """Transfer -> the track on the side of its origin."""
    beside: set[tuple[int, int]] = field(default_factory=set)
    """Wires into and out of transfers that use the side of a box: (wire's source, reader)."""
    aligned: set[int] = field(default_factory=set)
    """Transfers that stand right beside the wire that leaves the side of their origin."""
    columns: dict[int, int] = field(default_factory=dict)
    """Number of columns by lane."""
    zones: dict[tuple[int, int], int] = field(default_factory=dict)
    """Number of tracks by lane and zone."""
    busy: set[tuple[int, int, int]] = field(default_factory=set)
    """(lane, column, row) of wires that end their way down a column in the channel below that row."""


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


def plan_folds(items: list[Item], starts: Sequence[int], rows: int) -> list[Fold]:
    """The folds that begin at these rows, planned."""
    by_row: list[list[Item]] = [[] for _ in range(rows)]
    for item in items:
        by_row[item.rank].append(item)
    last_read = [max((items[r].rank for r in item.readers), default=-1) for item in items]
    folds: list[Fold] = []
    live: list[int] = []
    for index, first in enumerate(starts):
        last = (starts[index + 1] if index + 1 < len(starts) else rows) - 1
        members = [item for row in by_row[first : last + 1] for item in row]
        outgoing = [i for i in (*live, *(item.index for item in members)) if last_read[i] > last]
        folds.append(Fold(index, first, last, members, live, outgoing))
        live = outgoing
        _Planner(items, folds[-1]).plan()
    return folds


@dataclass(eq=False, slots=True)
class _Chain:
    lane: int
    start: int
    end: int
    """Its last row, wires included."""
    last: int
    """Its last box."""


class _Planner:
    """Fills in one fold."""

    def __init__(self, items: list[Item], fold: Fold) -> None:
        self.items = items
        self.fold = fold
        self.chains: list[_Chain] = []
        self.chain_of: dict[int, int] = {}
        self.need = dict.fromkeys(fold.outgoing, fold.last)
        self.incoming = set(fold.incoming)
        self.edges: dict[tuple[int, int], tuple[int, int]] = {}
        self.crossed = {fold.last}

    def plan(self) -> None:
        self._note_needs()
        for item in self.fold.members:
            if item.kind == "input" and item.lane % 2:
                self._new_chain(item.index, item.rank)
            elif item.kind != "transfer":
                self._join_chain(item)
        self._end_chains()
        self._give_columns()
        self._find_sides()
        self._note_busy()
        self._give_tracks()

    def _note_needs(self) -> None:
        """The last channel in which each wire is read, this fold's bottom for those that leave it."""
        for item in self.fold.members:
            for source in item.reads:
                if item.kind != "transfer":
                    self.need[source] = max(self.need.get(source, -1), item.rank - 1)

    def _top(self, source: int) -> int:
        """The first channel that a wire gets to."""
        return self.fold.first - 1 if source in self.incoming else self.items[source].rank

    def _join_chain(self, item: Item) -> None:
        """Puts a box under one that it reads, if one is free to be continued, else at the head of a new chain."""
        taken = self.fold.reach
        options = [
            source
            for source in item.reads
            if self.items[source].lane == item.lane
            and source not in taken
            and item.rank - self._top(source) <= LONGEST_IN_COLUMN
        ]
        main = min(options, key=lambda s: (s in self.incoming, self.chain_of.get(s, -s)), default=None)
        if main is None:
            self._new_chain(item.index, item.rank)
        else:
            if main in self.incoming:
                self._new_chain(main, self.fold.first - 1)
            self.fold.continues[item.index] = main
            self.fold.reach[main] = item.rank - 1
            self.chain_of[item.index] = self.chain_of[main]
        chain = self.chains[self.chain_of[item.index]]
        chain.last = item.index
        chain.end = item.rank

    def _new_chain(self, head: int, start: int) -> None:
        self.chain_of[head] = len(self.chains)
        self.chains.append(_Chain(self.items[head].lane, start, start, head))

    def _end_chains(self) -> None:
        """A chain keeps its column while the wire from its end runs down, if that is not too long."""
        for chain in self.chains:
            need = self.need.get(chain.last, -1) if chain.lane % 2 == 0 else -1
            if chain.end < need <= chain.end + LONGEST_IN_COLUMN:
                chain.end = need
            self.fold.reach[chain.last] = chain.end

    def _give_columns(self) -> None:
        column = dict(zip(range(len(self.chains)), self._columns_of_chains(), strict=True))
        for index, chain in self.chain_of.items():
            self.fold.column[index] = column[chain]
        for number, chain in enumerate(self.chains):
            lane, place = chain.lane, column[number]
            self.fold.columns[lane] = max(self.fold.columns.get(lane, 0), place + 1)

    def _columns_of_chains(self) -> list[int]:
        found = [0] * len(self.chains)
        for lane in {chain.lane for chain in self.chains}:
            mine = [i for i, chain in enumerate(self.chains) if chain.lane == lane]
            for i, column in zip(mine, left_edge([(self.chains[i].start, self.chains[i].end) for i in mine]), strict=True):
                found[i] = column
        return found

    def _find_sides(self) -> None:
        """Which wires of transfers can use the side of a box: those of the outermost box of its row."""
        for item in self.fold.members:
            if item.lane % 2 == 0:
                low, high = self.edges.get((item.lane, item.rank), (self.fold.column[item.index],) * 2)
                column = self.fold.column[item.index]
                self.edges[item.lane, item.rank] = (min(low, column), max(high, column))
        for item in self.fold.members:
            for source in item.reads:
                here, there = (item, self.items[source]) if item.kind == "transfer" else (self.items[source], item)
                if here.kind == "transfer" and here.index not in self.incoming and self._is_beside(there, here.lane):
                    self.fold.beside.add((source, item.index))

    def _note_busy(self) -> None:
        """Where wires leave chains, and which channels wires between lanes run in."""
        for item in self.fold.members:
            for source in item.reads:
                if self.items[source].lane != item.lane and (source, item.index) not in self.fold.beside:
                    self.crossed |= {item.rank, self._top(source)} if item.kind == "transfer" else {item.rank - 1, self._top(source)}
        for chain in self.chains:
            readers = (self.items[reader] for reader in self.items[chain.last].readers)
            copied = any(r.kind == "transfer" and (chain.last, r.index) not in self.fold.beside for r in readers)
            if copied or chain.last in self.need:
                self.fold.busy.add((chain.lane, self.fold.column[chain.last], chain.end))

    def _is_beside(self, box: Item, lane: int) -> bool:
        if abs(box.lane - lane) != 1:
            return False
        return self.edges[box.lane, box.rank][box.lane < lane] == self.fold.column[box.index]

    def _give_tracks(self) -> None:
        """Tracks for all wires that need one; rows count by 2 from 0, and channels are the odd numbers between."""
        wanted: dict[tuple[int, int], list[tuple[Span, int, dict[int, Track]]]] = {}
        for index, need in self.need.items():
            source = self.items[index]
            if source.kind == "transfer" and index not in self.incoming:
                continue
            top = self._top(index)
            if need > self.fold.reach.get(index, top):
                zone = self._zone(source)
                wanted.setdefault((source.lane, zone), []).append(((2 * top + 1, 2 * need + 1), index, self.fold.tracks))
        for key, span, index, table in self._around_transfers():
            wanted.setdefault(key, []).append((span, index, table))
        for (lane, zone), entries in wanted.items():
            places = left_edge([span for span, _, _ in entries])
            self.fold.zones[lane, zone] = max(places) + 1
            for (_, index, table), place in zip(entries, places, strict=True):
                table[index] = Track(lane, zone, place)

    def _zone(self, source: Item) -> int:
        return source.side if source.lane % 2 else self.fold.column.get(source.index, 0)

    def _around_transfers(self) -> Iterator[tuple[tuple[int, int], Span, int, dict[int, Track]]]:
        """Tracks on both sides of the transfers of a row, which stand between that row and the next."""
        inputs = {(item.lane, item.rank) for item in self.fold.members if item.kind == "input"}
        mixed = self._mixed()
        for (lane, row), stack in stacks_of(self.fold).items():
            tight = len(stack) <= 2 and not {row, row + 1} & self.crossed
            low = 2 * row + (1.75 if tight else 2.95)
            for place, item in enumerate(stack):
                from_side = (item.reads[0], item.index) in self.fold.beside
                if from_side and place == 0 and (lane, row) not in inputs:
                    self.fold.aligned.add(item.index)
                else:
                    yield (lane, 1 - item.side), (2 * row + 0.25, low), item.index, self.fold.arrivals
                need = self.need.get(item.index, row)
                end = 2 * need + (2.5 if need + 1 in mixed else 1.75)
                yield (lane, item.side), (2 * row + 0.25, max(end, low)), item.index, self.fold.tracks


    def _mixed(self) -> set[int]:
        """Rows in which a wire may enter the side of a box lower than another leaves the side of its neighbour."""
        entered, left, narrow = set(), set(), set()
        for source, reader in self.fold.beside:
            box = self.items[reader if self.items[source].kind == "transfer" else source]
            (entered if box.index == reader else left).add(box.rank)
            copies = sum(self.items[read].kind == "transfer" for read in box.reads)
            if copies > 1 or len(box.nodes) == 1:
                narrow.add(box.rank)
        return entered & left & narrow


def stacks_of(fold: Fold) -> dict[tuple[int, int], list[Item]]:
    """Transfers by lane and row; they stand one above the other, those to the right first."""
    stacks: dict[tuple[int, int], list[Item]] = {}
    for item in fold.members:
        if item.kind == "transfer":
            stacks.setdefault((item.lane, item.rank), []).append(item)
    for stack in stacks.values():
        stack.sort(key=lambda item: (-item.side, item.index))
    return stacks
