"""Graphs with what repeats drawn once."""

from __future__ import annotations

from ...compiler import Graph
from .picture import Detail, Picture


def picture_of(graph: Graph, detail: Detail) -> Picture:
    """What is drawn of a graph in that detail."""
    return Picture(graph, graph, detail)
