"""The log for TensorBoard, beside the one in CSV."""

from __future__ import annotations

from pathlib import Path

# PyTorch's writer needs it, and whoever lacks it is told before a run begins.
import tensorboard  # type: ignore[import-not-found, import-untyped, unused-ignore]  # noqa: F401
from torch.utils.tensorboard import SummaryWriter

from .history import Row

NAME = "tensorboard"


class Board:
    """Writes every row of a history once."""

    def __init__(self, folder: Path, written: int) -> None:
        """`written` rows are there from before; what follows them is written anew."""
        self.writer = SummaryWriter(str(folder / NAME), purge_step=written + 1)
        self.written = written

    def write(self, history: list[Row]) -> None:
        """What is new in a history."""
        for row in history[self.written :]:
            for name, value in list(row._asdict().items())[1:]:
                self.writer.add_scalar(_place(name), value, row.epoch)
        self.written = len(history)
        self.writer.flush()


def _place(name: str) -> str:
    """``test/loss`` for ``test_loss``: TensorBoard shows what stands before the slash as a group."""
    part, _, value = name.partition("_")
    return f"{part}/{value}" if part in ("train", "test") else name
