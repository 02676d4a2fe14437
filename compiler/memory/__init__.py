"""Memory of training, from the graph alone: weights, gradients, optimizer, saved activations, and the peak."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from typing import NamedTuple

from ..graph import Graph, Layer, Transfer
from ..values import BYTES_PER_VALUE
from .forward import Forward, Memory
from .timeline import Use, peak, uses

OPTIMIZERS = {"sgd": 0, "momentum": 1, "adam": 2}
"""Values that an optimizer keeps per weight: none, the velocity, or both moments (Kingma, Ba 2015, algorithm 1)."""

MOST_SAMPLES = 2**20
"""Where the search for the largest batch ends."""


class TrainingMemory(NamedTuple):
    """Bytes of one device for training, all numbers in 32 bits, as the generated module is trained by PyTorch."""

    weights: int
    """Parameters and buffers."""
    gradients: int
    """Of all parameters."""
    optimizer: int
    saved: int
    """What autograd keeps from the forward for the backward pass, at the end of the forward pass."""
    peak: int
    """The most that is in use at one time: weights and optimizer, and of everything else what is needed at that time.

    Gradients of the weights come into being in the backward pass, as after ``zero_grad()``. Not counted are what
    libraries need to compute a layer (the workspace of cuDNN) and what an allocator cannot use.
    """
    without_reuse: int
    """The same if every output and every gradient had memory of its own, to the end of the step.

    So it was in cuda-convnet of 2012, unless told ``--conserve-mem 1``.
    """


class Demand(NamedTuple):
    """What one device needs for training, for any batch and optimizer."""

    layers: Sequence[Layer]
    kept: Sequence[Memory]
    used: Sequence[Use]

    def at(self, batch: int, optimizer: str) -> TrainingMemory:
        """For so many samples; ``optimizer`` is one of OPTIMIZERS."""
        gradients = BYTES_PER_VALUE * sum(layer.parameters for layer in self.layers)
        weights = gradients + BYTES_PER_VALUE * sum(layer.buffers for layer in self.layers)
        states = OPTIMIZERS[optimizer] * gradients
        saved = sum(memory.bytes(batch) for memory in self.kept)
        together = sum(use.memory.bytes(batch) for use in self.used if not use.in_passing)
        return TrainingMemory(
            weights, gradients, states, saved,
            peak=weights + states + peak(self.used, batch), without_reuse=weights + states + together,
        )  # fmt: skip

    def largest_batch(self, memory: int, optimizer: str) -> int:
        """The most samples whose peak is at most so many bytes; 0 where one is too many already."""
        batches = range(1, MOST_SAMPLES + 1)
        return bisect(batches, memory, key=lambda batch: self.at(batch, optimizer).peak)


def demands(graph: Graph) -> dict[str | None, Demand]:
    """Per device, in the graph's order; None stands for the layers that are on no device, if there are any."""
    forward = Forward(graph)
    layers: dict[str | None, list[Layer]] = {device.name: [] for device in graph.devices}
    for layer in graph.layers:
        layers.setdefault(layer.device, []).append(layer)
    kept: dict[str | None, list[Memory]] = {device: [] for device in layers}
    for memory in forward.kept():
        kept[memory.device].append(memory)
    used: dict[str | None, list[Use]] = {device: [] for device in layers}
    for use in uses(graph, forward):
        used[use.memory.device].append(use)
    return {device: Demand(layers[device], kept[device], used[device]) for device in layers}


def training_memory(graph: Graph, batch: int = 1, optimizer: str = "momentum") -> dict[str | None, TrainingMemory]:
    """Per device, in the graph's order; None stands for the layers that are on no device, if there are any."""
    return {device: demand.at(batch, optimizer) for device, demand in demands(graph).items()}


def memory(graph: Graph, device: str | None = None, batch: int = 1, optimizer: str = "momentum") -> int:
    """Bytes for training at the peak, of one device or of all together."""
    found = training_memory(graph, batch, optimizer)
    return found[device].peak if device is not None else sum(one.peak for one in found.values())


def sent_back(graph: Graph) -> frozenset[str]:
    """The transfers whose gradient goes the other way: those of what weights had a part in."""
    steps = Forward(graph).steps
    return frozenset(step.node.name for step in steps if isinstance(step.node, Transfer) and step.makes.needs_gradient)


def on_one_device(graph: Graph) -> Graph:
    """The same layers without devices, and so without transfers."""
    sources = {transfer.name: transfer.layer for transfer in graph.transfers}
    nodes = tuple(
        node.model_copy(update={"device": None, "inputs": tuple(sources.get(name, name) for name in node.inputs)})
        if isinstance(node, Layer) else node
        for node in graph.nodes
        if node.name not in sources
    )  # fmt: skip
    fields = {name: getattr(graph, name) for name in Graph.model_fields}
    return Graph(**(fields | {"devices": (), "nodes": nodes}))
