"""Normalizations."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ..op import Amount, Count, Flag, Fraction, Op, Real, needs_groups, needs_map, needs_map_or_vector
from ..saved import INPUT, Saved, Tensor
from ..values import Shape


class _Affine(Op):
    """What normalizations with a learned scale and shift per channel have in common."""

    role = "normalization"
    cost_rule = "weights = a scale (`weight`) and a shift (`bias`) per channel; no multiply-adds"

    eps: Amount = Field(1e-5, description="added to the variance, so that nothing is divided by zero")

    def output(self, *inputs: Shape) -> Shape:
        needs_map_or_vector(inputs[0])
        return inputs[0]

    def fan_in(self, *inputs: Shape) -> tuple[int, ...]:
        return (1,)


class BatchNorm(_Affine):
    """Batch normalization: every channel to mean 0 and variance 1 over batch and positions, then scale and shift.

    Source: Ioffe and Szegedy 2015. For a vector every feature is a channel.
    The buffers are the mean and variance that evaluation uses, and the number
    of batches seen. ``eps`` and ``momentum`` are PyTorch's.
    """

    keyword = "batchnorm"
    torch = "torch.nn.BatchNorm2d"
    torch_names = {"eps": "eps", "momentum": "momentum", "affine": "affine"}

    momentum: Fraction = Field(0.1, description="weight of the newest batch in the running mean and variance")
    affine: Flag = Field(True, description="whether every channel has a learned scale and shift")

    def weights(self, *inputs: Shape) -> dict[str, Shape]:
        return _scale_and_shift(self.affine, inputs[0])

    def buffers(self, *inputs: Shape) -> dict[str, Shape]:
        channels = (inputs[0][0],)
        return {"running_mean": channels, "running_var": channels, "num_batches_tracked": ()}

    def saved(self, *inputs: Shape) -> Saved:
        """The input, and the mean and the inverse standard deviation of every channel."""
        statistics = Tensor(inputs[0][:1], per_sample=False)
        return Saved(inputs=(0,), made=(statistics, statistics))

    def torch_callable(self, *inputs: Shape) -> str:
        return "torch.nn.BatchNorm1d" if len(inputs[0]) == 1 else self.torch

    def torch_arguments(self, *inputs: Shape) -> dict[str, object]:
        return {"num_features": inputs[0][0], **super().torch_arguments(*inputs)}


class LayerNorm(_Affine):
    """Layer normalization: the features of a vector to mean 0 and variance 1, then scale and shift per feature.

    Of a feature map every position is such a vector: it is normalized over
    its channels, as in ConvNeXt (`LayerNorm2d`: channels last, normalize,
    channels first again). Source: Ba, Kiros and Hinton 2016; Liu et al. 2022
    for feature maps. ``eps`` is PyTorch's.
    """

    keyword = "layernorm"
    torch = "torch.nn.LayerNorm"
    torch_names = {"eps": "eps", "affine": "elementwise_affine"}

    affine: Flag = Field(True, description="whether every channel has a learned scale and shift")

    def weights(self, *inputs: Shape) -> dict[str, Shape]:
        return _scale_and_shift(self.affine, inputs[0])

    def saved(self, *inputs: Shape) -> Saved:
        """The input, and the mean and the inverse standard deviation of every position."""
        statistics = Tensor(inputs[0][1:])
        return Saved(inputs=(0,), made=(statistics, statistics))

    def torch_arguments(self, *inputs: Shape) -> dict[str, object]:
        return {"normalized_shape": inputs[0][0], **super().torch_arguments(*inputs)}


class LayerScale(Op):
    """Layer scale: every channel times a learned factor, which starts near 0.

    So a residual branch begins as nearly nothing. Source: Touvron et al. 2021
    (CaiT), section 2.1; ``init`` is that of Liu et al. 2022 (ConvNeXt).
    """

    keyword = "layer_scale"
    role = "normalization"
    torch = "torch.mul"
    cost_rule = "weights = a factor (`weight`) per channel; no multiply-adds"

    init: Real = Field(1e-6, description="what the factors are before training")

    def output(self, *inputs: Shape) -> Shape:
        needs_map_or_vector(inputs[0])
        return inputs[0]

    def weights(self, *inputs: Shape) -> dict[str, Shape]:
        channels, *positions = inputs[0]
        return {"weight": (channels, *(1 for _ in positions))}

    def saved(self, *inputs: Shape) -> Saved:
        return INPUT

    def scratch(self, *inputs: Shape) -> tuple[Tensor, ...]:
        """The gradient of a factor at every position, before it is summed."""
        return (Tensor(inputs[0]),)

    def fan_in(self, *inputs: Shape) -> tuple[int, ...]:
        return (1,)


class LRN(Op):
    """Local response normalization: every value divided by a power of the squares in the channels next to it.

    With a the value, n the size and s the sum of squares over n channels
    around its own: a / (k + alpha * s / n) ** beta. That is what PyTorch,
    Caffe and the released source of AlexNet compute. Krizhevsky et al. 2012,
    section 3.3, print alpha * s; ``alpha_per = term`` is that formula. The
    defaults are the paper's constants, k = 2, n = 5, alpha = 1e-4, beta = 0.75.
    """

    keyword = "lrn"
    role = "normalization"
    torch = "torch.nn.LocalResponseNorm"
    torch_names = {"size": "size", "alpha": "alpha", "beta": "beta", "k": "k"}
    differs = {
        "size": "5 by Krizhevsky et al. 2012, section 3.3; PyTorch has no default",
        "k": "2 by Krizhevsky et al. 2012, section 3.3; PyTorch has 1",
    }

    size: Count = Field(5, description="number of neighbouring channels in the sum, its own included")
    alpha: Amount = Field(1e-4, description="factor of the sum of squares")
    beta: Amount = Field(0.75, description="exponent")
    k: Amount = Field(2.0, description="added to the sum")
    alpha_per: Literal["size", "term"] = Field(
        "size", description="`size` divides alpha by the size; `term` takes alpha for every square, as printed"
    )
    groups: Count = Field(1, description="number of groups of channels; neighbours are of the same group")

    def output(self, *inputs: Shape) -> Shape:
        needs_map(inputs[0])
        needs_groups(inputs[0][0], self.groups, "groups")
        return inputs[0]

    def saved(self, *inputs: Shape) -> Saved:
        """The input, the squares with a margin of channels, the sums, and their power, which divides the input."""
        channels, *size = inputs[0]
        squares = Tensor((channels + self.groups * (self.size - 1), *size))
        return Saved(inputs=(0,), made=(squares, Tensor(inputs[0]), Tensor(inputs[0])))

    def scratch(self, *inputs: Shape) -> tuple[Tensor, ...]:
        """The gradient of the divisor, and two factors of it."""
        return 3 * (Tensor(inputs[0]),)

    def torch_arguments(self, *inputs: Shape) -> dict[str, object]:
        """Arguments for one group of channels."""
        arguments = super().torch_arguments(*inputs)
        return arguments | ({"alpha": self.alpha * self.size} if self.alpha_per == "term" else {})


def _scale_and_shift(affine: bool, shape: Shape) -> dict[str, Shape]:
    return {"weight": (shape[0],), "bias": (shape[0],)} if affine else {}
