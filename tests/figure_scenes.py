"""Scenes for the tests: what a style makes of a graph, in the style's own size."""

from __future__ import annotations

from netc.backends.figure import style_of
from netc.backends.figure.folding import picture_of
from netc.backends.figure.options import PAGES, Options
from netc.backends.figure.picture import Detail
from netc.backends.figure.scene import Scene
from netc.compiler import Graph

PLAIN = Options()
WHOLE = Detail()


def scene_of(
    graph: Graph, style: str = "blocks", options: Options = PLAIN, page: str = "slide", detail: Detail = WHOLE
) -> Scene:
    """The scene before it is made to fit; by default nothing is folded."""
    return style_of(style).scene(picture_of(graph, detail), options, PAGES[page])
