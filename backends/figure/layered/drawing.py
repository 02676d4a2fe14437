"""A figure of boxes and arrows, from what is written in the boxes to the scene, in the layout that suits the page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ..colouring import Colouring
from ..heading import Heading, heading, titled
from ..options import Options, Page
from ..picture import Picture
from ..scene import Scene
from .boxes import boxes
from .centring import centred
from .fit import Plan, plans
from .frames import depth_of
from .items import Item, Items
from .layout import Direction, Layout
from .measures import MARGIN, Sizes
from .surroundings import Headings, frames, lane_room, lanes, room_for_titles, shortened_titles
from .wires import wires
from .words import SIZE
from .writing import Writing, rooms, size_of

CUT = 0.8
"""By how much a title of a section that is cut is as bad as smaller text."""
CROSSING = 0.985
"""The same for every wire that leads from fold to fold besides the first."""
CANDIDATES = 6
"""Widths of boxes that are tried in a direction."""
LEAST_ROOM = 0.1
"""Part of a page's height that the boxes are laid out for, however much of it the heading takes."""
TRIES = ((120, 12), (500, 8), (3000, 2))
"""Layouts that are made to find the best, for nets of up to so many boxes; else the one that seems best is made."""


class Drawing(NamedTuple):
    """What is drawn, and how."""

    picture: Picture
    options: Options
    page: Page
    colours: Colouring
    items: Items
    rows: int
    cards: dict[str, Item]
    """Sections that are a single box which repeats."""
    writings: Sequence[Writing]
    headings: Headings
    unfolded: bool = False
    """Whether no fold is better than larger text, as long as that is legible."""


def seen(colours: Colouring, items: Items) -> Colouring:
    """Colours with a legend of those that are seen."""
    found = {colours.roles[band[0].name] for item in items.all for band in item.bands}
    return colours._replace(legend=colours.legend_of(found))


def cards_of(picture: Picture, items: Items) -> dict[str, Item]:
    """The sections that are a single box which repeats, with their box."""
    members: dict[str, list[Item]] = {name: [] for name in picture.repeats}
    for item in items.all:
        if item.section in members:
            members[item.section].append(item)
    parents = {section.parent for section in picture.drawn.sections}
    return {
        name: found[0]
        for name, found in members.items()
        if len(found) == 1 and name not in parents and len(found[0].bands) > found[0].hub
    }


def drawn(figure: Drawing) -> Scene:
    """The figure in the layout that suits its page best."""
    layout = centred(_best(figure), figure.items)
    head = _heading(figure, layout.right - MARGIN)
    layout = layout.lowered(MARGIN + head.height)
    graph, items = figure.picture.graph, figure.items
    cards = {name: figure.colours.roles[item.last] for name, item in figure.cards.items()}
    shapes = (
        *head.shapes,
        *lanes(items, layout, figure.headings),
        *frames(layout, figure.picture.repeats, cards),
        *wires(items, layout),
        *boxes(figure.picture, figure.colours, items, figure.writings, layout),
    )
    width = max(layout.right, MARGIN + head.width) + MARGIN
    return titled(graph, width, layout.bottom + MARGIN, shapes)


def _heading(figure: Drawing, width: float) -> Heading:
    return heading(figure.picture.graph, figure.colours.legend, figure.options, MARGIN, MARGIN, width)


def _best(figure: Drawing) -> Layout:
    """The layout with the largest text on the page, of those that seem best."""
    page, items = figure.page, figure.items
    most = page.most / SIZE
    room = (page.width, max(page.height - _heading(figure, page.width).height, page.height * LEAST_ROOM))
    tries = next((count for limit, count in TRIES if len(items.all) <= limit), 1)
    planned = plans(items, figure.rows, _candidates(figure), room, most)
    found = planned[:tries]
    if figure.unfolded:
        found += [plan for plan in planned[tries:] if len(plan.starts) == 1][:tries]
    made = [plan.lay_out(items, figure.rows, MARGIN, 0) for plan in found]
    scores = [_score(figure, layout, plan) for layout, plan in zip(made, found, strict=True)]
    return made[scores.index(max(scores))]


def _score(figure: Drawing, layout: Layout, plan: Plan) -> tuple[bool, bool, float]:
    """Whether a layout is legible on the page, has no folds, and how large its text is, less what is hard to read."""
    page = figure.page
    head = _heading(figure, layout.right - MARGIN)
    width = max(layout.right, MARGIN + head.width) + MARGIN
    scale = min(page.width / width, page.height / (layout.bottom + head.height + 2 * MARGIN), page.most / SIZE)
    cut = shortened_titles(layout, figure.picture.repeats, figure.cards)
    has_folds = figure.unfolded and len(plan.starts) > 1
    return scale * SIZE >= page.least, not has_folds, round(scale * CUT**cut * CROSSING**plan.crossing, 2)


def _candidates(figure: Drawing) -> Iterator[tuple[Direction, Sizes]]:
    """Sizes of boxes in the directions that may be taken."""
    graph = figure.picture.drawn
    stacked, depth = frozenset(figure.cards), depth_of(graph.sections)
    titles = room_for_titles(graph, stacked)
    wanted = figure.options.direction
    directions: tuple[Direction, ...] = ("right", "down") if wanted == "auto" else (wanted,)
    for direction in directions:
        found = [room for least in (0.0, titles) for room in rooms(figure.writings, direction, least, CANDIDATES)]
        for narrow in (True, False) if figure.headings and direction == "down" else (False,):
            lane = lane_room(figure.headings, direction, narrow)
            for room in sorted(set(found)):
                sizes = [size_of(writing, direction, room) for writing in figure.writings]
                widths, heights = [width for width, _ in sizes], [height for _, height in sizes]
                with_lanes = bool(figure.headings)
                yield direction, Sizes(widths, heights, lane.widths, with_lanes, depth, lane.begin, stacked=stacked)
