"""Nets that cannot run as one rank per device, and why."""

from __future__ import annotations

from ....compiler.diagnostics import Problem
from ....compiler.graph import Graph


def check_ranks(graph: Graph) -> None:
    """Raises Problem E909, with the layer at fault as its argument, for a net that has no rank for every device."""
    if not graph.devices:
        raise Problem(
            "E909", f"`{graph.net}` has no devices, so there is nothing to divide among ranks",
            expected="devices, and `on` or `towers on` for the layers",
            hint="write `device gpu0, gpu1` in the net, and `on gpu0` after what is to run there",
            argument=graph.layers[0].name,
        )  # fmt: skip
    if len(graph.inputs) != 1:
        names = ", ".join(entry.name for entry in graph.inputs)
        raise Problem(
            "E909",
            f"`{graph.net}` has several inputs",
            expected="one input, a batch of images",
            found=names,
            argument=graph.inputs[1].name,
        )
    if len(graph.main_outputs) != 1:
        names = ", ".join(graph.main_outputs)
        raise Problem(
            "E909",
            f"`{graph.net}` has several outputs",
            expected="one output, a score per class",
            found=names,
            argument=list(graph.main_outputs.values())[1],
        )
    for device in graph.devices:
        layers = list(graph.on(device.name))
        if not sum(layer.parameters for layer in layers):
            raise Problem(
                "E909", f"no layer on `{device.name}` has weights, so that its rank has nothing to train",
                expected="a layer with weights on every device", hint=f"place a conv or an fc on {device.name}",
                argument=layers[0].name,
            )  # fmt: skip
