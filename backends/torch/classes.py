"""One class per structure: uses of a block that differ only in values share it, and the values become arguments.

Two uses share a class when they have the same layers, wired the same way.
Their values are compared place by place (anti-unification): what is equal in
all uses stands in the class, what varies is an argument of its constructor.
"""

from __future__ import annotations

import builtins
import keyword
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, count

from ...compiler.graph import Layer
from .forms import Forms
from .parts import Copy, Part, Run, Segment, Step
from .spelling import Constant, Spelling

NOT_ARGUMENTS = frozenset({"self", "devices", "super", "range", *keyword.kwlist})
"""Names that a constructor needs for something else; so it does those of the file's imports, helpers and classes."""


@dataclass(frozen=True)
class Place:
    """Where a value stands in a class: which child, and which of its arguments."""

    child: str
    argument: str
    before: bool = False
    """An argument of what is done to the layer's input first."""


@dataclass(eq=False)
class Class:
    """A class of the written file and all its uses."""

    name: str
    uses: list[Part]
    parameters: dict[str, str] = field(default_factory=dict)
    """Constructor arguments and their types."""
    bound: dict[Place, str] = field(default_factory=dict)
    """The constructor argument that stands at a place; a place not in here has one value."""
    takes_devices: bool = False

    @property
    def first(self) -> Part:
        return self.uses[0]

    def bound_at(self, child: str, argument: str) -> str | None:
        """The constructor argument that stands at an argument of a child, if it varies."""
        return self.bound.get(Place(child, argument))

    def attribute(self, parameter: str) -> str:
        """The attribute that keeps a constructor argument for ``forward``."""
        return f"{parameter}_" if parameter in self.first.children else parameter


class Classes:
    """The classes of a net, inner ones first; the net's own is the last."""

    def __init__(self, forms: Forms, reserved: frozenset[str]) -> None:
        self.forms = forms
        self.of: dict[Part, Class] = {}
        self.arguments: dict[Part, dict[str, object]] = {}
        """The constructor arguments of every use."""
        self._reserved = reserved
        self._taken: set[str] = set()
        levels: list[list[Part]] = []
        self._collect(forms.tree.root, levels)
        self.net_name = self._free(forms.tree.graph.net, "Net")
        self.all = [made for level in levels for made in self._unify(level)]

    def _collect(self, part: Part, levels: list[list[Part]]) -> int:
        """Sorts the parts that are classes by how many classes are nested in them; returns that number."""
        height = max((self._collect(child, levels) for child in part.parts()), default=0)
        if self.forms.of[part] != "class":
            return height
        while len(levels) <= height:
            levels.append([])
        levels[height].append(part)
        return height + 1

    def _unify(self, level: list[Part]) -> Iterator[Class]:
        shared: dict[Hashable, list[Part]] = {}
        for part in level:
            shared.setdefault(self._structure(part), []).append(part)
        for uses in shared.values():
            first = uses[0]
            name = self.net_name if first.scope is None else self._free(_class_name(first), "Block")
            made = Class(name, uses, takes_devices=len(first.devices) > 1)
            self._bind(made)
            self.of |= dict.fromkeys(uses, made)
            yield made

    def _free(self, name: str, ending: str) -> str:
        """The name, with an ending where the file uses it itself, and a number where another class has it."""
        base = _unreserved(name, ending, self._reserved)
        numbered = (f"{base}{number}" for number in count(2))
        free = next(name for name in chain([base], numbered) if name not in self._taken)
        self._taken.add(free)
        return free

    def _structure(self, part: Part) -> Hashable:
        """What two parts must have in common to share a class."""
        leaves = tuple(self._leaf(part, leaf) for leaf in self.forms.leaves(part))
        devices = tuple(leaf.device for leaf in self.forms.leaves(part) if isinstance(leaf, Layer))
        segments = tuple(_wiring(part, segment) for segment in part.segments)
        definition = part.scope.definition if part.scope else ""
        return part.kind, definition, leaves, devices if len(part.devices) > 1 else (), segments

    def _leaf(self, part: Part, leaf: Layer | Part) -> Hashable:
        if isinstance(leaf, Part):
            made = self.of[leaf]
            devices = tuple(leaf.devices) if len(part.devices) > 1 else ()
            return part.local(leaf.path), made.name, devices
        said = self.forms.said[leaf.name]
        before = (said.before.name, *said.before.arguments) if said.before else ()
        call = (said.call.name, said.call.form, said.call.tail, tuple(complete(said.call)))
        return part.local(leaf.name), call, before, said.kept

    def values(self, part: Part) -> Iterator[tuple[Place, object]]:
        """All values of a part, place by place."""
        for leaf in self.forms.leaves(part):
            if isinstance(leaf, Part):
                path = part.local(leaf.path)
                yield from ((Place(path, key), value) for key, value in self.arguments[leaf].items())
                continue
            said = self.forms.said[leaf.name]
            path = part.local(leaf.name)
            if said.before:
                yield from ((Place(path, key, True), value) for key, value in said.before.arguments.items())
            yield from ((Place(path, key), value) for key, value in complete(said.call).items())

    def _bind(self, made: Class) -> None:
        """Makes a constructor argument of every sequence of values that is not the same in all uses."""
        for use in made.uses:
            self.arguments[use] = {}
        if len(made.uses) == 1:
            return
        own = _own_arguments(made.uses)
        known: dict[Hashable, str] = {}
        for entries in zip(*(self.values(use) for use in made.uses), strict=True):
            place, values = entries[0][0], [value for _, value in entries]
            key = tuple(map(_key, values))
            if len(set(key)) == 1:
                continue
            if key not in known:
                known[key] = _argument_name(place, own.get(key), (*made.parameters, *self._reserved, *self._taken))
                made.parameters[known[key]] = _type(values)
            made.bound[place] = known[key]
            for use, value in zip(made.uses, values, strict=True):
                self.arguments[use][known[key]] = value


def net_class_name(net: str, reserved: frozenset[str]) -> str:
    """The class of the net has the net's name, unless the file needs that for something else."""
    return _unreserved(net, "Net", reserved)


def _unreserved(name: str, ending: str, reserved: frozenset[str]) -> str:
    is_taken = name in reserved or name in dir(builtins) or keyword.iskeyword(name)
    return f"{name}{ending}" if is_taken else name


def complete(call: Spelling) -> dict[str, object]:
    """The arguments with those that keep their defaults."""
    rest = {key: value for key, value in call.arguments.items() if key not in call.defaults}
    return rest | {key: call.arguments.get(key, value) for key, value in call.defaults.items()}


def _wiring(part: Part, segment: Segment) -> Hashable:
    """Who reads whom, with values numbered in the order of their appearance."""
    numbers = {name: index for index, name in enumerate(segment.inputs)}
    steps: list[Hashable] = []
    for step in segment.steps:
        steps.append((_what(part, step), tuple(numbers[name] for name in step.reads)))
        for name in step.makes:
            numbers[name] = len(numbers)
    return tuple(steps), tuple(numbers[name] for name in segment.outputs), len(segment.inputs)


def _what(part: Part, step: Step) -> Hashable:
    if isinstance(step, Copy):
        return "copy", step.device
    if isinstance(step, Run):
        return "run", part.local(step.layer.name)
    return "use", part.local(step.part.path), step.index, len(step.makes)


def _key(value: object) -> Hashable:
    """Equal for values that are written alike: 1, 1.0 and true are three values."""
    return value if isinstance(value, Constant) else (type(value).__name__, repr(value))


def _own_arguments(uses: list[Part]) -> dict[Hashable, str]:
    """The parameters of the block itself, by their values in all uses."""
    scope = uses[0].scope
    if scope is None or len(uses) == 1:
        return {}
    found: dict[Hashable, str] = {}
    for name in scope.arguments:
        values = [use.scope.arguments.get(name) for use in uses if use.scope]
        found.setdefault(tuple(_key(_plain(value)) for value in values), name)
    return found


def _plain(value: object) -> object:
    """A value of the spec as PyTorch would be given it."""
    if isinstance(value, (tuple, list)):
        pair = tuple(value)
        return pair[0] if len(pair) == 2 and pair[0] == pair[1] else pair
    return value


def _argument_name(place: Place, own: str | None, taken: Iterable[str]) -> str:
    child = place.child.replace(".", "_")
    long = f"{child}_{place.argument}"
    wanted = chain((own, place.argument, long), (f"{long}{number}" for number in count(2)))
    return next(name for name in wanted if name and name not in taken and name not in NOT_ARGUMENTS)


def _type(values: Iterable[object]) -> str:
    return " | ".join(dict.fromkeys(sorted((_type_of(value) for value in values), key=_none_last)))


def _none_last(name: str) -> tuple[bool, str]:
    return name == "None", name


def _type_of(value: object) -> str:
    if value is None:
        return "None"
    if isinstance(value, Constant):
        return "str" if value.picture else "tuple[str, ...]"
    if isinstance(value, tuple):
        return f"tuple[{', '.join(_type_of(item) for item in value)}]"
    return type(value).__name__


def _class_name(part: Part) -> str:
    """``se_block`` as SeBlock; a chain in parentheses is called by its name in the spec."""
    if part.kind == "tower":
        return "Tower"
    words = [word for word in part.path.split(".") if not word.isdigit()]
    name = (part.scope.definition if part.scope and part.kind == "block" else "") or words[-1]
    return "".join(word[:1].upper() + word[1:] for word in name.split("_"))
