"""Which wires run in tracks beside the boxes, and which use the sides of boxes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from .bars import find_bars
from .columns import Fold, Span, Track, left_edge, split_into_folds
from .items import Item

Wanted: TypeAlias = tuple[tuple[int, int], Span, int, dict[int, Track]]
"""Lane and zone of a track, its span, the wire that wants it, and the table that notes it."""


def plan_folds(items: list[Item], starts: Sequence[int], rows: int) -> list[Fold]:
    """The folds that begin at these rows, with everything but coordinates."""
    folds = split_into_folds(items, starts, rows)
    for fold in folds:
        _find_sides(items, fold)
        _find_sideways(items, fold)
        _note_busy(items, fold)
        wanted = [*_long_wires(items, fold), *_around_transfers(items, fold)]
        find_bars(items, fold, ((zone, span) for zone, span, _, _ in wanted))
        _give_tracks(wanted, fold)
    return folds


def stacks_of(fold: Fold) -> dict[tuple[int, int], list[Item]]:
    """Transfers by lane and row; they stand one above the other, those to the right first."""
    stacks: dict[tuple[int, int], list[Item]] = {}
    for item in fold.members:
        if item.kind == "transfer":
            stacks.setdefault((item.lane, item.rank), []).append(item)
    for stack in stacks.values():
        stack.sort(key=lambda item: (-item.side, item.index))
    return stacks


def _find_sides(items: list[Item], fold: Fold) -> None:
    """Wires of transfers use the side of a box if it is the outermost of its row."""
    ends: dict[tuple[int, int], tuple[int, int]] = {}
    for item in fold.members:
        if item.lane % 2 == 0:
            column = fold.column[item.index]
            low, high = ends.get((item.lane, item.rank), (column, column))
            ends[item.lane, item.rank] = (min(low, column), max(high, column))
    taken: set[tuple[int, int]] = set()
    for item in fold.members:
        for source in item.reads:
            transfer, box = (item, items[source]) if item.kind == "transfer" else (items[source], item)
            if transfer.kind != "transfer" or transfer.index in fold.incoming or abs(box.lane - transfer.lane) != 1:
                continue
            side = int(box.lane < transfer.lane)
            if ends[box.lane, box.rank][side] != fold.column[box.index]:
                continue
            if box.hub and (
                len(box.bands) == 1 if item is transfer else side not in box.free_sides or (box.index, side) in taken
            ):
                continue
            if item is box:
                taken.add((box.index, side))
            fold.beside.add((source, item.index))


def _find_sideways(items: list[Item], fold: Fold) -> None:
    """Wires that come down right beside a circle enter its side: one on each side, and one between two columns."""
    used: set[tuple[int, int, int]] = set()
    for item in fold.members:
        if not item.hub:
            continue
        column = fold.column[item.index]
        sides = {1 - items[source].side for source in item.reads if (source, item.index) in fold.beside}
        sides |= {0, 1} - item.free_sides
        for source in item.reads:
            if (source, item.index) in fold.beside or fold.continues.get(item.index) == source:
                continue
            side = _side_of(items[source], item, fold)
            zone = (item.lane, column - (side == 0), item.rank)
            if side is not None and side not in sides and zone not in used:
                fold.sideways[source, item.index] = side
                sides.add(side)
                used.add(zone)


def _side_of(source: Item, item: Item, fold: Fold) -> int | None:
    """On which side of a circle a wire comes down right beside it; None if it comes from elsewhere."""
    if source.lane != item.lane or source.index not in fold.column:
        return None
    top, channel = fold.top(source), item.rank - 1
    if channel == top and source.index in fold.incoming:
        return None
    at, place = fold.column[source.index], fold.column[item.index]
    if channel <= fold.reach.get(source.index, top):
        if item.rank > fold.free.get(source.index, top):
            return None
        return {place - 1: 0, place + 1: 1}.get(at)
    return {place - 1: 0, place: 1}.get(at)


def _note_busy(items: list[Item], fold: Fold) -> None:
    for chain in fold.chains:
        readers = [items[reader] for reader in items[chain.last].readers]
        copied = any(item.kind == "transfer" and (chain.last, item.index) not in fold.beside for item in readers)
        if copied or chain.last in fold.need:
            fold.busy.add((chain.lane, fold.column[chain.last], fold.reach[chain.last]))


def _give_tracks(wanted: list[Wanted], fold: Fold) -> None:
    zones: dict[tuple[int, int], list[Wanted]] = {}
    for want in wanted:
        zones.setdefault(want[0], []).append(want)
    for zone, wants in zones.items():
        places = left_edge([span for _, span, _, _ in wants])
        fold.zones[zone] = max(places) + 1
        for (_, _, index, table), place in zip(wants, places, strict=True):
            table[index] = Track(*zone, place)


def _long_wires(items: list[Item], fold: Fold) -> Iterator[Wanted]:
    """Wires that are read further down than their column brings them.

    Spans count rows by 2 from 0, so that the channels are the odd numbers between them.
    """
    for index, need in fold.need.items():
        source = items[index]
        if source.kind == "transfer" and index not in fold.incoming:
            continue
        top = fold.top(source)
        if need > fold.reach.get(index, top):
            zone = source.side if source.lane % 2 else fold.column.get(index, 0)
            beside = any((index, reader) in fold.sideways and items[reader].rank > need for reader in source.readers)
            yield (source.lane, zone), (2 * top + 1, 2 * need + 1 + beside), index, fold.tracks


def _around_transfers(items: list[Item], fold: Fold) -> Iterator[Wanted]:
    """Tracks on both sides of the transfers of a row, which stand between that row and the next."""
    inputs = {(item.lane, item.rank) for item in fold.members if item.kind == "input"}
    crossed, mixed = _crossed(items, fold), _mixed(items, fold)
    for (lane, row), stack in stacks_of(fold).items():
        tight = len(stack) <= 2 and not {row, row + 1} & crossed
        low = 2 * row + (1.75 if tight else 2.95)
        for place, item in enumerate(stack):
            if place == 0 and (item.reads[0], item.index) in fold.beside and (lane, row) not in inputs:
                fold.aligned.add(item.index)
            else:
                yield (lane, 1 - item.side), (2 * row + 0.25, low), item.index, fold.arrivals
            need = fold.need.get(item.index, row)
            end = 2 * need + (2.5 if need + 1 in mixed else 1.75)
            yield (lane, item.side), (2 * row + 0.25, max(end, low)), item.index, fold.tracks


def _crossed(items: list[Item], fold: Fold) -> set[int]:
    """Channels in which wires may run from lane to lane, so that transfers stand lower than they would."""
    crossed = {fold.last}
    for item in fold.members:
        for source in item.reads:
            if items[source].lane != item.lane and (source, item.index) not in fold.beside:
                crossed |= {item.rank - (item.kind != "transfer"), fold.top(items[source])}
    return crossed


def _mixed(items: list[Item], fold: Fold) -> set[int]:
    """Rows in which a wire may enter the side of a box lower than another leaves the side of its neighbour."""
    entered: set[int] = set()
    left: set[int] = set()
    narrow: set[int] = set()
    for source, reader in fold.beside:
        box = items[reader if items[source].kind == "transfer" else source]
        (entered if box.index == reader else left).add(box.rank)
        copies = sum(items[read].kind == "transfer" for read in box.reads)
        if copies > 1 or len(box.nodes) == 1:
            narrow.add(box.rank)
    return entered & left & narrow
