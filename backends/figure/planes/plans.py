"""How a figure is wrapped into rows, and how large its shapes are beside its text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
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
MOST_ROWS = 12
"""Rows of the page that are tried one by one."""
SLACKS = (1.0, 1.12, 1.25)
"""How much wider a row may be than its part of the net: it ends where few wires go on."""
WRAPPED = 0.85
"""How much smaller the shapes may be to save a row."""
TRIED = 12
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
    yield _plan(net, 1.0, size)
    for count in range(2, MOST_ROWS + 1):
        for slack in SLACKS:
            yield _plan(net, count / slack, size)


def _plan(net: Chain | Grid, count: float, size: float) -> Plan:
    if isinstance(net, Chain):
        chain, chained = net, net.rows(net.length / count + SLACK)
        return Plan(*net.size(chained), len(chained), size, lambda: draw_chain(chain, chained))
    grid, rows = net, net.rows(net.length / count + SLACK)
    return Plan(*net.size(rows), len(rows), size, lambda: draw_grid(grid, rows))


def best(plans: Sequence[Plan], page: Page, around: Point) -> Drawn:
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
    for plan in sorted(plans, key=worth, reverse=True)[:TRIED]:
        drawn = plan.draw()
        size = factor(drawn.width, drawn.height)
        if size * SIZE >= page.least - SLACK:
            return drawn
        tried.append((size, -len(tried), drawn))
    return max(tried, key=lambda found: found[:2])[2]
