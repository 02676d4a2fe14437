"""The fields of a layer that a figure can write."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ...compiler import BYTES_PER_VALUE, Layer, Problem, format_bytes, format_shape, suggest
from ...compiler.summary import summary


def _extent(name: str) -> Callable[[Layer], str]:
    """A size among the op's arguments, where it has one; a stride is only said where it is not 1."""

    def field(layer: Layer) -> str:
        value = getattr(layer.op, name, None)
        if not isinstance(value, tuple) or (name == "stride" and set(value) == {1}):
            return ""
        return format_shape(value) if name == "kernel" or len(set(value)) > 1 else str(value[0])

    return field


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
