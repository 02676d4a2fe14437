"""What all writers share: how a shape of a scene is painted, in which order, and where a text begins."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from .. import text
from ..scene import Group, Leaf, Path, Rectangle, Scene, Shape, Text
from ..theme import Theme

DASH = (4.0, 3.0)
"""Points of line and of gap where a scene's weight is 1; dashes shrink with the figure, as its lines do."""
MITER = 4.0
"""How many line widths a corner may be long before it is cut off: SVG's own default (SVG 1.1, section 11.4)."""

_SHIFT = {"start": 0.0, "middle": 0.5, "end": 1.0}


class Pen(NamedTuple):
    """How one shape is painted: colours as ``#RRGGBB`` or None, the line's width and its dashes in points."""

    fill: str | None
    line: str | None
    width: float
    dash: tuple[float, float] | None
    ink: str


def pen_of(shape: Leaf, theme: Theme, weight: float) -> Pen:
    """The pen for a shape; a path is not filled, and a line without width is none."""
    paint = theme.paint(shape.role, getattr(shape, "shade", 0))
    width = paint.width * weight
    dash = (DASH[0] * weight, DASH[1] * weight) if getattr(shape, "dashed", False) else None
    fill = None if isinstance(shape, Path) else paint.fill
    return Pen(fill, paint.outline if width else None, width, dash, paint.ink)


def steps(scene: Scene) -> Iterator[Shape | None]:
    """All shapes in the order in which they are drawn: a group, then what it holds, then None at its end."""
    waiting: list[Shape | None] = [*reversed(scene.shapes)]
    while waiting:
        shape = waiting.pop()
        yield shape
        if isinstance(shape, Group):
            waiting += [None, *reversed(shape.shapes)]


def corner_of(shape: Rectangle) -> float:
    """The radius of a rectangle's corners, which is at most half of its shorter side."""
    return min(shape.corner, shape.width / 2, shape.height / 2)


def start_of(shape: Text) -> float:
    """Where a text begins, by the widths of the bundled font."""
    return shape.x - _SHIFT[shape.anchor] * text.width(shape.text, shape.size, shape.bold)


def shown(words: str) -> str:
    """A user's text as any format can hold it: on one line, and without the characters that XML forbids.

    These are control characters, halves of surrogate pairs, U+FFFE and U+FFFF (XML 1.0, section 2.2). They and the
    characters that turn the direction of writing around become the replacement character.
    """
    if words.isprintable():
        return words
    return "".join(char if _is_character(char) else "\N{REPLACEMENT CHARACTER}" for char in words.translate(_SPACES))


_SPACES = str.maketrans("\t\n\r", "   ")
_TURNING = range(0x202A, 0x202F), range(0x2066, 0x206A)
"""Embeddings, overrides and isolates (Unicode Standard Annex 9): with them a text can look like another one."""


def _is_character(char: str) -> bool:
    code = ord(char)
    if any(code in codes for codes in _TURNING):
        return False
    return 0x20 <= code < 0x7F or 0xA0 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or code > 0xFFFF
