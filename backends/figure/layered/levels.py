"""Which wire runs at which height in a channel, so that no two wires run on one another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from .columns import left_edge
from .routes import Wire


@dataclass(eq=False)
class Channel:
    """The horizontal wires between two rows; levels count from the top."""

    spans: dict[int, tuple[float, float]] = field(default_factory=dict)
    """Wire -> its leftmost and rightmost place."""
    starts: dict[int, float] = field(default_factory=dict)
    """Wire -> where it comes from."""
    level: dict[int, int] = field(default_factory=dict)
    levels: int = 0

    def add(self, source: int, start: float, end: float) -> None:
        """Notes a part of a wire; all parts of one wire get the same level."""
        low, high = self.spans.get(source, (start, start))
        self.spans[source] = (min(low, end, start), max(high, end, start))
        self.starts.setdefault(source, start)

    def assign(self) -> None:
        """Gives every wire a level: wires to the left above those to the right, each nested without crossings."""
        wires = [source for source, (low, high) in self.spans.items() if low < high]
        right = [source for source in wires if self.starts[source] <= self.spans[source][0]]
        left = [source for source in wires if self.starts[source] > self.spans[source][0]]
        self._stack(left, [self.spans[source] for source in left])
        self._stack(right, [(-self.spans[source][1], -self.spans[source][0]) for source in right])

    def _stack(self, sources: list[int], spans: list[tuple[float, float]]) -> None:
        places = left_edge(spans)
        for source, place in zip(sources, places, strict=True):
            self.level[source] = self.levels + place
        self.levels += max(places, default=-1) + 1


def channels_of(wires: Iterable[Wire]) -> dict[tuple[int, int], Channel]:
    """All channels that wires run in, by fold and row above."""
    channels: dict[tuple[int, int], Channel] = {}
    for wire in wires:
        for (start, height), (end, other) in pairwise(wire.way):
            if height[0] == "level" and height == other:
                _, fold, row, source = height
                channels.setdefault((fold, row), Channel()).add(source, start, end)
    for channel in channels.values():
        channel.assign()
    return channels
