"""A net as one standalone file that torchrun starts once per device. Imports no torch."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import PurePath

from ....compiler.graph import Graph, Input, Layer, Transfer
from ....compiler.values import Shape, format_shape
from ..extras import Extras
from ..layout import Bracket, Item, bracket, lay_out
from ..source import ends_in_rbf, source
from ..text import Text
from ..words import literal
from .method import RankMethod
from .plan import Plan
from .problems import check_ranks

AUXILIARY = 0.3
"""Weight of the loss of an auxiliary output (Szegedy et al. 2015, section 5)."""


def ranks_source(graph: Graph) -> str:
    """The text of a file that needs torch alone: the net, a class per device, and a program that trains them.

    Raises Problem E909 for a net that cannot run so.
    """
    check_ranks(graph)
    return source(without_devices(graph), ranks_extras(graph))


def without_devices(graph: Graph) -> Graph:
    """The same net on one device: its layers, in their order, without transfers."""
    behind = {transfer.name: transfer.layer for transfer in graph.transfers}
    nodes: list[Input | Layer] = [
        node.model_copy(
            update={"device": None, "inputs": tuple(behind.get(name, name) for name in node.inputs)}
            if isinstance(node, Layer)
            else {}
        )
        for node in graph.nodes
        if not isinstance(node, Transfer)
    ]
    fields = {name: getattr(graph, name) for name in Graph.model_fields}
    return Graph(**{**fields, "nodes": tuple(nodes), "devices": ()})


def ranks_extras(graph: Graph) -> Extras:
    """What the file has beyond the net."""
    names = rank_names(graph)
    return Extras(
        remarks=tuple(_remarks(graph)),
        usage=tuple(_usage(graph)),
        program=lambda text: _Program(graph, text, names).blocks(),
        imports=_imports(),
        reserved=frozenset((*_helpers(), *names.values(), *CONSTANTS)),
    )


def rank_names(graph: Graph) -> dict[str, str]:
    """The classes of the devices: ``gpu0`` is Gpu0."""
    taken = {*_helpers(), *_imports(), *CONSTANTS, "F", "Tensor", "nn"}
    found: dict[str, str] = {}
    for device in graph.devices:
        name = "".join(word[:1].upper() + word[1:] for word in device.name.split("_"))
        while name in taken:
            name += "Device"
        found[device.name] = name
        taken.add(name)
    return found


HELPERS = ("peers", "trainer", "pipeline", "program")
"""The files whose texts are copied, in the order of the written file."""
CONSTANTS = ("NAME", "DEVICES", "EXCHANGES", "INPUT", "OUTPUT", "NET", "RANKS", "criterion")
"""What the helpers read of the file."""


@dataclass(frozen=True)
class _Program:
    """The part of the file behind the classes of the net."""

    graph: Graph
    text: Text
    names: dict[str, str]

    def blocks(self) -> Iterator[str]:
        plan = Plan(self.graph, self.text.forms)
        yield from _needed("Pipeline" if plan.is_pipeline else "Trainer", "Stage" if plan.is_pipeline else "Peer")
        for device in plan.devices:
            yield "\n".join(self._rank(plan, device))
        yield "\n".join(self._constants(plan))
        yield "\n".join(self._criterion())
        kind = "Pipeline" if plan.is_pipeline else "Trainer"
        yield f'if __name__ == "__main__":\n    main({kind})'

    def _rank(self, plan: Plan, device: str) -> Iterator[str]:
        method = RankMethod(self.text, plan, device)
        base, number = ("Stage", "stage") if plan.is_pipeline else ("Peer", "rank")
        layers = [layer for layer in self.graph.layers if layer.device == device]
        parameters = sum(layer.parameters for layer in layers)
        yield f"class {self.names[device]}({base}):"
        yield f'    """{device}: {number} {plan.devices.index(device)}, with {parameters:,} parameters."""'
        yield ""
        yield f"    net: {self.text.classes.net_name}"
        yield from _tuple(1, "layers", plan.layers(device))
        outputs = {name for name, node in self.graph.outputs.items() if plan.device_of[node] == device}
        if outputs or self.graph.auxiliary:  # in training all ranks give a dictionary then
            yield "    has_loss = True"
        if outputs.intersection(self.graph.main_outputs):
            yield "    has_output = True"
        if plan.is_pipeline:
            yield from self._shapes("takes", [transfer.shape for transfer in method.received])
            yield from self._shapes("gives", [self.graph.by_name[name].shape for name in method.segment.outputs])
        yield ""
        yield from method.lines()

    def _shapes(self, name: str, shapes: list[Shape]) -> Iterator[str]:
        yield from lay_out(1, f"{name} = ", _tuple_of([literal(shape) for shape in shapes]))

    def _constants(self, plan: Plan) -> Iterator[str]:
        (main,) = self.graph.main_outputs.values()
        exchanges = dict.fromkeys(
            event.devices for event in plan.events if hasattr(event, "devices") and event.devices != tuple(plan.devices)
        )
        yield f"NAME = {literal(self.text.classes.net_name)}"
        yield from _tuple(0, "DEVICES", plan.devices)
        yield f"EXCHANGES: tuple[tuple[str, ...], ...] = {literal(tuple(exchanges))}"
        yield f"INPUT = {literal(self.graph.inputs[0].shape)}"
        yield f"OUTPUT = {literal(self.graph.by_name[main].shape)}"
        yield f"NET = {self.text.classes.net_name}"
        yield from lay_out(0, "RANKS = ", _tuple_of([self.names[device] for device in plan.devices]))

    def _criterion(self) -> Iterator[str]:
        """What training makes small, of what a rank gives."""
        loss = self._loss()
        if not self.graph.auxiliary:
            yield "def criterion(output: Tensor, targets: Tensor) -> Tensor:"
            yield '    """What training makes small."""'
            yield f"    return {loss}"
            return
        yield "def criterion(outputs: dict[str, Tensor], targets: Tensor) -> Tensor:"
        yield '    """Auxiliary outputs count less (Szegedy et al. 2015, section 5)."""'
        weights = (f'"{name}": {AUXILIARY if name in self.graph.auxiliary else 1.0}' for name in self.graph.outputs)
        yield from lay_out(1, "weights = ", bracket("", list(weights), "{}"))
        yield "    total = torch.zeros((), device=targets.device)"
        yield "    for name, output in outputs.items():"
        yield f"        total = total + weights[name] * {loss}"
        yield "    return total"

    def _loss(self) -> str:
        """The loss of one output."""
        (main,) = self.graph.main_outputs.values()
        node = self.graph.by_name[main]
        if ends_in_rbf(self.graph):
            return "rbf_map_loss(output, targets)"
        if isinstance(node, Layer) and node.op.keyword == "softmax":
            return "F.nll_loss(output.clamp_min(1e-38).log(), targets)"
        return "F.cross_entropy(output, targets)"


def _tuple_of(values: list[str]) -> Bracket:
    """A tuple; black ends that of one with a comma."""
    return Bracket("", tuple(Item(value) for value in values)) if len(values) != 1 else bracket("", [f"{values[0]},"])


def _tuple(depth: int, name: str, values: list[str]) -> list[str]:
    return lay_out(depth, f"{name} = ", _tuple_of([literal(value) for value in values]))


def _remarks(graph: Graph) -> Iterator[str]:
    count = len(graph.devices)
    yield f"A program of {count} processes: every device is a rank, which keeps the layers of that device only."


def _usage(graph: Graph) -> Iterator[str]:
    stem = PurePath(graph.file.rpartition(":")[2]).name.removesuffix(".net").strip("<>")
    shape = format_shape(graph.inputs[0].shape)
    yield f"    torchrun --nproc-per-node {len(graph.devices)} {stem}_ranks.py --data images.pt  # {shape}"


# The helpers


@cache
def _trees() -> list[tuple[list[str], ast.Module]]:
    """The texts of the helpers, and what they are."""
    texts = [(files(f"{__package__}.helpers") / f"{name}.py").read_text(encoding="utf-8") for name in HELPERS]
    return [(text.splitlines(), ast.parse(text)) for text in texts]


@cache
def _helpers() -> dict[str, tuple[str, frozenset[str]]]:
    """The text of every helper, and the names in it."""
    found = {}
    for lines, tree in _trees():
        for node in tree.body:
            names = frozenset(item.id for item in ast.walk(node) if isinstance(item, ast.Name))
            text = "\n".join(lines[node.lineno - 1 : node.end_lineno])
            if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
                found[node.name] = text, names
            elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                found[node.targets[0].id] = text, names
    return found


def _needed(*wanted: str) -> list[str]:
    """These helpers, and those that they name, in the order of the file."""
    helpers, names = _helpers(), [*wanted, "main"]
    for name in names:
        names += [other for other in helpers if other in helpers[name][1] and other not in names]
    return [helpers[name][0] for name in helpers if name in names]


@cache
def _imports() -> dict[str, str]:
    """The names that the helpers import, and the statements."""
    found: dict[str, str] = {}
    for node in (node for _, tree in _trees() for node in tree.body):
        if isinstance(node, ast.ImportFrom) and not node.level and node.module != "__future__":
            found |= {alias.name: f"from {node.module}" for alias in node.names}
        elif isinstance(node, ast.Import):
            (alias,) = node.names
            found[alias.asname or alias.name] = ast.unparse(node)
    return found
