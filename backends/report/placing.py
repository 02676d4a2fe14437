"""Proposed placements side by side: for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from io import StringIO

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ...compiler import format_bytes
from ...compiler.placement.proposal import Proposal

_COLUMNS = ("placement", "device", "parameters", "MACs", "memory", "fits", "transfers", "bytes per sample")


def placing_table(proposals: Sequence[Proposal], width: int) -> str:
    """A line per device of every proposal; the traffic stands in the first."""
    text = StringIO()
    console = Console(file=text, width=width, color_system=None, legacy_windows=False)
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for number, heading in enumerate(_COLUMNS):
        table.add_column(Text(heading), justify="right" if number > 1 else "left", no_wrap=True)
    for proposal in proposals:
        for number, cells in enumerate(_rows(proposal)):
            crossing = (str(len(proposal.graph.transfers)), f"{proposal.traffic:,}")
            table.add_row(*map(Text, (proposal.kind if not number else "", *cells, *(crossing if not number else ()))))
        table.add_section()
    console.print(table)
    return "".join(line.rstrip() + "\n" for line in text.getvalue().strip("\n").splitlines())


def _rows(proposal: Proposal) -> Iterator[tuple[str, ...]]:
    """What every device has to do and to hold."""
    graph = proposal.graph
    total = graph.total("macs") or 1
    for device in graph.devices:
        layers, memory = tuple(graph.on(device.name)), proposal.memory[device.name]
        fits = "" if device.memory is None else "yes" if memory <= device.memory else "no"
        share = f"{100 * graph.total_of(layers, 'macs') / total:.0f} %"
        yield device.name, f"{graph.total_of(layers, 'parameters'):,}", share, format_bytes(memory), fits


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
