"""Convolutions."""

from __future__ import annotations

from fractions import Fraction as Ratio
from math import gcd, prod
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from ..diagnostics import Problem
from ..op import (
    Count,
    Extent,
    Flag,
    Kind,
    Margins,
    Op,
    format_pair,
    nearest_divisor,
    needs_map,
    plain,
    scaled_count,
)
from ..saved import Saved, Tensor
from ..values import Shape, format_shape


def _rows(value: object) -> object:
    """A table's text as its rows."""
    if isinstance(value, str):
        value = [line.strip() for line in value.strip().splitlines() if line.strip()]
        if not value or any(set(row) - set("X.") for row in value):
            raise ValueError("a row may hold X (connected) and . (not) only")
        if len({len(row) for row in value}) > 1:
            raise ValueError("its rows have different lengths")
    return value


ConnectionTable = Annotated[
    tuple[str, ...],
    BeforeValidator(_rows),
    Kind("a text of rows, one per input channel, with X or . per output channel"),
]


class Conv(Op):
    """Convolution: every output channel is a learned kernel slid over the input channels that it reads.

    Source of ``connect``: LeCun et al. 1998, table I. Source of ``round = up``:
    cuda-convnet's ``layer.py``, output = 1 + ceil((2 * pad + size - kernel) / stride).
    """

    keyword = "conv"
    role = "convolution"
    torch = "torch.nn.Conv2d"
    torch_names = {
        "stride": "stride", "dilation": "dilation", "groups": "groups", "bias": "bias",
    }  # fmt: skip
    width = "channels"
    shape_rule = "size = round((size + padding - dilation * (kernel - 1) - 1) / stride) + 1, per axis"
    cost_rule = (
        "weights = channels * (input channels / groups) * kernel, and channels biases; "
        "MACs = weights without biases * output height * output width"
    )

    channels: Count = Field(description="number of output channels (feature maps)")
    kernel: Extent = Field(description="height and width of the kernel")
    stride: Extent = Field((1, 1), description="step of the kernel")
    pad: Margins | Literal["same"] = Field(
        (0, 0, 0, 0), description="zeros around the input; `same` gives size / stride, rounded up"
    )
    dilation: Extent = Field((1, 1), description="distance between the kernel's taps")
    groups: Count = Field(1, description="number of groups that channels are divided into; each reads its own")
    bias: Flag = Field(True, description="whether every output channel adds a learned constant")
    round: Literal["down", "up"] = Field(
        "down", description="`up` pads the bottom and right edge with zeros so that a last partial window counts"
    )
    connect: ConnectionTable | None = Field(
        None, description="which input channel (row) feeds which output channel (column)"
    )

    @model_validator(mode="after")
    def _one_kind_of_sparsity(self) -> Conv:
        if self.connect is not None and self.groups != 1:
            raise Problem(
                "E306", "`connect` and `groups` of `conv` cannot be combined", argument="groups",
                hint="leave `groups` out: the table already says which channel reads which",
            )  # fmt: skip
        return self

    def output(self, *inputs: Shape) -> Shape:
        shape = inputs[0]
        needs_map(shape)
        needs_groups_on_both_sides(shape[0], self.channels, self.groups)
        self._check_table(shape)
        padded = self._padded(shape)
        span = self._span()
        if padded[0] < span[0] or padded[1] < span[1]:
            raise self._too_large(shape, padded)
        return (self.channels, *(self._steps(padded[i] - span[i], self.stride[i]) + 1 for i in (0, 1)))

    def fixed(self) -> str | None:
        return "its table says which channel reads which" if self.connect is not None else None

    def scaled(self, factor: Ratio, was: int, now: int) -> Op:
        channels = scaled_count(self.channels, factor)
        groups = scaled_groups(self.groups, (was, now), (self.channels, channels))
        return self.model_copy(update={"channels": channels, "groups": groups})

    def padding(self, shape: Shape) -> tuple[int, int, int, int]:
        """Zeros at the top, bottom, left and right, with those that `same` and `round = up` add."""
        if self.pad == "same":
            return (*self._same(shape[1], 0), *self._same(shape[2], 1))
        if self.round == "down":
            return self.pad
        top, bottom, left, right = self.pad
        return (top, bottom + self._overhang(shape, 0), left, right + self._overhang(shape, 1))

    def weights(self, *inputs: Shape) -> dict[str, Shape]:
        kernels = (self.channels, inputs[0][0] // self.groups)
        weight = kernels if self.connect is None else (sum(row.count("X") for row in self.connect),)
        shapes: dict[str, Shape] = {"weight": (*weight, *self.kernel)}
        return shapes | ({"bias": (self.channels,)} if self.bias else {})

    def fan_in(self, *inputs: Shape) -> tuple[int, ...]:
        taps = self.kernel[0] * self.kernel[1]
        if self.connect is None:
            return (inputs[0][0] // self.groups * taps,)
        return tuple(sum(row[j] == "X" for row in self.connect) * taps for j in range(self.channels))

    def connections(self, *inputs: Shape) -> int:
        _, height, width = self.output(*inputs)
        return self.parameters(*inputs) * height * width

    def macs(self, *inputs: Shape) -> int:
        _, height, width = self.output(*inputs)
        return prod(self.weights(*inputs)["weight"]) * height * width

    def saved(self, *inputs: Shape) -> Saved:
        """The input, padded if PyTorch's own padding cannot do it, and the dense kernels of a table."""
        margins = self.explicit_padding(inputs[0])
        kernels = (self.channels, inputs[0][0], *self.kernel)
        dense = () if self.connect is None else (Tensor(kernels, per_sample=False),)
        if margins is None:
            return Saved(inputs=(0,), made=dense)
        channels, height, width = inputs[0]
        padded = (channels, height + margins[0] + margins[1], width + margins[2] + margins[3])
        return Saved(made=(Tensor(padded), *dense))

    def torch_arguments(self, *inputs: Shape) -> dict[str, object]:
        shape = inputs[0]
        top, bottom, left, right = self.padding(shape)
        symmetric = top == bottom and left == right
        padding = {"padding": plain((top, left))} if symmetric and (top or left) else {}
        own = {"in_channels": shape[0], "out_channels": self.channels, "kernel_size": plain(self.kernel)}
        return own | padding | super().torch_arguments(*inputs)

    def explicit_padding(self, shape: Shape) -> tuple[int, int, int, int] | None:
        """Margins that PyTorch's own argument cannot say, so that they are padded before; else None."""
        top, bottom, left, right = self.padding(shape)
        return None if top == bottom and left == right else (top, bottom, left, right)

    def _span(self) -> tuple[int, int]:
        """Height and width that the dilated kernel covers."""
        return (
            self.dilation[0] * (self.kernel[0] - 1) + 1,
            self.dilation[1] * (self.kernel[1] - 1) + 1,
        )

    def _steps(self, room: int, stride: int) -> int:
        return -(-room // stride) if self.round == "up" else room // stride

    def _same(self, size: int, axis: int) -> tuple[int, int]:
        stride = self.stride[axis]
        total = max((-(-size // stride) - 1) * stride + self._span()[axis] - size, 0)
        return total // 2, total - total // 2

    def _overhang(self, shape: Shape, axis: int) -> int:
        """Rows or columns that the last window reaches beyond the padded input."""
        assert self.pad != "same"
        room = shape[axis + 1] + self.pad[2 * axis] + self.pad[2 * axis + 1] - self._span()[axis]
        return -room % self.stride[axis]

    def _padded(self, shape: Shape) -> tuple[int, int]:
        top, bottom, left, right = self.padding(shape) if self.pad == "same" else self.pad
        return shape[1] + top + bottom, shape[2] + left + right

    def _check_table(self, shape: Shape) -> None:
        if self.connect is None:
            return
        rows, columns = len(self.connect), len(self.connect[0])
        if (rows, columns) != (shape[0], self.channels):
            raise Problem(
                "E403", "the connection table does not fit the channels",
                expected=f"{shape[0]} rows (input channels) and {self.channels} columns (output channels)",
                found=f"{rows} rows and {columns} columns", argument="connect",
            )  # fmt: skip
        self._check_unconnected()

    def _check_unconnected(self) -> None:
        assert self.connect is not None
        for j in range(self.channels):
            if all(row[j] == "." for row in self.connect):
                message = f"column {j + 1} of the connection table is empty: that output channel reads nothing"
                raise Problem("E403", message, argument="connect")
        for i, row in enumerate(self.connect):
            if "X" not in row:
                message = f"row {i + 1} of the connection table is empty: nothing reads that input channel"
                raise Problem("E403", message, argument="connect")

    def _too_large(self, shape: Shape, padded: tuple[int, int]) -> Problem:
        span = self._span()
        size = format_shape(span)
        what = f"kernel {format_shape(self.kernel)}"
        if span != self.kernel:
            what += f", dilated to {size},"
        least = max(-(-(span[i] - shape[i + 1]) // 2) for i in (0, 1))
        keeps = span[0] % 2 == 1 and span[1] % 2 == 1
        hint = f"pad = {least} is the least that fits"
        if keeps and self.stride == (1, 1):
            pad = format_pair(((span[0] - 1) // 2, (span[1] - 1) // 2))
            hint = f"pad = {pad} keeps {format_shape(shape[1:])}"
        return Problem(
            "E401", f"{what} is larger than the padded input {format_shape(padded)}",
            expected=f"a padded input of at least {size}",
            found=f"{format_shape(shape)}, padded to {format_shape(padded)}", hint=hint, argument="kernel",
        )  # fmt: skip


def scaled_groups(groups: int, read: tuple[int, int], made: tuple[int, int]) -> int:
    """The groups of a convolution whose channels are scaled: a group per channel stays one.

    ``read`` and ``made`` are the input and output channels before and after.
    """
    following = (after for before, after in (read, made) if groups == before)
    return next(following, groups) if groups > 1 else groups


def needs_groups_on_both_sides(inputs: int, outputs: int, groups: int) -> None:
    """Raises Problem unless the channels on both sides of a convolution divide into its groups."""
    for count, what, argument in ((inputs, "input", "groups"), (outputs, "output", "channels")):
        if count % groups:
            fits = nearest_divisor(gcd(inputs, outputs), groups)
            raise Problem(
                "E402", f"{count} {what} channels do not divide into {groups} groups",
                expected=f"a multiple of {groups} {what} channels", found=str(count),
                hint=f"groups = {fits} divides both", argument=argument,
            )  # fmt: skip
