"""``netc new``: a spec to begin with, a net or a variant of one."""

from __future__ import annotations

import re
from pathlib import Path

import click

from ..backends.files import write_whole
from ..compiler import Problem, Report, load_module, pick
from ..compiler.program import Definition
from ..compiler.scaffold import new_net, new_variant
from ..compiler.source import Source
from .console import Refusal, fail, writing
from .spec import read

_EXAMPLE = "netc new my.net --from zoo:alexnet"


@click.command()
@click.argument("file", required=False)
@click.option("--from", "base", metavar="SPEC", help="The net that it is a variant of: zoo:alexnet, net.net:Name.")
@click.option("--name", metavar="NAME", help="What the net is called; else after the base, or the file.")
def new(file: str | None, base: str | None, name: str | None) -> None:
    """Write a spec to begin with.

    FILE is the spec to write, such as my.net. With --from it is a variant of a
    net, with edits to try; else a small net. A file that is there is never replaced.
    """
    if file is None:
        raise click.UsageError(f"which file? As in: {_EXAMPLE}")
    path = Path(file)
    if path.suffix != ".net":
        raise click.UsageError(f"a spec's file ends in .net: netc new {path.with_suffix('.net')}")
    if path.exists() or path.is_symlink():
        raise Refusal(f"{path} exists; netc new replaces nothing")
    if name is not None and not re.fullmatch("[A-Za-z][A-Za-z0-9_]*", name):
        raise click.UsageError(f"`{name}` is no name: letters, digits and _, a letter first")
    text, compare = _variant(path, base, name) if base else (new_net(name or _name_of(path)), None)
    with writing(path):
        write_whole(path, text.encode())
    click.echo(f"{path}: {'a variant of ' + base if base else 'a small net'}. What to do next:")
    for command in (f"netc check {path}", compare, f"netc draw {path} -o {path.with_suffix('.svg')}"):
        if command:
            click.echo(f"  {command}")


def _name_of(path: Path) -> str:
    """A file's name as a net's: my-net.net is MyNet."""
    words = re.findall("[A-Za-z0-9]+", path.stem)
    name = "".join(word[0].upper() + word[1:] for word in words)
    return name if name[:1].isalpha() and name.isascii() else f"Net{name}"


def _variant(path: Path, base: str, name: str | None) -> tuple[str, str]:
    """The text of a variant, and the command that compares it with its base; ends where there is none."""
    definition, used = _base(path, base)
    own = name or f"My{definition.tree.name.text}"
    text, mistakes = new_variant(definition, used, own, Source(str(path), "", path))
    if mistakes:
        fail(mistakes, 1)
    return text, f"netc diff {base} {path}"


def _base(path: Path, base: str) -> tuple[Definition, str]:
    """The net that a variant is made from, and what `use` calls its file."""
    if base == "-":
        raise click.UsageError("a variant uses its base by a file's name, and standard input has none")
    source, name = read(base)
    report = Report()
    module = load_module(source, report)
    if module is None or report:
        fail(report, 1)
    try:
        definition = pick(module, name)
        return definition, _used(path, source)
    except Problem as problem:
        fail([problem.diagnostic], 2)


def _used(path: Path, source: Source) -> str:
    """How the new file's `use` says where the base is. Raises Problem E802 when it cannot."""
    if source.name.startswith("zoo:"):
        return ":".join(source.name.split(":")[:2])
    folder = path.resolve().parent
    place = source.path.resolve() if source.path else folder
    if not place.is_relative_to(folder):
        raise Problem(
            "E802", f"{source.name} is neither beside {path} nor below it",
            hint=f"{place.parent / path.name} can be a variant of it",
        )  # fmt: skip
    return place.relative_to(folder).as_posix()
