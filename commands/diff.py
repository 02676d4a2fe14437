"""``netc diff``: what differs between two nets."""

from __future__ import annotations

import json

import click

from ..compiler import difference
from ..compiler.diff_text import render_difference
from .spec import graph_of, net_options


@click.command()
@click.argument("before")
@click.argument("after")
@net_options
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def diff(before: str, after: str, net: str | None, settings: tuple[str, ...], as_json: bool) -> None:
    """Say what differs between two nets.

    BEFORE and AFTER are specs as everywhere. Layers added (+), removed (-),
    changed (~) and moved (>), and what parameters and multiply-adds do.
    `netc draw --diff` draws it.
    """
    found = difference(graph_of(before, net, settings), graph_of(after, net, settings))
    click.echo(f"{json.dumps(found.to_json(), indent=2)}\n" if as_json else render_difference(found), nl=False)
