"""Sizes of boxes: the proportions of the figure of 2012, by the law that the user chose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ..options import Law
from ..scaling import Length, Scale
from ..scene import Point
from .stages import Stage

DEPTH = (-0.28, -0.56)
"""Where depth goes, per point of it: up and to the left (measured in the figure of 2012, for a map of 55 x 55)."""
HEIGHT, THICKNESS, BAR, BAR_WIDTH = 280.0, 213.0, 254.0, 39.0
"""Pixels of 55 units, 192 channels and 2048 units in the figure of 2012, and the width of its bars."""
CAPS = (2.2, 3.0)
"""How many times as long as the second largest the largest is drawn at most: sides of maps; channels and bars."""
FLOORS = (12.0, 6.0, 14.0)
"""The least height of a map, thickness and length of a bar in points."""
LEAST_KERNEL = 5.0
"""The same for the side of a kernel."""


class Solid(NamedTuple):
    """A box by the top left corner of its front, its thickness, height and depth."""

    x: float
    y: float
    thick: float
    high: float
    deep: float = 0.0

    @property
    def shift(self) -> Point:
        """From the front to the back."""
        return DEPTH[0] * self.deep, DEPTH[1] * self.deep

    @property
    def top(self) -> float:
        return self.y + self.shift[1]

    @property
    def bottom(self) -> float:
        return self.y + self.high

    @property
    def left(self) -> float:
        return self.x + self.shift[0]

    @property
    def right(self) -> float:
        return self.x + self.thick


@dataclass(frozen=True)
class Measures:
    """Laws for heights and depths of maps, thicknesses, and lengths of bars, all in one unit."""

    side: Scale
    thickness: Scale
    length: Scale
    bar: float

    def solid(self, stage: Stage) -> Solid:
        """A box of its size at the origin."""
        shape = stage.head.shape
        if len(shape) == 1:
            return Solid(0, 0, self.bar, self.length(shape[0]).points)
        channels, height, width = shape
        return Solid(0, 0, self.thickness(channels).points, self.side(height).points, self.side(width).points)

    def lengths(self, stage: Stage) -> tuple[Length, ...]:
        """Those of the box, for break marks."""
        shape = stage.head.shape
        if len(shape) == 1:
            return (self.length(shape[0]),)
        return self.thickness(shape[0]), self.side(shape[1]), self.side(shape[2])

    def kernel(self, count: int) -> float:
        """The side of a kernel, by the same law as the map that it lies on."""
        return self.side._replace(floor=LEAST_KERNEL, cap=float("inf"))(count).points


def measures(stages: Sequence[Stage], law: Law, unit: float, slim: float) -> Measures:
    """Laws under which the height of the second largest map, the first behind the input, is ``unit`` points.

    ``slim`` is how thick boxes are, as a part of the original's proportions.
    """
    shapes = [stage.head.shape for stage in stages]
    maps = [shape for shape in shapes if len(shape) == 3]
    sides = _largest([max(shape[1:]) for shape in maps])
    channels = _largest([shape[0] for shape in maps])
    units = _largest([shape[0] for shape in shapes if len(shape) == 1])
    return Measures(
        Scale(law, sides[0], unit, FLOORS[0], max(CAPS[0] * unit, FLOORS[0])),
        _scale(law, channels, slim * unit * THICKNESS / HEIGHT, FLOORS[1]),
        _scale(law, units, unit * BAR / HEIGHT, FLOORS[2]),
        max(slim * unit * BAR_WIDTH / HEIGHT, FLOORS[1]),
    )


def _largest(counts: list[int]) -> list[int]:
    """The two largest counts, which may be equal, the larger one last."""
    return sorted(counts or [1])[-2:]


def _scale(law: Law, largest: list[int], length: float, floor: float) -> Scale:
    """The largest count has that length, but what is much larger than all others is cut to it."""
    scale = Scale(law, largest[-1], length, floor)
    second = scale._replace(floor=0)(largest[0]).points
    if CAPS[1] * second >= length:
        return scale
    return Scale(law, largest[0], length / CAPS[1], floor, max(length, floor))
