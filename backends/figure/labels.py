"""What a figure can say of a node: the fields of a layer, its title, names without their device."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ...compiler import BYTES_PER_VALUE, Layer, Problem, Transfer, format_bytes, format_shape, suggest
from ...compiler.summary import summary


def _extent(name: str) -> Callable[[Layer], str]:
    """A size among the op's arguments, where it has one; a stride is only said where it is not 1."""

    def field(layer: Layer) -> str:
        value = getattr(layer.op, name, None)
        if not isinstance(value, tuple) or (name == "stride" and set(value) == {1}):
            return ""
        return format_shape(value) if name == "kernel" or len(set(value)) > 1 else str(value[0])

    return field


IN_TRAINING = "in training"
"""What is said of auxiliary outputs."""

FIELDS: Mapping[str, Callable[[Layer], str]] = {
    "name": lambda layer: layer.name,
    "op": lambda layer: summary(layer.op),
    "kernel": _extent("kernel"),
    "stride": lambda layer: f"stride {text}" if (text := _extent("stride")(layer)) else "",
    "shape": lambda layer: format_shape(layer.shape),
    "params": lambda layer: f"{layer.parameters:,} params" if layer.parameters else "",
    "macs": lambda layer: f"{layer.macs:,} MACs" if layer.macs else "",
    "bytes": lambda layer: format_bytes(BYTES_PER_VALUE * layer.activations),
    "device": lambda layer: layer.device or "",
}
"""What a field says of a layer; empty where the layer has no such thing."""


SIGNS: Mapping[str, str] = {"add": "+", "mul": "×"}
"""Merges of equal shapes by their keyword: a circle with the sign of what they do says all."""


def title_of_layer(layer: Layer) -> str:
    """What a screen reader says of a layer: name, op and output shape."""
    return f"{layer.name}: {summary(layer.op)}, {format_shape(layer.shape)}"


def title_of_transfer(transfer: Transfer) -> str:
    """What a screen reader says of a transfer: name, shape, devices and bytes."""
    way = f"{format_shape(transfer.shape)} from {transfer.origin} to {transfer.destination}"
    return f"{transfer.name}: {way}, {format_bytes(transfer.bytes_per_sample)} per sample"


def without_device(name: str, device: str | None) -> str:
    """The name of what stands beside its device: `conv1` of `gpu0.conv1`."""
    return name.removeprefix(f"{device}.") if device else name


def times(count: int) -> str:
    """How often a repetition comes."""
    return f"× {count}"


def fields_of(text: str) -> tuple[str, ...]:
    """Field names from ``shape,kernel``; ``none`` is no field at all. Raises Problem E901."""
    if text == "none":
        return ()
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",")))
    for name in names:
        if name not in FIELDS:
            hint = suggest(name, FIELDS)
            raise Problem("E901", f"unknown field `{name}`", expected=f"{', '.join(FIELDS)} or none", hint=hint)
    return names
