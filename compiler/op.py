"""What every op has: a signature, a shape rule, weights, costs and its PyTorch counterpart.

An op is one frozen pydantic class. Its fields are the signature of the
language, in the order of positional arguments; their descriptions are the
documentation. ``netc explain`` prints both.
"""

# No annotations as text: pydantic looks at those of all ops once more for every op, and would parse each of them anew.

from collections.abc import Mapping
from fractions import Fraction as Ratio
from math import prod
from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from .diagnostics import Problem
from .saved import NOTHING, Saved, Storage, Tensor
from .values import LARGEST, Bytes, Shape, format_shape

Role: TypeAlias = Literal[
    "convolution", "pooling", "dense", "normalization", "activation", "dropout", "merge", "reshape"
]
"""What an op is to a reader of the figure; a theme gives each role its colour."""


class Kind:
    """Annotates a field's type with the words that tell a user what is expected."""

    def __init__(self, text: str) -> None:
        self.text = text


def _no_bytes(value: object) -> object:
    """An amount of memory as a text, which no number is: 3 bytes are not 3."""
    return str(value) if isinstance(value, Bytes) else value


def _pair(value: object) -> object:
    """``3`` means ``3x3``."""
    if isinstance(value, int) and not isinstance(value, (bool, Bytes)):
        return (value, value)
    return value


def _margins(value: object) -> object:
    """``1``, ``1x2`` (height, width) and ``[top, bottom, left, right]``, as the last of them."""
    pair = _pair(value)
    if isinstance(pair, (list, tuple)) and len(pair) == 2:
        return (pair[0], pair[0], pair[1], pair[1])
    return pair


Positive = Annotated[int, BeforeValidator(_no_bytes), Field(strict=True, ge=1, le=LARGEST)]
Natural = Annotated[int, BeforeValidator(_no_bytes), Field(strict=True, ge=0, le=LARGEST)]
Count = Annotated[Positive, Kind("a whole number, 1 or more")]
Index = Annotated[Natural, Kind("a whole number, 0 or more")]
Extent = Annotated[
    tuple[Positive, Positive], BeforeValidator(_pair), Kind("a whole number or a size such as 3x3, each 1 or more")
]
"""Height and width."""
Border = Annotated[
    tuple[Natural, Natural], BeforeValidator(_pair), Kind("a whole number or a size such as 1x2, each 0 or more")
]
"""Margins above and below, left and right."""
Margins = Annotated[
    tuple[Natural, Natural, Natural, Natural],
    BeforeValidator(_margins),
    Kind("a whole number, a size (height x width) or [top, bottom, left, right], each 0 or more"),
]
"""Top, bottom, left, right."""
Ends = Annotated[
    tuple[Natural, Natural], BeforeValidator(_pair), Kind("a whole number or [before, after], each 0 or more")
]
"""What is put before the first and after the last."""
Finite = Annotated[float, BeforeValidator(_no_bytes), Field(strict=True, allow_inf_nan=False)]
Real = Annotated[Finite, Kind("a number")]
Amount = Annotated[Finite, Field(ge=0), Kind("a number, 0 or more")]
Fraction = Annotated[Finite, Field(ge=0, le=1), Kind("a number from 0 to 1")]
Flag = Annotated[bool, Field(strict=True), Kind("true or false")]


class Op(BaseModel):
    """An operation that turns one or several feature maps into one.

    Shapes are without the batch, channels first. ``infer``, ``weights`` and
    the costs take the shapes of the inputs, and everything but ``output`` may
    take for granted that ``output`` accepted them. A validator of several
    fields together raises Problem.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    keyword: ClassVar[str]
    """The op's name in the language."""
    role: ClassVar[Role]
    torch: ClassVar[str]
    """Dotted name of the PyTorch callable whose meaning the op has, or whose parts it is made of."""
    torch_names: ClassVar[Mapping[str, str]] = {}
    """Fields that go to that callable unchanged, and the names of its arguments."""
    differs: ClassVar[Mapping[str, str]] = {}
    """Fields of ``torch_names`` whose default is deliberately not PyTorch's, and why."""
    width: ClassVar[str | None] = None
    """The field that says how many channels or features the op makes; None where its inputs say so."""
    inputs: ClassVar[tuple[int, int | None]] = (1, 1)
    """The least and the greatest number of inputs; None is no limit."""
    shape_rule: ClassVar[str] = "output = input"
    cost_rule: ClassVar[str] = "no multiply-adds, no weights"

    def infer(self, *inputs: Shape) -> Shape:
        """Shape of the output; raises Problem when the inputs do not fit, or the layer is too large to exist."""
        shape = self.output(*inputs)
        needs_countable(f"the output of `{self.keyword}`", shape)
        for name, weight in (self.weights(*inputs) | self.buffers(*inputs)).items():
            needs_countable(f"`{name}` of `{self.keyword}`", weight)
        return shape

    def output(self, *inputs: Shape) -> Shape:
        """The op's shape rule; ``infer`` calls it."""
        return inputs[0]

    def weights(self, *inputs: Shape) -> dict[str, Shape]:
        """Trainable tensors by state_dict name."""
        return {}

    def buffers(self, *inputs: Shape) -> dict[str, Shape]:
        """Saved tensors that are not trained, by state_dict name; ``()`` is a scalar."""
        return {}

    def parameters(self, *inputs: Shape) -> int:
        """Number of trainable values."""
        return sum(prod(shape) for shape in self.weights(*inputs).values())

    def fan_in(self, *inputs: Shape) -> tuple[int, ...]:
        """Inputs of one unit of each output channel, without the bias; one entry if all are equal."""
        return ()

    def connections(self, *inputs: Shape) -> int:
        """Connections as LeCun et al. 1998 count them: per output unit its fan-in, and 1 for its bias."""
        return 0

    def macs(self, *inputs: Shape) -> int:
        """Multiply-adds of convolutions and linear layers for one sample, without biases."""
        return 0

    def saved(self, *inputs: Shape) -> Saved:
        """What autograd keeps for the backward pass, where the output needs a gradient."""
        return NOTHING

    def saved_in_place(self, *inputs: Shape) -> Saved:
        """The same where the op overwrites its input."""
        return self.saved(*inputs)

    def scratch(self, *inputs: Shape) -> tuple[Tensor, ...]:
        """What the backward pass makes on its way to the gradients of inputs and weights, all at one time."""
        return ()

    def storage(self, *inputs: Shape) -> Storage:
        """Whether the output has memory of its own."""
        return "own"

    def fixed(self) -> str | None:
        """Why the channels around the op cannot be scaled; None where they can."""
        return None

    def scaled(self, factor: Ratio, was: int, now: int) -> "Op":
        """The op with so many times the channels, where its input had ``was`` channels and has ``now``.

        Raises Problem E609 where that is no whole number of channels.
        """
        if self.width is None:
            return self
        return self.model_copy(update={self.width: scaled_count(getattr(self, self.width), factor)})

    def torch_callable(self, *inputs: Shape) -> str:
        """Dotted name of the PyTorch callable for these inputs; ``torch`` unless PyTorch has one per rank."""
        return self.torch

    def torch_arguments(self, *inputs: Shape) -> dict[str, object]:
        """Arguments of the PyTorch callable, without those that keep its defaults."""
        return {
            argument: plain(getattr(self, name))
            for name, argument in self.torch_names.items()
            if name in self.differs or getattr(self, name) != type(self).model_fields[name].default
        }


def plain(value: object) -> object:
    """``(3, 3)`` as ``3``; anything else as it is."""
    if isinstance(value, tuple) and len(value) == 2 and value[0] == value[1]:
        return value[0]
    return value


def format_pair(pair: tuple[int, int]) -> str:
    """``(3, 3)`` as ``3``, ``(3, 1)`` as ``3x1``: as one would write it."""
    return str(pair[0]) if pair[0] == pair[1] else format_shape(pair)


def needs_rank(shape: Shape, rank: int, what: str, hint: str | None = None) -> None:
    """Raises Problem unless a shape has so many axes; ``what`` is the rank in words."""
    if len(shape) != rank:
        message = "the input has another number of axes than this op needs"
        raise Problem("E406", message, expected=what, found=format_shape(shape), hint=hint)


def needs_map(shape: Shape) -> None:
    """Raises Problem unless a shape is a feature map's."""
    hint = f"reshape({shape[0]}x1x1) makes a feature map of a vector" if len(shape) == 1 else None
    needs_rank(shape, 3, "a feature map, channels x height x width", hint)


def needs_map_or_vector(shape: Shape) -> None:
    """Raises Problem unless a shape is a feature map's or a vector's."""
    if len(shape) != 1:
        needs_rank(shape, 3, "a feature map, channels x height x width, or a vector of features")


def needs_groups(channels: int, groups: int, argument: str) -> None:
    """Raises Problem unless channels divide into so many groups."""
    if channels % groups:
        raise Problem(
            "E402", f"{channels} channels do not divide into {groups} {argument}",
            expected=f"a multiple of {groups} channels", found=str(channels),
            hint=f"{argument} = {nearest_divisor(channels, groups)} divides them", argument=argument,
        )  # fmt: skip


def scaled_count(count: int, factor: Ratio) -> int:
    """So many times the channels; raises Problem E609 when that is no whole number."""
    product = count * factor
    if product.denominator != 1:
        found = f"{float(factor):.6g} * {count} = {float(product):.6g}"
        raise Problem("E609", "the channels would be no whole number", expected="a whole number", found=found)
    return product.numerator


MOST_VALUES = 2**56
"""Values that a tensor may have: its bytes, times a batch, stay below 2^63, where PyTorch's count ends."""


def needs_countable(what: str, shape: Shape) -> None:
    """Raises Problem when a tensor has more values than PyTorch can count the bytes of."""
    if prod(shape) > MOST_VALUES:
        raise Problem(
            "E607", f"{what} would have more values than can be counted",
            expected=f"at most {MOST_VALUES:_}", found=format_shape(shape),
        )  # fmt: skip


def nearest_divisor(number: int, wished: int) -> int:
    """A divisor not above what is wished, and near it if one is near; 1 always is one."""
    near = range(min(wished, number), max(wished - 1000, 0), -1)
    return next((divisor for divisor in near if number % divisor == 0), 1)
