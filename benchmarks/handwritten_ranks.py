"""AlexNet's two towers on two ranks, written by hand as one would without netc: what `netc build --ranks` is held to.

The net is `Towers` of devices.net. Each rank has a tower, rank 0 the last layer and the loss too.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812


class Exchange(torch.autograd.Function):
    """The maps of both towers along the channels; the gradient is reduced and scattered."""

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        parts = [torch.empty_like(x), torch.empty_like(x)]
        dist.all_gather(parts, x)
        return torch.cat(parts, dim=1)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        parts = [part.contiguous() for part in gradient.chunk(2, dim=1)]
        own = torch.empty_like(parts[0])
        dist.reduce_scatter(own, parts)
        return own


def exchange(x: Tensor) -> Tensor:
    """The maps of both towers."""
    made: Tensor = Exchange.apply(x)  # type: ignore[no-untyped-call]
    return made


class HandwrittenTower(nn.Module):
    """One of the towers; the one of rank 0 classifies."""

    def __init__(self, rank: int) -> None:
        super().__init__()
        self.rank = rank
        self.maps = nn.Sequential(
            nn.Conv2d(3, 24, 5, padding=2), nn.ReLU(inplace=True), nn.LocalResponseNorm(5, k=2.0), nn.MaxPool2d(3, 2),
            nn.Conv2d(24, 64, 5, padding=2), nn.ReLU(inplace=True), nn.LocalResponseNorm(5, k=2.0), nn.MaxPool2d(3, 2),
        )  # fmt: skip
        self.joined = nn.Sequential(
            nn.Conv2d(128, 96, 3, padding=1), nn.ReLU(inplace=True), nn.Conv2d(96, 96, 3, padding=1),
            nn.ReLU(inplace=True), nn.Conv2d(96, 64, 3, padding=1), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2),
        )  # fmt: skip
        self.fc6 = nn.Sequential(nn.Flatten(), nn.Linear(1152, 1024), nn.ReLU(inplace=True), nn.Dropout())
        self.fc7 = nn.Sequential(nn.Linear(2048, 1024), nn.ReLU(inplace=True), nn.Dropout())
        self.fc8 = nn.Linear(2048, 10) if rank == 0 else nn.Identity()

    def train_step(self, images: Tensor, targets: Tensor, optimizer: torch.optim.Optimizer) -> float:
        """One step; the loss, on both ranks."""
        optimizer.zero_grad()
        x = self.fc7(exchange(self.fc6(exchange(self.joined(exchange(self.maps(images)))))))
        loss = self._classify(x, targets) if self.rank == 0 else self._hand_over(x)
        optimizer.step()
        dist.all_reduce(loss)
        return loss.item()

    def _classify(self, x: Tensor, targets: Tensor) -> Tensor:
        other = torch.empty_like(x)
        dist.recv(other, 1)
        other.requires_grad_().register_hook(lambda gradient: dist.send(gradient.contiguous(), 1))
        loss = F.cross_entropy(self.fc8(torch.cat([x, other], dim=1)), targets)
        loss.backward()  # type: ignore[no-untyped-call]
        return loss.detach()

    def _hand_over(self, x: Tensor) -> Tensor:
        dist.send(x.detach(), 0)
        gradient = torch.empty_like(x)
        dist.recv(gradient, 0)
        x.backward(gradient)  # type: ignore[no-untyped-call]
        return torch.zeros(())
