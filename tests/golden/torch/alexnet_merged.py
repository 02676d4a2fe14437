"""AlexNet on one device (2012).

A. Krizhevsky, I. Sutskever, G. Hinton. ImageNet classification with deep
convolutional neural networks. NIPS 2012
The same function as the two towers: two groups where a tower reads only its own maps

Source: zoo:alexnet, net AlexNetMerged(classes = 1000, groups = 2)
60,965,224 parameters, 725,066,088 connections, 724,406,816 multiply-adds per sample.

    model = AlexNetMerged()
    output = model(torch.randn(8, 3, 224, 224))  # 8x1000

Written by netc 0.1.0.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


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


class AlexNetMerged(nn.Module):
    """AlexNet on one device (2012)."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 96, 11, stride=4)
        self.conv1_lrn = GroupedLocalResponseNorm(groups=2, size=5, k=2.0)
        self.pool1 = nn.MaxPool2d(3, stride=2)
        self.conv2 = nn.Conv2d(96, 256, 5, padding=2, groups=2)
        self.conv2_lrn = GroupedLocalResponseNorm(groups=2, size=5, k=2.0)
        self.pool2 = nn.MaxPool2d(3, stride=2)
        self.conv3 = nn.Conv2d(256, 384, 3, padding=1)
        self.conv4 = nn.Conv2d(384, 384, 3, padding=1, groups=2)
        self.conv5 = nn.Conv2d(384, 256, 3, padding=1, groups=2)
        self.pool5 = nn.MaxPool2d(3, stride=2)
        self.fc6 = nn.Linear(9216, 4096)
        self.fc6_dropout = nn.Dropout()
        self.fc7 = nn.Linear(4096, 4096)
        self.fc7_dropout = nn.Dropout()
        self.fc8 = nn.Linear(4096, 1000)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draws the values that training starts from, as the spec says."""
        for name, parameter in self.named_parameters():
            if name.endswith("weight"):
                nn.init.normal_(parameter, std=0.01)
        nn.init.zeros_(self.get_parameter("conv1.bias"))
        nn.init.zeros_(self.get_parameter("conv3.bias"))
        nn.init.zeros_(self.get_parameter("fc8.bias"))
        for name in ("conv2.bias", "conv4.bias", "conv5.bias", "fc6.bias", "fc7.bias"):
            nn.init.ones_(self.get_parameter(name))

    def forward(self, image: Tensor) -> Tensor:
        x: Tensor = F.pad(image, (0, 3, 0, 3))
        x = self.conv1(x)
        x = F.relu(x, inplace=True)
        x = self.conv1_lrn(x)  # line 19: 96x55x55
        x = self.pool1(x)  # line 20: 96x27x27
        x = self.conv2(x)
        x = F.relu(x, inplace=True)
        x = self.conv2_lrn(x)  # line 21: 256x27x27
        x = self.pool2(x)  # line 22: 256x13x13
        x = self.conv3(x)
        x = F.relu(x, inplace=True)  # line 23: 384x13x13
        x = self.conv4(x)
        x = F.relu(x, inplace=True)  # line 24: 384x13x13
        x = self.conv5(x)
        x = F.relu(x, inplace=True)  # line 25: 256x13x13
        x = self.pool5(x)  # line 26: 256x6x6
        x = torch.flatten(x, 1)
        x = self.fc6(x)
        x = F.relu(x, inplace=True)
        x = self.fc6_dropout(x)  # line 27: 4096
        x = self.fc7(x)
        x = F.relu(x, inplace=True)
        x = self.fc7_dropout(x)  # line 28: 4096
        x = self.fc8(x)  # line 29: 1000
        return x
