"""Scenes made smaller, larger, or moved."""

from __future__ import annotations

from typing import NamedTuple

from .scene import Circle, Group, Path, Point, Polygon, Rectangle, Scene, Shape, Text


class Move(NamedTuple):
    """Multiplies every length by ``factor``, then moves everything by ``(right, down)`` points."""

    factor: float = 1.0
    right: float = 0.0
    down: float = 0.0

    def point(self, x: float, y: float) -> Point:
        """Where a point comes to be."""
        return x * self.factor + self.right, y * self.factor + self.down

    def points(self, points: tuple[Point, ...]) -> tuple[Point, ...]:
        """The same for several."""
        return tuple(self.point(x, y) for x, y in points)

    def shape(self, shape: Shape) -> Shape:
        """A shape at its new place, in its new size."""
        factor = self.factor
        if isinstance(shape, Group):
            return shape._replace(shapes=self.shapes(shape.shapes))
        if isinstance(shape, Polygon):
            return shape._replace(points=self.points(shape.points))
        if isinstance(shape, Path):
            return shape._replace(points=self.points(shape.points))
        x, y = self.point(shape.x, shape.y)
        if isinstance(shape, Rectangle):
            width, height, corner = shape.width * factor, shape.height * factor, shape.corner * factor
            return shape._replace(x=x, y=y, width=width, height=height, corner=corner)
        if isinstance(shape, Circle):
            return shape._replace(x=x, y=y, radius=shape.radius * factor)
        assert isinstance(shape, Text)
        return shape._replace(x=x, y=y, size=shape.size * factor)

    def shapes(self, shapes: tuple[Shape, ...]) -> tuple[Shape, ...]:
        """The same for several."""
        return tuple(self.shape(shape) for shape in shapes)


def scaled(scene: Scene, factor: float) -> Scene:
    """The same figure in another size; its lines become thicker or thinner with it."""
    return scene._replace(
        width=scene.width * factor,
        height=scene.height * factor,
        shapes=Move(factor).shapes(scene.shapes),
        weight=scene.weight * factor,
    )
