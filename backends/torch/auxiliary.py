"""What a module leaves out in evaluation: the steps that only auxiliary outputs need."""

from __future__ import annotations

from collections.abc import Sequence

from ...compiler.graph import Graph
from .parts import Copy, Step


def left_out(graph: Graph, steps: Sequence[Step]) -> frozenset[int]:
    """The positions of those steps, among the steps of the net itself."""
    if not graph.auxiliary:
        return frozenset()
    found = {position for position, step in enumerate(steps) if graph.training_only.issuperset(step.makes)}
    read = {value for position, step in enumerate(steps) if position not in found for value in step.reads}
    unread = (position for position, step in enumerate(steps) if _arrives(step) and read.isdisjoint(step.makes))
    return frozenset(found.union(unread))


def _arrives(step: Step) -> bool:
    return isinstance(step, Copy) and step.transfer is None


def in_evaluation(graph: Graph) -> Graph:
    """The graph of what the module runs in evaluation."""
    fields = {name: getattr(graph, name) for name in Graph.model_fields}
    nodes = tuple(node for node in graph.nodes if node.name not in graph.training_only)
    return Graph(**{**fields, "nodes": nodes, "outputs": graph.main_outputs, "auxiliary": ()})
