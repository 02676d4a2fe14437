"""Boxes are apart, and all is inside the figure."""

from __future__ import annotations

from collections.abc import Iterator

from ..geometry import Area, depth, edges
from ..scene import Rectangle
from .finding import Finding
from .survey import Survey

FRAMES = ("lane", "section")
"""Roles of rectangles that are around boxes. Not `repeat`: a repetition may have cards that its box lies upon."""


def clipped_shapes(survey: Survey) -> Iterator[Finding]:
    """Shapes that are cut off at the edge of the figure, lines with their width."""
    for item in survey.items:
        paint = item.paint
        line = paint.width * survey.scene.weight / 2 if paint.outline and item.corners else 0.0
        seen = bool(paint.fill or paint.outline) if item.corners else True
        if seen and not survey.page.holds(item.place.grown(line)):
            kind = type(item.shape).__name__.lower()
            words = f"a {kind} of {item.owner} is {_outside(item.place.grown(line), survey.page):.1f} pt outside"
            yield Finding("outside-canvas", words, item.place)


def overlapping_boxes(survey: Survey) -> Iterator[Finding]:
    """Boxes that share more than an edge; the shapes of one box may."""
    for number, shapes in enumerate(survey.of_boxes):
        deepest: dict[int, float] = {}
        for item in shapes:
            for index in survey.near_closed.near(item.place):
                other = survey.items[index]
                if other.box is not None and other.box > number and other.place.overlaps(item.place):
                    deepest[other.box] = max(deepest.get(other.box, 0.0), depth(item.corners, other.corners))
        for other_box, points in sorted(deepest.items()):
            if points:
                names = " and ".join(f"{survey.boxes[i].part} {survey.boxes[i].name}" for i in (number, other_box))
                yield Finding("overlapping-boxes", f"{names} overlap by {points:.1f} pt", shapes[0].place)


def boxes_across_frames(survey: Survey) -> Iterator[Finding]:
    """Boxes that stand half in and half out of a lane or a section."""
    for frame in survey.closed:
        if frame.shape.role not in FRAMES or frame.box is not None or not isinstance(frame.shape, Rectangle):
            continue
        across = set()
        for start, end in edges(frame.corners):
            for index in survey.near_closed.near_line(start, end):
                item = survey.items[index]
                if item.box is not None and not frame.place.holds(item.place) and depth(item.corners, frame.corners):
                    across.add(item.box)
        for box in sorted(across):
            words = f"{survey.boxes[box].part} {survey.boxes[box].name} stands across the edge of {frame.owner}"
            yield Finding("box-across-frame", words, survey.of_boxes[box][0].place)


def _outside(place: Area, page: Area) -> float:
    return max(page.left - place.left, page.top - place.top, place.right - page.right, place.bottom - page.bottom)
