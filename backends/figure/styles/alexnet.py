"""The figure of AlexNet (Krizhevsky, Sutskever and Hinton, NIPS 2012, Fig. 2), whole: slabs, kernels, rays and towers.

Where the original is cut off at the top, this figure has both towers. It is drawn from the graph, so that other
widths, kernels, towers and crossings are drawn as they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import NamedTuple

from ....compiler import Layer
from ..colouring import Colouring, colouring
from ..geometry import LETTERS, Area, area, extent
from ..heading import Legend, heading, titled
from ..labels import FIELDS, without_device
from ..options import Options, Page
from ..picture import Picture
from ..scaling import FORMULAS
from ..scene import Group, Scene, Text
from ..slabs.captions import captions, floors_of
from ..slabs.columns import LINE, PAD
from ..slabs.drawing import Drawing, groups_of
from ..slabs.lanes import Lanes, lanes_of
from ..slabs.layout import Layout, Plan, lay_out
from ..slabs.measures import measures
from ..slabs.repeats import HEIGHT, brackets, repeats_of
from ..slabs.routes import levels_of
from ..slabs.stages import Stage, stages_of
from ..slabs.words import Words, words_of
from ..transform import Move
from .style import Style

MARGIN = 12.0
"""Around the figure, in points."""
LABELS = ("shape", "kernel", "stride", "op")
"""What the original says: sizes of maps and kernels, `Stride of 4`, `Max pooling` and `dense`."""
NAMED = ("block",)
"""Roles of layers whose op is told below their box."""
TRIES = 4
"""How often a figure is made narrower when its words stand out of the page."""
ROUNDS = 5
"""How often boxes are laid out again with the room that words need."""
WIDER = 1.2
"""A figure that is so much wider than the page is not wide because of words at its edges."""
COPIED = ("transfer", "transfer between devices, bytes per sample")
"""The legend of what crosses from one tower to another."""
COPIES = ("shape", "bytes")
"""What is said of transfers; fields that are chosen without bytes leave it out, as the figure of 2012 does."""
LINES = ("name", "params", "macs", "bytes")
"""Fields that are lines of their own below a box."""


def scene(picture: Picture, options: Options, page: Page) -> Scene:
    """The graph as slabs in the proportions of the original, as large as its texts leave room for on the page."""
    content = _content(picture, options)
    grown = 12.0 / page.least  # the least text of the figure is the heading's, with 12
    width, height = page.width * grown, page.height * grown
    room = width
    for _ in range(TRIES):
        made = _made(content, options, room, height)
        if made.width <= width or made.width > WIDER * width:
            break
        room -= made.width - width + PAD
    return made


class _Content(NamedTuple):
    """What is to be drawn and written."""

    picture: Picture
    stages: list[Stage]
    lanes: Lanes
    fields: tuple[str, ...]
    below: Mapping[Stage, Sequence[str]]
    words: list[Words]
    roles: Mapping[Stage, str]
    legend: Legend


def _content(picture: Picture, options: Options) -> _Content:
    stages = stages_of(picture.drawn)
    lanes = lanes_of(picture.drawn, stages)
    fields = LABELS if options.labels is None else options.labels
    below = {stage: _below(stage, fields) for stage in stages}
    if "device" in fields or options.colour == "device":
        for stage, name in _towers(stages, lanes).items():
            below[stage].append(name)
    copies = COPIES if options.labels is None else fields if "bytes" in fields else ()
    words = [words_of(column, fields, copies) for column in lanes.columns]
    roles, legend = _roles(stages, colouring(picture, options.colour), options)
    return _Content(picture, stages, lanes, fields, below, words, roles, legend)


def _made(content: _Content, options: Options, width: float, height: float) -> Scene:
    """The figure for a page of that size; words at its edges may make it a little wider."""
    picture, stages, lanes, fields, below, words, roles, legend = content
    head = heading(picture.graph, legend, options, MARGIN, MARGIN, width - 2 * MARGIN, COPIED)
    repeats = repeats_of(picture, stages)
    room = LINE * max((said.lines for said in words), default=0) + PAD + HEIGHT * min(len(repeats), 2)
    plan = Plan(stages, lanes, below, room, lambda unit, slim: measures(stages, options.scale, unit, slim))
    free = height - head.height - 2 * MARGIN - LINE * options.scale_note
    place = Area(MARGIN, MARGIN + head.height, width - MARGIN, MARGIN + head.height + free)
    layout, said = _settled(content, plan, repeats, place)
    shaded, over = options.colour not in ("auto", "none"), lanes.rows == 1
    drawing = Drawing(picture, stages, layout, plan.measures(*layout.unit), roles, below, fields, shaded, over)
    shapes = [*groups_of(drawing, [shape for group in said for shape in group.shapes]), *said]
    return _composed(picture, options, legend, shapes, width - 2 * MARGIN)


def _settled(content: _Content, plan: Plan, repeats: dict[str, list[Stage]], place: Area) -> tuple[Layout, list[Group]]:
    """The boxes and the words below them, with just the room for wires and words that they need.

    Larger boxes may need more, and stand in other lines: what they need is tried; the largest that have it are kept.
    """
    layout, said, needs = _said(content, plan, repeats, place)
    rooms: list[tuple[float, float]] = []
    for _ in range(ROUNDS):
        rooms = _most(rooms, needs)
        found = _said(content, replace(plan, needs=tuple(rooms)), repeats, place)
        needs = found[2]
        if _suffice(rooms, needs):
            rooms = []
            if found[0].unit[0] >= layout.unit[0]:
                layout, said = found[:2]
    return layout, said


def _most(rooms: Sequence[tuple[float, float]], needs: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """For every line the larger of both, above and below."""
    pairs = zip_longest(rooms, needs, fillvalue=(0.0, 0.0))
    return [(max(room[0], need[0]), max(room[1], need[1])) for room, need in pairs]


def _suffice(rooms: Sequence[tuple[float, float]], needs: Sequence[tuple[float, float]]) -> bool:
    """Whether every line has the room that it needs."""
    return len(needs) <= len(rooms) and all(
        room[0] >= need[0] and room[1] >= need[1] for room, need in zip(rooms, needs, strict=False)
    )


def _said(
    content: _Content, plan: Plan, repeats: dict[str, list[Stage]], place: Area
) -> tuple[Layout, list[Group], list[tuple[float, float]]]:
    """The boxes, the words below them, and the room that is needed above and below every line."""
    layout = lay_out(plan, place.right - place.left, place.bottom - place.top, place.left, place.top)
    floors = floors_of(layout, content.below)
    said = [*captions(layout, content.words, floors), *brackets(content.picture, repeats, layout, floors)]
    ends = [max(where.bottom for where in floor.places) for floor in floors]
    below = [max(end + PAD - line.bottom, 0.0) for end, line in zip(ends, layout.lines, strict=True)]
    return layout, said, list(zip(levels_of(content.stages, layout, content.lanes.rows == 1), below, strict=True))


STYLE = Style(scene, heeds=frozenset({"scale", "scale_note", "colour", "labels", "legend"}), labels=LABELS)


def _roles(stages: Sequence[Stage], colours: Colouring, options: Options) -> tuple[dict[Stage, str], Legend]:
    """What the boxes look like: white as in the original, or as the user wants them; and the legend of what is used."""
    if options.colour in ("auto", "none"):
        return dict.fromkeys(stages, "slab"), ()
    roles = {stage: colours.roles.get(stage.head.name, "input") for stage in stages}
    return roles, colours.legend_of(set(roles.values()))


def _below(stage: Stage, fields: Sequence[str]) -> list[str]:
    lines = [str(stage.head.shape[0])] if "shape" in fields else []
    if isinstance(stage.head, Layer):
        layer = stage.head
        lines += [layer.op.keyword] * (layer.op.role in NAMED and "op" in fields)
        short = {"name": without_device(layer.name, layer.device)}
        lines += [short.get(field) or FIELDS[field](layer) for field in LINES if field in fields]
    elif "name" in fields:
        lines.append(stage.head.name)
    return [line for line in lines if line]


def _towers(stages: Sequence[Stage], lanes: Lanes) -> dict[Stage, str]:
    """The first box of every device, and the device's name."""
    found: dict[str, Stage] = {}
    for stage in stages:
        if stage.head.device and stage not in lanes.between:
            found.setdefault(stage.head.device, stage)
    return {stage: name for name, stage in found.items()}


def _composed(picture: Picture, options: Options, legend: Legend, shapes: Sequence[Group], width: float) -> Scene:
    """The figure under its heading, on a page no larger than both."""
    left, top, right, bottom = extent(shapes)
    graph = picture.graph
    head = heading(graph, legend, options, MARGIN, MARGIN, right - left, COPIED)
    if head.height > heading(graph, legend, options, MARGIN, MARGIN, width, COPIED).height:
        head = heading(graph, legend, options, MARGIN, MARGIN, width, COPIED)
    note = [_scale_note(options)] if options.scale_note else []
    wide = max(head.width if options.heading else 0.0, right - left, *(area(words).right for words in note))
    move = Move(1.0, MARGIN + (wide - (right - left)) / 2 - left, MARGIN + head.height - top)
    bottom += move.down
    place = Move(1.0, MARGIN, bottom)
    drawn = (*head.shapes, *move.shapes(tuple(shapes)), *(Group("note", (place.shape(words),)) for words in note))
    size = wide + 2 * MARGIN, bottom + LINE * len(note) + MARGIN
    return titled(graph, *size, drawn)


def _scale_note(options: Options) -> Text:
    """What lengths say, from the origin on."""
    words = f"Lengths in proportion to {FORMULAS[options.scale]}"
    return Text(0.0, LETTERS * 12 + PAD, words, 12, "remark")
