"""When memory is in use during one training step, and the most that is in use at one time.

The clock has 2 n ticks for n steps: the forward pass of step i is at tick i,
its backward pass at tick 2 n - 1 - i.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from ..graph import Graph, Layer, Transfer
from ..saved import Tensor
from .forward import Forward, Memory


class Use(NamedTuple):
    """A memory that is in use from one tick to another, both included."""

    memory: Memory
    start: int
    end: int
    in_passing: bool = False
    """Whether it is only made on the way to a gradient."""


def peak(found: Sequence[Use], batch: int) -> int:
    """The most bytes in use at one tick."""
    change = [0] * (max((use.end for use in found), default=0) + 2)
    for use in found:
        size = use.memory.bytes(batch)
        change[use.start] += size
        change[use.end + 1] -= size
    return max(accumulate(change))


def uses(graph: Graph, forward: Forward) -> Iterator[Use]:
    """Everything that is in memory for a part of a training step: all but weights and the optimizer's state."""
    yield from _of_values(graph, forward)
    yield from _of_gradients(graph, forward)
    last = 2 * len(forward.steps) - 1
    for tick, step in enumerate(forward.steps):
        if isinstance(step.node, Layer) and step.makes.needs_gradient:
            weights = Tensor((step.node.parameters,), per_sample=False)
            yield Use(Memory(weights, step.node.device), last - tick, last)
            for tensor in step.node.op.scratch(*graph.input_shapes(step.node)):
                yield Use(Memory(tensor, step.node.device), last - tick, last - tick, in_passing=True)


def _of_values(graph: Graph, forward: Forward) -> Iterator[Use]:
    """What layers make: until it is read the last time, or until the backward pass of the first that keeps it.

    The net's outputs are the caller's, and are there to the end. So are its inputs, but not their copies on devices.
    """
    last = 2 * len(forward.steps) - 1
    callers = [value.memory for (_, device), value in forward.arrivals.items() if device is None]
    start: dict[Memory, int] = dict.fromkeys(callers, 0)
    end: dict[Memory, int] = dict.fromkeys(callers, last)
    for tick, step in enumerate(forward.steps):
        for memory in (*(value.memory for value in step.reads), step.makes.memory, *step.keeps):
            start.setdefault(memory, tick)
            end[memory] = max(end.get(memory, 0), tick)
        for memory in step.keeps:
            end[memory] = max(end[memory], last - tick)
    for name in graph.outputs.values():
        end[forward.value(name).memory] = last
    for memory, tick in start.items():
        yield Use(memory, tick, end[memory])


def _of_gradients(graph: Graph, forward: Forward) -> Iterator[Use]:
    """Gradients of values: made in the backward pass of the last reader, needed until that of the maker.

    A merge by addition, a concatenation and a reshape hand on the gradient of
    their output, or parts of it, to inputs that nothing else reads.
    """
    last = 2 * len(forward.steps) - 1
    first_read = dict.fromkeys(graph.outputs.values(), len(forward.steps))
    owner: dict[str, str] = {}
    end: dict[str, int] = {}
    for tick, step in zip(range(len(forward.steps), last + 1), reversed(forward.steps), strict=True):
        name = step.node.name
        if not step.makes.needs_gradient:
            continue
        end[owner.setdefault(name, name)] = tick
        hands_on = _hands_on(graph, step.node)
        for read in step.node.inputs:
            if hands_on and len(graph.consumers[read]) == 1 and read not in first_read:
                owner[read] = owner[name]
            first_read.setdefault(read, tick)
    for step in forward.steps:
        name = step.node.name
        if owner.get(name) == name:
            yield Use(Memory(Tensor(step.node.shape), step.node.device), first_read[name], end[name])


def _hands_on(graph: Graph, node: Layer | Transfer) -> bool:
    if isinstance(node, Transfer):
        return False
    return node.op.keyword in ("add", "concat") or node.op.storage(*graph.input_shapes(node)) == "same"
