"""The whole layout: from boxes with sizes to rectangles and lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple, TypeAlias

from ..scene import Point
from .columns import Fold
from .frames import Frame, ancestors, frames_of, heads_of
from .items import Items
from .levels import channels_of
from .measures import Sizes
from .places import Across, places_of
from .routes import Router, Way
from .rows import Rows
from .tracks import plan_folds

Direction: TypeAlias = Literal["down", "right"]
"""Where the boxes lead to: from top to bottom, or from left to right."""


class Box(NamedTuple):
    """A rectangle on the page, in points."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height

    def lowered(self, by: float) -> Box:
        """The same further down the page."""
        return Box(self.left, self.top + by, self.width, self.height)

    def turned(self) -> Box:
        """The same with right and down exchanged."""
        return Box(self.top, self.left, self.height, self.width)


class Line(NamedTuple):
    """A wire on the page, from the box ``source`` to the box ``target``."""

    source: int
    target: int
    points: tuple[Point, ...]


class Layout(NamedTuple):
    """Where everything is."""

    boxes: dict[int, Box]
    """By item."""
    lines: list[Line]
    lanes: list[tuple[int, int, Box]]
    """Fold, lane and place of the lanes of devices."""
    frames: list[tuple[Frame, Box]]
    right: float
    bottom: float
    direction: Direction = "down"
    spans: Mapping[int, float] = {}
    """Boxes that are wider than one column, and the width that was asked for them."""

    def lowered(self, by: float) -> Layout:
        """The same further down the page."""
        return Layout(
            {index: box.lowered(by) for index, box in self.boxes.items()},
            [Line(line.source, line.target, tuple((x, y + by) for x, y in line.points)) for line in self.lines],
            [(fold, lane, box.lowered(by)) for fold, lane, box in self.lanes],
            [(frame, box.lowered(by)) for frame, box in self.frames],
            self.right,
            self.bottom + by,
            self.direction,
            self.spans,
        )

    def turned(self) -> Layout:
        """The same with right and down exchanged: from left to right what was from top to bottom."""
        return Layout(
            {index: box.turned() for index, box in self.boxes.items()},
            [Line(line.source, line.target, tuple((y, x) for x, y in line.points)) for line in self.lines],
            [(fold, lane, box.turned()) for fold, lane, box in self.lanes],
            [(frame, box.turned()) for frame, box in self.frames],
            self.bottom,
            self.right,
            "right" if self.direction == "down" else "down",
            self.spans,
        )


def lay_out(items: Items, rows: int, starts: Sequence[int], sizes: Sizes, left: float, top: float) -> Layout:
    """Places ranked items in folds that begin at the rows ``starts``, from a top left corner on."""
    folds = plan_folds(items.all, starts, rows)
    frames = frames_of(folds, ancestors(items.graph.sections), sizes.titles_beside, sizes.stacked)
    across = places_of(folds, items.all, items.lanes, sizes, left)
    router = Router(items.all, sizes)
    for fold, places in zip(folds, across, strict=True):
        router.route(fold, places)
    down = Rows(items.all, sizes, channels_of(router.wires), heads_of(frames))
    end = max(down.place(fold, places, top + sizes.begin) for fold, places in zip(folds, across, strict=True))
    bottom = end + sizes.lane_pads[1]
    boxes = _boxes(folds, across, sizes, down)
    return Layout(
        boxes,
        [Line(wire.source, wire.target, _points(wire.way, down)) for wire in router.wires],
        _lanes(folds, across, top, bottom) if sizes.with_lanes else [],
        [(frame, _around(frame, boxes)) for frame in frames],
        across[-1].right,
        bottom,
        spans={index: sizes.widths[index] for fold in folds for index in fold.spans},
    )


def _boxes(folds: list[Fold], across: list[Across], sizes: Sizes, down: Rows) -> dict[int, Box]:
    boxes = {}
    for fold, places in zip(folds, across, strict=True):
        for item in fold.members:
            index = item.index
            left, right = places.sides(fold, item, sizes.widths[index])
            boxes[index] = Box(left, down.tops[index], right - left, sizes.heights[index])
    return boxes


def _lanes(folds: list[Fold], across: list[Across], top: float, bottom: float) -> list[tuple[int, int, Box]]:
    return [
        (fold.index, lane, Box(left, top, right - left, bottom - top))
        for fold, places in zip(folds, across, strict=True)
        for lane, (left, right) in places.lanes.items()
        if lane % 2 == 0
    ]


def _around(frame: Frame, boxes: dict[int, Box]) -> Box:
    members = [boxes[item.index] for item in frame.members]
    left, right = min(box.left for box in members), max(box.right for box in members)
    top, bottom = min(box.top for box in members), max(box.bottom for box in members)
    width, height = right - left + frame.left + frame.right, bottom - top + frame.above + frame.below
    return Box(left - frame.left, top - frame.above, width, height)


def _points(way: Way, down: Rows) -> tuple[Point, ...]:
    """The corners of a wire, without those where it goes straight on."""
    points: list[Point] = []
    for x, name in way:
        y = down.height(name)
        if y is None or points[-1:] == [(x, y)]:
            continue
        if len(points) > 1 and _is_straight(points[-2], points[-1], (x, y)):
            points.pop()
        points.append((x, y))
    return tuple(points)


def _is_straight(one: Point, two: Point, three: Point) -> bool:
    return one[0] == two[0] == three[0] or one[1] == two[1] == three[1]
