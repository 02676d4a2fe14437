"""The table that compares nets: one column for each, four on a slide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .....compiler import Graph, format_bytes, memory
from ... import text
from ...heading import title_of
from ...scene import Group, Path, Rectangle, Scene, Shape, Text
from .page import BODY, BOTTOM, HEAD, LEADING, MARGIN, ROOM, SMALL, TOP, head, page, paragraph, wrapped

LABELS = ("year", "layers", "parameters", "MACs", "activations", "memory", "devices", "ideas still used")
FOOTNOTE = "per sample · memory: training with momentum, one sample at a time"
MOST = 4
"""Nets on one slide."""
GAP = 18.0
"""Between columns."""
PAD = 5.0
"""Above and below the lines of a row."""
NAME_LINES = 3
"""Lines that a net's title may have."""
NOTHING = "–"
"""Where the spec does not say it."""
FOOT = 14.0
"""How much lower than other texts the footnote stands: the table is long."""
FIRST = TOP + LEADING * HEAD + 16


def comparison(graphs: Sequence[Graph]) -> Iterator[Scene]:
    """The slides with the table: a column for each net, on every slide about as many."""
    count = -(-len(graphs) // MOST)
    rows = _rows(graphs)
    for number in range(count):
        shown = graphs[len(graphs) * number // count : len(graphs) * (number + 1) // count]
        tail = f" ({number + 1} of {count})" if count > 1 else ""
        words = "; ".join(f"{title_of(graph)}: {_said(graph)}" for graph in shown)
        table = Group("note", tuple(_table(shown, rows)), title=f"Comparison{tail}")
        foot = Group("legend", (Text(MARGIN, BOTTOM + FOOT, FOOTNOTE, SMALL, "remark"),))
        digests = " ".join(dict.fromkeys(graph.digest for graph in shown))
        yield page(f"Comparison{tail}", f"{words}.", [head("Comparison", tail), table, foot], digests)


def cells(graph: Graph, graphs: Sequence[Graph] = ()) -> list[str]:
    """What the table says of a net, but for its title, by the labels; counts in the form that all the graphs need."""
    about = graph.about
    used = sum(idea.still_used for idea in about.ideas)
    return [
        str(about.year) if about.year is not None else NOTHING,
        f"{len(graph.layers):,}",
        *(
            compact(graph.total(cost), max(each.total(cost) for each in (graph, *graphs)))
            for cost in ("parameters", "macs", "activations")
        ),
        format_bytes(memory(graph)),
        str(max(len(graph.devices), 1)),
        f"{used} of {len(about.ideas)}" if about.ideas else NOTHING,
    ]


def _rows(graphs: Sequence[Graph]) -> list[int]:
    """The numbers of the labels of which at least one net says something."""
    columns = [cells(graph) for graph in graphs]
    return [index for index in range(len(LABELS)) if any(column[index] != NOTHING for column in columns)]


def _said(graph: Graph) -> str:
    return ", ".join(f"{label} {cell}" for label, cell in zip(LABELS, cells(graph), strict=True) if cell != NOTHING)


def compact(number: int, largest: int = 0) -> str:
    """A count, with four digits where the largest of its row is ten thousand million or more: ``11.51 G``."""
    if max(number, largest) < 10**10:
        return f"{number:,}"
    for limit, unit in ((10**15, "P"), (10**12, "T"), (10**9, "G"), (10**6, "M")):
        if number >= (10 * limit if limit > 10**9 else limit):
            return f"{number / limit:.4g} {unit}"
    return f"{number:,}"


def _table(graphs: Sequence[Graph], rows: Sequence[int]) -> Iterator[Shape]:
    labels = max(text.width(label, BODY) for label in LABELS)
    column = (ROOM - labels) / len(graphs) - GAP
    ends = [MARGIN + labels + (column + GAP) * (index + 1) for index in range(len(graphs))]
    titles = [title_of(graph) for graph in graphs]
    size = BODY if all(text.width(title, BODY, bold=True) <= column for title in titles) else SMALL
    names = [wrapped(title, size, column, NAME_LINES, bold=True) for title in titles]
    left, right, y = MARGIN - GAP / 2, MARGIN + ROOM + GAP / 2, FIRST
    height = LEADING * size * max(map(len, names)) + 2 * PAD
    yield Rectangle(left, y, right - left, height, "head")
    for lines, end in zip(names, ends, strict=True):
        yield from _ended(lines, end, y + height - PAD - LEADING * size * len(lines), size, "head", bold=True)
    y += height
    yield Path(((left, y), (right, y)), "rule")
    height = LEADING * BODY + 2 * PAD
    columns = [LABELS, *(cells(graph, graphs) for graph in graphs)]
    for index, number in enumerate(rows):
        row, role = [column[number] for column in columns], "stripe" if index % 2 else "row"
        yield Rectangle(left, y, right - left, height, role)
        yield from paragraph(row[:1], MARGIN, y + PAD, BODY, role)
        for cell, end in zip(row[1:], ends, strict=True):
            yield from _ended([cell], end, y + PAD, BODY, role)
        y += height
    yield Path(((left, y), (right, y)), "rule")


def _ended(lines: Sequence[str], end: float, top: float, size: float, role: str, bold: bool = False) -> Iterator[Text]:
    """Lines that end at the right of their column."""
    for shape in paragraph(lines, end, top, size, role, bold):
        assert isinstance(shape, Text)
        yield shape._replace(anchor="end")
