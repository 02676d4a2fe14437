"""``netc devices``: what training takes on every device, and what goes from device to device."""

from __future__ import annotations

import sys
from shutil import get_terminal_size

import click

from ..compiler import OPTIMIZERS
from .amounts import Memory
from .console import backend
from .forms import form_options
from .spec import graph_of, spec_options


@click.command()
@spec_options
@click.option("--batch", type=click.IntRange(min=1), default=1, show_default=True, help="Samples per step.")
@click.option(
    "--optimizer", type=click.Choice(list(OPTIMIZERS)), default="momentum", show_default=True,
    help="It keeps no, one or two numbers per weight.",
)  # fmt: skip
@click.option("--memory", type=Memory(), metavar="AMOUNT", help="Of devices that declare none, as in 3GB.")
@form_options(json="Print JSON.", markdown="Print Markdown tables.", latex="Print LaTeX tables (booktabs).")
def devices(
    spec: str, net: str | None, settings: tuple[str, ...], batch: int, optimizer: str, memory: int | None,
    form: str | None,
) -> None:  # fmt: skip
    """Show what training takes on every device.

    Layers, MACs and memory of every device, whether it fits, how all would fit on one device, and every transfer.
    Nothing is run: memory is what PyTorch's autograd keeps of the generated module, without workspaces of libraries.

    \b
      netc devices specs/alexnet.net --batch 128
      netc devices zoo:resnet:ResNet50 --batch 32 --optimizer adam --memory 8GB
    """  # noqa: D301 - click wants the character \b itself
    graph = graph_of(spec, net, settings)
    report = backend("report")
    training = report.Training(batch, optimizer, memory)
    width = get_terminal_size().columns if sys.stdout.isatty() else None
    click.echo(report.render_placement(graph, training, form or "table", width), nl=False)
