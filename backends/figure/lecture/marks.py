"""Two nets in one figure, with what differs marked: what is gone in the first, all else in the second.

A mark is an outline around what a style drew of a layer, and a badge with the sign that the text of a difference has.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from ....compiler import Difference, Entry, Graph, Layer, Mark, Transfer
from ....compiler import difference as compare
from ....compiler.diff_text import percent
from .. import Look, check_options, style_of, text
from ..fit import fitted, sized
from ..folding import picture_of
from ..geometry import Area
from ..heading import title_of
from ..options import Direction, Options, Page, page_of
from ..picture import LADDERS
from ..scene import Group, Path, Scene, Shape, Text
from ..styles.style import Style
from ..transform import Move, scaled
from .badges import Badge, badges, pill, size_of

SIGNS: Mapping[Mark, str] = {"removed": "−", "added": "+", "changed": "~", "moved": ">"}
"""In badges, with the minus sign as it is printed."""
FOLLOWS = Badge("changed", "", "another size only", dashed=True)
"""A layer that is as it was, but for the size of what comes to it."""
GAP = 18.0
"""Between both nets, in points."""
SIDE = 10.0
"""Room for outlines and badges around each net."""
DIRECTIONS: tuple[Direction, ...] = ("right", "down")
SHARES = (1 / 2, 1 / 3, 2 / 3)
"""Parts of the page that the first net may have; with the same text, the first is taken."""
LARGER = 7 / 6
"""Size of the legend's text, as a multiple of the smallest that the page allows."""
LINE = 1.6
"""From one line of the legend to the next, in sizes of its text."""


class Pairing(NamedTuple):
    """Two scenes with texts of one size, and how they stand on the page."""

    before: Scene
    after: Scene
    beside: bool

    def text(self) -> float:
        """The smallest text of both."""
        return min(scene.smallest_text() or 0.0 for scene in (self.before, self.after))


def difference(before: Graph, after: Graph, look: Look) -> Scene:
    """Both nets above or beside each other, whichever has the larger text, with marks and a legend; fits the page.

    Raises Problem E903 where the style cannot draw one of them, and what ``figure`` raises for a wrong look.
    """
    style = style_of(look.style)
    check_options(look.style, style, look.options)
    page, found = page_of(look.target), compare(before, after)
    options = look.options._replace(legend=False) if "legend" in style.heeds else look.options
    legend = _Legend(found, page)

    def both(chosen: Options, rooms: tuple[Page, Page], beside: bool) -> Pairing:
        return Pairing(*_equal(*_alike(before, after, style, chosen, rooms)), beside=beside)

    height = page.height - legend.height - SIDE
    pairings = [
        both(chosen, rooms, beside)
        for chosen in _directed(options, style)
        for beside in (False, True)
        for rooms in _rooms(page, height, beside)
    ]
    pairing = max(pairings, key=lambda pairing: min(pairing.text(), page.most))
    return _composed(found, pairing, legend, page)


def _directed(options: Options, style: Style) -> list[Options]:
    """The options with every direction that both nets may take together."""
    if options.direction != "auto" or "direction" not in style.heeds:
        return [options]
    return [options._replace(direction=direction) for direction in DIRECTIONS]


def _alike(
    before: Graph, after: Graph, style: Style, options: Options, rooms: tuple[Page, Page]
) -> tuple[Scene, Scene]:
    """Both nets in their rooms, in the lower detail of the two that they have alone."""
    drawn = [fitted(graph, style, options, room) for graph, room in zip((before, after), rooms, strict=True)]
    detail = max((one.picture.detail for one in drawn), key=LADDERS[options.fold].index)
    first, second = (
        one.scene
        if one.picture.detail == detail
        else sized(style.scene(picture_of(graph, detail), options, room), room)
        for one, graph, room in zip(drawn, (before, after), rooms, strict=True)
    )
    return first, second


def _rooms(page: Page, height: float, beside: bool) -> Iterator[tuple[Page, Page]]:
    """What each net has of the page, for several ways to divide it."""
    for share in SHARES:
        for_both = (share, 1 - share)
        if beside:
            widths = [(page.width - GAP - 4 * SIDE) * part for part in for_both]
            yield page._replace(width=widths[0], height=height), page._replace(width=widths[1], height=height)
        else:
            heights = [(height - GAP) * part for part in for_both]
            width = page.width - 2 * SIDE
            yield page._replace(width=width, height=heights[0]), page._replace(width=width, height=heights[1])


def _equal(one: Scene, other: Scene) -> tuple[Scene, Scene]:
    """Both with texts of the smaller one's size."""
    sizes = [scene.smallest_text() for scene in (one, other)]
    if sizes[0] is None or sizes[1] is None:
        return one, other
    least = min(sizes[0], sizes[1])
    return scaled(one, least / sizes[0]), scaled(other, least / sizes[1])


def _composed(found: Difference, pairing: Pairing, legend: _Legend, page: Page) -> Scene:
    one, other = pairing.before, pairing.after
    right, down = (one.width + 2 * SIDE + GAP, 0.0) if pairing.beside else (0.0, one.height + GAP)
    width = max(right + other.width, one.width, legend.width) + 2 * SIDE
    bottom = SIDE + max(one.height, down + other.height)
    if pairing.beside:
        line = ((right - GAP / 2, SIDE), (right - GAP / 2, bottom))
    else:
        line = ((SIDE, SIDE + down - GAP / 2), (width - SIDE, SIDE + down - GAP / 2))
    figure = Scene(
        width,
        bottom + legend.height,
        f"{title_of(found.before)} compared with {title_of(found.after)}",
        _description(found),
        (
            Group("legend", (Path(line, "connection"),)),
            *map(_renamed, Move(1, SIDE, SIDE).shapes(one.shapes)),
            *Move(1, right + SIDE, down + SIDE).shapes(other.shapes),
        ),
        one.weight,
        f"{found.before.digest} {found.after.digest}",
    )
    marks = badges(figure, marked(found), min(page.least, pairing.text()))
    return figure._replace(shapes=(*figure.shapes, *marks, *legend.shapes(SIDE, bottom)))


BEFORE = "before/"
"""Stands before the names of the first net's nodes, which the second may have, too."""


def _renamed(shape: Shape) -> Shape:
    """A shape whose groups have names of the first net."""
    if not isinstance(shape, Group):
        return shape
    return shape._replace(
        shapes=tuple(map(_renamed, shape.shapes)),
        name=BEFORE + shape.name if shape.name else "",
        link=(BEFORE + shape.link[0], BEFORE + shape.link[1]) if shape.link else None,
        stands_for=tuple(BEFORE + name for name in shape.stands_for),
    )


def marked(found: Difference) -> dict[str, Badge]:
    """The mark of every node that has one, by its name in the figure."""
    marks: dict[str, Badge] = {}
    for entry in found.entries:
        if entry.marks == ("removed",):
            marks |= {BEFORE + node.name: _badge(entry) for node in entry.pair.before}
        elif entry.marks and set(entry.aspects) != {"init"}:
            marks |= {node.name: _badge(entry) for node in entry.pair.after}
    return marks | dict(_transfers(found))


def _badge(entry: Entry) -> Badge:
    aspects = "; ".join(f"{old} → {new}" for old, new in entry.aspects.values())
    title = f"{entry.name}: {', '.join(entry.marks)}{', ' + aspects if aspects else ''}"
    node = (entry.pair.after or entry.pair.before)[0]
    word = node.op.keyword if isinstance(node, Layer) else node.name
    if entry.aspects and set(entry.aspects) <= {"shape", "weights", "init"}:
        return FOLLOWS._replace(title=title, word=word)
    return Badge(entry.marks[0], "".join(SIGNS[mark] for mark in entry.marks), title, word=word)


def _transfers(found: Difference) -> Iterator[tuple[str, Badge]]:
    """Marks of transfers that only one of the nets has."""
    numbers: list[dict[str, int]] = [{}, {}]
    for number, entry in enumerate(found.entries):
        for side in (0, 1):
            numbers[side] |= {node.name: number for node in entry.pair[side]}

    def keys(graph: Graph, side: int) -> dict[tuple[int, str], Transfer]:
        return {(numbers[side][item.layer], item.destination): item for item in graph.transfers}

    olds, news = keys(found.before, 0), keys(found.after, 1)
    for key, item in olds.items():
        if key not in news:
            yield BEFORE + item.name, Badge("removed", SIGNS["removed"], f"{item.name}: removed")
    for key, item in news.items():
        if key not in olds:
            yield item.name, Badge("added", SIGNS["added"], f"{item.name}: added")


def _description(found: Difference) -> str:
    """The figure in words: what is removed, added, changed and moved, by name."""
    named = {mark: [entry.name for entry in found.with_mark(mark)] for mark in SIGNS}
    parts = [f"{mark}: {', '.join(names)}." for mark, names in named.items() if names]
    return " ".join([*parts, *(f"{sentence}." for sentence in found.around)]) or "Both are the same architecture."


class _Legend:
    """What the marks mean, and how the totals change, in lines below the nets."""

    def __init__(self, found: Difference, page: Page) -> None:
        self.size = LARGER * page.least
        marks = marked(found).values()
        roles = {sign for badge in marks for sign in badge.sign}
        items: list[tuple[Badge | None, str]] = [
            (Badge(mark, sign, mark), mark) for mark, sign in SIGNS.items() if sign in roles
        ]
        if any(not badge.sign for badge in marks):
            items.append((FOLLOWS, FOLLOWS.title))
        if any("init" in entry.aspects for entry in found.entries):
            items.append((None, "initial weights differ, too"))
        items += [(None, words) for words in _totals(found)]
        self.lines: list[list[tuple[Badge | None, str]]] = []
        for item in items:
            if self.lines and self._width([*self.lines[-1], item]) <= page.width - 2 * SIDE:
                self.lines[-1].append(item)
            else:
                self.lines.append([item])
        self.width = max(map(self._width, self.lines))
        self.height = (LINE * len(self.lines) + 0.5) * self.size

    def shapes(self, left: float, top: float) -> Iterator[Group]:
        """The legend, from that place on."""
        shapes: list[Shape] = []
        for row, line in enumerate(self.lines):
            x, middle = left, top + (LINE * (row + 0.5) + 0.5) * self.size
            for badge, words in line:
                chip = self._chip(badge)
                if badge is not None:
                    shapes += self._sample(badge, x, middle)
                baseline = middle + text.MIDDLE * self.size
                shapes.append(Text(x + chip, baseline, words, self.size, "remark"))
                x += self._width([(badge, words)]) + self.size
        yield Group("legend", tuple(shapes))

    def _sample(self, badge: Badge, x: float, middle: float) -> Iterable[Shape]:
        width, height = size_of(badge.sign, self.size)
        place = Area(x, middle - height / 2, x + width, middle + height / 2)
        if badge.sign:
            return pill(badge, place, self.size)
        corners = place.grown(-0.15 * self.size).corners()
        return [Path((*corners, corners[0]), badge.role, badge.dashed)]

    def _chip(self, badge: Badge | None) -> float:
        return size_of(badge.sign, self.size)[0] + 0.4 * self.size if badge else 0.0

    def _width(self, line: Iterable[tuple[Badge | None, str]]) -> float:
        widths = [self._chip(badge) + text.width(words, self.size) for badge, words in line]
        return sum(widths) + self.size * (len(widths) - 1)


def _totals(found: Difference) -> Iterator[str]:
    """How parameters and multiply-adds change."""
    for name, words in (("parameters", "parameters"), ("macs", "MACs")):
        before, after = found.totals()[name]
        change = percent(before, after)
        yield f"{before:,} → {after:,} {words} ({change})" if change else f"{after:,} {words} in both"
