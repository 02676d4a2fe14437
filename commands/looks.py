"""The options that say how a figure looks, for every command that draws."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click

from .. import backends
from .console import backend

F = TypeVar("F", bound=Callable[..., Any])


def _names(prefix: str) -> str:
    return ", ".join(name.removeprefix(prefix) for name in backends.BACKENDS if name.startswith(prefix))


THEMES = "light, dark, print, paper, or a file: my.toml"
STYLES, FORMATS = _names("figure.styles."), _names("figure.writers.")


def _word(*names: str, default: str, metavar: str, help: str) -> Callable[[F], F]:
    """An option with a word for a value; which words there are the backend knows."""
    return click.option(*names, default=default, metavar=metavar, show_default=True, help=help)


OPTIONS = (
    _word("--style", default="blocks", metavar="STYLE", help=f"{STYLES}; `dot` leaves it to graphviz."),
    _word("--theme", default="light", metavar="THEME", help=THEMES),
    _word(
        "--for", "target", default="slide", metavar="PAGE",
        help="What it must fit: slide, slide-half, paper-1col, paper-2col or a size such as 6x4in.",
    ),
    _word(
        "--fold", default="auto", metavar="HOW",
        help="auto: repetitions once, and less detail where text would be too small. none: every layer. all: one box "
        "per block.",
    ),
    _word("--direction", default="auto", metavar="WAY", help="auto, down or right."),
    _word("--scale", default="auto", metavar="LAW", help="From sizes to lengths: auto, sqrt, linear, log."),
    click.option("--scale-note", is_flag=True, help="Say in the figure how lengths follow from sizes."),
    _word("--colour", "--color", default="auto", metavar="BY", help="By role, device, cost or none."),
    click.option(
        "--label", "labels", metavar="FIELDS",
        help="What is written, with commas between: name, op, kernel, stride, shape, params, macs, bytes, device; or "
        "none.",
    ),
    click.option("--heading/--no-heading", default=True, help="The title and the totals."),
    click.option("--legend/--no-legend", default=True, help="What the colours mean."),
)  # fmt: skip
"""The options of a Look, in the order of the help."""


def look_options(command: F) -> F:
    """Adds the options; the command gets them as keyword arguments that ``look_of`` takes."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def look_of(choices: Mapping[str, Any]) -> Any:
    """The Look of a command's options; raises Problem E901 for a field that there is not."""
    figure = backend("figure")
    chosen = dict(choices)
    style, theme, target = (chosen.pop(name) for name in ("style", "theme", "target"))
    labels = chosen.pop("labels")
    fields = None if labels is None else figure.fields_of(labels)
    return figure.Look(style, theme, target, figure.Options(**chosen, labels=fields))
