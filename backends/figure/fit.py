"""As much of a graph as is legible on the page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ...compiler import Graph
from .folding import picture_of
from .options import Fold, Options, Page
from .picture import LADDERS, Picture
from .scene import Scene
from .styles.style import Style
from .transform import scaled

SLACK = 1e-6


class Fitted(NamedTuple):
    """A scene in its physical size, whether its smallest text is as large as the page asks for, and what it shows."""

    scene: Scene
    legible: bool
    picture: Picture


def fitted(graph: Graph, style: Style, options: Options, page: Page) -> Fitted:
    """The graph in the highest detail that is legible; where none is, in the lowest.

    Raises Problem E903 for a graph that the style cannot draw.
    """
    for picture in _pictures(graph, options.fold):
        scene = sized(style.scene(picture, options, page), page)
        smallest = scene.smallest_text()
        legible = smallest is None or smallest >= page.least - SLACK
        if legible:
            break
    return Fitted(scene._replace(digest=graph.digest), legible, picture)


def _pictures(graph: Graph, fold: Fold) -> Iterator[Picture]:
    """The pictures of a ladder, without those that show just what the one before them shows."""
    before: Picture | None = None
    for detail in LADDERS[fold]:
        if before and before.detail._replace(merged=detail.merged) == detail:
            picture = before._replace(detail=detail)
        else:
            picture = picture_of(graph, detail)
        if before is None or _shown(picture) != _shown(before):
            yield picture
        before = picture


def _shown(picture: Picture) -> tuple[object, ...]:
    return picture.detail.merged, picture.stands_for, picture.repeats


def sized(scene: Scene, page: Page) -> Scene:
    """The scene as large as the page allows, but with its smallest text no larger than the page's ``most``."""
    factor = min(page.width / scene.width, page.height / scene.height)
    if smallest := scene.smallest_text():
        factor = min(factor, page.most / smallest)
    return scaled(scene, factor)
