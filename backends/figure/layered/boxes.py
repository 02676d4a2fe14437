"""The boxes as shapes: layers in bands with their text, circles of sums, inputs, outputs and transfers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ....compiler import Layer, Transfer, format_shape
from .. import text
from ..colouring import Colouring
from ..labels import title_of_layer, title_of_transfer
from ..picture import Picture
from ..scene import Circle, Group, Part, Path, Polygon, Rectangle, Shape, Text
from .items import Item, Items
from .layout import Box, Direction, Layout
from .measures import HUB, HUB_STEM
from .wires import wire
from .words import EDGE, INSET, LINE, SIZE, SPACE, Word, height_of, width_of
from .writing import BESIDE_HUB, Sign, Stack, Writing

CHEVRON = (2.6, 7.0)
"""Length and width of the mark between two bands of a box."""
SLACK = 1e-6
SIGN = 5.5
"""Half the length of the lines of the sign in a circle."""


class _Look(NamedTuple):
    picture: Picture
    colours: Colouring
    direction: Direction
    spans: Mapping[int, float]


def boxes(
    picture: Picture, colours: Colouring, items: Items, writings: Sequence[Writing], layout: Layout
) -> Iterator[Group]:
    """All boxes, one group per band of layers, and the wires between the bands of one box."""
    look = _Look(picture, colours, layout.direction, layout.spans)
    for item, writing in zip(items.all, writings, strict=True):
        box = layout.boxes[item.index]
        if isinstance(writing, Sign):
            yield _sign(look, item, writing, box)
        else:
            yield from _stack(look, item, writing, box)


def _stack(look: _Look, item: Item, stack: Stack, box: Box) -> Iterator[Group]:
    """The bands of a box in the order of the flow, with a mark where one reads the one before it."""
    if item.hub:
        yield _layers(look, item.bands[0], _hub(look, item, stack.remark, box))
    right = look.direction == "right"
    across = look.spans.get(item.index, box.height if right else box.width)
    room = ((across - 2 * EDGE) / LINE if right else across - 2 * INSET) + SLACK
    at = (box.left if right else box.top) + stack.start
    for number, band in enumerate(stack.bands, start=int(item.hub)):
        length = band.length(look.direction, room)
        place = Box(at, box.top, length, box.height) if right else Box(box.left, at, box.width, length)
        if number:
            yield _between(look, item, number, place)
        yield _layers(look, item.bands[number], _band(look, item, number, band.lines(look.direction, room), place))
        at += length


def _layers(look: _Look, layers: Sequence[Layer], shapes: Iterator[Shape]) -> Group:
    first = layers[0]
    title = "; ".join(map(title_of_layer, layers))
    shown = look.picture.nodes_of(*(layer.name for layer in layers))
    return Group("layer", tuple(shapes), title, first.name, first.device, stands_for=shown)


def _band(look: _Look, item: Item, number: int, lines: list[list[Word]], place: Box) -> Iterator[Shape]:
    """A rectangle and its text, in the middle of boxes that lead to the right or are wider than a column."""
    role = look.colours.roles[item.bands[number][0].name]
    yield Rectangle(place.left, place.top, place.width, place.height, role)
    if look.direction == "right" or item.index in look.spans:
        yield from _centred(lines, place, role)
        return
    top = place.top + (place.height - height_of(len(lines))) / 2
    for number, line in enumerate(lines):
        x, y = place.left + INSET, _baseline(top, number)
        for word in line:
            if word.at_end:
                yield Text(place.right - INSET, y, word.text, SIZE, role, anchor="end", bold=word.bold)
            else:
                yield Text(x, y, word.text, SIZE, role, bold=word.bold)
                x += text.width(word.text, SIZE, word.bold) + SPACE


def _hub(look: _Look, item: Item, remark: str, box: Box) -> Iterator[Shape]:
    """A circle with a plus or a times sign, and what follows at its left or above it."""
    x, y = _middle(look, box)
    yield Circle(x, y, HUB, look.colours.roles[item.first])
    by = SIGN / 2**0.5
    upright = (((x - SIGN, y), (x + SIGN, y)), ((x, y - SIGN), (x, y + SIGN)))
    slanting = (((x - by, y - by), (x + by, y + by)), ((x - by, y + by), (x + by, y - by)))
    for points in upright if item.bands[0][0].op.keyword == "add" else slanting:
        yield Path(points, "wire")
    if remark and look.direction == "right":
        yield Text(x, y - HUB - LINE + _baseline(0, 0), remark, SIZE, "remark", anchor="middle")
    elif remark:
        yield Text(x - HUB - BESIDE_HUB, y - LINE / 2 + _baseline(-EDGE, 0), remark, SIZE, "remark", anchor="end")


def _middle(look: _Look, box: Box) -> tuple[float, float]:
    """The middle of the circle at a box's beginning."""
    if look.direction == "right":
        return box.left + HUB, box.top + box.height / 2
    return box.left + box.width / 2, box.top + HUB


def _between(look: _Look, item: Item, number: int, place: Box) -> Group:
    """The wire to a band from the one before it: a mark, or an arrow from a circle."""
    source, target = item.bands[number - 1][0].name, item.bands[number][0].name
    if item.hub and number == 1:
        if look.direction == "right":
            y = place.top + place.height / 2
            return wire(source, target, ((place.left - HUB_STEM, y), (place.left, y)), copied=False)
        x = place.left + place.width / 2
        return wire(source, target, ((x, place.top - HUB_STEM), (x, place.top)), copied=False)
    return Group("wire", (_chevron(look, place),), f"{source} to {target}", link=(source, target))


def _chevron(look: _Look, place: Box) -> Polygon:
    length, half = CHEVRON[0], CHEVRON[1] / 2
    if look.direction == "right":
        x, y = place.left, place.top + place.height / 2
        return Polygon(((x, y - half), (x, y + half), (x + length, y)), "arrow")
    x, y = place.left + place.width / 2, place.top
    return Polygon(((x - half, y), (x + half, y), (x, y + length)), "arrow")


def _sign(look: _Look, item: Item, sign: Sign, box: Box) -> Group:
    """An input, an output or a transfer."""
    node, copied = item.nodes[-1], item.kind == "transfer"
    corner = 4.0 if copied else min(box.height, height_of(1)) / 2
    place = Rectangle(box.left, box.top, box.width, box.height, item.kind, corner, dashed=copied or item.in_training)
    shapes: tuple[Shape, ...] = (place, *_centred(sign.set(look.direction), box, item.kind))
    if isinstance(node, Transfer):
        shown = look.picture.nodes_of(node.name)
        return Group("transfer", shapes, title_of_transfer(node), node.name, node.destination, stands_for=shown)
    part: Part = "output" if item.kind == "output" else "input"
    inputs = look.picture.nodes_of(node.name) if part == "input" else ()
    title = f"{item.what} {item.name}: {format_shape(node.shape)}"
    return Group(part, shapes, title, item.first, stands_for=inputs)


def _centred(lines: Sequence[Sequence[Word]], box: Box, role: str) -> Iterator[Text]:
    """Lines in the middle of a box."""
    top = box.top + (box.height - height_of(len(lines))) / 2
    for number, line in enumerate(lines):
        x = box.left + (box.width - width_of(line)) / 2
        for word in line:
            yield Text(x, _baseline(top, number), word.text, SIZE, role, bold=word.bold)
            x += text.width(word.text, SIZE, word.bold) + SPACE


def _baseline(top: float, line: int) -> float:
    """Where the letters of a line stand in a box that begins at ``top``."""
    return top + EDGE + line * LINE + LINE / 2 + text.MIDDLE * SIZE
