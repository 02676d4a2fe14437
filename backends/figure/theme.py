"""Themes: what the roles of a scene look like. A theme is one small TOML file in ``themes/``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple, get_args

from ...compiler import Problem, Role, suggest

FOLDER = Path(__file__).parent / "themes"

LAYER_ROLES: tuple[str, ...] = (*get_args(Role), "block")
"""What layers do; `block` is the use of a block that is drawn as one box."""
DEVICE_ROLES = tuple(f"device{index}" for index in range(8))
"""Layers coloured by device; the ninth device has the colour of the first."""
COST_ROLES = tuple(f"cost{index}" for index in range(5))
"""Layers coloured by their share of the multiply-adds, from little to much."""
ORIGINAL_ROLES = ("plane", "bar", "slab", "kernel")
"""What the figures of 1998 and 2012 are made of: feature maps, vectors, boxes, and the kernels on them."""
SURFACE_ROLES = ("lane", "section", "repeat")
"""What boxes stand in; `repeat` is the frame of what is drawn once and comes several times."""
MARK_ROLES = ("added", "removed", "changed", "moved", "highlight")
"""Marks over what a diff found, and of the ideas that are still in use."""
TABLE_ROLES = ("head", "row", "stripe")
BOX_ROLES = (
    *LAYER_ROLES, *DEVICE_ROLES, *COST_ROLES, *ORIGINAL_ROLES, *SURFACE_ROLES, *MARK_ROLES, *TABLE_ROLES,
    "input", "output", "transfer",
)  # fmt: skip
"""Roles that are filled, outlined and written on."""
WIRE_ROLES = ("wire", "arrow", "transfer_wire", "transfer_arrow", "ray", "connection", "rule")
"""Lines: a `ray` leads from a kernel to the unit that it feeds, a `rule` across a table."""
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
    """A look for every role. ``paper`` is the colour of what the figure is meant to lie on; it is not drawn."""

    name: str
    paper: str
    roles: Mapping[str, Paint]

    def paint(self, role: str, shade: float = 0) -> Paint:
        """How a role looks, its fill mixed with so much black."""
        paint = self.roles[role]
        return paint._replace(fill=darker(paint.fill, shade)) if shade and paint.fill else paint


THEMES = tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def load(name: str) -> Theme:
    """The theme of that name; raises Problem E901 when there is none, and ThemeError when its file is wrong."""
    if name not in THEMES:
        hint = suggest(name, THEMES)
        raise Problem("E901", f"unknown theme `{name}`", expected=", ".join(THEMES), hint=hint, argument="theme")
    return parse(name, (FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def parse(name: str, text: str) -> Theme:
    """A theme from its TOML text; raises ThemeError."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ThemeError(f"theme {name}: {error}") from None
    _known(name, "keys", data, ("paper", "roles"))
    roles = data.get("roles", {})
    _known(name, "roles", roles, ROLES)
    if missing := [role for role in ROLES if role not in roles]:
        raise ThemeError(f"theme {name} lacks the roles {', '.join(missing)}")
    paper = data.get("paper", "#FFFFFF")
    _colour(name, "paper", paper)
    return Theme(name, paper, {role: _paint(name, role, roles[role]) for role in ROLES})


def darker(colour: str, shade: float) -> str:
    """A colour mixed with so much black: 0 is the colour itself, 1 is black."""
    channels = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return "#" + "".join(f"{round(channel * (1 - shade)):02X}" for channel in channels)


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
