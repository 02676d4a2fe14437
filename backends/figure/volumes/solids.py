"""A box in space as shapes: front, top and side in one colour, cut where its length is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from ..layered.measures import HUB
from ..scene import Circle, Path, Point, Polygon, Shape
from .sizes import Solid

SHADES = (0.0, 0.08, 0.24)
"""Of the top, the front and the side of a box: the light comes from above."""
PALE = (0.0, 0.02, 0.08)
"""Of what is white: an input, a concatenation."""
SIGN = 5.0
"""Half the length of the strokes in a ball."""
THIN = (2.5, 7.0)
"""Least and greatest thickness of an activation's or normalization's part of a box."""
SHARE = 0.24
"""Such a part of a box's thickness; all of them together take at most ``SHARES``."""
SHARES = 0.6
GAP = 6.0
"""Between the two lines of a break mark."""
BREAK = 0.7
"""Where on a length it is."""


class Part(NamedTuple):
    """A part of a box's thickness: how much of it, and in which role."""

    wide: float
    role: str


def parts_of(solid: Solid, role: str, bands: Sequence[str], shares: Sequence[int] = ()) -> list[Part]:
    """A box from left to right: its layer, or what it is put together of, and its bands."""
    each = min(max(SHARE * solid.wide, THIN[0]), THIN[1], SHARES * solid.wide / max(len(bands), 1))
    body = solid.wide - each * len(bands)
    heads = [Part(body * share / sum(shares), role) for share in shares] or [Part(body, role)]
    return [*heads, *(Part(each, band) for band in bands)]


def faces(solid: Solid, left: float, top: float, parts: Sequence[Part], pale: bool = False) -> Iterator[Shape]:
    """The visible faces of a box that stands in the area from ``(left, top)`` on.

    Its side has the colour of the first part: large faces say what a layer is, stripes what follows it.
    """
    up, front, side = PALE if pale else SHADES
    shift, low, high = solid.shift, top + solid.height, top + solid.shift
    edges = [left, *accumulate((part.wide for part in parts), initial=left)][1:]
    for part, (start, end) in zip(parts, pairwise(edges), strict=True):
        yield Polygon(((start, high), (end, high), (end + shift, top), (start + shift, top)), part.role, shade=up)
        yield Polygon(((start, high), (end, high), (end, low), (start, low)), part.role, shade=front)
    right = left + solid.wide
    corners = ((right, high), (right + shift, top), (right + shift, low - shift), (right, low))
    yield Polygon(corners, parts[0].role, shade=side)
    yield from _breaks(solid, left, top)


def ball(x: float, y: float, sign: str, role: str) -> Iterator[Shape]:
    """A disc with a plus or a cross in it."""
    yield Circle(x, y, HUB, role)
    if sign == "+":
        strokes = (((x - SIGN, y), (x + SIGN, y)), ((x, y - SIGN), (x, y + SIGN)))
    else:
        half = 0.7 * SIGN
        strokes = (((x - half, y - half), (x + half, y + half)), ((x - half, y + half), (x + half, y - half)))
    for stroke in strokes:
        yield Path(stroke, "wire")


def _breaks(solid: Solid, left: float, top: float) -> Iterator[Shape]:
    """A light gap across what is longer than it is drawn, beside the wire that leaves its middle."""
    shift, right = solid.shift, left + solid.wide
    if solid.long_cut:
        y = top + shift + BREAK * solid.high
        line: tuple[Point, ...] = ((left, y), (right, y - GAP), (right + shift, y - GAP - shift))
        yield Polygon((*line, *((x, down - GAP) for x, down in reversed(line))), "slab")
    if solid.thick_cut:
        x, low = left + BREAK * solid.wide, top + solid.height
        line = ((x - GAP, low), (x, top + shift), (x + shift, top))
        yield Polygon((*line, *((across + GAP, y) for across, y in reversed(line))), "slab")
