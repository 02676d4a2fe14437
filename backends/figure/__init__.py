"""Figures of a checked graph: a style makes a scene, a theme says how it looks, a writer gives the file.

The pipeline: ``folding`` (what is drawn of the graph), a style (shapes in points, tagged by role), ``fit`` (the
physical size), a theme and a writer. A new style or writer is one file and one line in the table of backends.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from ...compiler import Graph, Problem, suggest
from .. import BACKENDS
from .. import load as load_backend
from . import theme as themes
from .fit import Fitted, fitted
from .hatching import hatched as hatch
from .labels import fields_of
from .options import CHOICES, Options, background_of, page_of
from .scene import Scene
from .styles.style import Style
from .theme import Theme
from .writers.writer import Output

__all__ = [
    "ALIASES", "Fitted", "Look", "Options", "Output", "Scene", "Theme", "background_of", "check_name", "check_options",
    "draw", "fields_of", "figure", "format_of", "has_pages", "lacking", "page_of", "style_of", "themes", "write",
]  # fmt: skip

_STYLES, _WRITERS = "figure.styles.", "figure.writers."
STYLES = tuple(name.removeprefix(_STYLES) for name in BACKENDS if name.startswith(_STYLES))
FORMATS = tuple(name.removeprefix(_WRITERS) for name in BACKENDS if name.startswith(_WRITERS))
"""Endings of the files that netc writes itself."""
ALIASES = {"tikz": "tex", "latex": "tex", "powerpoint": "pptx"}
"""Other names of formats."""
ALWAYS_HEEDED = frozenset({"fold", "heading"})
"""Options that mean something to every style."""


class Look(NamedTuple):
    """How a figure is to look: names of a style, a theme and a target, and the options of the style."""

    style: str = "blocks"
    theme: str = "light"
    target: str = "slide"
    options: Options = Options()


PLAIN = Look()
TRANSPARENT = Output()


def draw(graph: Graph, look: Look = PLAIN, format: str = "svg", output: Output = TRANSPARENT) -> bytes:
    """The figure of a graph as the contents of a file; the same bytes for the same graph.

    An unknown name raises Problem E901, an option that the style does not heed E902, a graph that it cannot draw E903,
    and a bad theme E904.
    """
    format = format_of(format)
    theme = themes.load(look.theme)
    return write([figure(graph, look).scene], theme, format, output)


def figure(graph: Graph, look: Look = PLAIN) -> Fitted:
    """The scene of a graph in its physical size; raises what ``draw`` raises."""
    style, options = style_of(look.style), look.options
    check_options(look.style, style, options)
    if options.colour in ("auto", "role") and themes.load(look.theme).is_plain:
        options = options._replace(legend=False)
    return fitted(graph, style, options, page_of(look.target))


def write(scenes: Sequence[Scene], theme: Theme, format: str, output: Output = TRANSPARENT) -> bytes:
    """Scenes as one file; several only in a format that has pages. A wrong background raises Problem E901."""
    if output.background is not None:
        output = output._replace(background=background_of(output.background, theme.paper))
    hatched = [hatch(scene, theme) for scene in scenes]
    content: bytes = load_backend(_WRITERS + format).write(hatched, theme, output)
    return content


def format_of(name: str) -> str:
    """The format of that name or alias, which is the ending of its files; raises Problem E901."""
    name = ALIASES.get(name, name)
    check_name("format", name, FORMATS)
    return name


def lacking(scenes: Sequence[Scene], format: str) -> str:
    """The characters, each once, that these figures show as empty boxes in that format."""
    find = getattr(load_backend(_WRITERS + format), "lacking", None)
    found: str = find("".join(word.text for scene in scenes for word in scene.texts())) if find else ""
    return found


def has_pages(format: str) -> bool:
    """Whether one file of that format holds several figures."""
    pages: bool = load_backend(_WRITERS + format).PAGES
    return pages


def style_of(name: str) -> Style:
    """The style of that name; raises Problem E901."""
    check_name("style", name, STYLES)
    style: Style = load_backend(_STYLES + name).STYLE
    return style


def check_options(name: str, style: Style, options: Options) -> None:
    """Raises Problem E902 for an option that the style has no use for, and E901 for a value that it does not have."""
    for option, value in options.chosen().items():
        if option not in style.heeds | ALWAYS_HEEDED:
            heeded = ", ".join(sorted(style.heeds | ALWAYS_HEEDED))
            raise Problem("E902", f"the style `{name}` has no `{option}`", expected=heeded, argument=option)
        if option in CHOICES:
            check_name(option, str(value), CHOICES[option])


def check_name(what: str, name: str, known: Collection[str]) -> None:
    """Raises Problem E901 for a name that is not among the known ones."""
    if name not in known:
        hint = suggest(name, known)
        raise Problem("E901", f"unknown {what} `{name}`", expected=", ".join(known), hint=hint, argument=what)
