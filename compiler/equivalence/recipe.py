"""How a tensor of one net is made of those of another: small trees, which a converter writes as code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class Tensor:
    """A tensor of the source, by its name in the state_dict."""

    name: str


@dataclass(frozen=True)
class Rows:
    """A part of a tensor along an axis: from ``start`` to before ``stop``."""

    of: Recipe
    start: int
    stop: int
    axis: int = 0


@dataclass(frozen=True)
class Joined:
    """Tensors one after another along an axis."""

    parts: tuple[Recipe, ...]
    axis: int = 0


@dataclass(frozen=True)
class Shaped:
    """The same values under another shape."""

    of: Recipe
    shape: tuple[int, ...]


@dataclass(frozen=True)
class Zeros:
    """What a constant is where the source adds none; ``like`` is a tensor of the source of that type."""

    count: int
    like: str


@dataclass(frozen=True)
class Minus:
    """The difference of two tensors."""

    one: Recipe
    other: Recipe


@dataclass(frozen=True)
class Scale:
    """A layer of the source that multiplies every channel by a factor, and adds a shift: its channels that count.

    ``eps`` is that of a batch normalization; None for a layer without statistics and without a shift.
    """

    layer: str
    eps: float | None
    start: int
    stop: int | None
    """None where all channels count."""


@dataclass(frozen=True)
class Folded:
    """A weight, or a bias, with layers that scale taken in, one after the other."""

    of: Recipe
    scales: tuple[Scale, ...]
    is_bias: bool
    axis: int = 0
    """The axis of the output channels."""
    rank: int = 1


Recipe: TypeAlias = Tensor | Rows | Joined | Shaped | Zeros | Minus | Folded


def joined(parts: list[Recipe], axis: int = 0) -> Recipe:
    """One after another; a single one as it is."""
    return parts[0] if len(parts) == 1 else Joined(tuple(parts), axis)
