"""Wires as an office program's connectors: lines that follow the boxes which they are glued to."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import hypot
from typing import Literal, NamedTuple, TypeAlias

from ..geometry import SLACK, Area
from ..scene import Point

OFF_HALF = 0.01
"""How far from the middle of its way a line may turn, as a part of the way."""

Side: TypeAlias = Literal["top", "left", "bottom", "right"]


def side_of(site: Point, area: Area) -> Side:
    """The side of a box to which a point is nearest."""
    x, y = site
    distances: dict[Side, float] = {
        "top": abs(y - area.top), "left": abs(x - area.left),
        "bottom": abs(y - area.bottom), "right": abs(x - area.right),
    }  # fmt: skip
    return min(distances, key=lambda side: distances[side])


class Connector(NamedTuple):
    """A ready-made connector: its name, its box before it is turned, and how it is turned and mirrored."""

    preset: str
    x: float
    y: float
    width: float
    height: float
    quarter: bool = False
    flip_h: bool = False
    flip_v: bool = False


def straight(start: Point, end: Point) -> Connector:
    """A connector without corners."""
    (x, y), (to_x, to_y) = start, end
    size = abs(to_x - x), abs(to_y - y)
    return Connector("straightConnector1", min(x, to_x), min(y, to_y), *size, flip_h=to_x < x, flip_v=to_y < y)


def connector(points: Sequence[Point], sides: tuple[Side | None, Side | None]) -> Connector | None:
    """The one connector through these points; None where there is none that all programs draw alike.

    ``sides`` are those of the boxes at which the ends are glued. PowerPoint has connectors with up to four corners and
    draws them as the file says. LibreOffice finds a way of its own between glued ends, which is the same for two
    corners, where the line leaves and reaches the boxes straight away from their sides and turns halfway.
    """
    if len(points) == 2:
        return straight(*points)
    if len(points) != 4 or not all(_is_straight(*ends) for ends in pairwise(points)):
        return None
    leaves, reaches = _side_towards(points[0], points[1]), _side_towards(points[-1], points[-2])
    return _bent(points, leaves) if sides == (leaves, reaches) else None


def _bent(points: Sequence[Point], leaves: Side) -> Connector | None:
    """A connector that turns twice, halfway (ECMA-376, part 1, annex D: ``bentConnector3``)."""
    start, end = points[0], points[-1]
    along = 0 if leaves in ("left", "right") else 1
    way, aside = end[along] - start[along], end[1 - along] - start[1 - along]
    if abs(way) <= SLACK or abs((points[1][along] - start[along]) / way - 0.5) > OFF_HALF:
        return None
    width, height = abs(way), abs(aside)
    x, y = (start[0] + end[0] - width) / 2, (start[1] + end[1] - height) / 2
    # A quarter turn takes right to down, and down to left.
    quarter = along == 1
    flip_v = aside > 0 if quarter else aside < 0
    return Connector("bentConnector3", x, y, width, height, quarter, way < 0, flip_v)


def without_needless(points: Sequence[Point]) -> tuple[Point, ...]:
    """The points without those at which a line does not turn."""
    kept = [points[0]]
    for index in range(1, len(points) - 1):
        (x0, y0), (x1, y1), (x2, y2) = kept[-1], points[index], points[index + 1]
        if abs((x1 - x0) * (y2 - y1) - (y1 - y0) * (x2 - x1)) > SLACK * hypot(x2 - x0, y2 - y0):
            kept.append(points[index])
    return (*kept, points[-1])


def tip_of(line: Sequence[Point], head: Sequence[Point]) -> Point | None:
    """The tip of a triangle that is the arrow head at the end of a line; None for a polygon that is none."""
    if len(head) != 3:
        return None
    (x0, y0), (x, y) = line[-2:]
    length = hypot(x - x0, y - y0)
    if length == 0:
        return None
    ahead = [((px - x) * (x - x0) + (py - y) * (y - y0)) / length for px, py in head]
    aside = [abs((px - x) * (y - y0) - (py - y) * (x - x0)) / length for px, py in head]
    first = max(range(3), key=lambda index: ahead[index])
    leads_there = aside[first] <= 10 * SLACK and min(ahead) <= 10 * SLACK and ahead[first] >= -SLACK
    return head[first] if leads_there else None


def _is_straight(start: Point, end: Point) -> bool:
    return min(abs(start[0] - end[0]), abs(start[1] - end[1])) <= SLACK


def _side_towards(start: Point, end: Point) -> Side:
    """The side of a box from which a level or upright line goes straight away."""
    across, down = end[0] - start[0], end[1] - start[1]
    if abs(across) > abs(down):
        return "right" if across > 0 else "left"
    return "bottom" if down > 0 else "top"
