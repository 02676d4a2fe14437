"""The grid and the typography of a slide: sizes, margins, and texts broken into lines that fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ... import text
from ...scene import Group, Scene, Shape, Text
from ...writers.strokes import shown

WIDTH, HEIGHT = 960.0, 540.0
"""13.333 x 7.5 inches in points: 16:9 as PowerPoint has it."""
MARGIN = 54.0
ROOM = WIDTH - 2 * MARGIN
"""Width of what stands between the margins."""
TOP = 40.0
"""Above the first line."""
BOTTOM = HEIGHT - 40.0
HEAD, LEAST_HEAD = 36.0, 28.0
"""Greatest and least size of a slide's title."""
BODY = 24.0
"""Size of what a hall reads: universities ask for 24 points and more."""
SMALL = 18.0
"""The smallest text of a slide."""
EVEN = 8.0
"""Points to which lines of a paragraph are made equally long."""
LEADING = 1.2
"""From one baseline to the next, in sizes of the text."""


def plain(words: str) -> str:
    """A user's text on one line, with characters that every format can hold."""
    return " ".join(shown(words).split())


def wrapped(words: str, size: float, room: float, most: int, bold: bool = False) -> list[str]:
    """A text in at most so many lines, all about as long, broken within words only where they are wider than the room.

    What does not fit is left out, with an ellipsis in its place.
    """
    lines = _broken(words, size, room, bold)
    if len(lines) > most:
        last = text.shorten(f"{lines[most - 1]}{text.ELLIPSIS}", size, room, bold)
        return [*lines[: most - 1], last]
    longest = max(text.width(word, size, bold) for word in plain(words).split(" "))
    low, high = min(longest, room), room
    while high - low > EVEN:
        middle = (low + high) / 2
        narrower = _broken(words, size, middle, bold)
        low, high, lines = (low, middle, narrower) if len(narrower) == len(lines) else (middle, high, lines)
    return lines


def _broken(words: str, size: float, room: float, bold: bool) -> list[str]:
    """A text in lines as long as the room."""
    lines: list[str] = []
    for word in plain(words).split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text.width(longer, size, bold) <= room:
            lines[-1] = longer
        else:
            lines += _pieces(word, size, room, bold)
    return lines


def _pieces(word: str, size: float, room: float, bold: bool) -> Iterator[str]:
    """A word in pieces that fit; a whole one where it does."""
    while text.width(word, size, bold) > room and len(word) > 1:
        count = max(1, next(n for n in range(len(word), 0, -1) if n == 1 or text.width(word[:n], size, bold) <= room))
        yield word[:count]
        word = word[count:]
    yield word


def paragraph(lines: Sequence[str], x: float, top: float, size: float, role: str, bold: bool = False) -> list[Shape]:
    """Lines of text below each other, the first one's line beginning at ``top``."""
    first = top + _drop(size)
    return [Text(x, first + LEADING * size * i, line, size, role, bold=bold) for i, line in enumerate(lines)]


def height_of(lines: Sequence[str], size: float) -> float:
    """The height that a paragraph takes."""
    return LEADING * size * len(lines)


def _drop(size: float) -> float:
    """From the top of a line to its baseline."""
    return size * (LEADING + text.ASCENT - text.DESCENT) / 2


def head(words: str, tail: str = "") -> Group:
    """A slide's title, as large as it fits on one line; the tail is never shortened."""
    words, size = plain(words), HEAD
    while size > LEAST_HEAD and text.width(words + tail, size, bold=True) > ROOM:
        size -= 1
    words = text.shorten(words, size, ROOM - text.width(tail, size, bold=True), bold=True)
    return Group("heading", tuple(paragraph([words + tail], MARGIN, TOP, size, "heading", bold=True)))


def page(title: str, description: str, shapes: Sequence[Shape], digest: str, weight: float = 1.0) -> Scene:
    """A slide of these shapes."""
    return Scene(WIDTH, HEIGHT, plain(title), plain(description), tuple(shapes), weight, digest)
