"""Graphs with what repeats drawn once, and with blocks as single boxes."""

from __future__ import annotations

from ....compiler import Graph
from ..heading import one_line
from ..picture import Detail, Picture
from .collapse import collapse
from .redraw import redraw
from .runs import Folding


def picture_of(graph: Graph, detail: Detail) -> Picture:
    """What is drawn of a graph in that detail; ``merged`` is left to the style."""
    graph = _with_plain_titles(graph)
    drawn, stands_for = collapse(graph) if detail.collapsed else (graph, {})
    if not detail.folded:
        return Picture(graph, drawn, detail, stands_for)
    folding = Folding(drawn)
    if not folding.runs:
        return Picture(graph, drawn, detail, stands_for)
    folded, repeats = redraw(drawn, folding)
    shown = {
        name: tuple(node for part in parts for node in stands_for.get(part, (part,)))
        for name, parts in folding.shown.items()
    }
    return Picture(graph, folded, detail, shown, repeats)


def _with_plain_titles(graph: Graph) -> Graph:
    """The graph with every section's title on one line; a blank one is the section's name."""
    sections = tuple(
        section.model_copy(update={"title": one_line(section.title) or section.name}) for section in graph.sections
    )
    return graph if sections == graph.sections else graph.model_copy(update={"sections": sections})
