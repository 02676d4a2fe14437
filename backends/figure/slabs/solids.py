"""Shapes of boxes: the three faces that are seen, and break marks."""

from __future__ import annotations

from collections.abc import Iterator

from ..scene import Path, Point, Polygon
from .measures import Solid

SHADES = {"front": 0.0, "side": 0.14, "top": 0.06}
"""How dark the faces of a coloured box are."""
ZIGZAG = 4.0
"""Height of the teeth of a break mark, and the distance of its two lines."""


def faces(solid: Solid, role: str, shaded: bool) -> tuple[Polygon, ...]:
    """Front, left side and top; only the front of what has no depth."""
    x, y, right, bottom = solid.x, solid.y, solid.right, solid.bottom
    front = Polygon(((x, y), (right, y), (right, bottom), (x, bottom)), role)
    if not solid.deep:
        return (front,)
    across, up = solid.shift
    side = ((x, y), (x, bottom), (x + across, bottom + up), (x + across, y + up))
    top = ((x, y), (right, y), (right + across, y + up), (x + across, y + up))
    shade = SHADES if shaded else dict.fromkeys(SHADES, 0.0)
    return front, Polygon(side, role, shade=shade["side"]), Polygon(top, role, shade=shade["top"])


def level_break(solid: Solid) -> Iterator[Path]:
    """Two toothed lines across the front: it is higher than it is drawn."""
    y = solid.bottom - 4 * ZIGZAG
    for shift in (0, ZIGZAG):
        yield Path(_zigzag(solid.x, solid.right, y + shift), "rule")


def upright_break(solid: Solid) -> Iterator[Path]:
    """The same from the top of the front to its bottom: it is thicker than it is drawn."""
    x = solid.right - 3 * ZIGZAG
    for shift in (0, ZIGZAG):
        line = _zigzag(solid.y, solid.bottom, x + shift)
        yield Path(tuple((across, down) for down, across in line), "rule")


def _zigzag(start: float, end: float, at: float) -> tuple[Point, ...]:
    teeth = max(2 * round((end - start) / (2 * ZIGZAG) / 2), 2)
    step = (end - start) / teeth
    return tuple((start + i * step, at + (ZIGZAG / 2 if i % 2 else -ZIGZAG / 2)) for i in range(teeth + 1))
