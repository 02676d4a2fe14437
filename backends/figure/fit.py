"""As much of a graph as is legible on the page."""

from __future__ import annotations

from typing import NamedTuple

from ...compiler import Graph
from .folding import picture_of
from .options import Options, Page
from .picture import LADDERS
from .scene import Scene
from .styles.style import Style
from .transform import scaled

SLACK = 1e-6


class Fitted(NamedTuple):
    """A scene in its physical size, and whether its smallest text is as large as the page asks for."""

    scene: Scene
    legible: bool


def fitted(graph: Graph, style: Style, options: Options, page: Page) -> Fitted:
    """The graph in the highest detail that is legible; where none is, in the lowest."""
    for detail in LADDERS[options.fold]:
        scene = _sized(style.scene(picture_of(graph, detail), options, page), page)
        smallest = scene.smallest_text()
        legible = smallest is None or smallest >= page.least - SLACK
        if legible:
            break
    return Fitted(scene._replace(digest=graph.digest), legible)


def _sized(scene: Scene, page: Page) -> Scene:
    """The scene as large as the page allows, but with its smallest text no larger than the page's ``most``."""
    factor = min(page.width / scene.width, page.height / scene.height)
    if smallest := scene.smallest_text():
        factor = min(factor, page.most / smallest)
    return scaled(scene, factor)
