"""What varies between the uses of a class becomes an argument of its constructor (anti-unification).

The values of all uses are compared place by place. What is equal in all of
them stands in the class. What varies is an argument, called after the block's
own parameter where it has its values, or follows from one: ``4 * width``.
"""

from __future__ import annotations

import keyword
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, count

from .spelling import Constant

NOT_ARGUMENTS = frozenset({"self", "devices", "super", "range", "i", *keyword.kwlist})
"""Names that a constructor needs for something else; so it does those of the file's imports, helpers and classes."""

CHANNELS = frozenset({
    "in_channels", "out_channels", "num_features", "in_features", "out_features", "normalized_shape", "channels",
    "groups",
})  # fmt: skip
"""Arguments that count channels; only these follow from one another as multiples."""

GIVEN = frozenset({"in_channels", "num_features", "in_features", "normalized_shape"})
"""Those of them that what comes before decides, so that they follow from nothing."""

FACTORS = (2, 3, 4, 6, 8)
"""Multiples of a number of channels that mean something; others would be chance."""

COUNT = "count"
"""The argument that says how often a loop is run, where the block has no name for it."""

ABSENT = object()
"""The value of a place that a use does not have."""


@dataclass(frozen=True)
class Place:
    """Where a value stands in a class: which child, and which of its arguments."""

    child: str
    argument: str
    before: bool = False
    """An argument of what is done to the layer's input first."""
    growth: bool = False
    """By how much the value grows from one turn of a loop to the next."""
    is_channels: bool = field(default=False, compare=False)
    """Whether the value is a number of channels."""
    usual: object = field(default=ABSENT, compare=False)
    """The value that it has where nothing is written, as in PyTorch, if any."""


@dataclass(frozen=True)
class Formula:
    """A value that follows from a constructor argument; ``{}`` stands for its name."""

    name: str
    pattern: str = "{}"


@dataclass(frozen=True)
class Argument:
    """An argument of a constructor: its type, and the value that need not be written, if any."""

    type: str
    default: object = ABSENT
    is_channels: bool = False


Column = tuple[object, ...]
"""The value of a place in every use."""


@dataclass
class Binding:
    """The arguments of one class, and their values in every use."""

    arguments: dict[str, Argument] = field(default_factory=dict)
    bound: dict[Place, Formula] = field(default_factory=dict)
    """A place that is not in here has one value."""
    constants: dict[Place, object] = field(default_factory=dict)
    """The values of the others."""
    values: list[dict[str, object]] = field(default_factory=list)


class Binder:
    """Binds the places of one class; ``own`` are the parameters of its block."""

    def __init__(
        self, tables: Sequence[Mapping[Place, object]], own: Mapping[str, Column], reserved: Iterable[str]
    ) -> None:
        places = dict.fromkeys(place for table in tables for place in table)
        columns = {place: tuple(table.get(place, ABSENT) for table in tables) for place in places}
        self.varying = {place: column for place, column in columns.items() if _varies(column)}
        self.constants = {place: _first(column) for place, column in columns.items() if place not in self.varying}
        self.own = {name: column for name, column in own.items() if _varies(column)}
        self.reserved = frozenset(reserved)
        self.uses = len(tables)
        self.columns: dict[str, Column] = {}
        self.bound: dict[Place, Formula] = {}

    def bind(self) -> Binding:
        """Block parameters first, then what every use has, then what only some uses have."""
        for place, column in self.varying.items():
            if (name := self._own_name(column)) is not None:
                self.columns[name] = self.own[name]
                self.bound[place] = Formula(name)
        for place, column in sorted(self.varying.items(), key=lambda item: ABSENT in item[1]):
            if place not in self.bound:
                self.bound[place] = self._formula(place, column)
        names = dict.fromkeys(self.bound[place].name for place in self.varying)
        found = {name: self._argument(name) for name in names}
        arguments = dict(sorted(found.items(), key=lambda item: item[1].default is not ABSENT))
        values = [
            {name: _filled(self.columns[name], use, argument) for name, argument in arguments.items()}
            for use in range(self.uses)
        ]
        return Binding(arguments, self.bound, self.constants, values)

    def _own_name(self, column: Column) -> str | None:
        return next(
            (name for name, own in self.own.items() if _agree(column, own) and self._is_free(name, own)), None
        )  # fmt: skip

    def _is_free(self, name: str, column: Column) -> bool:
        return self.columns.get(name) is column or self._may_be_called(name)

    def _may_be_called(self, name: str) -> bool:
        is_name = name.isidentifier() and name not in NOT_ARGUMENTS
        return is_name and name not in self.columns and name not in self.reserved

    def _formula(self, place: Place, column: Column) -> Formula:
        same = next((name for name, known in self.columns.items() if _agree(column, known)), None)
        if same is not None:
            return Formula(same)
        return next(self._derived(place, column), None) or Formula(self._introduce(place, column))

    def _derived(self, place: Place, column: Column) -> Iterator[Formula]:
        """How a value may follow from an argument: a margin from its kernel, channels from channels."""
        for name, base in self.columns.items():
            if (
                place.argument == "padding"
                and self._is_kernel(place, name)
                and _follows(column, base, lambda k: k // 2)
            ):
                yield Formula(name, "{} // 2")
            if self._is_made(column) and self._counts_channels(name) and self._is_evidence(name, column):
                for factor in FACTORS:
                    if _follows(column, base, lambda value, factor=factor: factor * value):  # type: ignore[misc]
                        yield Formula(name, f"{factor} * {{}}")

    def _is_made(self, column: Column) -> bool:
        """Whether a layer is told to make so many channels."""
        same = (place for place, values in self.varying.items() if values == column)
        return any(place.is_channels and place.argument not in GIVEN for place in same)

    def _is_kernel(self, place: Place, name: str) -> bool:
        kernel = self.bound.get(Place(place.child, "kernel_size"))
        return kernel == Formula(name)

    def _counts_channels(self, name: str) -> bool:
        return any(place.is_channels and formula == Formula(name) for place, formula in self.bound.items())

    def _is_evidence(self, name: str, column: Column) -> bool:
        """Whether a rule that holds is no chance: it is about the block's own parameter, or holds often."""
        return name in self.own or len(set(zip(column, self.columns[name], strict=True))) > 2

    def _introduce(self, place: Place, column: Column) -> str:
        name = self._new_name(place, column)
        self.columns[name] = column
        return name

    def _new_name(self, place: Place, column: Column) -> str:
        argument = place.argument
        equal = (other.argument for other, values in self.varying.items() if values == column)
        if argument in GIVEN and "in_channels" in equal:
            argument = "in_channels"  # rather than what batchnorm calls it
        child = place.child.replace(".", "_")
        long = f"{child}_{argument}" if child.isidentifier() else f"{argument}_{child}"
        wanted = chain((argument, long), (f"{long}{number}" for number in count(2)))
        return next(name for name in wanted if self._may_be_called(name))

    def _argument(self, name: str) -> Argument:
        column = self.columns[name]
        present = [value for value in column if value is not ABSENT]
        kinds = dict.fromkeys(sorted((_type_of(value) for value in present), key=lambda kind: (kind == "None", kind)))
        is_channels = self._counts_channels(name)
        default = self._usual(name)
        if default is ABSENT:
            default = _default(column, is_size=is_channels or self._is_count(name))
        return Argument(" | ".join(kinds), default, is_channels)

    def _is_count(self, name: str) -> bool:
        return any(place.argument == COUNT and formula == Formula(name) for place, formula in self.bound.items())

    def _usual(self, name: str) -> object:
        """The default that all places of an argument have already, if it is the value of any use."""
        found = [place.usual for place, formula in self.bound.items() if formula == Formula(name)]
        same = {key_of(value) for value in found}
        return found[0] if len(same) == 1 and same <= set(map(key_of, self.columns[name])) else ABSENT


def _default(column: Column, *, is_size: bool) -> object:
    """The value that most uses have, unless it says how large all is; a use without one needs a default anyway."""
    present = [value for value in column if value is not ABSENT]
    if any(isinstance(value, Constant) for value in present):
        return ABSENT
    if all(isinstance(value, bool) for value in present):
        return 2 * present.count(True) > len(column)
    common, times = Counter(map(key_of, present)).most_common(1)[0]
    is_usual = 3 * times >= 2 * len(column) > 6 and not is_size
    if is_usual or len(present) < len(column):
        return next(value for value in present if key_of(value) == common)
    return ABSENT


def _filled(column: Column, use: int, argument: Argument) -> object:
    """The value in a use; any will do where there is none."""
    value = column[use] if column[use] is not ABSENT else argument.default
    return _first(column) if value is ABSENT else value


def _first(column: Column) -> object:
    return next(value for value in column if value is not ABSENT)


def _varies(column: Column) -> bool:
    return len({key_of(value) for value in column if value is not ABSENT}) > 1


def _agree(column: Column, other: Column) -> bool:
    """Whether the values of a column, where it has any, are those of another."""
    pairs = zip(column, other, strict=True)
    return all(a is ABSENT or (b is not ABSENT and key_of(a) == key_of(b)) for a, b in pairs)


def _follows(column: Column, base: Column, rule: Callable[[int], int]) -> bool:
    pairs = zip(column, base, strict=True)
    return all(a is ABSENT or (type(a) is int and type(b) is int and a == rule(b)) for a, b in pairs)


def key_of(value: object) -> Hashable:
    """Equal for values that are written alike: 1, 1.0 and true are three values."""
    return value if isinstance(value, Constant) else (type(value).__name__, repr(value))


def _type_of(value: object) -> str:
    if value is None:
        return "None"
    if isinstance(value, Constant):
        return "str" if value.picture else "tuple[str, ...]"
    if isinstance(value, tuple):
        return f"tuple[{', '.join(_type_of(item) for item in value)}]"
    return type(value).__name__
