"""What is drawn as one stack or bar: a layer with those that only change its values, an input or a transfer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from ....compiler import Graph, Input, Layer, Transfer, elements, format_bytes, format_shape
from ..labels import title_of_layer
from ..layered.items import Item, Items, items_of

Node: TypeAlias = Input | Layer | Transfer

COMPUTING = ("convolution", "pooling", "dense", "merge")
"""Roles that a stage is named after, the first that it has."""


@dataclass(eq=False)
class Stage:
    """One stack, bar, sign or transfer.

    ``main`` is the node that the stage is named after, ``nodes`` are all that it shows, in order. ``lane`` counts
    devices by 2; the odd lanes hold what is on its way between them. ``reads`` and ``readers`` are indexes of stages.
    """

    index: int
    nodes: tuple[Node, ...]
    main: Node
    lane: int
    reads: list[int]
    readers: list[int] = field(default_factory=list)
    outputs: tuple[str, ...] = ()
    """Names of the outputs of the net that it is."""

    @property
    def layer(self) -> Layer | None:
        """The layer that it is named after, if it is one."""
        return self.main if isinstance(self.main, Layer) else None

    @property
    def keyword(self) -> str:
        """The op's keyword; that of an input or a transfer is empty."""
        return self.main.op.keyword if isinstance(self.main, Layer) else ""

    @property
    def followers(self) -> tuple[Layer, ...]:
        """The layers after the one that it is named after."""
        after = self.nodes[self.nodes.index(self.main) + 1 :]
        return tuple(node for node in after if isinstance(node, Layer))

    @property
    def title(self) -> str:
        """What a screen reader says."""
        parts = [_spoken(node) for node in self.nodes]
        return "; ".join([*parts, *(f"output {name}" for name in self.outputs)])


def stages_of(graph: Graph) -> tuple[Items, list[Stage]]:
    """The stages of a graph in an order in which they can run, and the boxes that they are made from."""
    items = items_of(graph)
    stages: list[Stage] = []
    owner: dict[int, int] = {}
    for item in items.all:
        before = owner[item.reads[0]] if item.reads else -1
        if item.kind == "output":
            stages[before].outputs += (item.name,)
        elif _is_flattened(items, item):
            stages[before].nodes += item.nodes
        else:
            reads = list(dict.fromkeys(owner[source] for source in item.reads))
            stages.append(Stage(len(stages), item.nodes, _main(item.nodes), item.lane, reads))
            before = len(stages) - 1
        owner[item.index] = before
    for stage in stages:
        for source in stage.reads:
            stages[source].readers.append(stage.index)
    return items, stages


def _is_flattened(items: Items, item: Item) -> bool:
    """Whether an item only flattens what nobody else reads: the stack before it is drawn as it is."""
    if item.kind != "layers" or any(not isinstance(n, Layer) or n.op.keyword != "flatten" for n in item.nodes):
        return False
    (source,) = (items.all[index] for index in item.reads)
    return len(source.readers) == 1 and source.kind == "layers" and source.lane == item.lane


def _main(nodes: Sequence[Node]) -> Node:
    for role in COMPUTING:
        for node in nodes:
            if isinstance(node, Layer) and node.op.role == role:
                return node
    return nodes[0]


def _spoken(node: Node) -> str:
    if isinstance(node, Layer):
        return title_of_layer(node)
    shape = format_shape(node.shape)
    if isinstance(node, Transfer):
        return f"{node.name}: {shape} to {node.destination}, {format_bytes(node.bytes_per_sample)} per sample"
    return f"input {node.name}: {shape}"


def map_of(node: Node) -> tuple[int, int, int] | None:
    """Number, height and width of a node's feature maps; None where it is a vector, or all maps have one unit."""
    if len(node.shape) < 2 or node.shape[-2:] == (1, 1):
        return None
    return elements(node.shape[:-2]), node.shape[-2], node.shape[-1]


def is_chain(stages: Sequence[Stage]) -> bool:
    """Whether every stage reads the one before it, and nothing else."""
    return all(stage.reads == ([stage.index - 1] if stage.index else []) for stage in stages)
