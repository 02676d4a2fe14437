"""Texts are large enough, and nothing is over them, under them or across them."""

from __future__ import annotations

from collections.abc import Iterator

from ..geometry import SLACK, Area, depth, edges, holds, length_inside
from ..options import Page
from ..scene import Text
from .finding import Finding
from .survey import Item, Survey

ON_BOXES = ("note", "mark")
"""Parts whose texts may stand on a box: what a style adds to it, and what a diff marks."""


def small_texts(survey: Survey, page: Page) -> Iterator[Finding]:
    """One finding for all texts that are smaller than the page asks for."""
    small = sorted((size_of(item), item.order) for item in survey.texts if size_of(item) < page.least - SLACK)
    if small:
        size, index = small[0]
        words = f"{len(small)} text{'s' * (len(small) > 1)} below {page.least:g} pt; {said(survey.items[index])} has"
        yield Finding("small-text", f"{words} {size:.1f} pt", survey.items[index].place)


def texts_over_texts(survey: Survey) -> Iterator[Finding]:
    """Texts that share more than an edge."""
    for item in survey.texts:
        for index in survey.near_texts.near(item.place):
            other = survey.items[index]
            if index > item.order and other.place.overlaps(item.place):
                yield Finding("text-over-text", f"texts {said(item)} and {said(other)} overlap", other.place)


def crossed_texts(survey: Survey) -> Iterator[Finding]:
    """Texts with a line through them, or on the edge of a shape, unless something filled lies between."""
    for item in survey.texts:
        floor = max((below.order for below in survey.beneath(item) if holds(below.corners, item.place)), default=-1)
        for index in survey.near_lines.near(item.place):
            if index > floor and _longest(survey.items[index], item.place) > SLACK:
                words = f"text {said(item)} is crossed by a line of {survey.items[index].owner}"
                yield Finding("text-crossed", words, item.place)
        for index in survey.near_closed.near(item.place):
            if index > floor:
                yield from _at_edge(item, survey.items[index])


def texts_over_boxes(survey: Survey) -> Iterator[Finding]:
    """Texts over boxes that are not theirs."""
    for item in survey.texts:
        if item.group is not None and item.group.part in ON_BOXES:
            continue
        found = set()
        for index in survey.near_closed.near(item.place):
            other = survey.items[index]
            if other.box is None or other.box == item.box or not other.place.overlaps(item.place):
                continue
            if depth(other.corners, item.place.corners()):
                found.add(other.box)
        for box in sorted(found):
            words = f"text {said(item)} of {item.owner} is over {survey.boxes[box].part} {survey.boxes[box].name}"
            yield Finding("text-over-box", words, item.place)


def said(item: Item) -> str:
    """The text of an item as it is quoted, not too long."""
    assert isinstance(item.shape, Text)
    words = item.shape.text
    return f"`{words if len(words) <= 40 else words[:39] + '…'}`"


def size_of(item: Item) -> float:
    """The size of a text in points."""
    assert isinstance(item.shape, Text)
    return item.shape.size


def _longest(line: Item, place: Area) -> float:
    pairs = zip(line.corners, line.corners[1:], strict=False)
    return max((length_inside(start, end, place) for start, end in pairs), default=0.0)


def _at_edge(item: Item, other: Item) -> Iterator[Finding]:
    """A text that a closed shape covers or begins under."""
    if other.order > item.order and other.paint.fill and depth(other.corners, item.place.corners()):
        yield Finding("text-covered", f"text {said(item)} is covered by a shape of {other.owner}", item.place)
    elif any(length_inside(start, end, item.place) > SLACK for start, end in edges(other.corners)):
        if other.group is item.group:
            yield Finding("text-outside-box", f"text {said(item)} stands across the edge of {item.owner}", item.place)
        else:
            yield Finding("text-crossed", f"text {said(item)} is crossed by an edge of {other.owner}", item.place)
