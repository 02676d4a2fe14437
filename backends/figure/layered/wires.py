"""Wires as shapes: a line and an arrow head."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..scene import Group, Path, Point, Polygon
from .items import Items
from .layout import Layout

ARROW = (7.0, 6.0)
"""Length and width of an arrow head."""


def wires(items: Items, layout: Layout) -> Iterator[Group]:
    """All wires between boxes; those of transfers are dashed."""
    for line in layout.lines:
        source, target = items.all[line.source], items.all[line.target]
        copied = "transfer" in (source.kind, target.kind)
        yield wire(source.last, target.first, line.points, copied)


def wire(source: str, target: str, points: tuple[Point, ...], copied: bool) -> Group:
    """A wire from box to box through these points; that of a transfer is dashed."""
    line, arrow = ("transfer_wire", "transfer_arrow") if copied else ("wire", "arrow")
    shapes = (Path(_shortened(points), line, dashed=copied), Polygon(_head(points), arrow))
    return Group("wire", shapes, title=f"{source} to {target}", link=(source, target))


def _direction(points: Sequence[Point]) -> tuple[float, float]:
    """The direction in which a wire ends, along one axis."""
    (x, y), (to_x, to_y) = points[-2:]
    return (float((to_x > x) - (to_x < x)), float((to_y > y) - (to_y < y)))


def _shortened(points: tuple[Point, ...]) -> tuple[Point, ...]:
    """A wire without the part that its arrow head covers."""
    along, down = _direction(points)
    x, y = points[-1]
    return (*points[:-1], (x - along * ARROW[0] / 2, y - down * ARROW[0] / 2))


def _head(points: tuple[Point, ...]) -> tuple[Point, ...]:
    along, down = _direction(points)
    (x, y), half = points[-1], ARROW[1] / 2
    back_x, back_y = x - along * ARROW[0], y - down * ARROW[0]
    return ((x, y), (back_x + down * half, back_y + along * half), (back_x - down * half, back_y - along * half))
