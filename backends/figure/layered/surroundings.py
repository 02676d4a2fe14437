"""What boxes stand in, as shapes: the lanes of devices and the frames of sections."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from itertools import pairwise

from ....compiler import Graph
from .. import text
from ..scene import Group, Rectangle, Text
from .bands import INSET, SIZE, SPACE
from .items import Items
from .layout import Box, Layout, Line
from .measures import LANE_HEADING, SECTION_TITLE

WIDEST_FOR_TITLE = 240.0
"""Room in boxes that is made for the titles of sections; longer titles are shortened where a wire crosses them."""
DEVICE = 14.0
"""Size of a device's name."""


def lane_headings(items: Items) -> list[tuple[str, str]]:
    """Name and total of every device."""
    totals = dict.fromkeys(items.devices, 0)
    for layer in items.graph.layers:
        totals[layer.device] += layer.parameters
    return [(device or "no device", f"{total:,} parameters") for device, total in totals.items()]


def lane_widths(items: Items) -> dict[int, float]:
    """Width that the heading of each lane needs; a net without devices has no headings."""
    if items.devices == (None,):
        return {}
    words = [
        text.width(name, DEVICE, bold=True) + 2 * SPACE + text.width(total, SIZE)
        for name, total in lane_headings(items)
    ]
    return {2 * number: width + 2 * INSET for number, width in enumerate(words)}


def lanes(items: Items, layout: Layout) -> Iterator[Group]:
    """The lane of every device in every column of the page, with its name and, once, its total."""
    headings = lane_headings(items)
    for fold, lane, box in layout.lanes:
        name, total = headings[lane // 2]
        y = box.top + LANE_HEADING - 5
        yield Group(
            "lane",
            (
                Rectangle(box.left, box.top, box.width, box.height, "lane", corner=6),
                Text(box.left + INSET, y, name, DEVICE, "lane", bold=True),
                Text(box.right - INSET, y, "continued" if fold else total, SIZE, "lane", anchor="end"),
            ),
            title=f"{name}: {total}",
            device=items.devices[lane // 2],
        )


def room_for_titles(graph: Graph) -> float:
    """Room in boxes that lets the sections' titles stand left of the wire that comes in from above."""
    titles = [text.width(section.title, SIZE, bold=True) + 2 for section in graph.sections]
    return min(2 * max(titles, default=0), WIDEST_FOR_TITLE)


def frames(layout: Layout) -> Iterator[Group]:
    """The frames of sections with their titles where no wire crosses them."""
    verticals = _verticals(layout.lines)
    for frame, box in layout.frames:
        needed = text.width(frame.section.title, SIZE, bold=True)
        left, room = _place_for_title(box, verticals, needed)
        title = text.shorten(frame.section.title, SIZE, room, bold=True)
        words = [Text(left, box.top + SECTION_TITLE - 3, title, SIZE, "section", bold=True)] if title else []
        yield Group(
            "section",
            (Rectangle(box.left, box.top, box.width, box.height, "section", corner=4), *words),
            title=frame.section.title,
        )


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
