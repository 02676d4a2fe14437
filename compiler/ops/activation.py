"""Activations: a function of every value, and softmax."""

from __future__ import annotations

from pydantic import Field

from ..op import Op, Real
from ..saved import INPUT, OUTPUT, Saved, Tensor
from ..values import Shape


class _Activation(Op):
    """By default the derivative is computed from the input."""

    role = "activation"

    def saved(self, *inputs: Shape) -> Saved:
        return INPUT

    def saved_in_place(self, *inputs: Shape) -> Saved:
        """A copy of the input, made before it is overwritten."""
        return Saved(made=(Tensor(inputs[0]),))


class ReLU(_Activation):
    """Rectified linear unit: max(0, x)."""

    keyword = "relu"
    torch = "torch.nn.ReLU"

    def saved(self, *inputs: Shape) -> Saved:
        return OUTPUT

    def saved_in_place(self, *inputs: Shape) -> Saved:
        return OUTPUT


class ReLU6(_Activation):
    """Rectified linear unit with a ceiling: min(max(0, x), 6).

    Source of 6: Krizhevsky 2010 (CIFAR-10 report).
    """

    keyword = "relu6"
    torch = "torch.nn.ReLU6"


class LeakyReLU(_Activation):
    """Leaky rectified linear unit: x where it is positive, slope * x where not.

    Source: Maas et al. 2013.
    """

    keyword = "leaky_relu"
    torch = "torch.nn.LeakyReLU"
    torch_names = {"slope": "negative_slope"}

    slope: Real = Field(0.01, description="slope for negative values")

    def saved_in_place(self, *inputs: Shape) -> Saved:
        return OUTPUT


class ELU(_Activation):
    """Exponential linear unit: x where it is positive, alpha * (exp(x) - 1) where not.

    Source: Clevert et al. 2016.
    """

    keyword = "elu"
    torch = "torch.nn.ELU"
    torch_names = {"alpha": "alpha"}

    alpha: Real = Field(1.0, description="minus the value that very negative inputs approach")

    def saved_in_place(self, *inputs: Shape) -> Saved:
        return OUTPUT


class Tanh(_Activation):
    """Hyperbolic tangent."""

    keyword = "tanh"
    torch = "torch.nn.Tanh"

    def saved(self, *inputs: Shape) -> Saved:
        return OUTPUT


class ScaledTanh(_Activation):
    """Scaled hyperbolic tangent: amplitude * tanh(slope * x).

    Source of 1.7159 and 2/3: LeCun et al. 1998, appendix A; with them f(1) is
    nearly 1 and f(-1) nearly -1.
    """

    keyword = "scaled_tanh"
    torch = "torch.tanh"

    amplitude: Real = Field(1.7159, description="the value that very large inputs approach")
    slope: Real = Field(2 / 3, description="factor of the input")

    def saved(self, *inputs: Shape) -> Saved:
        """The hyperbolic tangent, before its amplitude."""
        return Saved(made=(Tensor(inputs[0]),))


class Sigmoid(_Activation):
    """Logistic function: 1 / (1 + exp(-x))."""

    keyword = "sigmoid"
    torch = "torch.nn.Sigmoid"

    def saved(self, *inputs: Shape) -> Saved:
        return OUTPUT


class HardSigmoid(_Activation):
    """Piecewise linear sigmoid: min(max(0, x + 3), 6) / 6.

    Source: Howard et al. 2019 (MobileNetV3), section 5.2.
    """

    keyword = "hardsigmoid"
    torch = "torch.nn.Hardsigmoid"


class HardSwish(_Activation):
    """Piecewise swish: x * hardsigmoid(x).

    Source: Howard et al. 2019 (MobileNetV3), section 5.2.
    """

    keyword = "hardswish"
    torch = "torch.nn.Hardswish"


class SiLU(_Activation):
    """Sigmoid linear unit, or swish: x * sigmoid(x).

    Source: Elfwing et al. 2017; Ramachandran et al. 2017.
    """

    keyword = "silu"
    torch = "torch.nn.SiLU"


class GELU(_Activation):
    """Gaussian error linear unit: x times the normal distribution up to x, exactly.

    Source: Hendrycks, Gimpel 2016.
    """

    keyword = "gelu"
    torch = "torch.nn.GELU"


class Softmax(_Activation):
    """Softmax over the features of a vector, or over the channels at every position: exp(x), divided by their sum."""

    keyword = "softmax"
    torch = "torch.nn.Softmax"

    def torch_arguments(self, *inputs: Shape) -> dict[str, object]:
        return {"dim": 1}

    def saved(self, *inputs: Shape) -> Saved:
        return OUTPUT
