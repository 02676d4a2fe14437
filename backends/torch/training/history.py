"""What is told of every epoch, and the log that it is kept in."""

from __future__ import annotations

import csv
import io
from math import isnan
from typing import Any, NamedTuple


class Row(NamedTuple):
    """One epoch. Losses are means over samples; accuracies are parts of 1."""

    epoch: int
    learning_rate: float
    train_loss: float
    train_accuracy: float
    test_loss: float
    test_accuracy: float
    images_per_second: float
    """In training, without the test."""
    seconds: float
    """Training and test of this epoch."""

    def __str__(self) -> str:
        """The row as a line for people."""
        return (
            f"epoch {self.epoch:3}  loss {self.train_loss:<8.4g}  accuracy {percent(self.train_accuracy)}  "
            f"test loss {self.test_loss:<8.4g}  test accuracy {percent(self.test_accuracy)}  "
            f"{self.images_per_second:,.0f} images/s"
        )


def percent(accuracy: float) -> str:
    """An accuracy as six characters; a dash where nobody looked."""
    return "     -" if isnan(accuracy) else f"{accuracy:6.2%}"


def rows_of(stored: list[list[Any]]) -> list[Row]:
    """The rows that a checkpoint holds as lists."""
    return [Row(*values) for values in stored]


def as_csv(rows: list[Row]) -> str:
    """The log: a line of names, and a line per epoch."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(Row._fields)
    writer.writerows([f"{value:.6g}" if isinstance(value, float) else value for value in row] for row in rows)
    return text.getvalue()
