"""The numbers as LaTeX tables, for papers. They need the package booktabs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...compiler.graph import Graph
from .rows import Grid, Line, grids

_ESCAPES = {
    "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", **{char: f"\\{char}" for char in "&%$#_{}"},
}  # fmt: skip
"""Characters that LaTeX does not print as they are."""


def as_latex(graph: Graph, width: int) -> str:
    """A tabular for each grid, with its title as a comment."""
    return latex_tables(grids(graph))


def latex_tables(found: Iterable[Grid]) -> str:
    """Tables of any kind in this format."""
    return "% \\usepackage{booktabs}\n" + "\n".join("".join(_tabular(grid)) for grid in found)


def _tabular(grid: Grid) -> Iterator[str]:
    yield f"% {grid.title}\n"
    yield f"\\begin{{tabular}}{{{''.join('r' if numeric else 'l' for numeric in grid.numeric)}}}\n"
    yield f"\\toprule\n{_row(grid.headings)}\\midrule\n"
    for line in grid.lines:
        yield _line(line, len(grid.headings))
    yield "\\bottomrule\n\\end{tabular}\n"


def _line(line: Line, columns: int) -> str:
    if line.kind == "section":
        name = _escaped(line.cells[0])
        return "\\addlinespace\n" + (f"\\multicolumn{{{columns}}}{{l}}{{\\textit{{{name}}}}} \\\\\n" if name else "")
    return ("\\midrule\n" if line.kind == "total" else "") + _row(line.cells)


def _row(cells: tuple[str, ...]) -> str:
    return " & ".join(map(_escaped, cells)) + " \\\\\n"


def _escaped(text: str) -> str:
    return "".join(_ESCAPES.get(char, char) for char in text)
