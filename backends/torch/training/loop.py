"""The loop over epochs and steps: what every way to train shares."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import isfinite
from time import perf_counter
from typing import Any, NamedTuple

import torch
from torch import Tensor

from ....compiler.diagnostics import Problem
from .batches import in_order, plan, prepared, steps_per_epoch
from .data import Data
from .history import Row
from .learner import Learner, Score
from .preparing import Preparation
from .progress import Display
from .seeds import generator, seed_of
from .settings import Settings

LOOKS = 10
"""Steps between two looks whether the loss is still a number; on a GPU each look waits for it."""
LEAST_TESTED = 64
"""Samples that are tested at once, at least."""


@dataclass
class Sums:
    """Loss and right answers over samples."""

    loss: Tensor = field(default_factory=lambda: torch.zeros((), dtype=torch.float64))
    correct: Tensor = field(default_factory=lambda: torch.zeros((), dtype=torch.float64))
    samples: int = 0

    def add(self, score: Score, samples: int) -> None:
        """Another batch; nothing waits for a GPU."""
        self.loss = self.loss.to(score.loss.device) + score.loss.double() * samples
        self.correct = self.correct.to(score.correct.device) + score.correct
        self.samples += samples

    def means(self) -> tuple[float, float]:
        """Loss and accuracy."""
        count = max(1, self.samples)
        return self.loss.item() / count, self.correct.item() / count

    def to_list(self) -> list[Any]:
        """The sums as plain values, exactly."""
        return [self.loss.item(), self.correct.item(), self.samples]

    @staticmethod
    def of(values: list[Any]) -> Sums:
        """The sums of a list."""
        loss, correct, samples = values
        return Sums(torch.tensor(loss, dtype=torch.float64), torch.tensor(correct, dtype=torch.float64), samples)


@dataclass
class Place:
    """How far a run is: the epoch that it is in, counted from 1, the steps done in it, and what they gave."""

    epoch: int = 1
    step: int = 0
    sums: Sums = field(default_factory=Sums)
    seconds: float = 0.0
    """Of training in this epoch."""
    multiple: int = 1
    """By what the size of every batch of this epoch is divisible."""

    def to_dict(self) -> dict[str, Any]:
        """The place as plain values."""
        return {**vars(self), "sums": self.sums.to_list()}

    @staticmethod
    def of(values: dict[str, Any]) -> Place:
        """The place of a dictionary."""
        return Place(**{**values, "sums": Sums.of(values["sums"])})


class Work(NamedTuple):
    """What is trained on what, and how."""

    settings: Settings
    data: Data
    preparation: Preparation
    learner: Learner


class Trainer:
    """Trains from a place on; which samples and which random numbers a step has depends on its place alone."""

    def __init__(self, work: Work, place: Place, history: list[Row]) -> None:
        self.work = work
        self.place = place
        self.history = history
        multiple = work.learner.multiple
        _check_batches(work, place)
        place.multiple = multiple
        self.steps = steps_per_epoch(len(work.data.train.targets), work.settings.batch, multiple)

    def run(self, display: Display, keep: Callable[[], None], asked_to_stop: Callable[[], bool]) -> bool:
        """Trains until all epochs are done, or somebody asks to stop: then it is False.

        `keep` is called after every epoch, and before stopping. Raises Problem E1006 when the loss is no number any
        more, E1002 for a data file that cannot be read, and E306 for a batch that the net or a GPU cannot take.
        """
        while self.place.epoch <= self.work.settings.epochs:
            row = self._row(asked_to_stop) if self._train(display, asked_to_stop) else None
            if row is None:
                keep()
                return False
            self.history.append(row)
            self.place = Place(row.epoch + 1, multiple=self.place.multiple)
            keep()
            display.tell(row)
            if self.work.learner.agreed(asked_to_stop()):
                return self.place.epoch > self.work.settings.epochs
        return True

    def _train(self, display: Display, asked_to_stop: Callable[[], bool]) -> bool:
        """The rest of an epoch; False when it was left before its end."""
        place, before, start = self.place, self.place.seconds, perf_counter()
        rate = self.work.settings.rate(place.epoch)
        for images, targets in self._batches():
            score = self._step(images, targets, rate)
            place.sums.add(score, len(targets))
            place.step += 1
            place.seconds = before + perf_counter() - start
            if place.step % LOOKS == 0 or place.step == self.steps:
                self._look(score)
            if display.is_due():
                display.show(place.epoch, place.sums.samples, *place.sums.means(), place.sums.samples / place.seconds)
            if self.work.learner.agreed(asked_to_stop()) and place.step < self.steps:
                return False
        return True

    def _batches(self) -> Iterator[tuple[Tensor, Tensor]]:
        """The batches of this epoch that are left."""
        settings, data, preparation, learner = self.work
        epoch, targets = self.place.epoch, data.train.targets
        plans = enumerate(plan(len(targets), settings.batch, settings.seed, epoch, learner.multiple))

        def make(numbered: tuple[int, list[int]]) -> tuple[Tensor, Tensor]:
            step, indices = numbered
            chance = generator(settings.seed, "images", epoch, step)
            return preparation.training(data.train, indices, chance), targets[indices]

        return prepared(list(plans)[self.place.step :], make, settings.workers)

    def _step(self, images: Tensor, targets: Tensor, rate: float) -> Score:
        place, batch = self.place, len(targets)
        seed = seed_of(self.work.settings.seed, "step", place.epoch, place.step)
        try:
            return self.work.learner.train_step(images, targets, rate, seed)
        except torch.OutOfMemoryError as error:
            reason = str(error).partition(". ")[0]
            raise Problem("E306", f"the GPU's memory is too small: {reason}", hint="a smaller --batch") from None
        except ValueError as error:
            if batch > 1:
                raise
            raise Problem(
                "E306", f"the net does not train on one sample: {error}", found="a batch of 1 sample",
                hint="batch normalization needs two: a larger --batch",
            ) from error  # fmt: skip

    def _look(self, score: Score) -> None:
        loss = score.loss.item()
        if isfinite(loss):
            return
        place = self.place
        kept = f"the checkpoint is of the end of epoch {place.epoch - 1}" if place.epoch > 1 else "nothing was kept"
        raise Problem(
            "E1006", f"the loss is {loss} after step {place.step} of epoch {place.epoch}; {kept}",
            hint=f"a smaller learning rate: --lr {self.work.settings.rate(1) / 10:.3g}",
        )  # fmt: skip

    def _row(self, asked_to_stop: Callable[[], bool]) -> Row | None:
        """Tests, and tells of the epoch that was trained; None when it was left before the end."""
        start, place = perf_counter(), self.place
        loss, accuracy = place.sums.means()
        tested = self._test(asked_to_stop)
        if tested is None:
            return None
        speed = place.sums.samples / max(place.seconds, 1e-9)
        seconds = place.seconds + perf_counter() - start
        rate = self.work.settings.rate(place.epoch)
        return Row(place.epoch, rate, loss, accuracy, *tested, speed, seconds)

    def _test(self, asked_to_stop: Callable[[], bool]) -> tuple[float, float] | None:
        """Loss and accuracy on the test set."""
        settings, data, preparation, learner = self.work
        targets, sums = data.test.targets, Sums()

        def make(indices: list[int]) -> tuple[Tensor, Tensor]:
            return preparation.testing(data.test, indices), targets[indices]

        batches = in_order(len(targets), max(settings.batch, LEAST_TESTED))
        for images, expected in prepared(batches, make, settings.workers):
            sums.add(learner.evaluate(images, expected), len(expected))
            if learner.agreed(asked_to_stop()):
                return None
        return sums.means()


def _check_batches(work: Work, place: Place) -> None:
    """Raises Problem E1004 for batches without a share for each, E1005 for an epoch that began with other batches."""
    count, batch, multiple = len(work.data.train.targets), work.settings.batch, work.learner.multiple
    if min(count, batch) < multiple:
        raise Problem(
            "E1004", f"a batch must have {multiple} samples, a share for each", expected=f"{multiple} or more",
            found=f"batches of {batch}, {count} images",
        )  # fmt: skip
    if place.step and place.multiple != multiple:
        raise Problem(
            "E1005", f"the run stopped within epoch {place.epoch}, whose batches were divided among others",
            expected=f"batches of multiples of {place.multiple}", found=f"of {multiple}",
            hint="go on with --ranks and --replicas as they were, at least to the end of this epoch",
        )  # fmt: skip
