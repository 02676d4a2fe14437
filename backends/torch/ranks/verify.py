"""Verifies a file of ranks against its graph: all ranks run on the meta device, in one process, and trade values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from ....compiler.graph import Graph
from ....compiler.values import format_shape
from ..execute import execute
from ..match import Matcher
from ..observe import Observer
from ..verify import BATCH, Verification, failure, layers_in, state_of, watch_functions
from ..verify import verify as verify_net
from .source import ranks_extras, without_devices
from .turns import Stuck, Turns


def verify(graph: Graph, text: str) -> Verification:
    """Holds the net of a written file to the graph, and then what its ranks do together.

    The ranks run at the same time, with layers of their own only; what they
    send, receive and gather is handed over as it would be by the network.
    Compared are, as ``verify`` does: every layer, exactly once, on the rank
    of its device, its operands and shapes, every transfer, and the weights.
    """
    whole = verify_net(without_devices(graph), text, ranks_extras(graph))
    if not whole.ok:
        return whole
    return _Run(graph, execute(text, f"<netc verify ranks of {graph.net}>")).verify()


class _Run:
    """One verification."""

    def __init__(self, graph: Graph, namespace: dict[str, Any]) -> None:
        self.graph = graph
        self.namespace = namespace
        self.devices: tuple[str, ...] = namespace["DEVICES"]
        self.observer = Observer(str(namespace["__name__"]))
        self.matcher = Matcher(graph, BATCH)
        self.findings: list[str] = []

    def verify(self) -> Verification:
        watch_functions(self.namespace, self.observer)
        places = {device.name: index for index, device in enumerate(self.graph.devices)}
        ranks = {device: self._build(device, places[device]) for device in self.devices}
        self.findings += self._check_states(ranks)
        self.observer.calls.clear()
        self.observer.clashes.clear()
        for rank in ranks.values():
            self.observer.watch(rank.net, layers_in(rank.net, self.graph))
        image = torch.empty(BATCH, *self.graph.inputs[0].shape, device="meta")
        self.observer.receive(self.graph.inputs[0].name, image)
        is_pipeline = "Pipeline" in self.namespace
        results = (self._pipeline if is_pipeline else self._peers)(ranks, image, places)
        self.matcher.match(self.observer.calls)
        for clash in self.observer.clashes:
            self.matcher.clash(clash)
        self.findings += self._check_results(dict(zip(self.devices, results, strict=True)))
        self.matcher.count(completed=True)
        found = dict.fromkeys([*self.findings, *self.matcher.findings])
        once = sum(count == 1 for count in self.matcher.found.values())
        parameters = sum(parameter.numel() for rank in ranks.values() for parameter in rank.parameters())
        matcher = self.matcher
        return Verification(
            tuple(found), once, matcher.shapes, parameters, matcher.operands, len(matcher.copies)
        )  # fmt: skip

    def _build(self, device: str, place: int) -> Any:
        """The rank of a device, on the logical device of that number."""
        number = self.devices.index(device)
        with torch.device("meta"), self.observer:
            rank = self.namespace["RANKS"][number](self.namespace["NET"]())
            return rank.to(torch.device("meta", place))

    def _check_states(self, ranks: dict[str, Any]) -> Iterator[str]:
        """Every rank must have the tensors of its own layers."""
        for device, rank in ranks.items():
            layers = {layer.name for layer in self.graph.on(device)}
            expected = {key: shape for key, shape in state_of(self.graph) if key.rpartition(".")[0] in layers}
            found = {key: tuple(value.shape) for key, value in rank.net.state_dict().items()}
            yield from (f"the rank of {device} lacks `{key}`" for key in expected if key not in found)
            yield from (f"the rank of {device} has `{key}`, which is not its" for key in found if key not in expected)
            for key, shape in expected.items():
                if found.get(key, shape) != shape:
                    yield f"`{key}` has shape {format_shape(found[key])}, the graph says {format_shape(shape)}"

    def _check_results(self, results: dict[str, Any]) -> Iterator[str]:
        """What the ranks give back: the outputs of the net, or why they ended."""
        errors = [error for error in results.values() if isinstance(error, Exception)]
        for device, result in results.items():
            if isinstance(result, Stuck) and all(isinstance(error, Stuck) for error in errors):
                yield f"the rank of {device} waits for what no rank sends"
            elif isinstance(result, Exception) and not isinstance(result, Stuck):
                yield failure(f"the rank of {device}", result, self.observer.file)
        if errors:
            return
        for name, node in self.graph.outputs.items():
            output = results[str(self.graph.by_name[node].device)]
            value = output.get(name) if isinstance(output, dict) else output
            made = self.observer.result(value) if isinstance(value, Tensor) else None
            found = self.matcher.name(made) if made else None
            if found != node:
                yield f"output `{name}` is `{found}`, the graph says `{node}`"

    # The ranks at work

    def _pipeline(self, ranks: dict[str, Any], image: Tensor, places: dict[str, int]) -> list[Any]:
        """Stage after stage; what one gives is what the next one takes."""
        values: tuple[Tensor, ...] = (image,)
        results: list[Any] = []
        with self.observer:
            for device, rank in ranks.items():
                values = tuple(value.to(torch.device("meta", places[device])) for value in values)
                if results and rank.takes != tuple(tuple(value.shape[1:]) for value in values):
                    self.findings.append(f"the stage of {device} takes other shapes than it is given")
                try:
                    results.append(rank(*values))
                except Exception as error:  # noqa: BLE001 - as in verify
                    return [*results, error, *[Stuck()] * (len(ranks) - len(results) - 1)]
                values = results[-1] if isinstance(results[-1], tuple) else (results[-1],)
                if rank.gives != tuple(tuple(value.shape[1:]) for value in values):
                    self.findings.append(f"the stage of {device} gives other shapes than it says")
        return results

    def _peers(self, ranks: dict[str, Any], image: Tensor, places: dict[str, int]) -> list[Any]:
        """All ranks in turn."""
        network = _Network(self.devices, Turns(len(ranks)))
        tasks = [
            self._task(rank, _Peer(network, number, places[device]), image)
            for number, (device, rank) in enumerate(ranks.items())
        ]
        return network.turns.run(tasks)

    def _task(self, rank: Any, peer: _Peer, image: Tensor) -> Callable[[], Any]:
        def task() -> Any:
            peer.replace(rank)
            with self.observer:
                return rank(image.to(peer.place))

        return task


@dataclass
class _Network:
    """What stands between the ranks of a process."""

    devices: tuple[str, ...]
    turns: Turns
    boxes: dict[tuple[object, ...], list[Tensor]] = field(default_factory=dict)
    """What is on its way, by sender and receiver."""


class _Peer:
    """How one rank trades values with the others of its process."""

    def __init__(self, network: _Network, number: int, place: int) -> None:
        self.turns = network.turns
        self.boxes = network.boxes
        self.devices = network.devices
        self.number = number
        self.place = torch.device("meta", place)

    def replace(self, rank: nn.Module) -> None:
        """Puts these in the place of what would use the network."""
        rank.start = lambda x: setattr(rank, "token", None)  # type: ignore[assignment]
        for method in (self.all_gather, self.send, self.receive):
            setattr(rank, method.__name__, method)

    def all_gather(self, x: Tensor, *devices: str) -> list[Tensor]:
        numbers = sorted(self.devices.index(device) for device in devices)
        for number in numbers:
            self.boxes.setdefault((self.number, number, devices), []).append(x)
        parts = []
        for number in numbers:
            box = self.boxes.setdefault((number, self.number, devices), [])
            self.turns.wait(self.number, lambda box=box: bool(box))  # type: ignore[misc]
            part = box.pop(0)
            parts.append(part if number == self.number else part.to(self.place))
        return parts

    def send(self, x: Tensor, device: str) -> None:
        box = self.boxes.setdefault((self.number, self.devices.index(device)), [])
        box.append(x)
        self.turns.wait(self.number, lambda: not box)

    def receive(self, device: str, *shape: int) -> Tensor:
        box = self.boxes.setdefault((self.devices.index(device), self.number), [])
        self.turns.wait(self.number, lambda: bool(box))
        x = box.pop(0)
        if tuple(x.shape[1:]) != shape:
            raise ValueError(f"{device} sends {format_shape(x.shape[1:])}, not {format_shape(shape)}")
        return x.to(self.place)
