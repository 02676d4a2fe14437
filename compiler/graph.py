"""The checked graph: what every backend reads. Frozen, and equal after a JSON round trip."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import cached_property
from hashlib import sha256
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

from .op import Op
from .ops import OPS
from .values import BYTES_PER_VALUE, Shape

Cost: TypeAlias = Literal["parameters", "buffers", "connections", "macs", "activations"]

KEPT = ("parameters", "buffers")
"""Costs of what a module keeps, whether it runs or not."""


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


def _load_op(value: Any) -> Any:
    """An op from its JSON form, ``{"op": keyword, ...fields}``."""
    if isinstance(value, dict):
        fields = dict(value)
        return OPS[fields.pop("op")].model_validate(fields)
    return value


def _dump_op(op: Op) -> dict[str, Any]:
    return {"op": op.keyword, **op.model_dump(mode="json")}


OpField = Annotated[Op, BeforeValidator(_load_op), PlainSerializer(_dump_op)]


class Idea(Frozen):
    """A key idea of an architecture, and whether networks of today still use it."""

    text: str
    still_used: bool = False


class About(Frozen):
    """What the spec says of its net, for titles and tables."""

    title: str | None = None
    year: int | None = None
    authors: str | None = None
    paper: str | None = None
    url: str | None = None
    note: str | None = None
    ideas: tuple[Idea, ...] = ()


class Device(Frozen):
    """A logical device; bound to a real one when the module runs."""

    name: str
    memory: int | None = Field(None, description="bytes")


class Init(Frozen):
    """How one weight is drawn at the start of training.

    ``normal(mean, std)``; ``uniform(low, high)``; ``constant(value)``;
    ``fan_in_uniform(gain)`` is uniform in +-gain / fan-in of the unit
    (LeCun et al. 1998, appendix A).
    """

    distribution: Literal["normal", "uniform", "constant", "fan_in_uniform"]
    values: tuple[float, ...]


class Input(Frozen):
    """A tensor that the net is fed with. It arrives from the host, so it is on no device."""

    kind: Literal["input"] = "input"
    name: str
    shape: Shape
    line: int
    device: None = None

    @property
    def inputs(self) -> tuple[str, ...]:
        return ()


class Layer(Frozen):
    """One op at work: what it reads, what it makes, and what that costs for one sample."""

    kind: Literal["layer"] = "layer"
    name: str = Field(description="unique; scopes separated by dots, as in the state_dict")
    op: OpField
    inputs: tuple[str, ...] = Field(description="names of the nodes that it reads, in order")
    shape: Shape
    device: str | None = None
    section: str | None = Field(None, description="name of the section that it stands in")
    statement: str = Field(description="the user's name of the chain that it is a part of; empty for a chain without")
    line: int
    file: str
    parameters: int = 0
    buffers: int = 0
    connections: int = 0
    macs: int = 0
    init: dict[str, Init] = Field(default_factory=dict, description="by weight name")

    @property
    def activations(self) -> int:
        """Values of the output for one sample."""
        return elements(self.shape)


class Transfer(Frozen):
    """A copy of one node's output to another device. Its consumers read the transfer."""

    kind: Literal["transfer"] = "transfer"
    name: str = Field(description="`<layer>@<destination>`")
    layer: str = Field(description="the node whose output is copied")
    origin: str
    destination: str
    shape: Shape
    line: int = Field(description="line of the first layer that reads it")
    file: str

    @property
    def inputs(self) -> tuple[str, ...]:
        return (self.layer,)

    @property
    def device(self) -> str:
        """Where its output is."""
        return self.destination

    @property
    def bytes_per_sample(self) -> int:
        return BYTES_PER_VALUE * elements(self.shape)


Node = Annotated[Input | Layer | Transfer, Field(discriminator="kind")]


class Section(Frozen):
    """A named part of the net, framed in figures. It adds nothing to names."""

    name: str
    title: str
    parent: str | None = None


class Scope(Frozen):
    """A prefix of layer names that stands for one use of a block, a repetition, a `sequential` or a tower."""

    path: str = Field(description="the prefix, without the last dot: `layer1.0`")
    kind: Literal["block", "group", "list", "tower"] = Field(
        description="use of a block; `sequential` or a chain in parentheses; list of repetitions; one tower"
    )
    definition: str = Field("", description="the block's name; for a tower its first statement's line")
    arguments: dict[str, Any] = Field(default_factory=dict, description="the block's parameters, evaluated")
    inputs: dict[str, str] = Field(
        default_factory=dict, description="`in` and the block's parameters that are layers -> node"
    )
    line: int


class Graph(Frozen):
    """A net with everything known about it. Nodes are in an order in which they can run."""

    net: str
    file: str
    about: About = Field(default_factory=About)
    parameters: dict[str, Any] = Field(default_factory=dict, description="the net's parameters, evaluated")
    devices: tuple[Device, ...] = ()
    nodes: tuple[Node, ...]
    outputs: dict[str, str] = Field(
        description="output's name -> node, the auxiliary ones last; a single unnamed output is called `output`"
    )
    auxiliary: tuple[str, ...] = Field((), description="names of the outputs that exist in training only")
    scopes: tuple[Scope, ...] = ()
    sections: tuple[Section, ...] = ()

    def __repr__(self) -> str:
        """One line: the fields of a large net are pages."""
        return (
            f"<Graph {self.net} of {self.file}: {len(self.layers):,} layers, {self.total('parameters'):,} parameters>"
        )

    __str__ = __repr__

    @cached_property
    def by_name(self) -> dict[str, Input | Layer | Transfer]:
        return {node.name: node for node in self.nodes}

    @cached_property
    def inputs(self) -> tuple[Input, ...]:
        return tuple(node for node in self.nodes if isinstance(node, Input))

    @cached_property
    def layers(self) -> tuple[Layer, ...]:
        return tuple(node for node in self.nodes if isinstance(node, Layer))

    @cached_property
    def transfers(self) -> tuple[Transfer, ...]:
        return tuple(node for node in self.nodes if isinstance(node, Transfer))

    @cached_property
    def consumers(self) -> dict[str, tuple[str, ...]]:
        """For every node the nodes that read it, in order."""
        found: dict[str, list[str]] = {node.name: [] for node in self.nodes}
        for node in self.nodes:
            for name in dict.fromkeys(node.inputs):
                found[name].append(node.name)
        return {name: tuple(readers) for name, readers in found.items()}

    def input_shapes(self, layer: Layer) -> tuple[Shape, ...]:
        """Shapes of what a layer reads, in order."""
        return tuple(self.by_name[name].shape for name in layer.inputs)

    @cached_property
    def main_outputs(self) -> dict[str, str]:
        """The outputs that exist in evaluation too."""
        return {name: node for name, node in self.outputs.items() if name not in self.auxiliary}

    @cached_property
    def training_only(self) -> frozenset[str]:
        """The layers and transfers that only auxiliary outputs need, so that evaluation leaves them out."""
        if not self.auxiliary:
            return frozenset()
        needed = set(self.main_outputs.values())
        for node in reversed(self.nodes):
            if node.name in needed:
                needed.update(node.inputs)
        return frozenset(node.name for node in self.nodes if node.name not in needed and not isinstance(node, Input))

    def total(self, cost: Cost, *, training: bool = False) -> int:
        """Sum of a cost over all layers, for one sample in evaluation, or in training."""
        return self.total_of(self.layers, cost, training=training)

    def total_of(self, layers: Iterable[Layer], cost: Cost, *, training: bool = False) -> int:
        """Sum of a cost over some layers; evaluation leaves out what auxiliary layers compute, not what they keep."""
        left_out: frozenset[str] = frozenset() if training or cost in KEPT else self.training_only
        return sum(getattr(layer, cost) for layer in layers if layer.name not in left_out)

    def on(self, device: str) -> Iterator[Layer]:
        """The layers of a device."""
        return (layer for layer in self.layers if layer.device == device)

    @cached_property
    def digest(self) -> str:
        """Sixteen hexadecimal digits that change with the net, but not with where its lines stand."""
        places = {"line", "file"}
        left_out: dict[str, Any] = {field: {"__all__": places} for field in ("nodes", "scopes")} | {"file": True}
        if not self.auxiliary:
            left_out["auxiliary"] = True  # digests from before there were any stay
        text = json.dumps(self.model_dump(exclude=left_out), default=str)
        return sha256(text.encode()).hexdigest()[:16]

    def to_json(self) -> str:
        return self.model_dump_json(indent=2)

    @staticmethod
    def from_json(text: str) -> Graph:
        return Graph.model_validate_json(text)


def elements(shape: Shape) -> int:
    """Number of values in a tensor of this shape."""
    count = 1
    for size in shape:
        count *= size
    return count
