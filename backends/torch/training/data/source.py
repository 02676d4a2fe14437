"""What every data set gives: images by number, as large as is asked for, and their classes."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import NamedTuple, Protocol

import torch
from torch import Tensor
from torch.nn import functional

from .....compiler.diagnostics import Problem

FOREGROUND = 7 / 8
"""The part of the input that a drawing takes; the rest is background. LeCun et al. 1998, section II.B: 28 of 32."""
LUMA = (0.299, 0.587, 0.114)
"""Grey of red, green and blue (ITU-R recommendation BT.601)."""


class Field(NamedTuple):
    """The size of images, as a net or a random crop wants them."""

    channels: int
    height: int
    width: int


class Source(Protocol):
    """One part of a data set."""

    @property
    def targets(self) -> Tensor:
        """The class of every image: int64, [images]."""

    def read(self, indices: Sequence[int], field: Field) -> Tensor:
        """Images as float32 from 0 to 255: [indices, channels, height, width] of the field.

        Raises Problem E1002 for a file that cannot be read.
        """


class Data(NamedTuple):
    """A data set: what to train on, what to test on."""

    name: str
    classes: tuple[str, ...]
    """The names of the classes; their number in `targets` is their place here."""
    train: Source
    test: Source
    photographs: bool
    """Whether images fill the input and may be mirrored; else they are drawings on a background."""


class Arrays:
    """Images that are in memory, all of one size: uint8, [images, channels, height, width]."""

    def __init__(self, images: Tensor, targets: Tensor, photographs: bool) -> None:
        self.images = images
        self.targets = targets
        self.photographs = photographs

    def read(self, indices: Sequence[int], field: Field) -> Tensor:
        """See Source. Raises Problem E1003 for channels that the images cannot be given."""
        images = in_channels(self.images[torch.as_tensor(indices)].float(), field.channels)
        return (filling if self.photographs else on_background)(images, field)


class Chosen:
    """Some images of a source."""

    def __init__(self, source: Source, indices: Tensor) -> None:
        self.source = source
        self.indices = indices
        self.targets = source.targets[indices]

    def read(self, indices: Sequence[int], field: Field) -> Tensor:
        """See Source."""
        return self.source.read(self.indices[torch.as_tensor(indices)].tolist(), field)


def limited(source: Source, limit: int | None, generator: torch.Generator) -> Source:
    """A source with so many images at most, drawn at random, in their order."""
    count = len(source.targets)
    if limit is None or limit >= count:
        return source
    return Chosen(source, torch.randperm(count, generator=generator)[:limit].sort().values)


def in_channels(images: Tensor, channels: int) -> Tensor:
    """Grey as equal channels, colours as grey; raises Problem E1003 for other channels."""
    if images.shape[1] == channels:
        return images
    if images.shape[1] == 1:
        return images.expand(-1, channels, -1, -1)
    if images.shape[1] == 3 and channels == 1:
        return (images * torch.tensor(LUMA).view(1, 3, 1, 1)).sum(dim=1, keepdim=True)
    raise Problem(
        "E1003", f"the net wants {channels} channels, and the images have {images.shape[1]}", expected="1 or 3 channels"
    )


def filling(images: Tensor, field: Field) -> Tensor:
    """Photographs: resized until they cover the field, and the centre of that."""
    height, width = images.shape[2:]
    if (height, width) == field[1:]:
        return images
    scale = max(field.height / height, field.width / width)
    covering = max(field.height, ceil(height * scale - 1e-6)), max(field.width, ceil(width * scale - 1e-6))
    resized = functional.interpolate(images, size=covering, mode="bilinear", antialias=True)
    top, left = (covering[0] - field.height) // 2, (covering[1] - field.width) // 2
    return resized[:, :, top : top + field.height, left : left + field.width]


def on_background(images: Tensor, field: Field) -> Tensor:
    """Drawings: as large as the field, or resized to seven eighths of it and put in the middle of a background of 0."""
    height, width = images.shape[2:]
    if (height, width) == field[1:]:
        return images
    scale = FOREGROUND * min(field.height / height, field.width / width)
    inner = max(1, round(height * scale)), max(1, round(width * scale))
    if inner != (height, width):
        images = functional.interpolate(images, size=inner, mode="bilinear", antialias=scale < 1)
    top, left = (field.height - inner[0]) // 2, (field.width - inner[1]) // 2
    margins = (left, field.width - inner[1] - left, top, field.height - inner[0] - top)
    return functional.pad(images, margins)
