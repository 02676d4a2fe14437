"""Poolings in normal form."""

from __future__ import annotations

from collections.abc import Mapping

from ..graph import Layer
from ..ops.pool import AvgPool, MaxPool, Subsample
from .building import Builder, Rule
from .form import Channels, Key, Part

Pair = tuple[int, int]


def maxpool(builder: Builder, layer: Layer, operands: list[Channels]) -> Channels:
    """The maximum of windows, sliding or of a number that is given."""
    op = layer.op
    if isinstance(op, MaxPool):
        key = _window("maxpool", layer, op.kernel, op.stride, op.pad, op.dilation)
    else:
        key = _to_a_size(builder, layer, "maxpool")
    return _pooled(builder, layer, operands, key)


def avgpool(builder: Builder, layer: Layer, operands: list[Channels]) -> Channels:
    """The mean of windows, sliding or of a number that is given."""
    op = layer.op
    if isinstance(op, AvgPool):
        counts = op.pad != (0, 0) and op.count_include_pad
        key = (*_window("avgpool", layer, op.kernel, op.stride, op.pad), counts)
    else:
        key = (*_to_a_size(builder, layer, "avgpool"), False)
    return _pooled(builder, layer, operands, key)


def subsample(builder: Builder, layer: Layer, operands: list[Channels]) -> Channels:
    """Sums of windows with weights per channel."""
    op = layer.op
    assert isinstance(op, Subsample)
    key, part = _window("subsample", layer, op.kernel, op.stride), Part(layer, range(layer.shape[0]))
    return builder.form.add(key, "each", (operands[0],), layer.shape[0], layer.shape[1:], (part,))


def _window(
    name: str, layer: Layer, kernel: Pair, stride: Pair | None, pad: Pair = (0, 0), dilation: Pair = (1, 1)
) -> Key:
    """A sliding window. A stride does nothing where there is one step, a dilation where there is one value."""
    made = layer.shape[1:]
    steps = tuple(1 if size == 1 else step for size, step in zip(made, stride or kernel, strict=True))
    apart = tuple(1 if taps == 1 else step for taps, step in zip(kernel, dilation, strict=True))
    return (name, kernel, steps, pad, apart, made)


def _to_a_size(builder: Builder, layer: Layer, name: str) -> Key:
    """Windows that follow from the output's size: sliding ones where they are all equal."""
    read, made = builder.input_shape(layer)[1:], layer.shape[1:]
    if any(size % count for size, count in zip(read, made, strict=True)):
        return (f"adaptive {name}", made)
    kernel = (read[0] // made[0], read[1] // made[1])
    return _window(name, layer, kernel, kernel)


def _pooled(builder: Builder, layer: Layer, operands: list[Channels], key: Key) -> Channels:
    """An operation, unless every window is one value and all values have one."""
    if key[1:5] == ((1, 1), (1, 1), (0, 0), (1, 1)) and builder.input_shape(layer) == layer.shape:
        return operands[0]
    return builder.each(key, layer, operands, layer.shape[1:])


RULES: Mapping[str, Rule] = {
    "maxpool": maxpool, "adaptive_maxpool": maxpool, "global_maxpool": maxpool,
    "avgpool": avgpool, "adaptive_avgpool": avgpool, "global_avgpool": avgpool, "subsample": subsample,
}  # fmt: skip
