"""Words below the gaps between boxes: strides, pooling, dense, and what is copied between devices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ....compiler import Layer, Transfer, format_bytes, format_shape
from .. import text
from ..geometry import LETTERS, Area
from ..scene import Text
from .columns import LINE, PAD, SIZE
from .stages import Stage

BETWEEN = 6.0
"""The least distance of words on one level."""


class Block(NamedTuple):
    """Lines of text, the middle that they are centred on, and between which places they are about what is there."""

    lines: tuple[str, ...]
    middle: float
    left: float
    right: float

    @property
    def span(self) -> tuple[float, float]:
        half = max(text.width(line, SIZE) for line in self.lines) / 2
        return self.middle - half, self.middle + half


class Words(NamedTuple):
    """Lines of text about a gap: what lies on the way, how the next boxes read, and copies."""

    on_the_way: tuple[str, ...] = ()
    reading: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()

    @property
    def lines(self) -> int:
        return len(self.on_the_way) + len(self.reading) + len(self.copies)


def words_of(column: Sequence[Stage], fields: Sequence[str], copies: Sequence[str]) -> Words:
    """What is said of the gap before a column; ``copies`` are the fields to be told of transfers."""
    way: dict[str, None] = {}
    reading: dict[str, None] = {}
    for stage in column:
        if "stride" in fields:
            way |= dict.fromkeys(_stride(stage))
        if "op" in fields:
            way |= dict.fromkeys([*stage.words, *_upsampling(stage)])
            reading |= dict.fromkeys(_reading(stage))
    transfers = [transfer for stage in column for edge in stage.reads for transfer in edge.transfers]
    return Words(tuple(way), tuple(reading), _copies(list(dict.fromkeys(transfers)), copies))


def _stride(stage: Stage) -> list[str]:
    op = getattr(stage.head, "op", None)
    stride = getattr(op, "stride", (1, 1))
    if op is None or op.keyword != "conv" or set(stride) == {1}:
        return []
    return [f"Stride of {stride[0] if len(set(stride)) == 1 else format_shape(stride)}"]


def _upsampling(stage: Stage) -> list[str]:
    grows = isinstance(stage.head, Layer) and stage.head.op.keyword == "conv_transpose"
    return ["Upsampling"] * grows


def _reading(stage: Stage) -> list[str]:
    if not isinstance(stage.head, Layer):
        return []
    op = stage.head.op
    if op.role == "dense":
        return ["dense" if op.keyword == "fc" else op.keyword]
    return [op.keyword] if op.role == "merge" else []


def _copies(transfers: list[Transfer], fields: Sequence[str]) -> tuple[str, ...]:
    """How many transfers there are of each size."""
    if not transfers or not fields:
        return ()
    counts: dict[tuple[str, str], int] = {}
    for transfer in transfers:
        size = (format_shape(transfer.shape), format_bytes(transfer.bytes_per_sample))
        counts[size] = counts.get(size, 0) + 1
    lines = []
    for (told_shape, told_bytes), count in counts.items():
        lines.append(f"{count} transfer{'s' * (count > 1)}")
        lines += [told_shape] * ("shape" in fields) + [told_bytes] * ("bytes" in fields)
    return tuple(lines)


class Floor:
    """How far down a line of the figure reaches, and where words have been put below it."""

    def __init__(self, places: list[Area]) -> None:
        self.places = places
        self.lowest = max(place.bottom for place in places)

    def under(self, block: Block) -> float:
        """The lowest point of what a block is about, and of what is right above it."""
        left, right = min(block.left, block.span[0] - BETWEEN), max(block.right, block.span[1] + BETWEEN)
        found = [place.bottom for place in self.places if place.left < right and place.right > left]
        return max(found, default=self.lowest)

    def put(self, blocks: Sequence[Block], role: str, level: bool = False) -> list[Text]:
        """Blocks of lines below what is there, all on one level or each as high as it can be."""
        blocks = [block for block in blocks if block.lines]
        common = max(map(self.under, blocks), default=0.0)
        found = []
        for block in blocks:
            top = (common if level else self.under(block)) + PAD
            for number, line in enumerate(block.lines):
                found.append(Text(block.middle, top + LETTERS * SIZE + number * LINE, line, SIZE, role, "middle"))
            left, right = block.span
            self.places.append(Area(left, top, right, top + len(block.lines) * LINE - PAD))
        return found
