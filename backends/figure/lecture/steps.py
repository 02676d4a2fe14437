"""Build-ups: the same figure again and again, each time with one layer, section or device more."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Literal, TypeAlias, get_args

from ....compiler import Graph, Layer, Problem, suggest
from ..scene import Group, Scene, Shape
from .appearing import Others, single
from .marks import BEFORE

By: TypeAlias = Literal["layer", "section", "device"]
BY: tuple[str, ...] = get_args(By)

MOST = 500
"""Steps that a build-up may have: more are no lecture, and their size would grow with the square of the net."""


def steps(scene: Scene, graph: Graph, by: str) -> list[Scene]:
    """The figure as it grows, the last one whole; all of the same size.

    A group is there once the first of the nodes that it stands for is reached, a wire once both its ends are there.
    Raises Problem E901 for an unknown kind of steps, and E903 where the net has no sections or devices.
    """
    reached = _reached(graph, by)
    scene = scene._replace(shapes=tuple(single(scene.shapes, reached)))
    times = _appearances(scene, reached)
    count = max(times.values(), default=0) + 1
    return [
        scene._replace(
            description=f"Step {number + 1} of {count}. {scene.description}",
            shapes=tuple(_kept(scene.shapes, times, number)),
        )
        for number in range(count)
    ]


def _kept(shapes: Sequence[Shape], times: Mapping[int, int], number: int) -> Iterator[Shape]:
    for shape in shapes:
        if times.get(id(shape), 0) > number:
            continue
        if isinstance(shape, Group) and any(isinstance(inner, Group) for inner in shape.shapes):
            yield shape._replace(shapes=tuple(_kept(shape.shapes, times, number)))
        else:
            yield shape


def _appearances(scene: Scene, reached: Mapping[str, int]) -> dict[int, int]:
    """The step, counted from 0, at which each group of a scene appears, by the identity of the group."""
    groups = list(scene.groups())
    firsts = dict(_firsts(groups, reached))
    ranks = {first: step for step, first in enumerate(sorted(set(firsts.values())))}
    if len(ranks) > MOST:
        hint = "fold the net (fold = all), or go by section"
        raise Problem("E903", f"a build-up of {len(ranks):,} steps; {MOST} are the most", hint=hint, argument="steps")
    times = {identity: ranks[first] for identity, first in firsts.items()}
    others = Others(groups, times)
    for group in reversed(groups):  # inner ones first
        if id(group) not in times:
            times[id(group)] = others.step(group)
    return times


def _firsts(groups: Sequence[Group], reached: Mapping[str, int]) -> Iterator[tuple[int, int]]:
    """Groups that stand for nodes, by identity, with when the first of their nodes comes.

    In a figure of two nets the nodes of the first come with those of the same name in the second; others of the first
    come with what is drawn before them.
    """
    last = 0
    for group in groups:
        if group.stands_for:
            names = (name.removeprefix(BEFORE) for name in group.stands_for)
            last = min((reached[name] for name in names if name in reached), default=last)
            yield id(group), last


def _reached(graph: Graph, by: str) -> dict[str, int]:
    """For every node the number of the layer, section or device with which it comes, in order of first use."""
    if by not in BY:
        hint = suggest(by, BY)
        raise Problem("E901", f"unknown step `{by}`", expected=", ".join(BY), hint=hint, argument="steps")
    if by != "layer" and not (graph.sections if by == "section" else graph.devices):
        raise Problem("E903", f"`{graph.net}` has no {by}s to build it up by", hint="go by layer", argument="steps")
    numbers: dict[Hashable, int] = {}
    reached: dict[str, int] = {}
    for layer, key in _keys(graph, by):
        reached[layer.name] = numbers.setdefault(key, len(numbers))
    for node in reversed(graph.nodes):  # what a layer needs comes with the first layer that reads it
        if not isinstance(node, Layer):
            readers = [reached[name] for name in graph.consumers[node.name] if name in reached]
            reached[node.name] = min(readers, default=0)
    for transfer in graph.transfers:  # both of its ends are there
        reached[transfer.name] = max(reached[transfer.name], reached[transfer.layer])
    return reached


def _keys(graph: Graph, by: str) -> Iterator[tuple[Layer, Hashable]]:
    """Every layer with what it comes with; layers outside of sections come with their neighbours."""
    last: str | None = None
    run = 0
    for layer in graph.layers:
        if by == "layer":
            yield layer, layer.name
        elif by == "device":
            yield layer, layer.device
        else:
            run += layer.section != last
            last = layer.section
            yield layer, layer.section or run
