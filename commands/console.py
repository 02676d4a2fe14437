"""What every command says and writes: diagnostics, notes, files."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from .. import backends
from ..backends.files import may_replace, write_whole
from ..compiler import Diagnostic, Problem, render

T = TypeVar("T")


class Refusal(click.ClickException):
    """A command that is right but cannot be carried out: one sentence, without the usage."""

    exit_code = 2


def fail(diagnostics: Iterable[Diagnostic], code: int) -> NoReturn:
    """Prints diagnostics and ends: 1 for a bad spec, 2 for bad usage."""
    found = list(diagnostics)
    _clear_bar()
    click.echo("\n\n".join(render(diagnostic) for diagnostic in found), err=True)
    if code == 1 and len(found) > 1:
        click.echo(f"\n{len(found)} errors", err=True)
    sys.exit(code)


def note(text: str) -> None:
    """A remark beside the output."""
    _clear_bar()
    click.echo(f"note: {text}", err=True)


_bars: list[Any] = []
"""Progress bars that are on the terminal now: what is printed meanwhile has a line of its own."""


def _clear_bar() -> None:
    if _bars:
        click.echo("\r\x1b[2K", nl=False, err=True)


def watched(things: Sequence[T], label: str) -> Iterator[T]:
    """One thing after the other, with a progress bar when there are several and a terminal shows it."""
    if len(things) < 2 or not sys.stderr.isatty():
        yield from things
        return
    with click.progressbar(things, label=label, file=sys.stderr) as bar:
        _bars.append(bar)
        try:
            yield from bar
        finally:
            _bars.remove(bar)


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
        raise Refusal(str(error)) from None
    except Problem as problem:
        fail([problem.diagnostic], 2)


def check_may_write(path: Path, force: bool) -> None:
    """Ends when a file is there that netc did not write."""
    with writing(path):
        if not force and not may_replace(path):
            raise Refusal(f"{path} exists and netc did not write it; --force replaces it")


def write(output: str | None, content: bytes, force: bool) -> None:
    """To a file, or to standard output for None and `-`."""
    if output in (None, "-"):
        if sys.stdout.isatty() and not _is_text(content):
            raise Refusal("this is not for a terminal to show: -o FILE writes it, and so does `> FILE`")
        with writing("to standard output"):
            sys.stdout.buffer.write(content)
            sys.stdout.flush()
        return
    path = Path(str(output))
    check_may_write(path, force)
    with writing(path):
        write_whole(path, content)


def _is_text(content: bytes) -> bool:
    try:
        return "\0" not in content.decode()
    except UnicodeDecodeError:
        return False


def write_all(contents: Iterable[tuple[Path | None, bytes]], force: bool) -> None:
    """All files or, when one of them must not be written, none; no path is standard output."""
    found = list(contents)
    for path, _ in found:
        if path is not None:
            check_may_write(path, force)
    for path, content in found:
        write(None if path is None else str(path), content, force)


@contextmanager
def writing(path: Path | str) -> Iterator[None]:
    """Says in a sentence why a file cannot be written; a reader that has enough (`| head`) is no error."""
    try:
        yield
    except BrokenPipeError:
        raise
    except FileExistsError as error:
        raise Refusal(f"cannot write {path}: {error.filename} is a file, not a folder") from None
    except OSError as error:
        raise Refusal(f"cannot write {path}: {error.strerror}") from None
