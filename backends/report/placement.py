"""What training takes on every device of a net, what it would take on one, and what goes from device to device."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ...compiler import (
    Demand,
    Graph,
    Layer,
    TrainingMemory,
    Transfer,
    demands,
    format_bytes,
    format_shape,
    on_one_device,
    sent_back,
)
from .rows import HOST, Grid, Line, grouped, title

TOGETHER = "on one device"


@dataclass(frozen=True)
class Training:
    """How a net is trained."""

    batch: int = 1
    optimizer: str = "momentum"
    memory: int | None = None
    """Bytes of the devices that declare none."""


@dataclass(frozen=True)
class Share:
    """The layers of one device, and what they take. Counts are per sample, with layers that only training needs."""

    name: str
    layers: int
    parameters: int
    macs: int
    activations: int
    needs: TrainingMemory
    memory: int | None
    """What the device has, if that is known."""
    largest_batch: int | None

    @property
    def fits(self) -> bool | None:
        """Whether the peak is at most what the device has."""
        return None if self.memory is None else self.needs.peak <= self.memory


@dataclass(frozen=True)
class Crossing:
    """A transfer, and the gradient that comes back."""

    transfer: Transfer
    forward: int
    """Bytes per sample."""
    backward: int
    """Bytes per sample; 0 where no weights had a part in what is sent."""
    step: int
    """Bytes both ways, for the batch."""


@dataclass(frozen=True)
class Placement:
    """A placed net. A net that places nothing has one share, of the host."""

    graph: Graph
    training: Training
    shares: tuple[Share, ...]
    together: Share | None
    """All on one device, the largest there is; None where it is on one already."""
    crossings: tuple[Crossing, ...]


def placement(graph: Graph, training: Training) -> Placement:
    """The numbers of a graph on its devices."""
    declared = {device.name: device.memory for device in graph.devices}
    shares = []
    for device, demand in demands(graph).items():
        memory = declared.get(device or "") or training.memory
        shares.append(_share(device or HOST, demand, memory, training))
    together = None
    if len(shares) > 1:
        known = [share.memory for share in shares if share.memory is not None]
        demand = demands(on_one_device(graph))[None]
        together = _share(TOGETHER, demand, max(known, default=None), training)
    return Placement(graph, training, tuple(shares), together, tuple(_crossings(graph, training.batch)))


def _share(name: str, demand: Demand, memory: int | None, training: Training) -> Share:
    layers = demand.layers
    return Share(
        name, len(layers), _sum(layers, "parameters"), _sum(layers, "macs"), _sum(layers, "activations"),
        demand.at(training.batch, training.optimizer), memory,
        None if memory is None else demand.largest_batch(memory, training.optimizer),
    )  # fmt: skip


def _sum(layers: Sequence[Layer], cost: str) -> int:
    return sum(getattr(layer, cost) for layer in layers)


def _crossings(graph: Graph, batch: int) -> Iterator[Crossing]:
    returning = sent_back(graph)
    for transfer in graph.transfers:
        forward = transfer.bytes_per_sample
        backward = forward if transfer.name in returning else 0
        yield Crossing(transfer, forward, backward, batch * (forward + backward))


def placement_grids(found: Placement) -> Iterator[Grid]:
    """The tables for people: a column per device, and a line per transfer."""
    yield _shares(found)
    if found.crossings:
        yield _transfers(found)


def _shares(found: Placement) -> Grid:
    shares = [*found.shares, *([found.together] if found.together else [])]
    training = found.training
    heading = step_title(found.graph, training.batch, training.optimizer)
    lines = [
        _line("layers", [grouped(share.layers) for share in shares]),
        _line("parameters", [grouped(share.parameters) for share in shares]),
        _line("MACs", [grouped(share.macs) for share in shares]),
        _line("activations", [grouped(share.activations) for share in shares]),
        Line("section", ("memory",)),
        *(_line(word, [format_bytes(getattr(share.needs, name)) for share in shares]) for name, word in _NEEDS.items()),
    ]
    if any(share.memory is not None for share in shares):
        lines += [
            Line("section", ("",)),
            _line("device has", ["" if share.memory is None else format_bytes(share.memory) for share in shares]),
            _line("fits", [_fits(share, share.needs.peak) for share in shares]),
            _line("fits without reuse", [_fits(share, share.needs.without_reuse) for share in shares]),
            _line(
                "largest batch", ["" if share.largest_batch is None else str(share.largest_batch) for share in shares]
            ),
        ]
    names = tuple(share.name for share in shares)
    return Grid(heading, ("", *names), (False, *(True for _ in names)), tuple(lines))


_NEEDS = {
    "weights": "weights", "gradients": "gradients", "optimizer": "optimizer", "saved": "saved activations",
    "peak": "peak", "without_reuse": "without reuse",
}  # fmt: skip


def step_title(graph: Graph, batch: int, optimizer: str) -> str:
    """What the numbers of a table are for."""
    return f"{title(graph)}: training with {optimizer}, {grouped(batch)} sample{'s' * (batch > 1)} per step"


def _line(name: str, cells: list[str]) -> Line:
    return Line("row", (name, *cells))


def _fits(share: Share, needed: int) -> str:
    if share.memory is None:
        return ""
    room = share.memory - needed
    return f"yes, {format_bytes(room)} left" if room >= 0 else f"no, {format_bytes(-room)} too much"


def _transfers(found: Placement) -> Grid:
    headings = ("transfer of", "line", "from", "to", "shape", "forward", "backward", "per step")
    lines = [
        Line("row", (
            item.transfer.layer, str(item.transfer.line), item.transfer.origin, item.transfer.destination,
            format_shape(item.transfer.shape), grouped(item.forward), grouped(item.backward), format_bytes(item.step),
        ))
        for item in found.crossings
    ]  # fmt: skip
    forward, backward, step = _totals(found)
    lines.append(Line("total", ("total", "", "", "", "", grouped(forward), grouped(backward), format_bytes(step))))
    sides = (False, True, False, False, False, True, True, True)
    return Grid("Transfers, in bytes per sample, and both ways per step", headings, sides, tuple(lines))


def _totals(found: Placement) -> tuple[int, int, int]:
    items = found.crossings
    return sum(item.forward for item in items), sum(item.backward for item in items), sum(item.step for item in items)


def placement_document(found: Placement) -> dict[str, object]:
    """The same for programs; amounts are bytes."""
    forward, backward, step = _totals(found)
    return {
        "net": found.graph.net,
        "file": found.graph.file,
        "batch": found.training.batch,
        "optimizer": found.training.optimizer,
        "devices": {share.name: _entry(share) for share in found.shares},
        "on_one_device": _entry(found.together or found.shares[0]),
        "transfers": [_crossing(item) for item in found.crossings],
        "traffic": {"forward": forward, "backward": backward, "step": step},
    }


def _entry(share: Share) -> dict[str, object]:
    return {
        "layers": share.layers, "parameters": share.parameters, "macs": share.macs, "activations": share.activations,
        "needs": share.needs._asdict(), "memory": share.memory,
        "fits": share.fits, "largest_batch": share.largest_batch,
    }  # fmt: skip


def _crossing(item: Crossing) -> dict[str, object]:
    transfer = item.transfer
    return {
        "layer": transfer.layer, "line": transfer.line, "from": transfer.origin, "to": transfer.destination,
        "shape": list(transfer.shape), "forward": item.forward, "backward": item.backward, "step": item.step,
    }  # fmt: skip
