"""The numbers as Markdown tables, for READMEs and issues."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ...compiler.graph import Graph
from .rows import Grid, Line, grids

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&!])")


def as_markdown(graph: Graph, width: int) -> str:
    """A heading and a table for each grid, in GitHub's dialect."""
    return markdown_tables(grids(graph))


def markdown_tables(found: Iterable[Grid]) -> str:
    """Tables of any kind in this format."""
    return "\n".join(f"### {escaped(grid.title)}\n\n" + "".join(_rows(grid)) for grid in found)


def _rows(grid: Grid) -> Iterator[str]:
    yield row(grid.headings)
    yield row("---:" if numeric else "---" for numeric in grid.numeric)
    for line in grid.lines:
        yield row(_cells(line, len(grid.headings)))


def _cells(line: Line, columns: int) -> Iterator[str]:
    for cell in line.cells:
        text = escaped(cell)
        yield f"**{text}**" if text and line.kind != "row" else text
    yield from ("",) * (columns - len(line.cells))


def row(cells: Iterable[str]) -> str:
    """A line of a table."""
    return "| " + " | ".join(cells) + " |\n"


def escaped(text: str) -> str:
    """Text in which nothing is markup."""
    return _SPECIAL.sub(r"\\\1", text)
