"""``netc run``: a net forward and backward."""

from __future__ import annotations

import click

from ..compiler import Problem
from .console import backend, fail
from .spec import graph_of, spec_options


@click.command()
@spec_options
@click.option("--batch", type=click.IntRange(min=1), default=1, show_default=True, help="Samples per pass.")
@click.option("--device", "devices", multiple=True, metavar="NAME=DEVICE", help="Bind a logical device: gpu0=cuda:0.")
def run(spec: str, net: str | None, settings: tuple[str, ...], batch: int, devices: tuple[str, ...]) -> None:
    """Run a net forward and backward.

    On random input; prints output shapes, times and memory.
    """
    graph = graph_of(spec, net, settings)
    pairs = [device.partition("=") for device in devices]
    if not all(name and equals and target for name, equals, target in pairs):
        raise click.BadParameter("write NAME=DEVICE, as in gpu0=cuda:0", param_hint="--device")
    running = backend("torch.run")
    try:
        click.echo(str(running.run(graph, batch, {name: target for name, _, target in pairs})))
    except Problem as problem:
        fail([problem.diagnostic], 2)
