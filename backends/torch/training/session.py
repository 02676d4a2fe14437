"""A run from its beginning or its checkpoint to its end: the data, the net and the run's folder together."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import torch

from ....compiler.diagnostics import Problem
from ....compiler.graph import Graph
from ... import load as load_backend
from ...files import write_whole
from ..source import source
from . import checkpoint
from .data import Data, open_data
from .data.source import limited
from .history import Row, as_csv, rows_of
from .interrupts import interruptible
from .learner import Learner, learner_of
from .loop import Place, Trainer, Work
from .objective import check_classes, classes_of
from .preparing import Preparation, Statistics, single_input
from .progress import Silent, display_of
from .seeds import generator
from .settings import Settings, resumed, settings_of

LOG = "log.csv"
MODULE = "model.py"
"""The written module that is trained."""


@dataclass(frozen=True)
class Run:
    """What is done with the settings: where, and on what."""

    folder: Path
    devices: Mapping[str, str]
    """Real devices of logical ones; the entry "" is that of a net that places nothing."""
    resume: bool = False
    force: bool = False
    """Begin anew where a run is."""
    deterministic: bool = False
    tensorboard: bool = False
    heeds_signals: bool = True
    """Whether Ctrl-C is for this process; ranks are told by who started them."""


class Outcome(NamedTuple):
    """How a run ended."""

    finished: bool
    place: Place
    history: list[Row]


MakeLearner = Callable[[Graph, Settings, Mapping[str, str]], Learner]


def train(graph: Graph, given: Mapping[str, Any], run: Run, make: MakeLearner = learner_of) -> Outcome:
    """Trains a net with the settings given, and the recipe's for those that are None.

    After every epoch the run's folder has its checkpoint and its log. Raises Problem for all that cannot be: a
    setting, the data, a net that does not fit them, the run's folder, a loss that is no number; MissingPackage for a
    package; OSError where the folder cannot be written.
    """
    stored = checkpoint.load(run.folder, graph.net, graph.digest) if run.resume else None
    if stored is None:
        check_free(run)
    settings = settings_of(given) if stored is None else resumed(stored["settings"], given)
    work = _work(graph, settings, run, stored, make)
    trainer = Trainer(work, Place(), []) if stored is None else _going_on(work, stored, run.folder)
    return _carried_out(trainer, graph, run)


def _going_on(work: Work, stored: Mapping[str, Any], folder: Path) -> Trainer:
    """A trainer at the place of a checkpoint; raises Problem E1005 for one that does not fit, or is at its end."""
    try:
        work.learner.load(stored)
        trainer = Trainer(work, Place.of(stored["place"]), rows_of(stored["history"]))
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        found = str(error).strip().partition("\n")[0][:200]
        raise Problem("E1005", f"the checkpoint in {folder} does not fit the run", found=found) from None
    if trainer.place.epoch > work.settings.epochs:
        raise Problem(
            "E1005", f"{folder} has nothing left to do: its {work.settings.epochs} epochs are done",
            hint=f"--epochs {2 * work.settings.epochs} goes on with it",
        )  # fmt: skip
    return trainer


def check_free(run: Run) -> None:
    """Raises Problem E1005 for a folder with something in it, unless it may be replaced."""
    folder = run.folder
    if folder.exists() and not folder.is_dir():
        raise Problem("E1005", f"{folder} is a file, and the run needs a folder", hint="--out names another")
    if folder.is_dir() and any(folder.iterdir()) and not run.force:
        raise Problem(
            "E1005", f"{folder} has a run in it, or something else",
            hint="--resume goes on with it, --out names another, --force begins anew",
        )  # fmt: skip


def _work(
    graph: Graph, settings: Settings, run: Run, stored: Mapping[str, Any] | None, make: MakeLearner
) -> Work:  # fmt: skip
    shape = single_input(graph)
    classes = classes_of(graph)
    data = _limited(open_data(settings.data, classes), settings)
    check_classes(graph, len(data.classes), data.name)
    statistics = None if stored is None else Statistics(*(stored["inputs"][name] for name in Statistics._fields))
    preparation = Preparation(shape, data, settings.details, statistics)
    return Work(settings, data, preparation, make(graph, settings, run.devices))


def _limited(data: Data, settings: Settings) -> Data:
    train, test = (
        limited(part, settings.limit, generator(settings.seed, "limit", name))
        for name, part in (("train", data.train), ("test", data.test))
    )
    return data._replace(train=train, test=test)


def _carried_out(trainer: Trainer, graph: Graph, run: Run) -> Outcome:
    settings, samples, leads = trainer.work.settings, len(trainer.work.data.train.targets), trainer.work.learner.leads
    boards = load_backend("torch.training.tensorboard") if run.tensorboard and leads else None
    if leads:
        _furnish(graph, run)
    board = boards.Board(run.folder, len(trainer.history)) if boards else None
    done = (trainer.place.epoch - 1) * samples + trainer.place.sums.samples

    def keep() -> None:
        _keep(trainer, graph, run.folder)
        if board:
            board.write(trainer.history)

    with (
        repeatable(run.deterministic), interruptible(run.heeds_signals) as asked_to_stop,
        display_of(settings.epochs, samples, done) if leads else Silent() as display,
    ):  # fmt: skip
        display.say(_summary(graph, trainer.work))
        finished = trainer.run(display, keep, asked_to_stop)
    return Outcome(finished, trainer.place, trainer.history)


def _furnish(graph: Graph, run: Run) -> None:
    """The folder of a run, with what does not change in it."""
    run.folder.mkdir(parents=True, exist_ok=True)
    if not run.resume:
        (run.folder / checkpoint.NAME).unlink(missing_ok=True)  # else --resume would go on with the run before
    write_whole(run.folder / MODULE, source(graph).encode())


def _summary(graph: Graph, work: Work) -> str:
    """What is trained on what, in two lines."""
    settings, data = work.settings, work.data
    counts = f"{len(data.train.targets):,} images to train on, {len(data.test.targets):,} to test on"
    epochs = "1 epoch" if settings.epochs == 1 else f"{settings.epochs} epochs"
    constants = (
        f"{epochs}, batches of {settings.batch}, learning rate {settings.rate(1):g}, "
        f"momentum {settings.momentum:g}, weight decay {settings.weight_decay:g}, seed {settings.seed}"
    )
    return f"{graph.net} on {data.name}: {counts}, {len(data.classes)} classes\nrecipe {settings.recipe}: {constants}"


@contextmanager
def repeatable(wanted: bool) -> Iterator[None]:
    """Where it is wanted, a GPU uses only algorithms whose results are the same on every run."""
    before = torch.are_deterministic_algorithms_enabled()
    if wanted:
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # torch.use_deterministic_algorithms asks for it
        torch.use_deterministic_algorithms(True)
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(before)


def _keep(trainer: Trainer, graph: Graph, folder: Path) -> None:
    """Writes the checkpoint, and then the log: a log is never ahead of what can be gone on with."""
    work, state = trainer.work, trainer.work.learner.state()
    if not work.learner.leads:
        return
    content = {
        "net": graph.net, "digest": graph.digest, "settings": work.settings.to_dict(),
        "inputs": work.preparation.statistics._asdict(), "place": trainer.place.to_dict(),
        "history": [list(row) for row in trainer.history], **state,
    }  # fmt: skip
    checkpoint.save(folder, content)
    write_whole(folder / LOG, as_csv(trainer.history).encode())
