"""``netc build``: a net as a PyTorch module, verified."""

from __future__ import annotations

import sys

import click

from .. import backends
from .console import backend, write
from .spec import graph_of, spec_options


@click.command()
@spec_options
@click.option("-o", "--output", metavar="FILE", help="The file to write; standard output otherwise.")
@click.option("--force", is_flag=True, help="Replace a file that netc did not write.")
def build(spec: str, net: str | None, settings: tuple[str, ...], output: str | None, force: bool) -> None:
    """Write a net as a PyTorch module, and verify it.

    The file needs torch alone. What was written is held against the graph:
    layers, shapes, parameters and devices.
    """
    graph = graph_of(spec, net, settings)
    text = backend("torch").source(graph)
    try:
        verification = backends.load("torch.verify").verify(graph, text)
    except backends.MissingPackage:
        verification = None
    if verification is not None and not verification.ok:
        click.echo(f"the written module does not agree with the graph:\n{verification}", err=True)
        sys.exit(1)
    write(output, text.encode(), force)
    done = "not verified: PyTorch is not installed" if verification is None else str(verification)
    click.echo(f"{output or graph.net}: {done}", err=True)
