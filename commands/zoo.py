"""``netc zoo``: the nets that are shipped, as a list or as a plot."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from shutil import get_terminal_size

import click

from .. import backends
from ..compiler import Problem, Shipped, SpecError, catalogue
from .console import backend, complaining, fail, write_all
from .forms import form_options
from .targets import targets_of

UNITS = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}

SORTS: dict[str, Callable[[Shipped], tuple[object, ...]]] = {
    "file": lambda net: (net.file,),
    "year": lambda net: (net.year is None, net.year, net.file),
    "parameters": lambda net: (net.parameters, net.file),
    "macs": lambda net: (net.macs, net.file),
    "depth": lambda net: (net.depth, net.file),
    "name": lambda net: (net.title.lower(), net.file),
}


class Amount(click.ParamType[int]):
    """A count such as 60000, 5M or 1.5G."""

    name = "amount"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The count as a number; a usage error for anything else."""
        words = str(value).replace("_", "").replace(",", "")
        unit = words[-1:] if words[-1:] in UNITS else ""
        try:
            return int(float(words.removesuffix(unit)) * UNITS[unit])
        except (ValueError, OverflowError):
            self.fail(f"`{value}` is no count such as 60000, 5M or 1.5G", param, ctx)


class Years(click.ParamType[tuple[int, int]]):
    """A year, 2012, or years from first to last, 2012-2015."""

    name = "years"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int]:
        """The first and the last year; a usage error for anything else."""
        if isinstance(value, tuple):
            return value
        first, dash, last = str(value).partition("-")
        if not first.isdigit() or not (last.isdigit() or not dash):
            self.fail(f"`{value}` is no year such as 2012, and no years such as 2012-2015", param, ctx)
        return int(first), int(last or first)


@click.command()
@click.argument("words", nargs=-1, metavar="[WORD]...")
@click.option("--year", "years", type=Years(), metavar="YEAR", help="Of a year, 2012, or of years, 2012-2015.")
@click.option("--max-parameters", type=Amount(), metavar="N", help="Of at most so many parameters, as in 5M.")
@click.option("--max-macs", type=Amount(), metavar="N", help="Of at most so many multiply-adds, as in 1.5G.")
@click.option("--sort", type=click.Choice(list(SORTS)), default="file", show_default=True, help="In which order.")
@form_options(
    json="Print JSON.", csv="Print comma-separated values.", markdown="Print a Markdown table.",
)  # fmt: skip
@click.option("--compare", is_flag=True, help="Draw a plot: parameters against another cost.")
@click.option("--against", metavar="COST", help="What --compare plots them against: macs, depth or year.")
@click.option(
    "-o", "--output", "outputs", multiple=True, metavar="FILE", help="Where the plot goes: zoo.svg, zoo.pdf, ..."
)
@click.option("--theme", default="light", metavar="THEME", show_default=True, help="Of the plot.")
@click.option("--for", "target", default="slide", metavar="PAGE", show_default=True, help="What the plot must fit.")
@click.option("--background", default="none", metavar="COLOUR", show_default=True, help="Behind the plot.")
@click.option("--force", is_flag=True, help="Replace files that netc did not write.")
def zoo(
    words: tuple[str, ...], years: tuple[int, int] | None, max_parameters: int | None, max_macs: int | None, sort: str,
    form: str | None, compare: bool, against: str | None, outputs: tuple[str, ...], force: bool, **look: str,
) -> None:  # fmt: skip
    """List the shipped nets, or plot them.

    Every WORD must begin a word of the file's name, the net's name, its title or its ideas.
    The depth is the number of convolutions and fully connected layers on the longest path.

    \b
      netc zoo resnet
      netc zoo --year 2012-2014 --sort parameters
      netc zoo --compare --against year -o zoo.svg
    """  # noqa: D301 - click wants the character \b itself
    nets = [net for net in _shipped() if _fits(net, words, years, max_parameters, max_macs)]
    if not nets:
        fail([Problem("E804", "no shipped net is like that", hint="`netc zoo` alone lists all of them").diagnostic], 1)
    if not compare and (outputs or against):
        raise click.UsageError("-o and --against belong to a plot: --compare draws it")
    if compare and form:
        raise click.UsageError(f"--{form} is of the list, --compare draws a plot: one of them")
    if compare:
        _plot(nets, against or "macs", outputs, look, force)
        return
    nets.sort(key=SORTS[sort])
    width = get_terminal_size().columns if sys.stdout.isatty() else None
    click.echo(backend("report").render_zoo(nets, form or "table", width), nl=False)


def _shipped() -> tuple[Shipped, ...]:
    try:
        return catalogue()
    except SpecError as error:
        fail(error.diagnostics, 1)


def _fits(
    net: Shipped, words: tuple[str, ...], years: tuple[int, int] | None, parameters: int | None, macs: int | None
) -> bool:
    told = " ".join((net.spec, net.net, net.title, *net.ideas)).lower()
    right_year = years is None or (net.year is not None and years[0] <= net.year <= years[1])
    small = (parameters is None or net.parameters <= parameters) and (macs is None or net.macs <= macs)
    return right_year and small and all(re.search(rf"(?<![a-z]){re.escape(word.lower())}", told) for word in words)


def _plot(nets: list[Shipped], against: str, outputs: tuple[str, ...], look: dict[str, str], force: bool) -> None:
    figure = backend("figure")
    with complaining():
        theme = figure.themes.load(look["theme"])
        scene = backends.load("figure.comparison").compare(nets, against, figure.page_of(look["target"]))
        output = figure.Output(figure.background_of(look["background"], theme.paper))
        targets = targets_of(["zoo"], outputs or ("-",), None)["zoo"]
        for target in targets:
            figure.check_name("format", target.format, figure.FORMATS)
        drawn = [(target.path, figure.write([scene], theme, target.format, output)) for target in targets]
    write_all(drawn, force)
