"""Ops that move values about without computing."""

from __future__ import annotations

from fractions import Fraction as Ratio
from math import prod
from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from ..diagnostics import Problem
from ..op import Count, Ends, Extent, Index, Kind, Margins, Op, Positive, Real, needs_groups, needs_map, scaled_count
from ..saved import Storage
from ..values import Bytes, Shape, format_shape


def _vector(value: object) -> object:
    """``84`` means the vector of 84 features."""
    if isinstance(value, int) and not isinstance(value, (bool, Bytes)):
        return (value,)
    return value


ShapeValue = Annotated[
    tuple[Positive, ...],
    BeforeValidator(_vector),
    Field(min_length=1),
    Kind("a size such as 256x6x6, or a whole number for a vector"),
]


class _Reshape(Op):
    role = "reshape"


class Split(_Reshape):
    """One of the equal parts that the channels are cut into.

    Without ``part`` a statement makes them all, a layer each.
    """

    keyword = "split"
    torch = "torch.chunk"
    torch_names = {"parts": "chunks"}
    shape_rule = "output = (channels / parts) x height x width"

    parts: Count = Field(description="number of parts; divides the channels")
    part: Index | None = Field(None, description="which part it is, counted from 0")

    @model_validator(mode="after")
    def _part_is_there(self) -> Split:
        if self.part is not None and self.part >= self.parts:
            raise Problem(
                "E307", f"`split` into {self.parts} has no part {self.part}",
                expected=f"0 to {self.parts - 1}, as parts are counted from 0", found=str(self.part), argument="part",
            )  # fmt: skip
        return self

    def output(self, *inputs: Shape) -> Shape:
        channels, *rest = inputs[0]
        needs_groups(channels, self.parts, "parts")
        return (channels // self.parts, *rest)

    def storage(self, *inputs: Shape) -> Storage:
        return "part" if self.parts > 1 else "same"

    def torch_arguments(self, *inputs: Shape) -> dict[str, object]:
        return super().torch_arguments(*inputs) | {"dim": 1}


class Flatten(_Reshape):
    """All values as one vector: channel by channel, and row by row within a channel."""

    keyword = "flatten"
    torch = "torch.nn.Flatten"
    shape_rule = "output = channels * height * width"

    def output(self, *inputs: Shape) -> Shape:
        return (prod(inputs[0]),)

    def storage(self, *inputs: Shape) -> Storage:
        return "same"


class Reshape(_Reshape):
    """The same values, in the same order, under another shape."""

    keyword = "reshape"
    torch = "torch.reshape"
    shape_rule = "output = shape, which has as many values as the input"

    shape: ShapeValue = Field(description="the new shape, without the batch")

    def output(self, *inputs: Shape) -> Shape:
        values, wanted = prod(inputs[0]), prod(self.shape)
        if values != wanted:
            raise Problem(
                "E407", f"{values} values do not make {format_shape(self.shape)}",
                expected=f"a shape of {values} values", found=f"{wanted} values",
                hint=self._fitting(values), argument="shape",
            )  # fmt: skip
        return self.shape

    def storage(self, *inputs: Shape) -> Storage:
        return "same"

    def fixed(self) -> str | None:
        return f"it says the shape {format_shape(self.shape)}"

    def torch_arguments(self, *inputs: Shape) -> dict[str, object]:
        return {"shape": (-1, *self.shape)}

    def _fitting(self, values: int) -> str | None:
        """The same shape with other channels, if one has the right number of values."""
        position = prod(self.shape[1:])
        if values % position:
            return None
        return f"{format_shape((values // position, *self.shape[1:]))} has {values} values"


class ChannelShuffle(_Reshape):
    """The channels of several groups in turn: the first of every group, the second of every group, and so on.

    Source: Zhang et al. 2018, ShuffleNet, section 3.1.
    """

    keyword = "channel_shuffle"
    torch = "torch.nn.ChannelShuffle"
    torch_names = {"groups": "groups"}

    groups: Count = Field(description="number of groups that the channels are divided into")

    def output(self, *inputs: Shape) -> Shape:
        needs_map(inputs[0])
        needs_groups(inputs[0][0], self.groups, "groups")
        return inputs[0]


class Crop(_Reshape):
    """The centre of a feature map, of a given size or of the size of a second input.

    Where the margins cannot be equal, bottom and right lose one more. It is a
    padding by negative margins, which PyTorch crops. Of the second input only
    the height and width are read, as in `crop(encoder, decoder)`.
    """

    keyword = "crop"
    torch = "torch.nn.functional.pad"
    inputs = (1, 2)
    shape_rule = "output = channels x size, or channels x height x width of the second input"

    size: Extent | None = Field(None, description="height and width that remain; none where a second input tells them")

    def output(self, *inputs: Shape) -> Shape:
        for shape in inputs:
            needs_map(shape)
        channels, *size = inputs[0]
        wanted = self._wanted(inputs)
        if wanted[0] > size[0] or wanted[1] > size[1]:
            fits = format_shape((min(wanted[0], size[0]), min(wanted[1], size[1])))
            raise Problem(
                "E407", f"a crop of {format_shape(wanted)} is larger than its input",
                expected=f"at most {format_shape(tuple(size))}", found=format_shape(wanted),
                hint=f"crop({fits}) is the largest; `pad` makes a map larger", argument="size",
            )  # fmt: skip
        return (channels, *wanted)

    def storage(self, *inputs: Shape) -> Storage:
        """To cut to the size of a second input makes no copy; the other way is a padding by negative margins."""
        return "part" if len(inputs) == 2 else "own"

    def margins(self, *inputs: Shape) -> tuple[int, int, int, int]:
        """Rows and columns that are cut off: top, bottom, left, right."""
        wanted = self._wanted(inputs)
        height, width = inputs[0][1] - wanted[0], inputs[0][2] - wanted[1]
        return (height // 2, height - height // 2, width // 2, width - width // 2)

    def _wanted(self, inputs: tuple[Shape, ...]) -> tuple[int, int]:
        """The size that remains; it is told once."""
        if self.size is not None and len(inputs) == 1:
            return self.size
        if self.size is None and len(inputs) == 2:
            return inputs[1][1], inputs[1][2]
        if self.size is None:
            raise Problem(
                "E303", "`crop` needs a size", expected="`size`, or a second input that has it",
                hint="crop(12x12), or crop(large, small) for two layers",
            )  # fmt: skip
        raise Problem(
            "E305", "the size of `crop` is given twice", expected="`size` or a second input, not both", argument="size"
        )

    def torch_arguments(self, *inputs: Shape) -> dict[str, object]:
        top, bottom, left, right = self.margins(*inputs)
        return {"pad": (-left, -right, -top, -bottom)}


class Pad(_Reshape):
    """A margin around a feature map, before and after its channels too, filled with one value.

    Channels of zeros make the shortcut without weights of He et al. 2015,
    section 3.3, option A.
    """

    keyword = "pad"
    torch = "torch.nn.functional.pad"
    shape_rule = "size = size + margins, per axis, channels too"

    margins: Margins = Field(description="rows and columns that are added: top, bottom, left, right")
    channels: Ends = Field((0, 0), description="channels that are added: before the first and after the last")
    value: Real = Field(0.0, description="what the margin is filled with")

    def output(self, *inputs: Shape) -> Shape:
        needs_map(inputs[0])
        channels, height, width = inputs[0]
        top, bottom, left, right = self.margins
        return (channels + sum(self.channels), height + top + bottom, width + left + right)

    def scaled(self, factor: Ratio, was: int, now: int) -> Op:
        before, after = (scaled_count(count, factor) for count in self.channels)
        return self.model_copy(update={"channels": (before, after)})

    def torch_arguments(self, *inputs: Shape) -> dict[str, object]:
        top, bottom, left, right = self.margins
        value: dict[str, object] = {"value": self.value} if self.value else {}
        ends = self.channels if any(self.channels) else ()
        return {"pad": (left, right, top, bottom, *ends), **value}
