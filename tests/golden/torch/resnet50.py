"""ResNet-50 (2015).

K. He, X. Zhang, S. Ren, J. Sun. Deep residual learning for image recognition. CVPR
2016
As in torchvision (v1.5): the 3x3 convolution of a bottleneck has the stride; in the
paper it is the first 1x1

Source: zoo:resnet, net ResNet50(unit = "bottleneck", depths = [3, 4, 6, 3], first =
"projection", widen = 1, groups = 1, classes = 1000)
25,557,032 parameters, 4,089,185,256 connections, 4,089,184,256 multiply-adds per
sample.

    model = ResNet50()
    output = model(torch.randn(8, 3, 224, 224))  # 8x1000

Written by netc 0.1.0.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class Bottleneck(nn.Module):
    """Block bottleneck of the spec."""

    def __init__(
        self, in_channels: int, width: int, stride: int = 1, shortcut: bool = False
    ) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, width, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride=stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, 4 * width, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(4 * width)
        self.downsample: nn.Module | None = None
        if shortcut:
            self.downsample = nn.Sequential(
                nn.Conv2d(in_channels, 4 * width, 1, stride=stride, bias=False),
                nn.BatchNorm2d(4 * width),
            )

    def forward(self, x: Tensor) -> Tensor:
        out = self.conv1(x)
        out = self.bn1(out)
        out = F.relu(out, inplace=True)
        out = self.conv2(out)
        out = self.bn2(out)
        out = F.relu(out, inplace=True)
        out = self.conv3(out)
        out = self.bn3(out)
        downsample = self.downsample(x) if self.downsample is not None else x
        out = out + downsample
        return F.relu(out, inplace=True)


class ResNet50(nn.Module):
    """ResNet-50 (2015)."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        self.layer1 = nn.Sequential(
            Bottleneck(in_channels=64, width=64, shortcut=True),
            *(Bottleneck(in_channels=256, width=64) for _ in range(2)),
        )
        self.layer2 = nn.Sequential(
            Bottleneck(in_channels=256, width=128, stride=2, shortcut=True),
            *(Bottleneck(in_channels=512, width=128) for _ in range(3)),
        )
        self.layer3 = nn.Sequential(
            Bottleneck(in_channels=512, width=256, stride=2, shortcut=True),
            *(Bottleneck(in_channels=1024, width=256) for _ in range(5)),
        )
        self.layer4 = nn.Sequential(
            Bottleneck(in_channels=1024, width=512, stride=2, shortcut=True),
            *(Bottleneck(in_channels=2048, width=512) for _ in range(2)),
        )
        self.fc_global_avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(2048, 1000)

    def forward(self, image: Tensor) -> Tensor:
        x: Tensor = self.conv1(image)  # line 53: 64x112x112
        x = self.bn1(x)
        x = F.relu(x, inplace=True)  # line 54: 64x112x112
        x = self.maxpool(x)  # line 55: 64x56x56
        x = self.layer1(x)  # line 56: 256x56x56
        x = self.layer2(x)  # line 57: 512x28x28
        x = self.layer3(x)  # line 58: 1024x14x14
        x = self.layer4(x)  # line 59: 2048x7x7
        x = self.fc_global_avgpool(x)
        x = torch.flatten(x, 1)
        x = self.fc(x)  # line 60: 1000
        return x
