"""A figure before it has colours and a format: shapes tagged by role, in points.

A style makes a scene from a graph; a theme says what the roles look like; a
writer turns both into bytes. The origin is the top left corner, y grows
downwards, and a point is 1/72 inch.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple, TypeAlias

Point: TypeAlias = tuple[float, float]
Anchor: TypeAlias = Literal["start", "middle", "end"]
Part: TypeAlias = Literal["layer", "input", "output", "transfer", "wire", "lane", "section", "heading", "legend"]
"""What a group is to the reader of the figure."""


class Rectangle(NamedTuple):
    """An upright rectangle; ``corner`` is the radius of its rounded corners."""

    x: float
    y: float
    width: float
    height: float
    role: str
    corner: float = 0
    dashed: bool = False


class Polygon(NamedTuple):
    """A closed, filled shape."""

    points: tuple[Point, ...]
    role: str


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
    ends in ``link``, so that a writer can glue it to them.
    """

    part: Part
    shapes: tuple[Shape, ...]
    title: str = ""
    name: str = ""
    device: str | None = None
    link: tuple[str, str] | None = None


Shape: TypeAlias = Rectangle | Polygon | Path | Circle | Text | Group


class Scene(NamedTuple):
    """A whole figure. ``title`` and ``description`` are for readers who cannot see it."""

    width: float
    height: float
    title: str
    description: str
    shapes: tuple[Shape, ...]

    def groups(self) -> Iterator[Group]:
        """All groups, outer ones first."""
        waiting = [shape for shape in reversed(self.shapes) if isinstance(shape, Group)]
        while waiting:
            group = waiting.pop()
            yield group
            waiting += [shape for shape in reversed(group.shapes) if isinstance(shape, Group)]
