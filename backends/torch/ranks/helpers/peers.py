"""Ranks: layers of one device, and what goes from one to the other."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.distributed.device_mesh import DeviceMesh

from .constants import DEVICES, EXCHANGES


class AllGather(torch.autograd.Function):
    """What every rank of a group has, in their order; the backward is a reduce-scatter.

    The token of a rank goes through all that it sends and receives, so that the
    backward does the same in the opposite order, on every rank.
    """

    @staticmethod
    def forward(
        ctx: Any, token: Tensor, x: Tensor, group: dist.ProcessGroup
    ) -> tuple[Tensor, ...]:
        ctx.group, x = group, x.contiguous()
        parts = [torch.empty_like(x) for _ in range(dist.get_world_size(group))]
        dist.all_gather(parts, x, group=group)
        return token.clone(), *parts

    @staticmethod
    def backward(ctx: Any, token: Tensor, *gradients: Tensor) -> tuple[Any, ...]:
        parts = [gradient.contiguous() for gradient in gradients]
        own = torch.empty_like(parts[0])
        dist.reduce_scatter(own, parts, group=ctx.group)
        return token, own, None


class Send(torch.autograd.Function):
    """Sends a tensor to a rank; the backward receives its gradient from there."""

    @staticmethod
    def forward(ctx: Any, token: Tensor, x: Tensor, rank: int) -> Tensor:
        ctx.rank, ctx.shape = rank, x.shape
        dist.send(x.contiguous(), rank)
        return token.clone()

    @staticmethod
    def backward(ctx: Any, token: Tensor) -> tuple[Any, ...]:
        gradient = token.new_empty(ctx.shape)
        dist.recv(gradient, ctx.rank)
        return token, gradient, None


class Receive(torch.autograd.Function):
    """Receives a tensor from a rank; the backward sends its gradient there."""

    @staticmethod
    def forward(
        ctx: Any, token: Tensor, shape: tuple[int, ...], rank: int
    ) -> tuple[Tensor, Tensor]:
        ctx.rank = rank
        x = token.new_empty(shape)
        dist.recv(x, rank)
        return token.clone(), x

    @staticmethod
    def backward(ctx: Any, token: Tensor, gradient: Tensor) -> tuple[Any, ...]:
        dist.send(gradient.contiguous(), ctx.rank)
        return token, None, None


def group_of(rows: list[list[int]], timeout: timedelta | None) -> Any:
    """Makes a group of every row of ranks; the one that this rank is in, if any."""
    groups = [dist.new_group(row, timeout=timeout) for row in rows]
    pairs = zip(rows, groups, strict=True)
    return next((group for row, group in pairs if dist.get_rank() in row), None)


def apply(function: type[torch.autograd.Function], *arguments: Any) -> list[Tensor]:
    """What a function of autograd makes, also where that is one tensor."""
    made = function.apply(*arguments)  # type: ignore[no-untyped-call]
    return [made] if isinstance(made, Tensor) else list(made)


def keep(module: nn.Module, layers: Iterable[str]) -> None:
    """Takes all layers out of a module but these, and what they contain."""
    for name, child in list(module.named_children()):
        paths = (path.partition(".") for path in layers)
        inside = [rest for first, _, rest in paths if first == name]
        if not inside:
            setattr(module, name, nn.Identity())
        elif "" not in inside:
            keep(child, inside)


class Rank(nn.Module):
    """A net that keeps the layers of one device."""

    net: nn.Module
    layers: tuple[str, ...]
    has_loss = False
    has_output = False

    def __init__(self, net: nn.Module) -> None:
        super().__init__()
        keep(net, self.layers)
        self.net = net

    def join(self, mesh: DeviceMesh, timeout: timedelta | None) -> None:
        """Meets the ranks of the other devices."""
        own: list[int] = mesh["device"].mesh.tolist()
        self.ranks = dict(zip(DEVICES, own, strict=True))


class Peer(Rank):
    """A rank that sends values to the others and receives theirs while it runs."""

    token: Tensor
    samples: int

    def join(self, mesh: DeviceMesh, timeout: timedelta | None) -> None:
        super().join(mesh, timeout)
        self.groups: dict[tuple[str, ...], dist.ProcessGroup] = {}
        self.groups[DEVICES] = mesh.get_group("device")
        for devices in EXCHANGES:
            columns = [DEVICES.index(name) for name in devices]
            self.groups[devices] = group_of(mesh.mesh[:, columns].tolist(), timeout)

    def start(self, x: Tensor) -> None:
        """Begins a step with these samples."""
        self.samples = len(x)
        self.token = x.new_zeros((), requires_grad=True)

    def all_gather(self, x: Tensor, *devices: str) -> list[Tensor]:
        group = self.groups[devices]
        self.token, *parts = apply(AllGather, self.token, x, group)
        return parts

    def send(self, x: Tensor, device: str) -> None:
        (self.token,) = apply(Send, self.token, x, self.ranks[device])

    def receive(self, device: str, *shape: int) -> Tensor:
        shape = (self.samples, *shape)
        self.token, x = apply(Receive, self.token, shape, self.ranks[device])
        return x


class Stage(Rank):
    """A rank that is a stage of a pipeline, with the shapes that it takes and gives."""

    takes: tuple[tuple[int, ...], ...]
    gives: tuple[tuple[int, ...], ...]
