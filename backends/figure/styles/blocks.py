"""Boxes and arrows: one box per layer with its name, op and output shape, from top to bottom, devices side by side."""

from __future__ import annotations

from collections.abc import Iterator

from ....compiler import Layer, Transfer, format_bytes, format_shape
from ....compiler.summary import summary
from .. import text
from ..colouring import Colouring, colouring
from ..heading import description_of, heading, title_of
from ..layered.bands import EDGE, INSET, LINE, SIZE, SPACE, Band, Sign, Writing, width_of, writings_of
from ..layered.fit import fit
from ..layered.items import Item, Items, items_of
from ..layered.layout import Box, Layout, lay_out
from ..layered.measures import MARGIN
from ..layered.ranks import assign_ranks
from ..layered.surroundings import frames, lane_room, lanes, room_for_titles
from ..layered.wires import wires
from ..options import Options, Page
from ..picture import Picture
from ..scene import Group, Part, Polygon, Rectangle, Scene, Shape, Text
from .style import Style

CHEVRON = (2.6, 7.0)
"""Height and width of the mark between two bands of a box."""


def scene(picture: Picture, options: Options, page: Page) -> Scene:
    """The graph as boxes and arrows."""
    graph = picture.drawn
    colours = colouring(picture, options.colour)
    items = items_of(graph)
    rows = assign_ranks(items.all)
    writings = writings_of(graph, items.all)
    chosen = fit(items, rows, writings, room_for_titles(graph), lane_room(items, "down").widths)
    layout = lay_out(items, rows, chosen.starts, chosen.sizes, MARGIN, 0)
    head = heading(picture.graph, colours.legend, options, MARGIN, MARGIN, layout.right - MARGIN)
    layout = layout.lowered(MARGIN + head.height)
    shapes = (
        *head.shapes,
        *lanes(items, layout),
        *frames(layout),
        *wires(items, layout),
        *_boxes(picture, colours, items, writings, layout),
    )
    width = max(layout.right, MARGIN + head.width) + MARGIN
    return Scene(width, layout.bottom + MARGIN, title_of(picture.graph), description_of(picture.graph), shapes)


STYLE = Style(scene, heeds=frozenset({"colour", "legend"}), labels=("name", "op", "shape"))


def _boxes(
    picture: Picture, colours: Colouring, items: Items, writings: list[Writing], layout: Layout
) -> Iterator[Group]:
    for item, writing in zip(items.all, writings, strict=True):
        box = layout.boxes[item.index]
        if isinstance(writing, Sign):
            yield _sign(picture, item, writing, box)
        else:
            yield from _layers(picture, colours, item, writing, box)


def _layers(picture: Picture, colours: Colouring, item: Item, bands: list[Band], box: Box) -> Iterator[Group]:
    """The bands of a box, one group per layer, with a mark where one layer reads the one above it."""
    y = box.top
    middle = box.left + box.width / 2
    for i, (layer, band) in enumerate(zip(item.nodes, bands, strict=True)):
        assert isinstance(layer, Layer)
        room = box.width - 2 * INSET
        place = Box(box.left, y, box.width, band.height(room))
        role = colours.roles[layer.name]
        shapes: list[Shape] = [Rectangle(box.left, y, box.width, place.height, role), *_words(band, place, role)]
        title = f"{layer.name}: {summary(layer.op)}, {band.shape}"
        shown = picture.nodes_of(layer.name)
        yield Group("layer", tuple(shapes), title, layer.name, layer.device, stands_for=shown)
        if i:
            before = item.nodes[i - 1].name
            yield Group("wire", (_chevron(middle, y),), f"{before} to {layer.name}", link=(before, layer.name))
        y = place.bottom


def _chevron(x: float, y: float) -> Polygon:
    half = CHEVRON[1] / 2
    return Polygon(((x - half, y), (x + half, y), (x, y + CHEVRON[0])), "arrow")


def _words(band: Band, box: Box, role: str) -> Iterator[Text]:
    for i, line in enumerate(band.lines(box.width - 2 * INSET)):
        x, y = box.left + INSET, _baseline(box.top, i)
        for word in line:
            if word.at_end:
                yield Text(box.right - INSET, y, word.text, SIZE, role, anchor="end", bold=word.bold)
            else:
                yield Text(x, y, word.text, SIZE, role, bold=word.bold)
                x += text.width(word.text, SIZE, word.bold) + SPACE


def _sign(picture: Picture, item: Item, sign: Sign, box: Box) -> Group:
    """An input, an output or a transfer."""
    node, copied = item.nodes[-1], item.kind == "transfer"
    corner = 4.0 if copied else LINE / 2 + EDGE
    place = Rectangle(box.left, box.top, box.width, box.height, item.kind, corner, dashed=copied)
    shapes: tuple[Shape, ...] = (place, *_centred(sign, box, item.kind))
    shape = format_shape(node.shape)
    if isinstance(node, Transfer):
        size = format_bytes(node.bytes_per_sample)
        title = f"{node.name}: {shape} from {node.origin} to {node.destination}, {size} per sample"
        shown = picture.nodes_of(node.name)
        return Group("transfer", shapes, title, node.name, node.destination, stands_for=shown)
    part: Part = "output" if item.kind == "output" else "input"
    inputs = picture.nodes_of(node.name) if part == "input" else ()
    return Group(part, shapes, f"{item.kind} {item.name}: {shape}", item.first, stands_for=inputs)


def _centred(sign: Sign, box: Box, role: str) -> Iterator[Text]:
    for i, line in enumerate(sign.lines):
        x = box.left + (box.width - width_of(line)) / 2
        for word in line:
            yield Text(x, _baseline(box.top, i), word.text, SIZE, role, bold=word.bold)
            x += text.width(word.text, SIZE, word.bold) + SPACE


def _baseline(top: float, line: int) -> float:
    """Where the letters of a line stand in a box that begins at ``top``."""
    return top + EDGE + line * LINE + LINE / 2 + SIZE * (text.ASCENT - text.DESCENT) / 2
