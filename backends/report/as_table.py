"""The numbers as tables for people, drawn with rich."""

from __future__ import annotations

from collections.abc import Iterable
from io import StringIO

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ...compiler.graph import Graph
from .rows import Grid, grids


def as_table(graph: Graph, width: int) -> str:
    """The tables as plain text, no line longer than the width; long cells take several lines."""
    return tables(grids(graph), width)


def tables(found: Iterable[Grid], width: int) -> str:
    """Tables of any kind in this format."""
    text = StringIO()
    console = Console(file=text, width=width, color_system=None, legacy_windows=False)
    for grid in found:
        console.print(Text(grid.title))
        console.print(_table(grid))
    return "".join(line.rstrip() + "\n" for line in text.getvalue().rstrip().splitlines())


def _table(grid: Grid) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for heading, numeric in zip(grid.headings, grid.numeric, strict=True):
        table.add_column(Text(heading), justify="right" if numeric else "left", overflow="fold", no_wrap=numeric)
    for line in grid.lines:
        if line.kind != "row":
            table.add_section()
        if any(line.cells):
            table.add_row(*(Text(cell) for cell in line.cells))
    return table
