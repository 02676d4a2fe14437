"""The shipped nets as a list: for people, papers and programs."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Sequence
from io import StringIO
from itertools import groupby
from typing import Literal

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ...compiler import Shipped, format_shape
from .as_markdown import escaped, row
from .rows import grouped, one_line

COLUMNS = ("spec", "net", "title", "year", "parameters", "macs", "depth", "inputs", "ideas")


def zoo_table(nets: Sequence[Shipped], width: int) -> str:
    """A paragraph per file: its name, the ideas of its nets, those that it is known for first, and a line per net.

    Nets that do not stand file by file, since they are sorted by a number, are one table.
    """
    text = StringIO()
    console = Console(file=text, width=width, color_system=None, legacy_windows=False)
    families = [(file, list(members)) for file, members in groupby(nets, key=lambda net: net.file)]
    if len(families) > len({file for file, _ in families}):
        console.print(_table([(net.spec, *_cells(net)) for net in nets], "spec", width))
        families = []
    for file, members in families:
        known = next((net for net in members if net.is_default), members[-1])
        console.print(Text(f"zoo:{file}"))
        ideas = dict.fromkeys(one_line(idea) for net in (known, *members) for idea in net.ideas)
        console.print(Padding(Text("; ".join(ideas)), (0, 0, 0, _GAP)))
        rows = [(net.net, *_cells(net)) for net in members]
        console.print(Padding(_table(rows, "net", width - _GAP), (0, 0, 0, _GAP)))
        console.print()
    return "".join(line.rstrip() + "\n" for line in text.getvalue().rstrip().splitlines())


_HEADINGS = ("title", "year", "parameters", "MACs", "depth")
_GAP = 2
"""Blanks between columns, and before what stands below a file's name."""
_SHORTEST_TITLE = 12


def _cells(net: Shipped) -> tuple[str, ...]:
    year = "" if net.year is None else str(net.year)
    return one_line(net.title), year, grouped(net.parameters), grouped(net.macs), str(net.depth)


def _table(rows: Sequence[tuple[str, ...]], first: str, width: int) -> Table:
    """A table in which titles have the room that the other columns leave."""
    headings = (first, *_HEADINGS)
    widths = [max(map(len, column)) for column in zip(headings, *rows, strict=True)]
    room = width - sum(widths) + widths[1] - _GAP * len(widths)
    widths[1] = min(widths[1], max(room, _SHORTEST_TITLE))
    table = Table(box=None, padding=(0, _GAP, 0, 0), pad_edge=False)
    for number, (heading, size) in enumerate(zip(headings, widths, strict=True)):
        side: Literal["left", "right"] = "right" if number > 1 else "left"
        table.add_column(Text(heading), justify=side, width=size, overflow="fold", no_wrap=number > 1)
    for cells in rows:
        table.add_row(*map(Text, cells))
    return table


def zoo_json(nets: Sequence[Shipped], width: int) -> str:
    """A list of objects; shapes are without the batch."""
    return json.dumps([{"spec": net.spec, **net._asdict()} for net in nets], indent=2, ensure_ascii=False) + "\n"


def zoo_csv(nets: Sequence[Shipped], width: int) -> str:
    """A heading and a line per net; ideas are joined by semicolons."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(_values(net) for net in nets)
    return text.getvalue()


def zoo_markdown(nets: Sequence[Shipped], width: int) -> str:
    """A table in GitHub's dialect."""
    heading = row(COLUMNS) + row("---:" if name in ("parameters", "macs", "depth") else "---" for name in COLUMNS)
    return heading + "".join(row(map(escaped, _values(net))) for net in nets)


def _values(net: Shipped) -> tuple[str, ...]:
    shapes = ", ".join(map(format_shape, net.inputs))
    year = "" if net.year is None else str(net.year)
    counts = (str(net.parameters), str(net.macs), str(net.depth))
    return net.spec, net.net, one_line(net.title), year, *counts, shapes, "; ".join(map(one_line, net.ideas))


ZOO_FORMATS: dict[str, Callable[[Sequence[Shipped], int], str]] = {
    "table": zoo_table,
    "json": zoo_json,
    "csv": zoo_csv,
    "markdown": zoo_markdown,
}
"""Every format of the list by its name."""
