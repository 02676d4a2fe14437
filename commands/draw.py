"""``netc draw``: nets as figures."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from .console import complaining, watched, write_all
from .drawing import Asked, Job, artist_of, check_targets
from .looks import FORMATS, look_options
from .spec import graph_of, net_options
from .targets import targets_of


@click.command()
@click.argument("specs", nargs=-1, required=True, metavar="SPEC...")
@net_options
@click.option(
    "-o",
    "--output",
    "outputs",
    multiple=True,
    metavar="FILE",
    help="x.svg, x.pdf, ...; a folder (figures/) for one file per spec and format; `-` for standard output.",
)
@click.option("-f", "--format", "formats", metavar="FORMAT", help=f"{FORMATS} or gv, where FILE does not say it.")
@look_options
@click.option(
    "--background", default="none", metavar="COLOUR", show_default=True, help="none, theme, white, black or #RRGGBB."
)
@click.option(
    "--dpi", type=click.FloatRange(min=1), metavar="N", help="Dots per inch of a PNG, if not 192 (twice a screen's)."
)
@click.option("--steps", metavar="BY", help="A build-up: one figure or page per layer, section or device.")
@click.option("--diff", is_flag=True, help="Draw two specs in one figure, with what differs marked.")
@click.option("--lint", is_flag=True, help="Measure the figure: smallest text, overlaps, contrast.")
@click.option("--caption", is_flag=True, help="Print a LaTeX caption and the alternative text.")
@click.option(
    "--check",
    "drawn",
    metavar="FIGURE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Say whether FIGURE is a figure of SPEC as it is today.",
)
@click.option("--force", is_flag=True, help="Replace files that netc did not write.")
def draw(
    specs: tuple[str, ...], net: str | None, settings: tuple[str, ...], outputs: tuple[str, ...], formats: str | None,
    background: str, dpi: float | None, steps: str | None, diff: bool, lint: bool, caption: bool, drawn: Path | None,
    force: bool, **choices: Any,
) -> None:  # fmt: skip
    """Draw nets as figures, in the format of the file's ending.

    A figure fits its page (--for) with its text legible. DOT (.gv) is a plain
    export; the style `dot` leaves layout and format to graphviz.

    \b
      netc draw zoo:alexnet -o alexnet.pptx --style alexnet
      netc draw net.net -o net.pdf --for paper-1col --theme paper
      netc draw specs/*.net -o figures/ -f svg,pdf
    """  # noqa: D301 - click wants the character \b itself
    if not (outputs or lint or caption or drawn):
        raise click.UsageError("where to? -o FILE writes the figure; --lint, --caption and --check need no file")
    with complaining():
        artist = artist_of(choices, background, dpi, steps)
        targets = targets_of(specs, outputs, formats, as_one=diff)
        check_targets(artist, targets, dpi, lint)
    job = Job(artist, targets, Asked(lint, caption, drawn))
    if diff:
        job.draw_difference(specs, net, settings)
    else:
        for spec in watched(specs, "drawing"):
            job.draw(spec, graph_of(spec, net, settings))
    write_all(job.drawn, force)
    if job.status:
        sys.exit(job.status)
