"""The normal form of a net: which channel is computed from which others, whatever the layers are called.

Channels are numbered, and an `Operation` makes several of them alike. So a grouped convolution is an operation per
group, as towers are, and a concatenation is none at all: it only lists channels. A vector is channels of one value
each; a feature map that was flattened stays the channels that it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Literal, NamedTuple, TypeAlias

from ..diagnostics import Problem
from ..graph import Graph, Layer

Channels: TypeAlias = Sequence[int]
"""Numbers of channels, in the order in which a tensor has them."""
Key: TypeAlias = tuple[object, ...]
"""What an operation computes: its name and all that its function depends on, but weights."""

Mode: TypeAlias = Literal["each", "all", "among", "ordered"]
"""What the i-th channel of an operation depends on.

``each``: the i-th channel of every operand. ``all``: all channels, each with weights of its own, so that their order
is a matter of the weights alone. ``among``: its own channel and, without order, all others. ``ordered``: all channels,
by their places.
"""

ANY_ORDER = frozenset({"add", "mul"})
"""Operations of the mode ``each`` whose operands have no order."""
LINEAR = frozenset({"conv", "conv_transpose", "linear"})
"""Operations that scale every channel that they make by weights: a factor and a shift per channel may join them.

The last entry of their keys says whether they add a learned constant.
"""


class Part(NamedTuple):
    """A layer that an operation carries out, and for each of its channels which of the layer's own it is."""

    layer: Layer
    rows: Sequence[int] | None
    """None where the layer's weights are taken as a whole, if it has any; empty where they are not used here."""


MOST_CHANNELS = 5_000_000
"""Of a net that is compared: they are followed one by one, in some minutes and some gigabytes."""


def check_count(count: int) -> None:
    """Raises Problem E911 for more channels than can be followed."""
    if count > MOST_CHANNELS:
        raise Problem("E911", "the net has too many channels to be compared", expected=f"at most {MOST_CHANNELS:,}")


def scaling(part: Part) -> Key:
    """What has to be equal for a layer that scales to take the weights of another."""
    op = part.layer.op
    return (op.keyword, getattr(op, "eps", None), getattr(op, "affine", None))


@dataclass(frozen=True, eq=False)
class Operation:
    """Channels that are computed alike from the same operands."""

    key: Key
    mode: Mode
    reads: tuple[Channels, ...]
    """The operands; of ``each`` as long as the channels are many, else one list."""
    first: int
    """The number of its first channel."""
    count: int
    size: tuple[int, ...]
    """Of each of its channels; (1, 1) for a value of a vector."""
    parts: tuple[Part, ...]
    """The layer itself, then what joined it: batch normalizations and scales. Nothing for inputs."""

    @property
    def channels(self) -> range:
        return range(self.first, self.first + self.count)


@dataclass
class Form:
    """A net's operations, in an order in which they can be carried out; what an operation reads stands before it."""

    graph: Graph
    operations: list[Operation] = field(default_factory=list)
    maker: list[int] = field(default_factory=list)
    """For every channel the index of its operation."""
    inputs: dict[str, Channels] = field(default_factory=dict)
    outputs: dict[str, Channels] = field(default_factory=dict)
    auxiliary: dict[str, Channels] = field(default_factory=dict)

    def add(
        self, key: Key, mode: Mode, reads: tuple[Channels, ...], count: int, size: tuple[int, ...],
        parts: tuple[Part, ...] = (),
    ) -> range:  # fmt: skip
        """A new operation; the channels that it makes. Raises Problem E911 for too many of them."""
        check_count(len(self.maker) + count)
        made = Operation(key, mode, reads, len(self.maker), count, size, parts)
        self.maker += [len(self.operations)] * count
        self.operations.append(made)
        return made.channels

    def made_by(self, channel: int) -> Operation:
        return self.operations[self.maker[channel]]

    def size(self, channel: int) -> tuple[int, ...]:
        return self.operations[self.maker[channel]].size

    def values(self, channel: int) -> int:
        """Number of values of a channel."""
        return prod(self.size(channel))

    def needed(self, channels: Sequence[Channels]) -> list[bool]:
        """For every operation whether these channels depend on it."""
        found = [False] * len(self.operations)
        for listed in channels:
            self._mark(listed, found)
        for index in range(len(found) - 1, -1, -1):
            if found[index]:
                for operand in self.operations[index].reads:
                    self._mark(operand, found)
        return found

    def _mark(self, channels: Channels, found: list[bool]) -> None:
        for index in set(map(self.maker.__getitem__, channels)):
            found[index] = True
