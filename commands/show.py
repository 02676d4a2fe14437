"""``netc show``: the layers of a net as a table."""

from __future__ import annotations

import sys
from shutil import get_terminal_size

import click

from .console import backend
from .spec import graph_of, spec_options


@click.command()
@spec_options
@click.option("--json", "form", flag_value="json", help="Print JSON.")
@click.option("--csv", "form", flag_value="csv", help="Print comma-separated values.")
@click.option("--markdown", "form", flag_value="markdown", help="Print a Markdown table.")
@click.option("--latex", "form", flag_value="latex", help="Print a LaTeX table (booktabs).")
def show(spec: str, net: str | None, settings: tuple[str, ...], form: str | None) -> None:
    """Show a net's layers, shapes and costs.

    Parameters, connections, multiply-adds (MACs), devices and transfers.
    """
    graph = graph_of(spec, net, settings)
    width = get_terminal_size().columns if sys.stdout.isatty() else None
    click.echo(backend("report").render(graph, form or "table", width), nl=False)
