"""Brackets over the columns of a fully connected net: its sections, and what repeats."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .. import text
from ..folding.tree import Sections
from ..picture import Picture
from ..scene import Group, Path, Text
from .columns import Column

SIZE = 12.0
"""Size of a title."""
LEVEL = 25.0
"""From the brackets around others down to these."""
BASELINE = 12.0
"""From the top of a level to the baseline of its title."""
DROP = 5.0
"""Of the ends of a bracket."""
REACH = 14.0
"""From the middle of the outermost columns to the ends of a bracket."""
APART = 14.0
"""Between neighbouring titles."""


class Brackets:
    """The sections that columns stand in, those that repeat among them."""

    def __init__(self, picture: Picture, columns: Sequence[Column]) -> None:
        self.sections = Sections(picture.drawn.sections)
        self.spans: dict[str, tuple[int, int]] = {}
        """The first and the last column of every section."""
        for number, column in enumerate(columns):
            for name in self.sections.line(column.section):
                if name is not None:
                    self.spans[name] = self.spans.get(name, (number, number))[0], number
        self.depths = {name: len(self.sections.line(name)) - 2 for name in self.spans}

    @property
    def height(self) -> float:
        """Room for all brackets over one another."""
        return LEVEL * (max(self.depths.values(), default=-1) + 1)

    def drawn(self, top: float, first: float, spacing: float, right: float) -> Iterator[Group]:
        """The brackets, the outermost at the top; ``first`` is the middle of the first column.

        A title is shortened where it would reach the next one, or the ``right`` edge.
        """
        for name, (start, end) in self.spans.items():
            y = top + LEVEL * self.depths[name] + BASELINE + 4
            ends = first + start * spacing - REACH, first + end * spacing + REACH
            line = Path(((ends[0], y + DROP), (ends[0], y), (ends[1], y), (ends[1], y + DROP)), "rule")
            middle = sum(ends) / 2
            room = min((end - start + 1) * spacing - APART, 2 * (right - middle))
            words = text.shorten(self.sections.by_name[name].title, SIZE, room, bold=True)
            label = Text(middle, y - 4, words, SIZE, "remark", "middle", bold=True)
            yield Group("section", (line, label), self.sections.by_name[name].title, name)
