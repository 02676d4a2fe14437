"""A chain of layers as towers: every device has a share of each layer's channels, as in Krizhevsky et al. 2012.

The towers compute what the chain does. A layer that reads all channels, such as a fully connected one, stands behind an
`exchange`; one whose groups divide among the devices reads only the channels of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction as Ratio

from ..diagnostics import Problem
from ..graph import Device, Graph, Layer
from ..op import Op
from ..values import format_shape
from .spell import spell

PER_CHANNEL = frozenset(
    {
        "relu", "relu6", "leaky_relu", "elu", "tanh", "scaled_tanh", "sigmoid", "hardsigmoid", "hardswish", "silu",
        "gelu", "maxpool", "avgpool", "adaptive_avgpool", "adaptive_maxpool", "global_avgpool", "global_maxpool",
        "subsample", "batchnorm", "dropout", "flatten",
    }
)  # fmt: skip
"""Ops that make every channel of the same channel alone."""
GROUPED = frozenset({"conv", "lrn"})
"""Ops with groups of channels; each group reads its own."""


def as_towers(graph: Graph, devices: Sequence[Device]) -> list[str]:
    """The lines of the net's body. Raises Problem E910 where towers would be another net."""
    statements = list(_statements(graph))
    head = next((at for at in reversed(range(len(statements))) if statements[at][0].parameters), 0)
    if head == 0:
        raise Problem("E910", "a net with one layer with weights has nothing to divide")
    names = [device.name for device in devices]
    lines = [f"towers on {', '.join(names)} {{"]
    for index, layers in enumerate(statements[:head]):
        if index and _reads_all(layers, len(devices)):
            lines.append("exchange")
        lines.append(_statement(layers, [_share(layer, len(devices)) for layer in layers]))
    last = [f"{_statement(layers, [layer.op for layer in layers])} on {names[0]}" for layers in statements[head:]]
    return [*lines, "}", *last, *_initial(statements)]


def _statements(graph: Graph) -> Iterator[list[Layer]]:
    """The layers, each with the weightless ones and normalizations behind it. Raises Problem for no chain."""
    layers: list[Layer] = []
    previous: Layer | None = None
    for layer in graph.layers:
        _needs_chain(graph, layer, previous)
        previous = layer
        if layers and layer.op.role in ("convolution", "dense", "pooling"):
            yield layers
            layers = []
        layers.append(layer)
    yield layers


def _needs_chain(graph: Graph, layer: Layer, previous: Layer | None) -> None:
    """Raises Problem for a layer that reads more than what stands before it, and for a net of several outputs."""
    if len(graph.outputs) > 1:
        raise Problem("E910", "towers are proposed for nets with one output", found=", ".join(graph.outputs))
    expected = previous.name if previous else graph.inputs[0].name
    if layer.inputs != (expected,):
        raise Problem(
            "E910", f"towers are proposed for chains, and `{layer.name}` in line {layer.line} makes it more than that",
            expected=f"it reads {expected} alone", found=f"it reads {' and '.join(layer.inputs)}",
        )  # fmt: skip


def _reads_all(layers: Sequence[Layer], count: int) -> bool:
    """Whether a statement begins with a layer that reads the channels of all towers."""
    first = next(layer for layer in layers if layer.op.keyword != "flatten")
    return first.op.keyword not in PER_CHANNEL and not _divides(first.op, count)


def _divides(op: Op, count: int) -> bool:
    groups: int = getattr(op, "groups", 1)
    return op.keyword in GROUPED and groups % count == 0


def _share(layer: Layer, count: int) -> Op:
    """What one tower does of a layer."""
    op = layer.op
    changes: dict[str, int] = {}
    if _divides(op, count):
        changes["groups"] = getattr(op, "groups") // count  # noqa: B009 - only some ops have groups
    elif op.keyword not in PER_CHANNEL and op.width is None:
        raise Problem(
            "E910", f"line {layer.line}: `{layer.name}` reads all {format_shape(layer.shape)} and cannot be divided",
            hint=f"with groups = {count} its channels would be of one tower" if op.keyword in GROUPED else None,
        )  # fmt: skip
    if op.width is not None:
        share = Ratio(getattr(op, op.width), count)
        if share.denominator != 1 or op.fixed():
            found = op.fixed() or f"{getattr(op, op.width)} channels"
            raise Problem(
                "E910", f"line {layer.line}: `{layer.name}` does not divide among {count} devices", found=found
            )
        changes[op.width] = share.numerator
    return op.model_copy(update=changes)


def _statement(layers: Sequence[Layer], ops: Sequence[Op]) -> str:
    return f"{_name(layers[0])} = " + " -> ".join(spell(op) for op in ops)


def _name(layer: Layer) -> str:
    """The layer's name without dots, and without an op's keyword at its end."""
    parts = layer.name.split(".")
    return "_".join(parts[:-1] if len(parts) > 1 and parts[-1] == layer.op.keyword else parts)


def _initial(statements: Iterable[Sequence[Layer]]) -> Iterator[str]:
    """What the weights start from, layers that start alike together."""
    alike: dict[str, list[str]] = {}
    for layers in statements:
        for weight, init in layers[0].init.items():
            values = ", ".join(f"{value:g}" for value in init.values)
            start = values if init.distribution == "constant" else f"{init.distribution}({values})"
            alike.setdefault(f"{weight} = {start}", []).append(_name(layers[0]))
    for setting, names in alike.items():
        yield f"init {', '.join(names)}: {setting}"
