"""Residual.

Source: <text>, net Residual(classes = 10)
554,074 parameters, 55,231,114 connections, 55,231,104 multiply-adds per sample.

    model = Residual()
    output = model(torch.randn(8, 3, 32, 32))  # 8x10

Written by netc 0.1.0.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class Basic(nn.Module):
    """Block basic of the spec."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.conv1_batchnorm = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.conv2_batchnorm = nn.BatchNorm2d(width)

    def forward(self, x: Tensor) -> Tensor:
        out = self.conv1(x)
        out = self.conv1_batchnorm(out)
        out = F.relu(out, inplace=True)
        out = self.conv2(out)
        out = self.conv2_batchnorm(out)
        out = out + x
        return F.relu(out, inplace=True)


class Down(nn.Module):
    """Block down of the spec."""

    def __init__(self, in_channels: int, width: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(
            in_channels, width, 3, stride=stride, padding=1, bias=False
        )
        self.conv1_batchnorm = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.conv2_batchnorm = nn.BatchNorm2d(width)
        self.skip = nn.Conv2d(in_channels, width, 1, stride=stride, bias=False)
        self.skip_batchnorm = nn.BatchNorm2d(width)

    def forward(self, x: Tensor) -> Tensor:
        out = self.conv1(x)
        out = self.conv1_batchnorm(out)
        out = F.relu(out, inplace=True)
        out = self.conv2(out)
        conv2_batchnorm = self.conv2_batchnorm(out)
        out = self.skip(x)
        out = self.skip_batchnorm(out)
        out = conv2_batchnorm + out
        return F.relu(out, inplace=True)


class Residual(nn.Module):
    """Residual."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, padding=1, bias=False)
        self.conv1_batchnorm = nn.BatchNorm2d(16)
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

    def forward(self, image: Tensor) -> Tensor:
        x: Tensor = self.conv1(image)
        x = self.conv1_batchnorm(x)
        x = F.relu(x, inplace=True)  # line 15: 16x32x32
        x = self.layer1(x)  # line 16: 16x32x32
        x = self.layer2(x)  # line 17: 32x16x16
        x = self.layer3(x)  # line 18: 64x8x8
        x = self.layer4(x)  # line 19: 64x8x8
        x = self.fc_global_avgpool(x)
        x = torch.flatten(x, 1)
        x = self.fc(x)  # line 20: 10
        return x
