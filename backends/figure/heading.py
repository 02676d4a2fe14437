"""What stands above every figure: the net's title, its totals and a legend of the roles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from math import ceil
from typing import NamedTuple, TypeAlias

from ...compiler import Graph, format_shape
from . import text
from .labels import IN_TRAINING
from .options import Options
from .scene import Group, Rectangle, Scene, Shape, Text

TITLE = 22.0
"""Size of the title's text."""
SIZE = 12.0
"""Size of all other text."""
CHIP = 12.0
"""Side of a legend's coloured square."""
GAP = 16.0
"""Between entries of the legend."""
LINE = 20.0
"""From one line of the legend to the next."""
BETWEEN = " · "
"""Between totals."""
BELOW = 10.0
"""From the heading to the figure."""


Legend: TypeAlias = Sequence[tuple[str, str]]
"""Roles and what they mean."""

TRANSFERS = ("transfer", "transfer, bytes per sample")


class Heading(NamedTuple):
    """The shapes of a heading whose top left corner is where it was asked for, and how much room it takes."""

    shapes: tuple[Shape, ...]
    width: float
    height: float


def title_of(graph: Graph) -> str:
    """The title that the spec gives, on one line, else the net's name."""
    return one_line(graph.about.title or "") or graph.net


def one_line(words: str) -> str:
    """A user's text without line breaks and tabs; empty where nothing else is in it."""
    return " ".join(words.split())


def totals_of(graph: Graph) -> str:
    """Parameters and multiply-adds, and what travels between devices, in words."""
    return BETWEEN.join(_totals(graph))


def _totals(graph: Graph) -> list[str]:
    parts = [f"{graph.total('parameters'):,} parameters", f"{graph.total('macs'):,} MACs"]
    if graph.transfers:
        parts.append(f"{len(graph.transfers)} transfer{'s' * (len(graph.transfers) != 1)} between devices")
    return parts


def description_of(graph: Graph) -> str:
    """The figure in words, for those who cannot see it."""
    inputs = ", ".join(f"{node.name} {format_shape(node.shape)}" for node in graph.inputs)
    outputs = ", ".join(
        f"{name} {format_shape(graph.by_name[node].shape)}" + f" ({IN_TRAINING})" * (name in graph.auxiliary)
        for name, node in graph.outputs.items()
    )
    devices = f" on {', '.join(device.name for device in graph.devices)}" if graph.devices else ""
    return f"{len(graph.layers)} layers{devices}, {totals_of(graph)}. From {inputs} to {outputs}."


def titled(graph: Graph, width: float, height: float, shapes: Sequence[Shape]) -> Scene:
    """A figure of a graph, with the graph's title and in words."""
    return Scene(width, height, title_of(graph), description_of(graph), tuple(shapes))


def heading(
    graph: Graph,
    legend: Legend,
    options: Options,
    x: float,
    y: float,
    width: float,
    copies: tuple[str, str] = TRANSFERS,
) -> Heading:
    """The heading of a figure of that width, without what the options leave out.

    ``legend`` lists roles and what they mean; ``copies`` is the entry of transfers, where there are any. Totals that
    are wider are broken into lines; a longer title or legend entry makes the heading wider.
    """
    if not options.heading:
        return Heading((), width, 0)
    entries = [*legend, *([copies] if graph.transfers else [])] if options.legend else []
    title = title_of(graph)
    left = text.width(title, TITLE, bold=True)
    totals = text.wrap(_totals(graph), SIZE, max(width, left), BETWEEN)
    left = max([left, *(text.width(line, SIZE) for line in totals)])
    below = y + 1.2 * TITLE + text.ASCENT * SIZE
    words = Group(
        "heading",
        (
            Text(x, y + text.ASCENT * TITLE, title, TITLE, "heading", bold=True),
            *(Text(x, below + 1.2 * SIZE * i, line, SIZE, "remark") for i, line in enumerate(totals)),
        ),
    )
    height = 1.2 * TITLE + 1.2 * SIZE * len(totals)
    if not entries:
        return Heading((words,), max(width, left), height + BELOW)
    beside = width - left - 2 * GAP
    table = _table(entries, beside)
    if len(table.lines) * LINE <= height + 4 and table.width <= beside:
        shown = _legend(table, x + width - table.width, y + max((height - len(table.lines) * LINE) / 2, 0))
    else:
        table = _table(entries, width)
        shown = _legend(table, x, y + height + 4)
        height += 4 + len(table.lines) * LINE
    return Heading((words, shown), max(width, left, table.width), height + BELOW)


class _Table(NamedTuple):
    """Entries of a legend in lines, how far from the left each begins, and how wide all of it is."""

    lines: list[list[tuple[str, str]]]
    starts: list[list[float]]
    width: float


def _table(entries: Legend, room: float) -> _Table:
    """The entries in as few lines as fit the room, in columns where these fit, too, else with lines of like lengths."""
    count = len(_filled(entries, room))
    each = ceil(len(entries) / count)
    lines = [list(entries[start : start + each]) for start in range(0, len(entries), each)]
    columns = [max(_wide(line[at]) for line in lines[:-1] or lines) for at in range(each)]
    columns[: len(lines[-1]) - 1] = map(max, columns, map(_wide, lines[-1][:-1]))
    starts = _starts(columns)
    width = max(_width(columns), starts[len(lines[-1]) - 1] + _wide(lines[-1][-1]))
    if width <= room or count == 1:
        return _Table(lines, [starts] * len(lines), width)
    runs = (_width([*map(_wide, run)]) for run in _runs(entries))
    lines = _filled(entries, min(width for width in runs if len(_filled(entries, width)) <= count))
    widths = [[*map(_wide, line)] for line in lines]
    return _Table(lines, [*map(_starts, widths)], max(map(_width, widths)))


def _filled(entries: Legend, room: float) -> list[list[tuple[str, str]]]:
    """The entries in lines that fit the room; one that does not has a line of its own."""
    lines: list[list[tuple[str, str]]] = []
    for entry in entries:
        if lines and _width([*map(_wide, lines[-1]), _wide(entry)]) <= room:
            lines[-1].append(entry)
        else:
            lines.append([entry])
    return lines


def _runs(entries: Legend) -> Iterator[Legend]:
    """All that may be a line."""
    for start, end in combinations(range(len(entries) + 1), 2):
        yield entries[start:end]


def _wide(entry: tuple[str, str]) -> float:
    return CHIP + 5 + text.width(entry[1], SIZE)


def _width(widths: Sequence[float]) -> float:
    return sum(widths) + GAP * (len(widths) - 1)


def _starts(widths: Sequence[float]) -> list[float]:
    return [sum(widths[:number]) + GAP * number for number in range(len(widths))]


def _legend(table: _Table, x: float, y: float) -> Group:
    """A coloured square and a word per role."""
    shapes: list[Shape] = []
    for row, (line, starts) in enumerate(zip(table.lines, table.starts, strict=True)):
        top = y + row * LINE + (LINE - CHIP) / 2
        for (role, words), start in zip(line, starts, strict=False):
            shapes.append(Rectangle(x + start, top, CHIP, CHIP, role, corner=2, dashed=role == "transfer"))
            shapes.append(Text(x + start + CHIP + 5, top + CHIP / 2 + 0.36 * SIZE, words, SIZE, "remark"))
    return Group("legend", tuple(shapes))
