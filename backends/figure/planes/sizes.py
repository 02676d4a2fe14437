"""How large stacks and bars are: by one law for a whole figure, so that equal sizes draw equal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ....compiler import Transfer, elements, format_bytes, format_shape
from ..labels import SIGNS
from ..options import Law
from ..scaling import FORMULAS, Scale
from .bodies import SIZE, Bar, Body, Parcel, Sign, Stack
from .stages import Stage, map_of

PIXEL = SIZE / 16
"""Lengths of the figure of 1998 were measured in pixels of which its text is 16 high."""
UNIT = 5 * PIXEL
"""Per unit of a map."""
LARGEST = 160 * PIXEL
"""The side of its largest plane, the input."""
STEP = 11 * PIXEL
"""From a plane to the next, right and down."""
THICK = 25 * PIXEL
"""Of a bar, measured level."""
LONGEST = 137 * PIXEL
"""Height of its longest bar."""
SHORTEST = 112 * PIXEL
"""Height of its shortest: no vector is drawn smaller."""
MOST_PLANES = 16
"""Planes that the largest stack has, as in the figure of 1998; where that is too few, it is broken."""
SMALL = 0.6
"""Below that part of the sizes of 1998 a broken stack has half as many planes, so that they can be told apart."""
FEWEST_PLANES = 3
"""The least of a broken stack."""
MOST_UNITS = 4096
"""The largest vector that is drawn to scale; a bar for more is broken."""
THIN = 3 * PIXEL
"""The least side of a plane."""
LINEAR_RANGE = 8
"""Maps whose sides differ no more than so many times are drawn linearly, as those of LeNet-5 are."""


class Sizes(NamedTuple):
    """The lengths of one figure; ``shrink`` makes its shapes, not its text, smaller than those of 1998."""

    sides: Scale
    planes: Scale
    bars: Scale
    shrink: float

    def body(self, stage: Stage) -> Body:
        """What a stage is drawn as."""
        if stage.keyword in SIGNS:
            return Sign(SIGNS[stage.keyword])
        if isinstance(stage.main, Transfer):
            return Parcel((format_shape(stage.main.shape), format_bytes(stage.main.bytes_per_sample)))
        maps = map_of(stage.main)
        if maps is None:
            length = self.bars(elements(stage.main.shape))
            return Bar(self.shrink * length.points, self.shrink * THICK, length.capped)
        count, height, width = maps
        drawn = self.drawn(count)
        return Stack(self._side(width), self._side(height), drawn, self.shrink * STEP, drawn < count)

    def drawn(self, maps: int) -> int:
        """How many planes stand for so many maps."""
        return min(maps, round(self.planes(maps).points))

    def _side(self, units: int) -> float:
        return self.shrink * self.sides(units).points


def bodies_of(stages: Sequence[Stage], law: Law, shrink: float) -> list[Body]:
    """What all stages are drawn as."""
    sizes = sizes_of(stages, law, shrink)
    return [sizes.body(stage) for stage in stages]


def sizes_of(stages: Sequence[Stage], law: Law, shrink: float) -> Sizes:
    """The lengths for a net; of its own choice, maps of similar sizes are linear, all else goes by square root."""
    maps = [found for stage in stages if (found := map_of(stage.main))]
    sides = [side for _, *extent in maps for side in extent] or [1]
    counts = [count for count, *_ in maps] or [1]
    vectors = [elements(stage.main.shape) for stage in stages if map_of(stage.main) is None] or [1]
    most = max(counts)
    drawn = MOST_PLANES if shrink >= SMALL else MOST_PLANES // 2
    planes = Scale(law, most, drawn, FEWEST_PLANES, drawn)
    if most <= MOST_PLANES:
        planes = Scale("linear", 1, 1)
    units = min(max(vectors), MOST_UNITS)
    return Sizes(
        Scale(side_law(stages) if law == "auto" else law, max(sides), min(UNIT * max(sides), LARGEST), THIN),
        planes,
        Scale(law, units, LONGEST, SHORTEST, LONGEST),
        shrink,
    )


def note_of(stages: Sequence[Stage], law: Law) -> str:
    """What the lengths mean."""
    sides = side_law(stages) if law == "auto" else law
    return f"Sides of planes in proportion to {FORMULAS[sides]}, bars to {FORMULAS[law]}"


def side_law(stages: Sequence[Stage]) -> Law:
    """The law of 1998 where it is possible: linear, if the largest map is not too large for the smallest."""
    sides = [side for stage in stages if (found := map_of(stage.main)) for side in found[1:]] or [1]
    return "linear" if max(sides) <= LINEAR_RANGE * min(sides) else "sqrt"
