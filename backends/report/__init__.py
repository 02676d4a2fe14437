"""A graph's numbers as tables: for people, papers and programs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ...compiler import Shipped
from ...compiler.diagnostics import suggest
from ...compiler.graph import Graph
from .as_csv import as_csv
from .as_json import as_json
from .as_latex import as_latex
from .as_markdown import as_markdown
from .as_table import as_table
from .zoo import ZOO_FORMATS

WIDTH = 100
"""Characters of a line, where the caller gives no width."""

FORMATS: dict[str, Callable[[Graph, int], str]] = {
    "table": as_table,
    "json": as_json,
    "csv": as_csv,
    "markdown": as_markdown,
    "latex": as_latex,
}
"""Every format by its name. A new one is a file and a line here; a width means something for `table` only."""


def render(graph: Graph, format: str = "table", width: int | None = None) -> str:
    """The numbers of a graph in a format; raises ValueError for a format that is not in FORMATS."""
    if format not in FORMATS:
        raise ValueError(f"unknown format {format!r}; {suggest(format, FORMATS) or 'one of ' + ', '.join(FORMATS)}")
    return FORMATS[format](graph, width or WIDTH)


def render_zoo(nets: Sequence[Shipped], format: str = "table", width: int | None = None) -> str:
    """Shipped nets in one of ZOO_FORMATS."""
    return ZOO_FORMATS[format](nets, width or WIDTH)
