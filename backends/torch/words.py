"""Values, calls and comments as text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace

from ...compiler.graph import Graph, Layer, Transfer
from ...compiler.values import Shape, format_shape
from .arguments import Formula, Place
from .layout import Bracket, Expression, Item
from .parts import Child, Part
from .spelling import LEADING, Constant, Spelling
from .structures import complete
from .uses import Class


def literal(value: object) -> str:
    """A value as Python writes it, with the quotes of black."""
    if isinstance(value, str):
        return json.dumps(value)
    if isinstance(value, tuple):
        items = ", ".join(literal(item) for item in value)
        return f"({items},)" if len(value) == 1 else f"({items})"
    return repr(value)


class Constants:
    """The values with a name of their own, in the order of their first use."""

    def __init__(self) -> None:
        self.names: dict[Constant, str] = {}

    def name(self, constant: Constant, path: str) -> str:
        """The name of a constant; it is called after the layer that uses it first."""
        if constant not in self.names:
            words = [*(word for word in path.split(".") if word), constant.purpose]
            self.names[constant] = self._free("_".join(words).upper())
        return self.names[constant]

    def text(self, value: object, path: str) -> str:
        """A value as it is written, which is its name for a constant."""
        return self.name(value, path) if isinstance(value, Constant) else literal(value)

    def _free(self, name: str) -> str:
        return name if name not in self.names.values() else f"{name}_{len(self.names)}"

    def definitions(self) -> list[str]:
        """The statements that define them."""
        return ["\n".join(_definition(constant, name)) for constant, name in self.names.items()]


def _definition(constant: Constant, name: str) -> list[str]:
    if constant.picture:
        return [f'{name} = """', *constant.lines, '"""']
    return [f"{name} = (", *(f"    {literal(line)}," for line in constant.lines), ")"]


def call(
    said: Spelling, made: Class, child: str, constants: Constants, *, turn: str = "",
    operands: Sequence[Expression] = (), before: bool = False, stored: bool = False, in_place: bool = False,
) -> Expression:  # fmt: skip
    """The call of a module's constructor or of a function.

    Values that vary between the uses of the class are constructor arguments;
    ``stored`` says that they are read later, as attributes; ``turn`` is the
    variable of the loop around the call; ``in_place`` says that the call may
    overwrite its operand.
    """
    if said.form == "operator":
        return f" {said.name} ".join(map(str, operands))
    items = [Item(operand) for operand in operands]
    if said.form == "join":
        items = [Item(Bracket("", tuple(items), "[]"))]
    by_position = True
    for key, value in (said.arguments if before else complete(said)).items():
        place = Place(child, key, before)
        if value_varies(made, place) or key not in said.defaults or value != said.defaults[key]:
            text = value_text(made, place, value, constants, turn=turn, stored=stored)
            by_position = by_position and key in LEADING
            items.append(Item(text, "" if by_position else f"{key}="))
    if in_place:
        items.append(Item("True", "inplace="))
    return Bracket(said.name, tuple(items), tail=said.tail)


def value_varies(made: Class, place: Place) -> bool:
    """Whether a value is another in other uses of the class, or in other turns of a loop."""
    return place in made.binding.bound or _growth(made, place) not in (None, 0)


def value_text(
    made: Class, place: Place, value: object, constants: Constants, *, turn: str = "", stored: bool = False
) -> str:
    """The value at a place, which is given for the first use and turn: ``in_channels + 32 * i``."""
    formula, growth = made.binding.bound.get(place), _growth(made, place)
    first = made.text(formula, stored=stored) if formula else constants.text(value, f"{made.first.path}.{place.child}")
    if not turn or growth in (None, 0):
        return first
    product = turn if growth == 1 else f"{made.text(growth) if isinstance(growth, Formula) else growth} * {turn}"
    if first == "0":
        return product
    return f"{first} - {product[1:]}" if product.startswith("-") else f"{first} + {product}"


def _growth(made: Class, place: Place) -> object:
    """By how much a value grows from turn to turn: a number, or how it follows from an argument."""
    growth = replace(place, growth=True)
    return made.binding.bound.get(growth) or made.binding.constants.get(growth)


class Comments:
    """What is said of a layer beside its line: where it stands in the spec, what it makes, and where.

    Nothing is said where the uses of a class differ in the shape.
    """

    def __init__(self, graph: Graph) -> None:
        self._file = graph.file
        self._has_devices = bool(graph.devices)

    def result(self, children: Sequence[Child], made: Sequence[Sequence[Shape]], after: Child | None = None) -> str:
        """What a layer or part makes in all uses of the class around it, with one sequence of shapes per value.

        A statement of the spec has one comment, which is not here if ``after`` goes on with it.
        """
        is_going_on = after is not None and self._statement(children[0]) == self._statement(after)
        if is_going_on or any(len(set(shapes)) > 1 for shapes in made):
            return ""
        lines = dict.fromkeys(self._line(child) for child in children)
        devices = dict.fromkeys(device for child in children for device in _devices(child) if device is not None)
        where = f" on {_some(devices)}" if self._has_devices and devices else ""
        return f"{_some(lines)}: {' and '.join(format_shape(shapes[0]) for shapes in made)}{where}"

    def transfer(self, transfers: Sequence[Transfer]) -> str:
        """One copy in all uses of its class."""
        sizes = (f"{format_shape(copy.shape)}, {copy.bytes_per_sample:,} bytes" for copy in transfers)
        return f"line {transfers[0].line}: {_some(dict.fromkeys(sizes), '; ')} per sample"

    def _statement(self, child: Child) -> tuple[str, list[str | None]]:
        return self._line(child), _devices(child)

    def _line(self, child: Child) -> str:
        if isinstance(child, Part):
            return f"line {child.scope.line if child.scope else 0}"
        return f"line {child.line}" + (f" of {child.file}" if child.file != self._file else "")


def _devices(child: Child) -> list[str | None]:
    return [child.device] if isinstance(child, Layer) else list(child.devices)


def _some(texts: Iterable[str], between: str = ", ") -> str:
    """Up to three texts, or the first and the last of more."""
    found = list(texts)
    return between.join(found) if len(found) <= 3 else f"{found[0]} to {found[-1]}"
