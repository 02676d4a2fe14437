"""The numbers as JSON, for programs."""

from __future__ import annotations

import json

from ...compiler.graph import Graph, Transfer
from .rows import COSTS, device_costs, layer_row


def as_json(graph: Graph, width: int) -> str:
    """One object; shapes are lists without the batch, costs are for one sample, in evaluation or as said."""
    document: dict[str, object] = {
        "net": graph.net,
        "file": graph.file,
        "title": graph.about.title,
        "year": graph.about.year,
        "inputs": {node.name: list(node.shape) for node in graph.inputs},
        "outputs": graph.outputs,
        "auxiliary": graph.auxiliary,
        **{cost: graph.total(cost) for cost in COSTS},
        "training": {cost: graph.total(cost, training=True) for cost in COSTS},
        "layers": [layer_row(graph, layer) for layer in graph.layers],
        "devices": {
            device.name: {"memory": device.memory, **device_costs(graph, device.name)} for device in graph.devices
        },
        "transfers": [_transfer(item) for item in graph.transfers],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _transfer(item: Transfer) -> dict[str, object]:
    return {
        "layer": item.layer,
        "from": item.origin,
        "to": item.destination,
        "shape": list(item.shape),
        "bytes_per_sample": item.bytes_per_sample,
    }
