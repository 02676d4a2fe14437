"""The shapes that a figure in the manner of 1998 is made of. Their origin is their top left corner."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

from .. import text
from ..labels import SIGNS
from ..scene import Circle, Path, Point, Polygon, Rectangle, Shape, Text

SIZE = 12.0
"""Size of all text; every length here is a part of it: 16 px in the figure of 1998, 12 points."""
SHADE = 0.344
"""From the light to the dark grey of neighbouring planes: #C3C3C3 and #808080 in the figure of 1998."""
COLOURED = 0.15
"""The same for planes in colours, which stay apart by their outlines."""
BREAK = 3.0
"""Steps between the planes where a stack is broken."""
TOUCHING = 0.9
"""Of a plane's side: that far apart may planes be, so that a broken stack still hangs together."""
DOT = 1.3
"""Radius of the dots of a break mark."""


class Stack(NamedTuple):
    """Feature maps, one behind the other; ``drawn`` of them where there are too many."""

    width: float
    height: float
    drawn: int
    step: float
    broken: bool = False

    @property
    def depth(self) -> float:
        """From the first plane to the last, to the right and down."""
        return self._offset(self.drawn - 1)

    @property
    def size(self) -> Point:
        """Width and height of the whole."""
        return self.width + self.depth, self.height + self.depth

    def planes(self) -> Iterator[tuple[float, int]]:
        """Where the planes begin, from the back, and 1 for the dark ones."""
        return ((self._offset(i), i % 2) for i in range(self.drawn))

    def hull(self) -> tuple[Point, ...]:
        """The outline around all planes."""
        w, h, d = self.width, self.height, self.depth
        return ((0, 0), (w, 0), (w + d, d), (w + d, h + d), (d, h + d), (0, h))

    def ends(self, right: bool) -> tuple[Point, Point]:
        """Where thin lines leave for a neighbour, on one side: at the top of the first plane, below the last."""
        return (right * self.width, 0), (self.depth + right * self.width, self.depth + self.height)

    def edge(self, y: float, right: bool) -> Point:
        """Where a level line near that height meets the planes from one side."""
        met = [at for at, _ in self.planes() if at <= y <= at + self.height]
        if not met:  # between two planes that are far apart
            met = [max(at for at, _ in self.planes() if at <= y)]
            y = met[0] + self.height
        return met[-1] + right * self.width if right else met[0], y

    def shapes(self, x: float, y: float, role: str) -> Iterator[Shape]:
        """The planes, and dots where some are left out."""
        dark = SHADE if role == "plane" else COLOURED
        for at, shade in self.planes():
            yield Rectangle(x + at, y + at, self.width, self.height, role, shade=shade * dark)
        if self.broken:
            last, first = self._offset(self.drawn // 2 - 1), self._offset(self.drawn // 2)
            yield from _dots((x + self.width + 2.5 * DOT, y - 2.5 * DOT), last, first)

    def _offset(self, plane: int) -> float:
        """How far right and down a plane is."""
        beyond = self.broken and plane >= self.drawn // 2
        most = max(TOUCHING * min(self.width, self.height) - self.step, 0.0)
        return self.step * plane + min((BREAK - 1) * self.step, most) * beyond


class Bar(NamedTuple):
    """A vector: a slanted bar, 45 degrees down to the right."""

    length: float
    thickness: float
    broken: bool = False

    @property
    def size(self) -> Point:
        """Width and height of the whole."""
        return self.length + self.thickness, self.length

    def hull(self) -> tuple[Point, ...]:
        """The outline."""
        return self._piece(0, self.length)

    def ends(self, right: bool) -> tuple[Point, Point]:
        """Where thin lines leave for a neighbour: at its top and its bottom."""
        return (right * self.thickness, 0), (self.length + right * self.thickness, self.length)

    def edge(self, y: float, right: bool) -> Point:
        """Where a level line at that height meets the bar from one side."""
        return y + right * self.thickness, y

    def shapes(self, x: float, y: float, role: str) -> Iterator[Shape]:
        """The bar, in two parts with dots between them where the cap cut it."""
        gap = 9 * DOT if self.broken else 0.0
        middle = self.length / 2
        pieces = ((0, middle - gap / 2), (middle + gap / 2, self.length)) if self.broken else ((0, self.length),)
        for start, end in pieces:
            yield Polygon(tuple((x + right, y + down) for right, down in self._piece(start, end)), role)
        if self.broken:
            yield from _dots((x + self.thickness / 2, y), middle - gap / 2, middle + gap / 2)

    def _piece(self, start: float, end: float) -> tuple[Point, ...]:
        return ((start, start), (start + self.thickness, start), (end + self.thickness, end), (end, end))


class Sign(NamedTuple):
    """A sum or product: a circle with its sign."""

    text: str
    radius: float = 0.75 * SIZE

    @property
    def size(self) -> Point:
        """Width and height of the whole."""
        return 2 * self.radius, 2 * self.radius

    def hull(self) -> tuple[Point, ...]:
        """The square around it."""
        side = 2 * self.radius
        return ((0, 0), (side, 0), (side, side), (0, side))

    def ends(self, right: bool) -> tuple[Point, Point]:
        """Where lines leave: both in the middle."""
        point = (right * 2 * self.radius, self.radius)
        return point, point

    def edge(self, y: float, right: bool) -> Point:
        """Where a level line at that height meets the circle from one side."""
        across = max(self.radius**2 - (y - self.radius) ** 2, 0.0) ** 0.5
        return self.radius + (across if right else -across), y

    def shapes(self, x: float, y: float, role: str) -> Iterator[Shape]:
        """The circle, and the sign as lines: a plus or, turned, a cross."""
        middle, arm = (x + self.radius, y + self.radius), 0.5 * self.radius
        yield Circle(*middle, self.radius, role)
        turned = 0.7 * arm if self.text == SIGNS["mul"] else 0.0
        for right, down in ((turned or arm, turned), (-turned, turned or arm)):
            yield Path(((middle[0] - right, middle[1] - down), (middle[0] + right, middle[1] + down)), "wire")


class Parcel(NamedTuple):
    """A transfer: a dashed box with its shape and its bytes."""

    lines: tuple[str, ...]

    @property
    def size(self) -> Point:
        """Width and height of the whole."""
        return max(text.width(line, SIZE) for line in self.lines) + SIZE, 1.25 * SIZE * len(self.lines) + 0.5 * SIZE

    def hull(self) -> tuple[Point, ...]:
        """The outline."""
        width, height = self.size
        return ((0, 0), (width, 0), (width, height), (0, height))

    def ends(self, right: bool) -> tuple[Point, Point]:
        """Where lines leave: both in the middle."""
        point = (right * self.size[0], self.size[1] / 2)
        return point, point

    def edge(self, y: float, right: bool) -> Point:
        """Where a level line meets it from one side."""
        return right * self.size[0], y

    def shapes(self, x: float, y: float, role: str) -> Iterator[Shape]:
        """The box and its text."""
        width, height = self.size
        yield Rectangle(x, y, width, height, role, corner=4, dashed=True)
        for i, line in enumerate(self.lines):
            yield Text(x + width / 2, y + 0.25 * SIZE + (1.25 * i + 0.95) * SIZE, line, SIZE, role, "middle")


Body: TypeAlias = Stack | Bar | Sign | Parcel


def _dots(corner: Point, start: float, end: float) -> Iterator[Circle]:
    """Three dots along the diagonal from one offset to another."""
    for part in (1 / 4, 2 / 4, 3 / 4):
        at = start + part * (end - start)
        yield Circle(corner[0] + at, corner[1] + at, DOT, "arrow")
