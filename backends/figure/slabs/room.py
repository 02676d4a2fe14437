"""Where a text has room: over no line and no other text, and on no other box."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from ..geometry import Area, area, edges, length_inside, outline
from ..grid import Grid
from ..scene import Circle, Path, Point, Polygon, Rectangle, Shape, Text

CLEAR = 1.2
"""Between a text and the middle of a line beside it."""


class Room:
    """The lines and texts of a figure. What is put in later finds less room."""

    def __init__(self, page: Area, shapes: Iterable[Shape]) -> None:
        found = list(shapes)
        self.lines: list[tuple[Point, Point]] = []
        self.texts: list[Area] = []
        self.gone: set[Area] = set()
        self.near_lines, self.near_texts = Grid(page, 4 * len(found)), Grid(page, len(found))
        for shape in found:
            self.put(shape)

    def put(self, shape: Shape) -> None:
        """Takes the room of a shape: its outline, or all of a text."""
        if isinstance(shape, Text):
            self.gone.discard(area(shape))
            self.near_texts.add(len(self.texts), area(shape))
            self.texts.append(area(shape))
        elif isinstance(shape, Path):
            self._lines(pairwise(shape.points))
        elif isinstance(shape, Polygon | Rectangle | Circle):
            self._lines(edges(outline(shape)))

    def _lines(self, lines: Iterable[tuple[Point, Point]]) -> None:
        for start, end in lines:
            self.near_lines.add_line(len(self.lines), start, end)
            self.lines.append((start, end))

    def is_free(self, text: Text) -> bool:
        """Whether nothing is where the text would be."""
        place = area(text).grown(CLEAR)
        taken = [self.texts[index] for index in self.near_texts.near(place)]
        if any(other.overlaps(place) for other in taken if other not in self.gone):
            return False
        return not any(length_inside(*self.lines[index], place) for index in self.near_lines.near(place))

    def first_free(self, candidates: Iterable[Text]) -> Text | None:
        """The first of several places that is free, and takes it; None where none is."""
        for text in candidates:
            if self.is_free(text):
                self.put(text)
                return text
        return None

    def give_back(self, texts: Iterable[Text]) -> None:
        """Frees the room of texts that are not to be written after all."""
        self.gone.update(area(text) for text in texts)
