"""Where two nets part: the first layer of one that the other lacks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ..graph import Graph, Input, Layer
from ..op import Op
from ..summary import named, summary
from ..values import format_shape
from .form import Channels, Form, Operation

OTHERWISE = "each has a layer that the other one lacks"


class Place(NamedTuple):
    """A layer, or an input, of one of the nets."""

    name: str
    what: str
    """Op and shapes, in words."""
    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.name}: {self.what} ({self.file}:{self.line})"


@dataclass(frozen=True)
class Parting:
    """Why two nets do not compute the same function, or why nobody knows."""

    reason: str
    """One sentence."""
    first: tuple[Place, ...] = ()
    """Where, in the first net."""
    second: tuple[Place, ...] = ()


class Side(NamedTuple):
    """One of the nets that are compared."""

    form: Form
    below: Sequence[int]
    needed: Sequence[bool]
    """For every operation whether the outputs depend on it."""


def place_of(graph: Graph, node: Layer | Input) -> Place:
    """Where a layer or an input stands, and what it is."""
    if isinstance(node, Input):
        return Place(node.name, f"input of {format_shape(node.shape)}", graph.file, node.line)
    shapes = " and ".join(map(format_shape, dict.fromkeys(graph.input_shapes(node))))
    return Place(node.name, f"{summary(node.op)}, {shapes} -> {format_shape(node.shape)}", node.file, node.line)


def parting(first: Side, second: Side) -> Parting | None:
    """The first layer of the second net that the first one lacks, or the other way round; None where there is none."""
    lacking = [list(_lacking(*sides)) for sides in ((first, second), (second, first))]
    if not any(lacking):
        return None
    if not all(lacking):
        form, made = (second.form, lacking[0][0]) if lacking[0] else (first.form, lacking[1][0])
        places, reason = places_of(form, made), f"{made.key[0]} in one of them only"
        return Parting(reason, second=places) if lacking[0] else Parting(reason, first=places)
    ours, theirs = _counterparts(first, lacking[1], second, lacking[0])
    found = _widths(first, ours, second, theirs)
    if found is not None:
        return found
    reason = _how(ours, theirs) if _read(first, ours) == _read(second, theirs) else OTHERWISE
    return Parting(reason, places_of(first.form, ours), places_of(second.form, theirs))


def _lacking(other: Side, side: Side) -> Iterator[Operation]:
    """Operations whose channels the other net does not have, but all that they read."""
    known = {other.below[channel] for made in _counting(other) for channel in made.channels}
    for made in _counting(side):
        read = (side.below[channel] for operand in made.reads for channel in operand)
        if not known.issuperset(side.below[channel] for channel in made.channels) and known.issuperset(read):
            yield made


def _counting(side: Side) -> Iterator[Operation]:
    return (made for made, is_needed in zip(side.form.operations, side.needed, strict=True) if is_needed)


def _counterparts(
    first: Side, firsts: list[Operation], second: Side, seconds: list[Operation]
) -> tuple[Operation, Operation]:
    """The first operation that is lacking, and the one of the first net that stands in its place."""
    theirs = seconds[0]
    read = _read(second, theirs)

    def likeness(ours: Operation) -> tuple[bool, bool, bool]:
        return (_read(first, ours) == read, set(_read(first, ours)) == set(read), ours.key[0] == theirs.key[0])

    return max(firsts, key=likeness), theirs


def _read(side: Side, made: Operation) -> Counter[int]:
    return Counter(side.below[channel] for operand in made.reads for channel in operand)


def _widths(first: Side, ours: Operation, second: Side, theirs: Operation) -> Parting | None:
    """Layers that make other numbers of channels, which only shows where these are read."""
    counts = _read(first, ours), _read(second, theirs)
    if ours.key != theirs.key or set(counts[0]) != set(counts[1]) or counts[0] == counts[1]:
        return None
    colour = next(colour for colour in counts[1] if counts[0][colour] != counts[1][colour])
    read = (
        [channel for operand in made.reads for channel in operand if side.below[channel] == colour]
        for side, made in ((first, ours), (second, theirs))
    )
    places = [makers(side.form, channels) for side, channels in zip((first, second), read, strict=True)]
    if {place.what for place in places[0]} == {place.what for place in places[1]}:
        return None  # as many are made, but other ones are read
    return Parting(f"{counts[0][colour]} channels against {counts[1][colour]}", *places)


def makers(form: Form, channels: Channels) -> tuple[Place, ...]:
    """The layers, or the inputs, that decide how many channels there are: those before activations and the like."""
    found: dict[str, Place] = {}
    seen: set[int] = set()
    for channel in channels:
        while (made := form.made_by(channel)).mode == "each" and made.reads and channel not in seen:
            seen.add(channel)
            channel = made.reads[0][channel - made.first]
        found |= {} if channel in seen else {place.name: place for place in places_of(form, made)}
        seen.add(channel)
    return tuple(found.values())


def places_of(form: Form, made: Operation) -> tuple[Place, ...]:
    """The layer that an operation carries out, or the input that it is."""
    if made.parts:
        return (place_of(form.graph, made.parts[0].layer),)
    return tuple(place_of(form.graph, node) for node in form.graph.inputs if form.inputs[node.name][0] == made.first)


def _how(ours: Operation, theirs: Operation) -> str:
    """How operations differ that stand in each other's place."""
    if not ours.parts or not theirs.parts:
        return "another input"
    one, other = ours.parts[0].layer, theirs.parts[0].layer
    return how_they_differ(one.op, other.op) or (
        f"{one.op.keyword} of {', '.join(one.inputs)} against {', '.join(other.inputs)}"
    )


def how_they_differ(one: Op, other: Op) -> str:
    """Two ops by name, or the arguments in which they differ; nothing where they are equal."""
    if one.keyword != other.keyword:
        return f"{one.keyword} against {other.keyword}"
    pairs = {name.replace("_", " "): (getattr(one, name), getattr(other, name)) for name in type(one).model_fields}
    others = [
        f"{named(name, ours)} against {named(name, theirs)}" for name, (ours, theirs) in pairs.items() if ours != theirs
    ]
    return f"{one.keyword} with {', '.join(others)}" if others else ""
