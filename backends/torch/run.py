"""Runs a net once forwards and backwards, and measures it."""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import torch
from torch import Tensor, nn

from ...compiler.diagnostics import Problem
from ...compiler.graph import Graph
from ...compiler.values import BYTES_PER_VALUE, format_bytes, format_shape
from .execute import module


@dataclass(frozen=True)
class RunReport:
    """What one training step of a net costs."""

    net: str
    batch: int
    outputs: dict[str, tuple[int, ...]]
    """Shape of every output, with the batch."""
    devices: dict[str, str]
    """The real device of every logical one; a net without devices has one entry, ``cpu``."""
    forward_seconds: float
    backward_seconds: float
    parameter_bytes: int
    """The trained values. Gradients take as much again, an optimizer its own."""
    saved_bytes: int
    """What the forward pass keeps for the backward pass: saved tensors, each once, without the parameters."""
    peak_bytes: dict[str, int]
    """The most memory in use during the step: per GPU what PyTorch allocated, for the CPU that of the process."""

    def __str__(self) -> str:
        """The report as a few lines for people."""
        places = [real if name == real else f"{name} = {real}" for name, real in self.devices.items()]
        peaks = [f"{format_bytes(count)} ({_what_peaks(device)})" for device, count in self.peak_bytes.items()]
        rows = [
            ("device", ", ".join(places)),
            *((name, format_shape(shape)) for name, shape in self.outputs.items()),
            ("forward", _duration(self.forward_seconds)),
            ("backward", _duration(self.backward_seconds)),
            ("parameters", format_bytes(self.parameter_bytes)),
            ("kept for backward", format_bytes(self.saved_bytes)),
            ("peak memory", ", ".join(peaks)),
        ]
        width = max(len(label) for label, _ in rows)
        title = f"{self.net}, one training step, batch of {self.batch}"
        return "\n".join([title, *(f"  {label:{width}}  {value}" for label, value in rows)])


def _what_peaks(device: str) -> str:
    return f"allocated on {device}" if device.startswith("cuda") else "the whole process"


def _duration(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.1f} ms"


def run(graph: Graph, batch: int = 1, devices: Mapping[str, str] | None = None) -> RunReport:
    """Builds the net and runs one training step on random input, after one to warm up.

    The loss is the mean of all outputs: it has no meaning, but a gradient.
    Raises Problem for a batch below 1, an unknown device, a binding that
    PyTorch does not know and a GPU that is not there.
    """
    if batch < 1:
        raise Problem("E306", "the batch must hold at least one sample", expected="1 or more", found=str(batch))
    model = module(graph, **dict(devices or {}))
    model.train()
    inputs = [torch.randn(batch, *entry.shape) for entry in graph.inputs]
    try:
        _step(model, inputs)
        return _measure(graph, model, inputs, batch)
    except ValueError as error:
        if batch > 1:
            raise
        raise Problem(
            "E306", f"the net does not train on one sample: {error}", found="1 sample",
            hint="batch normalization needs two: --batch 2",
        ) from error  # fmt: skip


def _measure(graph: Graph, model: nn.Module, inputs: list[Tensor], batch: int) -> RunReport:
    bound: dict[str, torch.device] = getattr(model, "devices", {})
    used = list(dict.fromkeys(bound.values())) or [torch.device("cpu")]
    for device in used:
        _on_gpu(device, torch.cuda.reset_peak_memory_stats)
    saved: dict[tuple[str, int], int] = {}
    with _saved_tensors(model, saved):
        seconds, outputs = _timed(used, lambda: _named(graph, model(*inputs)))
    back_seconds, _ = _timed(used, lambda: _backward(outputs.values()))
    return RunReport(
        net=graph.net,
        batch=batch,
        outputs={name: tuple(value.shape) for name, value in outputs.items()},
        devices={name: str(device) for name, device in bound.items()} or {"cpu": "cpu"},
        forward_seconds=seconds,
        backward_seconds=back_seconds,
        parameter_bytes=graph.total("parameters") * BYTES_PER_VALUE,
        saved_bytes=sum(saved.values()),
        peak_bytes={str(device): _peak(device) for device in used},
    )


def _step(model: nn.Module, inputs: list[Tensor]) -> None:
    output = model(*inputs)
    _backward(output.values() if isinstance(output, dict) else [output])
    model.zero_grad()


def _named(graph: Graph, output: Any) -> dict[str, Tensor]:
    return output if isinstance(output, dict) else dict.fromkeys(graph.outputs, output)


def _backward(outputs: Iterable[Tensor]) -> None:
    """The backward pass of one number that depends on all outputs; they may be on different devices."""
    total = torch.stack([output.mean().cpu() for output in outputs]).sum()
    total.backward()  # type: ignore[no-untyped-call]


def _timed(devices: list[torch.device], work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds until all devices are done, and the result."""
    for device in devices:
        _on_gpu(device, torch.cuda.synchronize)
    start = perf_counter()
    result = work()
    for device in devices:
        _on_gpu(device, torch.cuda.synchronize)
    return perf_counter() - start, result


def _on_gpu(device: torch.device, action: Callable[[torch.device], Any]) -> None:
    if device.type == "cuda":
        action(device)


def _peak(device: torch.device) -> int:
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024  # getrusage(2): bytes on macOS, KiB on Linux


@contextmanager
def _saved_tensors(model: nn.Module, saved: dict[tuple[str, int], int]) -> Iterator[None]:
    """Counts the bytes of what autograd saves, by storage, so that views count once."""
    own = {parameter.untyped_storage().data_ptr() for parameter in model.parameters()}

    def pack(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in own:
            saved[str(storage.device), storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        yield
