"""What to change when a figure does not fit its page."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from math import ceil

from ...compiler import Problem
from . import Look, figure, style_of
from .fit import Fitted
from .options import LARGEST, PAPER_TEXT, Options, page_of

INCH = 72.0
"""Points."""
TRIED = 1000
"""Nodes of the largest net of which proposals are tried; every one draws the net again."""
SAID = 3
"""Proposals that help and are told."""
WIDER = {"slide-half": "slide", "paper-1col": "paper-2col"}
"""The next larger page of the same kind."""
OTHERS = ("blocks", "table", "volumes")
"""Styles that draw any net."""


def advice(fitted: Fitted, look: Look) -> str:
    """Sentences on what the user can change so that the smallest text is legible; empty where it is.

    Of a net with up to ``TRIED`` nodes only what helps is told: it is tried.
    """
    if fitted.legible:
        return ""
    page, smallest = page_of(look.target), fitted.scene.smallest_text() or 0.0
    lines = [f"the smallest text is {smallest:.1f} pt, and `{page.name}` asks for {page.least:g} pt"]
    found = list(islice(_helping(fitted, look), SAID)) or list(_last(fitted, look, smallest))
    return "\n".join([*lines, *(f"  try {proposal}" for proposal in found)])


def _helping(fitted: Fitted, look: Look) -> Iterator[str]:
    """What makes the figure legible, the least change first."""
    if len(fitted.picture.graph.nodes) > TRIED:
        if look.options.fold == "none":
            yield "--fold auto: what repeats is drawn once"
        return
    for words, other in _changes(look):
        try:
            found = figure(fitted.picture.graph, other)
        except Problem:  # the style cannot draw this net, or has no use for an option
            continue
        if found.legible:
            yield f"{words}: its text has {found.scene.smallest_text() or 0:.1f} pt"


def _changes(look: Look) -> Iterator[tuple[str, Look]]:
    options, heeds = look.options, style_of(look.style).heeds
    if options.fold == "none":
        yield "--fold auto", look._replace(options=options._replace(fold="auto"))
    if "direction" in heeds and options.direction != Options().direction:
        yield "--direction auto", look._replace(options=options._replace(direction="auto"))
    if "labels" in heeds and options.labels not in ((), ("name",)):
        yield "--label name", look._replace(options=options._replace(labels=("name",)))
    if wider := WIDER.get(look.target):
        yield f"--for {wider}", look._replace(target=wider)
    for style in OTHERS:
        if style != look.style:
            plain = Options(options.fold, heading=options.heading, legend=options.legend)
            yield f"--style {style}", look._replace(style=style, options=plain)


def _last(fitted: Fitted, look: Look, smallest: float) -> Iterator[str]:
    """What is left when no single option helps."""
    if not fitted.picture.repeats:
        yield "a block or `* n` in the spec for what repeats: it is drawn once then"
    if size := _size(look, smallest):
        yield f"--for {size}: a page on which its text has {PAPER_TEXT[0]:g} pt"


def _size(look: Look, smallest: float) -> str | None:
    """A page of the same shape on which the text of the figure is legible, if a page can be so large."""
    page = page_of(look.target)
    factor = PAPER_TEXT[0] / smallest if smallest else LARGEST
    sides = [ceil(10 * side * factor / INCH) / 10 for side in (page.width, page.height)]
    return f"{sides[0]:g}x{sides[1]:g}in" if max(sides) <= LARGEST else None
