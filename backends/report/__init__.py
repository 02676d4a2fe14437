"""A graph's numbers as tables: for people, papers and programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from ...compiler import Shipped
from ...compiler.diagnostics import suggest
from ...compiler.graph import Graph
from .as_csv import as_csv
from .as_json import as_json
from .as_latex import as_latex, latex_tables
from .as_markdown import as_markdown, markdown_tables
from .as_table import as_table, tables
from .placement import Placement, Training, placement, placement_document, placement_grids
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


PLACEMENT_FORMATS: dict[str, Callable[[Placement, int], str]] = {
    "table": lambda found, width: tables(placement_grids(found), width),
    "json": lambda found, _: json.dumps(placement_document(found), indent=2, ensure_ascii=False) + "\n",
    "markdown": lambda found, _: markdown_tables(placement_grids(found)),
    "latex": lambda found, _: latex_tables(placement_grids(found)),
}
"""Every format of what training takes on the devices of a net."""


def render(graph: Graph, format: str = "table", width: int | None = None) -> str:
    """The numbers of a graph in a format; raises ValueError for a format that is not in FORMATS."""
    if format not in FORMATS:
        raise ValueError(f"unknown format {format!r}; {suggest(format, FORMATS) or 'one of ' + ', '.join(FORMATS)}")
    return FORMATS[format](graph, width or WIDTH)


def render_zoo(nets: Sequence[Shipped], format: str = "table", width: int | None = None) -> str:
    """Shipped nets in one of ZOO_FORMATS."""
    return ZOO_FORMATS[format](nets, width or WIDTH)


def render_placement(graph: Graph, training: Training, format: str = "table", width: int | None = None) -> str:
    """What training takes on the devices of a net, in one of PLACEMENT_FORMATS."""
    return PLACEMENT_FORMATS[format](placement(graph, training), width or WIDTH)
