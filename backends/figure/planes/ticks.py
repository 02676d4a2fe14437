"""What leads from one stage to the next, in words below their gap, with a tick up to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import zip_longest
from typing import NamedTuple

from ..fit import SLACK
from ..scene import Group, Path
from .bodies import SIZE
from .words import LINE, centred, width_of

AIR = 1.0 * SIZE
"""Least space between texts beside one another."""
CLEAR = 0.3 * SIZE
"""Least space between a tick and a text."""
TICK = 0.8 * SIZE
"""Length of a tick."""
BETWEEN = 0.4 * SIZE
"""Between words one below the other."""
MOVED = 1.5
"""Levels that a word may go down rather than to the side."""
NEAR = 4
"""Words before another that can be in its way."""


class Word(NamedTuple):
    """Lines of text around a middle, and where their tick is."""

    title: str
    lines: tuple[str, ...]
    tick: float
    middle: float

    @property
    def left(self) -> float:
        """Where the text begins."""
        return self.middle - width_of(self.lines) / 2

    @property
    def right(self) -> float:
        """Where the text ends."""
        return self.middle + width_of(self.lines) / 2


class Ticks(NamedTuple):
    """Words with their ticks, and where they end."""

    groups: list[Group]
    right: float
    bottom: float


def ticks_of(words: Sequence[Word], top: float) -> Ticks:
    """Words from left to right, whose ticks begin at a height."""
    found = _arranged(words)
    height = LINE * max((len(word.lines) for word in words), default=0)
    groups, bottom = [], top
    for word, level in found:
        start = top + TICK + level * (height + BETWEEN)
        line = Path(((word.tick, top), (word.tick, start - 0.1 * SIZE)), "ray")
        groups.append(Group("note", (line, *centred(word.lines, word.middle, start)), title=word.title))
        bottom = max(bottom, start + height)
    return Ticks(groups, max((word.right for word, _ in found), default=0.0), bottom)


def _arranged(words: Sequence[Word]) -> list[tuple[Word, int]]:
    """Every word with its level: the highest where it is beside the others and no tick goes through a text.

    Rather than two levels down a word moves to the right, as far as its tick still points to it.
    """
    found: list[tuple[Word, int]] = []
    for word, following in zip_longest(words, words[1:]):
        free = _free(word, found)
        # What leaves the next one no place is the last choice.
        fine = [option for option in free if following is None or _free(following, [*found, option])]
        lowest = max((level for _, level in found[-NEAR:]), default=0) + 1
        found.append(min(fine or free, key=partial(_cost, word), default=(word, lowest)))
    return found


def _free(word: Word, found: Sequence[tuple[Word, int]]) -> list[tuple[Word, int]]:
    """The places that a word can have beside those before it."""
    near = found[-NEAR:]
    levels = range(max((level for _, level in near), default=0) + 2)
    return [(moved, level) for moved in _moves(word, near) for level in levels if _is_free(moved, level, near)]


def _cost(word: Word, option: tuple[Word, int]) -> float:
    return option[1] + MOVED * (option[0] != word)


def _moves(word: Word, near: Sequence[tuple[Word, int]]) -> Iterator[Word]:
    """The word in its own place, and moved out of the way of one of those before."""
    yield word
    for edge in sorted({*(other.right + AIR for other, _ in near), *(other.tick + CLEAR for other, _ in near)}):
        if word.left < edge < word.tick - CLEAR:
            yield word._replace(middle=word.middle + edge - word.left)


def _is_free(word: Word, level: int, near: Sequence[tuple[Word, int]]) -> bool:
    left = word.left + SLACK
    for other, there in near:
        if level == there and left < other.right + AIR:
            return False
        if level > there and word.tick < other.right + CLEAR:
            return False
        if level < there and left < other.tick + CLEAR:
            return False
    return True
