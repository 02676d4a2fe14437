"""What is drawn once and comes several times: a bracket below it says how often."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ....compiler import Layer
from ..geometry import LETTERS, Area
from ..labels import times
from ..picture import Picture
from ..scene import Group, Path, Text
from .columns import LINE, PAD, SIZE
from .layout import Layout
from .stages import Stage
from .words import Block, Floor

ARM = 6.0
"""Height of a bracket's ends."""
HEIGHT = LINE + ARM + 2 * PAD
"""Of a bracket and its words."""


def repeats_of(picture: Picture, stages: Sequence[Stage]) -> dict[str, list[Stage]]:
    """The boxes of every repetition, inner repetitions first."""
    parents = {section.name: section.parent for section in picture.drawn.sections}
    found: dict[str, list[Stage]] = {}
    for stage in stages:
        section = stage.head.section if isinstance(stage.head, Layer) else None
        while section is not None:
            if section in picture.repeats:
                found.setdefault(section, []).append(stage)
            section = parents[section]
    return dict(sorted(found.items(), key=lambda item: len(item[1])))


def brackets(
    picture: Picture, repeats: dict[str, list[Stage]], layout: Layout, floors: Sequence[Floor]
) -> Iterator[Group]:
    """A bracket in every line of the figure where a repetition has boxes."""
    for name, stages in repeats.items():
        for number, floor in enumerate(floors):
            columns = [stage.rank for stage in stages if layout.line[stage] == number]
            if columns:
                yield _bracket(name, picture.repeats[name], layout, range(min(columns), max(columns) + 1), floor)


def _bracket(name: str, count: int, layout: Layout, columns: range, floor: Floor) -> Group:
    left = layout.fronts[columns[0]] - layout.columns[columns[0]].left
    right = layout.fronts[columns[-1]] + layout.columns[columns[-1]].right
    words = times(count)
    block = Block((words,), (left + right) / 2, left, right)
    top = floor.under(block) + PAD
    line = ((left, top), (left, top + ARM), (right, top + ARM), (right, top))
    text = Text(block.middle, top + ARM + PAD + LETTERS * SIZE, words, SIZE, "remark", "middle", bold=True)
    floor.places.append(Area(left, top, right, top + ARM + LINE))
    return Group("section", (Path(line, "rule"), text), f"{name}: {count} times")
