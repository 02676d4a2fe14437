"""How a figure is wrapped into rows, and how large its shapes are beside its text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from ..fit import SLACK
from ..options import Page
from ..scene import Point
from .bodies import SIZE
from .chain import Chain
from .grid import Grid
from .sheet import draw as draw_grid
from .strip import Drawn
from .strip import draw as draw_chain

SHRINKS = (1.0, 0.8, 0.64, 0.5, 0.4, 0.32)
"""Sizes of the shapes that are tried, as parts of those of 1998."""
LARGE = 300
"""From so many stages on only the smallest shapes and the shortest labels are tried."""
MOST_ROWS = 6
"""Numbers of rows up to this are tried one by one, larger ones in steps."""
FEWEST = 4
"""Stages of a row."""
SLACKS = (1.0, 1.2)
"""How much wider a row may be than its part of the net: it ends where few wires go on."""
WRAPPED = 0.85
"""How much smaller the shapes may be to save a row."""
TRIED = 6
"""Plans that are drawn to see whether they are legible."""


class Plan(NamedTuple):
    """A way to draw a net: width and height are nearly those of the drawing."""

    width: float
    height: float
    rows: int
    size: float
    draw: Callable[[], Drawn]


def plans_of(net: Chain | Grid, size: float) -> Iterator[Plan]:
    """The net in one row, in two, and so on; ``size`` is what its shapes are multiplied by, and its wording's worth."""
    known: set[tuple[int, ...]] = set()
    for width in _widths(net.length, len(net.stages)):
        starts, plan = _chained(net, width, size) if isinstance(net, Chain) else _gridded(net, width, size)
        if starts not in known:
            known.add(starts)
            yield plan()


def _chained(chain: Chain, width: float, size: float) -> tuple[tuple[int, ...], Callable[[], Plan]]:
    rows = chain.rows(width)
    draw = partial(draw_chain, chain, rows)
    return tuple(row.first for row in rows), lambda: Plan(*chain.size(rows), len(rows), size, draw)


def _gridded(grid: Grid, width: float, size: float) -> tuple[tuple[int, ...], Callable[[], Plan]]:
    rows = grid.rows(width)
    draw = partial(draw_grid, grid, rows)
    return tuple(row.first for row in rows), lambda: Plan(*grid.size(rows), len(rows), size, draw)


def _widths(length: float, stages: int) -> Iterator[float]:
    """Widths of rows, from one row on; of a long net there are more rows, in larger steps."""
    yield length + SLACK
    count = 2.0
    while count <= max(MOST_ROWS, stages / FEWEST):
        yield from (length * slack / count + SLACK for slack in SLACKS)
        count = count + 1 if count < MOST_ROWS else 1.4 * count


def best(plans: Sequence[Plan], page: Page, around: Point, large: bool) -> Drawn:
    """The net with the largest shapes and the fewest rows that is legible; else with the largest text.

    ``around`` is how much wider and higher the figure is than the net.
    """

    def factor(width: float, height: float) -> float:
        room = min(page.width / (width + around[0]), page.height / (height + around[1]))
        return min(room, page.most / SIZE)

    def worth(plan: Plan) -> tuple[bool, float]:
        size = factor(plan.width, plan.height)
        if size * SIZE < page.least:
            return False, size
        return True, size * plan.size * WRAPPED**plan.rows

    tried: list[tuple[float, int, Drawn]] = []
    for plan in sorted(plans, key=worth, reverse=True):
        drawn = plan.draw()
        if not drawn.clear:
            continue
        size = factor(drawn.width, drawn.height)
        if size * SIZE >= page.least - SLACK:
            return drawn
        tried.append((size, -len(tried), drawn))
        if large or len(tried) == TRIED:
            break
    return max(tried, key=lambda found: found[:2])[2]
