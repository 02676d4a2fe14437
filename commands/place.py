"""``netc place``: where the layers of a net could run, and the spec that says so."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from shutil import get_terminal_size
from typing import Any

import click

from ..compiler import Device, Graph, Problem, format_bytes
from .amounts import Memory
from .console import backend, fail, note, write
from .spec import graph_of, spec_options


@click.command()
@spec_options
@click.option("--devices", "count", type=click.IntRange(2, 64), metavar="N", help="How many devices.  [default: 2]")
@click.option("--memory", type=Memory(), metavar="AMOUNT", help="What each of them has: 3GB.")
@click.option("--batch", type=click.IntRange(1, 10**9), default=128, show_default=True, help="Samples in a step.")
@click.option(
    "--optimizer", type=click.Choice(("sgd", "momentum", "adam")), default="momentum", show_default=True,
    help="Decides what is kept per weight.",
)  # fmt: skip
@click.option("--as", "kind", type=click.Choice(("pipeline", "towers")), help="Propose this one only.")
@click.option("-o", "--output", metavar="FILE.net", help="Where the spec goes; else it is printed.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--force", is_flag=True, help="Replace a file.")
def place(
    spec: str, net: str | None, settings: tuple[str, ...], count: int | None, memory: int | None, batch: int,
    optimizer: str, kind: str | None, output: str | None, as_json: bool, force: bool,
) -> None:  # fmt: skip
    """Propose where a net's layers run.

    A pipeline gives every device consecutive layers, as equal as their
    multiply-adds and the memory allow, and cuts where the least has to cross.
    Towers give every device a share of every layer's channels. Both are shown
    beside one device, and beside the placement that the spec has; the first
    that fits is written as a spec.

    Ends with 1 where none fits, and says how much is missing.

    \b
      netc place zoo:alexnet:AlexNetMerged --memory 3GB
      netc place zoo:vgg:VGG16 --devices 4 --memory 8GB --batch 64 -o vgg16_on_four.net
    """  # noqa: D301 - click wants the character \b itself
    graph = graph_of(spec, net, settings)
    placement = backend("placement")
    work = placement.Load(batch, optimizer)
    devices = _devices(graph, count, memory)
    base = placement.Base(graph, _used(spec), graph.parameters if settings else {})
    wanted = [kind] if kind else ["pipeline", "towers"]
    found = _proposals(placement, base, devices, work, wanted)
    shown = [placement.on_one(graph, devices[0], work), *placement.as_written(graph, work), *found]
    report = backend("report.placing")
    if as_json:
        click.echo(report.placing_json(shown), nl=False)
    else:
        width = get_terminal_size().columns if sys.stdout.isatty() else None
        click.echo(report.placing_table(shown, width), nl=False)
    best = next((proposal for proposal in found if not proposal.excess), None)
    if best is None:
        _say_what_is_missing(found)
        sys.exit(1)
    if not best.text:
        note("no spec is written: a variant takes no layer out of towers, and no device out of its base")
    elif output is not None:
        write(output, best.text.encode(), force)
        click.echo(f"{output}: {best.kind}, {_crossing(best)}", err=True)
    elif not as_json:
        click.echo(f"\n{best.text}", nl=False)


def _devices(graph: Graph, count: int | None, memory: int | None) -> list[Device]:
    """Those of the spec, or new ones; with what they have."""
    known = list(graph.devices[:count]) if count else list(graph.devices)
    new = [Device(name=f"gpu{number}") for number in range(len(known), count or max(2, len(known)))]
    found = [*known, *new]
    return [device.model_copy(update={"memory": memory}) for device in found] if memory is not None else found


def _used(spec: str) -> str:
    """What `use` says to have the net: its file, without the net's name."""
    path, colon, name = spec.rpartition(":")
    return path if colon and path not in ("", "zoo") and name.isidentifier() else spec


def _proposals(placement: Any, base: Any, devices: Sequence[Device], work: Any, kinds: Sequence[str]) -> list[Any]:
    """What can be proposed, and a note on a kind that the net is not made for; ends if no other was asked for."""
    found = []
    ways: dict[str, Callable[..., Any]] = {"pipeline": placement.pipeline, "towers": placement.towers}
    for kind in kinds:
        try:
            found.append(ways[kind](base, devices, work))
        except Problem as problem:
            if len(kinds) == 1:
                fail([problem.diagnostic], 1)
            note(f"no {kind}: {problem.diagnostic.message}")
    return found


def _say_what_is_missing(found: Sequence[Any]) -> None:
    """How far the best proposal is from what the devices have."""
    if not found:
        return
    best = min(found, key=lambda proposal: proposal.excess)
    largest = best.largest_batch
    what = f"a batch of {largest} would fit" if largest else "not even the weights fit: more devices, or larger ones"
    click.echo(f"none fits: the {best.kind} lacks {format_bytes(best.excess)} on its fullest device; {what}", err=True)


def _crossing(proposal: Any) -> str:
    count = len(proposal.graph.transfers)
    return f"{count} transfer{'s' * (count != 1)} with {format_bytes(proposal.traffic)} per sample"
