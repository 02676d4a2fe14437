"""Texts in boxes: their size, and how far they stand from one another and from a box's edge."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from .. import text

SIZE = 12.0
"""Of all text in boxes. A figure that fills a slide of 13.33 x 7.5 in keeps it at 12 pt or more."""
LINE = 14.0
"""From one line of text to the next."""
INSET = 5.0
"""Between a box's side and its text."""
EDGE = 1.25
"""Between a box's top and its first line."""
SPACE = 7.0
"""Between texts in one line."""
BAR = 12.0
"""A band without text."""


class Word(NamedTuple):
    """A text in a line of a box."""

    text: str
    bold: bool = False
    at_end: bool = False
    """Whether it ends at the right side."""


def width_of(words: Sequence[Word]) -> float:
    """Width of words in one line."""
    return sum(text.width(word.text, SIZE, word.bold) for word in words) + SPACE * max(len(words) - 1, 0)


def height_of(lines: int) -> float:
    """Height of a box with so many lines of text."""
    return lines * LINE + 2 * EDGE
