"""What is right but could be better where layers run: warnings of `netc check`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from .diagnostics import Diagnostic
from .draft import State
from .graph import Graph, Input, Layer, Transfer, elements
from .values import BYTES_PER_VALUE, format_bytes


def lints(graph: Graph, state: State) -> tuple[Diagnostic, ...]:
    """Transfers that a layer elsewhere would avoid, and devices that do too little; nothing for one device."""
    if len(graph.devices) < 2:
        return ()
    return (*_avoidable_transfers(graph, state), *_idle_devices(graph, state))


def _avoidable_transfers(graph: Graph, state: State) -> Iterator[Diagnostic]:
    """Runs of layers without weights that would make the traffic less on a device that they read from or write to."""
    traffic = _Traffic(graph)
    statements: dict[str, set[str]] = {}
    for layer in graph.layers:
        if layer.statement:
            statements.setdefault(layer.statement, set()).add(layer.name)
    told: set[str] = set()
    for layer in graph.layers:
        if layer.name in told:
            continue
        best = min(
            ((traffic.change(run, device), -len(run), device, run) for run in _runs(graph, layer)
             for device in traffic.neighbours(run)),
            default=None, key=lambda found: found[:3],
        )  # fmt: skip
        if best is not None and best[0] < 0:
            change, _, device, run = best
            told.update(member.name for member in run)
            links = " -> ".join(member.op.keyword for member in run)
            yield Diagnostic(
                "W501", f"`{links}` on {device}, not {layer.device}, would make the transfers smaller",
                state.drafts[layer.name].span, hint=_hint(statements, run, device),
                found=f"{format_bytes(-change)} per sample too much, and as much for the gradients",
            )  # fmt: skip


def _hint(statements: Mapping[str, set[str]], run: Sequence[Layer], device: str) -> str:
    whole = statements.get(run[-1].statement, set())
    if whole <= {layer.name for layer in run}:
        return f"write `on {device}` after it"
    links = " -> ".join(layer.op.keyword for layer in run)
    return f"make `{links}` a statement of its own, with `on {device}` after it"


MOST_MOVED = 8
"""Layers of a run."""


def _runs(graph: Graph, layer: Layer) -> Iterator[list[Layer]]:
    """Layers without weights, each read by the next alone, from a layer on: of one, of two ..."""
    run: list[Layer] = []
    while not layer.parameters and not layer.macs and len(run) < MOST_MOVED:
        run.append(layer)
        yield list(run)
        readers = graph.consumers[layer.name]
        following = graph.by_name[readers[0]] if len(readers) == 1 else None
        if layer.name in graph.outputs.values() or not isinstance(following, Layer) or len(following.inputs) > 1:
            return
        layer = following


class _Traffic:
    """Who reads what, transfers left out."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    def source(self, name: str) -> Input | Layer:
        """What is read under a name: what was copied, for a copy."""
        node = self.graph.by_name[name]
        while isinstance(node, Transfer):
            node = self.graph.by_name[node.layer]
        return node

    def readers(self, name: str) -> Iterator[Layer]:
        """The layers that read a layer, here or as a copy."""
        for reader in map(self.graph.by_name.__getitem__, self.graph.consumers[name]):
            if isinstance(reader, Transfer):
                yield from self.readers(reader.name)
            elif isinstance(reader, Layer):
                yield reader

    def neighbours(self, run: Sequence[Layer]) -> list[str]:
        """Other devices that a run reads from or that read it."""
        sources = (self.source(name).device for name in run[0].inputs)
        readers = (reader.device for reader in self.readers(run[-1].name))
        return sorted({device for device in (*sources, *readers) if device and device != run[0].device})

    def change(self, run: Sequence[Layer], device: str) -> int:
        """By how many bytes per sample the traffic grows when a run is on another device."""
        moved = {layer.name for layer in run}
        ends = {layer.name: layer for layer in (run[-1], *self._read(run))}
        return sum(self._sent(layer, moved, device) - self._sent(layer, set(), device) for layer in ends.values())

    def _read(self, run: Sequence[Layer]) -> Iterator[Layer]:
        for name in run[0].inputs:
            source = self.source(name)
            if isinstance(source, Layer):
                yield source

    def _sent(self, layer: Layer, moved: set[str], device: str) -> int:
        """Bytes of a layer's output that go to other devices, once to each, when some layers are moved to a device."""

        def place(node: Layer) -> str | None:
            return device if node.name in moved else node.device

        places = {place(reader) for reader in self.readers(layer.name)} - {place(layer)}
        return BYTES_PER_VALUE * elements(layer.shape) * len(places)


def _idle_devices(graph: Graph, state: State) -> Iterator[Diagnostic]:
    """Devices without multiply-adds, and else a division of them that gains less than half of what it could.

    n devices that work at the same time are as fast as their busiest: at best n times as fast as one. Less than half
    of the gain is a speed below (n + 1) / 2.
    """
    macs = {device.name: graph.total_of(graph.on(device.name), "macs", training=True) for device in graph.devices}
    total = sum(macs.values())
    idle = [name for name, count in macs.items() if total and not count]
    for name in idle:
        yield Diagnostic(
            "W502", f"device `{name}` has no multiply-adds to compute", state.device_spans[name],
            hint="place a convolution or a fully connected layer on it, or remove it",
        )  # fmt: skip
    busiest = max(macs, key=lambda name: macs[name])
    if total and not idle and 2 * total < (len(macs) + 1) * macs[busiest]:
        speed = total / macs[busiest]
        yield Diagnostic(
            "W503", f"device `{busiest}` has most of the work: {100 * macs[busiest] / total:.0f}% of the MACs",
            state.device_spans[busiest], expected=f"{len(macs)} devices, up to {len(macs)} times as fast as one",
            found=f"{speed:.2f} times as fast, if all work at the same time",
            hint=f"move layers from {busiest} to {min(macs, key=lambda name: macs[name])}",
        )  # fmt: skip
