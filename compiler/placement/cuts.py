"""Where a net is cut into consecutive parts: balanced within a tolerance, with the least traffic between the parts.

A cut sends data forward only: what a layer reads is in its own part or in an earlier one. Among these cuts the one with
the least traffic is a minimum cut (Picard 1976, Maximal closure of a graph), which networkx finds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import accumulate
from typing import TypeAlias

import networkx as nx

from ..graph import Graph, Layer, elements
from ..values import BYTES_PER_VALUE
from .placed import source_of

Node: TypeAlias = tuple[str, str]
"""A node of the flow network: ``("layer", name)``, or ``("sent", name)`` for its output where it crosses."""
BEFORE: Node = ("before", "")
AFTER: Node = ("after", "")
"""The ends: all layers that are certainly before the cut, and all after it."""


def parts(graph: Graph, weights: Mapping[str, float], count: int, tolerance: float) -> dict[str, int]:
    """The part of every layer, from 0 to ``count`` - 1.

    ``weights`` are what is balanced, such as MACs. The i-th cut leaves i / ``count`` of their sum before it, give or
    take ``tolerance`` of the sum, or as near to it as layers allow; within that, the fewest bytes cross it.
    """
    names = [layer.name for layer in graph.layers]
    found = dict.fromkeys(names, count - 1)
    before: set[str] = set()
    for cut in range(1, count):
        wider = _cut(graph, weights, cut / count, tolerance, before)
        found.update((name, cut - 1) for name in wider - before)
        before = wider
    return found


def _cut(graph: Graph, weights: Mapping[str, float], share: float, tolerance: float, before: set[str]) -> set[str]:
    """The layers before a cut, those of earlier cuts among them; of cuts with equal traffic the best balanced."""
    names = [layer.name for layer in graph.layers]
    found, least = before, float("inf")
    for narrower in (tolerance, tolerance / 2, tolerance / 4, tolerance / 8):
        early, late = _window([weights[name] for name in names], share, narrower)
        fixed = dict.fromkeys(names[late:], AFTER) | dict.fromkeys((*names[:early], *before), BEFORE)
        traffic, inside = _least_traffic(graph, fixed)
        if traffic > least:
            break
        found, least = inside, min(traffic, least)
    return found


def _window(weights: list[float], share: float, tolerance: float) -> tuple[int, int]:
    """How many layers are certainly before a cut at a share of their weights, and which is the first certainly after.

    Layers without weight, such as activations, may be on either side of it.
    """
    total = sum(weights) or 1
    heavy = [index for index, weight in enumerate(weights) if weight]
    ends = [end / total for end in accumulate(weights[index] for index in heavy)][:-1]
    near = [at for at, end in enumerate(ends) if abs(end - share) <= tolerance]
    near = near or sorted(range(len(ends)), key=lambda at: abs(ends[at] - share))[:1]
    return (heavy[near[0]] + 1, heavy[near[-1] + 1]) if near else (0, len(weights))


def _least_traffic(graph: Graph, fixed: Mapping[str, Node]) -> tuple[int, set[str]]:
    """The bytes that cross, and the layers before the cut. A value crosses once, however many layers read it."""
    flow = nx.DiGraph()
    flow.add_nodes_from((BEFORE, AFTER))
    for producer, reader in _edges(graph):
        tail, head = (fixed.get(layer.name, ("layer", layer.name)) for layer in (producer, reader))
        if tail != head or tail not in (BEFORE, AFTER):
            sent = ("sent", producer.name)
            flow.add_edge(tail, sent, capacity=BYTES_PER_VALUE * elements(producer.shape))
            flow.add_edge(sent, head)  # without a capacity it cannot be cut
            flow.add_edge(head, tail)  # what a layer reads is not after it
    traffic, (before, _) = nx.minimum_cut(flow, BEFORE, AFTER)
    early = {name for name, end in fixed.items() if end == BEFORE}
    return traffic, early | {name for kind, name in before if kind == "layer"}


def _edges(graph: Graph) -> Iterator[tuple[Layer, Layer]]:
    """Who reads what of whom. Inputs come from the host, on whatever device they are read."""
    for node in graph.nodes:
        if isinstance(node, Layer):
            for name in dict.fromkeys(node.inputs):
                producer = source_of(graph, name)
                if isinstance(producer, Layer):
                    yield producer, node
