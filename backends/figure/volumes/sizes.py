"""How large a tensor is drawn: height and depth from its map, thickness from its channels, rods from their units."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ....compiler.values import Shape
from ..options import Law
from ..scaling import Scale

SLANT = 0.32
"""Parts of a map's width by which the back of its box lies further right and further up: 0.45 along the diagonal."""
LEAST_MAP = 9.0
"""A map is at least so high; a map of one unit, too."""
LEAST_ROD = 22.0
LEAST_THICKNESS = 8.0
ROD = (11.0, 16.0)
"""Thickness and depth of a vector."""
BULK = 0.3
"""Thickness of the most channels, as a part of the height of the largest map."""
LEAST_BULK = 24.0
REACH = 0.85
"""Length of the longest rod, as a part of the same."""

MOST_CHANNELS = 2048
MOST_UNITS = 4096
"""More channels and units than that are cut: flattened maps would leave no room for the layers (VGG-16 has 25088)."""
MOST_OVER = 2.2
"""An input is drawn at most so many times as high as the largest layer."""


class Solid(NamedTuple):
    """A box in space, in points; ``wide`` is its thickness on the page, from left to right."""

    wide: float
    high: float
    deep: float
    thick_cut: bool = False
    long_cut: bool = False

    @property
    def shift(self) -> float:
        """By how much its back lies further right, and further up."""
        return SLANT * self.deep

    @property
    def width(self) -> float:
        """Of the whole box on the page."""
        return self.wide + self.shift

    @property
    def height(self) -> float:
        """Of the whole box on the page."""
        return self.high + self.shift


class Sizing(NamedTuple):
    """The scales of one figure; the same tensor has the same box everywhere in it."""

    maps: Scale
    channels: Scale
    units: Scale

    def solid(self, shape: Shape) -> Solid:
        """The box of a tensor; a map of one unit is a vector."""
        channels, high, wide = extents(shape)
        if (high, wide) == (1, 1):
            length = self.units(channels)
            return Solid(ROD[0], length.points, ROD[1], long_cut=length.capped)
        thickness, up, back = self.channels(channels), self.maps(high), self.maps(wide)
        return Solid(thickness.points, up.points, back.points, thickness.capped, up.capped or back.capped)


def extents(shape: Shape) -> tuple[int, int, int]:
    """Channels, height and width of a tensor; a vector has its units as channels."""
    if len(shape) < 3:
        return shape[0], (*shape, 1)[1], 1
    return shape[0], shape[-2], shape[-1]


def sizing_of(law: Law, layers: Iterable[Shape], inputs: Iterable[Shape], largest: float) -> Sizing:
    """Scales for these tensors, with the largest map of a layer ``largest`` points high."""
    seen, fed = [extents(shape) for shape in layers], [extents(shape) for shape in inputs]
    known = [*seen, *fed]
    most = _most(_sides(seen)) or _most(_sides(fed)) or 1
    channels = _most(count for count, *sides in known if sides != [1, 1]) or 1
    units = _most(count for count, *sides in known if sides == [1, 1]) or 1
    bulk = max(BULK * largest, LEAST_BULK)
    return Sizing(
        Scale(law, most, largest, LEAST_MAP, MOST_OVER * largest),
        _capped(law, channels, bulk, LEAST_THICKNESS, MOST_CHANNELS),
        _capped(law, units, max(REACH * largest, LEAST_ROD), LEAST_ROD, MOST_UNITS),
    )


def _sides(known: Iterable[tuple[int, int, int]]) -> Iterable[int]:
    return (side for _, *sides in known for side in sides)


def _most(counts: Iterable[int]) -> int:
    return max(counts, default=0)


def _capped(law: Law, most: int, length: float, floor: float, limit: int) -> Scale:
    """A scale with its longest count, up to a limit, in full length; what is more is cut."""
    scale = Scale(law, min(most, limit), length, floor)
    return scale._replace(cap=length) if most > limit else scale
