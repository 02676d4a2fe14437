"""A graph with its layers on other devices, and what it costs there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ..graph import Device, Graph, Input, Layer, Transfer


def source_of(graph: Graph, name: str) -> Layer | Input:
    """What a layer reads under a name: what was copied, where it is a copy on another device."""
    node = graph.by_name[name]
    while isinstance(node, Transfer):
        node = graph.by_name[node.layer]
    return node


def placed(graph: Graph, devices: Sequence[Device], device_of: Mapping[str, str]) -> Graph:
    """The graph with every layer on the device that is given for its name, and the transfers that this needs."""
    kept = {name: getattr(graph, name) for name in Graph.model_fields}  # a copy would keep what is cached too
    return Graph(**(kept | {"devices": tuple(devices), "nodes": tuple(_nodes(graph, device_of))}))


def _nodes(graph: Graph, device_of: Mapping[str, str]) -> Iterator[Input | Layer | Transfer]:
    copied: set[str] = set()
    for node in graph.nodes:
        if isinstance(node, Input):
            yield node
        elif isinstance(node, Layer):
            device, reads = device_of[node.name], []
            for name in node.inputs:
                source = source_of(graph, name)
                reads.append(source.name)
                if isinstance(source, Layer) and device_of[source.name] != device:
                    reads[-1] = f"{source.name}@{device}"
                    if reads[-1] not in copied:
                        yield _copy(source, reads[-1], device_of[source.name], device, node)
                    copied.add(reads[-1])
            yield node.model_copy(update={"device": device, "inputs": tuple(reads)})


def _copy(source: Layer, name: str, origin: str, destination: str, reader: Layer) -> Transfer:
    return Transfer(
        name=name, layer=source.name, origin=origin, destination=destination, shape=source.shape,
        line=reader.line, file=reader.file,
    )  # fmt: skip
