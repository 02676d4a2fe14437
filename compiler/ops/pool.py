"""Pooling: windows of a feature map become one value each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from pydantic import Field, model_validator

from ..diagnostics import Problem
from ..op import Border, Extent, Flag, Op, needs_map, plain
from ..saved import INPUT, NOTHING, Saved, Tensor, indices
from ..values import Shape, format_shape

_DROPPED = "with `round = up` a last window that would start in the padding is dropped"


class _Axis(NamedTuple):
    """A window sliding along one axis."""

    kernel: int
    stride: int
    pad: int
    dilation: int

    @property
    def span(self) -> int:
        """Length that the dilated window covers."""
        return self.dilation * (self.kernel - 1) + 1

    def positions(self, size: int, up: bool) -> int:
        """Number of windows; below 1 when none fits."""
        room = size + 2 * self.pad - self.span
        if not up:
            return room // self.stride + 1
        count = -(-room // self.stride) + 1
        starts_in_padding = (count - 1) * self.stride >= size + self.pad
        return count - 1 if starts_in_padding else count

    def largest_kernel(self, size: int) -> int:
        return (size + 2 * self.pad - 1) // self.dilation + 1


def _slide(keyword: str, shape: Shape, axes: Sequence[_Axis], up: bool = False) -> Shape:
    """Shape of what the windows make; raises Problem when none fits."""
    needs_map(shape)
    height, width = axes
    size = (height.positions(shape[1], up), width.positions(shape[2], up))
    if min(size) < 1:
        fits = (min(axis.kernel, axis.largest_kernel(n)) for axis, n in zip(axes, shape[1:], strict=True))
        padded = format_shape((shape[1] + 2 * height.pad, shape[2] + 2 * width.pad))
        raise Problem(
            "E401", f"kernel {height.kernel}x{width.kernel} of `{keyword}` is larger than the padded input {padded}",
            expected=f"a padded input of at least {height.span}x{width.span}",
            found=f"{format_shape(shape)}, padded to {padded}",
            hint=f"{format_shape(tuple(fits))} is the largest kernel that fits", argument="kernel",
        )  # fmt: skip
    return (shape[0], *size)


class _Window(Op):
    """What maximum and average pooling have in common."""

    role = "pooling"
    kernel: Extent = Field(description="height and width of the window")
    stride: Extent | None = Field(None, description="step of the window; none is the kernel's size")
    pad: Border = Field((0, 0), description="margin on both sides of the input, at most half of the kernel")

    @model_validator(mode="after")
    def _pad_is_small(self) -> _Window:
        for pad, kernel in zip(self.pad, self.kernel, strict=True):
            if pad > kernel // 2:
                raise Problem(
                    "E306", f"`pad` of `{self.keyword}` is more than half of its kernel",
                    expected=f"at most {kernel // 2}", found=str(pad), argument="pad",
                    hint=f"pad = {kernel // 2} is the most that a window of {kernel} allows",
                )  # fmt: skip
        return self

    def torch_arguments(self, *inputs: Shape) -> dict[str, object]:
        return {"kernel_size": plain(self.kernel), **super().torch_arguments(*inputs)}

    def _slide(self, shape: Shape, up: bool, dilation: tuple[int, int] = (1, 1)) -> Shape:
        steps = self.stride or self.kernel
        axes = [_Axis(*numbers) for numbers in zip(self.kernel, steps, self.pad, dilation, strict=True)]
        return _slide(self.keyword, shape, axes, up)


class MaxPool(_Window):
    """Maximum pooling: the largest value of every window.

    The margin never wins: it counts as minus infinity. The rule for
    ``round = up`` is PyTorch's ``ceil_mode``.
    """

    keyword = "maxpool"
    torch = "torch.nn.MaxPool2d"
    torch_names = {"stride": "stride", "pad": "padding", "dilation": "dilation"}
    shape_rule = "size = round((size + 2 * pad - dilation * (kernel - 1) - 1) / stride) + 1, per axis; " + _DROPPED

    dilation: Extent = Field((1, 1), description="distance between the values of a window")
    round: Literal["down", "up"] = Field("down", description="`up` lets a last window reach beyond the edge")

    def output(self, *inputs: Shape) -> Shape:
        return self._slide(inputs[0], self.round == "up", self.dilation)

    def saved(self, *inputs: Shape) -> Saved:
        return Saved(inputs=(0,), made=(indices(self.output(*inputs)),))

    def torch_arguments(self, *inputs: Shape) -> dict[str, object]:
        return super().torch_arguments(*inputs) | _ceil_mode(self.round)


class AvgPool(_Window):
    """Average pooling: the mean of every window.

    A part of a window beyond the margin, which ``round = up`` allows, is
    never counted. The rule is PyTorch's ``ceil_mode``.
    """

    keyword = "avgpool"
    torch = "torch.nn.AvgPool2d"
    torch_names = {
        "stride": "stride", "pad": "padding", "count_include_pad": "count_include_pad",
    }  # fmt: skip
    shape_rule = "size = round((size + 2 * pad - kernel) / stride) + 1, per axis; " + _DROPPED

    round: Literal["down", "up"] = Field("down", description="`up` lets a last window reach beyond the edge")
    count_include_pad: Flag = Field(True, description="whether the zeros of the margin count in the mean")

    def output(self, *inputs: Shape) -> Shape:
        return self._slide(inputs[0], self.round == "up")

    def saved(self, *inputs: Shape) -> Saved:
        return INPUT

    def torch_arguments(self, *inputs: Shape) -> dict[str, object]:
        return super().torch_arguments(*inputs) | _ceil_mode(self.round)


def _ceil_mode(round: Literal["down", "up"]) -> dict[str, object]:
    return {"ceil_mode": True} if round == "up" else {}


class _Adaptive(Op):
    """What adaptive poolings have in common: the output's size is given, the windows follow from it."""

    role = "pooling"
    shape_rule = "output = channels x size, whatever the input's size is"

    size: Extent = Field(description="height and width of the output")

    def output(self, *inputs: Shape) -> Shape:
        needs_map(inputs[0])
        return (inputs[0][0], *self.size)

    def torch_arguments(self, *inputs: Shape) -> dict[str, object]:
        return {"output_size": plain(self.size)}


class AdaptiveAvgPool(_Adaptive):
    """Average pooling to a given size: the input is divided into as many windows, of nearly equal size."""

    keyword = "adaptive_avgpool"
    torch = "torch.nn.AdaptiveAvgPool2d"

    def saved(self, *inputs: Shape) -> Saved:
        """The input; the mean of one window, as large as the input, needs its shape only."""
        return INPUT if self.size != (1, 1) else NOTHING


class AdaptiveMaxPool(_Adaptive):
    """Maximum pooling to a given size: the input is divided into as many windows, of nearly equal size."""

    keyword = "adaptive_maxpool"
    torch = "torch.nn.AdaptiveMaxPool2d"

    def saved(self, *inputs: Shape) -> Saved:
        return Saved(inputs=(0,), made=(indices(self.output(*inputs)),))


class _Global(Op):
    """What global poolings have in common: one window, as large as the input."""

    role = "pooling"
    shape_rule = "output = channels x 1 x 1"

    def output(self, *inputs: Shape) -> Shape:
        needs_map(inputs[0])
        return (inputs[0][0], 1, 1)

    def torch_arguments(self, *inputs: Shape) -> dict[str, object]:
        return {"output_size": 1}


class GlobalAvgPool(_Global):
    """Global average pooling: the mean of every channel.

    Source: Lin et al. 2013, Network in Network, section 3.2.
    """

    keyword = "global_avgpool"
    torch = "torch.nn.AdaptiveAvgPool2d"


class GlobalMaxPool(_Global):
    """Global maximum pooling: the largest value of every channel."""

    keyword = "global_maxpool"
    torch = "torch.nn.AdaptiveMaxPool2d"

    def saved(self, *inputs: Shape) -> Saved:
        return Saved(inputs=(0,), made=(indices(self.output(*inputs)),))


class Subsample(Op):
    """Trainable subsampling: the sum of every window, times a coefficient, plus a bias, both learned per channel.

    Source: LeCun et al. 1998, section II.B, layers S2 and S4. It is the sum,
    not the mean, and the squashing function after it is an op of its own.
    """

    keyword = "subsample"
    role = "pooling"
    torch = "torch.nn.functional.avg_pool2d"
    shape_rule = "size = (size - kernel) // stride + 1, per axis"
    cost_rule = (
        "weights = a coefficient and a bias per channel; connections = output values * (kernel + 1), "
        "where kernel is its height * width; no multiply-adds"
    )

    kernel: Extent = Field(description="height and width of the window")
    stride: Extent | None = Field(None, description="step of the window; none is the kernel's size")

    def output(self, *inputs: Shape) -> Shape:
        steps = self.stride or self.kernel
        return _slide(self.keyword, inputs[0], [_Axis(self.kernel[axis], steps[axis], 0, 1) for axis in (0, 1)])

    def weights(self, *inputs: Shape) -> dict[str, Shape]:
        return {"coefficient": (inputs[0][0],), "bias": (inputs[0][0],)}

    def fan_in(self, *inputs: Shape) -> tuple[int, ...]:
        return (self.kernel[0] * self.kernel[1],)

    def connections(self, *inputs: Shape) -> int:
        channels, height, width = self.output(*inputs)
        return channels * height * width * (self.kernel[0] * self.kernel[1] + 1)

    def saved(self, *inputs: Shape) -> Saved:
        """The input, the means of the windows, and the coefficients, times the window's size."""
        coefficients = Tensor(inputs[0][:1], per_sample=False)
        return Saved(inputs=(0,), made=(Tensor(self.output(*inputs)), coefficients))

    def scratch(self, *inputs: Shape) -> tuple[Tensor, ...]:
        """The gradient of the means, and that of a coefficient at every position, before it is summed."""
        return 2 * (Tensor(self.output(*inputs)),)

    def torch_arguments(self, *inputs: Shape) -> dict[str, object]:
        """Arguments that make the average pooling a sum."""
        stride: dict[str, object] = {"stride": plain(self.stride)} if self.stride else {}
        return {"kernel_size": plain(self.kernel), **stride, "divisor_override": 1}
