"""Fully connected layers."""

from __future__ import annotations

from math import prod
from typing import Literal

from pydantic import Field, model_validator

from ..diagnostics import Problem
from ..op import Count, Flag, Op, needs_rank
from ..saved import INPUT, Saved, Tensor
from ..values import Shape, format_shape
from .digit_codes import HEIGHT, WIDTH, digit_codes


class FC(Op):
    """Fully connected layer: every unit is a learned weighted sum of all input values.

    A feature map is flattened first.
    """

    keyword = "fc"
    role = "dense"
    torch = "torch.nn.Linear"
    torch_names = {"bias": "bias"}
    width = "units"
    shape_rule = "output = units, whatever the input's shape is"
    cost_rule = "weights = units * input values, and units biases; MACs = units * input values"

    units: Count = Field(description="number of output units (features)")
    bias: Flag = Field(True, description="whether every unit adds a learned constant")

    def output(self, *inputs: Shape) -> Shape:
        return (self.units,)

    def weights(self, *inputs: Shape) -> dict[str, Shape]:
        shapes: dict[str, Shape] = {"weight": (self.units, prod(inputs[0]))}
        return shapes | ({"bias": (self.units,)} if self.bias else {})

    def fan_in(self, *inputs: Shape) -> tuple[int, ...]:
        return (prod(inputs[0]),)

    def connections(self, *inputs: Shape) -> int:
        return self.parameters(*inputs)

    def macs(self, *inputs: Shape) -> int:
        return self.units * prod(inputs[0])

    def saved(self, *inputs: Shape) -> Saved:
        return INPUT

    def torch_arguments(self, *inputs: Shape) -> dict[str, object]:
        own = {"in_features": prod(inputs[0]), "out_features": self.units}
        return own | super().torch_arguments(*inputs)


class RBF(Op):
    """Radial basis functions: per class the squared distance of the features to its fixed code; the least one wins.

    Source: LeCun et al. 1998, section II.B, equation 7, and figure 3 for the
    codes, which are bitmaps of the digits and not trained.
    """

    keyword = "rbf"
    role = "dense"
    torch = "torch.square"
    width = "classes"
    shape_rule = f"output = classes; the input is a vector of {HEIGHT * WIDTH} features"
    cost_rule = f"connections = classes * {HEIGHT * WIDTH}; the codes are not trained"

    classes: Count = Field(description="number of classes")
    codes: Literal["digits_7x12"] = Field("digits_7x12", description="the codes: bitmaps of 0 to 9, 84 values of +-1")

    @model_validator(mode="after")
    def _has_a_code_per_class(self) -> RBF:
        known = len(digit_codes())
        if self.classes > known:
            raise Problem(
                "E409", f"`{self.codes}` has no code for more than {known} classes",
                expected=f"at most {known} classes", found=str(self.classes), argument="classes",
                hint=f"fc({self.classes}) has as many units as one likes",
            )  # fmt: skip
        return self

    def output(self, *inputs: Shape) -> Shape:
        needs_rank(inputs[0], 1, "a vector of features", hint="`flatten` makes a vector of a feature map")
        if inputs[0] != (HEIGHT * WIDTH,):
            raise Problem(
                "E409", f"the codes `{self.codes}` compare {HEIGHT * WIDTH} features",
                expected=f"{HEIGHT * WIDTH} features ({WIDTH}x{HEIGHT})", found=format_shape(inputs[0]),
                hint=f"fc({HEIGHT * WIDTH}) before it makes them", argument="codes",
            )  # fmt: skip
        return (self.classes,)

    def fixed(self) -> str | None:
        return f"its codes compare {HEIGHT * WIDTH} features"

    def values(self) -> tuple[tuple[int, ...], ...]:
        """The code of every class, in order: what the buffer ``codes`` holds."""
        return digit_codes()[: self.classes]

    def buffers(self, *inputs: Shape) -> dict[str, Shape]:
        return {"codes": (self.classes, HEIGHT * WIDTH)}

    def fan_in(self, *inputs: Shape) -> tuple[int, ...]:
        return (HEIGHT * WIDTH,)

    def saved(self, *inputs: Shape) -> Saved:
        """The differences of every feature from every code, which are squared."""
        return Saved(made=(Tensor((self.classes, *inputs[0])),))

    def scratch(self, *inputs: Shape) -> tuple[Tensor, ...]:
        """The differences, twice them, and these times the gradient."""
        return 3 * (Tensor((self.classes, *inputs[0])),)

    def connections(self, *inputs: Shape) -> int:
        return self.classes * HEIGHT * WIDTH
