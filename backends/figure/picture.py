"""What is to be drawn of a graph: all of it, or with what repeats folded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ...compiler import Graph


class Detail(NamedTuple):
    """How much of a graph is drawn.

    ``folded``: equal neighbours are drawn once, with how often they come. ``merged``: normalization, activation and
    dropout are words in the line of the layer that they follow. ``collapsed``: every use of a block is one box.
    """

    folded: bool = False
    merged: bool = False
    collapsed: bool = False


class Picture(NamedTuple):
    """A checked graph, and the graph that is drawn of it.

    ``drawn`` has one layer where the checked graph may have many: ``stands_for`` lists, for every node of ``drawn``,
    the nodes of ``graph`` that it shows (itself first, unless it is the use of a block). A repetition that is drawn
    once stands in a section of its own whose name is a key of ``repeats``, with how often it comes. Totals and titles
    are those of ``graph``.
    """

    graph: Graph
    drawn: Graph
    detail: Detail = Detail()
    stands_for: Mapping[str, tuple[str, ...]] = {}
    repeats: Mapping[str, int] = {}

    def nodes_of(self, *names: str) -> tuple[str, ...]:
        """The nodes of the checked graph that these nodes of the drawn one show."""
        return tuple(node for name in names for node in self.stands_for.get(name, (name,)))


LADDERS: Mapping[str, tuple[Detail, ...]] = {
    "none": (Detail(), Detail(merged=True)),
    "auto": (Detail(folded=True), Detail(folded=True, merged=True), Detail(True, True, True)),
    "all": (Detail(True, True, True),),
}
"""Details in the order in which they are tried until the text is legible, by the option ``fold``."""
