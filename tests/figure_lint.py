"""Laws of every figure, as a list of what breaks them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise

from netc.backends.figure import text
from netc.backends.figure.scene import Circle, Group, Path, Point, Polygon, Rectangle, Scene, Shape, Text

Area = tuple[float, float, float, float]
"""Left, top, right, bottom."""

BOXES = ("layer", "input", "output", "transfer")
SLACK = 0.01


def lint(scene: Scene) -> list[str]:
    """What is wrong with a figure, in words; empty when nothing is."""
    boxes = boxes_of(scene)
    return [
        *outside_canvas(scene),
        *overlapping_boxes(boxes),
        *loose_texts(scene),
        *crossing_texts(scene),
        *bad_wires(scene, boxes),
        *shared_wires(scene),
    ]


def boxes_of(scene: Scene) -> dict[str, Area]:
    """The boxes by the name of their node."""
    return {group.name: area(group.shapes[0]) for group in scene.groups() if group.part in BOXES}


def area(shape: Shape) -> Area:
    if isinstance(shape, Rectangle):
        return (shape.x, shape.y, shape.x + shape.width, shape.y + shape.height)
    if isinstance(shape, Circle):
        return (shape.x - shape.radius, shape.y - shape.radius, shape.x + shape.radius, shape.y + shape.radius)
    if isinstance(shape, Text):
        width = text.width(shape.text, shape.size, shape.bold)
        left = shape.x - {"start": 0, "middle": width / 2, "end": width}[shape.anchor]
        return (left, shape.y - text.ASCENT * shape.size, left + width, shape.y + text.DESCENT * shape.size)
    assert isinstance(shape, Path | Polygon)
    xs, ys = [x for x, _ in shape.points], [y for _, y in shape.points]
    return (min(xs), min(ys), max(xs), max(ys))


def overlap(one: Area, other: Area) -> bool:
    """Whether two areas share more than an edge."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return across > SLACK and down > SLACK


def inside(inner: Area, outer: Area) -> bool:
    return (
        inner[0] >= outer[0] - SLACK
        and inner[1] >= outer[1] - SLACK
        and inner[2] <= outer[2] + SLACK
        and inner[3] <= outer[3] + SLACK
    )


def leaves(scene: Scene) -> Iterator[tuple[Group, Shape]]:
    for group in scene.groups():
        for shape in group.shapes:
            if not isinstance(shape, Group):
                yield group, shape


def outside_canvas(scene: Scene) -> Iterator[str]:
    page = (0.0, 0.0, scene.width, scene.height)
    for group, shape in leaves(scene):
        if not inside(area(shape), page):
            yield f"{group.part} {group.title}: {shape} is outside the page"


def overlapping_boxes(boxes: dict[str, Area]) -> Iterator[str]:
    for (one, place), (other, there) in combinations(boxes.items(), 2):
        if overlap(place, there):
            yield f"boxes {one} and {other} overlap"


def loose_texts(scene: Scene) -> Iterator[str]:
    """Texts that stand outside the rectangle of their group."""
    for group in scene.groups():
        if isinstance(group.shapes[0], Rectangle) and group.part not in ("heading", "legend"):
            for shape in group.shapes[1:]:
                if isinstance(shape, Text) and not inside(area(shape), area(group.shapes[0])):
                    yield f"text {shape.text!r} is outside its {group.part} {group.title}"


def crossing_texts(scene: Scene) -> Iterator[str]:
    """Texts over one another, over other boxes, or over wires."""
    texts = [(group, shape, area(shape)) for group, shape in leaves(scene) if isinstance(shape, Text)]
    for (_, one, place), (_, other, there) in combinations(texts, 2):
        if overlap(place, there):
            yield f"texts {one.text!r} and {other.text!r} overlap"
    boxes = boxes_of(scene)
    segments = [segment for _, points in wires_of(scene) for segment in pairwise(points)]
    for group, shape, place in texts:
        for name, box in boxes.items():
            if name != group.name and overlap(place, box):
                yield f"text {shape.text!r} is over {name}"
        for start, end in segments:
            if crosses(start, end, place):
                yield f"text {shape.text!r} is crossed by the wire at {start} to {end}"


def wires_of(scene: Scene) -> Iterator[tuple[tuple[str, str], tuple[Point, ...]]]:
    """Wires with a line, as points up to the tip of their arrow head."""
    for group in scene.groups():
        if group.part == "wire" and isinstance(group.shapes[0], Path):
            head = group.shapes[1]
            assert group.link is not None
            assert isinstance(head, Polygon)
            yield group.link, (*group.shapes[0].points[:-1], head.points[0])


def crosses(start: Point, end: Point, box: Area) -> bool:
    """Whether a level or upright line goes through the inside of an area."""
    (x1, x2), (y1, y2) = sorted((start[0], end[0])), sorted((start[1], end[1]))
    return x2 > box[0] + SLACK and x1 < box[2] - SLACK and y2 > box[1] + SLACK and y1 < box[3] - SLACK


def bad_wires(scene: Scene, boxes: dict[str, Area]) -> Iterator[str]:
    """Wires that slant, do not lead from box to box, or run through a box."""
    for (source, target), points in wires_of(scene):
        name = f"wire {source} to {target}"
        for start, end in pairwise(points):
            if min(abs(start[0] - end[0]), abs(start[1] - end[1])) > SLACK:
                yield f"{name} slants from {start} to {end}"
            yield from (f"{name} runs through {box}" for box, place in boxes.items() if crosses(start, end, place))
        if not on_edge(points[0], boxes[source]):
            yield f"{name} does not begin at its source"
        if not on_edge(points[-1], boxes[target]):
            yield f"{name} does not end at its target"


def on_edge(point: Point, box: Area) -> bool:
    x, y = point
    within = box[0] - SLACK <= x <= box[2] + SLACK and box[1] - SLACK <= y <= box[3] + SLACK
    edges = (x - box[0], x - box[2], y - box[1], y - box[3])
    return within and min(map(abs, edges)) <= SLACK


def shared_wires(scene: Scene) -> Iterator[str]:
    """Parts where wires from different sources run on one another, so that nobody can tell them apart."""
    found: dict[tuple[str, float], list[tuple[float, float, str]]] = {}
    for (source, _), points in wires_of(scene):
        for (x1, y1), (x2, y2) in pairwise(points):
            if abs(x1 - x2) <= SLACK:
                found.setdefault(("x", round(x1, 1)), []).append((*sorted((y1, y2)), source))
            else:
                found.setdefault(("y", round(y1, 1)), []).append((*sorted((x1, x2)), source))
    for line, parts in found.items():
        for (low, high, one), (start, end, other) in combinations(parts, 2):
            if one != other and min(high, end) - max(low, start) > SLACK:
                yield f"wires of {one} and {other} run on one another at {line}"
