"""Images without a meaning, as large as the net wants them: every class is a pattern of colours with noise on it."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from ..seeds import seed_of
from .source import Data, Field

TRAIN, TEST = 1024, 256
COARSE = 4
"""Patterns are drawn with so many patches a side."""
CONTRAST, NOISE = 48.0, 24.0
"""Standard deviations around the middle grey, of 255."""


def synthetic(classes: int) -> Data:
    """A data set with so many classes."""
    names = tuple(map(str, range(classes)))
    return Data(
        "synthetic", names, Patterns("train", TRAIN, classes), Patterns("test", TEST, classes), photographs=True
    )


class Patterns:
    """Images that are drawn when they are needed, always the same ones for the same number."""

    def __init__(self, part: str, count: int, classes: int) -> None:
        self.part = part
        self.targets = torch.arange(count) % classes

    def read(self, indices: Sequence[int], field: Field) -> Tensor:
        """See Source."""
        return torch.stack([self._image(index, field) for index in indices])

    def _image(self, index: int, field: Field) -> Tensor:
        size = (1, field.channels, COARSE, COARSE)
        patches = torch.randn(size, generator=_generator("class", int(self.targets[index])))
        pattern = functional.interpolate(patches, size=field[1:], mode="nearest")[0]
        noise = torch.randn(field, generator=_generator(self.part, index))
        return (127.5 + CONTRAST * pattern + NOISE * noise).clamp(0, 255)


def _generator(kind: str, number: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed_of(0, "synthetic", kind, number))
