"""``netc fmt``: specs in their one format."""

from __future__ import annotations

import sys
from difflib import unified_diff

import click

from ..backends.files import write_whole
from ..compiler import format_text, parse_source
from .console import fail, writing
from .spec import read


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--check", "only_check", is_flag=True, help="Change nothing; exit 1 if a file is not formatted.")
@click.option("--diff", is_flag=True, help="Change nothing; print what would change.")
def fmt(files: tuple[str, ...], only_check: bool, diff: bool) -> None:
    """Format specs.

    `-` formats standard input to standard output.
    """
    changed = [file for file in files if _format(file, only_check or diff, diff)]
    if (only_check or diff) and changed:
        if only_check:
            click.echo("\n".join(f"not formatted: {file}" for file in changed), err=True)
        sys.exit(1)


def _format(file: str, dry: bool, diff: bool) -> bool:
    """Formats one file; True when it was not formatted."""
    source, _ = read(file)
    _, errors = parse_source(source)
    if errors:
        fail(errors, 1)
    formatted = format_text(source.text)
    changed = formatted != source.text
    if diff and changed:
        lines = unified_diff(source.text.splitlines(True), formatted.splitlines(True), file, f"{file}, formatted")
        click.echo("".join(lines), nl=False)
    if file == "-" and not dry:
        click.echo(formatted, nl=False)
    elif changed and not dry and source.path is not None:
        with writing(source.path):
            write_whole(source.path, formatted.encode())
    return changed
