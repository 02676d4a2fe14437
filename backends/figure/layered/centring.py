"""The only input of several branches and the output of what joins them, in the middle of these.

The layout has both in the first column, as the ends of the chain that stands there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ..scene import Point
from .items import Item, Items
from .layout import Box, Layout

NEAR = 12.0
"""A wire that would have so small a step is straight."""


def centred(layout: Layout, items: Items) -> Layout:
    """The layout with an input over the middle of its branches, and an output under that of the bar that it reads."""
    if items.lanes > 1:
        return layout
    if layout.direction == "right":
        return centred(layout.turned(), items).turned()
    ranks = Counter(item.rank for item in items.all)
    last = max(ranks)
    for item in items.all:
        if ranks[item.rank] == 1 and not item.rank and all(items.all[reader].rank == 1 for reader in item.readers):
            layout = _over_branches(layout, item)
        elif ranks[item.rank] == 1 and item.rank == last and item.kind == "output" and items.all[item.reads[0]].bar:
            layout = _under_bar(layout, item)
    return layout


def _over_branches(layout: Layout, item: Item) -> Layout:
    lines = [line for line in layout.lines if line.source == item.index]
    levels = [line.points[1][1] for line in lines if len(line.points) > 2]
    starts = {line.points[0][0] for line in lines}
    if not levels or len(starts) > 1 or any(len(line.points) not in (2, 4) for line in lines):
        return layout
    if _is_framed(layout, layout.boxes[item.index].bottom, max(levels)):
        return layout
    ends = [line.points[2 if len(line.points) > 2 else 0][0] for line in lines]
    middle = (min(ends) + max(ends)) / 2
    x = next((end for end in ends if abs(end - middle) < NEAR), middle)
    return _moved(layout, item, x, {id(line): _led(line.points, x, max(levels)) for line in lines})


def _led(points: tuple[Point, ...], x: float, level: float) -> tuple[Point, ...]:
    """A wire that leaves its box at ``x``; one that was straight has its step at that level."""
    (old, top), *rest = points
    if len(points) > 2:
        level, rest = points[1][1], rest[1:]
    else:
        rest = [(old, level), *rest]
    return ((x, top), *rest[1:]) if rest[0][0] == x else ((x, top), (x, level), *rest)


def _under_bar(layout: Layout, item: Item) -> Layout:
    lines = [line for line in layout.lines if line.target == item.index]
    if len(lines) != 1 or len(lines[0].points) != 2:
        return layout
    bar, points = layout.boxes[lines[0].source], lines[0].points
    x = bar.left + bar.width / 2
    return _moved(layout, item, x, {id(lines[0]): tuple((x, y) for _, y in points)})


def _is_framed(layout: Layout, top: float, bottom: float) -> bool:
    """Whether a frame, with its title, begins between these heights."""
    return any(top <= frame.top <= bottom for _, frame in layout.frames)


def _moved(layout: Layout, item: Item, x: float, points: dict[int, Sequence[Point]]) -> Layout:
    """The layout with a box in the middle over or under ``x``, and other points of some wires."""
    box = layout.boxes[item.index]
    boxes = {**layout.boxes, item.index: Box(x - box.width / 2, box.top, box.width, box.height)}
    lines = [line._replace(points=tuple(points.get(id(line), line.points))) for line in layout.lines]
    return layout._replace(boxes=boxes, lines=lines)
