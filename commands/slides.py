"""``netc slides``: a talk on some nets."""

from __future__ import annotations

from pathlib import Path

import click

from .console import backend, complaining, write_all
from .looks import STYLES, THEMES
from .spec import graph_of, net_options
from .targets import ending_of


@click.command()
@click.argument("specs", nargs=-1, required=True, metavar="SPEC...")
@net_options
@click.option("-o", "--output", required=True, metavar="FILE", help="talk.pptx or talk.pdf.")
@click.option(
    "--style", default="auto", metavar="STYLE", show_default=True, help=f"auto (what suits each net), {STYLES}."
)
@click.option("--theme", default="light", metavar="THEME", show_default=True, help=THEMES)
@click.option("--force", is_flag=True, help="Replace a file that netc did not write.")
def slides(
    specs: tuple[str, ...], net: str | None, settings: tuple[str, ...], output: str, style: str, theme: str, force: bool
) -> None:
    """Make a talk of nets: title, figure, key ideas, totals.

    The ideas that are still in use stand out. A table at the end compares
    the nets.
    """
    path = Path(output)
    form = ending_of(path).lower()
    with complaining():
        figure = backend("figure")
        paged = [name for name in figure.FORMATS if figure.has_pages(name) and name != "beamer"]
        figure.check_name("format of slides", form, paged)
        chosen = figure.themes.load(theme)
        look = figure.Look(style, theme)
    graphs = [graph_of(spec, net, settings) for spec in specs]
    with complaining():
        pages = backend("figure.slides").slides(graphs, look)
        content = figure.write(pages, chosen, form, figure.Output(chosen.paper))
    write_all([(path, content)], force)
