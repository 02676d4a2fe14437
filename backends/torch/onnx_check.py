"""Runs an ONNX model in onnxruntime, and compares what it gives with the module that it was made of."""

from __future__ import annotations

import onnxruntime  # type: ignore[import-untyped]
import torch
from torch import Tensor

from ...compiler.graph import Graph
from .onnx_export import Exported, examples

TOLERANCE = 1e-4
"""Accepted difference, as a part of how far the values of an output are apart: two runtimes add in different orders."""

ROUNDING = 1e-6
"""Accepted difference of any value, as a part of the largest or of 1: some units of 32-bit numbers."""


def check(graph: Graph, exported: Exported) -> list[str]:
    """What does not agree; an empty list is a model that does what the module does."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3  # errors only
    session = onnxruntime.InferenceSession(exported.content, options, providers=["CPUExecutionProvider"])
    findings = []
    for samples in (1, 3) if exported.free_batch else (1,):
        inputs = examples(graph, samples)
        with torch.no_grad():
            expected = exported.model(*inputs)
        if isinstance(expected, Tensor):
            expected = dict.fromkeys(graph.main_outputs, expected)
        names = {entry.name: tensor.numpy() for entry, tensor in zip(graph.inputs, inputs, strict=True)}
        found = session.run(list(expected), names)
        for (name, wanted), values in zip(expected.items(), found, strict=True):
            findings += _difference(name, wanted, torch.from_numpy(values))
    return findings


def _difference(name: str, wanted: Tensor, found: Tensor) -> list[str]:
    if wanted.shape != found.shape:
        return [f"output `{name}` has shape {tuple(found.shape)} in onnxruntime, and {tuple(wanted.shape)} in PyTorch"]
    apart = (wanted.max() - wanted.min()).item()
    accepted = TOLERANCE * apart + ROUNDING * max(1.0, wanted.abs().max().item())
    difference = (wanted - found).abs().max().item()
    if difference <= accepted:
        return []
    return [f"output `{name}` differs by {difference:.1e} in onnxruntime; its values are {apart:.1e} apart"]
