"""Which channel of one net is which of another."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from .form import ANY_ORDER, Channels, Form, Operation

Columns: TypeAlias = tuple[int, ...]
"""For every channel that an operation reads the place of its image in what the image of the operation reads."""


class Conflict(Exception):  # noqa: N818 - a finding, which becomes a sentence
    """A channel would need to be two channels of the other net at once."""

    def __init__(self, channel: int, images: tuple[int, int]) -> None:
        super().__init__(channel, images)
        self.channel = channel
        self.images = images


@dataclass(frozen=True)
class Coloured:
    """A net's normal form with its colours."""

    form: Form
    plain: Sequence[int]
    """How channels are computed: what cannot correspond differs in this."""
    exact: Sequence[int]
    """The same with all layers that scale; what differs in this may correspond."""
    below: Sequence[int]
    """One of both, perhaps refined."""
    above: Sequence[int]
    """What becomes of them."""

    def exactly(self, channel: int) -> tuple[int, int, int]:
        """All that is known of a channel."""
        return self.exact[channel], self.below[channel], self.above[channel]

    def colour(self, channel: int) -> tuple[int, int]:
        """How it is computed, and what becomes of it."""
        return self.below[channel], self.above[channel]


@dataclass
class Matching:
    """For the channels of a net, the target, those of another one, the source, that compute the same."""

    source: Coloured
    target: Coloured
    image: dict[int, int] = field(default_factory=dict)
    columns: dict[tuple[int, int], Columns] = field(default_factory=dict)
    """By the indices of the operation in the target and of its image, where their order is a matter of weights."""
    _open: list[int] = field(default_factory=list)

    def pair(self, channel: int, image: int) -> None:
        """Says that a channel of the target is one of the source. Raises Conflict where it is another already."""
        known = self.image.setdefault(channel, image)
        if known != image:
            raise Conflict(channel, (known, image))

    def spread(self) -> None:
        """Says the same of all that the channels depend on.

        What is paired last in the order of the target goes on first, so that
        all that reads a channel is known before what it reads.
        """
        done: set[int] = set()
        for channel in range(len(self.target.form.maker) - 1, -1, -1):
            if channel in self.image and channel not in done:
                done.add(channel)
                self._spread_from(channel, self.image[channel])

    def _spread_from(self, channel: int, image: int) -> None:
        made, other = self.target.form.made_by(channel), self.source.form.made_by(image)
        row, other_row = channel - made.first, image - other.first
        if made.mode == "each":
            ours, theirs = ([operand[at] for operand in op.reads] for op, at in ((made, row), (other, other_row)))
            in_any_order = made.key[0] in ANY_ORDER
            places = self._in_any_order(ours, theirs) if in_any_order else range(len(ours))
            for own, place in zip(ours, places, strict=True):
                self.pair(own, theirs[place])
            return
        if made.mode == "among":
            self.pair(made.reads[0][row], other.reads[0][other_row])
        self._spread_together(made, other)

    def _spread_together(self, made: Operation, other: Operation) -> None:
        """What all channels of an operation read."""
        indices = (self.target.form.maker[made.first], self.source.form.maker[other.first])
        if indices in self.columns or not made.reads:
            return
        ours, theirs = made.reads[0], other.reads[0]
        places = range(len(ours)) if made.mode == "ordered" else self._in_any_order(ours, theirs)
        self.columns[indices] = tuple(places)
        for own, place in zip(ours, places, strict=True):
            self.pair(own, theirs[place])

    def _in_any_order(self, ours: Channels, theirs: Channels) -> list[int]:
        """For each of our channels the place of its image: as it is known, else of its colours, in order."""
        found: dict[int, int] = {}
        free = dict.fromkeys(range(len(theirs)))
        for of_ours, of_theirs in self._ways_to_know():
            offered: dict[Hashable, deque[int]] = {}
            for place in free:
                offered.setdefault(of_theirs(theirs[place]), deque()).append(place)
            for place, channel in enumerate(ours):
                if place not in found and offered.get(of_ours(channel)):
                    found[place] = offered[of_ours(channel)].popleft()
                    del free[found[place]]
        return [found[place] for place in range(len(ours))]

    def _ways_to_know(self) -> Iterator[tuple[Callable[[int], Hashable], Callable[[int], Hashable]]]:
        """What channels of both nets are compared by, the surest first."""
        yield self.image.get, lambda channel: channel
        yield self.target.exactly, self.source.exactly
        yield self.target.colour, self.source.colour
        yield self.target.plain.__getitem__, self.source.plain.__getitem__
