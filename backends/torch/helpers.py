"""The classes and functions that a generated file may need beyond PyTorch's own.

This module is never imported: ``assemble.py`` copies what a net uses, word by
word, into the generated file. So it is written as that file is: 88 columns,
nothing but torch.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Self

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn


def choose_device(device: str | torch.device | None, index: int) -> torch.device:
    """The device asked for; else one of the GPUs, in turn; else the CPU."""
    if device is not None:
        return torch.device(device)
    if torch.cuda.is_available():
        return torch.device("cuda", index % torch.cuda.device_count())
    return torch.device("cpu")


def copy_to(x: Tensor, device: torch.device) -> Tensor:
    """A tensor on a device. Only copies to GPUs overlap with what others compute."""
    return x.to(device, non_blocking=device.type == "cuda")


class Placed(nn.Module):
    """A net whose layers stay on the devices that it was made with."""

    devices: dict[str, torch.device]

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> Self:
        for name, device in self.devices.items():
            here = torch.empty(0, device=device)
            if fn(here).device != here.device:
                anew = f"{type(self).__name__}({name}=...)"
                stay = f"the layers on {name} stay on {here.device}"
                raise RuntimeError(f"{stay}; to have them elsewhere, make {anew}")
        super()._apply(fn, recurse)  # type: ignore[no-untyped-call]
        return self


def scaled_tanh(x: Tensor, amplitude: float = 1.7159, slope: float = 2 / 3) -> Tensor:
    """Squashing function (LeCun et al. 1998, appendix A): f(1) is 1, f(-1) is -1."""
    return amplitude * torch.tanh(slope * x)


class ScaledTanh(nn.Module):
    """Squashing function as a module."""

    def __init__(self, amplitude: float = 1.7159, slope: float = 2 / 3) -> None:
        super().__init__()
        self.amplitude = amplitude
        self.slope = slope

    def forward(self, x: Tensor) -> Tensor:
        return scaled_tanh(x, self.amplitude, self.slope)


def crop_like(x: Tensor, like: Tensor) -> Tensor:
    """The centre of a feature map, with the height and width of another one."""
    height, width = like.shape[2:]
    top, left = (x.shape[2] - height) // 2, (x.shape[3] - width) // 2
    return x[:, :, top : top + height, left : left + width]


class Subsample(nn.Module):
    """Sum of every window, times a coefficient, plus a bias, both learned per channel.

    LeCun et al. 1998, section II.B, layers S2 and S4.
    """

    def __init__(
        self,
        channels: int,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] | None = None,
    ) -> None:
        super().__init__()
        if isinstance(kernel_size, int):
            kernel_size = (kernel_size, kernel_size)
        self.window = kernel_size[0] * kernel_size[1]
        self.kernel_size = kernel_size
        self.stride = stride
        self.coefficient = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor) -> Tensor:
        means = F.avg_pool2d(x, self.kernel_size, self.stride)
        weight = self.window * self.coefficient
        return means * weight[:, None, None] + self.bias[:, None, None]


class ConnectedConv2d(nn.Module):
    """Convolution in which a table says which input map feeds which output map.

    A row of `connections` is an input map, a column an output map, and X connects
    them (LeCun et al. 1998, table I). Every X has a kernel of its own: `weight` has
    them in the order of the columns, and from top to bottom within a column.
    """

    inputs: Tensor
    outputs: Tensor

    def __init__(
        self,
        connections: tuple[str, ...],
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] = 1,
        padding: int | tuple[int, int] = 0,
        dilation: int | tuple[int, int] = 1,
        bias: bool = True,
    ) -> None:
        super().__init__()
        if isinstance(kernel_size, int):
            kernel_size = (kernel_size, kernel_size)
        self.kernel_size = kernel_size
        self.stride = stride
        self.padding = padding
        self.dilation = dilation
        outputs: list[int] = []
        inputs: list[int] = []
        for output, column in enumerate(zip(*connections, strict=True)):
            sources = [index for index, mark in enumerate(column) if mark == "X"]
            outputs += [output] * len(sources)
            inputs += sources
        self.out_channels = len(connections[0])
        self.in_channels = len(connections)
        self.weight = nn.Parameter(torch.empty(len(inputs), *kernel_size))
        self.bias = nn.Parameter(torch.empty(self.out_channels)) if bias else None
        self.register_buffer("outputs", torch.tensor(outputs), persistent=False)
        self.register_buffer("inputs", torch.tensor(inputs), persistent=False)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Uniform in +-1 / sqrt(fan-in) of the output map, as nn.Conv2d starts."""
        maps = torch.arange(self.out_channels, device=self.outputs.device)
        fan_in = (self.outputs == maps[:, None]).sum(dim=1) * self.weight[0].numel()
        bounds = fan_in.rsqrt()
        with torch.no_grad():
            self.weight.uniform_(-1.0, 1.0).mul_(bounds[self.outputs][:, None, None])
            if self.bias is not None:
                self.bias.uniform_(-1.0, 1.0).mul_(bounds)

    def forward(self, x: Tensor) -> Tensor:
        shape = (self.out_channels, self.in_channels, *self.kernel_size)
        weight = self.weight.new_zeros(shape)
        weight[self.outputs, self.inputs] = self.weight
        return F.conv2d(x, weight, self.bias, self.stride, self.padding, self.dilation)


class RBF(nn.Module):
    """Squared distance of the features to the fixed code of every class.

    LeCun et al. 1998, section II.B, equation 7. `glyphs` is a picture of the codes
    side by side: # is +1 and . is -1.
    """

    codes: Tensor

    def __init__(self, glyphs: str) -> None:
        super().__init__()
        rows = [row.split() for row in glyphs.strip().split("\n")]
        codes = ["".join(glyph) for glyph in zip(*rows, strict=True)]
        black = torch.tensor([[pixel == "#" for pixel in code] for code in codes])
        self.register_buffer("codes", torch.where(black, 1.0, -1.0))

    def forward(self, x: Tensor) -> Tensor:
        return (x[:, None, :] - self.codes).square().sum(dim=2)


class LayerNorm2d(nn.LayerNorm):
    """Layer normalization of every position of a feature map, over its channels."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class LayerScale(nn.Module):
    """A learned factor per feature (Touvron et al. 2021, section 2.1)."""

    def __init__(self, channels: int, init: float = 1e-6) -> None:
        super().__init__()
        self.weight = nn.Parameter(init * torch.ones(channels))

    def forward(self, x: Tensor) -> Tensor:
        return x * self.weight


class LayerScale2d(nn.Module):
    """A learned factor per channel of a map (Touvron et al. 2021, section 2.1)."""

    def __init__(self, channels: int, init: float = 1e-6) -> None:
        super().__init__()
        self.weight = nn.Parameter(init * torch.ones(channels, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        return x * self.weight


class StochasticDepth(nn.Module):
    """In training all values of a sample become 0 with probability `p`.

    Those of other samples are divided by 1 - p (Huang et al. 2016, section 3).
    """

    def __init__(self, p: float) -> None:
        super().__init__()
        self.p = p

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        per_sample = x.new_ones(x.shape[0], *[1] * (x.dim() - 1))
        return x * F.dropout(per_sample, self.p)


class GroupedLocalResponseNorm(nn.LocalResponseNorm):
    """Local response normalization within each of several groups of channels."""

    def __init__(
        self,
        groups: int,
        size: int,
        alpha: float = 0.0001,
        beta: float = 0.75,
        k: float = 1.0,
    ) -> None:
        super().__init__(size, alpha, beta, k)
        self.groups = groups

    def forward(self, x: Tensor) -> Tensor:
        batch, channels, *size = x.shape
        groups = x.reshape(batch * self.groups, channels // self.groups, *size)
        return super().forward(groups).reshape(x.shape)


def fan_in_uniform_(weight: Tensor, gain: float, fan_in: int | list[int]) -> None:
    """Uniform in +-gain / fan-in; several fan-ins are one per row of the weight.

    LeCun et al. 1998, appendix A.
    """
    fan_ins = torch.tensor(fan_in, dtype=weight.dtype, device=weight.device)
    bounds = (gain / fan_ins).view(-1, *[1] * (weight.dim() - 1))
    with torch.no_grad():
        weight.uniform_(-1.0, 1.0).mul_(bounds)


def rbf_mse_loss(distances: Tensor, target: Tensor) -> Tensor:
    """Mean distance to the code of the right class (LeCun et al. 1998, equation 8)."""
    return distances.gather(1, target[:, None]).mean()


def rbf_map_loss(distances: Tensor, target: Tensor, j: float = 0.1) -> Tensor:
    """Equation 9 of LeCun et al. 1998: it also pushes the wrong classes' codes away.

    `j` keeps classes that are far away already from being pushed further. The paper
    says only that it is positive; 0.1 is a value in use, not the paper's.
    """
    rubbish = torch.full_like(distances[:, :1], -j)
    competition = torch.cat([rubbish, -distances], dim=1).logsumexp(dim=1)
    return rbf_mse_loss(distances, target) + competition.mean()


def fold_batchnorm(state: dict[str, Tensor], layer: str, norm: str, eps: float) -> None:
    """Makes a batch normalization in evaluation a part of the layer before it.

    (w x + b - mean) / sqrt(variance + eps) * scale + shift is a layer again, with
    another weight and bias (Jacob et al. 2018, section 3.2).
    """
    state.pop(f"{norm}.num_batches_tracked", None)
    mean, variance = state.pop(f"{norm}.running_mean"), state.pop(f"{norm}.running_var")
    scale = state.pop(f"{norm}.weight", torch.ones_like(mean))
    shift = state.pop(f"{norm}.bias", torch.zeros_like(mean))
    scale = scale * (variance + eps).rsqrt()
    weight = state[f"{layer}.weight"]
    bias = state.get(f"{layer}.bias", torch.zeros_like(mean))
    state[f"{layer}.weight"] = weight * scale.view(-1, *[1] * (weight.dim() - 1))
    state[f"{layer}.bias"] = (bias - mean) * scale + shift
