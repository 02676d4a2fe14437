"""What is placed as shapes: boxes with captions, wires, and what they stand in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ....compiler import Layer, Transfer, format_shape
from ....compiler.summary import summary
from ..labels import SIGNS, title_of_transfer
from ..layered.layout import Line
from ..layered.wires import wire
from ..picture import Picture
from ..scene import Group, Part, Rectangle, Shape, Text
from .captions import LINE, SIZE, Caption
from .reaching import Standing
from .solids import ball, faces, parts_of
from .stages import Stage

WHITE = ("input", "merge", "slab", "reshape")
"""Roles that themes leave as bright as the paper."""
ASCENT = 0.95
"""From the top of a line of a caption to its baseline, as a part of its size."""


def box(picture: Picture, stand: Standing, caption: Caption, top: float) -> Group:
    """A box with its caption, whose first line begins at ``top``."""
    stage, place = stand.stage, stand.area
    if stage.kind == "sign":
        return _sign(picture, stand, caption)
    shapes: list[Shape] = []
    if stand.solid is None:
        assert isinstance(stage.node, Layer)
        shapes += ball(*stand.middle, SIGNS[stage.node.op.keyword], stage.role)
    else:
        parts = parts_of(stand.solid, stage.role, [band.role for band in stage.bands], stage.parts)
        shapes += faces(stand.solid, place.left, place.top, parts, pale=stage.role in WHITE)
    shapes += _words(caption, stand.middle[0], top)
    part: Part = "input" if stage.item.kind == "input" else "layer"
    shown = picture.nodes_of(*(node.name for node in stage.item.nodes))
    return Group(part, tuple(shapes), title_of(stage, picture), stage.name, stage.node.device, stands_for=shown)


def title_of(stage: Stage, picture: Picture) -> str:
    """What a screen reader says of a box."""
    node, shape = stage.node, format_shape(stage.shape)
    if isinstance(node, Transfer):
        return title_of_transfer(node)
    if not isinstance(node, Layer) or stage.item.kind == "output":
        return f"{stage.item.what} {stage.item.name}: {shape}"
    ops = "; ".join(summary(layer.op) for layer in stage.members)
    outputs = picture.drawn.outputs
    ends = [name for name, source in outputs.items() if source in {layer.name for layer in stage.members}]
    said = f"; output {ends[0]}" if len(outputs) == 1 and ends else ""
    return f"{node.name}: {ops}, {shape}{said}"


def _words(caption: Caption, x: float, top: float) -> Iterator[Text]:
    for number, line in enumerate(caption.lines):
        role = "heading" if line.bold else "remark"
        yield Text(x, top + number * LINE + ASCENT * SIZE, line.text, SIZE, role, "middle", line.bold)


def _sign(picture: Picture, stand: Standing, caption: Caption) -> Group:
    """A transfer or an output."""
    stage, place = stand.stage, stand.frame
    kind = stage.item.kind
    part: Part = "transfer" if kind == "transfer" else "output"
    dashed = kind == "transfer" or stage.item.in_training
    frame = Rectangle(place.left, place.top, place.width, place.height, part, 4.0, dashed=dashed)
    top = stand.middle[1] - len(caption.lines) * LINE / 2
    words = [word._replace(role=part) for word in _words(caption, stand.middle[0], top)]
    shown = picture.nodes_of(stage.node.name) if kind == "transfer" else ()
    return Group(part, (frame, *words), title_of(stage, picture), stage.name, stage.node.device, stands_for=shown)


def wires(standing: Sequence[Standing], lines: Sequence[Line]) -> Iterator[Group]:
    """All wires; those of transfers are dashed."""
    for line in lines:
        source, target = standing[line.source].stage, standing[line.target].stage
        copied = "transfer" in (source.item.kind, target.item.kind)
        yield wire(source.name, target.name, line.points, copied)
