"""The ways of wires: horizontal in the channels between rows, vertical in columns and tracks.

Wires are made before the rows have heights, so their points say by name how high they are.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

from .columns import Fold
from .items import Item
from .measures import CLEAR, HUB, PITCH, PORT, Sizes
from .places import Across

Height: TypeAlias = (
    tuple[Literal["bottom", "top", "middle"], int]
    | tuple[Literal["exit"], int, int]
    | tuple[Literal["entry"], int, int]
    | tuple[Literal["level"], int, int, int]
    | tuple[Literal["hub"], int, float]
)
"""Bottom, top or middle of a box; where a wire leaves its side ``(box, side)``; where a wire enters its side
``(box, source)``; level of a wire in a channel ``(fold, channel, source)``; upper edge of a circle ``(box, distance
from its middle)``."""

Way: TypeAlias = list[tuple[float, Height]]


class Wire(NamedTuple):
    """What one box reads from another, and how it gets there."""

    source: int
    target: int
    way: Way


class Router:
    """Makes the wires of all folds, in order."""

    def __init__(self, items: list[Item], sizes: Sizes) -> None:
        self.items = items
        self.sizes = sizes
        self.wires: list[Wire] = []
        self.arriving: dict[int, tuple[Way, float]] = {}
        """Wires from earlier folds: their way so far, and where they come up."""

    def route(self, fold: Fold, across: Across) -> None:
        """Makes the wires that end in a fold."""
        self.fold, self.across = fold, across
        for item in fold.members:
            if item.kind == "transfer":
                self._to_transfer(item)
            else:
                self._to_box(item)
        self._leave()

    def centre(self, index: int) -> float:
        """The middle of a box from left to right."""
        lane = self.items[index].lane
        if index in self.fold.column:
            return self.across.centres[lane, self.fold.column[index]]
        return self.across.middles[lane]

    def _side(self, index: int, side: int) -> float:
        return self.across.sides(self.fold, self.items[index], self.sizes.widths[index])[side]

    def _level(self, channel: int, source: int) -> Height:
        return ("level", self.fold.index, channel, source)

    def _down(self, source: int, channel: int) -> tuple[Way, float]:
        """The way of a wire from its box to a channel, and where it comes down into it."""
        item, fold = self.items[source], self.fold
        if source in self.arriving:
            way, x = self.arriving[source]
            top = reach = fold.first - 1
        elif item.kind == "transfer":
            x = self.across.track(fold, fold.tracks[source])
            return [(self._side(source, item.side), ("middle", source)), (x, ("middle", source))], x
        else:
            x = self.centre(source)
            way, top, reach = [(x, ("bottom", source))], item.rank, item.rank
        if channel == top:
            return way, x
        straight = channel <= fold.reach.get(source, reach)
        to = self.centre(source) if straight else self.across.track(fold, fold.tracks[source])
        if to == x:
            return way, x
        return [*way, (x, self._level(top, source)), (to, self._level(top, source))], to

    def _to_box(self, item: Item) -> None:
        """Wires into the top of a box, or into its side from a transfer beside it."""
        above = []
        for source in item.reads:
            if (source, item.index) in self.fold.beside:
                self._from_beside(source, item)
            elif (source, item.index) in self.fold.sideways:
                self._from_side(source, item)
            else:
                above.append((source, *self._down(source, item.rank - 1)))
        ports = self._ports(item, [(source, x) for source, _, x in above])
        for source, way, x in above:
            level = self._level(item.rank - 1, source)
            port = ports[source]
            edge: Height = ("hub", item.index, port - self.centre(item.index)) if item.hub else ("top", item.index)
            end: Way = [(x, level), (port, level), (port, edge)]
            self.wires.append(Wire(source, item.index, [*way, *end]))

    def _ports(self, item: Item, arrivals: list[tuple[int, float]]) -> dict[int, float]:
        """Where wires enter the top of a box: from above in the middle, others beside it in the order they come."""
        centre = self.centre(item.index)
        main = self.fold.continues.get(item.index)
        if item.index in self.fold.spans:
            return {source: centre if source == main else x for source, x in arrivals}
        place = (item.lane, self.fold.column[item.index], item.rank - 1)
        if len(arrivals) == 1 and (main is not None or place not in self.fold.busy):
            return {arrivals[0][0]: centre}
        others = sorted((x, source) for source, x in arrivals if source != main)
        left = [source for x, source in others if x <= centre]
        right = [source for x, source in others if x > centre]
        most = max(len(left), len(right), 1)
        half = 0.8 * HUB if item.hub else self.sizes.widths[item.index] / 2 - 4
        step = min(PORT, half / most)
        ports = {source: centre - step * (len(left) - i) for i, source in enumerate(left)}
        ports |= {source: centre + step * (i + 1) for i, source in enumerate(right)}
        return ports if main is None else ports | {main: centre}

    def _from_beside(self, source: int, item: Item) -> None:
        side = self.items[source].side
        way, x = self._down(source, item.rank - 1)
        entry: Height = ("entry", item.index, source)
        edge = self._hub_side(item, 1 - side) if item.hub else self._side(item.index, 1 - side)
        self.wires.append(Wire(source, item.index, [*way, (x, entry), (edge, entry)]))

    def _from_side(self, source: int, item: Item) -> None:
        """A wire that comes down beside a circle."""
        way, x = self._down(source, item.rank - 1)
        edge = self._hub_side(item, self.fold.sideways[source, item.index])
        middle: Height = ("hub", item.index, HUB)
        self.wires.append(Wire(source, item.index, [*way, (x, middle), (edge, middle)]))

    def _hub_side(self, item: Item, side: int) -> float:
        return self.centre(item.index) + (HUB if side else -HUB)

    def _to_transfer(self, item: Item) -> None:
        """A wire into the side of a transfer, from the side or the bottom of the box that is copied."""
        (source,) = item.reads
        side = 1 - item.side
        end: Way = [(self._side(item.index, side), ("middle", item.index))]
        track = self.fold.arrivals.get(item.index)
        x = self.across.track(self.fold, track) if track else end[0][0]
        if (source, item.index) in self.fold.beside:
            height: Height = ("exit", source, item.side)
            start: Way = [(self._side(source, item.side), height), (x, height)]
        else:
            way, down = self._down(source, item.rank)
            height = self._level(item.rank, source)
            start = [*way, (down, height), (x, height)]
        turn: Way = [(x, ("middle", item.index))] if track else []
        self.wires.append(Wire(source, item.index, [*start, *turn, *end]))

    def _leave(self) -> None:
        """Leads wires that are read in later folds through the bottom channel into the gap between the folds."""
        leaving = [(*self._down(source, self.fold.last), source) for source in self.fold.outgoing]
        leaving.sort(key=lambda entry: -entry[1])
        self.arriving = {}
        for place, (way, x, source) in enumerate(leaving):
            level = self._level(self.fold.last, source)
            gap = self.across.right + CLEAR + place * PITCH
            self.arriving[source] = ([*way, (x, level), (gap, level)], gap)
