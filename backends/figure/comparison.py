"""The zoo as a plot: every net a point, one cost against another, without a word about accuracy.

Parameters, multiply-adds and depth are on logarithmic axes. The colour of a
point is the net's year. Names stand where there is room and no other point is
as near, those of the nets that a file is known for first; a point without a
name says it when it is pointed at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import ceil, floor, log10
from typing import NamedTuple

from ...compiler import Problem, Shipped
from . import text
from .options import Page
from .scene import Anchor, Circle, Group, Path, Point, Scene, Shape, Text

ERAS = (
    (2011, "before 2012"),
    (2013, "2012 and 2013"),
    (2015, "2014 and 2015"),
    (2017, "2016 and 2017"),
    (9999, "later"),
)
"""Last years of the groups that have a colour each, and what they are called."""
TITLE = 1.6
"""Size of the title, as a multiple of the other texts; so are all lengths below."""
ERA = 1.9
"""From line to line of the legend."""
TALLEST = 0.8
"""Height of a plot as a part of its width, at most."""
RADIUS = 0.32
ROOM = 0.35
"""Between a point and its name."""
APART = 0.6
"""Between a point and the names of others, so that nobody takes them for its own."""
MARGIN = 0.8
TICK = 0.35


class Axis(NamedTuple):
    """One direction of a plot: from values to parts of its length, and where its ticks are."""

    title: str
    value: Callable[[Shipped], float]
    logarithmic: bool
    first: float
    last: float

    def place(self, value: float) -> float:
        """Where a value lies, from 0 at the start of the axis to 1 at its end."""
        at = log10(value) if self.logarithmic else value
        return (at - self.first) / (self.last - self.first)

    def ticks(self) -> Iterator[tuple[float, str]]:
        """Values with a line and a number: powers of ten, with 2 and 5 where there are few; or round years."""
        if not self.logarithmic:
            step = next(step for step in (1, 2, 5, 10, 20, 50, 100) if (self.last - self.first) / step <= 12)
            yield from ((year, str(year)) for year in range(ceil(self.first / step) * step, floor(self.last) + 1, step))
            return
        steps = (1, 2, 5) if self.last - self.first < 3 else (1,)
        for power in range(floor(self.first), ceil(self.last) + 1):
            for value in (step * 10.0**power for step in steps):
                if -1e-9 <= self.place(value) <= 1 + 1e-9:
                    yield value, _short(value)


COSTS: dict[str, tuple[str, Callable[[Shipped], float], bool]] = {
    "parameters": ("parameters", lambda net: net.parameters, True),
    "macs": ("multiply-adds per sample", lambda net: net.macs, True),
    "depth": ("depth: convolutions and fully connected layers on the longest path", lambda net: net.depth, True),
    "year": ("year", lambda net: net.year or 0, False),
}
"""What can be plotted: its title, its value, and whether its axis is logarithmic."""


def compare(nets: Sequence[Shipped], against: str, page: Page) -> Scene:
    """Parameters of nets against another cost, as large as the page.

    Raises Problem E901 for a cost that there is not, and E903 when no net has both numbers.
    """
    if against not in COSTS or against == "parameters":
        known = ", ".join(name for name in COSTS if name != "parameters")
        raise Problem("E901", f"parameters are not plotted against `{against}`", expected=known, argument="against")
    shown = [net for net in nets if net.parameters > 0 and COSTS[against][1](net) > 0]
    if not shown:
        raise Problem("E903", f"no net to plot has both parameters and a {against}", argument="against")
    unit = min(page.most, max(page.least, page.width / 68))
    page = page._replace(height=min(page.height, TALLEST * page.width))
    return _Plot(shown, _axis(against, shown), _axis("parameters", shown), page, unit).scene()


def _axis(cost: str, nets: Sequence[Shipped]) -> Axis:
    """An axis a little longer than its values need."""
    title, value, logarithmic = COSTS[cost]
    values = [log10(value(net)) if logarithmic else value(net) for net in nets]
    spread = max(max(values) - min(values), 0.5 if logarithmic else 4)
    return Axis(title, value, logarithmic, min(values) - 0.06 * spread, max(values) + 0.1 * spread)


class _Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: _Box) -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def grown(self, by: float) -> _Box:
        return _Box(self.left - by, self.top - by, self.right + by, self.bottom + by)


class _Plot(NamedTuple):
    """A plot on its page; lengths are in points and `unit` is the size of its text."""

    nets: Sequence[Shipped]
    across: Axis
    up: Axis
    page: Page
    unit: float

    def scene(self) -> Scene:
        title = f"{len(self.nets)} networks: {self.up.title} against {self.across.title.partition(':')[0]}"
        points = {net.spec: self.point(net) for net in self.nets}
        names = self.names(points)
        shapes = [self.heading(title), *self.grid(), *(self.net(net, points, names) for net in self.nets)]
        listed = ", ".join(net.title for net in self.nets)
        return Scene(self.page.width, self.page.height, title, f"{title}: {listed}.", tuple(shapes))

    @property
    def area(self) -> _Box:
        """The rectangle between the axes."""
        widest = max(text.width(label, self.unit) for _, label in self.up.ticks())
        return _Box(
            MARGIN * self.unit + widest + 0.8 * self.unit,
            (MARGIN + TITLE + ERA * len(self.eras()) + 2.3) * self.unit,
            self.page.width - MARGIN * self.unit,
            self.page.height - (MARGIN + 3.4) * self.unit,
        )

    def point(self, net: Shipped) -> Point:
        """Where a net is."""
        area = self.area
        x = area.left + self.across.place(self.across.value(net)) * (area.right - area.left)
        return x, area.bottom - self.up.place(self.up.value(net)) * (area.bottom - area.top)

    def heading(self, title: str) -> Group:
        """The title, what the vertical axis is, and the colours."""
        left, unit = MARGIN * self.unit, self.unit
        size = min(TITLE * unit, unit * (self.page.width - 2 * left) / text.width(title, unit, bold=True))
        y = left + TITLE * unit * text.ASCENT
        shapes: list[Shape] = [Text(left, y, title, size, "heading", bold=True)]
        for line in self.eras():
            x, y = left, y + ERA * unit
            for number in line:
                shapes.append(Circle(x + RADIUS * unit, y - text.MIDDLE * unit, RADIUS * unit, f"cost{number}"))
                shapes.append(Text(x + 1.1 * unit, y, ERAS[number][1], unit, "remark"))
                x += self.wide(number)
        return Group("heading", tuple(shapes), title)

    def eras(self) -> list[list[int]]:
        """The groups of years that there are, in lines as long as the page is wide."""
        lines: list[list[int]] = [[]]
        for number in sorted({_era(net) for net in self.nets}):
            if MARGIN * self.unit + sum(map(self.wide, [*lines[-1], number])) > self.page.width and lines[-1]:
                lines.append([])
            lines[-1].append(number)
        return lines

    def wide(self, era: int) -> float:
        """The width of an entry of the legend."""
        return text.width(ERAS[era][1], self.unit) + 2.4 * self.unit

    def grid(self) -> Iterator[Group]:
        """Both axes with their numbers and titles; no line crosses the plot, where names stand."""
        area, unit = self.area, self.unit
        corner = ((area.left, area.top), (area.left, area.bottom), (area.right, area.bottom))
        shapes: list[Shape] = [Path(corner, "rule")]
        for value, label in self.across.ticks():
            x = area.left + self.across.place(value) * (area.right - area.left)
            shapes += [Path(((x, area.bottom), (x, area.bottom + TICK * unit)), "rule")]
            shapes += [Text(x, area.bottom + 1.6 * unit, label, unit, "remark", "middle")]
        for value, label in self.up.ticks():
            y = area.bottom - self.up.place(value) * (area.bottom - area.top)
            shapes += [Path(((area.left - TICK * unit, y), (area.left, y)), "rule")]
            shapes += [Text(area.left - 0.8 * unit, y + text.MIDDLE * unit, label, unit, "remark", "end")]
        title = self.across.title
        if text.width(title, unit, bold=True) > area.right - area.left:
            title = title.partition(":")[0]
        shapes.append(Text(area.right, area.bottom + 3.1 * unit, title, unit, "remark", "end", bold=True))
        shapes.append(Text(MARGIN * unit, area.top - 0.7 * unit, self.up.title, unit, "remark", bold=True))
        yield Group("legend", tuple(shapes), f"{self.across.title}; {self.up.title}")

    def net(self, net: Shipped, points: dict[str, Point], names: dict[str, Text]) -> Group:
        """A point, with its name where that has room."""
        x, y = points[net.spec]
        year = f" ({net.year})" if net.year else ""
        title = f"{net.title}{year}: {net.parameters:,} parameters, {net.macs:,} MACs, depth {net.depth}"
        shapes: list[Shape] = [Circle(x, y, RADIUS * self.unit, f"cost{_era(net)}")]
        shapes += [names[net.spec]] if net.spec in names else []
        return Group("note", tuple(shapes), title, net.spec)

    def names(self, points: dict[str, Point]) -> dict[str, Text]:
        """The names that have room: the best known first, then the short ones, which are those of plain nets.

        Points that lie on one another have one name, that of the first, unless several are well known.
        """
        dots = {spec: _Box(x, y, x, y).grown(RADIUS * self.unit) for spec, (x, y) in points.items()}
        heaps = {one: {other for other in dots if dots[other].meets(dots[one])} for one in dots}
        known = [net for net in self.nets if net.is_default]
        others = sorted((net for net in self.nets if not net.is_default), key=lambda net: len(net.title))
        found: dict[str, Text] = {}
        for nets, apart in ((known, APART), (known, 0.0), (others, APART)):
            for net in nets:
                heap = heaps[net.spec]
                if net.spec in found or (not net.is_default and heap & found.keys()):
                    continue
                taken = [dot.grown(0.0 if spec in heap else apart * self.unit) for spec, dot in dots.items()]
                taken += map(_bounds, found.values())
                for word in self.places(net.title, points[net.spec], _hull([dots[spec] for spec in heap])):
                    box = _bounds(word)
                    if self.holds(box) and not any(map(box.meets, taken)):
                        found[net.spec] = word
                        break
        return found

    def places(self, name: str, point: Point, around: _Box) -> Iterator[Text]:
        """Where a name may stand, the best place first: right, left, above and below of its point and those on it."""
        (x, y), room, up = point, ROOM * self.unit, text.MIDDLE * self.unit
        above, below = around.top - room, around.bottom + room + 0.8 * text.ASCENT * self.unit
        sides: tuple[tuple[float, float, Anchor], ...] = (
            (around.right + room, y + up, "start"), (around.left - room, y + up, "end"),
            (x, above, "middle"), (x, below, "middle"),
            (x, above, "start"), (x, below, "start"), (x, above, "end"), (x, below, "end"),
        )  # fmt: skip
        return (Text(at, line, name, self.unit, "remark", anchor) for at, line, anchor in sides)

    def holds(self, box: _Box) -> bool:
        """Whether a box lies in the plot."""
        area = self.area
        inside = area.left <= box.left and box.right <= self.page.width - self.unit / 2
        return inside and area.top <= box.top and box.bottom <= area.bottom


def _hull(boxes: Sequence[_Box]) -> _Box:
    left, top, right, bottom = zip(*boxes, strict=True)
    return _Box(min(left), min(top), max(right), max(bottom))


def _bounds(word: Text) -> _Box:
    width = text.width(word.text, word.size)
    left = word.x - {"start": 0.0, "middle": width / 2, "end": width}[word.anchor]
    return _Box(left - 1, word.y - text.ASCENT * word.size * 0.85, left + width + 1, word.y + text.DESCENT * word.size)


def _era(net: Shipped) -> int:
    """The number of a net's group of years; one without a year counts as new."""
    year = net.year or ERAS[-1][0]
    return next(number for number, (last, _) in enumerate(ERAS) if year <= last)


def _short(value: float) -> str:
    """``2 M`` for 2,000,000."""
    units = ((1e12, " T"), (1e9, " G"), (1e6, " M"), (1e3, " k"), (1.0, ""))
    size, unit = next((entry for entry in units if value >= entry[0]), (1.0, ""))
    return f"{value / size:g}{unit}"
