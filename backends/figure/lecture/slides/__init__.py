"""Slides of a lecture: per net a title, its figure and its key ideas, at the end a table that compares all nets."""

from __future__ import annotations

from collections.abc import Sequence

from .....compiler import Graph
from ... import Look
from ...scene import Scene
from .comparison import comparison
from .drawing import figure_page
from .ideas import idea_pages
from .title import title_page


def slides(graphs: Sequence[Graph], look: Look) -> list[Scene]:
    """Pages of 13.333 x 7.5 inches, to be written on the theme's paper as background.

    A look with the style ``auto`` lets every net have the style that suits it. Raises what ``figure`` raises for a
    wrong look; a look's target does not matter. One net alone is not compared.
    """
    pages: list[Scene] = []
    for graph in graphs:
        pages += [title_page(graph), figure_page(graph, look), *idea_pages(graph)]
    return [*pages, *comparison(graphs)] if len(graphs) > 1 else pages
