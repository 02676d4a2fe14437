"""``netc curves``: the learning curves of a run as a figure."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from .. import backends
from .console import Refusal, backend, complaining, write
from .targets import ending_of

LOG = "log.csv"
NUMBERS = ("epoch", "train_loss", "train_accuracy", "test_loss", "test_accuracy")
"""The columns of a log that are drawn."""


@click.command()
@click.argument("run", metavar="RUN")
@click.option("-o", "--output", metavar="FILE", default="curves.svg", show_default=True, help="The figure to write.")
@click.option("--theme", default="light", metavar="THEME", show_default=True, help="Of the figure.")
@click.option("--for", "target", default="slide", metavar="PAGE", show_default=True, help="What it must fit.")
@click.option("--background", default="none", metavar="COLOUR", show_default=True, help="Behind the figure.")
@click.option("--force", is_flag=True, help="Replace a file that netc did not write.")
def curves(run: str, output: str, theme: str, target: str, background: str, force: bool) -> None:
    """Draw the learning curves of a run.

    RUN is the folder of `netc train`, or a log.csv: loss and accuracy on the
    training set and on the test set, epoch by epoch.
    """
    log = Path(run) / LOG if Path(run).is_dir() else Path(run)
    rows = _rows(log)
    form = "svg" if output == "-" else ending_of(Path(output)).lower()
    with complaining():
        backend("figure").check_name("format", form, backends.load("figure").FORMATS)
        content = drawn(rows, log.resolve().parent.name, form, theme, target, background)
    write(output, content, force)


def drawn(
    rows: Sequence[Any], title: str, form: str, theme: str = "light", target: str = "slide", background: str = "none"
) -> bytes:
    """The figure in a format; raises Problem for a theme, a page or a colour that there is not."""
    figure = backend("figure")
    scene = backends.load("figure.curves").curves(rows, title, figure.page_of(target))
    look = figure.themes.load(theme)
    content: bytes = figure.write([scene], look, form, figure.Output(figure.background_of(background, look.paper)))
    return content


def _rows(log: Path) -> list[Any]:
    """The epochs of a log; ends with a sentence for a file that is none."""
    epoch = backend("figure.curves").Epoch
    try:
        with log.open(newline="", encoding="utf-8") as file:
            found = [epoch(*(float(row[name]) for name in NUMBERS)) for row in csv.DictReader(file)]
    except OSError as error:
        raise Refusal(f"cannot read {log}: {error.strerror}") from None
    except (KeyError, TypeError, ValueError, csv.Error):
        raise Refusal(f"{log} is no log of netc train: it has the columns {', '.join(NUMBERS)}, and numbers") from None
    if not found:
        raise Refusal(f"{log} has no epoch yet")
    return found
