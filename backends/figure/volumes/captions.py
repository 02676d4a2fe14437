"""What is written below a box: its name and the fields that the user chose, each in a line of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import NamedTuple

from ....compiler import Layer, Transfer, format_bytes, format_shape
from .. import text
from ..labels import FIELDS, IN_TRAINING
from .stages import Stage

SIZE = 12.0
"""Of all text at boxes."""
LINE = 14.0
"""From one line to the next."""
AWAY = 5.0
"""Between a box and its caption."""
ROOM = 92.0
"""Width at which an op's arguments go on in the next line."""
DEFAULT = ("name", "shape")
"""What a hall of 300 people wants to know of a layer."""


class Line(NamedTuple):
    """A line of a caption."""

    text: str
    bold: bool = False

    @property
    def width(self) -> float:
        """In points."""
        return text.width(self.text, SIZE, self.bold)


class Caption(NamedTuple):
    """The lines below a box, and the scope that its name is short of: `layer1.0` of `layer1.0.conv1`."""

    lines: tuple[Line, ...]
    scope: str = ""

    @property
    def width(self) -> float:
        """Of its widest line."""
        return max((line.width for line in self.lines), default=0)

    @property
    def height(self) -> float:
        """With the distance to its box."""
        return AWAY + LINE * len(self.lines) if self.lines else 0


def captions_of(
    stages: Sequence[Stage], fields: tuple[str, ...] | None, towers: Collection[str], terse: bool
) -> list[Caption]:
    """The captions of all boxes; a scope that has a single caption is its name."""
    found = [caption_of(stage, fields, towers, terse) for stage in stages]
    named = Counter(caption.scope for caption in found if caption.lines)
    return [_named(caption) if named[caption.scope] == 1 and caption.lines else caption for caption in found]


def _named(caption: Caption) -> Caption:
    """A caption whose name is its scope."""
    if not caption.scope:
        return caption
    return Caption((Line(_own(caption.scope), bold=True), *(line for line in caption.lines if not line.bold)))


def caption_of(stage: Stage, fields: tuple[str, ...] | None, towers: Collection[str], terse: bool) -> Caption:
    """The caption of a box; ``towers`` are the prefixes of names that a lane's heading says already.

    When no fields are chosen, a sum's ball speaks for itself, and if it has to be ``terse``, so does a pool: the size
    that it leaves is that of what comes next.
    """
    node = stage.node
    if stage.kind == "sign":
        return Caption(tuple(_sign(stage)))
    if fields is None and (stage.kind == "ball" or (terse and _is_pool(stage))):
        return Caption((), scope_of(stage, towers))
    chosen = DEFAULT if fields is None else fields
    if not isinstance(node, Layer):
        said = {"name": node.name, "shape": format_shape(node.shape)}
        return Caption(tuple(Line(said[field], field == "name") for field in chosen if field in said))
    scope = scope_of(stage, towers) if "name" in chosen else ""
    lines = [line for field in chosen for line in _lines(node, field, stage)]
    return Caption(tuple(lines), scope)


def _is_pool(stage: Stage) -> bool:
    return isinstance(stage.node, Layer) and stage.node.op.role == "pooling"


def scope_of(stage: Stage, towers: Collection[str]) -> str:
    """What a layer's name begins with, without its tower and its own part."""
    tower, _, rest = stage.node.name.partition(".")
    name = rest if tower in towers else stage.node.name
    return name.removesuffix(_own(name)).rstrip(".")


def _own(name: str) -> str:
    """The last part of a name; with the one before it where it is a number: `layer1.0`."""
    parts = name.split(".")
    return ".".join(parts[-2:] if parts[-1].isdigit() else parts[-1:])


def _lines(layer: Layer, field: str, stage: Stage) -> list[Line]:
    if field == "name":
        return [Line(_short(layer), bold=True)]
    if field == "shape":
        return [Line(format_shape(stage.shape))]
    said = FIELDS[field](layer)
    if field == "op":
        first, *others = said.split(", ")
        return [Line(line) for line in text.wrap([first, *others], SIZE, ROOM, ", ")]
    return [Line(said)] if said else []


def _short(layer: Layer) -> str:
    """The last part of a name; of a layer without a name of its own its op, which its name ends in."""
    last = _own(layer.name)
    statement = layer.statement.rpartition(".")[2]
    op = last.removeprefix(f"{statement}_")
    return op if statement and op.startswith(layer.op.keyword) else last


def _sign(stage: Stage) -> list[Line]:
    """What is written in a transfer or an output."""
    shape = format_shape(stage.node.shape)
    if isinstance(stage.node, Transfer):
        return [Line(shape, bold=True), Line(format_bytes(stage.node.bytes_per_sample))]
    when = [Line(IN_TRAINING)] if stage.item.in_training else []
    return [Line(stage.item.name, bold=True), *when, Line(shape)]
