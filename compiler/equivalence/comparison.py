"""How far the outputs of two nets are apart; who runs them says so."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

TOLERANCE = 1e-9
"""The largest difference, relative to the largest value of an output, that rounding explains in 64-bit floating point.

Its step is 2.2e-16 (IEEE 754 double); sums of thousands of terms in another order, through hundreds of layers, are
some thousands of steps apart.
"""


@dataclass(frozen=True)
class Comparison:
    """Two nets that were run with the same weights on the same input, in 64-bit floating point."""

    absolute: float
    """The largest difference of two values."""
    relative: float
    """The largest difference, relative to the largest value of its output."""
    batch: int
    seed: int

    @property
    def same(self) -> bool:
        """Whether rounding explains the difference; never where a value is not finite."""
        return isfinite(self.relative) and self.relative <= TOLERANCE

    def __str__(self) -> str:
        run = f"64-bit, batch of {self.batch}, seed {self.seed}"
        return f"largest difference {self.absolute:.1e}, relative to the output {self.relative:.1e} ({run})"
