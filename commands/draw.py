"""``netc draw``: a net as a figure."""

from __future__ import annotations

from pathlib import Path

import click

from .. import backends
from ..compiler import Graph, Problem
from .console import backend, fail, write
from .spec import graph_of, spec_options


@click.command()
@spec_options
@click.option("-o", "--output", "outputs", multiple=True, required=True, metavar="FILE", help="x.svg, x.gv, x.pdf, ...")
@click.option("-f", "--format", "form", help="The format, where the file's ending does not say it.")
@click.option("--style", default="blocks", show_default=True, help="Its style; `dot` leaves it to graphviz.")
@click.option("--theme", default="light", show_default=True, help="Its colours.")
@click.option("--force", is_flag=True, help="Replace a file that netc did not write.")
def draw(
    spec: str, net: str | None, settings: tuple[str, ...], outputs: tuple[str, ...], form: str | None, style: str,
    theme: str, force: bool,
) -> None:  # fmt: skip
    """Draw a net as a figure.

    A file that ends in .svg is netc's own figure; .gv, .pdf, .png and the
    style `dot` are graphviz's.
    """
    graph = graph_of(spec, net, settings)
    endings = {output: "svg" if output == "-" else Path(output).suffix.removeprefix(".") for output in outputs}
    drawn = {output: _drawn(graph, form or ending, style, theme) for output, ending in endings.items()}
    for output, content in drawn.items():
        write(output, content, force)


def _drawn(graph: Graph, form: str, style: str, theme: str) -> bytes:
    try:
        figure = backend("figure")
        if form in figure.FORMATS and style != "dot":
            drawn: bytes = figure.draw(graph, figure.Look(style, theme), form)
            return drawn
        figure.themes.load(theme)
        if style != "dot":
            figure.style_of(style)
        through_dot: bytes = backend("dot").draw(graph, form)
        return through_dot
    except backends.MissingPackage as error:
        raise click.UsageError(str(error)) from None
    except Problem as problem:
        fail([problem.diagnostic], 2)
