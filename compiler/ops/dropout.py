"""Dropout."""

from __future__ import annotations

from pydantic import Field

from ..op import Fraction, Op


class Dropout(Op):
    """Dropout: in training every value is 0 with probability p, and else divided by 1 - p; in evaluation nothing.

    Source: Srivastava et al. 2014; the division ("inverted dropout") is
    PyTorch's, so that evaluation needs none.
    """

    keyword = "dropout"
    role = "dropout"
    torch = "torch.nn.Dropout"
    torch_names = {"p": "p"}

    p: Fraction = Field(0.5, description="probability that a value is dropped")
