"""What is drawn once and comes several times: a bracket below it says how often."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ....compiler import Graph, Layer
from ..labels import times
from ..scene import Group, Path, Text
from .bodies import SIZE
from .stages import Stage

ROOM = 1.9 * SIZE
"""Height of a bracket with its words."""
ARM = 0.4 * SIZE
"""Height of its ends."""


class Repeat(NamedTuple):
    """The stages of a repetition, how often it comes, and how many others it holds one within the other."""

    title: str
    times: int
    members: tuple[int, ...]
    level: int


def repeats_of(stages: Sequence[Stage], graph: Graph, counts: Mapping[str, int]) -> list[Repeat]:
    """The repetitions of the graph that is drawn; inner ones first."""
    parents = {section.name: section.parent for section in graph.sections}
    titles = {section.name: section.title for section in graph.sections}
    members: dict[str, list[int]] = {}
    levels: dict[str, int] = {}
    for stage in stages:
        node = stage.nodes[0]
        at = node.section if isinstance(node, Layer) else None
        level = 0
        while at is not None:
            if at in counts:
                members.setdefault(at, []).append(stage.index)
                levels[at] = level = max(levels.get(at, 0), level)
                level += 1
            at = parents.get(at)
    found = [Repeat(titles[name], counts[name], tuple(inside), levels[name]) for name, inside in members.items()]
    return sorted(found, key=lambda repeat: repeat.level)


def bracket(repeat: Repeat, spans: Iterable[tuple[float, float]], top: float) -> Group:
    """A bracket below the columns that lie at these spans; its words stand below one of them."""
    ends = sorted(spans)
    left, right = ends[0][0], max(end for _, end in ends)
    low, high = ends[len(ends) // 2]
    y = top + ROOM * repeat.level + ARM
    line = Path(((left, y - ARM / 2), (left, y + ARM / 2), (right, y + ARM / 2), (right, y - ARM / 2)), "rule")
    words = Text((low + high) / 2, y + ARM / 2 + 1.05 * SIZE, times(repeat.times), SIZE, "remark", "middle", bold=True)
    return Group("section", (line, words), title=f"{repeat.title}: {repeat.times} times")
