"""How wide columns are, and which of them stand in one line of the figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .. import text
from .lanes import Lanes, is_far
from .measures import Solid
from .stages import Stage

SIZE = 14.0
"""Size of all texts in points; heading and legend have 12."""
LINE = 17.0
"""From one line of text to the next."""
PAD = 4.0
"""Between a text and what is beside it."""
RAY_GAP, ARROW_GAP = (8.0, 0.10), (22.0, 0.22)
"""Room between boxes for rays and for arrows, beside the numbers: points, and parts of the unit."""
SLOPE = (0.28, 0.36)
"""Room for lines that lead to other rows, in parts of how far these are apart: rays, and arrows with their heads."""
LANE = 9.0
"""Between two wires that run side by side."""


@dataclass(frozen=True)
class Column:
    """Room left and right of the left edge of the fronts, before the boxes, and for numbers at a line's start."""

    left: float
    right: float
    gap: float
    lead: float

    @property
    def width(self) -> float:
        return self.left + self.right


def columns_of(
    lanes: Lanes, solids: Mapping[Stage, Solid], below: Mapping[Stage, Sequence[str]], unit: float
) -> list[Column]:
    """The columns of a grid whose boxes have these sizes and these lines of text below them."""
    found = []
    for column in lanes.columns:
        left = right = 0.0
        for stage in column:
            solid = solids[stage]
            words = max((text.width(line, SIZE) for line in below[stage]), default=0.0)
            over = max((words + PAD - solid.thick) / 2, 0.0)
            left, right = max(left, -solid.left, over), max(right, solid.right + over)
        number = max((_number(stage) for stage in column), default=0.0)
        found.append(Column(left, right, number + _lines(column, lanes, solids, below, unit), number))
    return found


def _number(stage: Stage) -> float:
    """Room for the height of a map."""
    return PAD + max(text.width(str(size), SIZE) for size in stage.head.shape[1:]) if not stage.vector else 0.0


def _lines(
    column: list[Stage], lanes: Lanes, solids: Mapping[Stage, Solid], below: Mapping[Stage, Sequence[str]], unit: float
) -> float:
    """Room for rays and arrows, the more the steeper these would be."""
    edges = [edge for stage in column for edge in stage.reads]
    arrows = any(edge.kind != "ray" for edge in edges)
    points, part = ARROW_GAP if arrows else RAY_GAP
    apart = 0.0
    for edge in edges:
        rows = abs(_row(edge.source, lanes) - _row(edge.target, lanes)) * (not is_far(edge))
        solid, texts = solids[edge.target], LINE * (1 + len(below[edge.target]))
        apart = max(apart, rows * (solid.bottom - solid.top + texts))
    return max(points + part * unit, SLOPE[arrows] * apart)


def _row(stage: Stage, lanes: Lanes) -> float:
    between = lanes.between.get(stage, ())
    return sum(lanes.row[other] for other in between) / len(between) if between else lanes.row[stage]


def lines_of(columns: Sequence[Column], width: float, balanced: bool = False) -> list[range]:
    """Columns in lines no wider than that, where one column is not; balanced: with no line much shorter than others."""
    lines = _fill(columns, width)
    if not balanced or len(lines) == 1:
        return lines
    low, high = max(column.width for column in columns), width
    for _ in range(20):
        middle = (low + high) / 2
        fits = len(_fill(columns, middle)) <= len(lines)
        low, high = (low, middle) if fits else (middle, high)
    return _fill(columns, high)


def _fill(columns: Sequence[Column], width: float) -> list[range]:
    starts, used = [0], columns[0].lead + columns[0].width
    for number, column in enumerate(columns[1:], 1):
        wider = used + column.gap + column.width
        if wider > width:
            starts.append(number)
            wider = column.lead + column.width
        used = wider
    return [range(start, end) for start, end in zip(starts, [*starts[1:], len(columns)], strict=True)]


def line_width(columns: Sequence[Column], line: range) -> float:
    """From the first number of a line to its last box."""
    first = columns[line.start]
    return first.lead + first.width + sum(columns[number].gap + columns[number].width for number in line[1:])
