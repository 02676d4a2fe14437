"""Verifies a written file against its graph, on the meta device: no weight is made and nothing is computed."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from dataclasses import dataclass, replace
from types import FunctionType
from typing import Any

import torch
from torch import Tensor, nn

from ...compiler.graph import Graph, Layer
from ...compiler.values import Shape, format_shape
from .auxiliary import in_evaluation
from .execute import execute
from .extras import NONE, Extras
from .inference import Identity
from .match import Matcher, check_module
from .observe import Observer
from .source import class_name

BATCH = 2
"""Samples of the run; batch normalization in training needs more than one."""


@dataclass(frozen=True)
class Verification:
    """What was held to the graph, and what does not agree with it."""

    findings: tuple[str, ...]
    layers: int = 0
    """Layers that run exactly once."""
    shapes: int = 0
    """Outputs whose shapes were compared."""
    parameters: int = 0
    operands: int = 0
    """Operands whose origin and device were compared."""
    transfers: int = 0
    """Copies between devices."""

    @property
    def ok(self) -> bool:
        return not self.findings

    def __str__(self) -> str:
        if self.findings:
            return "\n".join(self.findings)
        copies = f" and {self.transfers} transfers" if self.transfers else ""
        return (
            f"{self.layers} layers, {self.shapes} shapes, {self.parameters:,} parameters, {self.operands} operands"
            f"{copies} agree with the graph"
        )


def verify(graph: Graph, text: str, extras: Extras = NONE) -> Verification:
    """Runs a written file once on the meta device and compares all it does with the graph.

    Compared are: every layer, exactly once, with its arguments, the operands
    that it reads, their order and device, and its output's shape; the
    state_dict's keys and shapes; the number of parameters and where they are;
    every copy between devices; and the outputs of the net. With auxiliary
    outputs it is run in evaluation too.
    """
    try:
        namespace = execute(text, f"<netc verify {graph.net}>")
    except Exception as error:  # noqa: BLE001 - whatever the text does wrong is what is looked for
        return Verification((failure("the file", error, ""),))
    name = class_name(graph, extras)
    if name not in namespace:
        return Verification((f"the file has no class `{name}`",))
    result = _Run(graph, namespace, name).verify()
    if not graph.auxiliary or not result.ok:
        return result
    findings = _Run(in_evaluation(graph), execute(text, f"<netc verify {graph.net}>"), name).verify_evaluation()
    return replace(result, findings=tuple(f"in evaluation: {finding}" for finding in findings))


class _Run:
    """One verification."""

    def __init__(self, graph: Graph, namespace: dict[str, Any], name: str) -> None:
        self.graph = graph
        self.namespace = namespace
        self.name = name
        self.file = str(namespace["__name__"])
        self.observer = Observer(self.file)
        self.matcher = Matcher(graph, BATCH)
        self._findings: list[str] = []

    def verify(self) -> Verification:
        watch_functions(self.namespace, self.observer)
        findings, matcher, parameters = self._findings, self.matcher, 0
        try:
            model = self._build()
            findings += [*self._check_modules(model), *self._check_state(model)]
            parameters = sum(parameter.numel() for parameter in model.parameters())
            self._run(model)
        except Exception as error:  # noqa: BLE001 - as above
            findings += [*matcher.findings, failure("running the file", error, self.file)]
        else:
            findings += matcher.findings
        once = sum(count == 1 for count in matcher.found.values())
        return Verification(
            tuple(dict.fromkeys(findings)), once, matcher.shapes, parameters, matcher.operands, len(matcher.copies)
        )

    def verify_evaluation(self) -> tuple[str, ...]:
        """What the net does in evaluation, held to the graph; its modules are more than that."""
        watch_functions(self.namespace, self.observer)
        try:
            self._run(self._build().eval())
        except Exception as error:  # noqa: BLE001 - as above
            return (*self.matcher.findings, failure("running the file", error, self.file))
        return (*self._findings, *self.matcher.findings)

    def _run(self, model: nn.Module) -> None:
        """Runs the net; what it did before a failure is held to the graph too."""
        try:
            output = self._forward(model)
        except Exception:
            self._match()
            self.matcher.count(completed=False)
            raise
        self._match()
        self._findings += self._check_outputs(output)
        self.matcher.count(completed=True)

    def _match(self) -> None:
        self.matcher.match(self.observer.calls)
        for clash in self.observer.clashes:
            self.matcher.clash(clash)

    def _build(self) -> nn.Module:
        bindings = {device.name: torch.device("meta", index) for index, device in enumerate(self.graph.devices)}
        with torch.device("meta"), self.observer:
            model = self.namespace[self.name](**bindings)
        assert isinstance(model, nn.Module)
        return model

    def _forward(self, model: nn.Module) -> Any:
        self.observer.calls.clear()
        self.observer.clashes.clear()  # module.to() compares a parameter with its copy
        self.observer.watch(model, layers_in(model, self.graph))
        inputs = []
        for entry in self.graph.inputs:
            tensor = torch.empty(BATCH, *entry.shape, device="meta")
            self.observer.receive(entry.name, tensor)
            inputs.append(tensor)
        with self.observer:
            return model(*inputs)

    def _check_modules(self, model: nn.Module) -> Iterator[str]:
        scopes = {scope.path for scope in self.graph.scopes}
        for path, module in model.named_modules():
            layer = self.graph.by_name.get(path)
            if isinstance(layer, Layer):
                yield from check_module(layer, module, self.graph.input_shapes(layer))
            elif path and path not in scopes:
                yield f"`{path}` is a module, and no layer of the net"

    def _check_state(self, model: nn.Module) -> Iterator[str]:
        expected = dict(state_of(self.graph))
        found = {key: tuple(value.shape) for key, value in model.state_dict(keep_vars=True).items()}
        yield from (f"`{key}` is missing in the state_dict" for key in expected if key not in found)
        yield from (f"`{key}` is in the state_dict, and in no layer" for key in found if key not in expected)
        for key, shape in expected.items():
            if found.get(key, shape) != shape:
                yield f"`{key}` has shape {format_shape(found[key])}, the graph says {format_shape(shape)}"
        count, wanted = sum(parameter.numel() for parameter in model.parameters()), self.graph.total("parameters")
        if count != wanted:
            yield f"the module has {count:,} parameters, the graph says {wanted:,}"
        yield from self._check_places(model)

    def _check_places(self, model: nn.Module) -> Iterator[str]:
        for key, tensor in model.state_dict(keep_vars=True).items():
            layer = self.graph.by_name.get(key.rpartition(".")[0])
            if not isinstance(layer, Layer) or layer.device is None:
                continue
            device = self.matcher.device(self.observer.place(tensor))
            if device != layer.device:
                yield f"`{key}` is on {device}, the graph says {layer.device}"

    def _check_outputs(self, output: Any) -> Iterator[str]:
        expected = self.graph.outputs
        if isinstance(output, Tensor):
            output = dict.fromkeys(list(expected)[:1], output)
        elif isinstance(output, dict) and len(expected) == 1:
            yield "the net returns a dictionary, the graph has a single output"
            return
        if not isinstance(output, dict) or list(output) != list(expected):
            yield f"the net returns {_kind(output)}, the graph has the outputs {', '.join(expected)}"
            return
        for name, node in expected.items():
            result = self.observer.result(output[name])
            found = self.matcher.name(result) if result else None
            if found != node:
                yield f"output `{name}` is `{found}`, the graph says `{node}`"


def watch_functions(namespace: dict[str, Any], observer: Observer) -> None:
    """Counts every function that a text defines as one call."""
    for name, value in namespace.items():
        if isinstance(value, FunctionType) and value.__module__ == observer.file:
            namespace[name] = observer.as_one_call(value)


def layers_in(model: nn.Module, graph: Graph) -> list[str]:
    """The layers that are modules; nn.Identity stands where a rank has no layer, unless it is one itself."""
    modules = dict(model.named_modules())
    return [
        layer.name
        for layer in graph.layers
        if layer.name in modules and isinstance(modules[layer.name], nn.Identity) == isinstance(layer.op, Identity)
    ]


def state_of(graph: Graph) -> Iterator[tuple[str, Shape]]:
    """Keys and shapes that the state_dict must have."""
    for layer in graph.layers:
        shapes = graph.input_shapes(layer)
        tensors = layer.op.weights(*shapes) | layer.op.buffers(*shapes)
        yield from ((f"{layer.name}.{name}", shape) for name, shape in tensors.items())


def _kind(output: object) -> str:
    return f"the outputs {', '.join(output)}" if isinstance(output, dict) else type(output).__name__


def failure(what: str, error: Exception, file: str) -> str:
    """An exception in one line, with the last line of the text that was executed."""
    lines = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    where = f" in line {lines[-1].lineno} (`{lines[-1].line}`)" if lines else ""
    message = " ".join(str(error).split())
    return f"{what} fails{where}: {type(error).__name__}: {message}"
