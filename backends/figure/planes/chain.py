"""A chain of stages as in 1998: close together, labels above, and below what leads from one to the next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from .. import text
from ..scene import Point
from .bodies import SIZE, Bar, Body, Stack
from .repeats import ROOM, Repeat
from .stages import Stage
from .ticks import AIR, CLEAR, TICK
from .words import LINE, Label

GAP = 1.8 * SIZE
"""Least space between the shapes of neighbours."""
TURN = 1.4 * SIZE
"""Room for a wire that leads to the next row, beside and between the rows."""
ENTRY = 1.5 * TURN
"""Room at the beginning of a row for the wire that comes from the row before."""
ONE_LINE = 0.8
"""A label is written in one line where that is no wider than this part of its stack, as over C3 and S4 in 1998."""


class Row(NamedTuple):
    """Stages of one row of the page: which they are, and where their middles are from left to right."""

    first: int
    middles: tuple[float, ...]
    left: float
    right: float


class Chain:
    """The stages of a net without branches, with their bodies and labels."""

    def __init__(
        self, stages: Sequence[Stage], bodies: Sequence[Body], labels: Sequence[Label], repeats: Sequence[Repeat]
    ) -> None:
        self.stages, self.bodies, self.repeats = stages, bodies, repeats
        self.labels = [_in_one_line(*parts) for parts in zip(stages, bodies, labels, strict=True)]
        self.headings = [_heading(*pair) for pair in zip(bodies, self.labels, strict=True)]
        self.sides = [_sides(*pair) for pair in zip(bodies, self.headings, strict=True)]
        self.steps = self._steps()
        self.above = LINE * max(len(label.above) for label in self.labels)
        self.below = LINE * max(len(label.below) for label in self.labels)
        self.brackets = ROOM * max((repeat.level + 1 for repeat in repeats), default=0)

    @property
    def length(self) -> float:
        """From the first middle to the last, in one row."""
        return sum(self.steps)

    def size(self, rows: Sequence[Row]) -> Point:
        """Width and height of the chain in these rows, nearly: words below may need another line."""
        ends = [*(row.first for row in rows[1:]), len(self.stages)]
        tallest = [
            max(body.size[1] for body in self.bodies[row.first : end]) for row, end in zip(rows, ends, strict=True)
        ]
        around = self.above + self.below + self.brackets + SIZE + TICK + 1.5 * TURN
        return max(row.right - row.left for row in rows) + TURN * (len(rows) > 1), sum(tallest) + around * len(rows)

    def rows(self, width: float) -> list[Row]:
        """Rows whose middles are no further apart than that."""
        starts, reach = [0], 0.0
        for i in range(1, len(self.stages)):
            reach += self.steps[i]
            if reach > width:
                starts.append(i)
                reach = 0.0
        return [self._row(first, end) for first, end in zip(starts, [*starts[1:], len(self.stages)], strict=True)]

    def _row(self, first: int, end: int) -> Row:
        middles = [0.0]
        for i in range(first + 1, end):
            middles.append(middles[-1] + self.steps[i])
        sides = self.sides[first:end]
        left = min(x - side[0] for x, side in zip(middles, sides, strict=True)) - (ENTRY if first else 0)
        right = max(x + side[1] for x, side in zip(middles, sides, strict=True))
        return Row(first, tuple(middles), left, right)

    def _steps(self) -> list[float]:
        """The least distances of the stages' middles from those before, by shapes, labels above and ticks below."""
        steps, since = [0.0], float("inf")
        for i in range(1, len(self.stages)):
            (before, wide), (centre, width) = self.headings[i - 1 : i + 1]
            headings = before - centre + (wide + width) / 2 + AIR if wide and width else 0.0
            step = max(apart(self.bodies[i - 1], self.bodies[i]) + GAP, headings)
            tick = (self._foot(i - 1, True) + step + self._foot(i, False)) / 2
            words = max(label.widths[1] for label in self.labels[i - 1 : i + 1])
            lacking = max(words / 4 + CLEAR - (since + tick), 0.0)
            steps.append(step + 2 * lacking)
            since = steps[-1] - (tick + lacking)
        return steps

    def _foot(self, i: int, right: bool) -> float:
        """Where the lower line to a neighbour leaves, from the middle of the stage."""
        body = self.bodies[i]
        return body.ends(right)[1][0] - body.size[0] / 2


def _heading(body: Body, label: Label) -> tuple[float, float]:
    """Where the middle of the label above is, from that of the stage, and how wide it is."""
    centre = (body.thickness - body.size[0]) / 2 if isinstance(body, Bar) else 0.0
    return centre, label.widths[0]


def _sides(body: Body, heading: tuple[float, float]) -> tuple[float, float]:
    """How far a stage and its label reach to the left and the right of its middle."""
    half, (centre, label) = body.size[0] / 2, heading
    return max(half, label / 2 - centre), max(half, label / 2 + centre)


def _in_one_line(stage: Stage, body: Body, label: Label) -> Label:
    joint = " ".join(label.above)
    fits = stage.layer and isinstance(body, Stack) and text.width(joint, SIZE) <= ONE_LINE * body.size[0]
    return label._replace(above=(joint,)) if fits and label.above else label


@lru_cache(maxsize=2**12)
def apart(one: Body, other: Body) -> float:
    """How far apart the middles are when the hulls of two bodies touch, one left of the other."""
    hulls = [_centred(one), _centred(other)]
    low = max(min(y for _, y in hull) for hull in hulls)
    heights = {low, -low, *(y for hull in hulls for _, y in hull if low <= y <= -low)}
    return max(max(_across(hulls[0], y)) - min(_across(hulls[1], y)) for y in heights)


def _centred(body: Body) -> tuple[Point, ...]:
    width, height = body.size
    return tuple((x - width / 2, y - height / 2) for x, y in body.hull())


def _across(hull: tuple[Point, ...], y: float) -> Iterator[float]:
    """Where a level line meets the sides of a hull."""
    for (x1, y1), (x2, y2) in zip(hull, (*hull[1:], hull[0]), strict=True):
        if min(y1, y2) <= y <= max(y1, y2):
            yield x1 + (x2 - x1) * ((y - y1) / (y2 - y1)) if y1 != y2 else x1
            yield x2 if y1 == y2 else x1 + (x2 - x1) * ((y - y1) / (y2 - y1))
