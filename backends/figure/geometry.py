"""Areas, outlines and what is inside of them. Lengths are in points; y grows downwards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, pairwise
from math import cos, hypot, inf, pi, sin
from typing import NamedTuple

from . import text
from .scene import Circle, Path, Point, Polygon, Rectangle, Shape, Text, leaves_of

SLACK = 0.01
"""Two decimals is what the writers keep."""
CORNERS = 24
"""Of the polygon that a circle is taken for."""

LETTERS = 0.74
"""Height of the tallest letters of Liberation Sans above the baseline, as a part of the font size."""
_DEEP = frozenset("gjpqy()[]{}|,;_@Q")
"""Characters that reach below the baseline."""


class Area(NamedTuple):
    """An upright rectangle by its four sides."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Area) -> bool:
        """Whether both share more than an edge."""
        across = min(self.right, other.right) - max(self.left, other.left)
        return across > SLACK and min(self.bottom, other.bottom) - max(self.top, other.top) > SLACK

    def holds(self, other: Area) -> bool:
        """Whether the other lies in this one; edges may touch."""
        level = other.left >= self.left - SLACK and other.right <= self.right + SLACK
        return level and other.top >= self.top - SLACK and other.bottom <= self.bottom + SLACK

    def grown(self, by: float) -> Area:
        """With so much more on every side."""
        return Area(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def corners(self) -> tuple[Point, ...]:
        """Clockwise from the top left."""
        left, top, right, bottom = self
        return (left, top), (right, top), (right, bottom), (left, bottom)


def around(points: Sequence[Point]) -> Area:
    """The smallest area with all these points."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return Area(min(xs), min(ys), max(xs), max(ys))


def area(shape: Shape) -> Area:
    """Where a shape that is no group is; a text is as high as its letters reach."""
    if isinstance(shape, Rectangle):
        return Area(shape.x, shape.y, shape.x + shape.width, shape.y + shape.height)
    if isinstance(shape, Circle):
        return Area(shape.x, shape.y, shape.x, shape.y).grown(shape.radius)
    if isinstance(shape, Text):
        width = text.width(shape.text, shape.size, shape.bold)
        left = shape.x - {"start": 0, "middle": width / 2, "end": width}[shape.anchor]
        below = 0.0 if _DEEP.isdisjoint(shape.text) else text.DESCENT
        return Area(left, shape.y - LETTERS * shape.size, left + width, shape.y + below * shape.size)
    assert isinstance(shape, Path | Polygon)
    return around(shape.points)


def extent(shapes: Iterable[Shape]) -> Area:
    """The smallest area with all these shapes, those of groups among them."""
    return around([corner for shape in leaves_of(shapes) for corner in area(shape).corners()])


def outline(shape: Rectangle | Polygon | Circle) -> tuple[Point, ...]:
    """The corners of a closed shape; of a rectangle without its rounding, of a circle those of a polygon in it."""
    if isinstance(shape, Polygon):
        return shape.points
    if isinstance(shape, Rectangle):
        return area(shape).corners()
    turns = (2 * pi * i / CORNERS for i in range(CORNERS))
    return tuple((shape.x + shape.radius * cos(turn), shape.y + shape.radius * sin(turn)) for turn in turns)


def edges(corners: Sequence[Point]) -> Iterator[tuple[Point, Point]]:
    """The sides of a polygon."""
    return pairwise(chain(corners, corners[:1]))


def clipped(start: Point, end: Point, corners: Sequence[Point]) -> tuple[float, float] | None:
    """Which part of a line is inside a convex polygon, from 0 at its start to 1 at its end (Cyrus and Beck, 1978)."""
    enters, leaves = 0.0, 1.0
    across, down = end[0] - start[0], end[1] - start[1]
    sign = 1.0 if _turn(corners) > 0 else -1.0
    for (x1, y1), (x2, y2) in edges(corners):
        inward_x, inward_y = sign * (y1 - y2), sign * (x2 - x1)
        depth = (start[0] - x1) * inward_x + (start[1] - y1) * inward_y
        change = across * inward_x + down * inward_y
        if change > 0:
            enters = max(enters, -depth / change)
        elif change < 0:
            leaves = min(leaves, -depth / change)
        elif depth < 0:
            return None
    return (enters, leaves) if enters < leaves else None


def length_inside(start: Point, end: Point, place: Area) -> float:
    """How much of a line is inside an area; along its very edge is outside."""
    inner = place.grown(-SLACK)
    if max(start[0], end[0]) <= inner.left or min(start[0], end[0]) >= inner.right:
        return 0.0
    if max(start[1], end[1]) <= inner.top or min(start[1], end[1]) >= inner.bottom:
        return 0.0
    part = clipped(start, end, inner.corners())
    return (part[1] - part[0]) * hypot(end[0] - start[0], end[1] - start[1]) if part else 0.0


def depth(one: Sequence[Point], other: Sequence[Point]) -> float:
    """How far one would have to move until two convex polygons are apart; 0 when they are (separating axes)."""
    least = inf
    for (x1, y1), (x2, y2) in chain(edges(one), edges(other)):
        length = hypot(x2 - x1, y2 - y1)
        if length < SLACK:
            continue
        x, y = (y1 - y2) / length, (x2 - x1) / length
        here, there = [px * x + py * y for px, py in one], [px * x + py * y for px, py in other]
        least = min(least, max(here) - min(there), max(there) - min(here))
        if least <= SLACK:
            return 0.0
    return 0.0 if least == inf else least


def holds(corners: Sequence[Point], place: Area) -> bool:
    """Whether a convex polygon has a whole area inside; edges may touch."""
    sign = 1.0 if _turn(corners) > 0 else -1.0
    for (x1, y1), (x2, y2) in edges(corners):
        length = hypot(x2 - x1, y2 - y1)
        x, y = sign * (y1 - y2), sign * (x2 - x1)
        if any((px - x1) * x + (py - y1) * y < -SLACK * length for px, py in place.corners()):
            return False
    return True


def distance(point: Point, start: Point, end: Point) -> float:
    """From a point to a line of that start and end."""
    across, down = end[0] - start[0], end[1] - start[1]
    square = across * across + down * down
    along = ((point[0] - start[0]) * across + (point[1] - start[1]) * down) / square if square else 0.0
    along = min(max(along, 0.0), 1.0)
    return hypot(point[0] - start[0] - along * across, point[1] - start[1] - along * down)


def _turn(corners: Sequence[Point]) -> float:
    """Twice the area of a polygon; negative when its corners run against the clock as y grows downwards."""
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in edges(corners))
