"""Runs two nets with the same weights, as a converter makes them, and says how far their outputs are apart."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite, prod
from typing import Any

import torch
from torch import Tensor, nn

from ...compiler.diagnostics import Problem
from ...compiler.equivalence import Comparison, Equivalence
from ...compiler.graph import Graph
from ...compiler.values import format_bytes
from .execute import execute, module

VALUE = 8
"""Bytes of a number in 64-bit floating point."""


def compare(found: Equivalence, text: str, batch: int = 2, seed: int = 0) -> Comparison:
    """Runs both nets in evaluation on random input, in 64-bit floating point on the CPU.

    The source of the weights has random ones, with random statistics in its
    batch normalizations; ``text`` is the converter that makes the target's.
    Raises Problem E911 where there is not enough memory.
    """
    try:
        return _run(found, text, batch, seed)
    except (MemoryError, RuntimeError) as error:
        if isinstance(error, RuntimeError) and "alloc" not in str(error):
            raise
        needed = 3 * VALUE * found.target.total("parameters")
        raise Problem(
            "E911",
            "there is not enough memory to run the nets",
            expected=f"at least {format_bytes(needed)} for weights",
        ) from None


def _run(found: Equivalence, text: str, batch: int, seed: int) -> Comparison:
    generator = torch.Generator().manual_seed(seed)
    inputs = {
        node.name: torch.randn(batch, *node.shape, dtype=torch.float64, generator=generator)
        for node in found.first.inputs
    }
    theirs = {found.inputs[name]: value for name, value in inputs.items()}
    fed = (inputs, theirs) if found.forwards else (theirs, inputs)
    source = _built(found.source)
    _draw(source, generator)
    state = source.state_dict()
    outputs = _outputs(found.source, source, fed[0])
    converted: dict[str, Tensor] = execute(text, f"<converter to {found.target.net}>")["convert"](state)
    del source, state  # a large net's weights are there twice, not three times
    target = _built(found.target)
    target.load_state_dict(converted, strict=not found.left_out)
    others = _outputs(found.target, target, fed[1])
    return _compared(found, (outputs, others) if found.forwards else (others, outputs), batch, seed)


def _built(graph: Graph) -> nn.Module:
    return module(graph, **{device.name: "cpu" for device in graph.devices}).double().eval()


def _draw(made: nn.Module, generator: torch.Generator) -> None:
    """Random weights that keep signals at their size, so that every layer has a part in the output."""
    for name, tensor in made.state_dict().items():
        kind = name.rpartition(".")[2]
        if kind == "codes" or not tensor.is_floating_point():
            continue
        if kind == "running_var" or (kind in ("weight", "coefficient") and tensor.dim() == 1):
            tensor.uniform_(0.5, 1.5, generator=generator)
        elif tensor.dim() == 1:
            tensor.normal_(0, 0.1, generator=generator)
        else:
            tensor.normal_(0, prod(tensor.shape[1:]) ** -0.5, generator=generator)


def _outputs(graph: Graph, made: nn.Module, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
    with torch.inference_mode():
        output: Any = made(*(inputs[node.name] for node in graph.inputs))
    return output if isinstance(output, dict) else dict.fromkeys(graph.main_outputs, output)


def _compared(
    found: Equivalence, outputs: tuple[dict[str, Tensor], dict[str, Tensor]], batch: int, seed: int
) -> Comparison:  # fmt: skip
    absolute, relative = 0.0, 0.0
    for name, other in found.outputs.items():
        ours, theirs = outputs[0][name], outputs[1][other]
        difference, largest = float((ours - theirs).abs().max()), float(ours.abs().max())
        if not isfinite(difference):
            return Comparison(difference, difference, batch, seed)
        absolute = max(absolute, difference)
        relative = max(relative, difference / largest if largest else difference)
    return Comparison(absolute, relative, batch, seed)
