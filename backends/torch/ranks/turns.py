"""Ranks in one process: threads that run in turn and hand each other tensors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Condition
from typing import TypeVar

T = TypeVar("T")


class Stuck(Exception):  # noqa: N818 - a finding
    """A rank waits for what nobody will ever give."""


class Turns:
    """One thread runs at a time, until it waits; when all wait for something that is not to come, they are stuck."""

    def __init__(self, count: int) -> None:
        self._turn = Condition()
        self._running = count
        self._waits: dict[int, Callable[[], bool]] = {}

    def run(self, tasks: Sequence[Callable[[], T]]) -> list[T | Exception]:
        """What the tasks return or raise."""
        with ThreadPoolExecutor(len(tasks)) as pool:
            futures = [pool.submit(self._run, task) for task in tasks]
            return [future.result() for future in futures]

    def wait(self, number: int, ready: Callable[[], bool]) -> None:
        """Lets the others run until something is so; raises Stuck when it cannot become so."""
        self._waits[number] = ready
        self._turn.notify_all()
        self._turn.wait_for(lambda: ready() or self._is_stuck())
        del self._waits[number]
        if not ready():
            raise Stuck

    def _is_stuck(self) -> bool:
        return len(self._waits) == self._running and not any(ready() for ready in self._waits.values())

    def _run(self, task: Callable[[], T]) -> T | Exception:
        with self._own_turn():
            try:
                return task()
            except Exception as error:  # noqa: BLE001 - whatever the text does wrong is what is looked for
                return error

    @contextmanager
    def _own_turn(self) -> Iterator[None]:
        with self._turn:
            yield
            self._running -= 1
            self._turn.notify_all()
