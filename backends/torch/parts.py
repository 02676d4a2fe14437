"""The graph as a tree of modules: who contains whom, and the steps that run inside each.

Every scope of the graph is a part. A part whose layers stand together in the
graph runs in one piece; one that is interrupted, as a tower is at an
exchange, runs in several (``segments``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeAlias

from ...compiler.graph import Graph, Input, Layer, Scope, Transfer
from ...compiler.values import Shape


@dataclass(frozen=True)
class Run:
    """A layer runs."""

    layer: Layer
    reads: tuple[str, ...]

    @property
    def makes(self) -> tuple[str, ...]:
        return (self.layer.name,)


@dataclass(frozen=True)
class Copy:
    """A value goes to another device; ``transfer`` is None for an input that arrives from the host."""

    source: str
    target: str
    device: str
    transfer: Transfer | None

    @property
    def reads(self) -> tuple[str, ...]:
        return (self.source,)

    @property
    def makes(self) -> tuple[str, ...]:
        return (self.target,)


@dataclass(frozen=True, eq=False)
class Use:
    """A segment of a part within this part runs."""

    part: Part
    index: int

    @property
    def segment(self) -> Segment:
        return self.part.segments[self.index]

    @property
    def reads(self) -> tuple[str, ...]:
        return tuple(self.segment.inputs)

    @property
    def makes(self) -> tuple[str, ...]:
        return tuple(self.segment.outputs)


@dataclass(frozen=True, eq=False)
class Repeat:
    """All children of a part run, each on what the one before it made."""

    container: Part
    turns: tuple[Use, ...]
    carried: int
    """Which of the values that a turn reads was made by the turn before."""

    @property
    def reads(self) -> tuple[str, ...]:
        return self.turns[0].reads

    @property
    def makes(self) -> tuple[str, ...]:
        return self.turns[-1].makes


Step: TypeAlias = Run | Copy | Use | Repeat


@dataclass(eq=False)
class Segment:
    """Steps that run in one piece, the values that they read from outside, and those read outside."""

    steps: list[Step]
    inputs: list[str]
    outputs: list[str]


@dataclass(eq=False)
class Part:
    """A module: the net itself, or what a scope stands for."""

    path: str
    scope: Scope | None
    children: dict[str, Child] = field(default_factory=dict)
    """By the name within this part, in order of appearance."""
    segments: list[Segment] = field(default_factory=list)
    devices: dict[str | None, None] = field(default_factory=dict)
    """The devices of its layers, in order of appearance."""
    has_state: bool = False
    """Whether it has weights or buffers, which are somewhere."""

    @property
    def kind(self) -> str:
        return self.scope.kind if self.scope else "net"

    def local(self, path: str) -> str:
        """The name of something inside, as seen from here."""
        return path[len(self.path) + 1 :] if self.path and path.startswith(self.path + ".") else path

    def child_of(self, step: Step) -> str:
        """The name within this part of what a step runs; empty for a copy and for a loop."""
        return self.local(step.layer.name if isinstance(step, Run) else step.part.path if isinstance(step, Use) else "")

    def parts(self) -> Iterator[Part]:
        """The parts directly inside."""
        return (child for child in self.children.values() if isinstance(child, Part))


Child: TypeAlias = Layer | Part


def arrival(graph: Graph, name: str, device: str | None) -> str:
    """What a layer on a device reads: an input has a name of its own on every device where it arrives."""
    is_input = isinstance(graph.by_name[name], Input)
    return f"{name}@{device}" if is_input and device is not None else name


class Tree:
    """All parts of a graph; ``root`` is the net."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.shapes: dict[str, Shape] = {node.name: node.shape for node in graph.nodes}
        self.root = Part("", None)
        self._lines: dict[str, tuple[Part, ...]] = {"": (self.root,)}
        for scope in graph.scopes:
            self._lines[scope.path] = (*self._line(scope.path), Part(scope.path, scope))
        self._outputs = set(graph.outputs.values())
        self._owners = {layer.name: self._line(layer.name) for layer in graph.layers}
        self._readers = self._who_reads()
        for transfer in graph.transfers:
            self._owners[transfer.name] = self._common(transfer)
        self._fill()
        self._split(0, self.root, [node for node in graph.nodes if not isinstance(node, Input)])
        self._receive_inputs()

    def input_shapes(self, layer: Layer) -> tuple[Shape, ...]:
        return tuple(self.shapes[name] for name in layer.inputs)

    def _line(self, name: str) -> tuple[Part, ...]:
        """The parts around a name, from the net inwards."""
        prefix = name.rpartition(".")[0]
        while prefix not in self._lines:
            prefix = prefix.rpartition(".")[0]
        return self._lines[prefix]

    def reads(self, node: Layer | Transfer) -> tuple[str, ...]:
        """What a node reads; an input that is read on a device has a name of its own there."""
        if isinstance(node, Transfer):
            return (node.layer,)
        return tuple(arrival(self.graph, name, node.device) for name in node.inputs)

    def _who_reads(self) -> dict[str, list[str]]:
        readers: dict[str, list[str]] = {}
        for node in self.graph.nodes:
            if not isinstance(node, Input):
                for name in self.reads(node):
                    readers.setdefault(name, []).append(node.name)
        return readers

    def _common(self, transfer: Transfer) -> tuple[Part, ...]:
        """The innermost part that holds both the producer of a copy and the first to read it."""
        one = self._owners[transfer.layer]
        other = self._owners[self._readers[transfer.name][0]]
        shared = [a for a, b in zip(one, other, strict=False) if a is b]
        return tuple(shared)

    def _fill(self) -> None:
        """Puts every layer into the part that holds it, and that into the part around it, in order of appearance."""
        for layer in self.graph.layers:
            line = self._owners[layer.name]
            for outer, inner in pairwise(line):
                outer.children.setdefault(outer.local(inner.path), inner)
            line[-1].children[line[-1].local(layer.name)] = layer
            for part in line:
                part.devices[layer.device] = None
                part.has_state |= bool(layer.parameters or layer.buffers)

    def _split(self, depth: int, part: Part, nodes: list[Layer | Transfer]) -> None:
        """Adds a segment to a part: these nodes, grouped by the parts within."""
        steps: list[Step] = []
        for group in _groups(depth, nodes, self._owners):
            steps += [self._copy(transfer) for transfer in group.before]
            if group.child is None:
                steps += [self._step(node) for node in group.nodes]
            else:
                steps += [self._enter(depth, group.child, nodes) for nodes in self._by_mode(group.nodes)]
            steps += [self._copy(transfer) for transfer in group.after]
        inputs, outputs = self._interface(nodes)
        part.segments.append(Segment(list(_copies_together(steps)), inputs, outputs))

    def _by_mode(self, nodes: list[Layer | Transfer]) -> list[list[Layer | Transfer]]:
        """What always runs, then what runs in training only: a segment each."""
        always = [node for node in nodes if node.name not in self.graph.training_only]
        in_training = [node for node in nodes if node.name in self.graph.training_only]
        return [group for group in (always, in_training) if group]

    def _enter(self, depth: int, child: Part, nodes: list[Layer | Transfer]) -> Use:
        self._split(depth + 1, child, nodes)
        return Use(child, len(child.segments) - 1)

    def _step(self, node: Layer | Transfer) -> Step:
        return self._copy(node) if isinstance(node, Transfer) else Run(node, self.reads(node))

    def _copy(self, transfer: Transfer) -> Copy:
        return Copy(transfer.layer, transfer.name, transfer.destination, transfer)

    def _interface(self, nodes: list[Layer | Transfer]) -> tuple[list[str], list[str]]:
        inside = {node.name for node in nodes}
        read = dict.fromkeys(name for node in nodes for name in self.reads(node) if name not in inside)
        made = [
            node.name
            for node in nodes
            if node.name in self._outputs or any(reader not in inside for reader in self._readers.get(node.name, ()))
        ]
        return list(read), made

    def _receive_inputs(self) -> None:
        """Puts the arrival of every input on a device before the first step that reads it."""
        segment = self.root.segments[0]
        arrivals = {
            f"{entry.name}@{device.name}": Copy(entry.name, f"{entry.name}@{device.name}", device.name, None)
            for entry in self.graph.inputs
            for device in self.graph.devices
        }
        steps: list[Step] = []
        for step in segment.steps:
            steps += [arrivals.pop(name) for name in step.reads if name in arrivals]
            steps.append(step)
        segment.steps = steps
        segment.inputs = [entry.name for entry in self.graph.inputs]


def _copies_together(steps: list[Step]) -> Iterator[Step]:
    """The steps, with every copy as soon as any is made after its source.

    A device works through its steps in order, so a copy between two of them
    would make the other device wait for the first one.
    """
    waiting = [step for step in steps if isinstance(step, Copy)]
    made_here = {name for step in steps for name in step.makes}
    made: set[str] = set()
    for step in steps:
        if not isinstance(step, Copy):
            made.update(step.makes)
            yield step
        elif step in waiting:
            ready = [copy for copy in waiting if copy.source in made or copy.source not in made_here]
            waiting = [copy for copy in waiting if copy not in ready]
            yield from ready


@dataclass
class _Group:
    """Consecutive nodes of one part within (``child``), or that stand here themselves (None)."""

    child: Part | None
    nodes: list[Layer | Transfer] = field(default_factory=list)
    before: list[Transfer] = field(default_factory=list)
    after: list[Transfer] = field(default_factory=list)


def _groups(depth: int, nodes: Iterable[Layer | Transfer], owners: dict[str, tuple[Part, ...]]) -> Iterator[_Group]:
    """Nodes in turn, grouped by the part at this depth that holds them.

    A copy that stands here but comes in the midst of a part's nodes is made
    before the part if its source is outside, and after it if inside.
    """
    group = _Group(None)
    waiting: list[Transfer] = []
    for node in nodes:
        line = owners[node.name]
        holder = line[depth + 1] if len(line) > depth + 1 else None
        if holder is None and group.child is not None and isinstance(node, Transfer):
            waiting.append(node)
            continue
        if holder is group.child:
            for transfer in waiting:
                (group.after if group.child in owners.get(transfer.layer, ()) else group.before).append(transfer)
        else:
            yield from (made for made in (group, _Group(None, [*waiting])) if made.nodes)
            group = _Group(holder)
        waiting.clear()
        group.nodes.append(node)
    yield from (made for made in (group, _Group(None, [*waiting])) if made.nodes)
