"""What becomes a class, what nn.Sequential, and what a mere list of modules whose steps run in the part around it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from ...compiler.graph import Layer
from .parts import Part, Run, Step, Tree, Use
from .spelling import Spelling, as_function, as_module, is_kept, preparation

Form: TypeAlias = Literal["class", "sequential", "list"]


@dataclass(frozen=True)
class Said:
    """A layer in PyTorch's words."""

    layer: Layer
    call: Spelling
    before: Spelling | None
    """What must be done to its input first."""
    kept: bool
    """Whether it is an attribute of its module."""


@dataclass
class Forms:
    """The form of every part, and the words for every layer."""

    tree: Tree
    of: dict[Part, Form] = field(default_factory=dict)
    said: dict[str, Said] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._decide(self.tree.root)

    def _decide(self, part: Part) -> None:
        """From the inside outwards; parts are nested no deeper than blocks are."""
        for child in part.parts():
            self._decide(child)
        for segment in part.segments:
            segment.steps = list(self._inlined(segment.steps))
        is_chain = part.kind in ("block", "group", "list") and self._is_chain(part)
        self.of[part] = "sequential" if is_chain else "list" if part.kind == "list" else "class"
        for inside in part.children.values():
            if isinstance(inside, Layer):
                self.said[inside.name] = self._say(part, inside, is_chain)

    def _inlined(self, steps: list[Step]) -> Iterator[Step]:
        for step in steps:
            if isinstance(step, Use) and self.of[step.part] == "list":
                yield from step.segment.steps
            else:
                yield step

    def _is_chain(self, part: Part) -> bool:
        """Whether nn.Sequential can stand for a part: each step is a module and reads the step before, only."""
        if len(part.segments) != 1:
            return False
        segment = part.segments[0]
        if len(segment.inputs) != 1 or len(segment.outputs) != 1 or len(segment.steps) != len(part.children):
            return False
        flow = tuple(segment.inputs)
        for step in segment.steps:
            if step.reads != flow or len(step.makes) != 1 or not self._is_module(step):
                return False
            flow = step.makes
        return flow == tuple(segment.outputs) and is_numbered(part.children)

    def _is_module(self, step: Step) -> bool:
        if isinstance(step, Use):
            return self.of[step.part] != "list" and len(step.part.segments) == 1
        if not isinstance(step, Run):
            return False
        shapes = self.tree.input_shapes(step.layer)
        return as_module(step.layer.op, shapes) is not None and preparation(step.layer.op, shapes) is None

    def _say(self, part: Part, layer: Layer, in_chain: bool) -> Said:
        shapes = self.tree.input_shapes(layer)
        kept = in_chain or is_kept(layer.op, part.local(layer.name), layer.statement, shapes)
        call = as_module(layer.op, shapes) if kept else as_function(layer.op, shapes)
        assert call is not None, f"ODD has neither a module nor a function for {layer.op.keyword}"
        return Said(layer, call, preparation(layer.op, shapes), kept)

    def leaves(self, part: Part) -> Iterator[Layer | Part]:
        """The layers and classes of a part, with those in its lists and sequences, in order of appearance."""
        for child in part.children.values():
            if isinstance(child, Layer) or self.of[child] == "class":
                yield child
            else:
                yield from self.leaves(child)


def is_numbered(names: Iterable[str]) -> bool:
    """Whether names are 0, 1, 2 …, as those that nn.Sequential and nn.ModuleList give."""
    return all(name == str(index) for index, name in enumerate(names))
