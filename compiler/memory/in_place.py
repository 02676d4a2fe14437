"""Which activations may overwrite their input: an allocation and a pass over memory less each."""

from __future__ import annotations

from ..graph import Graph, Layer

OVERWRITING = {"relu", "relu6", "leaky_relu", "elu", "silu", "hardsigmoid", "hardswish"}
"""Ops whose PyTorch callable has an argument `inplace`."""

OVERWRITABLE = {"conv", "conv_transpose", "fc", "batchnorm", "add", "concat"}
"""Ops whose gradient does not need what they made (derivatives.yaml of PyTorch)."""


def may_overwrite(graph: Graph, layer: Layer) -> bool:
    """Whether nothing else needs what an activation reads: no other layer, no output of the net, no gradient."""
    if layer.op.keyword not in OVERWRITING:
        return False
    name = layer.inputs[0]
    source = graph.by_name[name]
    is_read_once = graph.consumers[name] == (layer.name,) and name not in graph.outputs.values()
    return isinstance(source, Layer) and source.op.keyword in OVERWRITABLE and is_read_once
