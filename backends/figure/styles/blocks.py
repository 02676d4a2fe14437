"""Boxes and arrows, as in the papers of GoogLeNet and ResNet: one box per layer, devices side by side.

Boxes lead down or to the right, whichever makes the text larger, and are folded into columns or rows of the page.
"""

from __future__ import annotations

from ..colouring import colouring
from ..labels import times
from ..layered.drawing import Drawing, cards_of, drawn, seen
from ..layered.items import items_of
from ..layered.ranks import assign_ranks
from ..layered.surroundings import lane_headings
from ..layered.writing import writings_of
from ..options import Options, Page
from ..picture import Picture
from ..scene import Scene
from .style import Style

LABELS = ("name", "op", "shape")


def scene(picture: Picture, options: Options, page: Page) -> Scene:
    """The graph as boxes and arrows."""
    items = items_of(picture.drawn, merged=picture.detail.merged, hubs=True)
    rows = assign_ranks(items.all)
    cards = cards_of(picture, items)
    badges = {item.index: times(picture.repeats[section]) for section, item in cards.items()}
    fields = LABELS if options.labels is None else options.labels
    colours = seen(colouring(picture, options.colour), items)
    writings = writings_of(picture, items, fields, badges)
    headings = lane_headings(items, picture.graph)
    return drawn(Drawing(picture, options, page, colours, items, rows, cards, writings, headings))


STYLE = Style(scene, heeds=frozenset({"colour", "direction", "labels", "legend"}), labels=LABELS)
