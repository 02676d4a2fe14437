"""The text of ``forward`` and its like: one line per layer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from ...compiler.graph import Input, Layer
from ...compiler.values import Shape
from .auxiliary import left_out
from .classes import Class, Classes
from .forms import Forms
from .in_place import in_place
from .layout import INDENT, WIDTH, Bracket, Expression, Item, bracket, lay_out, remark
from .parts import Copy, Part, Run, Segment, Step, Use
from .spelling import prepared_shape
from .words import Comments, Constants, call


@dataclass
class Text:
    """What all parts of the written file share."""

    forms: Forms
    classes: Classes
    comments: Comments
    constants: Constants = field(default_factory=Constants)

    def reach(self, part: Part, path: str) -> str:
        """The expression by which a method of a part reaches something inside it: ``self.layer1[0]``."""
        at, expression, lists = part, "self", 0
        for name in path.split("."):
            form = self.forms.of[at]
            if form == "class" and name.isdigit():
                return f'self.get_submodule("{path}")'
            if form == "class" or not (form == "sequential" or self.is_numbered(at)):
                expression += f".{name}" if form == "class" else f'["{name}"]'
            else:
                expression += f"[{name}]" if name.isdigit() else f".{name}"
            lists += form != "class"
            child = at.children[name]
            at = child if isinstance(child, Part) else at
        return expression if lists < 2 else f'self.get_submodule("{path}")'

    def kept(self, part: Part) -> dict[str, Layer | Part]:
        """The children that are attributes of their module, by name."""
        return {
            name: child
            for name, child in part.children.items()
            if (self.forms.said[child.name].kept if isinstance(child, Layer) else self.is_module(child))
        }

    def is_module(self, part: Part) -> bool:
        """Whether a part is an attribute; a list of nothing but functions is none."""
        return self.forms.of[part] != "list" or bool(self.kept(part))

    def is_numbered(self, part: Part) -> bool:
        """Whether the children are called 0, 1, 2 …, as those of nn.ModuleList are."""
        names = list(self.kept(part))
        return names == [str(index) for index in range(len(names))]

    def in_place(self, part: Part, layers: Sequence[Layer]) -> bool:
        """Whether a layer of a class, given in all uses, may overwrite what it reads."""
        return in_place(self.forms.tree.graph, part.path, layers)

    def method_name(self, part: Part, index: int) -> str:
        """``forward``, or ``stage1``, ``stage2`` … for a part that runs in several pieces."""
        if len(part.segments) == 1:
            return "forward"
        words = (f"{prefix}stage{index + 1}" for prefix in ("", "run_", "do_run_"))
        return next(word for word in words if word not in part.children)


class Method:
    """One segment of a class as a method."""

    def __init__(self, text: Text, made: Class, index: int) -> None:
        self.text = text
        self.made = made
        self.index = index
        self.part = made.first
        self.segment = self.part.segments[index]
        self.readers = _readers(self.segment)
        graph = text.forms.tree.graph
        self.in_training = left_out(graph, self.segment.steps) if self.part.scope is None else frozenset()
        self.depth = 2
        self.names: dict[str, str] = {}
        self._name_values()

    def lines(self) -> list[str]:
        """The method, one level indented."""
        return [*self._head(), *self._body(), *self._result()]

    def _body(self) -> Iterator[str]:
        """The steps; those that only auxiliary outputs need are for training."""
        for in_training, positions in groupby(range(len(self.segment.steps)), key=self.in_training.__contains__):
            self.depth = 3 if in_training else 2
            lines = [line for position in positions for line in self._statement(position)]
            yield from (["        if self.training:", *lines] if in_training and lines else lines)
        self.depth = 2

    # Names: the value that flows on is `x`; what is read later too has the name of its layer.

    def _name_values(self) -> None:
        own = [name for name in self._made() if not self._flows(*name)]
        used = {"self"}
        for value, name in zip(self.segment.inputs, self._input_names(), strict=True):
            self.names[value] = _free(name, used)
        for value, position in own:
            self.names[value] = _free(self._own_name(value, self.segment.steps[position]), used)
        late = {self.names[value] for value in self.segment.inputs if any(self.readers.get(value, ()))}
        late |= {self.names[value] for value, _ in own} | {self.names[value] for value in self._returned_inputs()}
        self.flow = next(name for name in ("x", "out", "flow", "value", "flowing_value") if name not in late)
        for value, position in self._made():
            if self._flows(value, position):
                self.names[value] = self.flow

    def _made(self) -> Iterator[tuple[str, int]]:
        return ((value, position) for position, step in enumerate(self.segment.steps) for value in step.makes)

    def _returned_inputs(self) -> list[str]:
        outputs = set(self._outputs().values())
        return [value for value in self.segment.inputs if value in outputs]

    def _flows(self, value: str, position: int) -> bool:
        """Whether only the next statement needs a value."""
        step = self.segment.steps[position]
        if len(step.makes) > 1 or (isinstance(step, Use) and len(step.part.segments) > 1):
            return False
        readers, is_output = self.readers.get(value, []), value in self._outputs().values()
        if is_output:
            return not readers and position == len(self.segment.steps) - 1
        if readers != [position + 1]:
            return False
        return not isinstance(step, Copy) or len(self.segment.steps[position + 1].reads) == 1

    def _own_name(self, value: str, step: Step) -> str:
        if isinstance(step, Copy):
            return f"{_flat(self.part.local(step.source))}_on_{step.device}"
        if isinstance(step, Use) and len(step.part.segments) == 1 and len(step.makes) == 1:
            return _flat(self.part.local(step.part.path))
        return _flat(self.part.local(value))

    def _input_names(self) -> list[str]:
        """Names of the arguments: the inputs of the net, or what they are in all uses."""
        inputs = self.segment.inputs
        if self.part.scope is None:
            return inputs
        if len(inputs) == 1:
            return ["x"]
        in_uses = [use.segments[self.index].inputs for use in self.made.uses]
        return [
            self._parameter(values) or self._common_name(values) or f"x{i}"
            for i, values in enumerate(zip(*in_uses, strict=True), 1)
        ]

    def _parameter(self, values: Sequence[str]) -> str | None:
        """The block's own name of what it reads, where it is one in all uses; `in` is the flowing value."""
        names = []
        for use, value in zip(self.made.uses, values, strict=True):
            source = value.partition("@")[0]
            inputs = use.scope.inputs if use.scope else {}
            names.append([name for name, node in inputs.items() if node == source])
        same = names[0][0] if names[0] and all(names[0][:1] == other[:1] for other in names) else None
        return "x" if same == "in" else same

    def _common_name(self, values: Sequence[str]) -> str | None:
        """What the layers behind these values are called in every use, from inside it or from the net."""
        sources = [value.partition("@")[0] for value in values]
        inside = {use.local(source) for use, source in zip(self.made.uses, sources, strict=True)}
        same = next((names for names in (inside, set(sources)) if len(names) == 1), None)
        return _flat(min(same)) if same else None

    # Statements

    def _head(self) -> list[str]:
        arguments = ["self", *(f"{self.names[value]}: Tensor" for value in self.segment.inputs)]
        outputs = self._outputs()
        result = "Tensor" if len(outputs) == 1 else f"tuple[{', '.join(['Tensor'] * len(outputs))}]"
        if self.part.scope is None and len(outputs) > 1:
            is_single = len(self.text.forms.tree.graph.main_outputs) == 1
            result = "Tensor | dict[str, Tensor]" if is_single else "dict[str, Tensor]"
        name = self.text.method_name(self.part, self.index)
        return lay_out(1, "def ", bracket(name, arguments), f" -> {result}:")

    def _outputs(self) -> dict[str, str]:
        """The values that are returned, by name."""
        if self.part.scope is None:
            return self.text.forms.tree.graph.outputs
        return {value: value for value in self.segment.outputs}

    def _result(self) -> list[str]:
        graph = self.text.forms.tree.graph
        if self.part.scope is None and graph.auxiliary:
            all_of_them = self._return(graph.outputs, 3)
            return ["        if self.training:", *all_of_them, *self._return(graph.main_outputs, 2)]
        return self._return(self._outputs(), 2)

    def _return(self, outputs: Mapping[str, str], depth: int) -> list[str]:
        if self.part.scope is None and len(outputs) > 1:
            items = tuple(Item(self.names[value], f'"{name}": ') for name, value in outputs.items())
            return lay_out(depth, "return ", Bracket("", items, "{}"))
        values = [self.names[value] for value in outputs.values()]
        flat = f"{INDENT * 2}return {', '.join(values)}"
        return [flat] if len(flat) <= WIDTH or len(values) == 1 else lay_out(2, "return ", bracket("", values))

    def _statement(self, position: int) -> list[str]:
        step = self.segment.steps[position]
        same = [use.segments[self.index].steps[position] for use in self.made.uses]
        if isinstance(step, Run):
            return self._run(step, [other.layer for other in same if isinstance(other, Run)])
        if isinstance(step, Copy):
            return self._copy(step, [other for other in same if isinstance(other, Copy)], position)
        return self._use(step, [other for other in same if isinstance(other, Use)])

    def _run(self, step: Run, layers: list[Layer]) -> list[str]:
        said = self.text.forms.said[step.layer.name]
        path = self.part.local(step.layer.name)
        operands = [self._operand(value) for value in step.reads]
        lines: list[str] = []
        if said.before:
            before = call(
                said.before, self.made, path, self.text.constants, operands=operands, before=True, stored=True
            )
            prepared = self.text.comments.prepared(layers, [self._prepared_shape(layer) for layer in layers])
            lines += lay_out(self.depth, f"{self.flow} = ", before, comment=prepared)
            operands = [self.flow]
        if said.kept:
            expression: Expression = bracket(self.text.reach(self.part, path), operands)
        else:
            in_place = self.text.in_place(self.part, layers)
            expression = call(
                said.call, self.made, path, self.text.constants, operands=operands, stored=True, in_place=in_place
            )
        target = self.names[step.layer.name]
        comment = self.text.comments.layers(layers)
        if said.call.form == "operator" and not said.kept:
            return lines + _operation(self.depth, target, said.call.name, operands, comment)
        return lines + lay_out(self.depth, f"{target} = ", expression, comment=comment)

    def _prepared_shape(self, layer: Layer) -> Shape:
        return prepared_shape(layer.op, self.text.forms.tree.input_shapes(layer))

    def _copy(self, step: Copy, same: list[Copy], position: int) -> list[str]:
        if self._is_inline(step.target):
            return []
        transfers = [copy.transfer for copy in same if copy.transfer]
        moved = _moved(self.names[step.source], step.device)
        comment = self.text.comments.transfer(transfers) if transfers else ""
        return lay_out(self.depth, f"{self.names[step.target]} = ", moved, comment=comment)

    def _is_inline(self, value: str) -> bool:
        """Whether an arriving input is read once, so that it is moved where it is read."""
        source, _, device = value.partition("@")
        is_input = isinstance(self.text.forms.tree.graph.by_name[source], Input)
        return is_input and bool(device) and self.part.scope is None and len(self.readers[value]) == 1

    def _operand(self, value: str) -> Expression:
        if not self._is_inline(value):
            return self.names[value]
        source, _, device = value.partition("@")
        return _moved(self.names[source], device)

    def _use(self, step: Use, same: list[Use]) -> list[str]:
        reach = self.text.reach(self.part, self.part.local(step.part.path))
        name = self.text.method_name(step.part, step.index)
        head = reach if name == "forward" else f"{reach}.{name}"
        expression = bracket(head, [self._operand(value) for value in step.reads])
        shapes = self.text.forms.tree.shapes
        made = [[shapes[value] for value in values] for values in zip(*(use.makes for use in same), strict=True)]
        comment = self.text.comments.uses([use.part for use in same], made)
        targets = [self.names[value] for value in step.makes]
        together = ", ".join(targets)
        if len(targets) > 1 and len(f"{INDENT * self.depth}{together} = {expression}") > WIDTH:
            return [*lay_out(self.depth, "", bracket("", targets, "()", open=True), f" = {expression}", comment)]  # type: ignore[arg-type]
        return lay_out(self.depth, f"{together} = ", expression, comment=comment)


def _readers(segment: Segment) -> dict[str, list[int]]:
    """For every value the positions of the steps that read it."""
    readers: dict[str, list[int]] = {}
    for position, step in enumerate(segment.steps):
        for name in dict.fromkeys(step.reads):
            readers.setdefault(name, []).append(position)
    return readers


def _moved(name: str, device: str) -> Bracket:
    return bracket("copy_to", [name, f'self.devices["{device}"]'])


def _operation(depth: int, target: str, sign: str, operands: Sequence[Expression], comment: str) -> list[str]:
    """``target = a + b``, in parentheses where it is too long."""
    indent, joined = INDENT * depth, f" {sign} ".join(map(str, operands))
    flat = f"{indent}{target} = {joined}"
    if len(flat) <= WIDTH:
        return remark(flat, comment)
    inside = f"{indent}{INDENT}{joined}"
    terms = [f"{indent}{INDENT}{sign + ' ' if index else ''}{operand}" for index, operand in enumerate(operands)]
    above = [f"{indent}# {comment}"]
    return [*above, f"{indent}{target} = (", *([inside] if len(inside) <= WIDTH else terms), f"{indent})"]


def _flat(path: str) -> str:
    """A dotted path as a variable's name."""
    name = path.replace(".", "_").replace("@", "_")
    return name if name.isidentifier() else f"x_{name}"


def _free(name: str, used: set[str]) -> str:
    while name in used or name in NOT_VARIABLES:
        name += "_"
    used.add(name)
    return name


NOT_VARIABLES = frozenset({"torch", "nn", "F", "Tensor", "scaled_tanh", "l", "O", "I"})
"""Names that the lines of a method need for something else, and those that look like digits (PEP 8)."""
