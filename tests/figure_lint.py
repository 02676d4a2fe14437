"""The lint of the product on a scene of any size, and what only holds for wires that are level or upright."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from netc.backends.figure import lint as product
from netc.backends.figure.geometry import SLACK, Area, area, length_inside
from netc.backends.figure.laws.survey import BOXES
from netc.backends.figure.options import Page
from netc.backends.figure.scene import Circle, Path, Point, Polygon, Scene, Shape
from netc.backends.figure.theme import load

LIGHT = load("light")


def lint(scene: Scene) -> list[str]:
    """What is wrong with a figure whose wires are level and upright, in words; empty when nothing is."""
    anywhere = Page("anywhere", scene.width, scene.height, 0, 0)
    boxes = {group.name: _core(group.shapes[0]) for group in scene.groups() if group.part in BOXES}
    return [*(str(finding) for finding in product.lint(scene, LIGHT, anywhere)), *crooked_wires(scene, boxes)]


def boxes_of(scene: Scene) -> dict[str, Area]:
    """The first shapes of the boxes by the name of their node."""
    return {group.name: area(group.shapes[0]) for group in scene.groups() if group.part in BOXES}


def overlap(one: Area, other: Area) -> bool:
    """Whether two areas share more than an edge."""
    return one.overlaps(other)


def inside(inner: Area, outer: Area) -> bool:
    return outer.holds(inner)


def wires_of(scene: Scene) -> Iterator[tuple[tuple[str, str], tuple[Point, ...]]]:
    """Wires with a line, as points up to the tip of their arrow head."""
    for group in scene.groups():
        if group.part == "wire" and isinstance(group.shapes[0], Path):
            head = group.shapes[1]
            assert group.link is not None
            assert isinstance(head, Polygon)
            yield group.link, (*group.shapes[0].points[:-1], head.points[0])


def crooked_wires(scene: Scene, boxes: dict[str, Area]) -> Iterator[str]:
    """Wires that slant, or run through a box, be it their own."""
    for (source, target), points in wires_of(scene):
        name = f"wire {source} to {target}"
        for start, end in pairwise(points):
            if min(abs(start[0] - end[0]), abs(start[1] - end[1])) > SLACK:
                yield f"{name} slants from {start} to {end}"
            through = (box for box, place in boxes.items() if length_inside(start, end, place) > SLACK)
            yield from (f"{name} runs through {box}" for box in through)


def _core(shape: Shape) -> Area:
    """A box, or the square in a circle: a wire may end low on the circle's edge beside it."""
    if isinstance(shape, Circle):
        return Area(shape.x, shape.y, shape.x, shape.y).grown(shape.radius / 2**0.5)
    return area(shape)
