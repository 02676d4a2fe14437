"""Where words stand: below the gaps that they are about, and below everything else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from .. import text
from ..geometry import Area
from ..scene import Group
from .columns import LINE, PAD, SIZE
from .layout import Layout
from .stages import Stage
from .words import Block, Floor, Words


def floors_of(layout: Layout, below: Mapping[Stage, Sequence[str]]) -> list[Floor]:
    """What of every line of the figure is above its words."""
    places: list[list[Area]] = [[] for _ in layout.lines]
    for stage, number in layout.line.items():
        places[number].append(_place(layout, stage, below[stage]))
    return [Floor(found) for found in places]


def captions(layout: Layout, words: Sequence[Words], floors: Sequence[Floor]) -> Iterator[Group]:
    """The words of every line of the figure: what is said of the way to the next line stands at the end of its own."""
    for line, floor in zip(layout.lines, floors, strict=True):
        gaps = [(words[column], *_gap(layout, column, line.columns)) for column in line.columns]
        ahead = words[line.columns.stop : line.columns.stop + 1]
        ends = [_way(said._replace(reading=("",)), line.right, line.right) for said in ahead]
        first = [] if line.columns.start else [_way(*gap) for gap in gaps[:1]]
        texts = floor.put([*first, *(_way(*gap) for gap in gaps[1:]), *ends], "remark")
        texts += floor.put([_middle(said.reading, left, right) for said, left, right in gaps], "remark", level=True)
        texts += floor.put([_middle(said.copies, left, right) for said, left, right in gaps], "transfer")
        if texts:
            yield Group("note", tuple(texts), "; ".join(text.text for text in texts))


def _gap(layout: Layout, column: int, line: range) -> tuple[float, float]:
    """The gap before a column, with the edges of the boxes beside it."""
    end = layout.fronts[column] - layout.columns[column].left
    if column == line.start:
        return end - layout.columns[column].gap, end + PAD
    return layout.fronts[column - 1] + layout.columns[column - 1].right - PAD, end + PAD


def _middle(lines: tuple[str, ...], left: float, right: float) -> Block:
    return Block(lines, (left + right) / 2, left, right)


def _way(said: Words, left: float, right: float) -> Block:
    """What is said of the way; where there are words for the arrows, too, it stands below the box before them."""
    middle = (left + right) / 2
    if said.reading and said.on_the_way:
        middle = left - max(text.width(line, SIZE) for line in said.on_the_way) / 2
        right = left
    return Block(said.on_the_way, middle, left, right)


def _place(layout: Layout, stage: Stage, lines: Sequence[str]) -> Area:
    """A box and the lines of text below it."""
    solid = layout.solids[stage]
    half = max([solid.thick, *(text.width(line, SIZE) for line in lines)]) / 2
    middle = solid.x + solid.thick / 2
    return Area(min(solid.left, middle - half), solid.top, middle + half, solid.bottom + LINE * len(lines))
