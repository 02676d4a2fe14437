"""The graph of a net for evaluation alone: what evaluation does not need goes, batch normalizations are folded.

Names stay. A layer that goes from where layers are called by their position
leaves ``nn.Identity`` in its place, so that the others keep theirs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from ...compiler.graph import Graph, Input, Layer, Scope, Transfer
from ...compiler.op import Op
from ...compiler.ops.conv import Conv
from ...compiler.ops.dense import FC
from ...compiler.ops.normalization import BatchNorm


class Identity(Op):
    """What a layer leaves in its place: nothing is done."""

    keyword = "identity"
    role = "reshape"
    torch = "torch.nn.Identity"


class Fold(NamedTuple):
    """A batch normalization that became a part of the layer before it."""

    layer: str
    batchnorm: str
    eps: float


@dataclass(frozen=True)
class Inference:
    """The net for evaluation, and how it came about."""

    graph: Graph
    folds: tuple[Fold, ...]
    dropped: tuple[str, ...]
    """Layers and scopes that only auxiliary outputs needed, and whose weights are not here."""


def for_inference(graph: Graph) -> Inference:
    """Rewrites a graph for evaluation.

    A batch normalization vanishes where it alone reads a convolution or a fully connected layer; elsewhere it stays.
    Dropout, stochastic depth, and pools to the size that there is already vanish too, and so do the layers that only
    auxiliary outputs need.
    """
    return _Rewriting(graph).result()


DOES_NOTHING = {"dropout", "stochastic_depth"}
"""Ops that hand their input on in evaluation."""

POOLS_TO_A_SIZE = {"adaptive_avgpool", "adaptive_maxpool"}
"""Ops that hand their input on when it has the size that they make."""


@dataclass
class _Rewriting:
    """One graph being rewritten."""

    graph: Graph
    folds: dict[str, Fold] = field(default_factory=dict)
    """By the layer that takes the batch normalization in."""
    source: dict[str, str] = field(default_factory=dict)
    """For nodes that are gone what their readers read now."""

    def result(self) -> Inference:
        graph, unused = self.graph, self.graph.training_only
        kept = [node for node in graph.nodes if node.name not in unused]
        self._find_folds(kept)
        going = {fold.batchnorm for fold in self.folds.values()}
        going |= {node.name for node in kept if isinstance(node, Layer) and self._hands_on(node)}
        inhabited = _prefixes(node.name for node in kept if isinstance(node, Layer) and node.name not in going)
        nodes = {node.name: node for node in self._rewritten(kept, going, inhabited)}
        paths = _prefixes(node.name for node in nodes.values() if isinstance(node, Layer))
        changes = {
            "nodes": tuple(nodes.values()),
            "outputs": {name: self._now(node) for name, node in graph.main_outputs.items()},
            "auxiliary": (),
            "scopes": tuple(self._scope(scope) for scope in graph.scopes if scope.path in paths),
        }
        fields = {name: getattr(graph, name) for name in Graph.model_fields}
        rewritten = Graph.model_construct(**(fields | changes))  # model_copy would keep what is cached
        return Inference(rewritten, tuple(self.folds.values()), tuple(_whole(unused, graph, paths)))

    def _find_folds(self, kept: list[Input | Layer | Transfer]) -> None:
        readers: dict[str, list[str]] = {}
        for node in kept:
            for name in node.inputs:
                readers.setdefault(name, []).append(node.name)
        for node in kept:
            if not isinstance(node, Layer) or not isinstance(node.op, BatchNorm):
                continue
            before = self.graph.by_name[node.inputs[0]]
            is_alone = readers[before.name] == [node.name] and before.name not in self.graph.main_outputs.values()
            if is_alone and isinstance(before, Layer) and _takes_a_fold(before.op):
                self.folds[before.name] = Fold(before.name, node.name, node.op.eps)

    def _hands_on(self, layer: Layer) -> bool:
        """Whether a layer does nothing in evaluation, and can be left out."""
        shape = self.graph.by_name[layer.inputs[0]].shape
        return layer.op.keyword in DOES_NOTHING or (layer.op.keyword in POOLS_TO_A_SIZE and shape == layer.shape)

    def _rewritten(
        self, kept: list[Input | Layer | Transfer], going: set[str], inhabited: set[str]
    ) -> Iterator[Input | Layer | Transfer]:
        for node in kept:
            if isinstance(node, Input):
                yield node
            elif isinstance(node, Transfer):
                origin = self._now(node.layer)
                self.source[node.name] = f"{origin}@{node.destination}"
                yield node.model_copy(update={"layer": origin, "name": self.source[node.name]})
            elif node.name not in going:
                yield self._layer(node)
            elif _parent(node.name) in inhabited and not _is_numbered(node.name) and not self._hands_input_out(node):
                self.source[node.name] = self._now(node.inputs[0])
            else:
                inputs = (self._now(node.inputs[0]),)
                nothing = {"parameters": 0, "buffers": 0, "connections": 0, "macs": 0, "init": {}}
                yield node.model_copy(update={"op": Identity(), "inputs": inputs, **nothing})

    def _hands_input_out(self, layer: Layer) -> bool:
        """Whether the net would return its input without the layer."""
        source = self.graph.by_name[self._now(layer.inputs[0])]
        return isinstance(source, Input) and layer.name in self.graph.main_outputs.values()

    def _layer(self, layer: Layer) -> Layer:
        """A layer that stays; one that takes a batch normalization in has a bias."""
        changes: dict[str, object] = {"inputs": tuple(map(self._now, layer.inputs)), "init": {}}
        if layer.name in self.folds:
            op, shapes = layer.op.model_copy(update={"bias": True}), self.graph.input_shapes(layer)
            changes |= {"op": op, "parameters": op.parameters(*shapes), "connections": op.connections(*shapes)}
        return layer.model_copy(update=changes)

    def _scope(self, scope: Scope) -> Scope:
        return scope.model_copy(update={"inputs": {name: self._now(node) for name, node in scope.inputs.items()}})

    def _now(self, name: str) -> str:
        return self.source.get(name, name)


def _takes_a_fold(op: Op) -> bool:
    """Whether an op scales every output channel by a row of its weight."""
    return (isinstance(op, Conv) and op.connect is None) or isinstance(op, FC)


def _parent(name: str) -> str:
    return name.rpartition(".")[0]


def _is_numbered(name: str) -> bool:
    return name.rpartition(".")[2].isdigit()


def _prefixes(names: Iterable[str]) -> set[str]:
    """The paths around these names; the net's own is empty."""
    found = {""}
    for name in names:
        while (name := _parent(name)) not in found:
            found.add(name)
    return found


def _whole(unused: frozenset[str], graph: Graph, inhabited: set[str]) -> Iterator[str]:
    """The names of unused layers, or of the outermost scopes around them where nothing else is in these."""
    found: dict[str, None] = {}
    for layer in graph.layers:
        if layer.name in unused and (layer.parameters or layer.buffers):
            name = layer.name
            while _parent(name) not in inhabited:
                name = _parent(name)
            found[name] = None
    return iter(found)
