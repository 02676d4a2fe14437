"""Where things are from top to bottom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import inf, sqrt

from .columns import Fold
from .items import Item
from .levels import Channel
from .measures import CHANNEL, CHANNEL_FOOT, CHANNEL_HEAD, HUB, NUDGE, PITCH, STACK_GAP, Sizes, entry_of, exit_of
from .places import Across
from .routes import Height
from .tracks import stacks_of


@dataclass(eq=False)
class Heads:
    """Room for the frames of sections, by fold and row: above its boxes with titles, and below them."""

    above: dict[tuple[int, int], float] = field(default_factory=dict)
    below: dict[tuple[int, int], float] = field(default_factory=dict)


class Rows:
    """Gives boxes and channels their heights, fold by fold and row by row.

    Transfers stand in the lanes between devices beside the boxes of the rows above and below: the first of a row
    right beside the box that is copied, the last beside the box that reads it, where that is possible.
    """

    def __init__(self, items: list[Item], sizes: Sizes, channels: dict[tuple[int, int], Channel], heads: Heads) -> None:
        self.items, self.sizes, self.channels, self.heads = items, sizes, channels, heads
        self.tops: dict[int, float] = {}
        self.first_levels: dict[tuple[int, int], float] = {}
        self.entries: dict[tuple[int, int], float] = {}

    def height(self, height: Height) -> float | None:
        """The y of a point of a wire; None where the wire goes straight on, so that the point does not matter."""
        if height[0] == "level":
            _, fold, channel, source = height
            level = self.channels[fold, channel].level.get(source)
            return None if level is None else self.first_levels[fold, channel] + level * PITCH
        if height[0] == "exit":
            return self._exit(height[1], height[2])
        if height[0] == "entry":
            return self.tops[height[1]] + self.entries[height[1], height[2]]
        if height[0] == "hub":
            return self.tops[height[1]] + HUB - sqrt(HUB**2 - height[2] ** 2)
        part = {"top": 0.0, "middle": 0.5, "bottom": 1.0}[height[0]]
        return self.tops[height[1]] + part * self.sizes.heights[height[1]]

    def place(self, fold: Fold, across: Across, top: float) -> float:
        """Gives everything in a fold that begins at ``top`` its height; returns where it ends."""
        self.fold, self.across = fold, across
        self.cursor: dict[int, float] = {}
        self.stacks: dict[int, dict[int, list[Item]]] = {}
        for (lane, row), stack in stacks_of(fold).items():
            self.stacks.setdefault(row, {})[lane] = stack
        self._note_entries()
        by_row: dict[int, list[Item]] = {row: [] for row in range(fold.first, fold.last + 1)}
        for item in fold.members:
            if item.kind != "transfer":
                by_row[item.rank].append(item)
        y = self._channel(fold.first - 1, top) if fold.incoming else top
        for row, members in by_row.items():
            y = self._row(row, members, y + self.heads.above.get((fold.index, row), 0))
        return max([y, *self.cursor.values()])

    def _note_entries(self) -> None:
        """How far below a box's top wires from transfers enter its sides."""
        sides: dict[tuple[int, int], list[int]] = {}
        for item in self.fold.members:
            for source in item.reads:
                if item.kind != "transfer" and (source, item.index) in self.fold.beside:
                    sides.setdefault((item.index, 1 - self.items[source].side), []).append(source)
        for (box, side), sources in sides.items():
            height = self.sizes.heights[box]
            for place, source in enumerate(sources):
                self.entries[box, source] = HUB if self.items[box].hub else entry_of(height, side, place)

    def _exit(self, box: int, side: int) -> float:
        return self.tops[box] + exit_of(self.sizes.heights[box], side)

    def _row(self, row: int, members: list[Item], y: float) -> float:
        """Places a row that begins at ``y``, the transfers beside it, and the channel below it."""
        top = self._clear(row, members, max([y, *self._least_tops(row, members)]))
        self.tops.update((item.index, top) for item in members)
        self._align_last(row, members)
        bottom = max((top + self.sizes.heights[item.index] for item in members), default=top)
        bottom += self.heads.below.get((self.fold.index, row), 0)
        self._note_inputs(members)
        bottom = max([bottom, *self.cursor.values()])
        late = self._place_first(row)
        if any(self._is_blocked(lane, row) for lane in self.stacks.get(row, ())):
            bottom = max([bottom, *self.cursor.values()])
        end = self._channel(row, bottom)
        self._place_rest(row, bottom, end, late)
        return end

    def _least_tops(self, row: int, members: list[Item]) -> list[float]:
        """How high the row may begin: below what stands between the devices, and with readers below transfers."""
        least = []
        for lane, stack in self.stacks.get(row, {}).items():
            if stack[0].index in self.fold.aligned:
                (box,) = stack[0].reads
                leaves = exit_of(self.sizes.heights[box], stack[0].side)
                above = leaves - self.sizes.heights[stack[0].index] / 2
                least.append(self.cursor.get(lane, 0) - above)
        for item in members:
            if item.lane % 2:
                least.append(self.cursor.get(item.lane, 0))
            copies = [s for s in item.reads if (s, item.index) in self.fold.beside and self.items[s].rank == row - 1]
            least += [self._middle(source) - self.entries[item.index, source] for source in copies]
        return least

    def _clear(self, row: int, members: list[Item], top: float) -> float:
        """A little lower, where a wire at a box's side would run at the height of a transfer of the row above."""
        above = self.stacks.get(row - 1)
        if not above:
            return top
        sides = [*self._sides(members)]
        while any(
            abs(self._middle(other.index) - top - height) < NUDGE / 2
            for lane, height, transfer in sides
            for other in above.get(lane, ())
            if other.index != transfer
        ):
            top += NUDGE
        return top

    def _sides(self, members: list[Item]) -> Iterator[tuple[int, float, int]]:
        """Wires at the sides of a row's boxes: lane of the transfer, how far below the row's top, transfer."""
        for item in members:
            for source in item.reads:
                if (source, item.index) in self.fold.beside:
                    yield self.items[source].lane, self.entries[item.index, source], source
            for reader in item.readers:
                if (item.index, reader) in self.fold.beside:
                    transfer = self.items[reader]
                    yield transfer.lane, exit_of(self.sizes.heights[item.index], transfer.side), reader

    def _middle(self, index: int) -> float:
        return self.tops[index] + self.sizes.heights[index] / 2

    def _align_last(self, row: int, members: list[Item]) -> None:
        """Lowers the last transfer of the row above until its wire to its reader in this row is straight."""
        limits = {item.lane: -inf for item in members if item.lane % 2}
        for lane, (first, *_) in self.stacks.get(row, {}).items():
            if first.index in self.fold.aligned:
                limits.setdefault(lane, self._beside(first) - STACK_GAP)
        for item in members:
            for source in item.reads:
                transfer = self.items[source]
                stack = self.stacks.get(row - 1, {}).get(transfer.lane, [])
                if stack[1:] and stack[-1] is transfer:
                    height = self.sizes.heights[source]
                    top = self.tops[item.index] + self.entries.get((item.index, source), 0) - height / 2
                    if self.tops[source] < top <= limits.get(transfer.lane, inf) - height:
                        self._put(transfer, top)

    def _put(self, transfer: Item, top: float) -> None:
        self.tops[transfer.index] = top
        self.cursor[transfer.lane] = top + self.sizes.heights[transfer.index] + STACK_GAP

    def _note_inputs(self, members: list[Item]) -> None:
        for item in members:
            if item.lane % 2:
                end = self.tops[item.index] + self.sizes.heights[item.index]
                self.cursor[item.lane] = max(self.cursor.get(item.lane, 0), end)

    def _place_first(self, row: int) -> list[Item]:
        """Places the aligned transfers of a row; returns the others."""
        late: list[Item] = []
        for first, *others in self.stacks.get(row, {}).values():
            if first.index not in self.fold.aligned:
                late += [first, *others]
                continue
            late += others
            self._put(first, self._beside(first))
        return late

    def _beside(self, transfer: Item) -> float:
        """The top of a transfer that stands right beside where its wire leaves the box that is copied."""
        (box,) = transfer.reads
        return self._exit(box, transfer.side) - self.sizes.heights[transfer.index] / 2

    def _place_rest(self, row: int, bottom: float, end: float, late: list[Item]) -> None:
        """Places the other transfers of a row, below the channel where wires run across their lane."""
        for item in late:
            free = self.cursor.get(item.lane, 0)
            (source,) = item.reads
            if self._is_blocked(item.lane, row):
                free = max(free, end)
            elif (source, item.index) not in self.fold.beside:
                free = max(free, bottom)
            self._put(item, free)
        for lane in self.across.middles:
            if self._is_blocked(lane, row):
                self.cursor[lane] = max(self.cursor.get(lane, 0), end)

    def _is_blocked(self, lane: int, row: int) -> bool:
        """Whether there are horizontal wires in a lane."""
        channel = self.channels.get((self.fold.index, row))
        if channel is None:
            return False
        left, right = self.across.lanes[lane]
        return any(low < right and high > left for low, high in channel.spans.values() if low < high)

    def _channel(self, row: int, y: float) -> float:
        """Places the channel below a row; returns where it ends."""
        channel = self.channels.get((self.fold.index, row))
        levels = channel.levels if channel else 0
        self.first_levels[self.fold.index, row] = y + CHANNEL_HEAD
        foot = PITCH if row == self.fold.last else CHANNEL_FOOT
        if not levels:
            return y + (CHANNEL if row < self.fold.last else 0)
        return y + CHANNEL_HEAD + (levels - 1) * PITCH + foot
