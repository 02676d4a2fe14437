"""`expect` statements: what a spec claims, held against its graph."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, get_args

from . import evaluate
from . import syntax as ast
from .diagnostics import Problem, Report, suggest
from .draft import Frame, Reported, State, is_layer
from .graph import Cost, Graph, Layer
from .memory import OPTIMIZERS, memory
from .values import Bytes, Shape, Size, format_shape, format_value, type_name

_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq, "!=": operator.ne, "<=": operator.le, ">=": operator.ge, "<": operator.lt, ">": operator.gt,
}  # fmt: skip
_COSTS = get_args(Cost)
_TRAINING = "training"
"""What `macs(training)` asks for: the layers of auxiliary outputs too."""


def check_expectations(graph: Graph, state: State, report: Report) -> None:
    """Reports every expectation that does not hold or cannot be evaluated."""
    claims = _Claims(graph, state.paths)
    state.report = report
    for tree, frame in state.expects:
        try:
            _check(claims, tree, frame, report)
        except Reported:
            continue


def _check(claims: _Claims, tree: ast.Expect, frame: Frame, report: Report) -> None:
    left, right = (claims.value(frame, side) for side in (tree.left, tree.right))
    if isinstance(left, tuple) != isinstance(right, tuple):
        left, right = _shape_of_vector(left), _shape_of_vector(right)
    numbers = evaluate.is_number(left) and evaluate.is_number(right)
    if not numbers and not (isinstance(left, tuple) and isinstance(right, tuple)):
        found = " and ".join(f"{_shown(value)}, {type_name(value)}" for value in (left, right))
        problem = Problem("E702", "these two cannot be compared", expected="two numbers or two shapes", found=found)
        raise frame.state.fail(problem, tree.span)
    if not numbers and tree.comparison not in ("==", "!="):
        problem = Problem("E702", f"`{tree.comparison}` compares numbers, not shapes", hint="write `==` or `!=`")
        raise frame.state.fail(problem, tree.span)
    if not _COMPARISONS[tree.comparison](left, right):
        expected = f"{tree.left.span.text} {tree.comparison} {_shown(right)}"
        report.error("E701", "this expectation does not hold", tree.span, expected=expected, found=_shown(left))


def _shape_of_vector(value: object) -> object:
    """A whole number as the shape of a vector, to compare it with a shape."""
    return Size((value,)) if isinstance(value, int) and not isinstance(value, (bool, Bytes)) else value


def _shown(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, (bool, Bytes)):
        return f"{value:_}"
    return format_value(value)


class _Claims:
    """The quantities that an expectation can speak of."""

    def __init__(self, graph: Graph, paths: Mapping[str, list[str]]) -> None:
        self.graph = graph
        self.paths = paths
        """What the module calls blocks and scopes that the spec calls otherwise."""

    def value(self, frame: Frame, tree: ast.Expression) -> object:
        """The value of one side; raises Reported when it has none."""
        try:
            return self._value(frame, tree)
        except Problem as problem:
            raise frame.state.fail(problem, tree.span) from None

    def _value(self, frame: Frame, tree: ast.Expression) -> object:
        match tree:
            case ast.Literal(value=value):
                return value
            case ast.Name(text=text):
                return self._total(frame, text)
            case ast.Attribute(base=base, name=name):
                return self._of_layers(_path(base), name)
            case ast.Call():
                return self._call(frame, tree)
            case ast.Negative(operand=operand):
                return evaluate.negative(self.value(frame, operand))
            case ast.Binary(operator=symbol, left=left, right=right):
                return evaluate.binary(symbol, self.value(frame, left), self.value(frame, right))
            case ast.Group(inner=inner):
                return self.value(frame, inner)
            case ast.Index(base=base, index=index):
                return evaluate.index(self.value(frame, base), self.value(frame, index))
            case ast.ListOf(items=items):
                return tuple(self.value(frame, item) for item in items)
        raise Problem("E702", "an expectation compares numbers and shapes")

    def _total(self, frame: Frame, name: str) -> object:
        totals: Mapping[str, Callable[[], int]] = {
            **{cost: (lambda cost=cost: self.graph.total(cost)) for cost in _COSTS},  # type: ignore[misc]
            "layers": lambda: len(self.graph.layers),
            "transfers": lambda: len(self.graph.transfers),
        }
        found = frame.find(name)
        if frame.knows(name) and not is_layer(found):
            return found
        if name in totals:
            return totals[name]()
        if name in self._by_statement:
            hint = f"write what of it: {name}.shape, {name}.parameters, {name}.macs"
            raise Problem("E702", f"`{name}` is a layer, not a number", hint=hint)
        if name == "memory":
            raise Problem("E702", "`memory` needs to know for what", hint="memory(batch = 128)")
        hint = suggest(name, [*totals, *frame.values, "memory"]) or f"known are {', '.join(totals)}"
        raise Problem("E201", f"unknown quantity `{name}`", hint=hint)

    def _call(self, frame: Frame, tree: ast.Call) -> object:
        match tree.function:
            case ast.Name(text="memory"):
                return Bytes(self._memory(frame, tree.arguments))
            case ast.Name(text=("parameters" | "buffers" | "connections" | "macs" | "activations") as name):
                return self._cost(frame, tree, name)
        word = tree.function.span.text
        raise Problem("E702", f"unknown quantity `{word}(...)`", hint=suggest(word, ["memory", *_COSTS]))

    def _cost(self, frame: Frame, tree: ast.Call, cost: Cost) -> int:
        """``macs(gpu0)``, ``macs(training)`` or ``macs(gpu0, training)``."""
        rest = tuple(argument for argument in tree.arguments if not _is_training(argument))
        device = self._device(frame, rest, f"{cost}(gpu0, training)")
        training = len(rest) < len(tree.arguments)
        if device is None and not training:
            raise Problem("E702", f"`{cost}(...)` needs a device or `training`; of the whole net it is `{cost}`")
        layers = self.graph.layers if device is None else self.graph.on(device)
        return self.graph.total_of(layers, cost, training=training)

    def _memory(self, frame: Frame, arguments: tuple[ast.Argument, ...]) -> int:
        """``memory(gpu0, batch = 128, optimizer = adam)``."""
        batch, optimizer = 1, "momentum"
        rest = []
        for argument in arguments:
            if argument.name == "batch":
                batch = self._batch(frame, argument)
            elif argument.name == "optimizer":
                optimizer = _optimizer(frame, argument)
            else:
                rest.append(argument)
        device = self._device(frame, tuple(rest), "memory(gpu0, batch = 128, optimizer = adam)")
        return memory(self.graph, device, batch, optimizer)

    def _batch(self, frame: Frame, argument: ast.Argument) -> int:
        size = self.value(frame, argument.value)
        if not isinstance(size, int) or isinstance(size, (bool, Bytes)) or size < 1:
            raise frame.state.fail(Problem("E302", "`batch` is a whole number, 1 or more"), argument.span)
        return size

    def _device(self, frame: Frame, arguments: tuple[ast.Argument, ...], expected: str) -> str | None:
        """The device that the arguments name, if any; they may name nothing else."""
        device: str | None = None
        devices = [entry.name for entry in self.graph.devices]
        for argument in arguments:
            if argument.name is not None or not isinstance(argument.value, ast.Name):
                problem = Problem("E301", "there is no such argument here", expected=expected)
                raise frame.state.fail(problem, argument.span)
            if device is not None:
                raise frame.state.fail(Problem("E301", "one device is enough", expected=expected), argument.span)
            device = argument.value.text
            if device not in devices:
                problem = Problem("E501", f"unknown device `{device}`", hint=_meant(device, devices))
                raise frame.state.fail(problem, argument.span)
        return device

    @cached_property
    def _by_statement(self) -> dict[str, list[Layer]]:
        """Layers by the name of their statement, by their own name and by the scopes that they are in."""
        groups: dict[str, list[Layer]] = {}
        for layer in self.graph.layers:
            parts = layer.name.split(".")
            prefixes = [".".join(parts[:end]) for end in range(1, len(parts) + 1)]
            for path in dict.fromkeys([*prefixes, layer.statement]):
                groups.setdefault(path, []).append(layer)
        for name, paths in self.paths.items():
            groups.setdefault(name, [layer for path in paths for layer in groups.get(path, ())])
        return groups

    def _of_layers(self, path: str, attribute: str) -> object:
        if attribute == "shape":
            for node in self.graph.inputs:
                if node.name == path:
                    return Size(node.shape)
        layers = self._layers(path)
        if attribute == "shape":
            return Size(layers[-1].shape)
        if attribute in _COSTS:
            return sum(getattr(layer, attribute) for layer in layers)
        known = ["shape", *_COSTS]
        hint = suggest(attribute, known) or f"known are {', '.join(known)}"
        raise Problem("E201", f"a layer has no `{attribute}`", hint=hint)

    def _layers(self, path: str) -> list[Layer]:
        """The layers of a name; in towers those of one tower, if all are alike."""
        if path in self._by_statement:
            return self._by_statement[path]
        towers = [scope.path for scope in self.graph.scopes if scope.kind == "tower"]
        found = [self._by_statement[f"{tower}.{path}"] for tower in towers if f"{tower}.{path}" in self._by_statement]
        if not found:
            known = {*self._by_statement, *(layer.statement.rpartition(".")[2] for layer in self.graph.layers)}
            raise Problem("E201", f"unknown layer `{path}`", hint=suggest(path, known - {""}))
        shapes: list[Shape] = [layers[-1].shape for layers in found]
        if len(set(shapes)) > 1:
            shown = ", ".join(map(format_shape, shapes))
            hint = f"say which: {towers[0]}.{path}"
            raise Problem("E702", f"`{path}` differs between the towers", found=shown, hint=hint)
        return found[0]


def _meant(device: str, devices: list[str]) -> str | None:
    """What an unknown device may be; `memory` is always that of training."""
    if device == _TRAINING:
        return "`memory` is that of training already: memory(batch = 128)"
    return suggest(device, [*devices, _TRAINING])


def _optimizer(frame: Frame, argument: ast.Argument) -> str:
    name = argument.value.text if isinstance(argument.value, ast.Name) else ""
    if name not in OPTIMIZERS:
        hint = suggest(name, OPTIMIZERS)
        problem = Problem("E302", "there is no such optimizer", expected=f"one of {', '.join(OPTIMIZERS)}", hint=hint)
        raise frame.state.fail(problem, argument.span)
    return name


def _is_training(argument: ast.Argument) -> bool:
    """Whether an argument asks for training; no device can be called so."""
    return argument.name is None and isinstance(argument.value, ast.Name) and argument.value.text == _TRAINING


def _path(tree: ast.Expression) -> str:
    """``layer1.0.conv1`` and ``layer1[0]`` as the name of a layer or scope."""
    match tree:
        case ast.Name(text=text):
            return text
        case ast.Attribute(base=base, name=name):
            return f"{_path(base)}.{name}"
        case ast.Index(base=base, index=ast.Literal(value=int() as index)):
            return f"{_path(base)}.{index}"
    raise Problem("E702", "this is no layer's name", expected="a name such as conv1 or layer1.0.conv1")
