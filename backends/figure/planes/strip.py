"""The drawing of a chain: rows one below the other, with a wire from the end of each to the next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from ..scene import Group, Shape
from .bodies import SIZE
from .chain import ENTRY, TURN, Chain, Row
from .connections import Placed, joined, wire
from .repeats import bracket
from .ticks import Ticks, Word, ticks_of
from .words import LINE, centred, width_of

SPACE = 0.5 * SIZE
"""Between the tallest stage and the texts above and below it."""


class Drawn(NamedTuple):
    """A net on the page, from a top left corner at 0 on."""

    placed: list[Placed]
    shapes: list[Shape]
    """What stands on the stages, and between them."""
    width: float
    height: float
    beneath: tuple[Group, ...] = ()
    """What everything else stands on."""
    clear: bool = True
    """Whether nothing is in the way of anything."""


class _Strip(NamedTuple):
    """One row: its stages, where its shapes end, and the words below it."""

    placed: list[Placed]
    right: float
    top: float
    ticks: Ticks


def draw(chain: Chain, rows: Sequence[Row]) -> Drawn:
    """The shapes of the rows."""
    strips: list[_Strip] = []
    y = 0.0
    for row in rows:
        strips.append(_strip(chain, row, y))
        y = strips[-1].ticks.bottom + chain.brackets + 1.5 * TURN
    shapes: list[Shape] = [_turn(*pair) for pair in pairwise(strips)]
    for strip in strips:
        shapes += [joined(*pair) for pair in pairwise(strip.placed)]
        shapes += [*_headings(chain, strip), *strip.ticks.groups, *_brackets(chain, strip)]
    width = max(strip.right for strip in strips) + TURN * (len(strips) > 1)
    return Drawn([placed for strip in strips for placed in strip.placed], shapes, width, y - 1.5 * TURN)


def _strip(chain: Chain, row: Row, top: float) -> _Strip:
    bodies = chain.bodies[row.first : row.first + len(row.middles)]
    half = max(body.size[1] for body in bodies) / 2
    axis = top + chain.above + SPACE + half
    placed = [
        Placed(chain.stages[row.first + i], body, x - row.left - body.size[0] / 2, axis - body.size[1] / 2)
        for i, (body, x) in enumerate(zip(bodies, row.middles, strict=True))
    ]
    ticks = ticks_of(list(_words(chain, placed)), axis + half + SPACE)
    return _Strip(placed, max(row.right - row.left, ticks.right), top, ticks)


def _words(chain: Chain, placed: Sequence[Placed]) -> Iterator[Word]:
    """What leads to each stage."""
    for i, place in enumerate(placed):
        lines = chain.labels[place.stage.index].below
        if lines:
            end = place.ends(False)[1][0]
            tick = (placed[i - 1].ends(True)[1][0] + end) / 2 if i else (ENTRY / 2 + place.x) / 2
            yield Word(place.stage.main.name, lines, tick, max(tick, width_of(lines) / 2))


def _turn(before: _Strip, after: _Strip) -> Group:
    """The wire from the end of a row to the beginning of the next."""
    source, target = before.placed[-1], after.placed[0]
    start, end = source.edge(source.middle, True), target.edge(target.middle, False)
    out, back, y = before.right + 0.6 * TURN, ENTRY / 2, after.top - TURN / 2
    return wire(source.stage, target.stage, (start, (out, start[1]), (out, y), (back, y), (back, end[1]), end))


def _headings(chain: Chain, strip: _Strip) -> Iterator[Group]:
    """The labels above, whose last lines are all at one height."""
    for placed in strip.placed:
        lines = chain.labels[placed.stage.index].above
        x = placed.x + placed.body.size[0] / 2 + chain.headings[placed.stage.index][0]
        if lines:
            top = strip.top + chain.above - LINE * len(lines)
            yield Group("note", centred(lines, x, top), title=placed.stage.main.name)


def _brackets(chain: Chain, strip: _Strip) -> Iterator[Group]:
    """Brackets below what comes several times."""
    for repeat in chain.repeats:
        members = set(repeat.members)
        spans = [(placed.x, placed.right) for placed in strip.placed if placed.stage.index in members]
        if spans:
            yield bracket(repeat, spans, strip.ticks.bottom)
