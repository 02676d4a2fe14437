"""The file of a theme: read, checked, and with what is wrong told at its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping
from math import isfinite
from pathlib import Path
from stat import S_ISREG
from typing import Any, NamedTuple, NoReturn

from ...compiler import Problem, Source, Span, decode, suggest
from .roles import GROUPS, ROLES

LARGEST = 2**16
"""Bytes of a theme's file; those of netc have less than 2**13."""
WIDEST = 20.0
"""Points of the widest outline."""
HATCHES = ("rising", "falling", "cross", "level", "upright", "dots")
"""Patterns over a fill, which tell roles apart where colours cannot."""
VALUES = ("fill", "outline", "ink", "width", "hatch")
NONE = "none"
PAPER = "paper"
"""The palette's name of the colour that the figure is meant to lie on."""

_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_COMMENT = re.compile(r"""("[^"\n]*"|'[^'\n]*')|#[^\n]*""")
_AT = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)")

Looks = Mapping[str, Mapping[str, Any]]
"""Values by role, or by group of roles."""


class Sheet(NamedTuple):
    """What one file says: the theme that it extends, colours by name, and values."""

    source: Source
    extends: object
    palette: Mapping[str, str]
    groups: Looks
    roles: Looks


def read(path: Path) -> Source:
    """The text of a theme's file; raises Problem E904 when it is no text, or too large."""
    try:
        found = path.stat()
        if not S_ISREG(found.st_mode):
            raise Problem("E904", f"the theme {path} is not a file", argument="theme")
        if found.st_size > LARGEST:
            expected = f"at most {LARGEST:_} bytes"
            raise Problem("E904", f"the theme {path} is too large", expected=expected, argument="theme")
        content = path.read_bytes()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise Problem("E904", f"cannot read the theme {path}: {reason}", argument="theme") from None
    try:
        return decode(content, str(path))
    except Problem as problem:
        raise Problem("E904", problem.diagnostic.message, argument="theme") from None


def sheet_of(source: Source) -> Sheet:
    """What a theme's text says, with keys that are known; raises Problem E904."""
    data = _toml(source)
    _known(source, (), "key", data, ("extends", "palette", "groups", "roles"))
    for key, names in (("palette", None), ("groups", GROUPS), ("roles", ROLES)):
        _table(source, (key,), data.setdefault(key, {}))
        if names is not None:
            _known(source, (key,), key.removesuffix("s"), data[key], names)
            for name, values in data[key].items():
                _table(source, (key, name), values)
                _known(source, (key, name), "value", values, VALUES)
    for name, colour in data["palette"].items():
        if not (isinstance(colour, str) and _COLOUR.fullmatch(colour)):
            wrong(source, ("palette", name), f"the colour `{name}` is {colour!r}", "a colour such as #E69F00")
    return Sheet(source, data.get("extends"), data["palette"], data["groups"], data["roles"])


def check_values(sheet: Sheet, palette: Collection[str]) -> None:
    """Raises Problem E904 for a colour, width or hatch that there is not; ``palette`` has names of colours."""
    for key, looks in (("groups", sheet.groups), ("roles", sheet.roles)):
        for name, values in looks.items():
            for value, content in values.items():
                _check_value(sheet.source, (key, name, value), content, palette)


def colours_in(sheet: Sheet) -> set[str]:
    """Names of the palette that a sheet uses."""
    looks = [*sheet.groups.values(), *sheet.roles.values()]
    found = {content for values in looks for value, content in values.items() if value in ("fill", "outline", "ink")}
    return {content for content in found if content != NONE and not content.startswith("#")}


def wrong(source: Source, path: tuple[str, ...], message: str, expected: str = "", hint: str | None = None) -> NoReturn:
    """Raises Problem E904 at the key of that path."""
    problem = Problem("E904", message, expected=expected or None, hint=hint, argument="theme")
    problem.diagnostic = problem.at(_place(source, path))
    raise problem


def _toml(source: Source) -> dict[str, Any]:
    try:
        return tomllib.loads(source.text)
    except tomllib.TOMLDecodeError as error:
        place = _AT.search(str(error))
        line, column = (int(place[1]), int(place[2])) if place and place[1] else (len(source.line_starts), 1)
        start = min(source.line_starts[line - 1] + column - 1, len(source.text))
        problem = Problem("E904", f"this is not TOML: {_AT.sub('', str(error))}", argument="theme")
        problem.diagnostic = problem.at(Span(source, start, start + 1))
        raise problem from None
    except RecursionError:
        raise Problem("E904", f"the theme {source.name} nests too deeply", argument="theme") from None


def _table(source: Source, path: tuple[str, ...], found: object) -> None:
    if not isinstance(found, dict):
        wrong(source, path, f"`{path[-1]}` is {found!r}", "a table")


def _known(source: Source, path: tuple[str, ...], what: str, found: Iterable[str], known: Collection[str]) -> None:
    for name in found:
        if name not in known:
            wrong(source, (*path, name), f"a theme has no {what} `{name}`", ", ".join(known), suggest(name, known))


def _check_value(source: Source, path: tuple[str, ...], content: object, palette: Collection[str]) -> None:
    said = f"`{path[-1]}` of `{path[-2]}` is {content!r}"
    if path[-1] == "width":
        number = isinstance(content, int | float) and not isinstance(content, bool) and isfinite(content)
        if not (number and 0 <= float(str(content)) <= WIDEST):
            wrong(source, path, said, f"a number of points from 0 to {WIDEST:g}")
    elif path[-1] == "hatch":
        if content not in (*HATCHES, NONE):
            wrong(source, path, said, ", ".join((*HATCHES, NONE)), suggest(str(content), HATCHES))
    elif not _is_colour(content, palette) and (content != NONE or path[-1] == "ink"):
        expected = f"a colour such as #E69F00, or one of the palette: {', '.join(palette)}"
        wrong(source, path, said, expected, suggest(str(content), palette))


def _is_colour(content: object, palette: Collection[str]) -> bool:
    return isinstance(content, str) and (content in palette or bool(_COLOUR.fullmatch(content)))


def _place(source: Source, path: tuple[str, ...]) -> Span:
    """Where the last key of a path is: keys are looked for in their order, as words before `=`, `.` or `]`."""
    text = _COMMENT.sub(lambda found: found[1] or " " * len(found[0]), source.text)
    start = end = 0
    for key in path:
        found = re.compile(rf"""(?<![\w-]){re.escape(key)}(?=["']?\s*[=.\]])""").search(text, end)
        if found is not None:
            start, end = found.span()
    return Span(source, start, max(end, start + 1))
