"""Feature maps as boxes in space, from left to right: height and depth from the map, thickness from the channels."""

from __future__ import annotations

from collections.abc import Sequence

from .. import text
from ..colouring import Colouring, colouring
from ..geometry import extent
from ..heading import Legend, heading, titled
from ..layered.items import FOLLOWERS
from ..layered.ranks import assign_ranks
from ..options import Options, Page
from ..picture import Picture
from ..scaling import FORMULAS
from ..scene import Group, Scene, Shape, Text
from ..transform import Move
from ..volumes.captions import DEFAULT, SIZE, captions_of
from ..volumes.drawing import box, wires
from ..volumes.fitting import Fitting
from ..volumes.stages import Stage, items_for, stages_of
from ..volumes.surroundings import brackets, frames, lanes
from .style import Style

MARGIN = 12.0
"""Around the figure."""
HOPELESS = 0.7
"""Text of this part of the least size would not become large enough if pools had no captions."""
NOTE = 8.0
"""From the figure to the remark on its scale."""


def scene(picture: Picture, options: Options, page: Page) -> Scene:
    """The graph as boxes in space."""
    colours = colouring(picture, options.colour)
    made = _figure(picture, options, colours, page, terse=False)
    readable = min(page.width / made.width, page.height / made.height) * SIZE / page.least
    if options.labels is None and HOPELESS < readable < 1:
        return _figure(picture, options, colours, page, terse=True)
    return made


STYLE = Style(scene, heeds=frozenset({"colour", "labels", "legend", "scale", "scale_note"}), labels=DEFAULT)


def _fitting(picture: Picture, options: Options, colours: Colouring, terse: bool) -> Fitting:
    items = items_for(picture)
    ranks = assign_ranks(items.all)
    stages = stages_of(picture, items, colours)
    towers = {scope.path for scope in picture.drawn.scopes if scope.kind == "tower"}
    captions = captions_of(stages, options.labels, towers, terse)
    return Fitting(items, ranks, stages, captions, options.scale)


def _figure(picture: Picture, options: Options, colours: Colouring, page: Page, terse: bool) -> Scene:
    """The figure that suits the page best; it is ``terse`` where pools have no captions."""
    fitting = _fitting(picture, options, colours, terse)
    legend = _legend(fitting.stages, colours)

    def whole(width: float, height: float) -> tuple[float, float]:
        head = heading(picture.graph, legend, options, MARGIN, MARGIN, width)
        note = (NOTE + 1.2 * SIZE) * options.scale_note
        return max(width, head.width) + 2 * MARGIN, height + head.height + note + 2 * MARGIN

    stand = fitting.best(page, whole)
    shapes: list[Shape] = [
        *lanes(fitting.items, stand),
        *frames(picture, stand),
        *(box(picture, *each) for each in zip(stand.boxes, fitting.captions, stand.tops, strict=True)),
        *wires(stand.boxes, stand.lines),
        *brackets(stand),
    ]
    return _headed(picture, options, legend, shapes)


def _headed(picture: Picture, options: Options, legend: Legend, shapes: Sequence[Shape]) -> Scene:
    """The scene of these shapes with a heading above them and, on request, what the law of the sizes is below."""
    left, top, right, bottom = extent(shapes)
    head = heading(picture.graph, legend, options, MARGIN, MARGIN, right - left)
    width, down = max(right - left, head.width), MARGIN + head.height - top
    across = MARGIN - left + (width - (right - left)) / 2
    made, bottom = [*head.shapes, *Move(1.0, across, down).shapes(tuple(shapes))], bottom + down
    if options.scale_note:
        words = f"Lengths in proportion to {FORMULAS[options.scale]}"
        made.append(Group("note", (Text(MARGIN, bottom + NOTE + SIZE, words, SIZE, "remark"),), words))
        width, bottom = max(width, text.width(words, SIZE)), bottom + NOTE + 1.2 * SIZE
    return titled(picture.graph, width + 2 * MARGIN, bottom + MARGIN, made)


def _legend(stages: Sequence[Stage], colours: Colouring) -> Legend:
    """What the colours mean that are seen; a layer that is only a band of another has the name of its role."""
    seen = dict.fromkeys(role for stage in stages for role in (stage.role, *(band.role for band in stage.bands)))
    known = dict(colours.legend)
    known |= {role: role for role in seen if role in FOLLOWERS and role not in known}
    return colours._replace(legend=tuple(known.items())).legend_of(seen)
