"""How neighbours are joined: a receptive field with its two rays, or thin lines between their ends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ..layered.wires import wire as wire_between
from ..scene import Group, Path, Point, Rectangle, Shape
from .bodies import SIZE, Body, Stack
from .stages import Stage, map_of

PLACES = ((0.70, 0.68), (0.62, 0.26))
"""Where on a plane the receptive fields of even and of odd stages are, and where the unit is that one of them feeds."""
LEAST = 0.4 * SIZE
"""Side of the smallest receptive field."""


class Placed(NamedTuple):
    """A stage on the page: its body, and where the top left corner of that is."""

    stage: Stage
    body: Body
    x: float
    y: float

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.x + self.body.size[0]

    @property
    def bottom(self) -> float:
        """Where it ends, downwards."""
        return self.y + self.body.size[1]

    @property
    def middle(self) -> float:
        """The height of its middle."""
        return self.y + self.body.size[1] / 2

    def edge(self, y: float, right: bool) -> Point:
        """Where a level line near that height ends on one side of it."""
        x, y = self.body.edge(y - self.y, right)
        return self.x + x, self.y + y

    def ends(self, right: bool) -> tuple[Point, Point]:
        """Where thin lines leave on one side."""
        return tuple((self.x + x, self.y + y) for x, y in self.body.ends(right))  # type: ignore[return-value]


def has_field(source: Placed, target: Placed) -> bool:
    """Whether a target's units read, or a source's units make, a part of a plane: then it is shown by rays."""
    kernel = getattr(target.stage.layer and target.stage.layer.op, "kernel", None)
    return kernel is not None and isinstance(source.body, Stack) and isinstance(target.body, Stack)


def joined(source: Placed, target: Placed) -> Group:
    """The connection of neighbours as it was drawn in 1998."""
    title = f"{source.stage.main.name} to {target.stage.main.name}"
    if has_field(source, target):
        return Group("note", _field(source, target), title=title)
    lines = zip(source.ends(True), target.ends(False), strict=True)
    return Group("note", tuple(Path(line, "ray") for line in dict.fromkeys(lines)), title=title)


def _field(source: Placed, target: Placed) -> tuple[Shape, ...]:
    """A receptive field and two rays to the unit; an up-convolution spreads a unit over a field instead."""
    layer = target.stage.layer
    assert layer is not None
    kernel: tuple[int, int] = getattr(layer.op, "kernel")  # noqa: B009 - only some ops have one
    place = PLACES[source.stage.index % 2]
    wide, narrow = (target, source) if layer.op.keyword == "conv_transpose" else (source, target)
    field = _on_plane(wide, place, kernel)
    unit = _on_plane(narrow, place, (0, 0))
    side = field.x if wide is target else field.x + field.width
    point = (unit.x + unit.width / 2, unit.y + unit.height / 2)
    return (
        field,
        Path(((side, field.y), point), "ray"),
        Path(((side, field.y + field.height), point), "ray"),
    )


def _on_plane(placed: Placed, place: Point, extent: Sequence[int]) -> Rectangle:
    """A part of the front plane around a place, to the scale of that plane; no extent is a point."""
    body, maps = placed.body, map_of(placed.stage.main)
    assert isinstance(body, Stack)
    assert maps is not None
    left, top = placed.x + body.depth, placed.y + body.depth
    sizes = []
    for side, units, taps in zip((body.height, body.width), maps[1:], extent, strict=True):
        sizes.append(min(max(side * taps / units, LEAST), side) if taps else 0.0)
    height, width = sizes
    x = min(max(left + place[0] * body.width - width / 2, left), left + body.width - width)
    y = min(max(top + place[1] * body.height - height / 2, top), top + body.height - height)
    return Rectangle(x, y, width, height, "kernel")


def wire(source: Stage, target: Stage, points: Sequence[Point]) -> Group:
    """A line with an arrow head, for what are no neighbours; it ends level or upright."""
    copied = "transfer" in (source.main.kind, target.main.kind)
    return wire_between(source.main.name, target.main.name, points, copied)
