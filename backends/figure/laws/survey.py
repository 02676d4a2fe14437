"""A figure as its laws look at it: shapes with their place, their colours and what they belong to."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple, TypeAlias

from ..geometry import Area, area, depth, holds, outline
from ..grid import Grid
from ..scene import Circle, Group, Path, Point, Polygon, Rectangle, Scene, Shape, Text
from ..theme import Paint, Theme

BOXES = ("layer", "input", "output", "transfer")
"""Parts of the figure that are boxes, whatever shapes they are made of."""


Leaf: TypeAlias = Rectangle | Polygon | Path | Circle | Text


class Item(NamedTuple):
    """A shape that is drawn, in the order of drawing.

    ``group`` is what it stands in, ``box`` the number of the box that it belongs to. ``corners`` are those of a closed
    shape, and of a line its points.
    """

    order: int
    shape: Leaf
    group: Group | None
    box: int | None
    place: Area
    corners: tuple[Point, ...]
    paint: Paint

    @property
    def owner(self) -> str:
        """What the shape belongs to, in words."""
        if self.group is None:
            return "the figure"
        return f"{self.group.part} {self.group.name or self.group.title}".strip()


class Survey:
    """All shapes of a scene, and grids to find them in."""

    def __init__(self, scene: Scene, theme: Theme, ground: str) -> None:
        self.scene, self.ground = scene, ground
        self.page = Area(0, 0, scene.width, scene.height)
        self.boxes: list[Group] = []
        self.items = [
            Item(index, shape, group, box, area(shape), _corners(shape), theme.paint(shape.role, _shade(shape)))
            for index, (shape, group, box) in enumerate(self._leaves(scene))
        ]
        self.texts = [item for item in self.items if isinstance(item.shape, Text) and item.shape.text.strip()]
        self.closed = [item for item in self.items if isinstance(item.shape, Rectangle | Polygon | Circle)]
        self.solid = [item for item in self.closed if item.paint.fill]
        self.lines = [item for item in self.items if isinstance(item.shape, Path) and item.paint.outline]

    @cached_property
    def of_boxes(self) -> list[list[Item]]:
        """The closed shapes of every box."""
        found: list[list[Item]] = [[] for _ in self.boxes]
        for item in self.closed:
            if item.box is not None:
                found[item.box].append(item)
        return found

    @cached_property
    def near_closed(self) -> Grid:
        """Closed shapes that are seen, by their order."""
        return self._grid([item for item in self.closed if item.paint.fill or item.paint.outline])

    @cached_property
    def near_texts(self) -> Grid:
        """Texts, by their order."""
        return self._grid(self.texts)

    @cached_property
    def near_lines(self) -> Grid:
        """Lines, by their order."""
        grid = Grid(self.page, len(self.items))
        for item in self.lines:
            for start, end in pairwise(item.corners):
                grid.add_line(item.order, start, end)
        return grid

    def beneath(self, item: Item) -> Iterator[Item]:
        """Filled shapes under an item, the topmost first, up to one that fills all of its area."""
        for index in reversed(self.near_closed.near(item.place)):
            below = self.items[index]
            if index >= item.order or not below.paint.fill or not below.place.overlaps(item.place):
                continue
            if depth(below.corners, item.place.corners()):
                yield below
                if below.place.holds(item.place) and holds(below.corners, item.place):
                    return

    def _grid(self, items: list[Item]) -> Grid:
        grid = Grid(self.page, len(self.items))
        for item in items:
            grid.add(item.order, item.place)
        return grid

    def _leaves(self, scene: Scene) -> Iterator[tuple[Leaf, Group | None, int | None]]:
        """Shapes in the order of drawing, each with its group and its box."""
        waiting: list[tuple[Shape, Group | None, int | None]] = [
            (shape, None, None) for shape in reversed(scene.shapes)
        ]
        while waiting:
            shape, group, box = waiting.pop()
            if not isinstance(shape, Group):
                yield shape, group, box
                continue
            if box is None and shape.part in BOXES:
                box = len(self.boxes)
                self.boxes.append(shape)
            waiting += [(inner, shape, box) for inner in reversed(shape.shapes)]


def _corners(shape: Shape) -> tuple[Point, ...]:
    if isinstance(shape, Rectangle | Polygon | Circle):
        return outline(shape)
    return shape.points if isinstance(shape, Path) else ()


def _shade(shape: Shape) -> float:
    return shape.shade if isinstance(shape, Rectangle | Polygon) else 0.0
