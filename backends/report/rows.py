"""The numbers of a graph, once: as rows for programs, and as grids of texts for people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from ...compiler.graph import Cost, Graph, Input, Layer
from ...compiler.summary import summary
from ...compiler.values import format_bytes, format_shape

Value: TypeAlias = str | int | bool | list[int] | None

COSTS: tuple[Literal["parameters", "connections", "macs", "activations"], ...] = (
    "parameters", "connections", "macs", "activations",
)  # fmt: skip
"""What is counted per layer; `activations` are the values of its output for one sample."""

HOST = "host"
"""Where a layer runs that is on none of the net's devices."""


def layer_row(graph: Graph, layer: Layer) -> dict[str, Value]:
    """What is told of a layer, by the names that JSON and CSV use."""
    costs: dict[str, Value] = {cost: getattr(layer, cost) for cost in COSTS}
    return {
        "name": layer.name, "op": layer.op.keyword, "summary": summary(layer.op), "shape": list(layer.shape), **costs,
        "device": layer.device, "section": layer.section, "line": layer.line, "file": layer.file,
        "training_only": layer.name in graph.training_only,
    }  # fmt: skip


def device_costs(graph: Graph, device: str | None) -> dict[str, int]:
    """Sums over the layers of a device, in evaluation; None is the host."""
    layers = [layer for layer in graph.layers if layer.device == device]
    return {"layers": len(layers)} | {cost: graph.total_of(layers, cost) for cost in COSTS}


@dataclass(frozen=True)
class Line:
    """A row of a grid. A section has one cell only, its title."""

    kind: Literal["section", "row", "total"]
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Grid:
    """A table of texts. ``numeric`` says which columns are right-aligned."""

    title: str
    headings: tuple[str, ...]
    numeric: tuple[bool, ...]
    lines: tuple[Line, ...]


def grids(graph: Graph) -> Iterator[Grid]:
    """The tables for people: the layers, and with devices their sums and the transfers between them."""
    yield _layers(graph)
    if graph.devices:
        yield _devices(graph)
    if graph.transfers:
        yield _transfers(graph)


def title(graph: Graph) -> str:
    """``LeNet-5 (1998)``, or the net's name where the spec says nothing of it."""
    name = one_line(graph.about.title or graph.net)
    return f"{name} ({graph.about.year})" if graph.about.year is not None else name


def one_line(text: str) -> str:
    """A user's string without line breaks and control characters."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def grouped(number: int) -> str:
    """``60,000``."""
    return f"{number:,}"


def _layers(graph: Graph) -> Grid:
    headings = ("layer", "op", "output", "parameters", "connections", "MACs", "device")
    numeric = (False, False, False, True, True, True, False)
    lines = (*map(_input_line, graph.inputs), *_layer_lines(graph), *_totals(graph))
    columns = len(headings) if graph.devices else len(headings) - 1
    lines = tuple(Line(line.kind, line.cells[:columns]) for line in lines)
    return Grid(title(graph), headings[:columns], numeric[:columns], lines)


def _totals(graph: Graph) -> Iterator[Line]:
    """The sums, in evaluation; with auxiliary outputs also what their layers compute besides, in training."""
    sums = (grouped(graph.total(cost)) for cost in ("parameters", "connections", "macs"))
    yield Line("total", ("total", "", "", *sums, ""))
    if graph.auxiliary:
        costs: tuple[Cost, ...] = ("connections", "macs")
        more = (grouped(graph.total(cost, training=True) - graph.total(cost)) for cost in costs)
        yield Line("row", ("more in training", "", "", "", *more, ""))


def _input_line(node: Input) -> Line:
    return Line("row", (node.name, "input", format_shape(node.shape), "", "", "", ""))


def _layer_lines(graph: Graph) -> Iterator[Line]:
    titles = {section.name: one_line(section.title) or section.name for section in graph.sections}
    last: str | None = None
    for layer in graph.layers:
        if layer.section != last:
            yield Line("section", (titles.get(layer.section, layer.section) if layer.section else "",))
        last = layer.section
        numbers = (grouped(layer.parameters), grouped(layer.connections), grouped(layer.macs))
        op = summary(layer.op) + " (training)" * (layer.name in graph.training_only)
        yield Line("row", (layer.name, op, format_shape(layer.shape), *numbers, layer.device or HOST))


def _devices(graph: Graph) -> Grid:
    headings = ("device", "memory", "layers", "parameters", "connections", "MACs", "activations")
    memory: dict[str | None, int | None] = {device.name: device.memory for device in graph.devices}
    if any(layer.device is None for layer in graph.layers):
        memory[None] = None
    lines = []
    for device, size in memory.items():
        sums = (grouped(value) for value in device_costs(graph, device).values())
        lines.append(Line("row", (device or HOST, format_bytes(size) if size is not None else "", *sums)))
    return Grid("Devices", headings, (False, *(True,) * 6), tuple(lines))


def _transfers(graph: Graph) -> Grid:
    headings = ("transfer of", "from", "to", "shape", "bytes per sample")
    lines, sums = [], {False: 0, True: 0}
    for item in graph.transfers:
        in_training = item.name in graph.training_only
        sums[in_training] += item.bytes_per_sample
        name = item.layer + " (training)" * in_training
        places = (item.origin, item.destination, format_shape(item.shape))
        lines.append(Line("row", (name, *places, grouped(item.bytes_per_sample))))
    lines.append(Line("total", ("total", "", "", "", grouped(sums[False]))))
    if sums[True]:
        lines.append(Line("row", ("more in training", "", "", "", grouped(sums[True]))))
    return Grid("Transfers", headings, (False, False, False, False, True), tuple(lines))
