"""``netc explain``: what an op, or a message, is about."""

from __future__ import annotations

import click

from ..compiler import Problem
from ..compiler import explain as explain_topic
from .console import fail


@click.command()
@click.argument("topic", required=False)
def explain(topic: str | None) -> None:
    """Explain an op or a message, or list all ops.

    TOPIC is an op (conv) or the code of a diagnostic (E401).
    """
    try:
        click.echo(explain_topic(topic).rstrip("\n"))
    except Problem as problem:
        fail([problem.diagnostic], 2)
