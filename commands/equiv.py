"""``netc equiv``: whether two nets compute the same function, and the weights of one as those of the other."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from ..compiler import Graph
from .console import backend, check_may_write, complaining, write
from .spec import graph_of, net_options


@click.command()
@click.argument("first")
@click.argument("second")
@net_options
@click.option("--batch", type=click.IntRange(min=1), default=2, show_default=True, help="Samples that are run.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Of weights and input.")
@click.option("--write-converter", "output", metavar="FILE.py", help="Write a function that converts a state_dict.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--force", is_flag=True, help="Replace a file that netc did not write.")
def equiv(
    first: str, second: str, net: str | None, settings: tuple[str, ...], batch: int, seed: int, output: str | None,
    as_json: bool, force: bool,
) -> None:  # fmt: skip
    """Decide whether two nets compute the same.

    FIRST and SECOND are specs as everywhere. Names do not matter, nor does how
    the weights are divided among layers: towers or groups, batch
    normalization or folded, 1x1 convolution or fully connected. netc finds
    which weights of one net are which of the other, runs both with the same
    ones in evaluation, and prints the largest difference. Where the nets part,
    it says so.

    Ends with 0 where they are equal, with 1 where they are not, and with 2
    where nothing could be compared.
    """
    if output is not None and Path(output).suffix != ".py":
        raise click.UsageError("a converter is a Python file: --write-converter convert.py")
    graphs = _graphs((first, second), net, settings)
    deciding = backend("equivalence")
    with complaining():
        found = deciding.equivalence(*graphs)
    comparison = None
    if found.parting is None:
        if output is not None:
            check_may_write(Path(output), force)
        text: str = backend("torch.converter").converter(found)
        running = backend("torch.equivalence")
        with complaining():
            comparison = running.compare(found, text, batch, seed)
    same = comparison is not None and comparison.same
    said = json.dumps(deciding.as_json(found, comparison), indent=2) if as_json else deciding.told(found, comparison)
    click.echo(said)
    if not same:
        sys.exit(1)
    if output is not None:
        write(output, text.encode(), force)
        click.echo(f"{output}: the weights of {found.source.net} as those of {found.target.net}", err=True)


def _graphs(specs: Sequence[str], net: str | None, settings: tuple[str, ...]) -> list[Graph]:
    """The graphs of the specs; 1 is for nets that are not equal, so a spec with mistakes ends with 2."""
    try:
        return [graph_of(spec, net, settings) for spec in specs]
    except SystemExit:
        sys.exit(2)
