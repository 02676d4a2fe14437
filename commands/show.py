"""``netc show``: the layers of a net as a table."""

from __future__ import annotations

import sys
from shutil import get_terminal_size

import click

from .console import backend
from .forms import form_options
from .spec import graph_of, spec_options


@click.command()
@spec_options
@form_options(
    json="Print JSON.",
    csv="Print comma-separated values.",
    markdown="Print a Markdown table.",
    latex="Print a LaTeX table (booktabs).",
)
def show(spec: str, net: str | None, settings: tuple[str, ...], form: str | None) -> None:
    """Show a net's layers, shapes and costs.

    Parameters, connections, multiply-adds (MACs), devices and transfers.
    """
    graph = graph_of(spec, net, settings)
    width = get_terminal_size().columns if sys.stdout.isatty() else None
    click.echo(backend("report").render(graph, form or "table", width), nl=False)
