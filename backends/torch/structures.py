"""What modules have in common: their structure, and the values that may differ between modules of one structure."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice, pairwise, takewhile
from types import MappingProxyType
from typing import TypeAlias

from ...compiler.graph import Layer
from .arguments import ABSENT, CHANNELS, COUNT, Place, key_of
from .forms import Forms
from .loops import loop_of
from .parts import Child, Copy, Part, Repeat, Run, Segment, Step
from .spelling import Spelling
from .uses import Class

FEWEST = 3
"""So many neighbours must have values that grow evenly to be written once; of equal ones two are enough."""

NOTHING: Mapping[str, int] = MappingProxyType({})

Values: TypeAlias = dict[Place, object]


@dataclass(frozen=True)
class Series:
    """Neighbours in a module that are written once: in the turns of a loop, or a single one."""

    key: str
    """The name by which places tell it apart; that of its first member, unless loops stand before it."""
    members: tuple[Child, ...]
    is_loop: bool = False
    """Whether the number of its members may be another in another use of the class."""

    @property
    def first(self) -> Child:
        return self.members[0]


@dataclass(frozen=True)
class Row:
    """What stands in one place of a class: a series in every use that has it."""

    series: tuple[Series, ...]

    @property
    def key(self) -> str:
        return self.series[0].key

    @property
    def is_rolled(self) -> bool:
        """Whether it is written as a loop."""
        return any(len(series.members) > 1 for series in self.series)

    @property
    def children(self) -> list[Child]:
        """All members, in all uses."""
        return [member for series in self.series for member in series.members]

    @property
    def lasts(self) -> list[Child]:
        """The last members, in all uses."""
        return [series.members[-1] for series in self.series]


class Structures:
    """Structures and values of layers and parts, given the classes of the parts inside."""

    def __init__(self, forms: Forms, classes: Mapping[Part, Class]) -> None:
        self.forms = forms
        self._classes = classes
        self._series: dict[Part, list[Series]] = {}
        self._rolled: set[Part] = set()

    # Series

    def series(self, part: Part) -> list[Series]:
        """The children of a part; those of a sequence, and those that ``roll`` found alike, in loops."""
        if part not in self._series:
            self._series[part] = list(self._find_series(part))
        return self._series[part]

    def rows(self, parts: Iterable[Part]) -> list[Row]:
        """The series of parts that are alike, place by place; the first part has all of them."""
        found: dict[str, list[Series]] = {}
        for part in parts:
            for series in self.series(part):
                found.setdefault(series.key, []).append(series)
        return [Row(tuple(series)) for series in found.values()]

    def _find_series(self, part: Part) -> Iterator[Series]:
        children = list(part.children.items())
        if part in self._rolled:
            yield Series(children[0][0], tuple(part.children.values()), is_loop=True)
        elif self.forms.of[part] != "sequential":
            yield from (Series(name, (child,)) for name, child in children)
        else:
            position, index = 0, 0
            while position < len(children):
                count = self._neighbours(part, position)
                yield Series(
                    str(index), tuple(child for _, child in children[position : position + count]), is_loop=True
                )
                position, index = position + count, index + 1

    def _neighbours(self, part: Part, position: int) -> int:
        """How many children from a position on can be written once."""
        growths = self._growths(islice(part.children.values(), position, None))
        first = next(growths, None)
        if first is None:
            return 1
        count = 2 + sum(1 for _ in takewhile(first.__eq__, growths))
        return count if count >= FEWEST or not any(first.values()) else 1

    def _growths(self, children: Iterable[Child]) -> Iterator[dict[Place, int]]:
        """By how much the values of every child are more than those of the child before, as long as they are alike."""
        for one, other in pairwise(children):
            growth = _growth(self.values(one), self.values(other)) if self._alike(one, other) else None
            if growth is None:
                return
            yield growth

    def _alike(self, one: Child, other: Child) -> bool:
        return type(one) is type(other) and self.token(one) == self.token(other)

    def roll(self, part: Part) -> None:
        """Makes a loop of the steps that run all children of a part, or of a list in it, if these are alike."""
        if len(part.segments) != 1 or len(part.devices) > 1 or (self.forms.tree.graph.devices and part.scope is None):
            return
        steps = part.segments[0].steps
        for container in (part, *(child for child in part.parts() if self.forms.of[child] == "list")):
            loop = loop_of(container, part.segments[0])
            if loop and self._is_even(loop):
                self._rolled.add(container)
                start = steps.index(loop.turns[0])
                steps[start : start + len(loop.turns)] = [loop]

    def _is_even(self, loop: Repeat) -> bool:
        """Whether the modules of all turns are alike, and their values grow evenly."""
        if any(self.forms.of[turn.part] == "list" for turn in loop.turns):
            return False
        growths = list(self._growths(turn.part for turn in loop.turns))
        return len(growths) == len(loop.turns) - 1 and all(growth == growths[0] for growth in growths)

    # Structures

    def structure(self, part: Part, without: Mapping[str, int] = NOTHING) -> Hashable:
        """What two parts must have in common to share a class.

        ``without`` are children that are left out, and the number of the operand that takes the place of each.
        """
        contents = self._contents(part, without)
        leaves = self.forms.leaves(part) if len(part.devices) > 1 else ()
        devices = tuple(leaf.device if isinstance(leaf, Layer) else tuple(leaf.devices) for leaf in leaves)
        segments = tuple(self._wiring(part, segment, without) for segment in part.segments)
        definition = part.scope.definition if part.scope else ""
        return part.kind, definition, contents, devices, segments

    def _contents(self, part: Part, without: Collection[str] = NOTHING) -> Hashable:
        series = (series for series in self.series(part) if series.key not in without)
        return tuple((series.key, series.is_loop, self.token(series.first)) for series in series)

    def token(self, child: Child) -> Hashable:
        """What two children must have in common to be the same child in two uses of a class."""
        if isinstance(child, Layer):
            said = self.forms.said[child.name]
            before = (said.before.name, *said.before.arguments) if said.before else ()
            return said.call.name, said.call.form, said.call.tail, tuple(complete(said.call)), before, said.kept
        if self.forms.of[child] == "class":
            return self._classes[child].name
        return self.forms.of[child], self._contents(child)

    def _wiring(self, part: Part, segment: Segment, without: Mapping[str, int]) -> Hashable:
        """Who reads whom, with values numbered in the order of their appearance."""
        numbers = {name: index for index, name in enumerate(segment.inputs)}
        steps: list[Hashable] = []
        fresh = len(numbers)
        for step in segment.steps:
            if without and (name := part.child_of(step)) in without:
                numbers[step.makes[0]] = numbers[step.reads[without[name]]]
                continue
            steps.append((_what(part, step), tuple(numbers[name] for name in step.reads)))
            for name in step.makes:
                numbers[name] = fresh
                fresh += 1
        return tuple(steps), tuple(numbers[name] for name in segment.outputs), len(segment.inputs)

    # Values

    def values(self, child: Child) -> Values:
        """The values of a child by their places, as seen from the child."""
        if isinstance(child, Part) and self.forms.of[child] == "class":
            made = self._classes[child]
            arguments = made.binding.arguments
            return {
                Place("", key, is_channels=arguments[key].is_channels, usual=arguments[key].default): value
                for key, value in made.arguments(child).items()
            }
        if isinstance(child, Part):
            return self.inner_values(child)
        said = self.forms.said[child.name]
        before = said.before.arguments if said.before else {}
        return {
            **{Place("", key, before=True): value for key, value in before.items()},
            **{
                Place("", key, is_channels=key in CHANNELS, usual=said.call.defaults.get(key, ABSENT)): value
                for key, value in complete(said.call).items()
            },
        }

    def inner_values(self, part: Part) -> Values:
        """The values of everything in a part."""
        return {
            replace(place, child=join(series.key, place.child)): value
            for series in self.series(part)
            for place, value in self._values_of(series)
        }

    def _values_of(self, series: Series) -> Iterator[tuple[Place, object]]:
        if series.is_loop:
            yield Place("", COUNT), len(series.members)
        values = self.values(series.first)
        yield from values.items()
        growth = _growth(values, self.values(series.members[1])) if len(series.members) > 1 else None
        yield from ((replace(place, growth=True, is_channels=False), step) for place, step in (growth or {}).items())


def _growth(one: Mapping[Place, object], other: Mapping[Place, object]) -> dict[Place, int] | None:
    """By how much whole numbers of a layer or class grow; None where anything else differs."""
    growth: dict[Place, int] = {}
    if one.keys() != other.keys():
        return None
    for place, value in one.items():
        after = other[place]
        if type(value) is int and type(after) is int and not place.child:
            growth[place] = after - value
        elif key_of(value) != key_of(after):
            return None
    return growth


def _what(part: Part, step: Step) -> Hashable:
    if isinstance(step, Copy):
        return "copy", step.device
    if isinstance(step, Run):
        return "run", part.local(step.layer.name)
    if isinstance(step, Repeat):
        inside = "" if step.container is part else part.local(step.container.path)
        return "repeat", inside, step.carried, len(step.makes)
    return "use", part.local(step.part.path), step.index, len(step.makes)


def complete(call: Spelling) -> dict[str, object]:
    """The arguments with those that keep their defaults."""
    rest = {key: value for key, value in call.arguments.items() if key not in call.defaults}
    return rest | {key: call.arguments.get(key, value) for key, value in call.defaults.items()}


def join(path: str, name: str) -> str:
    """The path of something inside; of the thing itself where the name is empty."""
    return f"{path}.{name}" if name else path
