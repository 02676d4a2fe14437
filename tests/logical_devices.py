"""Placement observed without a GPU: which logical device holds each tensor while a module runs on the CPU.

The module's devices are all bound to the CPU, where ``x.to(device)`` does nothing. Here every such call becomes a copy
that belongs to its device, told apart by the identity of the module's ``torch.device`` objects, and every operation,
those of the backward pass included, is held to operands of one device.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from torch.utils.weak import WeakIdKeyDictionary


class MixedDevicesError(AssertionError):
    """An operation has operands on several devices."""


class Ledger:
    """The logical device of every tensor that is alive; tensors without an entry are the host's."""

    def __init__(self) -> None:
        self.device: WeakIdKeyDictionary = WeakIdKeyDictionary()
        self.crossings: list[tuple[str | None, str]] = []

    def enter(self, tensors: Iterable[Tensor], device: str) -> None:
        """The tensors belong to a device."""
        for tensor in tensors:
            self.device[tensor] = device

    def of(self, values: object) -> set[str]:
        """The devices of all tensors with elements in arguments; numbers held in a tensor may come from anywhere."""
        tensors = [leaf for leaf in tree_leaves(values) if isinstance(leaf, Tensor) and leaf.dim()]
        return {self.device.get(tensor) or "host" for tensor in tensors}


class Crossing(torch.autograd.Function):
    """A copy to another device; its gradient goes the way back."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, ledger: Ledger, device: str) -> Tensor:
        """The copy, which belongs to the device."""
        ctx.ledger, ctx.source = ledger, ledger.device.get(x)
        copy = x.clone()
        ledger.enter([copy], device)
        ledger.crossings.append((ctx.source, device))
        return copy

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:
        """The gradient, on the device that the value came from."""
        copy = gradients[0].clone()
        if ctx.source is not None:
            ctx.ledger.enter([copy], ctx.source)
        return copy, None, None


class Operations(TorchDispatchMode):
    """Holds every operation to one device, and its results belong to that."""

    def __init__(self, ledger: Ledger) -> None:
        super().__init__()
        self.ledger = ledger

    def __torch_dispatch__(self, func: Any, types: Any, args: Sequence[Any] = (), kwargs: Any = None) -> Any:
        devices = self.ledger.of((args, kwargs))
        if len(devices) > 1 and func is not torch.ops.aten.clone.default:
            raise MixedDevicesError(f"{func} reads from {' and '.join(sorted(devices))}")
        result = func(*args, **(kwargs or {}))
        made = [leaf for leaf in tree_leaves(result) if isinstance(leaf, Tensor)]
        if len(devices) == 1 and devices != {"host"}:
            self.ledger.enter(made, devices.pop())
        return result


class Copies(TorchFunctionMode):
    """Makes ``x.to(device)`` a copy that belongs to the device."""

    def __init__(self, ledger: Ledger, names: Mapping[int, str]) -> None:
        super().__init__()
        self.ledger = ledger
        self.names = names

    def __torch_function__(self, func: Any, types: Any, args: Sequence[Any] = (), kwargs: Any = None) -> Any:
        if func is Tensor.to and id(args[1]) in self.names:
            device = self.names[id(args[1])]
            return args[0] if self.ledger.of(args[0]) == {device} else Crossing.apply(args[0], self.ledger, device)
        return func(*args, **(kwargs or {}))


@contextmanager
def logical_devices(model: nn.Module, place: Callable[[str], str]) -> Iterator[Ledger]:
    """Observes a module on the CPU; ``place`` gives the device of a parameter's name, as the graph has it."""
    devices: dict[str, torch.device] = model.devices  # type: ignore[assignment]
    ledger = Ledger()
    for name, tensor in (*model.named_parameters(), *model.named_buffers()):
        ledger.enter([tensor], place(name))
    assert len({id(device) for device in devices.values()}) == len(devices), "the bindings are told apart by identity"
    with Copies(ledger, {id(device): name for name, device in devices.items()}), Operations(ledger):
        yield ledger
