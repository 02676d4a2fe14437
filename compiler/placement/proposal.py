"""Placements of a net on several devices that fit, as a pipeline or as towers, with their costs and as specs."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ..compile import load as compiled
from ..diagnostics import Problem
from ..format import format_text
from ..graph import Device, Graph
from ..memory import training_memory
from ..values import Bytes, format_value
from .cuts import parts
from .moves import moves
from .placed import placed
from .towers import as_towers

TOLERANCES = (0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5)
"""How unequal a pipeline's parts may be, as a part of the whole; tried in this order until the parts fit."""


@dataclass(frozen=True)
class Load:
    """What a training step takes: so many samples, and an optimizer of ``memory.OPTIMIZERS``."""

    batch: int = 128
    optimizer: str = "momentum"


@dataclass(frozen=True)
class Proposal:
    """A net on devices."""

    kind: str
    """``pipeline``, ``towers``, or ``as written`` for the placement that the spec has."""
    graph: Graph
    load: Load
    text: str = ""
    """The spec that says so."""

    @cached_property
    def memory(self) -> dict[str | None, int]:
        """Bytes that training takes on every device, at the peak."""
        found = training_memory(self.graph, self.load.batch, self.load.optimizer)
        return {device: memory.peak for device, memory in found.items()}

    @property
    def excess(self) -> int:
        """Bytes by which the fullest device is too small; 0 where all fit, or none says what it has."""
        over = [self.memory[device.name] - device.memory for device in self.graph.devices if device.memory is not None]
        return max(0, *over) if over else 0

    @property
    def largest_batch(self) -> int:
        """The most samples with which all devices are large enough; 0 where one is not enough for its weights."""
        return max(0, bisect(range(self.load.batch + 1), 0, key=self._excess_of) - 1)

    def _excess_of(self, batch: int) -> int:
        return Proposal(self.kind, self.graph, Load(batch, self.load.optimizer)).excess

    @property
    def traffic(self) -> int:
        """Bytes per sample that go from device to device in the forward pass; the gradients are as many."""
        return sum(transfer.bytes_per_sample for transfer in self.graph.transfers)


@dataclass(frozen=True)
class Base:
    """The net to place, and how a spec that uses it calls it."""

    graph: Graph
    file: str
    arguments: Mapping[str, object]


def on_one(graph: Graph, device: Device, load: Load) -> Proposal:
    """All layers on the first device."""
    return Proposal("one device", placed(graph, [device], {layer.name: device.name for layer in graph.layers}), load)


def as_written(graph: Graph, load: Load) -> tuple[Proposal, ...]:
    """The placement that the spec has, if any."""
    return (Proposal("as written", graph, load),) if len(graph.devices) > 1 else ()


def pipeline(base: Base, devices: Sequence[Device], load: Load) -> Proposal:
    """Consecutive parts: balanced MACs and little traffic where that fits, less balance where only that does.

    Where nothing fits, the proposal that lacks least. It has no text where the spec has towers, whose layers stay on
    their devices, or more devices, all of which need a layer. Raises Problem E910 where there are more devices than
    layers to divide.
    """
    best: Proposal | None = None
    for proposal in _pipelines(base.graph, devices, load):
        best = proposal if best is None or proposal.excess < best.excess else best
        if not best.excess:
            break
    if best is None:
        raise Problem("E910", f"{base.graph.net} has too few layers for {len(devices)} devices")
    device_of = {layer.name: str(layer.device) for layer in best.graph.layers}
    has_towers = any(scope.kind == "tower" for scope in base.graph.scopes)
    fewer = len(devices) < len(base.graph.devices)
    text = "" if has_towers or fewer else _variant(base, devices, moves(base.graph, device_of))
    return Proposal("pipeline", best.graph, load, text)


def _pipelines(graph: Graph, devices: Sequence[Device], load: Load) -> Iterator[Proposal]:
    macs = {layer.name: layer.macs for layer in graph.layers}
    bytes_of = {layer.name: 3 * layer.parameters + load.batch * layer.activations for layer in graph.layers}
    for weights in (macs, bytes_of):
        for tolerance in TOLERANCES:
            part_of = parts(graph, weights, len(devices), tolerance)
            if set(part_of.values()) == set(range(len(devices))):
                device_of = {name: devices[part].name for name, part in part_of.items()}
                yield Proposal("pipeline", placed(graph, devices, device_of), load)


def _variant(base: Base, devices: Sequence[Device], told: Mapping[str, list[str]]) -> str:
    net = base.graph.net
    arguments = ", ".join(f"{name} = {format_value(value)}" for name, value in base.arguments.items())
    new = devices[len(base.graph.devices) :]
    lines = [_declaration(new)] if new else []
    lines += [f"move {', '.join(told[device.name])} to {device.name}" for device in devices if device.name in told]
    body = "\n".join(lines)
    return format_text(
        f'use {net} from "{base.file}"\n\nnet {net}Pipeline = {net}{f"({arguments})" if arguments else ""} with {{\n'
        f"{body}\n}}\n"
    )


def towers(base: Base, devices: Sequence[Device], load: Load) -> Proposal:
    """Every device has a share of each layer's channels. Raises Problem E910 where that is not the same net."""
    graph = base.graph
    title = f"{graph.about.title or graph.net} in towers"
    shape = "x".join(map(str, graph.inputs[0].shape))
    lines = [
        f"net {graph.net}Towers {{", f"about {{ title = {format_value(title)} }}", "", _declaration(devices),
        f"input {graph.inputs[0].name}: {shape}", "", *as_towers(graph, devices), "",
        f"expect parameters == {graph.total('parameters')}", f"expect macs == {graph.total('macs')}", "}",
    ]  # fmt: skip
    text = format_text("\n".join(lines) + "\n")
    return Proposal("towers", compiled(text), load, text)


def _declaration(devices: Sequence[Device]) -> str:
    declared = (
        f"{device.name}(memory = {Bytes(device.memory)})" if device.memory is not None else device.name
        for device in devices
    )
    return f"device {', '.join(declared)}"
