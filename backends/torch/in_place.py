"""Which activations may overwrite their input: an allocation and a pass over memory less each."""

from __future__ import annotations

from collections.abc import Sequence

from ...compiler.graph import Graph, Layer

OVERWRITING = {"relu", "relu6", "leaky_relu", "elu", "silu", "hardsigmoid", "hardswish"}
"""Ops whose PyTorch callable has an argument `inplace`."""

OVERWRITABLE = {"conv", "conv_transpose", "fc", "batchnorm", "add", "concat"}
"""Ops whose gradient does not need what they made (derivatives.yaml of PyTorch)."""


def in_place(graph: Graph, path: str, layers: Sequence[Layer]) -> bool:
    """Whether an activation may overwrite what it reads, in every use of its class.

    Nothing else may read that value, it must be no output of the net, and it
    must be made within the class itself, whose path in the first use is given.
    """
    return all(_may_overwrite(graph, layer) for layer in layers) and _is_within(path, layers[0])


def _may_overwrite(graph: Graph, layer: Layer) -> bool:
    if layer.op.keyword not in OVERWRITING:
        return False
    name = layer.inputs[0]
    source = graph.by_name[name]
    is_read_once = graph.consumers[name] == (layer.name,) and name not in graph.outputs.values()
    return isinstance(source, Layer) and source.op.keyword in OVERWRITABLE and is_read_once


def _is_within(path: str, layer: Layer) -> bool:
    return not path or layer.inputs[0].startswith(f"{path}.")
