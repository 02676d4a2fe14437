"""``netc check``: every net of specs, all mistakes at once."""

from __future__ import annotations

import json
import sys

import click

from ..compiler import Compiled, Problem, SpecError, check_source, render, stages
from .console import fail
from .spec import read


@click.command()
@click.argument("specs", nargs=-1, required=True, metavar="SPEC...")
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON.")
@click.option("--emit", type=click.Choice(stages.STAGES), help="Print a stage of the compilation instead.")
def check(specs: tuple[str, ...], as_json: bool, emit: str | None) -> None:
    """Check every net of specs, all mistakes at once.

    Every expectation is evaluated, and warnings tell what could run better. Exits with 1 if anything is wrong.
    """
    if emit:
        for spec in specs:
            _emit(spec, emit)
        return
    results = {spec: _checked(spec) for spec in specs}
    if as_json:
        click.echo(json.dumps([stages.checked_json(spec, nets) for spec, nets in results.items()], indent=2))
    else:
        for spec, nets in results.items():
            _print_checked(spec, nets)
    sys.exit(int(any(result.diagnostics for nets in results.values() for result in nets)))


def _checked(spec: str) -> list[Compiled]:
    source, name = read(spec)
    results = check_source(source)
    if name is not None and not any(result.net in (name, "") for result in results):
        fail([Problem("E206", f"{source.name} has no net `{name}`").diagnostic], 2)
    return [result for result in results if name in (None, result.net) or not result.net]


def _print_checked(spec: str, nets: list[Compiled]) -> None:
    for result in nets:
        for diagnostic in result.diagnostics:
            click.echo(render(diagnostic) + "\n", err=True)
        for warning in result.warnings:
            click.echo(render(warning, "warning") + "\n", err=True)
        if result.graph is not None and not result.diagnostics:
            click.echo(f"ok  {spec}: {stages.summary(result)}")
    count = sum(len(result.diagnostics) for result in nets)
    if count:
        click.echo(f"{spec}: {count} error{'s' * (count > 1)}", err=True)
    elif not nets:
        click.echo(f"ok  {spec}: no net; its blocks are checked where they are used")


def _emit(spec: str, stage: str) -> None:
    source, name = read(spec)
    try:
        click.echo(stages.emit(source, stage, name))
    except SpecError as error:
        fail(error.diagnostics, 1)
