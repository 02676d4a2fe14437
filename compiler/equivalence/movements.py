"""Ops in normal form that move values about, and those of several inputs."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain

from ..graph import Layer
from ..ops.merge import Concat
from ..ops.shape import ChannelShuffle, Crop, Pad, Split
from .building import Builder, Rule, no_change, size_of
from .form import Channels, Part, check_count

MOST_OPERANDS = 64
"""Of a sum of sums that is written as one sum: beyond, sums of sums of sums would take too long."""


def reshape(builder: Builder, layer: Layer, operands: list[Channels]) -> Channels:
    """Nothing where channels stay what they are."""
    stays = len(operands[0]) == layer.shape[0] and builder.form.size(operands[0][0]) == size_of(layer.shape)
    return operands[0] if stays or len(layer.shape) == 1 else builder.as_a_whole(layer, operands)


def split(builder: Builder, layer: Layer, operands: list[Channels]) -> Channels:
    """Some of the channels."""
    assert isinstance(layer.op, Split)
    channels = builder.single(operands[0], builder.input_shape(layer))
    count, part = len(channels) // layer.op.parts, layer.op.part or 0
    return channels[part * count : (part + 1) * count]


def concat(builder: Builder, layer: Layer, operands: list[Channels]) -> Channels:
    """A list of channels; along an axis of the map an operation."""
    assert isinstance(layer.op, Concat)
    if layer.op.axis == "channels":
        check_count(sum(map(len, operands)))
        return list(chain.from_iterable(operands))
    return builder.each(("concat", layer.op.axis), layer, operands, layer.shape[1:])


def channel_shuffle(builder: Builder, layer: Layer, operands: list[Channels]) -> Channels:
    """The channels in another order."""
    assert isinstance(layer.op, ChannelShuffle)
    count = len(operands[0]) // layer.op.groups
    return [operands[0][start + step] for step in range(count) for start in range(0, len(operands[0]), count)]


def crop(builder: Builder, layer: Layer, operands: list[Channels]) -> Channels:
    """Every channel cropped, if there is anything to crop."""
    assert isinstance(layer.op, Crop)
    shapes = [builder.input_shape(layer, index) for index in range(len(operands))]
    margins = layer.op.margins(*shapes)
    return builder.each(("crop", margins), layer, operands[:1], layer.shape[1:]) if any(margins) else operands[0]


def pad(builder: Builder, layer: Layer, operands: list[Channels]) -> Channels:
    """A margin around every channel, and channels of a constant."""
    op, size = layer.op, layer.shape[1:]
    assert isinstance(op, Pad)
    inner = operands[0]
    if any(op.margins):
        inner = builder.each(("pad", op.margins, op.value), layer, operands, size)
    if not any(op.channels):
        return inner
    before, after = op.channels
    ends = builder.form.add(("constant", op.value, size), "each", (), before + after, size, (Part(layer, None),))
    return [*ends[:before], *inner, *ends[before:]]


def merge(builder: Builder, layer: Layer, operands: list[Channels]) -> Channels:
    """A sum or a product, also of sums or products that nothing else reads."""
    sizes = {builder.form.size(channel) for channel in chain.from_iterable(operands)} if len(layer.shape) == 1 else ()
    if len(sizes) > 1:
        operands = [builder.single(operand, layer.shape) for operand in operands]
    keyword, reads = layer.op.keyword, []
    for name, operand in zip(layer.inputs, operands, strict=True):
        reads += _operands(builder, keyword, name, operand)
    if len(reads) > MOST_OPERANDS:
        reads = operands
    return builder.each((keyword,), layer, reads, _size(builder, layer, operands))


def _size(builder: Builder, layer: Layer, operands: list[Channels]) -> tuple[int, ...]:
    """Of the channels that are made: that of the map where others are gates; what was flattened keeps its own."""
    return layer.shape[1:] or builder.form.size(operands[0][0])


def _operands(builder: Builder, keyword: str, name: str, operand: Channels) -> list[Channels]:
    """The operands of a sum that is an operand itself; else only the operand."""
    maker = builder.form.made_by(operand[0])
    graph = builder.form.graph
    is_all = list(operand) == list(maker.channels)
    if maker.key != (keyword,) or not is_all or len(graph.consumers[name]) > 1 or name in graph.outputs.values():
        return [operand]
    return list(maker.reads)


RULES: Mapping[str, Rule] = {
    "flatten": no_change, "reshape": reshape, "split": split, "concat": concat, "channel_shuffle": channel_shuffle,
    "crop": crop, "pad": pad, "add": merge, "mul": merge,
}  # fmt: skip
