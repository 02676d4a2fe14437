"""What the goldens of a figure hold: where everything stands, a line per shape."""

from __future__ import annotations

import json

from netc.backends.figure.scene import Circle, Group, Path, Polygon, Rectangle, Scene, Shape, Text


def positions(scene: Scene) -> str:
    """Every shape with its group and its coordinates in points, one a line."""
    lines: list[list[object]] = [["page", "", *_rounded(scene.width, scene.height)]]
    for group, shape in scene.leaves():
        lines.append([group.part if group else "", _name(group), *_place(shape)])
    return "[\n" + ",\n".join(json.dumps(line, ensure_ascii=False) for line in lines) + "\n]\n"


def _name(group: Group | None) -> str:
    return (group.name or group.title) if group else ""


def _place(shape: Shape) -> list[object]:
    if isinstance(shape, Rectangle):
        return [shape.role, *_rounded(shape.x, shape.y, shape.width, shape.height)]
    if isinstance(shape, Circle):
        return [shape.role, *_rounded(shape.x, shape.y, shape.radius)]
    if isinstance(shape, Text):
        return [shape.text, *_rounded(shape.x, shape.y)]
    assert isinstance(shape, Path | Polygon)
    return [shape.role, *(_rounded(*point) for point in shape.points)]


def _rounded(*values: float) -> list[object]:
    return [round(value, 2) for value in values]
