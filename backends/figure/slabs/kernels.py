"""Kernels on the maps that they read, and the rays from each to the unit that it feeds."""

from __future__ import annotations

from typing import NamedTuple

from ....compiler import Layer, Op
from ..scene import Path, Point
from .lanes import is_far
from .layout import Layout
from .measures import Measures, Solid
from .stages import Edge, Stage

UNIT = (0.84, 0.5)
"""Where rays meet on the side of a box: how far behind the front and below the top, as parts; kernels are in front."""
ABOVE, BELOW = 0.08, 0.05
"""Parts of a map's height that stay free of kernels' fronts."""
ONE = 0.75
"""Where between those the only kernel of a map is."""
HIGHER = 0.1
"""How much of the room that is left over is above several kernels; their numbers are below them."""
SPREAD, APART = 0.58, 1.6
"""How far kernels are apart: that part of the room, and at least so many heights of a kernel, so that tops are seen."""
CROWDED = 0.9
"""Part of a map's height that its kernels may fill; with more, one kernel stands for all."""


class Kernel(NamedTuple):
    """A kernel in the box that it reads, and the edges that it stands for."""

    solid: Solid
    edges: tuple[Edge, ...]
    size: tuple[int, int]


def kernels_of(stage: Stage, layout: Layout, laws: Measures) -> list[Kernel]:
    """The kernels that read a box, from top to bottom as their rays part."""
    edges = [edge for edge in stage.readers if edge.kind == "ray" and not is_far(edge)]
    edges.sort(key=lambda edge: (layout.line[edge.target], layout.solids[edge.target].y))
    box = layout.solids[stage]
    if not edges:
        return []
    sizes = [size_of(edge) for edge in edges]
    high = [min(laws.kernel(size[0]), box.high) for size in sizes]
    groups = [tuple(edges)] if len(set(sizes)) == 1 and sum(high) > CROWDED * box.high else [(edge,) for edge in edges]
    downs = _downs(box, max(high), len(groups))
    return [_kernel(box, group, laws, down) for group, down in zip(groups, downs, strict=True)]


def _downs(box: Solid, high: float, count: int) -> list[float]:
    """How far below the top of a map the fronts of its kernels begin: apart, but not over the edge."""
    first = ABOVE * box.high
    room = max(box.high - high - BELOW * box.high - first, 0.0)
    if count == 1:
        return [min(first + ONE * room, box.high - high)]
    spread = min(max(SPREAD * room, APART * high * (count - 1)), room)
    return [first + HIGHER * (room - spread) + spread * i / (count - 1) for i in range(count)]


def size_of(edge: Edge) -> tuple[int, int]:
    """Height and width of the kernel with which a box is read."""
    kernel: tuple[int, int] = getattr(_op(edge), "kernel", (1, 1))
    return kernel


def _op(edge: Edge) -> Op | None:
    return edge.target.head.op if isinstance(edge.target.head, Layer) else None


def _kernel(box: Solid, edges: tuple[Edge, ...], laws: Measures, down: float) -> Kernel:
    size = size_of(edges[0])
    high, deep = min(laws.kernel(size[0]), box.high), min(laws.kernel(size[1]), box.deep)
    groups: int = getattr(_op(edges[0]), "groups", 1)
    return Kernel(Solid(box.x, box.y + down, box.thick / groups, high, deep), edges, size)


def unit_of(box: Solid) -> Point:
    """Where rays to a box meet: on the side that is turned to the box before it."""
    behind, down = UNIT
    return box.x + behind * box.shift[0], box.y + down * box.high + behind * box.shift[1]


def rays(kernel: Solid, unit: Point, transfer: bool) -> tuple[Path, ...]:
    """From the three corners of a kernel that are seen on the side of the next box."""
    across, right = kernel.shift[0], kernel.right
    corners = ((right + across, kernel.top), (right, kernel.y), (right, kernel.bottom))
    role = "transfer_wire" if transfer else "ray"
    return tuple(Path((corner, unit), role, dashed=True) for corner in corners)
