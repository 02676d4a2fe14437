"""Finds what is near without a look at everything."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from math import ceil, sqrt

from .geometry import Area, around
from .scene import Point


class Grid:
    """Numbers of things by the cells of a page that they are in."""

    def __init__(self, page: Area, things: int) -> None:
        width, height = max(page.right - page.left, 1.0), max(page.bottom - page.top, 1.0)
        self.page = page
        self.cell = sqrt(width * height / max(things, 1))
        self.last = (ceil(width / self.cell), ceil(height / self.cell))
        self.cells: dict[tuple[int, int], list[int]] = defaultdict(list)

    def add(self, number: int, place: Area) -> None:
        """Everything in the area; what is outside of the page counts as at its edge."""
        for cell in self._cells(place):
            self.cells[cell].append(number)

    def add_line(self, number: int, start: Point, end: Point) -> None:
        """The cells along a line, not all of those between its ends."""
        for piece in self._pieces(start, end):
            self.add(number, piece)

    def near(self, place: Area) -> list[int]:
        """The numbers of all that may overlap the area, in order."""
        return sorted({number for cell in self._cells(place) for number in self.cells.get(cell, ())})

    def near_line(self, start: Point, end: Point) -> list[int]:
        """The same for a line."""
        return sorted({number for piece in self._pieces(start, end) for number in self.near(piece)})

    def _pieces(self, start: Point, end: Point) -> Iterator[Area]:
        """Areas no larger than a cell along a line."""
        across, down = end[0] - start[0], end[1] - start[1]
        count = min(max(ceil(max(abs(across), abs(down)) / self.cell), 1), 2 * sum(self.last))
        points = [(start[0] + across * i / count, start[1] + down * i / count) for i in range(count + 1)]
        return (around(piece) for piece in pairwise(points))

    def _cells(self, place: Area) -> Iterator[tuple[int, int]]:
        left, right = self._index(place.left, 0), self._index(place.right, 0)
        top, bottom = self._index(place.top, 1), self._index(place.bottom, 1)
        return ((x, y) for x in range(left, right + 1) for y in range(top, bottom + 1))

    def _index(self, at: float, axis: int) -> int:
        return int(min(max((at - self.page[axis]) / self.cell, 0), self.last[axis]))
