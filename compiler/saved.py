"""What PyTorch's autograd keeps of an op from the forward pass for the backward pass, and how its tensors are stored.

Source: ``tools/autograd/derivatives.yaml`` of PyTorch and the functions of
``torch.nn.functional`` that are made of several operations; tests compare it
with ``torch.autograd.graph.saved_tensors_hooks``. Weights are kept anyway.
"""

from __future__ import annotations

from math import prod
from typing import Literal, NamedTuple, TypeAlias

from .values import BYTES_PER_VALUE, Shape

Storage: TypeAlias = Literal["own", "same", "part"]
"""Where an output lies: in memory of its own, in that of the first input under another shape, or in a part of it."""


class Tensor(NamedTuple):
    """A tensor that an op makes besides its output: the shape for one sample, or for all samples together."""

    shape: Shape
    bytes_per_value: int = BYTES_PER_VALUE
    per_sample: bool = True

    @property
    def bytes(self) -> int:
        """Of one sample, or of all together."""
        return prod(self.shape) * self.bytes_per_value


def indices(shape: Shape) -> Tensor:
    """Which value was the largest of every window: whole numbers of 64 bits."""
    return Tensor(shape, 8)


def mask(shape: Shape) -> Tensor:
    """Which values dropout keeps, a byte each, as on GPUs; on the CPU it is a factor of 32 bits."""
    return Tensor(shape, 1)


class Saved(NamedTuple):
    """What is kept of one layer until its backward pass.

    Tensors that several layers keep are in memory once; a part of a tensor
    keeps the whole.
    """

    inputs: tuple[int, ...] = ()
    """Positions of the inputs that are kept."""
    output: bool = False
    made: tuple[Tensor, ...] = ()
    """Tensors that are neither, such as the indices of a maximum pooling."""


INPUT = Saved(inputs=(0,))
OUTPUT = Saved(output=True)
NOTHING = Saved()
