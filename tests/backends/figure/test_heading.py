"""What stands above every figure: a legend in columns, with lines of like lengths."""

from __future__ import annotations

from itertools import pairwise

import pytest

from netc.backends.figure.geometry import Area, area
from netc.backends.figure.heading import heading
from netc.backends.figure.options import Options
from netc.backends.figure.scene import Group, Rectangle, Text
from netc.compiler import load

GRAPH = load("net N { input x: 3x8x8\n a = conv(4, 3x3) }")
ROLES = ("convolution", "activation", "normalization", "pooling", "dense", "dropout", "merge")


def lines(count: int, width: float) -> list[list[Rectangle]]:
    """The squares of a legend of so many entries, line by line."""
    legend = [(role, role) for role in ROLES[:count]]
    made = heading(GRAPH, legend, Options(), 10, 10, width)
    (group,) = (group for group in made.shapes if isinstance(group, Group) and group.part == "legend")
    squares = [shape for shape in group.shapes if isinstance(shape, Rectangle)]
    places: list[Area] = [area(shape) for shape in group.shapes]
    assert max(place.right for place in places) <= 10 + max(made.width, width) + 0.01
    assert [shape.text for shape in group.shapes if isinstance(shape, Text)] == list(ROLES[:count])
    assert not any(one.overlaps(other) for one, other in pairwise(places))
    found: dict[float, list[Rectangle]] = {}
    for square in squares:
        found.setdefault(square.y, []).append(square)
    return list(found.values())


@pytest.mark.parametrize(
    ("count", "width", "expected"),
    [(4, 800, [4]), (4, 400, [2, 2]), (5, 500, [3, 2]), (6, 330, [3, 3]), (7, 340, [4, 3]), (3, 60, [1, 1, 1])],
)
def test_lines_of_a_legend_are_alike_and_in_columns(count: int, width: float, expected: list[int]) -> None:
    found = lines(count, width)
    assert [len(line) for line in found] == expected
    for line in found[1:]:
        assert [square.x for square in line] == [square.x for square in found[0][: len(line)]]


def test_lines_are_alike_where_columns_would_need_one_more() -> None:
    first, second = lines(7, 300)
    assert (len(first), len(second)) == (3, 4)
    assert [square.x for square in first] != [square.x for square in second[:3]]
