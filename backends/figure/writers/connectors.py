"""Wires as an office program's connectors: lines that follow the boxes which they are glued to."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import hypot
from typing import NamedTuple

from ..scene import Point

SLACK = 0.01
_WHOLE = 100_000
_ACROSS, _DOWN = 0, 1


class Connector(NamedTuple):
    """A ready-made connector: its name, its box before it is turned, how it is turned and mirrored, and its corner.

    The corner is told in parts of the way from end to end (ECMA-376, part 1, annex D: ``bentConnector3``).
    """

    preset: str
    x: float
    y: float
    width: float
    height: float
    quarter: bool = False
    flip_h: bool = False
    flip_v: bool = False
    corner: int | None = None


def connector(points: Sequence[Point]) -> Connector | None:
    """The connector through these points; None where there is none, or not one that all programs draw alike.

    PowerPoint has connectors with up to four corners; LibreOffice finds ways of its own for those with more than two.
    """
    if len(points) == 2:
        (x, y), (to_x, to_y) = points
        return Connector(
            "straightConnector1", min(x, to_x), min(y, to_y), abs(to_x - x), abs(to_y - y),
            flip_h=to_x < x, flip_v=to_y < y,
        )  # fmt: skip
    if len(points) > 4 or not all(_is_straight(*ends) for ends in pairwise(points)):
        return None
    return _bent(points)


def _bent(points: Sequence[Point]) -> Connector | None:
    """A connector with one or two corners: level and upright parts by turns."""
    start, end = points[0], points[-1]
    along = _ACROSS if abs(points[1][1] - start[1]) <= SLACK else _DOWN
    way, aside = end[along] - start[along], end[1 - along] - start[1 - along]
    corner = None
    if len(points) == 4:
        if abs(way) <= SLACK:
            return None
        corner = round((points[1][along] - start[along]) / way * _WHOLE)
    width, height = abs(way), abs(aside)
    x, y = (start[0] + end[0] - width) / 2, (start[1] + end[1] - height) / 2
    # A quarter turn takes right to down, and down to left.
    quarter = along == _DOWN
    flip_v = aside > 0 if quarter else aside < 0
    return Connector(f"bentConnector{len(points) - 1}", x, y, width, height, quarter, way < 0, flip_v, corner)


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
