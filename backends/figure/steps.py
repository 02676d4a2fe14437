"""Build-ups: the same figure again and again, each time with one layer, section or device more."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from math import hypot
from typing import Literal, TypeAlias, get_args

from ...compiler import Graph, Layer, Problem, suggest
from .badges import area_of
from .geometry import Area, around
from .grid import Grid
from .scene import Group, Scene, Shape

By: TypeAlias = Literal["layer", "section", "device"]
BY: tuple[str, ...] = get_args(By)

MOST = 500
"""Steps that a build-up may have: more are no lecture, and their size would grow with the square of the net."""
FRAMES = ("lane", "section")
"""Parts that other things stand in; they come with the first of these."""
ALWAYS = ("heading", "legend")


def steps(scene: Scene, graph: Graph, by: str) -> list[Scene]:
    """The figure as it grows, the last one whole; all of the same size.

    A group is there once the first of the nodes that it stands for is reached, a wire once both its ends are there.
    Raises Problem E901 for an unknown kind of steps, and E903 where the net has no sections or devices.
    """
    times = appearances(scene, graph, by)
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


def appearances(scene: Scene, graph: Graph, by: str) -> dict[int, int]:
    """The step, counted from 0, at which each group of a scene appears, by the identity of the group."""
    reached = _reached(graph, by)
    groups = list(scene.groups())
    firsts = {
        id(group): min(reached[name] for name in group.stands_for if name in reached)
        for group in groups
        if not reached.keys().isdisjoint(group.stands_for)
    }
    ranks = {first: step for step, first in enumerate(sorted(set(firsts.values())))}
    if len(ranks) > MOST:
        hint = "fold the net (fold = all), or go by section"
        raise Problem("E903", f"a build-up of {len(ranks):,} steps; {MOST} are the most", hint=hint, argument="steps")
    times = {identity: ranks[first] for identity, first in firsts.items()}
    whole = _Shown(groups, times)
    for group in reversed(groups):  # inner ones first
        if id(group) not in times:
            times[id(group)] = whole.step(group)
    return times


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


class _Shown:
    """When what stands for no layer appears: by its ends, its name, what is in it, or what is near."""

    def __init__(self, groups: Sequence[Group], times: Mapping[int, int]) -> None:
        self.times = times
        self.named: dict[str, int] = {}
        self.sources: dict[str, list[str]] = {}
        self.places: list[tuple[Area, int]] = []
        for group in groups:
            if id(group) in times:
                step = times[id(group)]
                self.named |= dict.fromkeys((group.name, *group.stands_for), step)
                self.places.append((area_of(group), step))
            elif group.link is not None:
                self.sources.setdefault(group.link[1], []).append(group.link[0])
        self.grid = Grid(around([corner for place, _ in self.places for corner in place.corners()]), len(self.places))
        for number, (place, _) in enumerate(self.places):
            self.grid.add(number, place)

    def step(self, group: Group) -> int:
        """The first step with this group."""
        if group.part in ALWAYS or not self.places:
            return 0
        if inner := [self.times[id(shape)] for shape in group.shapes if id(shape) in self.times]:
            return min(inner)
        names = group.link or (group.name,)
        if group.part == "output":
            names = (*self.sources.get(group.name, ()), group.name)
        if known := [self.named[name] for name in names if name in self.named]:
            return max(known)
        if group.link:
            return max((self.named.get(name, 0) for end in names for name in self.sources.get(end, ())), default=0)
        return self._near(area_of(group), within=group.part in FRAMES)

    def _near(self, place: Area, within: bool) -> int:
        """The first step of what is in an area; of what is nearest, for a thing that holds nothing."""
        near = [self.places[number] for number in self.grid.near(place)]
        if within:
            return min((step for other, step in near if place.holds(other)), default=0)
        return min(near or self.places, key=lambda item: (_distance(place, item[0]), item[1]))[1]


def _distance(one: Area, other: Area) -> float:
    across = max(one.left - other.right, other.left - one.right, 0.0)
    return hypot(across, max(one.top - other.bottom, other.top - one.bottom, 0.0))
