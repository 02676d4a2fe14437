"""The net as an ONNX model, made by PyTorch's exporter of the written file."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any, NamedTuple

import onnx
import onnxscript  # noqa: F401 - PyTorch's exporter needs it, and whoever lacks it is told before anything is made
import torch
from torch import Tensor, nn

from ...compiler.diagnostics import Problem
from ...compiler.graph import Graph
from ...compiler.values import BYTES_PER_VALUE
from .execute import module
from .weights import load_weights

LARGEST = 2**31 - 1
"""Bytes of one protocol buffer, and so of one ONNX file (protobuf.dev, "Size limits")."""

SAMPLES = 2
"""Batch of the example; with one sample PyTorch would take the batch to be 1 always."""


class Exported(NamedTuple):
    """An ONNX model as the bytes of its file, and the module that it was made of."""

    content: bytes
    model: nn.Module
    free_batch: bool
    """Whether it takes any number of samples; else it takes one."""


def export(graph: Graph, seed: int = 0, weights: str | None = None) -> Exported:
    """The net in evaluation, on the CPU, with the weights of a file, or drawn after ``torch.manual_seed(seed)``.

    All weights of the file have to fit, as in ``netc.load_weights``, else that is its WeightsError. The inputs and
    outputs have the names of the graph, and the first axis of each is the batch. Raises Problem E905 for a net that is
    too large for one file, or that PyTorch's exporter refuses.
    """
    if graph.total("parameters") * BYTES_PER_VALUE > LARGEST:
        raise Problem("E905", f"`{graph.net}` is too large for an ONNX file", expected="less than 2 GiB of weights")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = module(graph, **{device.name: "cpu" for device in graph.devices}).eval()
    if weights is not None:
        load_weights(model, weights)
    try:
        made, free_batch = _model(graph, model, SAMPLES), True
    except torch.onnx.OnnxExporterError:
        made, free_batch = _fixed(graph, model), False
    return Exported(_content(graph, made), model, free_batch)


def _fixed(graph: Graph, model: nn.Module) -> onnx.ModelProto:
    """The model for one sample at a time."""
    try:
        return _model(graph, model, 1)
    except torch.onnx.OnnxExporterError as error:
        reason = str(error.__cause__ or error).strip().splitlines()[0]
        raise Problem("E905", f"PyTorch cannot write `{graph.net}` as ONNX: {reason}") from None


def _model(graph: Graph, model: nn.Module, samples: int) -> onnx.ModelProto:
    """What PyTorch's exporter makes; a batch of one is fixed."""
    inputs = examples(graph, samples)
    batch = {0: torch.export.Dim("batch")} if samples > 1 else None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter's own, about what it is written with
        program = torch.onnx.export(
            model, inputs, dynamo=True, verbose=False, dynamic_shapes=(batch,) * len(inputs) if batch else None,
            input_names=[entry.name for entry in graph.inputs], output_names=[*graph.main_outputs],
        )  # fmt: skip
    assert program is not None
    made: onnx.ModelProto = program.model_proto
    return made


def examples(graph: Graph, samples: int) -> tuple[Tensor, ...]:
    """Random inputs, the same on every run."""
    generator = torch.Generator().manual_seed(0)
    return tuple(torch.randn(samples, *entry.shape, generator=generator) for entry in graph.inputs)


def _content(graph: Graph, model: onnx.ModelProto) -> bytes:
    """The bytes of the file: checked, named, and without what tells of the machine that made it."""
    for item in _described(model.graph):
        del item.metadata_props[:]
    for function in model.functions:
        for item in (function, *function.node, *function.value_info):
            del item.metadata_props[:]
    model.graph.name = graph.net
    model.doc_string = f"{graph.about.title or graph.net}. Written by netc {version('netc')}."
    onnx.checker.check_model(model)
    content: bytes = model.SerializeToString(deterministic=True)
    return content


def _described(graph: onnx.GraphProto) -> Iterator[Any]:
    """Everything in a graph that the exporter writes remarks on, such as the lines of Python behind a node."""
    yield graph
    for items in (graph.node, graph.input, graph.output, graph.value_info, graph.initializer):
        yield from items
