"""What to change when a figure does not fit its page."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from . import Look, style_of
from .fit import Fitted
from .options import LARGEST, PAPER_TEXT, Options, page_of

INCH = 72.0
"""Points."""


def advice(fitted: Fitted, look: Look) -> str:
    """Sentences on what the user can change so that the smallest text is legible; empty where it is."""
    if fitted.legible:
        return ""
    page, smallest = page_of(look.target), fitted.scene.smallest_text() or 0.0
    lines = [f"the smallest text is {smallest:.1f} pt, and `{page.name}` asks for {page.least:g} pt"]
    return "\n".join([*lines, *(f"  try {proposal}" for proposal in _proposals(fitted, look, smallest))])


def _proposals(fitted: Fitted, look: Look, smallest: float) -> Iterator[str]:
    """What helps most comes first."""
    options, picture = look.options, fitted.picture
    if options.fold == "none":
        yield "--fold auto: what repeats is drawn once"
    elif not picture.repeats:
        yield "a block or `* n` in the spec for what repeats: it is drawn once then"
    if "labels" in style_of(look.style).heeds and options.labels not in ((), ("name",)):
        yield "fewer fields, such as --label name"
    if "direction" in style_of(look.style).heeds and options.direction != Options().direction:
        yield f"another --direction than {options.direction}"
    if look.style != "blocks":
        yield "--style blocks: boxes need the least room"
    if size := _size(look, smallest):
        yield f"--for {size}: a page on which its text has {PAPER_TEXT[0]:g} pt"


def _size(look: Look, smallest: float) -> str | None:
    """A page of the same shape on which the text of the figure is legible, if a page can be so large."""
    page = page_of(look.target)
    factor = PAPER_TEXT[0] / smallest if smallest else LARGEST
    sides = [ceil(10 * side * factor / INCH) / 10 for side in (page.width, page.height)]
    return f"{sides[0]:g}x{sides[1]:g}in" if max(sides) <= LARGEST else None
