"""The text in a box: per layer its name, op and output shape, in one line or as many as its width needs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

from ....compiler import Graph, Layer, Transfer, format_bytes, format_shape
from ....compiler.summary import summary_parts
from .. import text
from .items import Item
from .measures import room_for_entries

SIZE = 12.0
"""Of all text in boxes. A figure that fills a slide of 13.33 x 7.5 in keeps it at 12 pt or more."""
LINE = 14.0
"""From one line of text to the next."""
INSET = 5.0
"""Between a box's side and its text."""
EDGE = 1.5
"""Between a box's top and its first line."""
SPACE = 7.0
"""Between texts in one line."""


class Word(NamedTuple):
    """A text in a line of a box."""

    text: str
    bold: bool = False
    at_end: bool = False
    """Whether it ends at the right side."""


class Band(NamedTuple):
    """What is written of one layer, and what it is."""

    name: str
    op: tuple[str, ...]
    shape: str
    role: str
    least_height: float = 0

    def lines(self, room: float) -> list[list[Word]]:
        """The text in lines that fit the room."""
        name, shape = self._ends()
        if self.width_in_one_line() <= room:
            return [[name, *self._op_in_one_line(), shape]]
        parts = [f"{part}," for part in self.op[:-1]] + list(self.op[-1:])
        ops = [[Word(line)] for line in text.wrap(parts, SIZE, room)]
        return [[name, shape], *ops] if width_of(self._ends()) <= room else [[name], *ops, [shape]]

    def height(self, room: float) -> float:
        """Height of the band with its text in that room."""
        return max(len(self.lines(room)) * LINE + 2 * EDGE, self.least_height)

    def width_in_one_line(self) -> float:
        """Room that everything in one line needs."""
        return width_of([*self._ends(), *self._op_in_one_line()])

    def width_in_lines(self) -> float:
        """Room that name and shape in one line, and the parts of the op below, need."""
        return max([width_of(self._ends()), *(text.width(f"{part},", SIZE) for part in self.op)])

    def least_width(self) -> float:
        """Room that the widest of its texts needs."""
        return max(width_of([word]) for word in (*self._ends(), *(Word(f"{part},") for part in self.op)))

    def _ends(self) -> tuple[Word, Word]:
        return Word(self.name, bold=True), Word(self.shape, at_end=True)

    def _op_in_one_line(self) -> list[Word]:
        return [Word(", ".join(self.op))] if self.op else []


class Sign(NamedTuple):
    """What is written in the middle of an input, an output or a transfer, line by line."""

    lines: tuple[tuple[Word, ...], ...]

    def width(self) -> float:
        """Room that its widest line needs."""
        return max(width_of(line) for line in self.lines)


Writing: TypeAlias = list[Band] | Sign


def width_of(words: Sequence[Word]) -> float:
    """Width of words in one line."""
    return sum(text.width(word.text, SIZE, word.bold) for word in words) + SPACE * (len(words) - 1)


def box_size(writing: Writing, room: float) -> tuple[float, float]:
    """Width and height of a box; layers are as wide as the room or as their widest word, others as their text."""
    if isinstance(writing, Sign):
        lines = len(writing.lines)
        return writing.width() + 2 * INSET + (LINE if lines == 1 else 0), lines * LINE + 2 * EDGE
    width = max([room, *(band.least_width() for band in writing)])
    return width + 2 * INSET, sum(band.height(width) for band in writing)


def writings_of(graph: Graph, items: Sequence[Item]) -> list[Writing]:
    """What is written in every box. The first band is high enough for the wires that enter its sides."""
    towers = {scope.path for scope in graph.scopes if scope.kind == "tower"}
    writings = []
    for item in items:
        copies = sum(items[source].kind == "transfer" for source in item.reads)
        writings.append(_writing(item, towers, room_for_entries(copies, alone=len(item.nodes) == 1)))
    return writings


def _writing(item: Item, towers: set[str], least: float) -> Writing:
    if item.kind == "layers":
        first, *others = [_layer(node, towers) for node in item.nodes if isinstance(node, Layer)]
        return [first._replace(least_height=least), *others]
    (node,) = item.nodes
    shape = format_shape(node.shape)
    if isinstance(node, Transfer):
        return Sign(((Word(shape, bold=True),), (Word(format_bytes(node.bytes_per_sample)),)))
    name = Word(item.name, bold=True)
    if item.lane % 2:
        return Sign(((name,), (Word(shape),)))
    return Sign(((name, *map(Word, _op(item.name, [item.kind])), Word(shape)),))


def _layer(layer: Layer, towers: set[str]) -> Band:
    """A layer's name stands without its tower, as the lane's heading has it."""
    tower, _, short = layer.name.partition(".")
    name = short if tower in towers and tower == layer.device else layer.name
    return Band(name, _op(name, summary_parts(layer.op)), format_shape(layer.shape), layer.op.role)


def _op(name: str, parts: list[str]) -> tuple[str, ...]:
    """The op in parts, without its keyword where the name says it, as in `conv1_relu` or `add`."""
    keyword, _, argument = parts[0].partition(" ")
    arguments = [part for part in (argument, *parts[1:]) if part]
    said = re.search(rf"(^|[._]){re.escape(keyword)}\d*$", name)
    if said and len(arguments) <= (said[1] == "_"):
        return tuple(arguments)
    return tuple(parts)
