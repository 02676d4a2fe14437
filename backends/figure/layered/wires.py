"""Wires as shapes: a line and an arrow head."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..roles import roles_of_wire
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


def wire(source: str, target: str, points: Sequence[Point], copied: bool) -> Group:
    """A wire from box to box through these points, the last piece level or upright; that of a transfer is dashed."""
    line, arrow = roles_of_wire(copied)
    (from_x, from_y), (x, y) = points[-2:]
    along, down = float((x > from_x) - (x < from_x)), float((y > from_y) - (y < from_y))
    tip, half = ARROW[0], ARROW[1] / 2
    back_x, back_y = x - along * tip, y - down * tip
    head = ((x, y), (back_x + down * half, back_y + along * half), (back_x - down * half, back_y - along * half))
    under_head = (x - along * tip / 2, y - down * tip / 2)
    shapes = (Path((*points[:-1], under_head), line, dashed=copied), Polygon(head, arrow))
    return Group("wire", shapes, title=f"{source} to {target}", link=(source, target))
