"""A figure before it has colours and a format: shapes tagged by role, in points.

A style makes a scene from a graph; a theme says what the roles look like; a
writer turns both into bytes. The origin is the top left corner, y grows
downwards, and a point is 1/72 inch.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple, TypeAlias

Point: TypeAlias = tuple[float, float]
Anchor: TypeAlias = Literal["start", "middle", "end"]
Part: TypeAlias = Literal[
    "layer", "input", "output", "transfer", "wire", "lane", "section", "heading", "legend", "note", "mark"
]
"""What a group is to the reader of the figure; a note is what a style adds to a layer: a kernel, a word, a ray."""


class Rectangle(NamedTuple):
    """An upright rectangle; ``corner`` is the radius of its rounded corners."""

    x: float
    y: float
    width: float
    height: float
    role: str
    corner: float = 0
    dashed: bool = False
    shade: float = 0


class Polygon(NamedTuple):
    """A closed, filled shape. ``shade`` mixes its fill with black, from 0 to 1: sides of a box lie in the shadow."""

    points: tuple[Point, ...]
    role: str
    dashed: bool = False
    shade: float = 0


class Path(NamedTuple):
    """An open line through its points."""

    points: tuple[Point, ...]
    role: str
    dashed: bool = False


class Circle(NamedTuple):
    """A disc around ``(x, y)``."""

    x: float
    y: float
    radius: float
    role: str


class Text(NamedTuple):
    """One line of text; ``(x, y)`` is where its baseline starts, has its middle or ends."""

    x: float
    y: float
    text: str
    size: float
    role: str
    anchor: Anchor = "start"
    bold: bool = False


class Group(NamedTuple):
    """Shapes that belong together: one layer, one wire, one lane.

    ``name`` is the node's name in the graph, which becomes an id; ``title``
    is what a reader sees when pointing at it; a wire has the names of its two
    ends in ``link``, so that a writer can glue it to them. ``stands_for``
    lists the nodes of the graph that are drawn by this group: every node of
    the graph is in just one group, whatever is folded or merged. Wires,
    notes, lanes and sections stand for nothing.
    """

    part: Part
    shapes: tuple[Shape, ...]
    title: str = ""
    name: str = ""
    device: str | None = None
    link: tuple[str, str] | None = None
    stands_for: tuple[str, ...] = ()


Leaf: TypeAlias = Rectangle | Polygon | Path | Circle | Text
Shape: TypeAlias = Leaf | Group


def leaves_of(shapes: Iterable[Shape]) -> Iterator[Leaf]:
    """All shapes that are no groups, in the order in which they are drawn."""
    waiting = list(shapes)[::-1]
    while waiting:
        shape = waiting.pop()
        if isinstance(shape, Group):
            waiting += reversed(shape.shapes)
        else:
            yield shape


class Scene(NamedTuple):
    """A whole figure. ``title`` and ``description`` are for readers who cannot see it.

    ``weight`` is what a theme's line widths are multiplied by, ``digest`` the hash of the graph that was drawn.
    """

    width: float
    height: float
    title: str
    description: str
    shapes: tuple[Shape, ...]
    weight: float = 1.0
    digest: str = ""

    def groups(self) -> Iterator[Group]:
        """All groups, outer ones first."""
        waiting = [shape for shape in reversed(self.shapes) if isinstance(shape, Group)]
        while waiting:
            group = waiting.pop()
            yield group
            waiting += [shape for shape in reversed(group.shapes) if isinstance(shape, Group)]

    def leaves(self) -> Iterator[tuple[Group | None, Shape]]:
        """All shapes that are no groups, in the order in which they are drawn, with the group that they stand in."""
        waiting: list[tuple[Group | None, Shape]] = [(None, shape) for shape in reversed(self.shapes)]
        while waiting:
            owner, shape = waiting.pop()
            if isinstance(shape, Group):
                waiting += [(shape, inner) for inner in reversed(shape.shapes)]
            else:
                yield owner, shape

    def texts(self) -> Iterator[Text]:
        """All texts."""
        return (shape for _, shape in self.leaves() if isinstance(shape, Text))

    def smallest_text(self) -> float | None:
        """Size of the smallest text in points; None for a figure without text."""
        return min((text.size for text in self.texts()), default=None)
