"""What is drawn as one box: an input, an output, a transfer, or a chain of layers in bands."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from ....compiler import Graph, Input, Layer, Transfer

FOLLOWERS = frozenset({"activation", "normalization", "dropout"})
"""Roles of layers that are drawn as bands under the layer that they follow."""

JOINS = frozenset({"merge", "reshape"})
"""Roles of layers that are drawn as bands over the layer that they prepare the input of."""

MOST_BANDS = 6
"""Layers in one box."""

SHORT = 4
"""Letters of a word that has room above a circle."""

SUMS = frozenset({"add", "mul"})
"""Ops that are drawn as a small circle with a sign, if that is asked for."""


@dataclass(eq=False)
class Item:
    """One box of the figure.

    ``lane`` counts devices by 2; the odd lanes between them hold what is on its way: inputs from the host, and
    transfers. ``reads`` and ``readers`` are indexes of items; only the first layer of a chain reads, and only the
    last is read. ``rank`` is the row from the top. ``bands`` are the layers of a box as they are drawn: those in one
    band share a place and a name, that of the first. The first band of a ``hub`` is a circle.
    """

    index: int
    kind: Literal["layers", "input", "output", "transfer"]
    nodes: tuple[Input | Layer | Transfer, ...]
    name: str
    lane: int
    reads: list[int]
    bands: tuple[tuple[Layer, ...], ...] = ()
    hub: bool = False
    bar: bool = False
    """Whether it may be as wide as the columns that it joins."""
    readers: list[int] = field(default_factory=list)
    in_training: bool = False
    """Whether it is an output that exists in training only."""
    rank: int = 0
    side: int = 1
    """In a lane between devices: the side of those that read it, 0 left and 1 right."""

    @property
    def free_sides(self) -> frozenset[int]:
        """Sides of a circle that wires may enter; what follows a sum in its band is written at the left."""
        return frozenset({1} if len(self.bands[0]) > 1 else {0, 1})

    @property
    def first(self) -> str:
        """The node that reads; an output is no node, so it has a name of its own."""
        return f"output {self.name}" if self.kind == "output" else self.nodes[0].name

    @property
    def last(self) -> str:
        """The node that readers read, or the first in its band."""
        return self.bands[-1][0].name if self.bands else self.nodes[-1].name

    @property
    def what(self) -> str:
        """What it is, in a word or two for people."""
        return f"auxiliary {self.kind}" if self.in_training else self.kind

    @property
    def section(self) -> str | None:
        node = self.nodes[0]
        return node.section if isinstance(node, Layer) and self.kind == "layers" else None


class Items(NamedTuple):
    """All boxes of a graph in an order in which they can run, and the devices of the even lanes."""

    graph: Graph
    devices: tuple[str | None, ...]
    all: list[Item]

    @property
    def lanes(self) -> int:
        """Number of lanes, those between the devices included."""
        return 2 * len(self.devices) - 1


def items_of(graph: Graph, prepared: Collection[str] = JOINS, merged: bool = False, hubs: bool = False) -> Items:
    """The boxes of a graph, without ranks; layers of the roles ``prepared`` stand in the box of their reader.

    ``merged``: normalization, activation and dropout share the band of the layer that they follow. ``hubs``: a sum
    or a product begins with a circle, in a box of its own.
    """
    devices = _devices(graph)
    lanes = {device: 2 * i for i, device in enumerate(devices)}
    made: list[Item] = []
    owner: dict[str, int] = {}
    chains = _chains(graph, prepared, hubs)
    for node in graph.nodes:
        if node.name in owner:
            continue
        nodes = chains.get(node.name, (node,))
        reads = list(dict.fromkeys(owner[name] for name in node.inputs))
        kind: Literal["layers", "input", "transfer"] = "layers" if isinstance(node, Layer) else node.kind
        made.append(Item(len(made), kind, nodes, node.name, lanes.get(node.device, 0), reads))
        if isinstance(node, Layer):
            made[-1].hub = hubs and node.op.keyword in SUMS
            made[-1].bands = tuple(_bands(chains[node.name], merged))
            made[-1].bar = hubs and node.op.role == "merge" and not made[-1].hub and len(made[-1].bands) == 1
        if isinstance(node, Transfer):
            _place_transfer(made[-1], lanes[node.origin])
        owner.update((member.name, made[-1].index) for member in nodes)
    for name, source in graph.outputs.items():
        index = owner[source]
        made.append(Item(len(made), "output", (graph.by_name[source],), name, made[index].lane, [index]))
        made[-1].in_training = name in graph.auxiliary
    _connect(made)
    _place_inputs(made, len(devices))
    return Items(graph, devices, made)


def _devices(graph: Graph) -> tuple[str | None, ...]:
    """Devices that layers are on, in the order of the spec; None first when some layer is on none."""
    used = {layer.device for layer in graph.layers}
    named = [device.name for device in graph.devices if device.name in used]
    return (None, *named) if None in used or not named else tuple(named)


def _place_transfer(item: Item, origin: int) -> None:
    """A transfer stands beside its destination, on the side that it comes from."""
    item.side = int(origin < item.lane)
    item.lane += -1 if item.side else 1


def _connect(made: list[Item]) -> None:
    for item in made:
        for source in item.reads:
            made[source].readers.append(item.index)


def _place_inputs(made: list[Item], devices: int) -> None:
    """Inputs come from the host: with several devices they stand between those that read them."""
    for item in made:
        if item.kind == "input" and devices > 1:
            lanes = sorted(made[reader].lane for reader in item.readers) or [0]
            middle = (lanes[0] + lanes[-1]) // 2
            item.lane = min(middle if middle % 2 else middle + 1, 2 * devices - 3)


def _bands(chain: Sequence[Layer], merged: bool) -> Iterator[tuple[Layer, ...]]:
    band: tuple[Layer, ...] = ()
    for layer in chain:
        if band and not (merged and layer.op.role in FOLLOWERS and not _is_full(band, layer)):
            yield band
            band = ()
        band = (*band, layer)
    yield band


def _is_full(band: tuple[Layer, ...], layer: Layer) -> bool:
    """Whether there is no room beside a circle for one more."""
    return band[0].op.keyword in SUMS and (len(band) > 1 or len(layer.op.keyword) > SHORT)


def _chains(graph: Graph, prepared: Collection[str], hubs: bool) -> dict[str, tuple[Layer, ...]]:
    """Chains of layers that share a box, by the name of their first layer."""
    outputs = set(graph.outputs.values())
    chains: dict[str, tuple[Layer, ...]] = {}
    seen: set[str] = set()
    for layer in graph.layers:
        if layer.name not in seen:
            no_join = hubs and layer.op.keyword in SUMS
            chain = tuple(_chain(graph, layer, outputs, () if no_join else prepared))
            seen.update(member.name for member in chain)
            chains[layer.name] = chain
    return chains


def _chain(graph: Graph, layer: Layer, outputs: set[str], prepared: Collection[str]) -> Iterator[Layer]:
    yield layer
    prepares = layer.op.role in prepared
    for _ in range(MOST_BANDS - 1):
        readers = graph.consumers[layer.name]
        if len(readers) != 1 or layer.name in outputs:
            return
        reader = graph.by_name[readers[0]]
        if not (isinstance(reader, Layer) and _belong_together(layer, reader, prepares)):
            return
        prepares = prepares and reader.op.role in prepared
        layer = reader
        yield layer


def _belong_together(layer: Layer, reader: Layer, prepares: bool) -> bool:
    """Whether a layer's only reader is drawn in the same box; ``prepares`` says that no layer of it computes yet."""
    same_place = (layer.device, layer.section, _scope(layer)) == (reader.device, reader.section, _scope(reader))
    if not same_place or len(reader.inputs) != 1:
        return False
    if reader.op.role in FOLLOWERS:
        return True
    return prepares and layer.statement in ("", reader.statement)


def _scope(layer: Layer) -> str:
    return layer.name.rpartition(".")[0]
