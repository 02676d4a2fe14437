"""The graph without the repetitions that were found."""

from __future__ import annotations

from ....compiler import Graph, Input, Layer, Section, Transfer
from ..labels import times
from .collapse import graph_with
from .runs import Folding, Run
from .tree import Sections, section_of


def redraw(graph: Graph, folding: Folding) -> tuple[Graph, dict[str, int]]:
    """The graph with the first of every run, and the counts by the section that each of them gets.

    What reads the last of a run reads the first instead.
    """
    frames = _Frames(graph, folding)
    nodes = [_redirected(node, folding, frames) for node in graph.nodes if node.name in folding.shown]
    outputs = {name: folding.kept(node) for name, node in graph.outputs.items()}
    instead = {name: folding.kept(name) for name in folding.instead}
    return graph_with(graph, nodes, outputs, instead, frames.sections.values()), frames.repeats


def _redirected(node: Input | Layer | Transfer, folding: Folding, frames: _Frames) -> Input | Layer | Transfer:
    inputs = tuple(folding.kept(name) for name in node.inputs)
    if isinstance(node, Transfer):
        return node.model_copy(update={"layer": inputs[0]}) if inputs != node.inputs else node
    section = frames.of.get(node.name)
    if (inputs, section) == (node.inputs, section_of(node)):
        return node
    return node.model_copy(update={"inputs": inputs, "section": section})


class _Frames:
    """The sections of the graph, with one more for every run that is drawn."""

    def __init__(self, graph: Graph, folding: Folding) -> None:
        self.sections = Sections(graph.sections).by_name
        self.of = {layer.name: layer.section for layer in graph.layers}
        self.repeats: dict[str, int] = {}
        for run in folding.runs:  # those inside others come first
            if run.names[0] in folding.shown:
                self._frame(run)

    def _frame(self, run: Run) -> None:
        name = f"repeat {len(self.repeats) + 1}"  # with a blank, which no name of a spec has
        self.sections[name] = Section(name=name, title=times(run.times), parent=run.section)
        self.repeats[name] = run.times
        for node in run.names:
            if self.of[node] == run.section:
                self.of[node] = name
            else:
                self._put_inside(name, run.section, self.of[node])

    def _put_inside(self, name: str, around: str | None, section: str | None) -> None:
        """Puts the outermost of the sections around a layer that stand in ``around`` into the new one instead."""
        while section is not None and (step := self.sections[section]).parent not in (around, name):
            section = step.parent
        if section is not None:
            self.sections[section] = self.sections[section].model_copy(update={"parent": name})
