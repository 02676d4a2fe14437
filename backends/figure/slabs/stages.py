"""What of a net is a box: its inputs, every layer with kernels or units, and what cannot be a part of one of those."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias

from ....compiler import Graph, Input, Layer, Problem, Transfer

EdgeKind: TypeAlias = Literal["ray", "arrow", "wire", "sum"]
"""How one box reads another: through a kernel, with all its units, otherwise, or to be added to it."""

OPENS = ("convolution", "dense", "block")
"""Roles of layers that have a box of their own."""
SOURCES = 16
"""The most boxes whose maps are read as one: twice as many as there are colours of devices."""
HINT = "use --style volumes"


@dataclass(eq=False)
class Stage:
    """One box: the layer that opens it, and what is drawn together with it."""

    index: int
    head: Input | Layer
    nodes: list[str]
    rank: int = 0
    words: list[str] = field(default_factory=list)
    """What happens on the way to it: pooling."""
    reads: list[Edge] = field(default_factory=list)
    readers: list[Edge] = field(default_factory=list)

    @property
    def vector(self) -> bool:
        """Whether it is drawn as a bar."""
        return len(self.head.shape) == 1


@dataclass(eq=False)
class Edge:
    """One box reads another, perhaps through copies to its device."""

    source: Stage
    target: Stage
    kind: EdgeKind
    transfers: list[Transfer]


class _Flow(NamedTuple):
    """What comes out of a node: boxes it is made from, with the copies in between, words, and nodes without a box."""

    sources: dict[int, tuple[Transfer, ...]]
    words: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()


def stages_of(graph: Graph) -> list[Stage]:
    """The boxes of a graph in its order, ranked by the longest path to them."""
    for node in graph.nodes:
        if len(node.shape) not in (1, 3):
            shape = "x".join(map(str, node.shape))
            raise Problem("E903", f"`alexnet` draws maps and vectors, but `{node.name}` is {shape}", hint=HINT)
    return _Stages(graph).made


class _Stages:
    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.made: list[Stage] = []
        self.owner: dict[str, Stage] = {}
        self.flows: dict[str, _Flow] = {}
        self.feeding = _feeding(graph)
        for node in graph.nodes:
            if isinstance(node, Input):
                self._open(node, _Flow({}))
            elif isinstance(node, Transfer):
                flow = self.flows[node.layer]
                self.flows[node.name] = flow._replace(sources={s: (*t, node) for s, t in flow.sources.items()})
            else:
                self._layer(node)
        for stage in self.made:
            if isinstance(stage.head, Input) and stage.readers:
                stage.rank = max(min(edge.target.rank for edge in stage.readers) - 1, 0)

    def _layer(self, layer: Layer) -> None:
        flow = _union([self.flows[name] for name in layer.inputs])
        home = self._home(layer, flow)
        if layer.op.role in OPENS:
            self._open(layer, flow)
        elif home is not None:
            self._join(layer, home, flow)
        elif self.feeding[layer.name] and layer.op.keyword not in ("add", "mul") and len(flow.sources) <= SOURCES:
            self.flows[layer.name] = flow._replace(words=_with(flow.words, layer), waiting=(*flow.waiting, layer.name))
        else:
            self._open(layer, flow)

    def _home(self, layer: Layer, flow: _Flow) -> Stage | None:
        """The box that a layer becomes a part of, if there is one."""
        if flow.waiting:
            return None
        if len(flow.sources) > 1:
            return self._sum_home(layer, flow)
        ((index, transfers),) = flow.sources.items()
        stage = self.made[index]
        if transfers or (isinstance(stage.head, Input) and (layer.device or self.feeding[layer.name])):
            return None
        return stage if layer.shape == stage.head.shape or self.feeding[layer.name] else None

    def _sum_home(self, layer: Layer, flow: _Flow) -> Stage | None:
        """The box whose maps another's are added to: the last one, where nobody reads it before the sum."""
        if layer.op.role != "merge" or layer.op.keyword == "concat":
            return None
        index = max(flow.sources, key=lambda index: (self.made[index].rank, index))
        stage = self.made[index]
        inside = {*stage.nodes, layer.name}
        alone = all(reader in inside for name in stage.nodes for reader in self.graph.consumers[name])
        same = stage.head.device == layer.device and stage.head.shape == layer.shape and not flow.words
        return stage if alone and same and not flow.sources[index] and isinstance(stage.head, Layer) else None

    def _join(self, layer: Layer, home: Stage, flow: _Flow) -> None:
        home.nodes.append(layer.name)
        self.owner[layer.name] = home
        for index, transfers in flow.sources.items():
            if index != home.index:
                self._connect(self.made[index], home, "sum", transfers)
        self.flows[layer.name] = _Flow({home.index: ()}, _with(flow.words, layer))

    def _open(self, node: Input | Layer, flow: _Flow) -> None:
        waiting = [name for name in flow.waiting if name not in self.owner]
        stage = Stage(len(self.made), node, [*waiting, node.name], words=list(flow.words))
        self.made.append(stage)
        for name in stage.nodes:
            self.owner[name] = stage
        if isinstance(node, Layer) and node.op.role == "pooling":
            stage.words = list(_with(flow.words, node))
        for index, transfers in flow.sources.items():
            source = self.made[index]
            self._connect(source, stage, _kind(source, node), transfers)
        self.flows[node.name] = _Flow({stage.index: ()})

    def _connect(self, source: Stage, target: Stage, kind: EdgeKind, transfers: tuple[Transfer, ...]) -> None:
        edge = Edge(source, target, kind, list(transfers))
        source.readers.append(edge)
        target.reads.append(edge)
        target.rank = max(target.rank, source.rank + 1)


def _feeding(graph: Graph) -> dict[str, bool]:
    """For every node whether only layers with a box of their own read it, perhaps through others that may have none."""
    outputs, found = set(graph.outputs.values()), dict[str, bool]()
    for node in reversed(graph.nodes):
        readers = [graph.by_name[name] for name in graph.consumers[node.name]]
        found[node.name] = (
            bool(readers)
            and node.name not in outputs
            and all(
                found[reader.name] if isinstance(reader, Transfer) else _passes(reader, found[reader.name])
                for reader in readers
            )
        )
    return found


def _passes(reader: Input | Layer | Transfer, feeding: bool) -> bool:
    assert isinstance(reader, Layer)
    return reader.op.role in OPENS or (feeding and reader.op.keyword not in ("add", "mul"))


def _union(flows: list[_Flow]) -> _Flow:
    sources: dict[int, tuple[Transfer, ...]] = {}
    for flow in flows:
        for index, transfers in flow.sources.items():
            sources[index] = tuple(dict.fromkeys((*sources.get(index, ()), *transfers)))
    words = dict.fromkeys(word for flow in flows for word in flow.words)
    return _Flow(sources, tuple(words), tuple(dict.fromkeys(name for flow in flows for name in flow.waiting)))


def _kind(source: Stage, node: Input | Layer) -> EdgeKind:
    if isinstance(node, Layer) and node.op.role == "dense":
        return "arrow"
    convolves = isinstance(node, Layer) and node.op.role == "convolution"
    return "ray" if convolves and not source.vector else "wire"


_POOLING = {"max": "Max pooling", "avg": "Average pooling", "sub": "Subsampling"}


def _with(words: tuple[str, ...], layer: Layer) -> tuple[str, ...]:
    """The words, and what a pooling layer is called."""
    if layer.op.role != "pooling":
        return words
    word = next(word for part, word in _POOLING.items() if part in layer.op.keyword)
    return tuple(dict.fromkeys((*words, f"Global {word.lower()}" if "global" in layer.op.keyword else word)))
