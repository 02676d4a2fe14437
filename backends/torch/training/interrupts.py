"""Ctrl-C: the first asks to stop after this step, the second stops at once."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)
"""From the keyboard, and from a system that takes its machine back."""

STDERR = 2
"""The file descriptor: a signal may come while Python's own stream is being written to."""


@contextmanager
def interruptible(heeds: bool = True) -> Iterator[Callable[[], bool]]:
    """Tells whether somebody asked to stop; only the main thread can be asked, and only if it heeds signals."""
    asked = threading.Event()
    if not heeds or threading.current_thread() is not threading.main_thread():
        yield asked.is_set
        return
    before = {number: signal.getsignal(number) for number in SIGNALS}

    def ask(number: int, frame: FrameType | None) -> None:
        asked.set()
        restore()
        os.write(STDERR, b"\nstopping after this step; once more stops at once\n")

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    for number in SIGNALS:
        signal.signal(number, ask)
    try:
        yield asked.is_set
    finally:
        restore()
