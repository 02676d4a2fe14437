"""Proposed placements side by side: for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from ...compiler import format_bytes
from ...compiler.placement.proposal import Proposal
from . import WIDTH
from .as_table import tables
from .placement import step_title
from .rows import Grid, Line, grouped

_HEADINGS = ("placement", "device", "parameters", "MACs", "memory", "fits", "transfers", "B/sample")


def placing_table(proposals: Sequence[Proposal], width: int | None = None) -> str:
    """A line per device of every proposal; the traffic stands in the first."""
    first = proposals[0]
    heading = step_title(first.graph, first.load.batch, first.load.optimizer)
    numeric = tuple(number > 1 for number in range(len(_HEADINGS)))
    return tables([Grid(heading, _HEADINGS, numeric, tuple(_lines(proposals)))], width or WIDTH)


def _lines(proposals: Sequence[Proposal]) -> Iterator[Line]:
    for proposal in proposals:
        crossing = (str(len(proposal.graph.transfers)), grouped(proposal.traffic))
        for number, cells in enumerate(_rows(proposal)):
            yield Line("row", (proposal.kind, *cells, *crossing) if not number else ("", *cells))
        yield Line("section", ("",))


def _rows(proposal: Proposal) -> Iterator[tuple[str, ...]]:
    """What every device has to do and to hold."""
    graph = proposal.graph
    total = graph.total("macs") or 1
    for device in graph.devices:
        layers, memory = tuple(graph.on(device.name)), proposal.memory[device.name]
        fits = "" if device.memory is None else "yes" if memory <= device.memory else "no"
        share = f"{100 * graph.total_of(layers, 'macs') / total:.0f} %"
        yield device.name, grouped(graph.total_of(layers, "parameters")), share, format_bytes(memory), fits


def placing_json(proposals: Sequence[Proposal]) -> str:
    """A list of objects, with bytes and the spec that says so."""
    return json.dumps([_entry(proposal) for proposal in proposals], indent=2, ensure_ascii=False) + "\n"


def _entry(proposal: Proposal) -> dict[str, object]:
    graph = proposal.graph
    return {
        "placement": proposal.kind,
        "batch": proposal.load.batch,
        "optimizer": proposal.load.optimizer,
        "fits": not proposal.excess,
        "largest_batch": proposal.largest_batch,
        "devices": [
            {
                "name": device.name,
                "parameters": graph.total_of(layers, "parameters"),
                "macs": graph.total_of(layers, "macs"),
                "memory": proposal.memory[device.name],
            }
            for device in graph.devices
            for layers in [tuple(graph.on(device.name))]
        ],
        "transfers": [transfer.name for transfer in graph.transfers],
        "bytes_per_sample": proposal.traffic,
        "spec": proposal.text,
    }
