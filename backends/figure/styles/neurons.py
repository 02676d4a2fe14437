"""Small fully connected nets as columns of units, with all their connections."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import hypot
from typing import NamedTuple

from .. import text
from ..colouring import colouring
from ..folding import picture_of
from ..heading import heading, titled
from ..neurons.brackets import Brackets
from ..neurons.columns import Column, columns_of
from ..options import Options, Page
from ..picture import Picture
from ..scene import Circle, Group, Path, Point, Scene, Shape, Text
from .style import Style

RADIUS = 9.0
"""Of a unit."""
PITCH = 26.0
"""From one unit to the next."""
MOST = (10, 8, 6, 4)
"""Units that are drawn of a column; the first that has room and keeps the connections few enough is taken."""
MOST_CONNECTIONS = 2000
"""Of a figure; more make a file that is slow to show."""
DOT = 1.8
"""Radius of one of the three dots that stand for the units left out."""
DOT_PITCH = 7.0
"""From one dot to the next."""
SIZE = 12.0
"""Size of all text but the title."""
LINE = 16.0
"""From one line of text to the next."""
GAP = 10.0
"""Between the units and what is written above and below them."""
NEAREST, FARTHEST = 72.0, 280.0
"""From one column to the next."""
APART = 14.0
"""Between the texts of neighbouring columns."""
WIDEST, NARROW, FEW = 150.0, 80.0, 6
"""Of a text under a column, if its words can be broken: with so few columns, and with more."""
MARGIN = 10.0
"""Around the figure."""
_HEADING = 50.0
"""About the height of a title and the totals."""


class _Place(NamedTuple):
    """A column, where its middle is, and those of its units that are drawn."""

    column: Column
    x: float
    units: tuple[Point, ...]
    dots: tuple[Point, ...]


class _Measures(NamedTuple):
    """What all columns have in common: units that are drawn of one at most, and from where to where they reach."""

    most: int
    left: float
    """Middle of the first column."""
    spacing: float
    top: float
    height: float

    @property
    def bottom(self) -> float:
        return self.top + self.height


def scene(picture: Picture, options: Options, page: Page) -> Scene:
    """The net from left to right; raises Problem E903 for a net that is no chain of fully connected layers."""
    if picture.detail.collapsed:  # a block has no units, so its layers are drawn
        picture = picture_of(picture.graph, picture.detail._replace(collapsed=False))
    columns = _broken(columns_of(picture, STYLE.labels if options.labels is None else options.labels))
    colours = colouring(picture, options.colour)
    roles = [colours.roles.get(column.name, "input") for column in columns]
    legend = colours.legend_of(roles) if options.colour != "auto" else ()
    brackets = Brackets(picture, columns)
    above = brackets.height + (LINE + GAP if any(column.above for column in columns) else 0.0)
    below = MARGIN + max((GAP + LINE * len(words) for column in columns if (words := _lines(column))), default=0.0)
    side = max(RADIUS, _text_width(columns[0]) / 2, _text_width(columns[-1]) / 2)
    rest = MARGIN + _HEADING * options.heading + above + below
    most = _most(columns, page.height * SIZE / page.least - rest)
    tall = _height(columns, most)
    spacing = _spacing(columns, page, rest + tall, 2 * (side + MARGIN))
    long = spacing * (len(columns) - 1)
    head = heading(picture.graph, legend, options, MARGIN, MARGIN, long + 2 * side)
    top = MARGIN + head.height
    measures = _Measures(most, MARGIN + (head.width - long) / 2, spacing, top + above, tall)
    shapes = (
        *head.shapes,
        *brackets.drawn(top, measures.left, spacing, MARGIN + head.width),
        *_drawn(columns, roles, measures),
    )
    size = 2 * MARGIN + head.width, measures.bottom + below
    return titled(picture.graph, *size, shapes)


def _drawn(columns: Sequence[Column], roles: Sequence[str], measures: _Measures) -> Iterator[Shape]:
    """The connections, and over them the units."""
    places = [_place(column, number, measures) for number, column in enumerate(columns)]
    for one, other in pairwise(places):
        yield _connections(one, other)
    for place, role in zip(places, roles, strict=True):
        yield _column(place, role, measures)


STYLE = Style(scene, heeds=frozenset({"colour", "legend", "labels"}), labels=("name", "op", "shape"))


def _most(columns: Sequence[Column], room: float) -> int:
    """Units that are drawn of one column, so that there is room and not too many connections."""
    for most in MOST:
        counts = [min(column.units, most) for column in columns]
        few = sum(one * other for one, other in pairwise(counts)) <= MOST_CONNECTIONS
        if few and _height(columns, most) <= room:
            break
    return most


def _broken(columns: Sequence[Column]) -> list[Column]:
    """The columns with the lines below them broken between words."""
    room = WIDEST if len(columns) <= FEW else NARROW
    return [
        column._replace(below=tuple(line for part in column.below for line in text.wrap(part.split(" "), SIZE, room)))
        for column in columns
    ]


def _lines(column: Column) -> tuple[str, ...]:
    """What is written below a column."""
    return (column.label, *column.below) if column.label else column.below


def _text_width(column: Column) -> float:
    return max(text.width(line, SIZE, bold=True) for line in (column.above, *_lines(column)))


def _height(columns: Sequence[Column], most: int) -> float:
    """Height of the tallest column."""
    return max(_slots(column.units, most) for column in columns) * PITCH - PITCH + 2 * RADIUS


def _slots(units: int, most: int) -> int:
    """Places for units in a column, and one for the dots where some are left out."""
    return units if units <= most else most + 1


def _spacing(columns: Sequence[Column], page: Page, height: float, sides: float) -> float:
    """From one column to the next: as the shape of the page wants it, but no text reaches the next one."""
    widths = map(_text_width, columns)
    least = max((one + other) / 2 + APART for one, other in pairwise(widths))
    wished = (height * page.width / page.height - sides) / (len(columns) - 1)
    return max(least, min(max(wished, NEAREST), FARTHEST))


def _place(column: Column, number: int, measures: _Measures) -> _Place:
    """A column in the middle of the height that there is."""
    slots = _slots(column.units, measures.most)
    x, first = measures.left + number * measures.spacing, measures.top + (measures.height - PITCH * (slots - 1)) / 2
    points = [(x, first + PITCH * slot) for slot in range(slots)]
    if slots == column.units:
        return _Place(column, x, tuple(points), ())
    _, y = points.pop(measures.most // 2)
    return _Place(column, x, tuple(points), tuple((x, y + DOT_PITCH * step) for step in (-1, 0, 1)))


def _column(place: _Place, role: str, measures: _Measures) -> Group:
    """The units of a column and what is written above and below it."""
    column = place.column
    shapes: list[Shape] = [Circle(x, y, RADIUS, role) for x, y in place.units]
    shapes += [Circle(x, y, DOT, "arrow") for x, y in place.dots]
    if column.above:
        shapes.append(Text(place.x, measures.top - GAP, column.above, SIZE, "remark", "middle", bold=True))
    for number, line in enumerate(_lines(column)):
        y = measures.bottom + GAP + LINE * number + SIZE * text.ASCENT
        shapes.append(Text(place.x, y, line, SIZE, "remark", "middle", bold=bool(column.label) and number == 0))
    return Group(column.part, tuple(shapes), column.title, column.name, stands_for=column.shown)


def _connections(one: _Place, other: _Place) -> Group:
    """A line from every unit to every unit of the next column, from edge to edge."""
    lines = tuple(Path(_between(start, end), "connection") for start in one.units for end in other.units)
    link = one.column.name, other.column.name
    return Group("wire", lines, " to ".join(link), link=link)


def _between(start: Point, end: Point) -> tuple[Point, Point]:
    across, down = end[0] - start[0], end[1] - start[1]
    part = RADIUS / hypot(across, down)
    return (
        (start[0] + part * across, start[1] + part * down),
        (end[0] - part * across, end[1] - part * down),
    )
