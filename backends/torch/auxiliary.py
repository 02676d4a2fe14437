"""What a module leaves out in evaluation: the steps that only auxiliary outputs need."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...compiler.graph import Graph
from .forms import Forms
from .parts import Copy, Run, Step, Tree


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
    """The graph of what the module runs in evaluation.

    A tower runs as a whole, also what only an auxiliary output reads of it.
    """
    steps = Forms(Tree(graph)).tree.root.segments[0].steps
    gone = {name for position in left_out(graph, steps) for name in _nodes(steps[position])}
    fields = {name: getattr(graph, name) for name in Graph.model_fields}
    nodes = tuple(node for node in graph.nodes if node.name not in gone)
    return Graph(**{**fields, "nodes": nodes, "outputs": graph.main_outputs, "auxiliary": ()})


def _nodes(step: Step) -> Iterator[str]:
    """The layers and copies of a step; uses are nested no deeper than blocks are."""
    if isinstance(step, Run):
        yield step.layer.name
    elif isinstance(step, Copy):
        yield step.target
    else:
        for inner in step.segment.steps:
            yield from _nodes(inner)
