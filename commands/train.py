"""``netc train``: a net on a data set, from a recipe to a checkpoint."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from shlex import quote
from typing import Any, NoReturn

import click

from .. import backends
from ..compiler import Problem
from .console import Refusal, backend, note, write, writing
from .curves import drawn
from .spec import graph_of, refuse, spec_options

INTERRUPTED = 130
"""The exit status of what Ctrl-C ended, as shells have it."""

DATA = "digits, mnist:DIR, cifar10:DIR, cifar100:DIR, folder:DIR or synthetic."


@click.command()
@spec_options
@click.option("--data", metavar="DATA", help=f"{DATA}  [default: digits]")
@click.option("--recipe", metavar="NAME", help="lenet1998, alexnet2012 or plain.  [default: plain]")
@click.option("--epochs", type=int, metavar="N", help="Passes through the training set.")
@click.option("--batch", type=int, metavar="N", help="Samples per step, at most.")
@click.option("--lr", type=float, metavar="RATE", help="The first learning rate; later ones keep their ratio to it.")
@click.option("--momentum", type=float, metavar="M", help="Of stochastic gradient descent.")
@click.option("--weight-decay", type=float, metavar="D", help="Of weights, per step, times the learning rate.")
@click.option("--seed", type=int, metavar="N", help="Of everything random.  [default: 0]")
@click.option("--limit", type=int, metavar="N", help="Train on N samples and test on N, at most.")
@click.option("--amp", is_flag=True, default=None, help="Mixed precision, on a GPU.")
@click.option("--workers", type=int, metavar="N", help="Threads that prepare batches.  [default: 2]")
@click.option(
    "--device", "devices", multiple=True, metavar="[NAME=]DEVICE", help="gpu0=cuda:0; cuda:0 without devices."
)
@click.option("--ranks", is_flag=True, help="A process per device of the net, through torchrun.")
@click.option(
    "--replicas", type=click.IntRange(1), metavar="N", help="With --ranks: N of each, with a part of the batch."
)
@click.option("--deterministic", is_flag=True, help="On a GPU, only algorithms whose results repeat bit for bit.")
@click.option("--tensorboard", is_flag=True, help="Log for TensorBoard, too.")
@click.option("--out", metavar="FOLDER", help="The run's folder.  [default: runs/NET-DATA]")
@click.option("--resume", is_flag=True, help="Go on with the run in the folder.")
@click.option("--force", is_flag=True, help="Begin anew where a run is.")
def train(
    spec: str, net: str | None, settings: tuple[str, ...], devices: tuple[str, ...], ranks: bool, replicas: int | None,
    deterministic: bool, tensorboard: bool, out: str | None, resume: bool, force: bool, **given: Any,
) -> None:  # fmt: skip
    """Train a net on a data set.

    What is not given is the recipe's: its constants are those of a paper.
    After every epoch the run's folder has a checkpoint, a log and the learning
    curves. Ctrl-C saves; --resume goes on as if nothing had been.

    \b
      netc train zoo:lenet5 --recipe lenet1998 --batch 8
      netc train zoo:lenet5 --out runs/LeNet5-digits --resume
      netc train my.net --data cifar10:DIR --recipe alexnet2012
    """  # noqa: D301 - click wants the character \b itself
    if resume and force:
        raise click.UsageError("--resume goes on with a run, --force begins anew")
    if replicas and not ranks:
        raise click.UsageError("--replicas belongs to --ranks")
    graph = graph_of(spec, net, settings)
    training = backend("torch.training")
    data = str(given["data"] or "digits").partition(":")[0]
    folder = Path(out or f"runs/{graph.net}-{data}")
    run = training.Run(folder, _bindings(devices), resume, force, deterministic, tensorboard)
    try:
        with writing(folder):
            if ranks:
                outcome = backends.load("torch.training.ranks").train_on_ranks(graph, given, run, replicas or 1)
            else:
                outcome = training.train(graph, given, run)
    except backends.MissingPackage as error:
        raise Refusal(str(error)) from None
    except Problem as problem:
        refuse(problem, graph)
    if outcome.history:
        with writing(folder):
            write(str(folder / "curves.svg"), drawn(outcome.history, graph.net, "svg"), force=True)
    if not outcome.finished:
        words = [spec, *(("--net", net) if net else ()), *(word for text in settings for word in ("--set", text))]
        words += [*(("--ranks",) if ranks else ()), *(("--replicas", str(replicas)) if replicas else ())]
        words += [word for text in devices for word in ("--device", text)]
        _say_how_to_go_on(outcome, words, folder)
    click.echo(f"{folder}: {', '.join(sorted(path.name for path in folder.iterdir()))}", err=True)


def _bindings(devices: tuple[str, ...]) -> dict[str, str]:
    """Real devices by logical ones; one without a name is that of a net without devices."""
    found: dict[str, str] = {}
    for text in devices:
        name, equals, real = text.partition("=")
        name, real = (name, real) if equals else ("", text)
        if not real or (equals and not name) or name in found:
            raise click.BadParameter(
                "write NAME=DEVICE, as in gpu0=cuda:0, once per name, or a device alone", param_hint="--device"
            )
        found[name] = real
    return found


def _say_how_to_go_on(outcome: Any, words: Iterable[str], folder: Path) -> NoReturn:
    """Ends an interrupted run; the settings need not be given again, since the checkpoint has them."""
    place = outcome.place
    click.echo(f"stopped in epoch {place.epoch}, after step {place.step} of it; all is saved", err=True)
    note(f"go on with: netc train {' '.join(map(quote, [*words, '--out', str(folder)]))} --resume")
    sys.exit(INTERRUPTED)
