"""What is written in every box, and how large the box is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from ....compiler import Layer, Transfer, format_bytes, format_shape
from ....compiler.summary import summary_parts
from ..labels import FIELDS, IN_TRAINING
from ..picture import Picture
from .bands import Band
from .items import Item, Items
from .layout import Direction
from .measures import HUB, HUB_STEM, room_for_entries
from .words import BAR, INSET, LINE, Word, height_of, width_of

BESIDE_HUB = 4.0
"""Between a circle and what is written beside it."""
STRIDE = "stride "
SMALL_PRINT = ("pad ", "no bias", "round ")
"""Beginnings of parts of an op that are left out where layers are merged."""


class Sign(NamedTuple):
    """What is written in the middle of an input, an output or a transfer, line by line."""

    lines: tuple[tuple[Word, ...], ...]

    def size(self, direction: Direction) -> tuple[float, float]:
        """Width and height of the sign; one of a single line has round ends."""
        lines = self.set(direction)
        if not lines:
            return 2 * BAR, 2 * BAR
        round_ends = LINE if len(lines) == 1 else 0
        return max(map(width_of, lines)) + 2 * INSET + round_ends, height_of(len(lines))

    def set(self, direction: Direction) -> list[tuple[Word, ...]]:
        """The lines; where boxes lead to the right every word has its own."""
        if direction == "down":
            return [line for line in self.lines if line]
        return [(word,) for line in self.lines for word in line]


class Stack(NamedTuple):
    """The bands of a box of layers; a ``hub`` has a circle before them."""

    bands: tuple[Band, ...]
    hub: bool = False
    remark: str = ""
    """Stands beside the circle, or above it where boxes lead to the right."""

    def size(self, direction: Direction, room: float) -> tuple[float, float]:
        """Width and height of the box: across the flow as wide as the room."""
        along = self.start + sum(band.length(direction, room) for band in self.bands)
        across = 2 * HUB if self.hub else 0.0
        if self.remark:
            across += 2 * (LINE if direction == "right" else width_of([Word(self.remark)]) + BESIDE_HUB)
        if direction == "right":
            return along, max(across, height_of(int(room)) if self.bands else 0)
        return max(across, room + 2 * INSET if self.bands else 0), along

    @property
    def start(self) -> float:
        """From the box's beginning to its first band."""
        return (2 * HUB + (HUB_STEM if self.bands else 0)) if self.hub else 0.0


Writing: TypeAlias = Stack | Sign


@lru_cache(maxsize=4096)
def size_of(writing: Writing, direction: Direction, room: float) -> tuple[float, float]:
    """Width and height of a box; layers are as wide (or high) as the room, others as their text."""
    return writing.size(direction) if isinstance(writing, Sign) else writing.size(direction, room)


def rooms(writings: Iterable[Writing], direction: Direction, least: float, most: int) -> list[float]:
    """Rooms to try, no more than so many.

    Down: widths from the narrowest that keeps name and shape in one line to the widest that anything needs. Right:
    numbers of lines.
    """
    bands = [band for writing in writings if isinstance(writing, Stack) for band in writing.bands]
    if direction == "right":
        counts = [band.counts() for band in bands] or [(1, 1)]
        low = max(least for least, _ in counts)
        high = max(low, *(most for _, most in counts))
        return [float(count) for count in range(max(low, 2), max(high, 2) + 1)]
    wishes = [band.wishes() for band in bands] or [(0.0, 0.0, 0.0, 0.0)]
    start = max([least, *(wish[1] for wish in wishes)])
    two = max(wish[2] for wish in wishes)
    useful = sorted(width for width in {wish[3] for wish in wishes} | {start, two} if width >= start)
    step = max(1, len(useful) // most)
    narrow = max([least, *(wish[0] for wish in wishes)])
    return [*([narrow] if narrow < start else []), *useful[:-1:step], useful[-1]]


def writings_of(picture: Picture, items: Items, fields: Sequence[str], badges: Mapping[int, str]) -> list[Writing]:
    """What is written in every box: those fields of its layers, and how often a box comes.

    The first band has room for the wires that enter its sides, and the last for those that leave them.
    """
    names = _names(picture, fields)
    writings: list[Writing] = []
    for item in items.all:
        copies, copied = (
            sum(items.all[other].kind == "transfer" for other in others) for others in (item.reads, item.readers)
        )
        least = max(room_for_entries(copies, alone=len(item.bands) == 1), height_of(1) if copies else 0)
        if item.kind == "layers":
            bands = [_band(band, names[band[0].name], fields, picture.detail.merged) for band in item.bands[item.hub :]]
            if bands and not item.hub:
                bands[0] = bands[0]._replace(least=least)
            if bands:
                bands[0] = bands[0]._replace(badge=badges.get(item.index, ""))
            if bands and copied:
                bands[-1] = bands[-1]._replace(least=max(bands[-1].least, height_of(1)))
            remark = _remark(item.bands[0][1:], fields) if item.hub else ""
            writings.append(Stack(tuple(bands), item.hub, remark))
        else:
            writings.append(_sign(item, fields))
    return writings


def _sign(item: Item, fields: Sequence[str]) -> Sign:
    (node,) = item.nodes
    if not fields:
        return Sign(())
    shape = format_shape(node.shape)
    if isinstance(node, Transfer):
        return Sign(((Word(shape, bold=True),), (Word(format_bytes(node.bytes_per_sample)),)))
    name = Word(item.name, bold=True)
    if item.lane % 2:
        return Sign(((name,), (Word(shape),)))
    kind = IN_TRAINING if item.in_training else item.kind
    return Sign(((name, *map(Word, without_name(item.name, [kind])), Word(shape)),))


def _names(picture: Picture, fields: Sequence[str]) -> dict[str, str]:
    """What layers are called: without their tower, as the lane's heading has it.

    Where layers are merged they are called without their block; and those without a name of their own not at all,
    if their op is written.
    """
    towers = {scope.path for scope in picture.drawn.scopes if scope.kind == "tower"}
    names = {}
    for layer in picture.drawn.layers:
        tower, _, short = layer.name.partition(".")
        name = short if tower in towers and tower == layer.device else layer.name
        last = name.rpartition(".")[2]
        if picture.detail.merged and not last.isdigit():
            name = last if layer.name == layer.statement or "op" not in fields else ""
        names[layer.name] = name if "name" in fields else ""
    return names


def _band(layers: Sequence[Layer], name: str, fields: Sequence[str], merged: bool) -> Band:
    """The shape is that of the band's last layer."""
    layer, *followers = layers
    remark = _remark(followers, fields)
    return Band(
        name,
        tuple(_parts(layer, name, fields, merged)),
        format_shape(layers[-1].shape) if "shape" in fields else "",
        f"+ {remark}" if remark else "",
    )


def _remark(followers: Sequence[Layer], fields: Sequence[str]) -> str:
    return ", ".join(summary_parts(follower.op)[0].partition(" ")[0] for follower in followers) if fields else ""


def _parts(layer: Layer, name: str, fields: Sequence[str], merged: bool) -> Iterator[str]:
    for field in fields:
        if field == "op":
            parts = essential_parts(layer) if merged else summary_parts(layer.op)
            yield from without_name(name, parts) if name else parts
        elif field not in ("name", "shape") and (words := FIELDS[field](layer)):
            yield words


def without_name(name: str, parts: list[str]) -> tuple[str, ...]:
    """The op in parts, without its keyword where the name says it, as in `conv1_relu` or `add`."""
    keyword, _, argument = parts[0].partition(" ")
    arguments = [part for part in (argument, *parts[1:]) if part]
    said = re.search(rf"(^|[._]){re.escape(keyword)}\d*$", name)
    if said and len(arguments) <= (said[1] == "_"):
        return tuple(arguments)
    return tuple(parts)


def essential_parts(layer: Layer) -> list[str]:
    """The op as figures of papers have it: `3x3 conv 64, /2`; without margins, biases and rounding."""
    first, *others = (part for part in summary_parts(layer.op) if not part.startswith(SMALL_PRINT))
    if kernel := FIELDS["kernel"](layer):
        words = [word for word in first.split() if word != kernel]
        others = [part for part in others if part != kernel]
        first = " ".join([kernel, *words])
    strides = [f", /{part.removeprefix(STRIDE)}" for part in others if part.startswith(STRIDE)]
    return ["".join([first, *strides]), *(part for part in others if not part.startswith(STRIDE))]
