"""Dropout, of single values and of whole samples."""

from __future__ import annotations

from pydantic import Field

from ..op import Fraction, Op
from ..saved import NOTHING, Saved, Storage, Tensor, mask
from ..values import Shape


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

    def saved(self, *inputs: Shape) -> Saved:
        return Saved(made=(mask(inputs[0]),)) if 0 < self.p < 1 else NOTHING

    def storage(self, *inputs: Shape) -> Storage:
        return "own" if self.p else "same"


class StochasticDepth(Op):
    """Stochastic depth: in training a sample's values are all 0 with probability p, and else divided by 1 - p.

    In evaluation it does nothing. It stands at the end of a residual branch,
    which a sample then skips. Source: Huang et al. 2016, section 3; the
    division is that of `torchvision.ops.StochasticDepth` with mode "row", so
    that evaluation needs none.
    """

    keyword = "stochastic_depth"
    role = "dropout"
    torch = "torch.nn.functional.dropout"
    torch_names = {"p": "p"}
    differs = {"p": "none, since it grows from layer to layer; PyTorch's is for single values"}

    p: Fraction = Field(description="probability that a sample's values are dropped")

    def saved(self, *inputs: Shape) -> Saved:
        """A factor per sample."""
        return Saved(made=(Tensor(tuple(1 for _ in inputs[0])),))
