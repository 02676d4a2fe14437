"""The slide with a net's figure, in the style that suits the net."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from .....compiler import Graph, Problem
from ... import STYLES, Look, check_options, style_of, text
from ...colouring import colouring
from ...fit import Fitted, fitted
from ...heading import TRANSFERS, description_of, title_of, totals_of
from ...options import PAGES, Options, Page
from ...scene import Group, Rectangle, Scene, Shape, Text
from ...transform import Move
from .page import BOTTOM, HEAD, LEADING, MARGIN, ROOM, SMALL, TOP, head, page, plain

SIDE = 24.0
"""Margin of the figure, which may be wider than texts."""
FIRST = TOP + LEADING * HEAD + 10
LAST = BOTTOM - 32
"""Where the figure begins, and how far down it may reach; the legend is below."""
CHIP_GAP, GAP = 8.0, 20.0
"""Between a legend's square and its words, and from entry to entry."""
SMALLEST_LENET = 64
"""Pixels of the largest image of nets that look well as planes: all planes of the figure of 1998 have one scale."""
MOST_LENET = 16
"""Layers of such nets."""


def figure_page(graph: Graph, look: Look) -> Scene:
    """The figure with the title above and its legend and totals below."""
    room = PAGES["slide"]._replace(width=960 - 2 * SIDE, height=LAST - FIRST)
    drawn = _chosen(graph, look, room)
    scene = drawn.scene
    right = (960 - scene.width) / 2
    down = FIRST + (LAST - FIRST - scene.height) / 2
    title = _title(graph)
    shapes = [head(title), *Move(1, right, down).shapes(scene.shapes), *_foot(drawn, look.options)]
    return page(title, description_of(graph), shapes, graph.digest, scene.weight)


def _title(graph: Graph) -> str:
    year = f" ({graph.about.year})" if graph.about.year is not None else ""
    return f"{plain(title_of(graph))}{year}"


def styles_for(graph: Graph) -> tuple[str, ...]:
    """Styles in the order in which they are tried.

    Neurons for nets of vectors; the figure of 2012 for towers with images; that of 1998 for short chains on small
    images; then volumes, and boxes, which draw everything.
    """
    shapes = [layer.shape for layer in graph.layers] + [node.shape for node in graph.inputs]
    images = [shape for shape in shapes if len(shape) == 3]
    found = []
    if not images:
        found.append("neurons")
    elif any(scope.kind == "tower" for scope in graph.scopes):
        found.append("alexnet")
    elif _is_chain(graph) and max(map(max, (shape[1:] for shape in images))) <= SMALLEST_LENET:
        found.append("lenet")
    return tuple(name for name in (*found, "volumes", "blocks") if name in STYLES)


def _is_chain(graph: Graph) -> bool:
    """Whether it is a short row of layers, each of which reads the one before it."""
    single = all(len(node.inputs) <= 1 and len(graph.consumers[node.name]) <= 1 for node in graph.nodes)
    return single and len(graph.inputs) == 1 and len(graph.layers) <= MOST_LENET


def _chosen(graph: Graph, look: Look, room: Page) -> Fitted:
    """The figure in the first style that is legible with its blocks open, else in the last that is legible at all.

    Where none is, the one with the largest text.
    """
    options = look.options._replace(heading=False)
    if look.style != "auto":
        style = style_of(look.style)
        check_options(look.style, style, look.options)
        return fitted(graph, style, options, room)
    tries: list[Fitted] = []
    for name in styles_for(graph):
        style = style_of(name)
        try:
            check_options(name, style, look.options)
            tries.append(fitted(graph, style, options, room))
        except Problem as problem:
            if name == "blocks" and not tries:
                raise
            if problem.diagnostic.code not in ("E902", "E903"):
                raise
            continue
        if tries[-1].legible and not tries[-1].picture.detail.collapsed:
            return tries[-1]
    legible = [drawn for drawn in tries if drawn.legible]
    return legible[-1] if legible else max(tries, key=lambda drawn: drawn.scene.smallest_text() or 0)


class Entry(NamedTuple):
    """A role of the legend, and what it means."""

    role: str
    words: str

    @property
    def width(self) -> float:
        """In points."""
        return SMALL + CHIP_GAP + text.width(self.words, SMALL)


def _foot(drawn: Fitted, options: Options) -> Iterator[Group]:
    """The legend of the roles in the figure, and the totals if there is room for both."""
    shown = {getattr(shape, "role", "") for _, shape in drawn.scene.leaves() if not isinstance(shape, Text)}
    legend = colouring(drawn.picture, options.colour).legend
    entries = [Entry(*entry) for entry in (*legend, TRANSFERS) if entry[0] in shown] if options.legend else []
    width = sum(entry.width for entry in entries) + GAP * (len(entries) - 1)
    left = MARGIN if width <= ROOM else SIDE
    shapes: list[Shape] = []
    x = left
    for entry in entries:
        shapes.append(Rectangle(x, BOTTOM - SMALL + 2, SMALL, SMALL, entry.role, 4, dashed=entry.role == "transfer"))
        shapes.append(Text(x + SMALL + CHIP_GAP, BOTTOM, entry.words, SMALL, "remark"))
        x += entry.width + GAP
    if shapes:
        yield Group("legend", tuple(shapes))
    totals = totals_of(drawn.picture.graph)
    if x + text.width(totals, SMALL) <= 960 - left:
        yield Group("note", (Text(960 - left, BOTTOM, totals, SMALL, "remark", "end"),))
