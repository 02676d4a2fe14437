"""Themes: what the roles of a scene look like. A theme is one small TOML file in ``themes/``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple, get_args

from ...compiler.op import Role

FOLDER = Path(__file__).parent / "themes"

LAYER_ROLES: tuple[str, ...] = get_args(Role)
WIRE_ROLES = ("wire", "arrow", "transfer_wire", "transfer_arrow")
BOX_ROLES = (*LAYER_ROLES, "input", "output", "transfer", "lane", "section")
"""Roles that are filled, outlined and written on."""
TEXT_ROLES = ("heading", "remark")
ROLES = (*BOX_ROLES, *WIRE_ROLES, *TEXT_ROLES)

_COLOUR = re.compile(r"#[0-9A-F]{6}")


class ThemeError(ValueError):
    """A theme that lacks something or has something unknown; the message says what."""


class Paint(NamedTuple):
    """How one role looks. Colours are ``#RRGGBB``; None is not drawn; ``width`` is the outline's, in points."""

    fill: str | None = None
    outline: str | None = None
    ink: str = "#000000"
    width: float = 1.0


class Theme(NamedTuple):
    """A look for every role; ``background`` None is transparent."""

    name: str
    background: str | None
    roles: Mapping[str, Paint]


def load(name: str) -> Theme:
    """The theme of that name; raises ThemeError when its file is wrong."""
    return parse(name, (FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def parse(name: str, text: str) -> Theme:
    """A theme from its TOML text; raises ThemeError."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ThemeError(f"theme {name}: {error}") from None
    _known(name, "keys", data, ("background", "roles"))
    roles = data.get("roles", {})
    _known(name, "roles", roles, ROLES)
    if missing := [role for role in ROLES if role not in roles]:
        raise ThemeError(f"theme {name} lacks the roles {', '.join(missing)}")
    background = data.get("background")
    _colour(name, "background", background)
    return Theme(name, background, {role: _paint(name, role, roles[role]) for role in ROLES})


def _known(name: str, what: str, found: Mapping[str, Any], known: tuple[str, ...]) -> None:
    if unknown := sorted(set(found) - set(known)):
        raise ThemeError(f"theme {name} has unknown {what}: {', '.join(unknown)}; known are {', '.join(known)}")


def _paint(name: str, role: str, values: Mapping[str, Any]) -> Paint:
    _known(name, f"values for {role}", values, Paint._fields)
    for key in ("fill", "outline", "ink"):
        _colour(name, f"{role}.{key}", values.get(key))
    width = values.get("width", 1.0)
    if not isinstance(width, (int, float)) or isinstance(width, bool) or width < 0:
        raise ThemeError(f"theme {name}: {role}.width must be a number of points, not {width!r}")
    return Paint(**values)


def _colour(name: str, what: str, value: object) -> None:
    if value is not None and not (isinstance(value, str) and _COLOUR.fullmatch(value)):
        raise ThemeError(f"theme {name}: {what} must be a colour such as #E69F00, not {value!r}")
