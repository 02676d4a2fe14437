"""Which samples a step sees, and batches prepared ahead by threads."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import torch

from .seeds import generator

Plan = TypeVar("Plan")
Made = TypeVar("Made")

AHEAD = 2
"""Batches per thread that wait to be used."""


def steps_per_epoch(count: int, batch: int, multiple: int = 1) -> int:
    """The number of steps in which every sample is seen once."""
    return -(-(count // multiple) // (batch // multiple))


def plan(count: int, batch: int, seed: int, epoch: int, multiple: int = 1) -> list[list[int]]:
    """The samples of every step of an epoch: all of them in random order, in parts that are as equal as can be.

    The size of each is a multiple of `multiple`; what is too few for another multiple has its turn in other epochs.
    """
    order = torch.randperm(count, generator=generator(seed, "order", epoch))
    units = order[: count - count % multiple].view(-1, multiple)
    return [part.flatten().tolist() for part in units.tensor_split(steps_per_epoch(count, batch, multiple))]


def in_order(count: int, batch: int) -> list[list[int]]:
    """All samples, one after the other."""
    return [list(range(start, min(count, start + batch))) for start in range(0, count, batch)]


def prepared(plans: Sequence[Plan], make: Callable[[Plan], Made], workers: int) -> Iterator[Made]:
    """What is made of every plan, in their order; threads are ahead of who takes it."""
    if not workers:
        yield from map(make, plans)
        return
    waiting: deque[Future[Made]] = deque()
    pool = ThreadPoolExecutor(workers)
    try:
        for each in plans:
            waiting.append(pool.submit(make, each))
            if len(waiting) > AHEAD * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
