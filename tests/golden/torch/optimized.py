"""Residual.

Source: <text>, net Residual(classes = 10)
552,778 parameters, 55,452,298 connections, 55,231,104 multiply-adds per sample.

For evaluation alone: no gradients, 28 batch normalizations folded into the layers
before them, channels last in memory.
`Residual.from_state_dict` takes the state_dict of the module that `netc build`
writes without --optimize.

    model = Residual.from_state_dict(state)
    output = model(torch.randn(8, 3, 32, 32))  # 8x10

Written by netc 0.1.0.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

BATCHNORMS = [
    ("conv1", "conv1_batchnorm", 1e-05),
    ("layer1.0.conv1", "layer1.0.conv1_batchnorm", 1e-05),
    ("layer1.0.conv2", "layer1.0.conv2_batchnorm", 1e-05),
    ("layer1.1.conv1", "layer1.1.conv1_batchnorm", 1e-05),
    ("layer1.1.conv2", "layer1.1.conv2_batchnorm", 1e-05),
    ("layer1.2.conv1", "layer1.2.conv1_batchnorm", 1e-05),
    ("layer1.2.conv2", "layer1.2.conv2_batchnorm", 1e-05),
    ("layer2.0.conv1", "layer2.0.conv1_batchnorm", 1e-05),
    ("layer2.0.conv2", "layer2.0.conv2_batchnorm", 1e-05),
    ("layer2.0.skip", "layer2.0.skip_batchnorm", 1e-05),
    ("layer2.1.conv1", "layer2.1.conv1_batchnorm", 1e-05),
    ("layer2.1.conv2", "layer2.1.conv2_batchnorm", 1e-05),
    ("layer3.0.conv1", "layer3.0.conv1_batchnorm", 1e-05),
    ("layer3.0.conv2", "layer3.0.conv2_batchnorm", 1e-05),
    ("layer3.0.skip", "layer3.0.skip_batchnorm", 1e-05),
    ("layer3.1.conv1", "layer3.1.conv1_batchnorm", 1e-05),
    ("layer3.1.conv2", "layer3.1.conv2_batchnorm", 1e-05),
    ("layer4.0.conv1", "layer4.0.conv1_batchnorm", 1e-05),
    ("layer4.0.conv2", "layer4.0.conv2_batchnorm", 1e-05),
    ("layer4.0.skip", "layer4.0.skip_batchnorm", 1e-05),
    ("layer4.1.conv1", "layer4.1.conv1_batchnorm", 1e-05),
    ("layer4.1.conv2", "layer4.1.conv2_batchnorm", 1e-05),
    ("layer4.2.conv1", "layer4.2.conv1_batchnorm", 1e-05),
    ("layer4.2.conv2", "layer4.2.conv2_batchnorm", 1e-05),
    ("layer4.3.conv1", "layer4.3.conv1_batchnorm", 1e-05),
    ("layer4.3.conv2", "layer4.3.conv2_batchnorm", 1e-05),
    ("layer4.4.conv1", "layer4.4.conv1_batchnorm", 1e-05),
    ("layer4.4.conv2", "layer4.4.conv2_batchnorm", 1e-05),
]


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


class Basic(nn.Module):
    """Block basic of the spec."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(width, width, 3, padding=1)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        out = self.conv1(x)
        out = F.relu(out, inplace=True)
        out = self.conv2(out)
        out = out + x
        return F.relu(out, inplace=True)


class Down(nn.Module):
    """Block down of the spec."""

    def __init__(self, in_channels: int, width: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, width, 3, stride=stride, padding=1)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1)
        self.skip = nn.Conv2d(in_channels, width, 1, stride=stride)

    def forward(self, x: Tensor) -> Tensor:
        out = self.conv1(x)
        out = F.relu(out, inplace=True)
        out = self.conv2(out)
        skip = self.skip(x)
        out = out + skip
        return F.relu(out, inplace=True)


class Residual(nn.Module):
    """Residual."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, padding=1)
        self.layer1 = nn.Sequential(*(Basic(16) for _ in range(3)))
        self.layer2 = nn.Sequential(
            Down(in_channels=16, width=32, stride=2),
            Basic(32),
        )
        self.layer3 = nn.Sequential(
            Down(in_channels=32, width=64, stride=2),
            Basic(64),
        )
        self.layer4 = nn.Sequential(
            Down(in_channels=64, width=64),
            *(Basic(64) for _ in range(4)),
        )
        self.fc_global_avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(64, 10)
        self.eval().requires_grad_(False)
        nn.utils.convert_conv2d_weight_memory_format(self, torch.channels_last)

    def forward(self, image: Tensor) -> Tensor:
        x: Tensor = self.conv1(image)
        x = F.relu(x, inplace=True)  # line 15: 16x32x32
        x = self.layer1(x)  # line 16: 16x32x32
        x = self.layer2(x)  # line 17: 32x16x16
        x = self.layer3(x)  # line 18: 64x8x8
        x = self.layer4(x)  # line 19: 64x8x8
        x = self.fc_global_avgpool(x)
        x = torch.flatten(x, 1)
        x = self.fc(x)  # line 20: 10
        return x

    @classmethod
    def from_state_dict(cls, state: dict[str, Tensor]) -> "Residual":
        """The net with the weights of the plain module, whose state_dict is given."""
        state = dict(state)
        for layer, norm, eps in BATCHNORMS:
            fold_batchnorm(state, layer, norm, eps)
        model = cls()
        model.load_state_dict(state)
        return model
