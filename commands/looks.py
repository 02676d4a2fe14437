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

OPTIONS = (
    click.option("--style", default="blocks", show_default=True, help=f"{STYLES}; `dot` leaves it to graphviz."),
    click.option("--theme", default="light", show_default=True, help=THEMES),
    click.option(
        "--for", "target", default="slide", show_default=True,
        help="What it must fit: slide, slide-half, paper-1col, paper-2col or a size such as 6x4in.",
    ),
    click.option("--fold", default="auto", show_default=True, help="Draw repetitions once: auto, none, all."),
    click.option("--direction", default="auto", show_default=True, help="auto, down or right."),
    click.option("--scale", default="auto", show_default=True, help="From sizes to lengths: auto, sqrt, linear, log."),
    click.option("--scale-note", is_flag=True, help="Say in the figure how lengths follow from sizes."),
    click.option("--colour", "--color", default="auto", show_default=True, help="By role, device, cost or none."),
    click.option("--label", "labels", metavar="FIELDS", help="What is written: name,shape,kernel,params,...; or none."),
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
