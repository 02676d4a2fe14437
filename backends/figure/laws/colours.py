"""Texts and lines stand out from what is beneath them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from ..contrast import GRAPHICS, TEXT, contrast
from ..geometry import Area, edges, holds
from ..roles import WIRE_ROLES
from ..scene import Path, Point
from .finding import Finding
from .survey import Item, Survey
from .texts import said


def faint_texts(survey: Survey) -> Iterator[Finding]:
    """Texts with too little contrast, one finding for each pair of colours."""
    found: dict[tuple[str, str], list[Item]] = {}
    for item in survey.texts:
        for ground in _grounds(survey, item):
            if contrast(item.paint.ink, ground) < TEXT:
                found.setdefault((item.paint.ink, ground), []).append(item)
    for (ink, ground), items in found.items():
        more = f" and {len(items) - 1} more" if len(items) > 1 else ""
        words = f"text {said(items[0])}{more}: {ink} on {ground} is {contrast(ink, ground):.1f}:1, less than {TEXT}:1"
        yield Finding("faint-text", words, items[0].place)


def faint_lines(survey: Survey) -> Iterator[Finding]:
    """Lines and outlines with too little contrast, one finding for each role and pair of colours.

    An outline may be faint where the fill of its shape stands out.
    """
    found: dict[tuple[str, str, str], list[Item]] = {}
    for item in [*survey.closed, *survey.lines]:
        colour = item.paint.outline or (item.paint.fill if item.shape.role in WIRE_ROLES else None)
        if colour is None:
            continue
        for ground in _sides(survey, item):
            fill = None if isinstance(item.shape, Path) else item.paint.fill
            if max(contrast(seen, ground) for seen in (colour, fill) if seen) < GRAPHICS:
                found.setdefault((item.shape.role, colour, ground), []).append(item)
    for (role, colour, ground), items in found.items():
        ratio = f"{colour} on {ground} is {contrast(colour, ground):.1f}:1, less than {GRAPHICS:g}:1"
        yield Finding("faint-line", f"{len(items)} x {role} of {items[0].owner}: {ratio}", items[0].place)


def _grounds(survey: Survey, item: Item) -> set[str]:
    """The colours that are under a text."""
    fills: list[str] = []
    for below in survey.beneath(item):
        fills.append(below.paint.fill or survey.ground)
        if holds(below.corners, item.place):
            return set(fills)
    return {*fills, survey.ground}


def _sides(survey: Survey, item: Item) -> set[str]:
    """The colours that are under a line or beside an outline, where it is not on a shape of its own box."""
    lines = pairwise(item.corners) if isinstance(item.shape, Path) else edges(item.corners)
    return {_ground(survey, item, point) for start, end in lines for point in _along(start, end)}


def _along(start: Point, end: Point) -> Iterator[Point]:
    for part in (1 / 6, 1 / 2, 5 / 6):
        yield start[0] + part * (end[0] - start[0]), start[1] + part * (end[1] - start[1])


def _ground(survey: Survey, item: Item, point: Point) -> str:
    """The colour of the topmost shape under a point that is neither of the item's own box or group nor a wire."""
    dot = Area(*point, *point)
    for index in reversed(survey.near_closed.near(dot)):
        below = survey.items[index]
        under = index < item.order and below.paint.fill and below.place.holds(dot) and holds(below.corners, dot)
        if under and not _belongs(survey, below, item):
            return below.paint.fill or survey.ground
    return survey.ground


def _belongs(survey: Survey, below: Item, item: Item) -> bool:
    """Whether what is below is a part of the same thing, or what a wire connects; wires may cross other wires."""
    if below.group is not None and (below.group is item.group or below.group.part == "wire"):
        return True
    if below.box is None:
        return False
    if item.group is not None and item.group.part == "mark":  # it is around a box, and stands out from what is outside
        return True
    box = survey.boxes[below.box]
    ends = item.group.link if item.group is not None else None
    return below.box == item.box or (ends is not None and not {box.name, *box.stands_for}.isdisjoint(ends))
