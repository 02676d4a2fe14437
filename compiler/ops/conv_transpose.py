"""Transposed convolution."""

from __future__ import annotations

from fractions import Fraction as Ratio
from math import gcd, prod

from pydantic import Field, model_validator

from ..diagnostics import Problem
from ..op import Border, Count, Extent, Flag, Op, needs_map, plain, scaled_count
from ..saved import INPUT, Saved
from ..values import Shape, format_shape
from .conv import needs_groups_on_both_sides, scaled_groups


class ConvTranspose(Op):
    """Transposed convolution: every input value adds its multiple of a learned kernel to the output, which grows.

    It is the gradient of a convolution with the same arguments
    (Zeiler et al. 2010, Deconvolutional Networks).
    """

    keyword = "conv_transpose"
    role = "convolution"
    torch = "torch.nn.ConvTranspose2d"
    torch_names = {
        "stride": "stride", "pad": "padding", "output_pad": "output_padding",
        "dilation": "dilation", "groups": "groups", "bias": "bias",
    }  # fmt: skip
    width = "channels"
    shape_rule = "size = (size - 1) * stride - 2 * pad + dilation * (kernel - 1) + output_pad + 1, per axis"
    cost_rule = (
        "weights = input channels * (channels / groups) * kernel, and channels biases; "
        "MACs = weights without biases * input height * input width"
    )

    channels: Count = Field(description="number of output channels (feature maps)")
    kernel: Extent = Field(description="height and width of the kernel")
    stride: Extent = Field((1, 1), description="distance in the output between neighbours of the input")
    pad: Border = Field((0, 0), description="rows and columns that are cut off the output, at both of its edges")
    output_pad: Border = Field((0, 0), description="rows and columns that the output has more, bottom and right")
    dilation: Extent = Field((1, 1), description="distance between the kernel's taps")
    groups: Count = Field(1, description="number of groups that channels are divided into; each reads its own")
    bias: Flag = Field(True, description="whether every output channel adds a learned constant")

    @model_validator(mode="after")
    def _output_pad_is_small(self) -> ConvTranspose:
        for pad, stride, dilation in zip(self.output_pad, self.stride, self.dilation, strict=True):
            if pad >= max(stride, dilation):
                raise Problem(
                    "E306", "`output_pad` of `conv_transpose` must be below its stride or its dilation",
                    expected=f"at most {max(stride, dilation) - 1}", found=str(pad), argument="output_pad",
                    hint="it only chooses among the sizes that a convolution with this stride makes equal",
                )  # fmt: skip
        return self

    def output(self, *inputs: Shape) -> Shape:
        shape = inputs[0]
        needs_map(shape)
        needs_groups_on_both_sides(shape[0], self.channels, self.groups)
        height, width = (self._length(shape[axis + 1], axis) for axis in (0, 1))
        if height < 1 or width < 1:
            raise Problem(
                "E407", f"`pad` of `conv_transpose` cuts off the whole output {self._uncut(shape)}",
                expected="an output of at least 1x1", found=f"pad = {format_shape(self.pad)}", argument="pad",
            )  # fmt: skip
        return (self.channels, height, width)

    def scaled(self, factor: Ratio, was: int, now: int) -> Op:
        channels = scaled_count(self.channels, factor)
        groups = scaled_groups(self.groups, (was, now), (self.channels, channels))
        return self.model_copy(update={"channels": channels, "groups": groups})

    def weights(self, *inputs: Shape) -> dict[str, Shape]:
        shapes: dict[str, Shape] = {"weight": (inputs[0][0], self.channels // self.groups, *self.kernel)}
        return shapes | ({"bias": (self.channels,)} if self.bias else {})

    def fan_in(self, *inputs: Shape) -> tuple[int, ...]:
        """Input channels of a group times the most taps that meet in one output value."""
        return (inputs[0][0] // self.groups * self._meeting_taps(0) * self._meeting_taps(1),)

    def connections(self, *inputs: Shape) -> int:
        """One per multiply-add, and 1 for the bias of every output value."""
        biases = prod(self.output(*inputs)) if self.bias else 0
        return self.macs(*inputs) + biases

    def macs(self, *inputs: Shape) -> int:
        return prod(self.weights(*inputs)["weight"]) * inputs[0][1] * inputs[0][2]

    def saved(self, *inputs: Shape) -> Saved:
        return INPUT

    def torch_arguments(self, *inputs: Shape) -> dict[str, object]:
        own = {"in_channels": inputs[0][0], "out_channels": self.channels, "kernel_size": plain(self.kernel)}
        return own | super().torch_arguments(*inputs)

    def _length(self, size: int, axis: int) -> int:
        span = self.dilation[axis] * (self.kernel[axis] - 1) + 1
        return (size - 1) * self.stride[axis] + span + self.output_pad[axis] - 2 * self.pad[axis]

    def _uncut(self, shape: Shape) -> str:
        """The size that the output would have without ``pad``."""
        return format_shape(tuple(self._length(shape[axis + 1], axis) + 2 * self.pad[axis] for axis in (0, 1)))

    def _meeting_taps(self, axis: int) -> int:
        """Taps that add to one output value: those a whole number of strides apart."""
        apart = self.stride[axis] // gcd(self.stride[axis], self.dilation[axis])
        return -(-self.kernel[axis] // apart)
