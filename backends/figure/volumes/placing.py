"""Where boxes and wires are on the page: the layered layout from left to right, with what runs beside boxes above them.

The layout leads wires to the frame of a box, which has room for its caption; here they are led on to its faces.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from ..layered import turned
from ..layered.frames import Frame
from ..layered.items import Item, Items
from ..layered.layout import Box, Layout, Line
from ..layered.measures import SECTION_TITLE, Sizes

BRANCHES = 3
"""So many boxes above one another are branches to be read from top to bottom, not a trunk with a shortcut."""


LEVEL = 0.01
"""Points by which the ends of a level line may differ in height."""


class Span(NamedTuple):
    """From the top to the bottom of a row of the page, and whether it is mirrored."""

    top: float
    bottom: float
    turned: bool = True

    def mirrored(self, y: float) -> float:
        """The same height as seen from the other end; what is outside stays where it is."""
        return self.top + self.bottom - y if self.turned and self.top <= y <= self.bottom else y

    def box(self, box: Box) -> Box:
        """A box in that row, mirrored."""
        return box._replace(top=self.mirrored(box.bottom)) if self.turned else box


class Placed(NamedTuple):
    """Where everything is: boxes and their row of the page by item, wires, lanes by device, frames of sections."""

    boxes: list[Box]
    row: list[int]
    lines: list[Line]
    lanes: list[tuple[int, int, Box]]
    frames: list[tuple[Frame, Box]]


def place(items: Items, ranks: int, starts: Sequence[int], sizes: Sizes, devices: bool) -> Placed:
    """Boxes of these sizes in rows of the page that begin with the ranks ``starts``.

    The layout leads skips below the boxes, on the side where columns are added; a row of the page is mirrored, so
    that they run above. The first device is to be the uppermost even so, and is placed last. A row of many branches
    is not, as the first branch is to be the uppermost, unless a skip would then run through the title of a section.
    """
    _turn_lanes(items)
    layout = turned.lay_out(items, ranks, starts, sizes, 0, 0)
    _turn_lanes(items)
    spans = [Span(float("inf"), float("-inf"))] * len(starts)
    for fold, _, box in layout.lanes:
        spans[fold] = Span(min(spans[fold].top, box.top), max(spans[fold].bottom, box.bottom))
    row = [bisect_right(starts, item.rank) - 1 for item in items.all]
    tops = [span.top for span in spans]
    if not devices:
        many = _many_branches(items.all, row) - _with_crossed_titles(layout)
        spans = [span._replace(turned=fold not in many) for fold, span in enumerate(spans)]
    last = len(items.devices) - 1
    return Placed(
        [spans[row[item.index]].box(layout.boxes[item.index]) for item in items.all],
        row,
        [line._replace(points=tuple((x, _mirrored(spans, tops, y)) for x, y in line.points)) for line in layout.lines],
        [(fold, last - lane // 2, spans[fold].box(box)) for fold, lane, box in layout.lanes] if devices else [],
        [(frame, spans[frame.fold].box(box)) for frame, box in layout.frames],
    )


def _many_branches(items: Sequence[Item], row: Sequence[int]) -> set[int]:
    """The rows of the page where so many boxes stand above one another that they are branches."""
    above = Counter(item.rank for item in items)
    return {row[item.index] for item in items if above[item.rank] >= BRANCHES}


def _with_crossed_titles(layout: Layout) -> set[int]:
    """The rows of the page where a level part of a wire runs through the foot of a section's frame."""
    levels = sorted(
        (y, min(x, to_x), max(x, to_x))
        for line in layout.lines
        for (x, y), (to_x, to_y) in pairwise(line.points)
        if abs(y - to_y) < LEVEL
    )
    crossed = set()
    for frame, box in layout.frames:
        first = bisect_right(levels, (box.bottom - SECTION_TITLE, float("inf"), 0.0))
        last = bisect_right(levels, (box.bottom, float("inf"), 0.0))
        if any(left < box.right and right > box.left for _, left, right in levels[first:last]):
            crossed.add(frame.fold)
    return crossed


def _turn_lanes(items: Items) -> None:
    for item in items.all:
        item.lane = items.lanes - 1 - item.lane
        item.side = 1 - item.side


def _mirrored(spans: Sequence[Span], tops: Sequence[float], y: float) -> float:
    return spans[max(bisect_right(tops, y) - 1, 0)].mirrored(y)
