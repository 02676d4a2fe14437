"""Who does what, and when: the steps of every rank, in one order that all ranks keep."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from ....compiler.graph import Graph, Input, Layer, Transfer
from ..forms import Forms
from ..in_place import in_place
from ..parts import Part, Repeat, Run, Step, Use
from .exchanges import Event, Exchange, Message, events_of


@dataclass(frozen=True)
class Gather:
    """This rank's side of an exchange."""

    exchange: Exchange
    device: str

    @property
    def own(self) -> str:
        """The part of this rank."""
        return self.exchange.layers[self.exchange.devices.index(self.device)]

    @property
    def reads(self) -> tuple[str, ...]:
        return (self.own,)

    @property
    def makes(self) -> tuple[str, ...]:
        """What it did not have before."""
        return tuple(layer for layer in self.exchange.layers if layer != self.own)

    @property
    def arriving(self) -> list[Transfer]:
        """The copies that end here."""
        return [transfer for transfer in self.exchange.transfers if transfer.destination == self.device]


@dataclass(frozen=True)
class Send:
    """A value goes to another rank."""

    transfer: Transfer

    @property
    def reads(self) -> tuple[str, ...]:
        return (self.transfer.layer,)

    @property
    def makes(self) -> tuple[str, ...]:
        return ()


@dataclass(frozen=True)
class Receive:
    """A value comes from another rank."""

    transfer: Transfer

    @property
    def reads(self) -> tuple[str, ...]:
        return ()

    @property
    def makes(self) -> tuple[str, ...]:
        return (self.transfer.layer,)


Action: TypeAlias = Step | Gather | Send | Receive


class Plan:
    """The actions of every rank; ``devices`` are in the order of the ranks."""

    def __init__(self, graph: Graph, forms: Forms) -> None:
        self.graph = graph
        self.forms = forms
        self.device_of = {layer.name: str(layer.device) for layer in graph.layers}
        self.devices = [device.name for device in graph.devices]
        self.events = events_of(graph)
        self.actions: dict[str, list[Action]] = {device: [] for device in self.devices}
        self._spread = {part: frozenset(self._devices(part)) for part in _parts(forms.tree.root)}
        self._carry_out()
        self.is_pipeline = self._find_pipeline()

    def layers(self, device: str) -> list[str]:
        """The modules of a device: layers, and parts that are on it as a whole."""
        return list(self._modules(self.forms.tree.root, device))

    def messages(self) -> list[Transfer]:
        """The transfers that are no part of an exchange."""
        return [event.transfer for event in self.events if isinstance(event, Message)]

    def _modules(self, part: Part, device: str) -> Iterator[str]:
        for child in part.children.values():
            if isinstance(child, Layer):
                if self.device_of[child.name] == device and self.forms.said[child.name].kept:
                    yield child.name
            elif self._spread[child] == {device}:
                yield child.path
            else:
                yield from self._modules(child, device)

    def _devices(self, part: Part) -> Iterator[str]:
        for child in part.children.values():
            if isinstance(child, Layer):
                yield self.device_of[child.name]
            else:
                yield from self._devices(child)

    def _carry_out(self) -> None:
        """Values travel as soon as they are made, so that nobody waits longer than needed."""
        missing = {event: set(event.origins) for event in self.events}
        reading: dict[str, list[Event]] = {}
        for event in self.events:
            for layer in event.origins:
                reading.setdefault(layer, []).append(event)
        for step in self._steps(self.forms.tree.root.segments[0].steps):
            self.actions[self._device(step)].append(step)
            for value in step.makes:
                for event in reading.get(value, ()):
                    missing[event].discard(value)
                    if not missing[event]:
                        self._add(event)

    def _add(self, event: Event) -> None:
        if isinstance(event, Exchange):
            for device in event.devices:
                self.actions[device].append(Gather(event, device))
        else:
            self.actions[event.transfer.origin].append(Send(event.transfer))
            self.actions[event.transfer.destination].append(Receive(event.transfer))

    def _steps(self, steps: Iterable[Step]) -> Iterator[Step]:
        """The steps; parts on several devices are taken apart. Parts are nested no deeper than blocks are."""
        for step in steps:
            if isinstance(step, Use) and len(self._spread[step.part]) > 1:
                yield from self._steps(step.segment.steps)
            elif isinstance(step, Repeat):
                yield from self._steps(step.turns)
            else:
                yield step

    def _device(self, step: Step) -> str:
        if isinstance(step, Run):
            return self.device_of[step.layer.name]
        assert isinstance(step, Use)  # a graph without devices has no copies
        return next(iter(self._spread[step.part]))

    # Pipelines

    def _find_pipeline(self) -> bool:
        """Whether values only go from every device to the next, from the input at the first to the output at the last.

        Then the devices are put in that order.
        """
        follows = {transfer.origin: transfer.destination for transfer in self.messages()}
        chain = _chain(self.devices, follows)
        if len(chain) < len(self.devices) or len(chain) < 2 or len(self.messages()) < len(self.events):
            return False
        is_forward = all(follows[transfer.origin] == transfer.destination for transfer in self.messages())
        readers = {layer.device for layer in self.graph.layers if self._reads_input(layer)}
        ends = {self.device_of[node] for node in self.graph.outputs.values()}
        if not is_forward or readers != {chain[0]} or ends != {chain[-1]} or len(self.graph.outputs) > 1:
            return False
        if any(self._overwrites(transfer) for transfer in self.messages()):
            return False
        self.devices = chain
        return True

    def _reads_input(self, layer: Layer) -> bool:
        return any(isinstance(self.graph.by_name[name], Input) for name in layer.inputs)

    def _overwrites(self, transfer: Transfer) -> bool:
        """Whether an activation may overwrite what arrives, which a stage must leave alone."""
        whole = self.forms.tree.graph
        readers = (whole.by_name[name] for name in self.graph.consumers[transfer.name])
        return any(isinstance(reader, Layer) and in_place(whole, "", [reader]) for reader in readers)


def _parts(part: Part) -> Iterator[Part]:
    yield part
    for child in part.parts():
        yield from _parts(child)


def _chain(devices: list[str], follows: dict[str, str]) -> list[str]:
    """The devices one after the other, from the one that follows none."""
    firsts = [device for device in devices if device not in follows.values()]
    chain = firsts[:1]
    while chain and chain[-1] in follows and follows[chain[-1]] not in chain:
        chain.append(follows[chain[-1]])
    return chain
