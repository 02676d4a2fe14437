"""Hatches as lines of the scene, so that no writer has to know about them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import ceil, cos, floor, hypot, pi, radians, sin

from .geometry import Area, area, around, edges, outline
from .grid import Grid
from .scene import Circle, Group, Path, Point, Polygon, Rectangle, Scene, Shape, Text
from .theme import Theme

SPACING = 5.0
"""Points between the lines of a hatch: seen as lines, not as a grey, at arm's length."""
CLOSEST = 2.5
"""The same in the smallest shapes, such as the squares of a legend: a quarter of their side, but no less."""
DOT = 1.2
"""Length of the lines that dots are, in points."""
MARGINS = ((5.0, 2.0), (1.5, 1.0))
"""Beside and above texts, which no hatch comes near: the lesser where they would leave hardly any of it."""
SHORTEST = (6.0, 1.0)
"""Points of the shortest line with either margin: what is left between two words is dirt, unless there is no other."""
HARDLY = 0.15
"""The part of a hatch that tells a box from one without."""
INSET = 0.5
"""From the outline, so that no line sticks out of it or lies on it."""

ANGLES = {
    "rising": (-45.0,),
    "falling": (45.0,),
    "cross": (-45.0, 45.0),
    "level": (0.0,),
    "upright": (90.0,),
    "dots": (0.0,),
}
"""Directions of the lines in degrees, clockwise from the right as y grows downwards."""


def hatched(scene: Scene, theme: Theme) -> Scene:
    """A scene in its physical size with a line for every line of a hatch, right after the shape that it is on."""
    if not any(paint.hatch for paint in theme.roles.values()):
        return scene
    return scene._replace(shapes=_Hatcher(scene, theme).shapes(scene.shapes))


class _Hatcher:
    def __init__(self, scene: Scene, theme: Theme) -> None:
        self.theme = theme
        self.texts = [area(shape) for _, shape in scene.leaves() if isinstance(shape, Text)]
        self.grid = Grid(Area(0, 0, scene.width, scene.height), len(self.texts))
        for number, place in enumerate(self.texts):
            self.grid.add(number, place.grown(max(MARGINS[0])))

    def shapes(self, shapes: Sequence[Shape]) -> tuple[Shape, ...]:
        return tuple(made for shape in shapes for made in self._shape(shape))

    def _shape(self, shape: Shape) -> Iterator[Shape]:
        if isinstance(shape, Group):
            yield shape._replace(shapes=self.shapes(shape.shapes))
            return
        yield shape
        if isinstance(shape, Rectangle | Polygon | Circle) and (hatch := self.theme.roles[shape.role].hatch):
            corners = _rounded(shape) if isinstance(shape, Rectangle) else outline(shape)
            texts = [self.texts[number] for number in self.grid.near(area(shape))]
            yield from (Path(line, "hatch") for line in _hatch(corners, texts, hatch))


def _hatch(corners: Sequence[Point], texts: Sequence[Area], hatch: str) -> list[tuple[Point, Point]]:
    """The lines of a hatch, as far from the texts as leaves something of it."""
    found: list[tuple[Point, Point]] = []
    whole = _length(_lines(corners, (), hatch, SHORTEST[1]))
    for (beside, above), shortest in zip(MARGINS, SHORTEST, strict=True):
        rooms = [Area(text[0] - beside, text[1] - above, text[2] + beside, text[3] + above) for text in texts]
        found = list(_lines(corners, rooms, hatch, shortest))
        if _length(found) >= HARDLY * whole:
            break
    return found


def _length(lines: Iterable[tuple[Point, Point]]) -> float:
    return sum(hypot(x2 - x1, y2 - y1) for (x1, y1), (x2, y2) in lines)


def _lines(
    corners: Sequence[Point], rooms: Sequence[Area], hatch: str, shortest: float
) -> Iterator[tuple[Point, Point]]:
    """Lines inside a shape and beside the rooms of texts, one of each direction through its middle."""
    left, top, right, bottom = around(corners)
    middle = ((left + right) / 2, (top + bottom) / 2)
    side = min(right - left, bottom - top)
    spacing, shortest = min(max(side / 4, CLOSEST), SPACING), min(side / 3, shortest)
    for angle in ANGLES[hatch]:
        x, y = cos(radians(angle)), sin(radians(angle))
        across = [(py - middle[1]) * x - (px - middle[0]) * y for px, py in corners]
        first, last = ceil((min(across) + INSET) / spacing), floor((max(across) - INSET) / spacing)
        for number in range(first, last + 1):
            from_ = (middle[0] - y * number * spacing, middle[1] + x * number * spacing)
            for start, end in _outside(_inside(corners, from_, (x, y)), rooms, from_, (x, y)):
                for low, high in _dots(start, end, spacing, number) if hatch == "dots" else ((start, end),):
                    if hatch == "dots" or high - low >= shortest:
                        yield (from_[0] + low * x, from_[1] + low * y), (from_[0] + high * x, from_[1] + high * y)


def _inside(corners: Sequence[Point], from_: Point, along: Point) -> Iterator[tuple[float, float]]:
    """The parts of an endless line that are inside a shape, whether it is convex or not."""
    found = []
    for (x1, y1), (x2, y2) in edges(corners):
        one = (y1 - from_[1]) * along[0] - (x1 - from_[0]) * along[1]
        other = (y2 - from_[1]) * along[0] - (x2 - from_[0]) * along[1]
        if (one < 0) != (other < 0):
            part = one / (one - other)
            px, py = x1 + part * (x2 - x1), y1 + part * (y2 - y1)
            found.append((px - from_[0]) * along[0] + (py - from_[1]) * along[1])
    found.sort()
    return zip(found[::2], found[1::2], strict=True)


def _outside(
    parts: Iterator[tuple[float, float]], texts: Sequence[Area], from_: Point, along: Point
) -> Iterator[tuple[float, float]]:
    """What is left of the parts of a line beside the texts."""
    taken = sorted(part for place in texts for part in _inside(place.corners(), from_, along))
    for start, end in parts:
        start, end = start + INSET, end - INSET
        for low, high in taken:
            if low < end and high > start:
                yield start, low
                start = max(start, high)
        yield start, end


def _dots(start: float, end: float, spacing: float, number: int) -> Iterator[tuple[float, float]]:
    """Short lines, in every other row half a step further."""
    shift = spacing / 2 * (number % 2) - DOT / 2
    for step in range(ceil((start - shift) / spacing), floor((end - DOT - shift) / spacing) + 1):
        yield step * spacing + shift, step * spacing + shift + DOT


def _rounded(shape: Rectangle) -> tuple[Point, ...]:
    """The outline of a rectangle with its rounded corners as three points each."""
    corner = min(shape.corner, shape.width / 2, shape.height / 2)
    if not corner:
        return outline(shape)
    place = area(shape).grown(-corner)
    turns = (pi, -pi / 2, 0, pi / 2)
    return tuple(
        (x + corner * cos(turn + step * pi / 4), y + corner * sin(turn + step * pi / 4))
        for (x, y), turn in zip(place.corners(), turns, strict=True)
        for step in range(3)
    )
