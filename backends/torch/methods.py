"""The text of ``forward`` and its like: one line per layer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from ...compiler.graph import Input, Layer
from .arguments import Place
from .auxiliary import left_out
from .layout import INDENT, WIDTH, Bracket, Expression, Item, bracket, lay_out, remark
from .naming import Names
from .parts import Child, Copy, Repeat, Run, Step, Use
from .spelling import Spelling
from .text import Text
from .uses import Class
from .words import call


class Method:
    """One segment of a class as a method."""

    def __init__(self, text: Text, made: Class, index: int) -> None:
        self.text = text
        self.made = made
        self.index = index
        self.part = made.first
        self.segment = self.part.segments[index]
        self.steps = made.steps(index)
        self.is_net = self.part.scope is None
        graph = text.forms.tree.graph
        self.in_training = left_out(graph, self.segment.steps) if self.is_net else frozenset()
        self.outputs = self._outputs()
        self.names = self._names()
        self.flow = self.names.flow
        self.depth = 2
        self.returns_at_once = self._returns_at_once()
        self._assigned = {self.names[value] for value in self.segment.inputs}
        self._declared = self._to_declare()

    def _outputs(self) -> dict[str, str]:
        """The values that are returned, by name."""
        return self.text.forms.tree.graph.outputs if self.is_net else {value: value for value in self.segment.outputs}

    def _names(self) -> Names:
        return Names(self.made, self.index, self.outputs.values(), self.text.forms)

    def lines(self) -> list[str]:
        """The method, one level indented."""
        return [*self._head(), *self._body(), *([] if self.returns_at_once else self._result())]

    def _body(self) -> Iterator[str]:
        """The steps; those that only auxiliary outputs need are for training."""
        for in_training, positions in groupby(range(len(self.segment.steps)), key=self.in_training.__contains__):
            self.depth = 3 if in_training else 2
            lines = [line for position in positions for line in self._statement(position)]
            yield from (["        if self.training:", *lines] if in_training and lines else lines)
        self.depth = 2

    # The head, and what is returned

    def _head(self) -> list[str]:
        arguments = ["self", *(f"{self.names[value]}: Tensor" for value in self.segment.inputs)]
        result = "Tensor" if len(self.outputs) == 1 else f"tuple[{', '.join(['Tensor'] * len(self.outputs))}]"
        if self.is_net and len(self.outputs) > 1:
            is_single = len(self.text.forms.tree.graph.main_outputs) == 1
            result = "Tensor | dict[str, Tensor]" if is_single else "dict[str, Tensor]"
        name = self.text.method_name(self.part, self.index)
        return lay_out(1, "def ", bracket(name, arguments), f" -> {result}:")

    def _result(self) -> list[str]:
        graph = self.text.forms.tree.graph
        if self.is_net and graph.auxiliary:
            all_of_them = self._return(graph.outputs, 3)
            return ["        if self.training:", *all_of_them, *self._return(graph.main_outputs, 2)]
        return self._return(self.outputs, 2)

    def _return(self, outputs: Mapping[str, str], depth: int) -> list[str]:
        if self.is_net and len(outputs) > 1:
            items = tuple(Item(self.names[value], f'"{name}": ') for name, value in outputs.items())
            return lay_out(depth, "return ", Bracket("", items, "{}"))
        values = [self.names[value] for value in outputs.values()]
        flat = f"{INDENT * depth}return {', '.join(values)}"
        return [flat] if len(flat) <= WIDTH or len(values) == 1 else lay_out(depth, "return ", bracket("", values))

    def _returns_at_once(self) -> bool:
        """Whether the last statement makes what is returned, and what it calls says that it is a tensor."""
        last = self.segment.steps[-1] if self.segment.steps else None
        if not isinstance(last, Run) or (self.is_net and self.text.forms.tree.graph.auxiliary):
            return False
        is_function = not self.text.forms.said[last.layer.name].kept
        always_runs = self.part.child_of(last) not in self.made.optional
        is_returned = [*self.outputs.values()] == [*last.makes] and not self.names.readers.get(last.makes[0])
        return is_function and always_runs and is_returned and len(self._untold(last)) < 2

    def _untold(self, last: Step) -> set[str]:
        """The operands of an operator whose types a method's head does not tell; other functions do not need them."""
        if not isinstance(last, Run) or self.text.forms.said[last.layer.name].call.form != "operator":
            return set()
        return {self.names[value] for value in last.reads if value not in self.segment.inputs}

    def _to_declare(self) -> str:
        """The variable whose type must be told: a module's call says nothing of what it gives."""
        if self.returns_at_once:
            return next(iter(self._untold(self.segment.steps[-1])), "")
        auxiliary = self.text.forms.tree.graph.auxiliary if self.is_net else ()
        returned = [value for name, value in self.outputs.items() if name not in auxiliary]
        return self.names[returned[0]] if len(returned) == 1 else ""

    def _target(self, value: str) -> str:
        """What stands before the expression that makes a value."""
        is_returned = self.returns_at_once and value in self.outputs.values()
        return "return " if is_returned else self._assign(self.names[value])

    def _assign(self, name: str) -> str:
        is_declared = name == self._declared and name not in self._assigned
        self._assigned.add(name)
        return f"{name}: Tensor = " if is_declared else f"{name} = "

    # Statements

    def _statement(self, position: int) -> list[str]:
        step, same = self.segment.steps[position], self.steps[position]
        if isinstance(step, Copy):
            return self._copy(step, [other for other in same if isinstance(other, Copy)])
        after = _runs(self.segment.steps[position + 1]) if position + 1 < len(self.segment.steps) else None
        shapes = self.text.forms.tree.shapes
        made = [[shapes[value] for value in values] for values in zip(*(other.makes for other in same), strict=True)]
        comment = self.text.comments.result([child for other in same if (child := _runs(other))], made, after)
        if isinstance(step, Run):
            return self._run(step, [other.layer for other in same if isinstance(other, Run)], comment)
        if isinstance(step, Use):
            return self._use(step, comment)
        is_loop = any(isinstance(other, Repeat) and len(other.turns) > 1 for other in same)
        return self._repeat(step, comment) if is_loop else self._use(step.turns[0], comment)

    def _run(self, step: Run, layers: list[Layer], comment: str) -> list[str]:
        said = self.text.forms.said[step.layer.name]
        path = self.part.local(step.layer.name)
        operands = [self._operand(value) for value in step.reads]
        lines: list[str] = []
        if said.before:
            before = call(
                said.before, self.made, path, self.text.constants, operands=operands, before=True, stored=True
            )
            lines += lay_out(self.depth, self._assign(self.flow), before)
            operands = [self.flow]
        if said.kept:
            return lines + self._module(step, bracket(self.text.reach(self.part, path), operands), comment)
        return lines + self._function(step, said.call, operands, layers, comment)

    def _function(
        self, step: Run, said: Spelling, operands: Sequence[Expression], layers: Sequence[Layer], comment: str
    ) -> list[str]:
        path = self.part.local(step.layer.name)
        in_place = self.text.in_place(self.made, layers)
        flag = self.made.binding.bound.get(Place("", path))
        if path not in self.made.optional and said.form == "operator":
            return _operation(self.depth, self._target(step.layer.name), said.name, operands, comment)
        expression = call(said, self.made, path, self.text.constants, operands=operands, stored=True, in_place=in_place)
        return self._maybe(step, expression, self.made.text(flag, stored=True) if flag else "", comment)

    def _module(self, step: Run | Use, expression: Bracket, comment: str) -> list[str]:
        """The call of a module; one that not all uses have hands its input on where it is None."""
        return self._maybe(step, expression, f"{expression.head} is not None", comment)

    def _maybe(self, step: Run | Use, expression: Expression, condition: str, comment: str) -> list[str]:
        """A statement; one that not all uses have hands an operand on where its condition does not hold."""
        child = self.part.child_of(step)
        if child not in self.made.optional:
            return lay_out(self.depth, self._target(step.makes[0]), expression, comment=comment)
        source, target = self.names[step.reads[self.made.optional[child]]], self.names[step.makes[0]]
        indent = INDENT * self.depth
        if source != target:
            chosen = f"{indent}{self._target(step.makes[0])}{expression} if {condition} else {source}"
            if len(chosen) <= WIDTH:
                return remark(chosen, comment)
        first = [] if source == target else [f"{indent}{self._target(step.makes[0])}{source}"]
        lines = lay_out(self.depth + 1, f"{target} = ", expression, comment=comment)
        return [*first, f"{indent}if {condition}:", *lines]

    def _copy(self, step: Copy, same: list[Copy]) -> list[str]:
        if self._is_inline(step.target):
            return []
        transfers = [copy.transfer for copy in same if copy.transfer]
        moved = _moved(self.names[step.source], step.device)
        comment = self.text.comments.transfer(transfers) if transfers else ""
        return lay_out(self.depth, self._target(step.target), moved, comment=comment)

    def _is_inline(self, value: str) -> bool:
        """Whether an arriving input is read once, so that it is moved where it is read."""
        source, _, device = value.partition("@")
        is_input = isinstance(self.text.forms.tree.graph.by_name[source], Input)
        return is_input and bool(device) and self.is_net and len(self.names.readers[value]) == 1

    def _operand(self, value: str) -> Expression:
        if not self._is_inline(value):
            return self.names[value]
        source, _, device = value.partition("@")
        return _moved(self.names[source], device)

    def _use(self, step: Use, comment: str) -> list[str]:
        reach = self.text.reach(self.part, self.part.local(step.part.path))
        name = self.text.method_name(step.part, step.index)
        head = reach if name == "forward" else f"{reach}.{name}"
        expression = bracket(head, [self._operand(value) for value in step.reads])
        if len(step.makes) == 1:
            return self._module(step, expression, comment)
        targets = [self.names[value] for value in step.makes]
        self._assigned.update(targets)
        together = ", ".join(targets)
        if len(f"{INDENT * self.depth}{together} = {expression}") > WIDTH:
            return [*lay_out(self.depth, "", bracket("", targets, "()", open=True), f" = {expression}", comment)]  # type: ignore[arg-type]
        return lay_out(self.depth, f"{together} = ", expression, comment=comment)

    def _repeat(self, step: Repeat, comment: str) -> list[str]:
        """All children of a list or of the class itself, in turn."""
        source, target = self._operand(step.reads[step.carried]), self.names[step.makes[0]]
        lines = [] if source == target else [f"{INDENT * self.depth}{self._target(step.makes[0])}{source}"]
        path = self.part.local(step.container.path)
        modules = "self.children()" if step.container is self.part else self.text.reach(self.part, path)
        operands = [self._operand(value) for value in step.reads]
        operands[step.carried] = target
        layer = self.names.free("layer")
        turn = lay_out(self.depth + 1, f"{target} = ", bracket(layer, operands), comment=comment)
        return [*lines, f"{INDENT * self.depth}for {layer} in {modules}:", *turn]


def _runs(step: Step) -> Child | None:
    """What a step runs; the last of the turns of a loop."""
    if isinstance(step, Repeat):
        return step.turns[-1].part
    return step.layer if isinstance(step, Run) else step.part if isinstance(step, Use) else None


def _moved(name: str, device: str) -> Bracket:
    return bracket("copy_to", [name, f'self.devices["{device}"]'])


def _operation(depth: int, target: str, sign: str, operands: Sequence[Expression], comment: str) -> list[str]:
    """``target a + b``, where the target ends in `=` or is `return`, in parentheses where it is too long."""
    indent, joined = INDENT * depth, f" {sign} ".join(map(str, operands))
    flat = f"{indent}{target}{joined}"
    if len(flat) <= WIDTH:
        return remark(flat, comment)
    inside = f"{indent}{INDENT}{joined}"
    terms = [f"{indent}{INDENT}{sign + ' ' if index else ''}{operand}" for index, operand in enumerate(operands)]
    above = [f"{indent}# {comment}"] if comment else []
    return [*above, f"{indent}{target}(", *([inside] if len(inside) <= WIDTH else terms), f"{indent})"]
