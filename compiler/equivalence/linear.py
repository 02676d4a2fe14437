"""Convolutions and fully connected layers in normal form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..graph import Layer
from ..ops.conv import Conv
from ..ops.conv_transpose import ConvTranspose
from ..ops.dense import FC
from ..values import Shape
from .building import SINGLE, Builder, Rule
from .form import Channels, Key, Part


def fc(builder: Builder, layer: Layer, operands: list[Channels]) -> Channels:
    """A weighted sum of all values: what was flattened is read as channels."""
    assert isinstance(layer.op, FC)
    part = Part(layer, range(layer.op.units))
    return builder.form.add(("linear", layer.op.bias), "all", (operands[0],), layer.op.units, SINGLE, (part,))


def conv(builder: Builder, layer: Layer, operands: list[Channels]) -> Channels:
    """An operation per group; of a connection table one per output channel."""
    op = layer.op
    assert isinstance(op, Conv)
    shape = builder.input_shape(layer)
    top, _, left, _ = op.padding(shape)
    channels, margin = _without_padding(builder, operands[0])
    top, left = top + margin[0], left + margin[1]
    key = _key(op, layer.shape, builder.form.size(channels[0]), (top, left))
    made: list[int] = []
    for read, rows in _reads(op, channels):
        made += builder.form.add(key, "all", (read,), len(rows), layer.shape[1:], (Part(layer, rows),))
    return made


def _key(op: Conv, made: Shape, read: tuple[int, ...], margin: tuple[int, int]) -> Key:
    """What is done whatever it is called: a kernel as large as its input is a fully connected layer.

    The size of the output tells what is padded below and to the right. A stride does nothing where there is one step,
    a dilation where there is one tap.
    """
    if made[1:] == (1, 1) and op.kernel == read and margin == (0, 0) and _is_compact(op):
        return ("linear", op.bias)
    stride = tuple(1 if size == 1 else step for size, step in zip(made[1:], op.stride, strict=True))
    dilation = tuple(1 if taps == 1 else apart for taps, apart in zip(op.kernel, op.dilation, strict=True))
    return ("conv", op.kernel, stride, dilation, margin, made[1:], op.bias)


def _is_compact(op: Conv) -> bool:
    return all(taps == 1 or apart == 1 for taps, apart in zip(op.kernel, op.dilation, strict=True))


def _reads(op: Conv, channels: Channels) -> Iterator[tuple[Channels, range]]:
    """What is read, and which output channels read it."""
    if op.connect is not None:
        for row, column in enumerate(zip(*op.connect, strict=True)):
            yield [channels[place] for place, mark in enumerate(column) if mark == "X"], range(row, row + 1)
        return
    read, made = len(channels) // op.groups, op.channels // op.groups
    for group in range(op.groups):
        yield channels[group * read : (group + 1) * read], range(group * made, (group + 1) * made)


def _without_padding(builder: Builder, channels: Channels) -> tuple[Channels, tuple[int, int]]:
    """What stands before zeros around a map: the convolution may as well pad them itself."""
    makers = [builder.form.operations[index] for index in builder.by_maker(channels)]
    keys = {maker.key for maker in makers}
    if len(keys) != 1 or makers[0].key[0] != "pad" or makers[0].key[-1] != 0:
        return channels, (0, 0)
    margins = makers[0].key[1]
    assert isinstance(margins, tuple)
    found = [builder.form.made_by(channel) for channel in channels]
    before = [maker.reads[0][channel - maker.first] for channel, maker in zip(channels, found, strict=True)]
    return before, (margins[0], margins[2])


def conv_transpose(builder: Builder, layer: Layer, operands: list[Channels]) -> Channels:
    """One operation; with groups the layer is taken as a whole."""
    op = layer.op
    assert isinstance(op, ConvTranspose)
    if op.groups > 1:
        return builder.as_a_whole(layer, operands)
    key = ("conv_transpose", op.kernel, op.stride, op.pad, op.output_pad, op.dilation, op.bias)
    part = Part(layer, range(op.channels))
    return builder.form.add(key, "all", (operands[0],), op.channels, layer.shape[1:], (part,))


RULES: Mapping[str, Rule] = {"fc": fc, "conv": conv, "conv_transpose": conv_transpose}
