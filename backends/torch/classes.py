"""One class per structure: uses of a block that differ only in values share it, and the values become arguments.

Two uses share a class when they have the same layers, wired the same way.
Layers in the turns of a loop count as one, and a module that a use does not
have, because a link of its block is ``none`` there, is optional.
"""

from __future__ import annotations

import builtins
import keyword
from collections.abc import Hashable, Iterable, Iterator, Mapping
from itertools import chain, count, product

from ...compiler.graph import Layer
from .arguments import Binder, Column, Place
from .forms import Forms
from .parts import Part, Run, Use
from .structures import Structures, Values
from .uses import Class

MOST_OPTIONAL = 3
"""So many modules may be optional; blocks that differ more are better read one by one."""

LONGEST_NAME = 4
"""So many layers may be in the name of a class."""


class Classes:
    """The classes of a net, inner ones first; the net's own is the last."""

    def __init__(self, forms: Forms, reserved: frozenset[str]) -> None:
        self.forms = forms
        self.of: dict[Part, Class] = {}
        self.structures = Structures(forms, self.of)
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
            self.structures.roll(part)
            shared.setdefault(self.structures.structure(part), []).append(part)
        for made in self._with_optional(list(shared.values())):
            is_net = made.first.scope is None
            made.name = self.net_name if is_net else self._free(_class_name(made.first), "Block")
            self.of |= dict.fromkeys(made.uses, made)
            self._bind(made)
            yield made

    def _free(self, name: str, ending: str) -> str:
        """The name, with an ending where the file uses it itself, and a number where another class has it."""
        base = _unreserved(name, ending, self._reserved)
        numbered = (f"{base}{number}" for number in count(2))
        free = next(name for name in chain([base], numbered) if name not in self._taken)
        self._taken.add(free)
        return free

    # Optional modules

    def _with_optional(self, groups: list[list[Part]]) -> list[Class]:
        """The classes of groups of uses; a group joins one that has only more modules than itself."""
        found: list[Class] = []
        for group in sorted(groups, key=lambda group: -len(group[0].children)):
            base, more = next(self._bases(found, group[0]), (None, {}))
            if base is None:
                found.append(Class("", group, takes_devices=len(group[0].devices) > 1))
            else:
                base.optional |= more
                base.uses += group
        order = {group[0]: index for index, group in enumerate(groups)}
        return sorted(found, key=lambda made: min(order[use] for use in made.uses if use in order))

    def _bases(self, found: Iterable[Class], other: Part) -> Iterator[tuple[Class, dict[str, int]]]:
        """The classes whose modules are those of a part, but for some in whose place their input may stand."""
        if len(other.devices) > 1:
            return
        structure = self.structures.structure(other)
        for made in found:
            more = [name for name in made.first.children if name not in other.children]
            operands = [self._operands(made.first, name) for name in more]
            if 0 < len(more) <= MOST_OPTIONAL and made.first.kind == other.kind:
                for chosen in product(*(range(number) for number in operands)):
                    without = dict(zip(more, chosen, strict=True))
                    if self._agree(made, without) and self.structures.structure(made.first, without) == structure:
                        yield made, without

    def _agree(self, made: Class, without: Mapping[str, int]) -> bool:
        return all(made.optional.get(name, operand) == operand for name, operand in without.items())

    def _operands(self, part: Part, name: str) -> int:
        """How many operands of a child may take its place; none if that would not read well."""
        steps = [step for segment in part.segments for step in segment.steps if part.child_of(step) == name]
        if len(steps) != 1 or not name.isidentifier() or len(steps[0].makes) != 1:
            return 0
        step = steps[0]
        if isinstance(step, Use):
            return len(step.reads) if len(step.part.segments) == len(step.reads) == 1 else 0
        said = self.forms.said[step.layer.name] if isinstance(step, Run) else None
        return len(step.reads) if said and said.before is None and said.call.form != "join" else 0

    # Arguments

    def _bind(self, made: Class) -> None:
        """Makes constructor arguments of what is not the same in all uses."""
        tables = [self._values(made, use) for use in made.uses]
        own = _own_arguments(made.uses)
        own |= _links(own)
        if made.optional:  # what only an optional module says, all uses know
            own.setdefault("in_channels", tuple(self._channels_in(use) for use in made.uses))
        made.bind(Binder(tables, own, (*self._reserved, *self._taken)).bind())

    def _channels_in(self, use: Part) -> int:
        source = use.segments[0].inputs[0].partition("@")[0]
        return self.forms.tree.shapes[source][0]

    def _values(self, made: Class, use: Part) -> Values:
        """All values of a use; of optional children whether they are there, before what is in them."""
        values = self.structures.inner_values(use)
        there = {name: {Place("", name): name in use.children} for name in made.optional}
        found: Values = {}
        for place, value in values.items():
            found |= there.pop(place.child.partition(".")[0], {})
            found[place] = value
        return found | {place: value for more in there.values() for place, value in more.items()}


def net_class_name(net: str, reserved: frozenset[str]) -> str:
    """The class of the net has the net's name, unless the file needs that for something else."""
    return _unreserved(net, "Net", reserved)


def _unreserved(name: str, ending: str, reserved: frozenset[str]) -> str:
    is_taken = name in reserved or name in dir(builtins) or keyword.iskeyword(name)
    return f"{name}{ending}" if is_taken else name


def _own_arguments(uses: list[Part]) -> dict[str, Column]:
    """The parameters of the block itself, with their values in all uses as PyTorch would be given them."""
    scopes = [use.scope for use in uses if use.scope]
    names = scopes[0].arguments if scopes else ()
    return {name: tuple(_plain(scope.arguments.get(name)) for scope in scopes) for name in names}


def _links(own: dict[str, Column]) -> dict[str, Column]:
    """Whether the parameters that are ``none`` in some uses are anything."""
    return {name: tuple(value is not None for value in column) for name, column in own.items() if None in column}


def _plain(value: object) -> object:
    if isinstance(value, (tuple, list)):
        pair = tuple(value)
        return pair[0] if len(pair) == 2 and pair[0] == pair[1] else pair
    return value


def _class_name(part: Part) -> str:
    """``se_block`` as SeBlock; a chain in parentheses is called after its layers: ConvBatchnormRelu."""
    if part.kind == "tower":
        return "Tower"
    words = [word for word in part.path.split(".") if not word.isdigit()]
    name = (part.scope.definition if part.scope and part.kind == "block" else "") or words[-1]
    layers = [child.op.keyword for child in part.children.values() if isinstance(child, Layer)]
    if part.kind == "group" and len(layers) == len(part.children) <= LONGEST_NAME:
        name = "_".join(layers)
    return "".join(word[:1].upper() + word[1:] for word in name.split("_"))
