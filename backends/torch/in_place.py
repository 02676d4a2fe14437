"""Which activations may overwrite their input: an allocation and a pass over memory less each."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ...compiler.graph import Graph, Layer
from ...compiler.memory.in_place import may_overwrite


def in_place(graph: Graph, paths: Collection[str], layers: Sequence[Layer]) -> bool:
    """Whether an activation may overwrite what it reads, in every use of its class.

    Nothing else may read that value, it must be no output of the net, and it
    must be made within the class itself, whose paths in all uses are given.
    """
    return all(may_overwrite(graph, layer) and _is_within(paths, layer) for layer in layers)


def _is_within(paths: Collection[str], layer: Layer) -> bool:
    """Whether what a layer reads is made in the same use of the class as itself."""
    around = layer.name
    while around not in paths:
        around = around.rpartition(".")[0]
    return not around or layer.inputs[0].startswith(f"{around}.")
