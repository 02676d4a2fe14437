"""The forward pass as autograd sees it: which memory every layer reads, writes and keeps for its backward pass."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..graph import Graph, Input, Layer, Transfer
from ..saved import NOTHING, Saved, Tensor
from ..values import Shape
from .in_place import may_overwrite


class Memory:
    """The memory of one tensor, and of all that share it; equal to itself alone."""

    def __init__(self, tensor: Tensor, device: str | None) -> None:
        self.tensor, self.device = tensor, device

    def bytes(self, batch: int) -> int:
        """For so many samples."""
        return self.tensor.bytes * (batch if self.tensor.per_sample else 1)


class Value(NamedTuple):
    """What a node makes."""

    memory: Memory
    needs_gradient: bool
    has_gaps: bool = False
    """Whether its values do not lie one after another, so that a reshape has to copy them."""


class Step(NamedTuple):
    """One layer or transfer at work."""

    node: Layer | Transfer
    reads: tuple[Value, ...]
    makes: Value
    keeps: tuple[Memory, ...] = ()


class Forward:
    """The steps of a graph in training; inputs need no gradient, and every weight needs one."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.steps: list[Step] = []
        self.arrivals: dict[tuple[str, str | None], Value] = {}
        """Inputs of the net, once per device that reads them."""
        self._values: dict[str, Value] = {}
        self._scopes = {scope.path for scope in self.graph.scopes}
        for node in self.graph.nodes:
            if not isinstance(node, Input):
                step = self._transferred(node) if isinstance(node, Transfer) else self._computed(node)
                self._values[node.name] = step.makes
                self.steps.append(step)

    def value(self, name: str) -> Value:
        """What a layer or transfer makes."""
        return self._values[name]

    def kept(self) -> Iterator[Memory]:
        """All that autograd keeps, each once."""
        return iter(dict.fromkeys(memory for step in self.steps for memory in step.keeps))

    def _transferred(self, node: Transfer) -> Step:
        source = self._values[node.layer]
        copy = Memory(Tensor(node.shape), node.destination)
        return Step(node, (source,), Value(copy, source.needs_gradient))

    def _computed(self, layer: Layer) -> Step:
        reads = tuple(self._read(name, layer.device) for name in layer.inputs)
        shapes = self.graph.input_shapes(layer)
        in_place = self._is_in_place(layer)
        needs_gradient = layer.parameters > 0 or any(value.needs_gradient for value in reads)
        makes = _stored(layer, shapes, reads[0], needs_gradient, in_place)
        saved = layer.op.saved_in_place(*shapes) if in_place else layer.op.saved(*shapes)
        return Step(layer, reads, makes, tuple(_kept(saved if needs_gradient else NOTHING, reads, makes)))

    def _read(self, name: str, device: str | None) -> Value:
        node = self.graph.by_name[name]
        if not isinstance(node, Input):
            return self._values[name]
        if (name, device) not in self.arrivals:
            self.arrivals[name, device] = Value(Memory(Tensor(node.shape), device), needs_gradient=False)
        return self.arrivals[name, device]

    def _is_in_place(self, layer: Layer) -> bool:
        """Whether the generated module overwrites: also not what comes from outside of the layer's block."""
        if not may_overwrite(self.graph, layer):
            return False
        path = self._block(layer.name)
        return not path or layer.inputs[0].startswith(f"{path}.")

    def _block(self, name: str) -> str:
        path = name.rpartition(".")[0]
        while path and path not in self._scopes:
            path = path.rpartition(".")[0]
        return path


def _stored(layer: Layer, shapes: tuple[Shape, ...], first: Value, needs_gradient: bool, in_place: bool) -> Value:
    """Where the output of a layer lies."""
    storage = layer.op.storage(*shapes)
    if in_place or storage == "part" or (storage == "same" and not first.has_gaps):
        return Value(first.memory, needs_gradient, storage == "part" or first.has_gaps)
    return Value(Memory(Tensor(layer.shape), layer.device), needs_gradient)


def _kept(saved: Saved, reads: tuple[Value, ...], makes: Value) -> Iterator[Memory]:
    for position in saved.inputs:
        yield reads[position].memory
    if saved.output:
        yield makes.memory
    for tensor in saved.made:
        yield Memory(tensor, makes.memory.device)
