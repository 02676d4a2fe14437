"""What a user may choose of a figure."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple, TypeAlias, get_args

from ...compiler import Problem, suggest

Fold: TypeAlias = Literal["auto", "none", "all"]
Direction: TypeAlias = Literal["auto", "down", "right"]
Law: TypeAlias = Literal["auto", "sqrt", "linear", "log"]
Colour: TypeAlias = Literal["auto", "role", "device", "cost", "none"]

CHOICES: dict[str, tuple[str, ...]] = {
    "fold": get_args(Fold),
    "direction": get_args(Direction),
    "scale": get_args(Law),
    "colour": get_args(Colour),
}
"""Options with a fixed set of values."""


class Options(NamedTuple):
    """Choices that every style heeds where they apply to it; a style says which in ``Style.heeds``.

    ``labels`` are the fields to write (the names in ``labels.FIELDS``): None is the style's own choice, an empty
    tuple writes none. ``direction``, ``scale`` and ``colour`` have an ``auto`` that is the style's own choice,
    too; for a scale it is the square root unless the style says otherwise.
    """

    fold: Fold = "auto"
    direction: Direction = "auto"
    scale: Law = "auto"
    colour: Colour = "auto"
    labels: tuple[str, ...] | None = None
    heading: bool = True
    legend: bool = True
    scale_note: bool = False

    def chosen(self) -> dict[str, object]:
        """The options that differ from their defaults."""
        pairs = zip(self._fields, self, Options(), strict=True)
        return {name: value for name, value, default in pairs if value != default}


class Page(NamedTuple):
    """What a figure has to fit: width and height in points, and the smallest text that is still legible there."""

    name: str
    width: float
    height: float
    least: float
    most: float
    """The smallest text is never made larger than this."""


SLIDE_TEXT = (12.0, 18.0)
"""Least and greatest size of the smallest text on a slide, in points."""
PAPER_TEXT = (8.0, 10.0)
"""The same in a paper, whose own text has 9 or 10 pt."""

PAGES = {
    page.name: page
    for page in (
        Page("slide", 960, 540, *SLIDE_TEXT),  # 13.333 x 7.5 in: 16:9 as PowerPoint has it
        Page("slide-half", 480, 540, *SLIDE_TEXT),
        Page("paper-1col", 252, 648, *PAPER_TEXT),  # 3.5 in: a column of IEEE's two, and 89 mm of Nature
        Page("paper-2col", 516, 648, *PAPER_TEXT),  # 7.16 in: both columns of IEEE
    )
}
"""Targets by name. Columns of a paper are 9 in high."""

_SIZE = re.compile(r"(\d+(?:\.\d+)?)x(\d+(?:\.\d+)?)in")
LARGEST = 200.0
"""Inches: the largest page of a PDF (ISO 32000-1, annex C)."""


def page_of(text: str) -> Page:
    """The target of that name, or of that size (``6x4in``), which counts as a paper; raises Problem E901."""
    if text in PAGES:
        return PAGES[text]
    if size := _SIZE.fullmatch(text):
        width, height = float(size[1]), float(size[2])
        if min(width, height) >= 0.5 and max(width, height) <= LARGEST:
            return Page(text, 72 * width, 72 * height, *PAPER_TEXT)
    expected = f"{', '.join(PAGES)}, or a size from 0.5 to 200 inches such as 6x4in"
    hint = suggest(text, PAGES)
    raise Problem("E901", f"unknown target `{text}`", expected=expected, hint=hint, argument="for")


COLOUR_NAMES = {"white": "#FFFFFF", "black": "#000000"}
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")


def background_of(text: str, paper: str) -> str | None:
    """The colour behind a figure: `none`, `theme` (its ``paper``), a name or ``#RRGGBB``; raises Problem E901."""
    if text == "none":
        return None
    if text == "theme":
        return paper
    colour = COLOUR_NAMES.get(text, text)
    if not _COLOUR.fullmatch(colour):
        expected = f"none, theme, {', '.join(COLOUR_NAMES)} or a colour such as #E69F00"
        raise Problem("E901", f"unknown background `{text}`", expected=expected, argument="background")
    return colour.upper()
