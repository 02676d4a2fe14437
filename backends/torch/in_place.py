"""Which activations may overwrite their input: an allocation and a pass over memory less each."""

from __future__ import annotations

from collections.abc import Sequence

from ...compiler.graph import Graph, Layer
from ...compiler.memory.in_place import may_overwrite


def in_place(graph: Graph, path: str, layers: Sequence[Layer]) -> bool:
    """Whether an activation may overwrite what it reads, in every use of its class.

    Nothing else may read that value, it must be no output of the net, and it
    must be made within the class itself, whose path in the first use is given.
    """
    return all(may_overwrite(graph, layer) for layer in layers) and _is_within(path, layers[0])


def _is_within(path: str, layer: Layer) -> bool:
    return not path or layer.inputs[0].startswith(f"{path}.")
