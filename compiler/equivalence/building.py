"""What the rules of all ops need to add to a normal form."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import chain
from typing import TypeAlias

from ..graph import Graph, Input, Layer, Transfer
from ..values import Shape
from .form import Channels, Form, Key, Part, check_count

SINGLE = (1, 1)
"""The size of a channel with one value."""


@dataclass
class Builder:
    """A normal form being made."""

    form: Form
    training: bool
    values: dict[str, Channels] = field(default_factory=dict)
    """For every node of the graph the channels that it hands on."""

    def __post_init__(self) -> None:
        self.reader = _readers(self.form.graph)
        """For every node what alone reads it, perhaps through others that hand it on; None where that is nobody."""
        self.listed = 0

    def hand_on(self, name: str, channels: Channels) -> None:
        """Says what a node hands on. Raises Problem E911 where that becomes too much."""
        self.listed += len(channels)
        self.values[name] = channels
        check_count(self.listed)

    def operands(self, layer: Layer) -> list[Channels]:
        return [self.values[name] for name in layer.inputs]

    def input(self, node: Input) -> Channels:
        """The channels of an input; they are told apart by their places."""
        channels = self.form.add(("input",), "ordered", (), node.shape[0], size_of(node.shape))
        self.form.inputs[node.name] = channels
        return channels

    def input_shape(self, layer: Layer, index: int = 0) -> Shape:
        return self.form.graph.by_name[layer.inputs[index]].shape

    def each(self, key: Key, layer: Layer, operands: Iterable[Channels], size: tuple[int, ...]) -> Channels:
        """An operation without weights that keeps channels apart."""
        reads = tuple(operands)
        return self.form.add(key, "each", reads, len(reads[0]), size, (Part(layer, None),))

    def by_maker(self, channels: Channels) -> dict[int, list[int]]:
        """Places in a list of channels, by the operation that makes them."""
        found: dict[int, list[int]] = {}
        for place, index in enumerate(map(self.form.maker.__getitem__, channels)):
            found.setdefault(index, []).append(place)
        return found

    def by_size(self, channels: Channels, places: Iterable[int]) -> dict[tuple[int, ...], list[int]]:
        """Some places in a list of channels, by the size of the channels: vectors may be made of several maps."""
        found: dict[tuple[int, ...], list[int]] = {}
        for place in places:
            found.setdefault(self.form.size(channels[place]), []).append(place)
        return found

    def single(self, channels: Channels, shape: Shape) -> Channels:
        """Channels of one value each where they are a vector: what was flattened is taken apart."""
        if len(shape) > 1 or len(channels) == shape[0]:
            return channels
        check_count(shape[0])
        return list(chain.from_iterable(self._taken_apart(channel) for channel in channels))

    def _taken_apart(self, channel: int) -> Channels:
        count = self.form.values(channel)
        if count == 1:
            return [channel]
        parts = tuple(Part(part.layer, ()) for part in self.form.made_by(channel).parts)
        return self.form.add(("value",), "ordered", ([channel],), count, SINGLE, parts)

    def as_a_whole(self, layer: Layer, operands: list[Channels]) -> Channels:
        """An op that nothing more is known of: every channel depends on all, by their places."""
        shapes = tuple(self.input_shape(layer, index) for index in range(len(operands)))
        read = list(chain.from_iterable(operands))
        key = (*key_of(layer), shapes, layer.shape)
        return self.form.add(key, "ordered", (read,), layer.shape[0], size_of(layer.shape), (Part(layer, None),))


HANDING_ON = frozenset({"concat", "channel_shuffle", "dropout", "stochastic_depth"})
"""Ops that hand on channels, and do nothing to them in evaluation."""


def _readers(graph: Graph) -> dict[str, str | None]:
    outputs = set(graph.outputs.values())
    found: dict[str, str | None] = {}
    for node in reversed(graph.nodes):
        readers = graph.consumers[node.name]
        reader = readers[0] if len(readers) == 1 and node.name not in outputs else None
        after = graph.by_name[reader] if reader is not None else None
        hands_on = isinstance(after, Transfer) or (isinstance(after, Layer) and after.op.keyword in HANDING_ON)
        found[node.name] = found[reader] if reader is not None and hands_on else reader
    return found


Rule: TypeAlias = Callable[[Builder, Layer, list[Channels]], Channels]
"""What the normal form has for an op: the channels that it hands on, of those that it reads."""


def no_change(builder: Builder, layer: Layer, operands: list[Channels]) -> Channels:
    """The rule of an op that hands its first input on."""
    return operands[0]


def key_of(layer: Layer, *left_out: str) -> Key:
    """An op with all of its arguments."""
    fields = type(layer.op).model_fields
    return (layer.op.keyword, *((name, getattr(layer.op, name)) for name in fields if name not in left_out))


def size_of(shape: Shape) -> tuple[int, ...]:
    """Of one channel of a tensor."""
    return shape[1:] or SINGLE
