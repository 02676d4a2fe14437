"""Outlines around boxes of a finished scene, with badges that stand where they hide nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from math import hypot
from typing import NamedTuple

from .. import text
from ..geometry import Area, area, around, edges, extent, outline
from ..grid import Grid
from ..scene import Circle, Group, Path, Point, Polygon, Rectangle, Scene, Shape, Text, leaves_of

AROUND = 1.5
"""From a box to the outline around it, in points."""
BESIDE = 4.0
"""From a box to its badge."""
CLEAR = 1.0
"""Around the badge, free of other things where there is room."""
BOXES = ("layer", "input", "output", "transfer")
PLACES = 12
"""Places that are tried across a box."""
COSTS = {"badge": 1000.0, "text": 100.0, "box": 10.0, "line": 1.0, "page": 10_000.0}
"""How bad it is for a badge to be over something of that kind."""


class Badge(NamedTuple):
    """A mark: its theme's role, the sign in the badge (empty for none), what it says in words, and dashed or not.

    ``word`` stands beside the sign where a box shows several nodes and the main one has no mark.
    """

    role: str
    sign: str
    title: str
    dashed: bool = False
    word: str = ""


def badges(scene: Scene, marked: Mapping[str, Badge], size: float) -> Iterator[Group]:
    """The marks over a scene, by the nodes that its groups stand for; the signs have text of that size."""
    desk = _Desk(scene)
    for group in scene.groups():
        if found := {name: marked[name] for name in group.stands_for if name in marked}:
            yield _mark(desk, group, _joined(group, found), size)


def _joined(group: Group, found: Mapping[str, Badge]) -> Badge:
    """One mark for a box that shows several nodes: all signs, and whose they are if they are not the main one's."""
    signed = {name: badge for name, badge in found.items() if badge.sign} or found
    first, *others = signed.values()
    signs = "".join(dict.fromkeys(sign for badge in signed.values() for sign in badge.sign))
    title = "; ".join(badge.title for badge in found.values())
    main = group.name if group.name in group.stands_for else group.stands_for[0]
    if not signs or main in signed:
        return first._replace(sign=signs, title=title)
    words = {badge.word for badge in signed.values()}
    what = f" {first.word}" if len(words) == 1 else f" {len(others) + 1} of {len(group.stands_for)}"
    return first._replace(sign=signs + what, title=title)


def pill(badge: Badge, place: Area, size: float) -> tuple[Shape, ...]:
    """The badge alone."""
    left, top, right, bottom = place
    middle = (top + bottom) / 2 + text.MIDDLE * size - 0.07 * size
    return (
        Rectangle(left, top, right - left, bottom - top, badge.role, corner=(bottom - top) / 2),
        Text((left + right) / 2, middle, badge.sign, size, badge.role, "middle", bold=True),
    )


def size_of(sign: str, size: float) -> tuple[float, float]:
    """Width and height of the badge with a sign."""
    height = 1.25 * size
    return max(height, text.width(sign, size, bold=True) + 0.7 * size), height


def _mark(desk: _Desk, group: Group, badge: Badge, size: float) -> Group:
    place = area_of(group)
    shapes: list[Shape] = []
    if corners := _outline(desk, group, place):
        shapes.append(Path((*corners, corners[0]), badge.role, badge.dashed))
    if badge.sign:
        sign, at = desk.place(place, corners if _slants(corners) else (), badge.sign, size)
        shapes += pill(badge._replace(sign=sign), at, size)
    return Group("mark", tuple(shapes), badge.title, device=group.device)


def _outline(desk: _Desk, group: Group, place: Area) -> tuple[Point, ...]:
    """Around the closed shapes of a group; nothing around one that is all lines."""
    closed = [shape for shape in leaves_of(group.shapes) if isinstance(shape, Rectangle | Polygon | Circle)]
    if not closed or any(isinstance(shape, Rectangle) and area(shape) == place for shape in closed):
        return desk.outline(place).corners() if closed else ()
    return _hull(sorted({point for shape in closed for point in outline(shape)}))


def _hull(points: Sequence[Point]) -> tuple[Point, ...]:
    """The corners of the smallest convex shape around points in order (Andrew, 1979)."""
    chain: list[Point] = []
    for run in (points, points[-2::-1]):
        start = len(chain)
        for x, y in run:
            while len(chain) > max(start, 1) and _turns_back(chain[-2], chain[-1], (x, y)):
                chain.pop()
            chain.append((x, y))
    return tuple(chain[:-1])


def _turns_back(one: Point, other: Point, third: Point) -> bool:
    return (other[0] - one[0]) * (third[1] - one[1]) <= (other[1] - one[1]) * (third[0] - one[0])


def area_of(group: Group) -> Area:
    """Where a group is, without its texts if it has anything else."""
    leaves = list(leaves_of(group.shapes))
    return extent([shape for shape in leaves if not isinstance(shape, Text)] or leaves)


class _Desk:
    """What is on the page already, so that badges go where the least is."""

    def __init__(self, scene: Scene) -> None:
        self.page = Area(0, 0, scene.width, scene.height).grown(-AROUND)
        self.things: list[tuple[str, Area]] = []
        for group, shape in scene.leaves():
            if isinstance(shape, Text):
                self.things.append(("text", area(shape)))
            elif isinstance(shape, Path):
                self.things += [("line", around(ends)) for ends in pairwise(shape.points)]
            elif group is not None and group.part in BOXES:
                self.things.append(("box", area(shape)))
        self.grid = Grid(self.page, len(self.things))
        for number, (_, place) in enumerate(self.things):
            self.grid.add(number, place)

    def outline(self, box: Area) -> Area:
        """An area around a box, but on its edge where another box touches it."""
        sides = []
        for index, by in enumerate((-AROUND, -AROUND, AROUND, AROUND)):
            side = box[index] + by
            strip = box._replace(**{box._fields[index]: side, box._fields[index - 2]: box[index]})
            sides.append(box[index] if self._is_taken(strip) else side)
        return Area(*sides)

    def _is_taken(self, place: Area) -> bool:
        others = (self.things[number] for number in self.grid.near(place))
        return any(kind == "box" and other.overlaps(place) for kind, other in others)

    def place(self, box: Area, corners: tuple[Point, ...], sign: str, size: float) -> tuple[str, Area]:
        """Where the badge of a box stands, without its word where that would hide a text; from now on it is taken."""
        for words in dict.fromkeys((sign, sign.partition(" ")[0])):
            extent = size_of(words, size)
            found = min((*_at_sides(corners, extent), *_candidates(box, extent)), key=self._cost)
            if self._cost(found) < COSTS["text"]:
                break
        self.grid.add(len(self.things), found)
        self.things.append(("badge", found))
        return words, found

    def _cost(self, place: Area) -> float:
        room = place.grown(CLEAR)
        cost = 0.0 if self.page.holds(place) else COSTS["page"]
        for number in self.grid.near(room):
            kind, other = self.things[number]
            across = min(room.right, other.right) - max(room.left, other.left)
            down = min(room.bottom, other.bottom) - max(room.top, other.top)
            if across >= 0 and down >= 0:
                cost += COSTS[kind] * (1 + across * down)
        return cost


def _slants(corners: Sequence[Point]) -> bool:
    """Whether an outline has a side that is neither level nor upright: then much of its area is beside it."""
    return any(one[0] != other[0] and one[1] != other[1] for one, other in edges(corners)) if corners else False


def _at_sides(corners: Sequence[Point], size: tuple[float, float]) -> Iterator[Area]:
    """Just outside the middle of every side of an outline, from above to below."""
    if not corners:
        return
    x, y = (sum(values) / len(corners) for values in zip(*corners, strict=True))
    middles = [((one[0] + other[0]) / 2, (one[1] + other[1]) / 2, one, other) for one, other in edges(corners)]
    for across, down, one, other in sorted(middles, key=lambda side: side[1]):
        length = hypot(other[0] - one[0], other[1] - one[1])
        right, below = (other[1] - one[1]) / length, (one[0] - other[0]) / length
        if right * (across - x) + below * (down - y) < 0:
            right, below = -right, -below
        far = BESIDE + abs(right) * size[0] / 2 + abs(below) * size[1] / 2
        centre = (across + far * right, down + far * below)
        yield _around(centre, size)


def _candidates(box: Area, size: tuple[float, float]) -> Sequence[Area]:
    """Beside the box, then on its edges and corners, the best first."""
    width, height = size
    middle, centre = (box.top + box.bottom) / 2, (box.left + box.right) / 2
    beyond, before = box.right + BESIDE + width / 2, box.left - BESIDE - width / 2
    above, below = box.top - BESIDE - height / 2, box.bottom + BESIDE + height / 2
    inner = box.right - box.left - width
    centres: Iterable[tuple[float, float]] = (
        (before, middle), (beyond, middle),
        *((box.right - width / 2 - inner * part / PLACES, middle) for part in range(PLACES + 1)),
        (box.right, box.top), (box.left, box.top), (box.right, box.bottom), (box.left, box.bottom),
        (centre, above), (centre, below), (box.left + width / 2, above), (box.right - width / 2, above),
        (box.left + width / 2, below), (box.right - width / 2, below),
    )  # fmt: skip
    return [_around(point, size) for point in centres]


def _around(centre: Point, size: tuple[float, float]) -> Area:
    (x, y), (width, height) = centre, size
    return Area(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
