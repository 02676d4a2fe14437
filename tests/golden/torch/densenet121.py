"""DenseNet-121 (2016).

G. Huang, Z. Liu, L. van der Maaten, K. Weinberger. Densely connected convolutional
networks. CVPR 2017
DenseNet-BC, as in torchvision

Source: zoo:densenet, net DenseNet121(depths = [6, 12, 24, 16], growth = 32, stem =
64, width1 = 128, width2 = 256, width3 = 512, classes = 1000)
7,978,856 parameters, 2,834,162,664 connections, 2,834,161,664 multiply-adds per
sample.

    model = DenseNet121()
    output = model(torch.randn(8, 3, 224, 224))  # 8x1000

Written by netc 0.1.0.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class DenseLayer(nn.Module):
    """Block dense_layer of the spec."""

    def __init__(self, in_channels: int) -> None:
        super().__init__()
        self.norm1 = nn.BatchNorm2d(in_channels)
        self.conv1 = nn.Conv2d(in_channels, 128, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(128)
        self.conv2 = nn.Conv2d(128, 32, 3, padding=1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        out = self.norm1(x)
        out = F.relu(out, inplace=True)
        out = self.conv1(out)
        out = self.norm2(out)
        out = F.relu(out, inplace=True)
        out = self.conv2(out)
        return torch.cat([x, out], dim=1)


class Transition(nn.Module):
    """Block transition of the spec."""

    def __init__(self, in_channels: int, width: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(in_channels)
        self.conv = nn.Conv2d(in_channels, width, 1, bias=False)
        self.pool = nn.AvgPool2d(2)

    def forward(self, x: Tensor) -> Tensor:
        x = self.norm(x)
        x = F.relu(x, inplace=True)
        x = self.conv(x)
        x = self.pool(x)
        return x


class DenseBlock(nn.Module):
    """Block dense_block of the spec."""

    def __init__(self, depth: int, in_channels: int) -> None:
        super().__init__()
        for i in range(depth):
            self.add_module(f"denselayer{i + 1}", DenseLayer(in_channels + 32 * i))

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.children():
            x = layer(x)
        return x


class DenseFeatures(nn.Module):
    """Block dense_features of the spec."""

    def __init__(self) -> None:
        super().__init__()
        self.conv0 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.norm0 = nn.BatchNorm2d(64)
        self.pool0 = nn.MaxPool2d(3, stride=2, padding=1)
        self.denseblock1 = DenseBlock(depth=6, in_channels=64)
        self.transition1 = Transition(in_channels=256, width=128)
        self.denseblock2 = DenseBlock(depth=12, in_channels=128)
        self.transition2 = Transition(in_channels=512, width=256)
        self.denseblock3 = DenseBlock(depth=24, in_channels=256)
        self.transition3 = Transition(in_channels=1024, width=512)
        self.denseblock4 = DenseBlock(depth=16, in_channels=512)
        self.norm5 = nn.BatchNorm2d(1024)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv0(x)  # line 24: 64x112x112
        x = self.norm0(x)
        x = F.relu(x, inplace=True)  # line 25: 64x112x112
        x = self.pool0(x)  # line 26: 64x56x56
        x = self.denseblock1(x)  # line 27: 256x56x56
        x = self.transition1(x)  # line 28: 128x28x28
        x = self.denseblock2(x)  # line 29: 512x28x28
        x = self.transition2(x)  # line 30: 256x14x14
        x = self.denseblock3(x)  # line 31: 1024x14x14
        x = self.transition3(x)  # line 32: 512x7x7
        x = self.denseblock4(x)  # line 33: 1024x7x7
        x = self.norm5(x)
        return F.relu(x, inplace=True)  # line 34: 1024x7x7


class DenseNet121(nn.Module):
    """DenseNet-121 (2016)."""

    def __init__(self) -> None:
        super().__init__()
        self.features = DenseFeatures()
        self.classifier_global_avgpool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Linear(1024, 1000)

    def forward(self, image: Tensor) -> Tensor:
        x: Tensor = self.features(image)  # line 76: 1024x7x7
        x = self.classifier_global_avgpool(x)
        x = torch.flatten(x, 1)
        x = self.classifier(x)  # line 77: 1000
        return x
