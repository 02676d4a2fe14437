"""Scenes for the tests: what a style makes of a graph, made once per process for every graph object and look."""

from __future__ import annotations

from collections.abc import Hashable
from functools import cache

from netc.backends.figure import Fitted, Look, figure, style_of
from netc.backends.figure.folding import picture_of
from netc.backends.figure.options import PAGES, Options
from netc.backends.figure.picture import Detail
from netc.backends.figure.scene import Scene
from netc.compiler import Graph

PLAIN = Options()
WHOLE = Detail()


class _Itself(Hashable):
    """A graph that equals no other, however alike: a graph that is loaded again is drawn again."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Itself) and other.graph is self.graph

    def __hash__(self) -> int:
        return id(self.graph)


def scene_of(
    graph: Graph, style: str = "blocks", options: Options = PLAIN, page: str = "slide", detail: Detail = WHOLE
) -> Scene:
    """The scene in the style's own size, before it is made to fit; by default nothing is folded."""
    return _scene(_Itself(graph), style, options, page, detail)


@cache
def _scene(graph: _Itself, style: str, options: Options, page: str, detail: Detail) -> Scene:
    return style_of(style).scene(picture_of(graph.graph, detail), options, PAGES[page])


def figure_of(graph: Graph, look: Look) -> Fitted:
    """The figure as it is handed out, in its physical size."""
    return _figure(_Itself(graph), look)


@cache
def _figure(graph: _Itself, look: Look) -> Fitted:
    return figure(graph.graph, look)
