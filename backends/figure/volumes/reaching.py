"""Wires from face to face: from the middle of a box's side to the front of the next one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ..layered.layout import Box, Line
from ..layered.measures import HUB
from ..layered.wires import ARROW
from ..scene import Point
from .sizes import Solid
from .stages import Stage

STEP = 7.0
"""Between wires that enter the same face, at most."""
JOG = 3.0
"""From an arrow head to where a wire that comes in too high or too low turns to it, and from one turn to the next."""
SLACK = 0.01
DARK = frozenset({"block", "device5", "cost4"})
"""Roles with a side so dark in some theme that a wire would not stand out from it; wires of transfers never do."""
TIGHT = 12
"""Heights that are tried where wires have to enter nearer to one another."""
EDGE = 2.0
"""A wire stays so far from the corner of a face."""


class Standing(NamedTuple):
    """A box or ball in its place: ``frame`` is what the layout knows of it, ``area`` what is seen, captions apart."""

    stage: Stage
    frame: Box
    solid: Solid | None
    row: int
    sides: tuple[float, float] = (0.0, 0.0)
    """Room in the frame left and right of it and its caption, for wires to transfers."""

    @property
    def middle(self) -> Point:
        """Where its centre is on the page."""
        left, right = self.sides
        return self.frame.left + (self.frame.width + left - right) / 2, self.frame.top + self.frame.height / 2

    @property
    def section(self) -> str | None:
        """The section that it stands in."""
        return self.stage.item.section

    @property
    def line(self) -> tuple[int, int]:
        """Boxes of one line have their captions at one height."""
        return self.row, round(self.middle[1])

    @property
    def area(self) -> Box:
        """What is seen of it."""
        (x, y), solid = self.middle, self.solid
        if solid is not None:
            return Box(x - solid.width / 2, y - solid.height / 2, solid.width, solid.height)
        return Box(x - HUB, y - HUB, 2 * HUB, 2 * HUB) if self.stage.kind == "ball" else self.frame

    def leaving(self, copied: bool) -> Point:
        """Where its wires begin: in the middle of its right face, where they are seen there, else at its edge."""
        area, y = self.area, self.middle[1]
        if self.solid is None or copied or self.stage.role in DARK:
            return area.right, y
        return area.right - self.solid.shift / 2, y

    @property
    def reach(self) -> tuple[float, float]:
        """How far above and below its middle a wire may enter from the left; anywhere where its front is low."""
        if self.solid is None:
            half = 0.8 * HUB if self.stage.kind == "ball" else self.area.height / 2
            return half - EDGE, half - EDGE
        half = self.area.height / 2
        front = half - self.solid.shift - EDGE
        return front if front > 0 else half - EDGE, half - EDGE

    def face(self, y: float) -> float:
        """Where its left side is at that height."""
        if self.solid is not None:
            return self.area.left + max(self.area.top + self.solid.shift - y, 0.0)
        if self.stage.kind != "ball":
            return self.area.left
        return float(self.middle[0] - (HUB**2 - (y - self.middle[1]) ** 2) ** 0.5)


def reached(lines: Sequence[Line], standing: Sequence[Standing]) -> list[Line]:
    """The wires of a layout, led on to the faces of what they connect."""
    found = [line._replace(points=_from_side(line, standing)) for line in lines]
    entering: dict[int, list[int]] = {}
    for number, line in enumerate(found):
        entering.setdefault(line.target, []).append(number)
    for target, numbers in entering.items():
        if standing[target].stage.kind != "sign":
            _enter(found, numbers, standing[target])
    return [line._replace(points=_squared(line.points)) for line in found]


def _squared(points: tuple[Point, ...]) -> tuple[Point, ...]:
    """Corners that differ by no more than rounding put right."""
    found = [points[0]]
    for to_x, to_y in points[1:]:
        x, y = found[-1]
        there = (x if abs(to_x - x) <= SLACK else to_x, y if abs(to_y - y) <= SLACK else to_y)
        if len(found) > 1 and (found[-2][0] == x == there[0] or found[-2][1] == y == there[1]):
            found.pop()
        if there != (x, y):
            found.append(there)
    return tuple(found)


def _from_side(line: Line, standing: Sequence[Standing]) -> tuple[Point, ...]:
    """A wire from the right side of a box, whatever side of its frame it leaves."""
    source, target = standing[line.source], standing[line.target]
    if source.stage.kind == "sign":
        return line.points
    (x, _), (next_x, _) = line.points[:2]
    start = source.leaving(target.stage.item.kind == "transfer")
    return (start, *(((x, start[1]),) if x == next_x else ()), *line.points[1:])


def _enter(lines: list[Line], numbers: list[int], end: Standing) -> None:
    """Leads all wires into one box: from the left, through the sides of its frame, and into a ball from above."""
    level: list[int] = []
    upright: list[int] = []
    for number in numbers:
        points = lines[number].points
        (upright if points[-1][0] == points[-2][0] else level).append(number)
    _from_left(lines, level, end)
    x, is_ball = end.middle[0], end.stage.kind == "ball"
    straight = [n for n in upright if is_ball and abs(lines[n].points[-1][0] - x) < HUB / 2]
    _into_ball(lines, straight, end)
    taken = [y for number in level for _, y in lines[number].points[-3:]]
    _through_frame(lines, [number for number in upright if number not in straight], taken, end)


def _into_ball(lines: list[Line], numbers: list[int], end: Standing) -> None:
    """Wires that come straight from above or below."""
    x, middle = end.middle
    for number in numbers:
        points = lines[number].points
        off = points[-1][0] - x
        reach = float((HUB**2 - off**2) ** 0.5)
        last = (x + off, middle + (-reach if points[-2][1] < middle else reach))
        lines[number] = lines[number]._replace(points=(*points[:-1], last))


def _from_left(lines: list[Line], numbers: list[int], end: Standing) -> None:
    """Wires that come in level; those too far from the middle turn to it, the outer ones right before the face."""
    middle = end.middle[1]
    for sign, room in zip((-1, 1), end.reach, strict=True):
        outer = [n for n in numbers if sign * (lines[n].points[-1][1] - middle) > SLACK]
        outer.sort(key=lambda n: abs(lines[n].points[-1][1] - middle))
        for place, number in enumerate(outer, start=1):
            points = lines[number].points
            to = middle + sign * min(abs(points[-1][1] - middle), room * place / len(outer))
            before = JOG * (1 + len(outer) - place)
            lines[number] = lines[number]._replace(points=_bent(points, to, end.face(to), before))
    for number in numbers:
        points = lines[number].points
        if abs(points[-1][1] - middle) <= SLACK:
            lines[number] = lines[number]._replace(points=(*points[:-1], (end.face(middle), middle)))


def _bent(points: tuple[Point, ...], to: float, face: float, before: float) -> tuple[Point, ...]:
    """A level end of a wire that turns to the height ``to``, so far before its arrow head, or earlier if need be."""
    (x, y), turn = points[-2], face - ARROW[0] - before
    if abs(to - y) <= SLACK:
        return (*points[:-1], (face, to))
    if turn <= x:
        return (*points[:-2], (x, to), (face, to))
    return (*points[:-1], (turn, y), (turn, to), (face, to))


def _through_frame(lines: list[Line], numbers: list[int], taken: list[float], end: Standing) -> None:
    """Wires from transfers, which come through the top or bottom of the frame, at heights that no other wire has."""
    middle = end.middle[1]
    for number in sorted(numbers, key=lambda n: lines[n].points[-1][0]):
        (x, y), above = lines[number].points[-1], lines[number].points[-1][1] < middle
        y = middle + (-1 if above else 1) * _free(taken, middle, above, end.reach[0 if above else 1])
        taken.append(y)
        lines[number] = lines[number]._replace(points=(*lines[number].points[:-1], (x, y), (end.face(y), y)))


def _free(taken: Sequence[float], middle: float, above: bool, room: float) -> float:
    """How far from the middle a wire is to enter: near it, but as far from the others as can be."""
    others = [0.0, *((middle - y if above else y - middle) for y in taken)]
    steps = [STEP * step for step in range(1, int(room / STEP) + 1)]
    for step in steps:
        if min(abs(step - other) for other in others) >= STEP / 2:
            return step
    tight = [room * part / TIGHT for part in range(1, TIGHT + 1)]
    return max(tight, key=lambda step: min(abs(step - other) for other in others))
