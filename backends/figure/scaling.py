"""How a number of units or channels becomes a length: monotone, the same everywhere, never nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import log2, sqrt
from typing import NamedTuple

from .options import Law

LAWS: Mapping[Law, Callable[[float], float]] = {
    "auto": sqrt,
    "sqrt": sqrt,
    "linear": float,
    "log": lambda count: log2(1 + count),  # so that a single unit has a length, too
}

FORMULAS: Mapping[Law, str] = {"auto": "√size", "sqrt": "√size", "linear": "size", "log": "log(1 + size)"}
"""What a length is in proportion to, for the remark on the scale."""


class Length(NamedTuple):
    """A drawn length in points, and whether the cap cut it: then it gets a break mark."""

    points: float
    capped: bool = False


class Scale(NamedTuple):
    """A law with the count ``most`` drawn as ``length`` points; from ``floor`` on, up to ``cap``."""

    law: Law
    most: float
    length: float
    floor: float = 0.0
    cap: float = float("inf")

    def __call__(self, count: float) -> Length:
        """The length of a count of 1 or more; equal counts are equally long."""
        points = self.length * LAWS[self.law](count) / LAWS[self.law](self.most)
        return Length(min(max(points, self.floor), self.cap), points > self.cap)
