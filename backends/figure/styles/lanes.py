"""Swimlanes: a lane per device from beginning to end, a box per statement, each crossing with its shape and bytes.

What prepares or follows a layer (concatenation, activation, normalization, dropout) is in its box. Lanes are folded
only where they would not be legible else.
"""

from __future__ import annotations

from ....compiler import Layer
from ..colouring import colouring
from ..labels import times
from ..layered.drawing import Drawing, cards_of, drawn, seen
from ..layered.items import JOINS, Item, items_of
from ..layered.ranks import assign_ranks
from ..layered.surroundings import lane_headings
from ..layered.writing import Sign, Writing, writings_of
from ..options import Options, Page
from ..picture import Picture
from ..scene import Scene
from .style import Style

LABELS = ("name", "op", "shape")


def scene(picture: Picture, options: Options, page: Page) -> Scene:
    """The graph in lanes; without devices it has one."""
    picture = picture._replace(detail=picture.detail._replace(merged=True))
    items = items_of(picture.drawn, merged=True)
    rows = assign_ranks(items.all)
    prepared = {item.index: _without_preparation(item) for item in items.all if item.bands}
    cards = cards_of(picture, items)
    badges = {item.index: times(picture.repeats[section]) for section, item in cards.items()}
    colours = seen(colouring(picture, options.colour), items)
    fields = LABELS if options.labels is None else options.labels
    writings = [_in_one_line(writing) for writing in writings_of(picture, items, fields, badges)]
    for index, before in prepared.items():
        items.all[index].bands = ((*items.all[index].bands[0], *before),)
    headings = lane_headings(items, picture.graph)
    return drawn(Drawing(picture, options, page, colours, items, rows, cards, writings, headings, unfolded=True))


STYLE = Style(scene, heeds=frozenset({"colour", "direction", "labels", "legend"}), labels=LABELS)


def _without_preparation(item: Item) -> tuple[Layer, ...]:
    """Makes one band of all layers of a box but those that prepare the input of the others, which are returned."""
    layers = tuple(layer for band in item.bands for layer in band)
    start = next((index for index, layer in enumerate(layers) if layer.op.role not in JOINS), 0)
    item.bands = (layers[start:],)
    return layers[:start]


def _in_one_line(writing: Writing) -> Writing:
    """Inputs, outputs and transfers are as low as boxes of one line, so that lanes are short."""
    if not isinstance(writing, Sign):
        return writing
    line = tuple(word for words in writing.lines for word in words)
    return Sign((line,) if line else ())
