"""Feature maps as boxes in space, from left to right: height and depth from the map, thickness from the channels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .. import text
from ..colouring import Colouring, colouring
from ..geometry import area
from ..heading import Legend, description_of, heading, title_of
from ..layered.items import FOLLOWERS
from ..layered.ranks import assign_ranks
from ..options import Law, Options, Page
from ..picture import Picture
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
HEADING = 56.0
"""Height of the heading, about."""
HOPELESS = 0.7
"""Text of this part of the least size would not become large enough if pools had no captions."""
_ROOT = "Lengths in proportion to √size"
NOTES: Mapping[Law, str] = {
    "auto": _ROOT,
    "sqrt": _ROOT,
    "linear": "Lengths in proportion to size",
    "log": "Lengths in proportion to log(1 + size)",
}
"""What is said of the law of the sizes on request."""
NOTE = 8.0
"""From the figure to that remark."""


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
    fitting = _fitting(picture, options, colours, terse)
    stand = fitting.best(page, (2 * MARGIN, 2 * MARGIN + (HEADING if options.heading else 0)))
    shapes: list[Shape] = [
        *lanes(fitting.items, stand),
        *frames(picture, stand),
        *(box(picture, *each) for each in zip(stand.boxes, fitting.captions, stand.tops, strict=True)),
        *wires(stand.boxes, stand.lines),
        *brackets(stand),
    ]
    left, top, right, bottom = _extent(shapes)
    legend = _legend(fitting.stages, colours)
    head = heading(picture.graph, legend, options, MARGIN, MARGIN, right - left)
    width = max(right - left, head.width)
    across = MARGIN - left + (width - (right - left)) / 2
    moved = Move(1.0, across, MARGIN + head.height - top).shapes(tuple(shapes))
    height = 2 * MARGIN + head.height + bottom - top
    note: tuple[Shape, ...] = ()
    if options.scale_note:
        words = Text(MARGIN, height - MARGIN + NOTE + SIZE, NOTES[options.scale], SIZE, "remark")
        note, height = (Group("note", (words,), NOTES[options.scale]),), height + NOTE + 1.2 * SIZE
        width = max(width, text.width(NOTES[options.scale], SIZE))
    shapes = [*head.shapes, *moved, *note]
    return Scene(width + 2 * MARGIN, height, title_of(picture.graph), description_of(picture.graph), tuple(shapes))


def _extent(shapes: Sequence[Shape]) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of everything."""
    waiting, areas = list(shapes), []
    while waiting:
        shape = waiting.pop()
        if isinstance(shape, Group):
            waiting += shape.shapes
        else:
            areas.append(area(shape))
    return (
        min(place.left for place in areas), min(place.top for place in areas),
        max(place.right for place in areas), max(place.bottom for place in areas),
    )  # fmt: skip


def _legend(stages: Sequence[Stage], colours: Colouring) -> Legend:
    """What the colours mean that are seen; a layer that is only a band of another has the name of its role."""
    seen = dict.fromkeys(role for stage in stages for role in (stage.role, *(band.role for band in stage.bands)))
    known = dict(colours.legend)
    known |= {role: role for role in seen if role in FOLLOWERS and role not in known}
    return [(role, words) for role, words in known.items() if role in seen]
