"""What every command says and writes: diagnostics, notes, files."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import click

from .. import backends
from ..backends.files import may_replace, write_whole
from ..compiler import Diagnostic, Problem, render


def fail(diagnostics: Iterable[Diagnostic], code: int) -> NoReturn:
    """Prints diagnostics and ends: 1 for a bad spec, 2 for bad usage."""
    found = list(diagnostics)
    click.echo("\n\n".join(render(diagnostic) for diagnostic in found), err=True)
    if code == 1 and len(found) > 1:
        click.echo(f"\n{len(found)} errors", err=True)
    sys.exit(code)


def note(text: str) -> None:
    """A remark beside the output."""
    click.echo(f"note: {text}", err=True)


def backend(name: str) -> Any:
    """A backend; ends with a sentence when a package that it needs is not installed."""
    with complaining():
        return backends.load(name)


@contextmanager
def complaining() -> Iterator[None]:
    """Ends with a message, and 2, for a choice that is wrong and for what is not installed."""
    try:
        yield
    except backends.MissingPackage as error:
        raise click.UsageError(str(error)) from None
    except Problem as problem:
        fail([problem.diagnostic], 2)


def check_may_write(path: Path, force: bool) -> None:
    """Ends when a file is there that netc did not write."""
    with writing(path):
        if not force and not may_replace(path):
            raise click.UsageError(f"{path} exists and netc did not write it; --force replaces it")


def write(output: str | None, content: bytes, force: bool) -> None:
    """To a file, or to standard output for None and `-`."""
    if output in (None, "-"):
        sys.stdout.buffer.write(content)
        return
    path = Path(str(output))
    check_may_write(path, force)
    with writing(path):
        write_whole(path, content)


def write_all(contents: Iterable[tuple[Path | None, bytes]], force: bool) -> None:
    """All files or, when one of them must not be written, none; no path is standard output."""
    found = list(contents)
    for path, _ in found:
        if path is not None:
            check_may_write(path, force)
    for path, content in found:
        write(None if path is None else str(path), content, force)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Says in a sentence why a file cannot be written."""
    try:
        yield
    except OSError as error:
        raise click.UsageError(f"cannot write {path}: {error.strerror}") from None
