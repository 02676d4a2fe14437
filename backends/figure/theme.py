"""Themes: what the roles of a scene look like. A theme is one small TOML file in ``themes/``, or a user's.

``[palette]`` has colours by name, ``paper`` among them. ``[groups]`` and ``[roles]`` have the values of a Paint for
roles, a group's before those of a role; a colour is ``#RRGGBB``, a name of the palette, or ``none``. With
``extends = "light"`` all that a file does not say is as in that theme, down to single values: a palette of its own
recolours the other's roles.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from ...compiler import Problem, Source, suggest
from .roles import (
    BOX_ROLES,
    COST_ROLES,
    DEVICE_ROLES,
    GROUPS,
    LAYER_ROLES,
    MARK_ROLES,
    ORIGINAL_ROLES,
    ROLES,
    SURFACE_ROLES,
    TABLE_ROLES,
    TEXT_ROLES,
    WIRE_ROLES,
)
from .theme_file import NONE, PAPER, Sheet, check_values, colours_in, read, sheet_of, wrong

__all__ = [
    "BOX_ROLES", "COST_ROLES", "DEVICE_ROLES", "FOLDER", "LAYER_ROLES", "MARK_ROLES", "ORIGINAL_ROLES", "ROLES",
    "SURFACE_ROLES", "TABLE_ROLES", "TEXT_ROLES", "THEMES", "WIRE_ROLES", "Paint", "Theme", "darker", "load", "parse",
]  # fmt: skip

FOLDER = Path(__file__).parent / "themes"
THEMES = tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


BLACK, WHITE = "#000000", "#FFFFFF"


class Paint(NamedTuple):
    """How one role looks. Colours are ``#RRGGBB``; None is not drawn; ``width`` is the outline's, in points."""

    fill: str | None = None
    outline: str | None = None
    ink: str = BLACK
    width: float = 1.0
    hatch: str | None = None


class Theme(NamedTuple):
    """A look for every role. ``paper`` is the colour of what the figure is meant to lie on; it is not drawn."""

    name: str
    paper: str
    roles: Mapping[str, Paint]

    @property
    def is_plain(self) -> bool:
        """Whether layers look alike whatever they do, so that a legend would say nothing."""
        return len({self.roles[role] for role in LAYER_ROLES if role != "block"}) == 1

    def paint(self, role: str, shade: float = 0) -> Paint:
        """How a role looks, its fill mixed with so much black."""
        paint = self.roles[role]
        return paint._replace(fill=darker(paint.fill, shade)) if shade and paint.fill else paint


def load(name: str) -> Theme:
    """The theme of that name, or of that file: it ends in `.toml` or has a slash.

    Raises Problem E901 when there is no theme of the name, and E904 when a file cannot be used.
    """
    if name.endswith(".toml") or "/" in name or os.sep in name:
        return _theme(name, read(Path(name)))
    if name not in THEMES:
        expected = f"{', '.join(THEMES)}, or a file such as my.toml"
        raise Problem(
            "E901", f"unknown theme `{name}`", expected=expected, hint=suggest(name, THEMES), argument="theme"
        )
    return _shipped(name)


def parse(name: str, text: str) -> Theme:
    """A theme from its TOML text; raises Problem E904."""
    return _theme(name, Source(name, text))


def darker(colour: str, shade: float) -> str:
    """A colour mixed with so much black: 0 is the colour itself, 1 is black."""
    channels = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return "#" + "".join(f"{round(channel * (1 - shade)):02X}" for channel in channels)


@cache
def _shipped(name: str) -> Theme:
    """A theme of netc: its file stays as it is."""
    return _theme(name, read(FOLDER / f"{name}.toml"))


def _theme(name: str, source: Source) -> Theme:
    sheets = _with_extended(source)
    palette: dict[str, str] = {PAPER: WHITE}
    values: dict[str, dict[str, Any]] = {role: {} for role in ROLES}
    for sheet in sheets:
        palette |= sheet.palette
        check_values(sheet, palette)
        for group, roles in GROUPS.items():
            for role in roles:
                values[role] |= {**sheet.groups.get(group, {}), **sheet.roles.get(role, {})}
    if missing := [role for role in ROLES if not values[role]]:
        wrong(source, (), f"the theme {name} lacks the roles {', '.join(missing)}", 'them, or extends = "light"')
    _check_palette(sheets)
    return Theme(name, palette[PAPER].upper(), {role: _paint(values[role], palette) for role in ROLES})


def _with_extended(source: Source) -> list[Sheet]:
    """The sheet of a text after those that it extends; these are themes of netc, whatever a user's file says."""
    sheets, names = [sheet_of(source)], list[str]()
    while (name := sheets[0].extends) is not None:
        at = sheets[0].source
        if not isinstance(name, str) or name not in THEMES:
            wrong(at, ("extends",), f"the theme extends {name!r}", ", ".join(THEMES), suggest(str(name), THEMES))
        if name in names:
            wrong(at, ("extends",), f"the theme `{name}` extends itself, through {', '.join(names)}")
        names.append(name)
        sheets.insert(0, sheet_of(read(FOLDER / f"{name}.toml")))
    return sheets


def _check_palette(sheets: list[Sheet]) -> None:
    """Raises Problem E904 for a name that no role uses: it would change nothing."""
    used = {PAPER}.union(*(colours_in(sheet) for sheet in sheets))
    for sheet in sheets:
        for name in sheet.palette:
            if name not in used:
                expected = f"one of {', '.join(sorted(used))}" if len(used) < 60 else ""
                wrong(
                    sheet.source,
                    ("palette", name),
                    f"no role has the colour `{name}`",
                    expected,
                    hint=suggest(name, used),
                )


def _paint(values: Mapping[str, Any], palette: Mapping[str, str]) -> Paint:
    def colour(key: str) -> str | None:
        content = values.get(key, NONE)
        return None if content == NONE else palette.get(content, content).upper()

    hatch = values.get("hatch", NONE)
    return Paint(
        fill=colour("fill"),
        outline=colour("outline"),
        ink=colour("ink") or BLACK,
        width=values.get("width", 1.0),
        hatch=None if hatch == NONE else hatch,
    )
