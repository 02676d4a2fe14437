"""When the parts of a figure appear that stand for no layer: wires, frames, notes, marks and outputs."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from math import hypot

from ..geometry import Area, around
from ..grid import Grid
from ..scene import Group, Shape, Text
from .badges import area_of

FRAMES = ("lane", "section")
"""Parts that other things stand in; they come with the first of these."""
ALWAYS = ("heading", "legend")


def single(shapes: Sequence[Shape], names: Collection[str]) -> Iterator[Shape]:
    """The shapes, but notes with words for several layers as one note for each word."""
    for shape in shapes:
        if isinstance(shape, Group) and shape.part == "note" and not (shape.name or shape.link):
            texts_only = all(isinstance(inner, Text) for inner in shape.shapes)
            if texts_only and not any(word in names for word in words_of(shape)):
                yield from (shape._replace(shapes=(inner,), title="") for inner in shape.shapes)
                continue
        yield shape


def words_of(group: Group) -> Iterator[str]:
    """Words of a title, among which are the names of what a note speaks of: ``conv1 to conv2``."""
    return (word.strip(",;:") for word in group.title.split())


class Others:
    """When what stands for no layer appears: by its ends, its name, what is in it, or what is near."""

    def __init__(self, groups: Sequence[Group], times: Mapping[int, int]) -> None:
        self.times = times
        self.named: dict[str, int] = {}
        self.sources: dict[str, list[str]] = {}
        self.places: list[tuple[Area, int]] = []
        for group in groups:
            if id(group) in times:
                step = times[id(group)]
                self.named |= dict.fromkeys(filter(None, (group.name, *group.stands_for)), step)
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
        known = [self.named[name] for name in names if name in self.named]
        if known := known or [self.named[word] for word in words_of(group) if word in self.named]:
            return max(known)
        if group.link:
            return max((self.named.get(name, 0) for end in names for name in self.sources.get(end, ())), default=0)
        return self._near(area_of(group), within=group.part in FRAMES)

    def _near(self, place: Area, within: bool) -> int:
        """The first step of what is in an area; of what is nearest, for a thing that holds nothing."""
        near = [self.places[number] for number in self.grid.near(place)]
        if within:
            return min((step for other, step in near if place.holds(other)), default=0)
        around_it = self.grid.cell
        while not near:  # the page has an end
            near = [self.places[number] for number in self.grid.near(place.grown(around_it))]
            around_it *= 2
        least = min(_distance(place, other) for other, _ in near)
        near = [self.places[number] for number in self.grid.near(place.grown(least))]
        return min(near, key=lambda item: (_distance(place, item[0]), item[1]))[1]


def _distance(one: Area, other: Area) -> float:
    across = max(one.left - other.right, other.left - one.right, 0.0)
    return hypot(across, max(one.top - other.bottom, other.top - one.bottom, 0.0))
