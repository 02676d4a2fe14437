"""The text of a layer in its box: its name, op and output shape, in one line or as many as its width needs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from .. import text
from .layout import Direction
from .words import BAR, INSET, SIZE, Word, height_of, width_of


class Band(NamedTuple):
    """What is written of the layers in one band.

    ``head`` is its name, ``parts`` may be broken into lines, ``remark`` tells what follows the layer, and ``tail`` is
    its shape; ``badge`` tells how often it comes. What is empty is not written.
    """

    head: str
    parts: tuple[str, ...]
    tail: str
    remark: str = ""
    badge: str = ""
    least: float = 0
    """Length along the flow that it has at least."""

    def lines(self, direction: Direction, room: float) -> list[list[Word]]:
        """The text: for boxes that lead down in lines of that width, else in so many lines."""
        if direction == "down":
            return [line for line in self._down(room) if line]
        return [[word] for word in self._right(int(room))]

    def length(self, direction: Direction, room: float) -> float:
        """How long the band is along the flow with its text in that room."""
        lines = self.lines(direction, room)
        if direction == "down":
            return max(height_of(len(lines)) if lines else BAR, self.least)
        return max(max(map(width_of, lines)) + 2 * INSET if lines else BAR, self.least)

    def wishes(self) -> tuple[float, float, float, float]:
        """Room for its widest word, for name and shape in one line, with all else in one below, and for all in one."""
        first = [word for word in (*self._first(), self._last()) if word.text]
        parts = [text.width(part, SIZE) for part in (*self._broken(), self.remark)]
        widest = max([*(width_of([word]) for word in first), *parts])
        in_two = width_of([Word(", ".join(self.parts)), Word(self.remark)]) if self.parts and self.remark else 0
        return widest, max([width_of(first), *parts]), max(width_of(first), in_two), width_of(self._in_one_line())

    def counts(self) -> tuple[int, int]:
        """Least and greatest number of lines when all texts stand in lines of their own."""
        others = bool(self.head or self.badge) + bool(self.remark) + bool(self.tail)
        return others + bool(self.parts), others + len(self.parts)

    def _first(self) -> list[Word]:
        return [word for word in (Word(self.head, bold=True), Word(self.badge, bold=True)) if word.text]

    def _last(self) -> Word:
        return Word(self.tail, at_end=True)

    def _broken(self) -> list[str]:
        return [f"{part}," for part in self.parts[:-1]] + list(self.parts[-1:])

    def _in_one_line(self) -> list[Word]:
        words = [*self._first(), Word(", ".join(self.parts)), Word(self.remark), self._last()]
        return [word for word in words if word.text]

    def _down(self, room: float) -> Iterator[list[Word]]:
        if width_of(line := self._in_one_line()) <= room:
            yield line
            return
        first, last = self._first(), [self._last()] if self.tail else []
        if width_of(first) > room:
            yield first[:-1]
            first = first[-1:]
        below = [[Word(line)] for line in text.wrap(self._broken(), SIZE, room)]
        if self.remark and below and width_of([*below[-1], Word(self.remark)]) <= room:
            below[-1].append(Word(self.remark))
        elif self.remark:
            below.append([Word(self.remark)])
        if first and width_of([*first, *last]) <= room:
            yield from ([*first, *last], *below)
        elif below and width_of([*below[-1], *last]) <= room:
            yield from (first, *below[:-1], [*below[-1], *last])
        else:
            yield from (first, *below, last)

    def _right(self, count: int) -> Iterator[Word]:
        if self.head or self.badge:
            yield Word(" ".join(word.text for word in self._first()), bold=True)
        room = count - self.counts()[0] + bool(self.parts)
        yield from map(Word, narrowest(tuple(self._broken()), max(room, 1)))
        yield from (Word(line) for line in (self.remark, self.tail) if line)


@lru_cache(maxsize=4096)
def narrowest(parts: tuple[str, ...], count: int) -> tuple[str, ...]:
    """Parts in at most so many lines, which are as narrow as can be."""
    runs = {" ".join(parts[i:j]) for i in range(len(parts)) for j in range(i + 1, len(parts) + 1)}
    for width in sorted(text.width(run, SIZE) for run in runs):
        lines = text.wrap(list(parts), SIZE, width)
        if len(lines) <= count and all(text.width(line, SIZE) <= width for line in lines):
            return tuple(lines)
    return ()
