"""Holds the calls of a run to the layers of the graph, one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

import torch

from ...compiler.graph import Graph, Input, Layer, Transfer
from ...compiler.op import plain
from ...compiler.values import format_shape
from .observe import COPIES, ELSEWHERE, Call, Clash, Place, Result
from .parts import arrival
from .spelling import Spelling, as_function, as_module, preparation

Name: TypeAlias = str | None
"""The node of the graph that a value is; None if that cannot be said."""


@dataclass
class Matcher:
    """Finds the node of the graph that every call is; what does not fit is in ``findings``."""

    graph: Graph
    batch: int
    findings: list[str] = field(default_factory=list)
    operands: int = 0
    """How many operands were held to the graph."""
    copies: dict[str, None] = field(default_factory=dict)
    shapes: int = 0

    def __post_init__(self) -> None:
        self._names: dict[Result, Name] = {}
        self._prepared: dict[Result, tuple[Name, Call]] = {}
        self._terms: dict[Result, tuple[Name, ...]] = {}
        self._uses: dict[Call, list[Call]] = {}
        self.found: dict[str, int] = {layer.name: 0 for layer in self.graph.layers}
        self._by_sources: dict[tuple[str, ...], list[Layer]] = {}
        self._waiting: dict[tuple[str, ...], dict[str, Layer]] = {}
        for layer in self.graph.layers:
            self._waiting.setdefault(self._reads(layer), {})[layer.name] = layer

    def match(self, calls: Iterable[Call]) -> None:
        """Holds the calls to the graph, in order."""
        calls = list(calls)
        for call in calls:
            for operand in call.operands:
                self._uses.setdefault(operand.call, []).append(call)
        for call in calls:
            if call.module:
                self._module(call)
            elif call.function in COPIES:
                self._copy(call)
            elif not (_is_split(call) or self._is_preparation(call) or self._is_term(call)):
                self._function(call)

    def count(self, completed: bool) -> None:
        """Every layer must have run exactly once; of a run that failed, those up to the last that ran."""
        ran = [index for index, count in enumerate(self.found.values()) if count]
        end = len(self.found) if completed else max(ran, default=-1) + 1
        for name, count in list(self.found.items())[:end]:
            if count != 1:
                self.findings.append(f"layer `{name}` runs {count} times" if count else f"layer `{name}` never runs")

    def name(self, result: Result) -> Name:
        """The node of the graph that a result is."""
        if result.call.function == "input":
            return result.call.module
        if result not in self._names and _is_split(result.call):
            self._names[result] = self._part(result)
        return self._names.get(result)

    def clash(self, clash: Clash) -> None:
        """A call whose operands are on different devices."""
        where = f"in layer `{clash.module}`" if clash.module else f"in line {clash.line}"
        devices = " and ".join(self.device(place) for place in clash.places)
        self.findings.append(f"operands of {_short(clash.function)} {where} are on {devices}")

    def device(self, place: Place) -> str:
        """The name of a device by its number."""
        if place is None:
            return "the host"
        return "a device of no name" if place == ELSEWHERE else self.graph.devices[place].name

    # Calls

    def _module(self, call: Call) -> None:
        layer = self.graph.by_name[call.module]
        assert isinstance(layer, Layer)
        shapes = self.graph.input_shapes(layer)
        expected, before = self._reads(layer), preparation(layer.op, shapes)
        found: list[Name] = []
        for operand in call.operands:
            source, prepared = self._prepared.get(operand, (self.name(operand), None))
            found.append(source)
            if (before is None) != (prepared is None) or (before and prepared and not _agrees(before, prepared)):
                done = _short(prepared.function) if prepared else "nothing"
                needed = _short(before.name) if before else "nothing"
                self.findings.append(f"before layer `{layer.name}` {needed} must be done to its input, not {done}")
        self._check_operands(layer, expected, found, call)
        self._found(layer, call)

    def _function(self, call: Call) -> None:
        names = self._operand_names(call)
        layer = self._candidate(names, call)
        if layer is None:
            layer = self._nearly(names, call)
        if layer is None:
            what = ", ".join(f"`{name}`" if name else "something unknown" for name in names)
            self.findings.append(f"line {call.line} calls {_short(call.function)} on {what}, which no layer does")
            return
        self._check_operands(layer, self._reads(layer), names, call)
        self._found(layer, call)

    def _candidate(self, names: tuple[Name, ...], call: Call) -> Layer | None:
        """The layer that has not run yet, reads these values, and is this function."""
        known = tuple(name for name in names if name is not None)
        if len(known) == len(names):
            options: Iterable[Layer] = self._waiting.get(known, {}).values()
        else:
            rest = (layer for layers in self._waiting.values() for layer in layers.values())
            options = (layer for layer in rest if _may_read(self._reads(layer), names))
        return next((layer for layer in options if self._is_call_of(layer, call)), None)

    def _nearly(self, names: tuple[Name, ...], call: Call) -> Layer | None:
        """The layer that is this function of the same values, in another order or on other devices."""
        if not self._by_sources:
            for layer in self.graph.layers:
                self._by_sources.setdefault(_sources(self._reads(layer)), []).append(layer)
        near = self._by_sources.get(_sources(names), [])
        device = self.device(call.places[0])
        here = [layer for layer in near if self._is_call_of(layer, call)]
        return next((layer for layer in here if layer.device == device), here[0] if here else None)

    def _is_call_of(self, layer: Layer, call: Call) -> bool:
        said = as_function(layer.op, self.graph.input_shapes(layer))
        return said is not None and not self.found[layer.name] and _agrees(said, call)

    def _part(self, result: Result) -> Name:
        """The layer that is one part of what a split makes; the parts that nothing reads are none."""
        names = self._operand_names(result.call)
        for layer in self._waiting.get(tuple(name or "" for name in names), {}).values():
            said = as_function(layer.op, self.graph.input_shapes(layer))
            is_part = said is not None and said.tail == f"[{result.index}]"
            if is_part and self._is_call_of(layer, result.call):
                self._check_operands(layer, self._reads(layer), names, result.call)
                self._found(layer, result.call, result.index)
                return layer.name
        return None

    def _copy(self, call: Call) -> None:
        result, source = Result(call), self.name(call.operands[0])
        device = self.device(result.place)
        name = f"{source}@{device}"
        node = self.graph.by_name.get(source or "")
        if isinstance(node, Input):
            self._names[result] = name
        elif isinstance(self.graph.by_name.get(name), Transfer) and name not in self.copies:
            self._names[result] = name
            self.copies[name] = None
        else:
            again = " again" if name in self.copies else ""
            self.findings.append(f"line {call.line} copies `{source}` to {device}{again}, which the graph does not")

    def _is_preparation(self, call: Call) -> bool:
        """Whether a call only prepares the input of a module that cannot do it itself."""
        uses = self._uses.get(call, [])
        if len(uses) != 1 or not uses[0].module:
            return False
        layer = self.graph.by_name[uses[0].module]
        assert isinstance(layer, Layer)
        before = preparation(layer.op, self.graph.input_shapes(layer))
        if before is None or not _agrees(before, call):
            return False
        self._prepared[Result(call)] = (self.name(call.operands[0]), call)
        return True

    def _is_term(self, call: Call) -> bool:
        """Whether a call is the ``a + b`` of ``a + b + c``."""
        uses = self._uses.get(call, [])
        is_operator = _short(call.function) in ("add", "mul")
        if not is_operator or len(uses) != 1 or (uses[0].function, uses[0].line) != (call.function, call.line):
            return False
        self._terms[Result(call)] = self._operand_names(call)
        return True

    def _operand_names(self, call: Call) -> tuple[Name, ...]:
        return tuple(
            name for operand in call.operands for name in self._terms.get(operand, (self.name(operand),))
        )  # fmt: skip

    # Checks

    def _found(self, layer: Layer, call: Call, index: int = 0) -> None:
        self.found[layer.name] += 1
        result = Result(call, index)
        self._names[result] = layer.name
        self.shapes += 1
        if result.shape != (self.batch, *layer.shape):
            found = format_shape(result.shape[1:])
            self.findings.append(f"layer `{layer.name}` makes {found}, the graph says {format_shape(layer.shape)}")
        device = self.device(result.place)
        if layer.device is not None and device != layer.device:
            self.findings.append(f"layer `{layer.name}` runs on {device}, the graph says {layer.device}")

    def _check_operands(self, layer: Layer, expected: tuple[str, ...], found: Iterable[Name], call: Call) -> None:
        names = tuple(found)
        self.operands += len(expected)
        if not _may_read(expected, names):
            wanted, read = (", ".join(f"`{name}`" for name in group) for group in (expected, names))
            self.findings.append(f"layer `{layer.name}` reads {read} in line {call.line}, the graph says {wanted}")

    def _reads(self, layer: Layer) -> tuple[str, ...]:
        return tuple(arrival(self.graph, name, layer.device) for name in layer.inputs)


def check_module(layer: Layer, module: torch.nn.Module, shapes: tuple[tuple[int, ...], ...]) -> Iterator[str]:
    """What a module is, against what its layer says: class and arguments."""
    said = as_module(layer.op, shapes)
    if said is None:
        yield f"layer `{layer.name}` is a module, and has none"
        return
    if type(module).__name__ != _short(said.name):
        yield f"layer `{layer.name}` is {type(module).__name__}, the graph says {_short(said.name)}"
        return
    for key, value in {**said.defaults, **said.arguments}.items():
        found = getattr(module, key, value)
        if isinstance(found, torch.Tensor) or (key == "bias" and found is None):
            continue  # a weight; the state_dict tells
        allowed = [value] if value is not None else [None, plain(getattr(module, "kernel_size", None))]
        if plain(found) not in allowed and found != (value,):  # a stride of None is the kernel's size
            yield f"layer `{layer.name}` has {key} = {plain(found)}, the graph says {value}"


def _may_read(expected: tuple[str, ...], names: tuple[Name, ...]) -> bool:
    """Whether names agree; what is unknown has been reported already."""
    return len(expected) == len(names) and all(b is None or a == b for a, b in zip(expected, names, strict=True))


def _sources(names: Iterable[Name]) -> tuple[str, ...]:
    """The layers that values come from, sorted."""
    return tuple(sorted((name or "").partition("@")[0] for name in names))


def _is_split(call: Call) -> bool:
    """Whether a call makes several values; each is found out when something reads it."""
    return not call.module and _short(call.function) == "chunk"


def _agrees(said: Spelling, call: Call) -> bool:
    """Whether a call is of this function, with these arguments."""
    if _short(said.name) != _short(call.function):
        return False
    for key, value in {**said.defaults, **said.arguments}.items():
        found = call.keywords.get(key, value)
        if found != value and (found is not None or key in said.arguments):
            return False
    given = [key for key in said.arguments if call.keywords.get(key) is None]
    return [said.arguments[key] for key in given] == list(call.options)


def _short(name: str) -> str:
    """``torch.nn.functional.relu`` as relu; operators by the names that PyTorch gives them."""
    return {"+": "add", "*": "mul"}.get(name) or name.rpartition(".")[2]
