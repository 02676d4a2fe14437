"""From images to the net's input: size, values, and what a recipe changes in them at random.

A value of the input is ``(pixel - mean) * factor``, for pixels from 0 to 255. `standard`: mean 0 and variance 1 per
channel over the training set. `lenet1998`: -0.1 is background and 1.175 foreground (LeCun et al. 1998, section II.B).
`alexnet2012`: the mean image of the training set is subtracted (Krizhevsky et al. 2012, section 2).
"""

from __future__ import annotations

from math import isqrt
from typing import NamedTuple

import torch
from torch import Tensor

from ....compiler.diagnostics import Problem
from ....compiler.graph import Graph
from ....compiler.values import Shape, format_shape
from .data.source import Data, Field, Source
from .recipes import Recipe, Scaling

MOST = 2000
"""Images of the training set that means are taken over, spread evenly."""
AT_ONCE = 100
BACKGROUND, FOREGROUND = -0.1, 1.175
"""Input values of LeCun et al. 1998, section II.B, for pixels of 0 and 255."""
LARGER = 256 / 224
"""How much larger images are than the crops of them (Krizhevsky et al. 2012, section 4.1)."""
COLOUR_NOISE = 0.1
"""Standard deviation of the factors of section 4.1; they multiply standard deviations here, not variances."""


class Statistics(NamedTuple):
    """What was learned from the training images: all of the input's values but for chance."""

    mean: Tensor
    """[channels, 1, 1] or [channels, height, width] of the field."""
    factor: Tensor
    """[channels, 1, 1]."""
    colours: Tensor
    """Principal directions of the colours times their standard deviations: [3, 3]; empty where nothing is augmented."""


class Preparation:
    """How the images of a data set become the input of a net."""

    def __init__(self, shape: Shape, data: Data, recipe: Recipe, statistics: Statistics | None = None) -> None:
        """With the statistics of an earlier run, or those of the training set. Raises Problem E1002 and E1003."""
        self.shape = shape
        self.crop = field_of(shape)
        self.augments = recipe.augments and data.photographs
        self.field = _larger(self.crop) if self.augments else self.crop
        self.statistics = statistics or _statistics(data.train, self.field, recipe.scaling, self.augments)

    def training(self, source: Source, indices: list[int], chance: torch.Generator) -> Tensor:
        """A batch to train on, [batch, *input]."""
        images = source.read(indices, self.field)
        if not self.augments:
            return self._input(images)
        return self._input(images, chance)

    def testing(self, source: Source, indices: list[int]) -> Tensor:
        """A batch to test on: the centres of the images."""
        return self._input(source.read(indices, self.field))

    def _input(self, images: Tensor, chance: torch.Generator | None = None) -> Tensor:
        values = (images - self.statistics.mean) * self.statistics.factor
        if self.augments:
            values = self._centres(values) if chance is None else self._varied(values, chance)
        return values.reshape(len(images), *self.shape)

    def _centres(self, images: Tensor) -> Tensor:
        _, height, width = self.crop
        top, left = (self.field.height - height) // 2, (self.field.width - width) // 2
        return images[:, :, top : top + height, left : left + width]

    def _varied(self, images: Tensor, chance: torch.Generator) -> Tensor:
        """Random crops, every other mirrored, with a change of colour."""
        (_, height, width), count = self.crop, len(images)
        tops = torch.randint(self.field.height - height + 1, (count,), generator=chance).tolist()
        lefts = torch.randint(self.field.width - width + 1, (count,), generator=chance).tolist()
        mirrored = torch.rand(count, generator=chance) < 0.5
        crops = torch.stack([
            image[:, top : top + height, left : left + width]
            for image, top, left in zip(images, tops, lefts, strict=True)
        ])  # fmt: skip
        crops = torch.where(mirrored[:, None, None, None], crops.flip(3), crops)
        if not len(self.statistics.colours):
            return crops
        factors = COLOUR_NOISE * torch.randn(count, 3, generator=chance)
        change = factors @ self.statistics.colours * self.statistics.factor.view(1, 3)
        return crops + change[:, :, None, None]


def field_of(shape: Shape) -> Field:
    """The image that an input is: a vector is a square image in grey or colours, row by row.

    Raises Problem E1003 for an input that is no image.
    """
    if len(shape) == 3:
        return Field(*shape)
    for channels in (1, 3):
        side = isqrt(shape[0] // channels)
        if len(shape) == 1 and side * side * channels == shape[0]:
            return Field(channels, side, side)
    raise Problem(
        "E1003", f"an input of {format_shape(shape)} takes no images", expected="channels x height x width, or a square"
    )


def _larger(crop: Field) -> Field:
    return Field(crop.channels, round(crop.height * LARGER), round(crop.width * LARGER))


def _statistics(source: Source, field: Field, scaling: Scaling, augments: bool) -> Statistics:
    nothing = torch.empty(0, 3)
    if scaling == "lenet1998":
        factor = (FOREGROUND - BACKGROUND) / 255
        whole = (field.channels, 1, 1)
        return Statistics(torch.full(whole, -BACKGROUND / factor), torch.full(whole, factor), nothing)
    total, squares = torch.zeros(field, dtype=torch.float64), torch.zeros(field.channels, field.channels).double()
    indices = torch.linspace(0, len(source.targets) - 1, min(MOST, len(source.targets))).long().tolist()
    for start in range(0, len(indices), AT_ONCE):
        images = source.read(indices[start : start + AT_ONCE], field).double()
        total += images.sum(dim=0)
        pixels = images.transpose(0, 1).flatten(1)
        squares += pixels @ pixels.t()
    image = total / len(indices)
    mean = image.mean(dim=(1, 2))
    covariance = squares / (len(indices) * field.height * field.width) - mean[:, None] * mean
    if scaling == "alexnet2012":
        colours = _directions(covariance) if augments and field.channels == 3 else nothing
        return Statistics(image.float(), torch.ones(field.channels, 1, 1), colours)
    deviation = covariance.diagonal().clamp(min=1).sqrt()  # of images that are all alike, too
    return Statistics(mean.float()[:, None, None], (1 / deviation).float()[:, None, None], nothing)


def _directions(covariance: Tensor) -> Tensor:
    """Rows: principal directions, each times its standard deviation."""
    variances, directions = torch.linalg.eigh(covariance)
    rows: Tensor = (directions * variances.clamp(min=0).sqrt()).t()
    return rows.float()


def single_input(graph: Graph) -> Shape:
    """The shape of the only input; raises Problem E1003 for a net with several."""
    if len(graph.inputs) != 1:
        found = ", ".join(entry.name for entry in graph.inputs)
        raise Problem("E1003", f"`{graph.net}` has several inputs, and a data set one", expected="1 input", found=found)
    return graph.inputs[0].shape
