"""Values, calls and comments as text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from ...compiler.graph import Graph, Layer, Transfer
from ...compiler.values import Shape, format_shape
from .classes import Class, Place, complete
from .layout import Bracket, Expression, Item
from .parts import Part
from .spelling import LEADING, Constant, Spelling


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
    said: Spelling, made: Class, child: str, constants: Constants, *,
    operands: Sequence[Expression] = (), before: bool = False, stored: bool = False, in_place: bool = False,
) -> Expression:  # fmt: skip
    """The call of a module's constructor or of a function.

    Values that vary between the uses of the class are constructor arguments;
    ``stored`` says that they are read later, as attributes; ``in_place``
    that the call may overwrite its operand.
    """
    if said.form == "operator":
        return f" {said.name} ".join(map(str, operands))
    items = [Item(operand) for operand in operands]
    if said.form == "join":
        items = [Item(Bracket("", tuple(items), "[]"))]
    by_position = True
    for key, value in _written(said, made, child, before, stored).items():
        text = constants.name(value, f"{made.first.path}.{child}") if isinstance(value, Constant) else value
        by_position = by_position and key in LEADING
        items.append(Item(str(text), "" if by_position else f"{key}="))
    if in_place:
        items.append(Item("True", "inplace="))
    return Bracket(said.name, tuple(items), tail=said.tail)


def _written(said: Spelling, made: Class, child: str, before: bool, stored: bool) -> dict[str, str | Constant]:
    """The arguments that are written: those that vary, and those that are not their defaults."""
    written: dict[str, str | Constant] = {}
    for key, value in complete(said).items():
        name = made.bound.get(Place(child, key, before))
        if name is not None:
            written[key] = f"self.{made.attribute(name)}" if stored else name
        elif key not in said.defaults or value != said.defaults[key]:
            written[key] = value if isinstance(value, Constant) else literal(value)
    return written


class Comments:
    """What is said of a layer beside its line: where it stands in the spec, what it makes, and where."""

    def __init__(self, graph: Graph) -> None:
        self._file = graph.file
        self._has_devices = bool(graph.devices)

    def layers(self, layers: Sequence[Layer]) -> str:
        """One layer in all uses of its class."""
        return self.prepared(layers, [layer.shape for layer in layers])

    def prepared(self, layers: Sequence[Layer], shapes: Sequence[Shape]) -> str:
        """What a layer's input is before the layer itself runs."""
        lines = _some(dict.fromkeys(self._line(layer) for layer in layers))
        return f"{lines}: {_shapes(shapes)}{self._on(layer.device for layer in layers)}"

    def uses(self, parts: Sequence[Part], outputs: Sequence[Sequence[Shape]]) -> str:
        """A part in all uses of the class around it; ``outputs`` has one sequence per value that it gives."""
        lines = _some(dict.fromkeys(f"line {part.scope.line}" for part in parts if part.scope))
        devices = self._on(device for part in parts for device in part.devices)
        return f"{lines}: {' and '.join(_shapes(shapes) for shapes in outputs)}{devices}"

    def transfer(self, transfers: Sequence[Transfer]) -> str:
        """One copy in all uses of its class."""
        sizes = (f"{format_shape(copy.shape)}, {copy.bytes_per_sample:,} bytes" for copy in transfers)
        return f"line {transfers[0].line}: {_some(dict.fromkeys(sizes), '; ')} per sample"

    def _line(self, layer: Layer) -> str:
        return f"line {layer.line}" + (f" of {layer.file}" if layer.file != self._file else "")

    def _on(self, devices: Iterable[str | None]) -> str:
        names = dict.fromkeys(device for device in devices if device is not None)
        return f" on {_some(names)}" if self._has_devices and names else ""


def _shapes(shapes: Sequence[Shape]) -> str:
    return _some(dict.fromkeys(format_shape(shape) for shape in shapes))


def _some(texts: Iterable[str], between: str = ", ") -> str:
    """Up to three texts, or the first and the last of more."""
    found = list(texts)
    return between.join(found) if len(found) <= 3 else f"{found[0]} to {found[-1]}"
