"""The numbers as CSV, for spreadsheets: one row per layer, no totals, so that a sum over a column is right.

With auxiliary outputs it is that of training; `training_only` says which layers evaluation leaves out.
"""

from __future__ import annotations

import csv
from io import StringIO

from ...compiler.graph import Graph
from ...compiler.values import format_shape
from .rows import layer_row

COLUMNS = (
    "name", "op", "summary", "shape", "parameters", "connections", "macs", "activations", "device", "section", "line",
    "training_only",
)  # fmt: skip


def as_csv(graph: Graph, width: int) -> str:
    """A heading and a line per layer; what is not known is empty."""
    text = StringIO()
    writer = csv.DictWriter(text, COLUMNS, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(layer_row(graph, layer) | {"shape": format_shape(layer.shape)} for layer in graph.layers)
    return text.getvalue()
