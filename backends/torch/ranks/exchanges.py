"""What the devices of a net say to each other: exchanges of all with all, and messages from one to another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from ....compiler.graph import Graph, Input, Layer, Transfer


@dataclass(frozen=True)
class Exchange:
    """Every device of a group has a part and reads the parts of all: an all-gather."""

    layers: tuple[str, ...]
    """The parts, in the order of the devices."""
    devices: tuple[str, ...]
    transfers: tuple[Transfer, ...]
    """All copies that it stands for."""

    @property
    def origins(self) -> tuple[str, ...]:
        """The layers that must have run before."""
        return self.layers


@dataclass(frozen=True)
class Message:
    """One device reads what another has made: send and receive."""

    transfer: Transfer

    @property
    def origins(self) -> tuple[str, ...]:
        """The layers that must have run before."""
        return (self.transfer.layer,)


Event: TypeAlias = Exchange | Message


def events_of(graph: Graph) -> list[Event]:
    """All that the devices say, in the order of the graph's transfers."""
    exchanges = list(_exchanges(graph))
    by_transfer = {transfer.name: exchange for exchange in exchanges for transfer in exchange.transfers}
    events: dict[Event, None] = {}
    for transfer in graph.transfers:
        events[by_transfer.get(transfer.name) or Message(transfer)] = None
    return list(events)


def _exchanges(graph: Graph) -> Iterator[Exchange]:
    """Groups of layers of one shape, one layer per device, that are read together on each of these devices."""
    readers: dict[frozenset[str], set[str | None]] = {}
    for layer in graph.layers:
        parts = _parts(graph, layer)
        if len(parts) > 1:
            readers.setdefault(frozenset(parts), set()).add(layer.device)
    taken: set[str] = set()
    order = [device.name for device in graph.devices]
    for group, devices in readers.items():
        owners = {str(graph.by_name[name].device): name for name in group}
        shapes = {graph.by_name[name].shape for name in group}
        if len(owners) < len(group) or devices != set(owners) or len(shapes) > 1:
            continue
        names = sorted(owners, key=order.index)
        layers = tuple(owners[name] for name in names)
        copies = [f"{owners[origin]}@{name}" for name in names for origin in names if origin != name]
        if taken.isdisjoint(copies):
            taken.update(copies)
            transfers = [graph.by_name[name] for name in copies]
            found = tuple(transfer for transfer in transfers if isinstance(transfer, Transfer))
            yield Exchange(layers, tuple(names), found)


def _parts(graph: Graph, layer: Layer) -> list[str]:
    """The layers behind what a layer reads; none if it reads inputs of the net too."""
    nodes = [graph.by_name[name] for name in layer.inputs]
    if any(isinstance(node, Input) for node in nodes):
        return []
    return [node.layer if isinstance(node, Transfer) else node.name for node in nodes]
