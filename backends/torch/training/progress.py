"""What is seen of a run: a bar on a terminal, else a line per epoch."""

from __future__ import annotations

import sys
from time import perf_counter
from types import TracebackType
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from .history import Row, percent

OFTEN = 0.2
"""Seconds between two looks at the loss: on a GPU each one waits for its steps."""


class Display(Protocol):
    """Whoever tells the user how far a run is."""

    def __enter__(self) -> Display: ...
    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Ends the display."""

    def is_due(self) -> bool:
        """Whether something new should be shown now."""

    def show(self, epoch: int, done: int, loss: float, accuracy: float, speed: float) -> None:
        """How far the run is: samples done in this epoch, and means over them."""

    def tell(self, row: Row) -> None:
        """An epoch is over."""

    def say(self, text: str) -> None:
        """A remark."""


class Lines:
    """A line per epoch on standard output, at once."""

    def __enter__(self) -> Lines:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        pass

    def is_due(self) -> bool:
        """Never: nothing is shown within an epoch."""
        return False

    def show(self, epoch: int, done: int, loss: float, accuracy: float, speed: float) -> None:
        """Nothing within an epoch."""

    def tell(self, row: Row) -> None:
        """The epoch's line."""
        self.say(str(row))

    def say(self, text: str) -> None:
        """A line."""
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()


class Silent(Lines):
    """Nothing, for all processes but the one that leads."""

    def say(self, text: str) -> None:
        """Nothing."""


class Bar:
    """A bar with loss, accuracy, images per second and the time left of the whole run."""

    def __init__(self, epochs: int, samples: int, done: int = 0) -> None:
        columns = ("{task.description}", BarColumn(), "{task.percentage:>3.0f} %", "{task.fields[scores]}")
        self.progress = Progress(
            *(TextColumn(column) if isinstance(column, str) else column for column in columns),
            TimeRemainingColumn(), TextColumn("left"), console=Console(file=sys.stdout, highlight=False),
        )  # fmt: skip
        self.epochs, self.samples, self.looked = epochs, samples, 0.0
        self.task = self.progress.add_task("", total=epochs * samples, completed=done, scores="")

    def __enter__(self) -> Bar:
        self.progress.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.progress.stop()

    def is_due(self) -> bool:
        """Five times a second."""
        now = perf_counter()
        if now - self.looked < OFTEN:
            return False
        self.looked = now
        return True

    def show(self, epoch: int, done: int, loss: float, accuracy: float, speed: float) -> None:
        """Moves the bar."""
        self.progress.update(
            self.task, completed=(epoch - 1) * self.samples + done, description=f"epoch {epoch}/{self.epochs}",
            scores=f"loss {loss:.4g}  accuracy {percent(accuracy)}  {speed:,.0f} images/s",
        )  # fmt: skip

    def tell(self, row: Row) -> None:
        """The epoch's line, above the bar."""
        self.say(str(row))

    def say(self, text: str) -> None:
        """A line above the bar."""
        self.progress.console.print(text, soft_wrap=True)


def display_of(epochs: int, samples: int, done: int) -> Display:
    """A bar where a terminal shows it."""
    return Bar(epochs, samples, done) if sys.stdout.isatty() else Lines()
