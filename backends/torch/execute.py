"""The written file, executed in memory: the same text that is handed out."""

from __future__ import annotations

import hashlib
import linecache
import sys
from types import ModuleType
from typing import Any

import torch
from torch import nn

from ...compiler.diagnostics import Problem, suggest
from ...compiler.graph import Graph
from .source import class_name, source


def module(graph: Graph, **devices: str | torch.device) -> nn.Module:
    """The net as a module: executes what ``source`` writes, and makes an object of its class.

    ``devices`` binds the logical devices of the net to real ones; those left
    out are a GPU where there is one, else the CPU. Raises Problem E501 for a
    device that the net does not have, E302 for a binding that is no device.

    In this process it can be pickled, so that ``torch.save(model)`` works; in
    another one ``state_dict`` goes into a module that is made there.
    """
    bindings = check_bindings(graph, devices)
    built = getattr(_importable(source(graph), f"<netc {graph.net}>"), class_name(graph))(**bindings)
    assert isinstance(built, nn.Module)
    return built


def _importable(text: str, title: str) -> ModuleType:
    """A written file as a module that pickle finds by its name; equal texts are one module."""
    name = _name(text, title)
    if name not in sys.modules:
        written = ModuleType(name)
        vars(written).update(execute(text, title))
        sys.modules[name] = written
    return sys.modules[name]


def _name(text: str, title: str) -> str:
    return f"{title[:-1]} {hashlib.sha256(text.encode()).hexdigest()[:16]}>"


def execute(text: str, title: str) -> dict[str, Any]:
    """The names that a written file defines. Tracebacks show its lines, as for a file."""
    name = _name(text, title)
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    namespace: dict[str, Any] = {"__name__": name}
    exec(compile(text, name, "exec"), namespace)
    return namespace


def check_bindings(graph: Graph, devices: dict[str, str | torch.device]) -> dict[str, torch.device]:
    """The bindings as PyTorch's devices, or Problem."""
    known = [device.name for device in graph.devices]
    bindings = {}
    for name, wanted in devices.items():
        if name not in known:
            expected = ", ".join(known) if known else "none: the net places nothing"
            message = f"the net `{graph.net}` has no device `{name}`"
            raise Problem("E501", message, expected=expected, hint=suggest(name, known))
        bindings[name] = real_device(name, wanted)
    return bindings


def real_device(name: str, wanted: str | torch.device) -> torch.device:
    """PyTorch's device of that name; raises Problem E302 for one that it does not know, or that is not there."""
    try:
        device = torch.device(wanted)
    except RuntimeError:
        raise Problem(
            "E302", f"`{wanted}` is no device of PyTorch", expected="cpu, cuda, cuda:1 or the like",
            found=str(wanted), argument=name,
        ) from None  # fmt: skip
    _check_presence(device, name)
    return device


def _check_presence(device: torch.device, name: str) -> None:
    """Raises Problem for a GPU that is not there."""
    if device.type != "cuda":
        return
    count = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if (device.index or 0) >= count:
        found = f"{count} GPUs" if count != 1 else "1 GPU"
        what = f"`{name}` is bound to {device}, which" if name else f"{device}"
        raise Problem("E302", f"{what} is not there", found=found, argument=name)
