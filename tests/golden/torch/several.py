"""Several.

Source: <text>, net Several
358 parameters, 80,173 connections, 75,816 multiply-adds per sample.

    model = Several()
    outputs = model(torch.randn(8, 3, 16, 16), torch.randn(8, 1, 16, 16))
    outputs["scores"]  # 8x5
    outputs["edges"]  # 8x1x16x16

Written by netc 0.1.0.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class Several(nn.Module):
    """Several."""

    def __init__(self) -> None:
        super().__init__()
        self.l = nn.Conv2d(3, 8, 3, padding=1)
        self.r = nn.Conv2d(1, 8, 3, padding=1)
        self.scores_global_avgpool = nn.AdaptiveAvgPool2d(1)
        self.scores = nn.Linear(8, 5)
        self.edges = nn.Conv2d(8, 1, 1)

    def forward(self, left: Tensor, right: Tensor) -> dict[str, Tensor]:
        x = self.l(left)
        l_relu = F.relu(x, inplace=True)  # line 5: 8x16x16
        x = self.r(right)
        x = F.relu(x, inplace=True)  # line 6: 8x16x16
        x = torch.cat([l_relu, x], dim=1)  # line 7: 16x16x16
        parts_0 = torch.chunk(x, 2, dim=1)[0]
        x = torch.chunk(x, 2, dim=1)[1]  # line 8: 8x16x16
        sum = parts_0 + x  # line 9: 8x16x16
        x = self.scores_global_avgpool(sum)
        x = torch.flatten(x, 1)
        scores = self.scores(x)  # line 10: 5
        x = self.edges(sum)
        x = torch.sigmoid(x)  # line 11: 1x16x16
        return {"scores": scores, "edges": x}
