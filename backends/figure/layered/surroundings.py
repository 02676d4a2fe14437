"""What boxes stand in, as shapes: the lanes of devices and the frames of sections."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple, TypeAlias

from ....compiler import Graph
from .. import text
from ..scene import Group, Rectangle, Shape, Text
from .items import Items
from .layout import Box, Direction, Layout, Line
from .measures import CARDS, LANE_HEADING, SECTION_TITLE
from .words import INSET, LINE, SIZE, SPACE

WIDEST_FOR_TITLE = 240.0
"""Room in boxes that is made for the titles of sections; longer titles are shortened where a wire crosses them."""
DEVICE = 14.0
"""Size of a device's name."""
CONTINUED = "continued"
BADGE = 14.0
"""Size of the words that say how often something comes."""


Headings: TypeAlias = list[tuple[str, str]]
"""Name and total of every device; empty for a net without devices."""


def lane_headings(items: Items, whole: Graph | None = None) -> Headings:
    """The headings of the lanes, with totals of the whole graph of which the items may show a part."""
    if items.devices == (None,):
        return []
    totals = dict.fromkeys(items.devices, 0)
    for layer in (whole or items.graph).layers:
        totals[layer.device] += layer.parameters
    return [(device or "no device", f"{total:,} parameters") for device, total in totals.items()]


class LaneRoom(NamedTuple):
    """What the headings of the lanes need.

    The least width of each lane, where it begins and where it is continued, and the room at its beginning.
    """

    widths: dict[int, tuple[float, float]]
    begin: float


def lane_room(headings: Headings, direction: Direction, narrow: bool = False) -> LaneRoom:
    """Room for headings: above the boxes if they run down, else left of them, where it is the least height of a lane.

    A ``narrow`` lane that runs down has its heading in several lines.
    """
    if not headings:
        return LaneRoom({}, 0)
    widest = [max(_widths(name, CONTINUED, *_in_lines(total))) + 2 * INSET for name, total in headings]
    if direction == "right":
        heights = (LANE_HEADING + 3 * LINE, LANE_HEADING + 2 * LINE)
        return LaneRoom({2 * number: heights for number in range(len(headings))}, max(widest))
    if narrow:
        return LaneRoom({2 * number: (width, width) for number, width in enumerate(widest)}, LANE_HEADING + 2 * LINE)
    return LaneRoom(
        {
            2 * number: (_in_one_line(name, total), _in_one_line(name, CONTINUED))
            for number, (name, total) in enumerate(headings)
        },
        LANE_HEADING,
    )


def _in_one_line(name: str, remark: str) -> float:
    return sum(_widths(name, remark)) + 2 * SPACE + 2 * INSET


def _widths(name: str, *lines: str) -> list[float]:
    return [text.width(name, DEVICE, bold=True), *(text.width(line, SIZE) for line in lines)]


def _in_lines(total: str) -> list[str]:
    return total.split(" ")


def lanes(items: Items, layout: Layout, headings: Headings) -> Iterator[Group]:
    """The lane of every device in every column of the page, with its name and, once, its total."""
    for fold, lane, box in layout.lanes:
        name, total = headings[lane // 2]
        words = _beside if layout.direction == "right" else _above
        yield Group(
            "lane",
            (
                Rectangle(box.left, box.top, box.width, box.height, "lane", corner=6),
                *words(box, name, CONTINUED if fold else total),
            ),
            title=f"{name}: {total}",
            device=items.devices[lane // 2],
        )


def _above(box: Box, name: str, remark: str) -> Iterator[Text]:
    """A lane's heading at its top, in one line if it is wide enough."""
    y = box.top + LANE_HEADING - 5
    yield Text(box.left + INSET, y, name, DEVICE, "lane", bold=True)
    if _in_one_line(name, remark) <= box.width + 1e-6:
        yield Text(box.right - INSET, y, remark, SIZE, "lane", anchor="end")
    else:
        yield from _below(box, y, remark)


def _beside(box: Box, name: str, remark: str) -> Iterator[Text]:
    """A lane's heading in lines at its left side, in the middle of its height."""
    y = box.top + (box.height - LANE_HEADING - len(_in_lines(remark)) * LINE) / 2 + LANE_HEADING - 5
    yield Text(box.left + INSET, y, name, DEVICE, "lane", bold=True)
    yield from _below(box, y, remark)


def _below(box: Box, y: float, remark: str) -> Iterator[Text]:
    for number, line in enumerate(_in_lines(remark), start=1):
        yield Text(box.left + INSET, y + number * LINE, line, SIZE, "lane")


def room_for_titles(graph: Graph, stacked: Collection[str]) -> float:
    """Room in boxes that lets the sections' titles stand left of the wire that comes in from above."""
    shown = (section for section in graph.sections if section.name not in stacked)
    titles = [text.width(section.title, SIZE, bold=True) + 2 for section in shown]
    return min(2 * max(titles, default=0), WIDEST_FOR_TITLE)


def frames(layout: Layout, repeats: Collection[str], cards: Mapping[str, str]) -> Iterator[Group]:
    """The frames of sections with their titles where no wire crosses them.

    ``repeats`` are those that tell how often they come; ``cards`` have cards of a role behind their box instead.
    """
    verticals = _verticals(layout.lines)
    for frame, box in layout.frames:
        section = frame.section
        if section.name in cards:
            shapes: list[Shape] = [*_cards(layout.boxes[frame.members[0].index], cards[section.name])]
        else:
            role, size = ("repeat", BADGE) if section.name in repeats else ("section", SIZE)
            shapes = [Rectangle(box.left, box.top, box.width, box.height, role, corner=4)]
            left, room = _place_for_title(box, verticals, text.width(section.title, size, bold=True))
            if title := text.shorten(section.title, size, room, bold=True):
                shapes.append(Text(left, box.top + SECTION_TITLE - 3, title, size, role, bold=True))
        yield Group("section", tuple(shapes), title=section.title)


def shortened_titles(layout: Layout, repeats: Collection[str], stacked: Collection[str]) -> int:
    """How many of the sections' titles do not fit, though they are not too long to fit at all."""
    verticals = _verticals(layout.lines)
    count = 0
    for frame, box in layout.frames:
        size = BADGE if frame.section.name in repeats else SIZE
        needed = text.width(frame.section.title, size, bold=True)
        if frame.section.name not in stacked and needed <= WIDEST_FOR_TITLE / 2:
            count += _place_for_title(box, verticals, needed)[1] < needed
    return count


def _cards(box: Box, role: str) -> Iterator[Rectangle]:
    """What is behind a box that comes several times, the hindmost first."""
    for by in reversed(CARDS):
        yield Rectangle(box.left + by, box.top + by, box.width, box.height, role)


def _verticals(lines: list[Line]) -> list[tuple[float, float, float]]:
    """Vertical parts of wires from left to right: x, top, bottom."""
    return sorted(
        {
            (x, min(y, to_y), max(y, to_y))
            for line in lines
            for (x, y), (to_x, to_y) in pairwise(line.points)
            if x == to_x
        }
    )


def _place_for_title(box: Box, verticals: list[tuple[float, float, float]], needed: float) -> tuple[float, float]:
    """The first place that is wide enough and no wire crosses, else the widest: where it begins, and its width."""
    inside = verticals[bisect_left(verticals, (box.left,)) : bisect_left(verticals, (box.right,))]
    title_bottom = box.top + SECTION_TITLE
    crossing = [x for x, top, bottom in inside if top < title_bottom and bottom > box.top]
    ends = [box.left + INSET, *(x + INSET for x in crossing)]
    starts = [*(x - INSET for x in crossing), box.right - INSET]
    places = [(left, right - left) for left, right in zip(ends, starts, strict=True)]
    fitting = [place for place in places if place[1] >= needed]
    return fitting[0] if fitting else max(places, key=lambda place: place[1])
