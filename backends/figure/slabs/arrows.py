"""Arrows between neighbours, and the points where lines leave and reach boxes."""

from __future__ import annotations

from math import hypot

from ..roles import roles_of_wire
from ..scene import Path, Point, Polygon, Shape
from .lanes import is_far
from .layout import Layout
from .measures import Solid
from .stages import Edge, Stage

HEAD = (8.0, 6.0)
"""Length and width of an arrow head."""


def ports(stage: Stage, layout: Layout) -> dict[Edge, Point]:
    """Where arrows to the next column leave the right edge of a box, from top to bottom as they part."""
    edges = [edge for edge in stage.readers if is_arrow(edge, layout)]
    edges.sort(key=lambda edge: _middle(layout.solids[edge.target]))
    box = layout.solids[stage]
    return {edge: (box.right, box.y + part * box.high) for edge, part in zip(edges, _parts(len(edges)), strict=True)}


def goals(stage: Stage, layout: Layout) -> dict[Edge, Point]:
    """Where arrows reach the left edge of a box, in the order in which they come."""
    edges = [edge for edge in stage.reads if is_arrow(edge, layout)]
    edges.sort(key=lambda edge: _middle(layout.solids[edge.source]))
    box = layout.solids[stage]
    return {edge: (box.left, box.top + part * box.high) for edge, part in zip(edges, _parts(len(edges)), strict=True)}


def is_arrow(edge: Edge, layout: Layout) -> bool:
    """Whether an edge is a straight arrow from one column of a line to the next."""
    return edge.kind != "ray" and not is_far(edge) and layout.line[edge.source] == layout.line[edge.target]


def arrow(points: tuple[Point, ...], transfer: bool) -> tuple[Shape, ...]:
    """A line with a head at its end."""
    (x, y), (x1, y1) = points[-1], points[-2]
    length = hypot(x - x1, y - y1) or 1.0
    ahead, across = ((x - x1) / length, (y - y1) / length), ((y1 - y) / length, (x - x1) / length)
    back = (x - HEAD[0] * ahead[0], y - HEAD[0] * ahead[1])
    half = HEAD[1] / 2
    if ahead[0] and ahead[1]:  # a slanting head stays left of the edge that it points to
        half = min(half, max(HEAD[0] * abs(ahead[0] / ahead[1]), 1.0))
    sides = tuple((back[0] + sign * half * across[0], back[1] + sign * half * across[1]) for sign in (1, -1))
    line, head = roles_of_wire(transfer)
    return Path((*points[:-1], back), line), Polygon(((x, y), *sides), head)


def _parts(count: int) -> list[float]:
    return [(i + 1) / (count + 1) for i in range(count)]


def _middle(solid: Solid) -> float:
    return (solid.y + solid.bottom) / 2
