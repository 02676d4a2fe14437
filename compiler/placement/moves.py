"""A placement in words: the fewest `move` edits that put every layer where it belongs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..graph import Graph, Layer
from .placed import source_of


def moves(graph: Graph, device_of: Mapping[str, str]) -> dict[str, list[str]]:
    """For every device the layers and scopes that must be told to run there; the others follow their first input.

    In a net that says already where its layers run, none follows another.
    """
    whole = _devices_of_scopes(graph, device_of)
    found: dict[str, list[str]] = {}
    told: set[str] = set()
    for layer in graph.layers:
        device = device_of[layer.name]
        paths = list(_paths(layer.name))
        follows = not graph.devices and _inherited(graph, layer, device_of) == {device}
        if not follows and not told.intersection(paths):
            path = next(path for path in paths if whole[path] == {device})
            told.add(path)
            found.setdefault(device, []).append(path)
    return found


def _inherited(graph: Graph, layer: Layer, device_of: Mapping[str, str]) -> set[str]:
    """The devices of what it reads; an input of the net is on none."""
    sources = (source_of(graph, name) for name in layer.inputs)
    return {device_of[source.name] for source in sources if isinstance(source, Layer)}


def _paths(name: str) -> Iterator[str]:
    """The scopes around a layer, the outermost first, and the layer."""
    parts = name.split(".")
    return (".".join(parts[:end]) for end in range(1, len(parts) + 1))


def _devices_of_scopes(graph: Graph, device_of: Mapping[str, str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for layer in graph.layers:
        for path in _paths(layer.name):
            found.setdefault(path, set()).add(device_of[layer.name])
    return found
