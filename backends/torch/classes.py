"""One class per structure: uses of a block that differ only in values share it, and the values become arguments.

Two uses share a class when they have the same layers, wired the same way.
Layers in the turns of a loop count as one, and a module that a use does not
have, because a link of its block is ``none`` there, is optional.
"""

from __future__ import annotations

import builtins
import keyword
from collections.abc import Hashable, Iterator
from itertools import chain, count

from .arguments import Binder, Column, Place
from .forms import Forms
from .parts import Part, Run, Use
from .structures import Structures, Values
from .uses import Class


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
            base = next((made for made in found if self._has_only_more(made.first, group[0])), None)
            if base is None:
                found.append(Class("", group, takes_devices=len(group[0].devices) > 1))
            else:
                base.optional |= {name: None for name in base.first.children if name not in group[0].children}
                base.uses += group
        order = {group[0]: index for index, group in enumerate(groups)}
        return sorted(found, key=lambda made: min(order[use] for use in made.uses if use in order))

    def _has_only_more(self, part: Part, other: Part) -> bool:
        """Whether a part is the other, but for modules whose input takes the place of their output."""
        more = [name for name in part.children if name not in other.children]
        if not more or len(part.devices) > 1 or not all(self._may_be_none(part, name) for name in more):
            return False
        return self.structures.structure(part, more) == self.structures.structure(other)

    def _may_be_none(self, part: Part, name: str) -> bool:
        steps = [step for segment in part.segments for step in segment.steps if part.child_of(step) == name]
        if len(steps) != 1 or not name.isidentifier() or len(steps[0].reads) != 1 or len(steps[0].makes) != 1:
            return False
        if isinstance(steps[0], Use):
            return len(steps[0].part.segments) == 1
        said = self.forms.said[steps[0].layer.name] if isinstance(steps[0], Run) else None
        return said is not None and said.kept and said.before is None

    # Arguments

    def _bind(self, made: Class) -> None:
        """Makes constructor arguments of what is not the same in all uses."""
        tables = [self._values(made, use) for use in made.uses]
        made.bind(Binder(tables, _own_arguments(made.uses), (*self._reserved, *self._taken)).bind())

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


def _plain(value: object) -> object:
    if isinstance(value, (tuple, list)):
        pair = tuple(value)
        return pair[0] if len(pair) == 2 and pair[0] == pair[1] else pair
    return value


def _class_name(part: Part) -> str:
    """``se_block`` as SeBlock; a chain in parentheses is called by its name in the spec."""
    if part.kind == "tower":
        return "Tower"
    words = [word for word in part.path.split(".") if not word.isdigit()]
    name = (part.scope.definition if part.scope and part.kind == "block" else "") or words[-1]
    return "".join(word[:1].upper() + word[1:] for word in name.split("_"))
