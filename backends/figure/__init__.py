"""Figures of a checked graph: a style makes a scene, a theme says how it looks, a writer gives the file.

A new style, format or theme is one file and one line here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from ...compiler import Graph, Problem, suggest
from .scene import Scene
from .styles import blocks
from .theme import Theme, load
from .writers import svg

STYLES: Mapping[str, Callable[[Graph], Scene]] = {
    "blocks": blocks.scene,
}

WRITERS: Mapping[str, Callable[[Scene, Theme], bytes]] = {
    "svg": svg.write,
}

THEMES = ("light",)
"""Names of the files in ``themes/``."""


def draw(graph: Graph, style: str = "blocks", theme: str = "light", format: str = "svg") -> bytes:
    """The figure of a graph as the contents of a file; the same bytes for the same graph.

    The names are those of STYLES, THEMES and WRITERS; an unknown one raises Problem E201.
    """
    check_names(style, theme)
    _check("format", format, WRITERS)
    return WRITERS[format](STYLES[style](graph), load(theme))


def check_names(style: str, theme: str) -> None:
    """Raises Problem E201 for a style or a theme that is not in its table."""
    _check("style", style, STYLES)
    _check("theme", theme, THEMES)


def _check(what: str, name: str, known: Collection[str]) -> None:
    if name not in known:
        hint = suggest(name, known)
        raise Problem("E201", f"unknown {what} `{name}`", expected=", ".join(known), hint=hint, argument=what)
