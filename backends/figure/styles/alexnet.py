"""The figure of AlexNet (Krizhevsky, Sutskever and Hinton, NIPS 2012, Fig. 2), whole: slabs, kernels, rays and towers.

Where the original is cut off at the top, this figure has both towers. It is drawn from the graph, so that other
widths, kernels, towers and crossings are drawn as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ....compiler import Layer
from .. import text
from ..colouring import Colouring, colouring
from ..geometry import LETTERS, Area, area
from ..heading import description_of, heading, title_of
from ..labels import FIELDS
from ..options import Options, Page
from ..picture import Picture
from ..scene import Group, Scene, Shape, Text
from ..slabs.columns import LINE, PAD, SIZE
from ..slabs.drawing import Drawing, groups_of
from ..slabs.lanes import Lanes, lanes_of
from ..slabs.layout import Layout, Plan, lay_out
from ..slabs.measures import measures
from ..slabs.repeats import HEIGHT, brackets, repeats_of
from ..slabs.stages import Stage, stages_of
from ..slabs.words import Block, Floor, Words, words_of
from ..transform import Move
from .style import Style

MARGIN = 12.0
"""Around the figure, in points."""
LABELS = ("shape", "kernel", "stride", "op")
"""What the original says: sizes of maps and kernels, `Stride of 4`, `Max pooling` and `dense`."""
NAMED = ("block",)
"""Roles of layers whose op is told below their box."""
COPIED = ("transfer", "transfer between devices")
"""The legend of what crosses from one tower to another."""
LINES = ("name", "params", "macs", "bytes")
"""Fields that are lines of their own below a box."""


def scene(picture: Picture, options: Options, page: Page) -> Scene:
    """The graph as slabs in the proportions of the original, as large as its texts leave room for on the page."""
    stages = stages_of(picture.drawn)
    lanes = lanes_of(picture.drawn, stages)
    fields = LABELS if options.labels is None else options.labels
    roles, legend = _roles(stages, colouring(picture, options.colour), options)
    below = {stage: _below(stage, fields) for stage in stages}
    towers = _towers(picture, stages, lanes) if "device" in fields or options.colour == "device" else {}
    for stage, name in towers.items():
        below[stage].append(name)
    words = [words_of(column, fields, [] if options.labels is None else fields) for column in lanes.columns]
    grown = 12.0 / page.least  # the least text of the figure is the heading's, with 12
    width, height = page.width * grown - 2 * MARGIN, page.height * grown - 2 * MARGIN
    head = heading(picture.graph, legend, options, MARGIN, MARGIN, width, COPIED)
    repeats = repeats_of(picture, stages)
    room = LINE * max((said.lines for said in words), default=0) + PAD + HEIGHT * min(len(repeats), 2)
    plan = Plan(stages, lanes, below, room, lambda unit, slim: measures(stages, options.scale, unit, slim))
    note = LINE * options.scale_note
    layout = lay_out(plan, width, height - head.height - note, MARGIN, MARGIN + head.height)
    laws = plan.measures(*layout.unit)
    floors = _floors(layout, below)
    said = [*_words(layout, words, floors), *brackets(picture, repeats, layout, floors)]
    over = lanes.rows == 1
    drawing = Drawing(picture, stages, layout, laws, roles, below, fields, options.colour not in ("auto", "none"), over)
    shapes: list[Shape] = [*groups_of(drawing, [shape for group in said for shape in group.shapes]), *said]
    return _composed(picture, options, legend, shapes, width)


STYLE = Style(scene, heeds=frozenset({"scale", "scale_note", "colour", "labels", "legend"}), labels=LABELS)


def _roles(
    stages: Sequence[Stage], colours: Colouring, options: Options
) -> tuple[dict[Stage, str], list[tuple[str, str]]]:
    """What the boxes look like: white as in the original, or as the user wants them; and the legend of what is used."""
    if options.colour in ("auto", "none"):
        return dict.fromkeys(stages, "slab"), []
    roles = {stage: colours.roles.get(stage.head.name, "input") for stage in stages}
    used = set(roles.values())
    return roles, [entry for entry in colours.legend if entry[0] in used]


def _below(stage: Stage, fields: Sequence[str]) -> list[str]:
    lines = [str(stage.head.shape[0])] if "shape" in fields else []
    if isinstance(stage.head, Layer):
        layer = stage.head
        lines += [layer.op.keyword] * (layer.op.role in NAMED and "op" in fields)
        short = {"name": layer.name.removeprefix(f"{layer.device}.")}
        lines += [short.get(field) or FIELDS[field](layer) for field in LINES if field in fields]
    elif "name" in fields:
        lines.append(stage.head.name)
    return [line for line in lines if line]


def _towers(picture: Picture, stages: Sequence[Stage], lanes: Lanes) -> dict[Stage, str]:
    """The first box of every device, and the device's name."""
    found: dict[str, Stage] = {}
    for stage in stages:
        if stage.head.device and stage not in lanes.between:
            found.setdefault(stage.head.device, stage)
    return {stage: name for name, stage in found.items()}


def _floors(layout: Layout, below: Mapping[Stage, Sequence[str]]) -> list[Floor]:
    """What of every line of the figure is above its words."""
    places: list[list[Area]] = [[] for _ in layout.lines]
    for stage, number in layout.line.items():
        places[number].append(_place(layout, stage, below[stage]))
    return [Floor(found) for found in places]


def _words(layout: Layout, words: Sequence[Words], floors: Sequence[Floor]) -> Iterator[Group]:
    """The words of every line of the figure: what is said of the way to the next line stands at the end of its own."""
    for line, floor in zip(layout.lines, floors, strict=True):
        gaps = [(words[column], *_gap(layout, column, line.columns)) for column in line.columns]
        ahead = words[line.columns.stop : line.columns.stop + 1]
        ends = [_way(said._replace(reading=("",)), line.right, line.right) for said in ahead]
        first = [] if line.columns.start else [_way(*gap) for gap in gaps[:1]]
        texts = floor.put([*first, *(_way(*gap) for gap in gaps[1:]), *ends], "remark")
        texts += floor.put([_middle(said.reading, left, right) for said, left, right in gaps], "remark", level=True)
        texts += floor.put([_middle(said.copies, left, right) for said, left, right in gaps], "transfer")
        if texts:
            yield Group("note", tuple(texts), "; ".join(text.text for text in texts))


def _gap(layout: Layout, column: int, line: range) -> tuple[float, float]:
    """The gap before a column, with the edges of the boxes beside it."""
    end = layout.fronts[column] - layout.columns[column].left
    if column == line.start:
        return end - layout.columns[column].gap, end + PAD
    return layout.fronts[column - 1] + layout.columns[column - 1].right - PAD, end + PAD


def _middle(lines: tuple[str, ...], left: float, right: float) -> Block:
    return Block(lines, (left + right) / 2, left, right)


def _way(said: Words, left: float, right: float) -> Block:
    """What is said of the way; where there are words for the arrows, too, it stands below the box before them."""
    middle = (left + right) / 2
    if said.reading and said.on_the_way:
        middle = left - max(text.width(line, SIZE) for line in said.on_the_way) / 2
        right = left
    return Block(said.on_the_way, middle, left, right)


def _place(layout: Layout, stage: Stage, lines: Sequence[str]) -> Area:
    """A box and the lines of text below it."""
    solid = layout.solids[stage]
    half = max([solid.thick, *(text.width(line, SIZE) for line in lines)]) / 2
    middle = solid.x + solid.thick / 2
    return Area(min(solid.left, middle - half), solid.top, middle + half, solid.bottom + LINE * len(lines))


def _composed(
    picture: Picture, options: Options, legend: Sequence[tuple[str, str]], shapes: Sequence[Shape], width: float
) -> Scene:
    """The figure under its heading, on a page no larger than both."""
    places = [area(shape) for group in shapes if isinstance(group, Group) for shape in group.shapes]
    left, right = min(place.left for place in places), max(place.right for place in places)
    top, bottom = min(place.top for place in places), max(place.bottom for place in places)
    graph = picture.graph
    head = heading(graph, legend, options, MARGIN, MARGIN, right - left, COPIED)
    if head.height > heading(graph, legend, options, MARGIN, MARGIN, width, COPIED).height:
        head = heading(graph, legend, options, MARGIN, MARGIN, width, COPIED)
    wide = max(head.width if options.heading else 0.0, right - left)
    move = Move(1.0, MARGIN + (wide - (right - left)) / 2 - left, MARGIN + head.height - top)
    moved = list(move.shapes(tuple(shapes)))
    bottom += move.down
    if options.scale_note:
        moved.append(_scale_note(options, bottom))
        bottom += LINE
    return Scene(wide + 2 * MARGIN, bottom + MARGIN, title_of(graph), description_of(graph), (*head.shapes, *moved))


def _scale_note(options: Options, top: float) -> Group:
    laws = {
        "auto": "their square roots",
        "sqrt": "their square roots",
        "linear": "themselves",
        "log": "their logarithms",
    }
    words = f"Lengths are in proportion to the numbers: {laws[options.scale]}"
    return Group("note", (Text(MARGIN, top + LETTERS * 12 + PAD, words, 12, "remark"),))
