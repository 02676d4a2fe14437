"""Merges: several feature maps become one."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ..diagnostics import Problem
from ..op import Op, needs_map
from ..saved import Saved, Tensor
from ..values import Shape, format_shape


class Add(Op):
    """Sum of all inputs, value by value."""

    keyword = "add"
    role = "merge"
    torch = "torch.add"
    inputs = (2, None)
    shape_rule = "all inputs have one shape, and the output has it too"

    def output(self, *inputs: Shape) -> Shape:
        for shape in inputs[1:]:
            if shape != inputs[0]:
                raise _unequal("add", inputs[0], shape, "equal shapes")
        return inputs[0]


class Mul(Op):
    """Product of all inputs, value by value.

    An input of channels x 1 x 1 is a gate: it multiplies every position of
    its channel (Hu et al. 2018, Squeeze-and-Excitation). No other shapes are
    stretched to fit.
    """

    keyword = "mul"
    role = "merge"
    torch = "torch.mul"
    inputs = (2, None)
    shape_rule = "all inputs have the output's shape, or are gates of its channels x 1 x 1"

    def output(self, *inputs: Shape) -> Shape:
        full = next((shape for shape in inputs if shape[1:] != (1, 1)), inputs[0])
        gate = (full[0], 1, 1) if len(full) == 3 else full
        for shape in inputs:
            if shape not in (full, gate):
                hint = f"reshape({format_shape(gate)}) makes it a gate" if shape == full[:1] else None
                raise _unequal("mul", full, shape, f"equal shapes, or gates of {format_shape(gate)}", hint)
        return full

    def saved(self, *inputs: Shape) -> Saved:
        """All factors: the inputs, and the products of the first of them with which the others are multiplied."""
        products = (self.output(*inputs[:count]) for count in range(2, len(inputs)))
        return Saved(inputs=tuple(range(len(inputs))), made=tuple(map(Tensor, products)))

    def scratch(self, *inputs: Shape) -> tuple[Tensor, ...]:
        """The gradient of a gate at every position, before it is summed."""
        full = self.output(*inputs)
        return (Tensor(full),) if any(shape != full for shape in inputs) else ()


class Concat(Op):
    """All inputs one after another along an axis, in the order in which they are read."""

    keyword = "concat"
    role = "merge"
    torch = "torch.cat"
    inputs = (1, None)
    shape_rule = "sum of the sizes along the axis; all other sizes are equal"

    axis: Literal["channels", "height", "width"] = Field(
        "channels", description="the axis along which they are put; `channels` are a vector's features too"
    )

    def output(self, *inputs: Shape) -> Shape:
        first, axis = inputs[0], self._axis()
        if axis:
            needs_map(first)
        for shape in inputs[1:]:
            if len(shape) != len(first) or _without(shape, axis) != _without(first, axis):
                raise self._uneven(first, shape)
        return (*first[:axis], sum(shape[axis] for shape in inputs), *first[axis + 1 :])

    def torch_arguments(self, *inputs: Shape) -> dict[str, object]:
        return {"dim": self._axis() + 1}

    def _axis(self) -> int:
        return ("channels", "height", "width").index(self.axis)

    def _uneven(self, first: Shape, other: Shape) -> Problem:
        same = {"channels": "height and width", "height": "channels and width", "width": "channels and height"}
        expected = f"inputs of equal {same[self.axis]}"
        hint = None
        if len(first) != len(other):
            expected, hint = "inputs of equal rank", "`flatten` makes a vector of a feature map"
        elif self.axis == "channels":
            least = (min(first[1], other[1]), min(first[2], other[2]))
            hint = f"crop({format_shape(least)}) makes the larger one as small as the other"
        return Problem(
            "E405", f"`concat` along {self.axis} of {format_shape(first)} and {format_shape(other)}",
            expected=expected, found=f"{format_shape(first)} and {format_shape(other)}", hint=hint,
        )  # fmt: skip


def _without(shape: Shape, axis: int) -> Shape:
    return shape[:axis] + shape[axis + 1 :]


def _unequal(keyword: str, one: Shape, other: Shape, expected: str, hint: str | None = None) -> Problem:
    shapes = f"{format_shape(one)} and {format_shape(other)}"
    return Problem(
        "E404", f"`{keyword}` of inputs with different shapes", expected=expected, found=shapes,
        hint=hint or _cropped(one, other) or _cropped(other, one) or _projection(one, other) or _projection(other, one),
    )  # fmt: skip


def _cropped(large: Shape, small: Shape) -> str | None:
    """The crop that makes one shape the other, if only the margin differs, as it does without padding."""
    if len(large) != 3 or len(small) != 3 or large[0] != small[0]:
        return None
    margins = (large[1] - small[1], large[2] - small[2])
    if min(margins) < 0 or large[1] >= 2 * small[1] or large[2] >= 2 * small[2]:
        return None
    return f"crop({format_shape(small[1:])}) makes {format_shape(small)} of {format_shape(large)}"


def _projection(large: Shape, small: Shape) -> str | None:
    """The 1x1 convolution that makes one shape the other, as residual networks have it, if there is one."""
    if len(large) != 3 or len(small) != 3:
        return None
    stride = -(-large[1] // small[1])
    if any(-(-large[axis] // stride) != small[axis] for axis in (1, 2)):
        return None
    step = f", stride = {stride}" if stride > 1 else ""
    return f"conv({small[0]}, 1x1{step}) makes {format_shape(small)} of {format_shape(large)}"
