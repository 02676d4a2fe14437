"""From a graph to its normal form."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..graph import Graph, Input, Layer, Transfer
from . import linear, movements, normalizations, windows
from .activations import value_by_value
from .building import Builder, Rule, no_change
from .form import Channels, Form

RULES: Mapping[str, Rule] = {
    **linear.RULES, **movements.RULES, **normalizations.RULES, **windows.RULES,
}  # fmt: skip
"""By keyword. An activation needs no rule; any other op without one is taken as a whole."""

TRAINING_ONLY = frozenset({"dropout", "stochastic_depth"})
"""Ops that hand their input on in evaluation."""


def normal_form(graph: Graph, training: bool = False) -> Form:
    """The normal form of a net in evaluation, or in training.

    In training dropout counts, and a batch normalization stays what it is.
    Raises Problem E911 for a net with too many channels.
    """
    builder = Builder(Form(graph), training)
    for node in graph.nodes:
        if isinstance(node, Input):
            builder.hand_on(node.name, builder.input(node))
        elif isinstance(node, Transfer):
            builder.hand_on(node.name, builder.values[node.layer])
        else:
            builder.hand_on(node.name, _rule(node, training)(builder, node, builder.operands(node)))
    form = builder.form
    for name, node_name in graph.outputs.items():
        listed: dict[str, Channels] = form.auxiliary if name in graph.auxiliary else form.outputs
        listed[name] = builder.values[node_name]
    return form


def _rule(layer: Layer, training: bool) -> Callable[[Builder, Layer, list[Channels]], Channels]:
    keyword = layer.op.keyword
    if keyword in TRAINING_ONLY:
        return value_by_value if training and getattr(layer.op, "p", False) else no_change
    if keyword in RULES:
        return RULES[keyword]
    return value_by_value if layer.op.role == "activation" else Builder.as_a_whole
