"""Where figures go: files, a folder, or standard output, and in which format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import click

from .. import backends

ENDINGS = {"beamer": "tex"}
"""Of formats that are not called as their files end."""


class Target(NamedTuple):
    """One output; no path is standard output."""

    path: Path | None
    format: str

    def numbered(self, number: int, count: int) -> Target:
        """The place of one of several figures: ``talk-03.svg``."""
        if self.path is None or count == 1:
            return self
        digits = max(2, len(str(count)))
        return self._replace(path=self.path.with_stem(f"{self.path.stem}-{number:0{digits}}"))


def targets_of(
    specs: Sequence[str], outputs: Sequence[str], formats: str | None, as_one: bool = False
) -> dict[str, list[Target]]:
    """The outputs of every spec, or of all together; ends with a sentence when they cannot be told apart."""
    if as_one:
        specs = ["-".join(map(stem_of, specs))]
    forms = [_format(form.strip()) for form in formats.split(",")] if formats is not None else []
    if "" in forms:
        raise click.UsageError(f"`{formats}` has an empty place; formats are separated by a comma: -f svg,pdf")
    found = {spec: [place for output in outputs for place in _places(spec, output, forms)] for spec in specs}
    folders_only = all(_is_folder(output) for output in outputs)
    if len(specs) > 1 and not folders_only:
        raise click.UsageError("several specs need a folder to draw into: -o figures/")
    paths = Counter(place.path for places in found.values() for place in places)
    if twice := [path for path, count in paths.items() if count > 1]:
        raise click.UsageError(f"two figures would be written to {twice[0] or 'standard output'}")
    return found


def _places(spec: str, output: str, forms: list[str]) -> list[Target]:
    if not output:
        raise click.UsageError("-o needs a file, a folder such as figures/, or `-` for standard output")
    if output == "-":
        return [Target(None, _only(output, forms or ["svg"]))]
    if _is_folder(output):
        names = {form: f"{stem_of(spec)}.{ENDINGS.get(form, form)}" for form in forms or ["svg"]}
        return [Target(Path(output) / name, form) for form, name in names.items()]
    path = Path(output)
    return [Target(path, _only(output, forms) if forms else _format(ending_of(path)))]


def ending_of(path: Path) -> str:
    """The ending that says which format a file has; ends with a sentence when there is none."""
    if not path.suffix:
        raise click.UsageError(f"{path} does not say its format by an ending such as .svg or .pdf")
    return path.suffix.removeprefix(".")


def _format(name: str) -> str:
    """The format of that name, in whatever case: `tikz` is written to files that end in .tex."""
    aliases: dict[str, str] = backends.load("figure").ALIASES
    return aliases.get(name.lower(), name.lower())


def _only(output: str, forms: list[str]) -> str:
    if len(forms) > 1:
        raise click.UsageError(f"{output} cannot have {len(forms)} formats; several formats need a folder: -o figures/")
    return forms[0]


def _is_folder(output: str) -> bool:
    return output != "-" and (output.endswith("/") or Path(output).is_dir())


def stem_of(spec: str) -> str:
    """What a spec's files are called: its file's name, and the net's if it is picked."""
    if spec == "-":
        return "net"
    place = spec.removeprefix("zoo:")
    file, _, net = place.rpartition(":") if not Path(place).is_file() else (place, "", "")
    name = Path(file or net).name.removesuffix(".net")
    return f"{name}-{net}" if file and net else name
