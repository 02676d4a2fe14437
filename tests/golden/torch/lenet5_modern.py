"""LeNet-5, as it is built today (1998).

after LeCun, Bottou, Bengio, Haffner: Gradient-based learning applied to document
recognition. Proc. IEEE 86(11), 1998
C3 reads all maps, subsampling has no weights, and the output is linear

Source: zoo:lenet5, net LeNet5Modern(classes = 10)
61,706 parameters, 423,038 connections, 416,520 multiply-adds per sample.

    model = LeNet5Modern()
    output = model(torch.randn(8, 1, 32, 32))  # 8x10

Written by netc 0.1.0.
"""

import torch
from torch import Tensor, nn


class LeNet5Modern(nn.Module):
    """LeNet-5, as it is built today (1998)."""

    def __init__(self) -> None:
        super().__init__()
        self.C1 = nn.Conv2d(1, 6, 5)
        self.S2 = nn.AvgPool2d(2)
        self.C3 = nn.Conv2d(6, 16, 5)
        self.S4 = nn.AvgPool2d(2)
        self.C5 = nn.Conv2d(16, 120, 5)
        self.F6 = nn.Linear(120, 84)
        self.output = nn.Linear(84, 10)

    def forward(self, image: Tensor) -> Tensor:
        x: Tensor = self.C1(image)
        x = torch.tanh(x)  # line 42: 6x28x28
        x = self.S2(x)  # line 43: 6x14x14
        x = self.C3(x)
        x = torch.tanh(x)  # line 44: 16x10x10
        x = self.S4(x)  # line 45: 16x5x5
        x = self.C5(x)
        x = torch.tanh(x)  # line 46: 120x1x1
        x = torch.flatten(x, 1)
        x = self.F6(x)
        x = torch.tanh(x)  # line 47: 84
        x = self.output(x)  # line 48: 10
        return x
