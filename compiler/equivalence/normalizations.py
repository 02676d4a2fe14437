"""Normalizations in normal form: a factor and a shift per channel join the weights before them."""

from __future__ import annotations

from collections.abc import Mapping

from ..graph import Layer
from ..ops.normalization import LRN, BatchNorm
from .building import Builder, Rule, key_of, size_of
from .form import LINEAR, Channels, Operation, Part


def batchnorm(builder: Builder, layer: Layer, operands: list[Channels]) -> Channels:
    """In evaluation a factor and a shift per channel."""
    assert isinstance(layer.op, BatchNorm)
    channels = builder.single(operands[0], builder.input_shape(layer))
    return _per_channel(builder, layer, channels, shifts=True, joins=not builder.training)


def layer_scale(builder: Builder, layer: Layer, operands: list[Channels]) -> Channels:
    """A factor per channel."""
    channels = builder.single(operands[0], builder.input_shape(layer))
    return _per_channel(builder, layer, channels, shifts=False, joins=True)


def _per_channel(builder: Builder, layer: Layer, channels: Channels, *, shifts: bool, joins: bool) -> Channels:
    """Channels that a layer scales: where a weighted sum makes them for it alone, it takes the factor in."""
    form, alone = builder.form, list[int]()
    made: dict[int, int] = {}
    for index, places in builder.by_maker(channels).items():
        maker = form.operations[index]
        if joins and maker.key[0] in LINEAR and builder.reader[maker.parts[-1].layer.name] == layer.name:
            made |= zip(places, _joined(builder, layer, maker, channels, places, shifts), strict=True)
        else:
            alone += places
    if alone:
        left_out = ("init",) if builder.training else ("init", "momentum")
        read, part = [channels[place] for place in alone], Part(layer, alone)
        found = form.add(key_of(layer, *left_out), "each", (read,), len(read), form.size(read[0]), (part,))
        made |= zip(alone, found, strict=True)
    return [made[place] for place in range(len(channels))]


def _joined(
    builder: Builder, layer: Layer, maker: Operation, channels: Channels, places: list[int], shifts: bool
) -> Channels:
    """The weighted sum again, with one layer more that scales what it makes."""
    key = (*maker.key[:-1], True) if shifts else maker.key
    chosen = [channels[place] - maker.first for place in places]
    parts = [Part(part.layer, [part.rows[at] for at in chosen]) for part in maker.parts if part.rows is not None]
    return builder.form.add(key, maker.mode, maker.reads, len(places), maker.size, (*parts, Part(layer, places)))


def lrn(builder: Builder, layer: Layer, operands: list[Channels]) -> Channels:
    """An operation per group: neighbours are of one group."""
    op = layer.op
    assert isinstance(op, LRN)
    alpha = op.alpha if op.alpha_per == "size" else op.alpha * op.size
    key, count = ("lrn", op.size, alpha, op.beta, op.k), layer.shape[0] // op.groups
    made: list[int] = []
    for start in range(0, layer.shape[0], count):
        read = operands[0][start : start + count]
        made += builder.form.add(key, "ordered", (read,), count, layer.shape[1:], (Part(layer, None),))
    return made


def among_channels(builder: Builder, layer: Layer, operands: list[Channels]) -> Channels:
    """Softmax and layer normalization: what is done to a channel depends on all."""
    channels = builder.single(operands[0], builder.input_shape(layer))
    part = Part(layer, range(len(channels)))
    return builder.form.add(key_of(layer), "among", (channels,), len(channels), size_of(layer.shape), (part,))


RULES: Mapping[str, Rule] = {
    "batchnorm": batchnorm, "layer_scale": layer_scale, "lrn": lrn,
    "layernorm": among_channels, "softmax": among_channels,
}  # fmt: skip
