"""Dropout."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from ..op import Fraction, Op, Role


class Dropout(Op):
    """Dropout: in training every value is 0 with probability p, and else divided by 1 - p; in evaluation nothing.

    Source: Srivastava et al. 2014; the division ("inverted dropout") is
    PyTorch's, so that evaluation needs none.
    """

    keyword: ClassVar[str] = "dropout"
    role: ClassVar[Role] = "dropout"
    torch: ClassVar[str] = "torch.nn.Dropout"
    torch_names: ClassVar[Mapping[str, str]] = {"p": "p"}

    p: Fraction = Field(0.5, description="probability that a value is dropped")
