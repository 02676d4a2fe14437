"""What training makes small, and which class a net says."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional

from ....compiler.diagnostics import Problem
from ....compiler.graph import Graph, Layer, elements
from ....compiler.values import format_shape
from ..source import ends_in_rbf

AUXILIARY = 0.3
"""Weight of the loss of an auxiliary output (Szegedy et al. 2015, section 5)."""


class Objective:
    """The loss of a net's outputs: cross-entropy, or equation 9 of LeCun et al. 1998 where it ends in `rbf`."""

    def __init__(self, graph: Graph, model: nn.Module) -> None:
        self.rbf = ends_in_rbf(graph)
        self.model = model
        self.names = tuple(graph.outputs)
        self.main = next(iter(graph.main_outputs))
        self.probabilities = frozenset(name for name, node in graph.outputs.items() if _is(graph, node, "softmax"))

    def loss(self, outputs: Tensor | Mapping[str, Tensor], target: Tensor) -> Tensor:
        """The mean over the batch; auxiliary outputs count 0.3 each."""
        named = outputs if isinstance(outputs, Mapping) else {self.main: outputs}
        total = self._of(self.main, named[self.main], target)
        for name, output in named.items():
            if name != self.main:
                total = total + AUXILIARY * self._of(name, output, target.to(output.device)).to(total.device)
        return total

    def _of(self, name: str, output: Tensor, target: Tensor) -> Tensor:
        scores = output.float().flatten(1)
        if self.rbf:
            loss: Tensor = self.model.loss(scores, target)  # type: ignore[operator]
            return loss
        if name in self.probabilities:
            smallest = torch.finfo(scores.dtype).tiny
            return functional.nll_loss(scores.clamp(min=smallest).log(), target)
        return functional.cross_entropy(scores, target)

    def output(self, outputs: Tensor | Mapping[str, Tensor]) -> Tensor:
        """The main output, [batch, classes]."""
        main = outputs[self.main] if isinstance(outputs, Mapping) else outputs
        return main.flatten(1)

    def predicted(self, outputs: Tensor | Mapping[str, Tensor]) -> Tensor:
        """The class of every sample: the largest score, or the nearest code."""
        scores = self.output(outputs)
        return scores.argmin(dim=1) if self.rbf else scores.argmax(dim=1)


def classes_of(graph: Graph) -> int:
    """The number of classes of a net. Raises Problem E1003, with the layer as its argument, for one that has none."""
    if len(graph.main_outputs) != 1:
        found = ", ".join(graph.main_outputs)
        raise Problem("E1003", f"`{graph.net}` has several outputs", expected="one, a score per class", found=found)
    counts = {node: _scores(graph, node) for node in graph.outputs.values()}
    (main,) = graph.main_outputs.values()
    for node, count in counts.items():
        if count != counts[main]:
            raise Problem(
                "E1003",
                f"the auxiliary output `{node}` has {count} classes, and the main one {counts[main]}",
                argument=node,
            )
        if _is(graph, node, "rbf") and not ends_in_rbf(graph):
            raise Problem("E1003", f"`{node}` is an rbf beside other outputs, which netc does not train", argument=node)
    return counts[main]


def check_classes(graph: Graph, classes: int, data: str) -> None:
    """Raises Problem E1003, with the output's layer as its argument, when data and net differ."""
    found = classes_of(graph)
    if found == classes:
        return
    hint = (
        f"--set classes={classes}, or in a variant: = Base(classes = {classes}) with ..."
        if "classes" in graph.parameters
        else None
    )
    (node,) = graph.main_outputs.values()
    raise Problem(
        "E1003", f"`{node}` tells {found} classes apart, and the data set {data} has {classes}", argument=node,
        expected=f"{classes} outputs", found=str(found), hint=hint,
    )  # fmt: skip


def _scores(graph: Graph, node: str) -> int:
    shape = graph.by_name[node].shape
    if shape[0] != elements(shape):
        raise Problem(
            "E1003", f"`{node}` is no score per class", argument=node, expected="a vector", found=format_shape(shape)
        )
    return shape[0]


def _is(graph: Graph, node: str, keyword: str) -> bool:
    layer = graph.by_name[node]
    return isinstance(layer, Layer) and layer.op.keyword == keyword
