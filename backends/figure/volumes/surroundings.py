"""What boxes stand in: lanes of devices, frames of sections, and brackets below what has one scope."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from .. import text
from ..layered.items import Items
from ..layered.layout import Box
from ..layered.measures import SECTION_TITLE
from ..layered.surroundings import DEVICE, lane_headings
from ..layered.words import INSET
from ..picture import Picture
from ..scene import Group, Path, Rectangle, Text
from .captions import SIZE
from .fitting import BRACKET
from .standing import Stand

HOOK = 4.0
"""Height of the ends of a bracket."""


def lanes(items: Items, stand: Stand) -> Iterator[Group]:
    """The lane of every device in every row of the page, with its name at the left."""
    headings = lane_headings(items)
    for _, lane, box in stand.lanes:
        name, total = headings[lane]
        y = box.top + box.height / 2 + 0.36 * DEVICE
        frame = Rectangle(box.left, box.top, box.width, box.height, "lane", corner=6)
        words = Text(box.left + INSET, y, name, DEVICE, "lane", bold=True)
        yield Group("lane", (frame, words), f"{name}: {total}", device=items.devices[lane])


def frames(picture: Picture, stand: Stand) -> Iterator[Group]:
    """The frames of sections, their titles below their boxes; what is drawn once says how often it comes."""
    uprights = [
        (x, min(y, to_y), max(y, to_y))
        for line in stand.lines
        for (x, y), (to_x, to_y) in pairwise(line.points)
        if abs(x - to_x) < 0.01
    ]
    for section, box in stand.frames:
        role = "repeat" if section.name in picture.repeats else "section"
        title = section.title
        crossing = sorted(x for x, top, bottom in uprights if top < box.bottom and bottom > box.bottom - SECTION_TITLE)
        x, room = _room(box, crossing, text.width(title, SIZE, bold=True))
        shown = text.shorten(title, SIZE, room, bold=True)
        words = [Text(x, box.bottom - 5, shown, SIZE, role, "middle", bold=True)] if shown else []
        shape = Rectangle(box.left, box.top, box.width, box.height, role, corner=6)
        yield Group("section", (shape, *words), title)


def _room(box: Box, crossing: Sequence[float], needed: float) -> tuple[float, float]:
    """The middle of the frame where no wire crosses it, else of a place between wires: where it is, and its width."""
    inside = [box.left, *(x for x in crossing if box.left < x < box.right), box.right]
    places = [((start + end) / 2, end - start - 2 * INSET) for start, end in pairwise(inside)]
    fitting = [place for place in places if place[1] >= needed]
    middle = box.left + box.width / 2
    if fitting:
        return min(fitting, key=lambda place: abs(place[0] - middle))
    return max(places, key=lambda place: place[1])


def brackets(stand: Stand) -> Iterator[Group]:
    """Below neighbours in a line whose names begin alike: what they begin with."""
    lines: dict[tuple[int, int], list[int]] = {}
    for index, box in enumerate(stand.boxes):
        if box.stage.item.kind == "layers":
            lines.setdefault(box.line, []).append(index)
    for members in lines.values():
        members.sort(key=lambda index: stand.boxes[index].frame.left)
        for (scope, _), run in groupby(members, key=lambda index: (stand.scopes[index], stand.boxes[index].section)):
            if scope:
                yield _bracket(scope, [*run], stand)


def _bracket(scope: str, run: list[int], stand: Stand) -> Group:
    left, right = stand.boxes[run[0]].frame.left, stand.boxes[run[-1]].frame.right
    y = max(stand.ends[index] for index in run)
    top = y - BRACKET + 2
    path = Path(((left, top), (left, top + HOOK), (right, top + HOOK), (right, top)), "connection")
    words = text.shorten(scope, SIZE, right - left)
    line = [Text((left + right) / 2, y - 3, words, SIZE, "remark", "middle")] if words else []
    return Group("note", (path, *line), scope)
