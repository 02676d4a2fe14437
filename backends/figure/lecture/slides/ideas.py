"""The key ideas of a net; those that networks still use stand on orange, with the words for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from .....compiler import Graph, Idea
from ... import text
from ...heading import title_of
from ...scene import Group, Rectangle, Scene, Shape, Text
from .page import (
    BODY,
    BOTTOM,
    HEAD,
    LEADING,
    MARGIN,
    ROOM,
    SMALL,
    TOP,
    head,
    height_of,
    page,
    paragraph,
    plain,
    wrapped,
)

SIZES = (30.0, 28.0, 26.0, BODY, 22.0, 20.0)
"""Sizes that are tried until all ideas fit on a slide."""
TAG = "still used"
PAD = 10.0
"""Above and below the lines of an idea."""
INSET = 16.0
"""Left and right of an idea."""
BULLET = 26.0
"""From the bullet of an idea to its text."""
GAP = 10.0
"""Between ideas."""
FIRST = TOP + LEADING * HEAD + 24
LAST = BOTTOM - 40
"""Where the ideas begin, and how far down they may reach; the legend is below."""
MOST_LINES = 4
"""An idea with more lines is cut."""


class Row(NamedTuple):
    """An idea in lines of text."""

    idea: Idea
    lines: list[str]
    size: float

    @property
    def height(self) -> float:
        """With what is above and below the lines."""
        return height_of(self.lines, self.size) + 2 * PAD


def idea_pages(graph: Graph) -> Iterator[Scene]:
    """The ideas on as many slides as they need; none for a net without."""
    pages = _pages(graph.about.ideas)
    for number, rows in enumerate(pages, 1):
        part = f" ({number} of {len(pages)})" if len(pages) > 1 else ""
        title, tail = plain(title_of(graph)), f": key ideas{part}"
        words = "; ".join(f"{row.idea.text}{f' ({TAG})' if row.idea.still_used else ''}" for row in rows)
        yield page(title + tail, f"{words}.", [head(title, tail), *_drawn(rows), _legend(graph)], graph.digest)


def _pages(ideas: Sequence[Idea]) -> list[list[Row]]:
    """All on one slide if they fit in one of the sizes, else on several in the size of the body."""
    for size in SIZES:
        rows = [_row(idea, size) for idea in ideas]
        if _height(rows) <= LAST - FIRST:
            return [rows] if rows else []
    rows = [_row(idea, BODY) for idea in ideas]
    count = 2
    while any(_height(rows[start:end]) > LAST - FIRST for start, end in _parts(len(rows), count)) and count < len(rows):
        count += 1
    return [rows[start:end] for start, end in _parts(len(rows), count)]


def _height(rows: Sequence[Row]) -> float:
    return sum(row.height + GAP for row in rows) - GAP


def _parts(length: int, count: int) -> list[tuple[int, int]]:
    """Where each of so many parts of about one length begins and ends."""
    return [(length * i // count, length * (i + 1) // count) for i in range(count)]


def _row(idea: Idea, size: float) -> Row:
    tag = text.width(TAG, SMALL, bold=True) + INSET
    return Row(idea, wrapped(idea.text, size, ROOM - 2 * INSET - BULLET - tag, MOST_LINES, bold=True), size)


def _drawn(rows: Sequence[Row]) -> Iterator[Group]:
    y = FIRST
    for row in rows:
        yield Group("note", tuple(_idea(row, y)), title=plain(row.idea.text))
        y += row.height + GAP


def _idea(row: Row, y: float) -> Iterator[Shape]:
    """An idea: a bullet and its text, on a coloured ground with a word if it is still used."""
    used = row.idea.still_used
    role = "highlight" if used else "remark"
    middle = y + PAD + LEADING * row.size / 2
    if used:
        yield Rectangle(MARGIN, y, ROOM, row.height, "highlight", corner=8)
        end = MARGIN + ROOM - INSET
        yield Text(end, middle + text.MIDDLE * SMALL, TAG, SMALL, role, "end", bold=True)
    yield from paragraph(["•"], MARGIN + INSET, y + PAD, row.size, role)
    yield from paragraph(row.lines, MARGIN + INSET + BULLET, y + PAD, row.size, role, bold=used)


def _legend(graph: Graph) -> Group:
    """What the colour means, and of how many ideas that is true."""
    ideas = graph.about.ideas
    count = sum(idea.still_used for idea in ideas)
    words = f"still used by networks of today: {count} of {len(ideas)}"
    base = BOTTOM
    chip = Rectangle(MARGIN, base - SMALL + 2, SMALL, SMALL, "highlight", corner=4)
    return Group("legend", (chip, Text(MARGIN + SMALL + 10, base, words, SMALL, "remark")))
