"""Arguments of a call: evaluated, told apart into layers and values, and bound to parameters."""

from __future__ import annotations

from dataclasses import dataclass, field

from . import syntax as ast
from .diagnostics import Problem, suggest
from .draft import Frame, LayerValue, Listing, Namespace, Reported, Unknown, is_layer
from .expressions import bare_word, callee_of, known_words, makes_layers, unknown_name, value_of
from .op import Op
from .ops import OPS
from .program import Module
from .signature import accepts_name
from .source import Span
from .values import Callee, type_name


@dataclass
class CallArguments:
    """The arguments of an op; ``complete`` is False when one of them is reported as wrong."""

    layers: list[LayerValue] = field(default_factory=list)
    positional: list[object] = field(default_factory=list)
    named: dict[str, object] = field(default_factory=dict)
    spans: dict[str | int, Span] = field(default_factory=dict)
    complete: bool = True


def op_arguments(frame: Frame, op: type[Op], arguments: tuple[ast.Argument, ...]) -> CallArguments:
    """The arguments of an op's call. Positional layers are its inputs, everything else its fields."""
    call = CallArguments()
    for argument in arguments:
        try:
            _add_argument(frame, op, call, argument)
        except Reported:
            call.complete = False
            if argument.name is not None:  # its name is judged all the same
                call.named.setdefault(argument.name, None)
                call.spans.setdefault(argument.name, argument.name_span)
    return call


def _add_argument(frame: Frame, op: type[Op], call: CallArguments, argument: ast.Argument) -> None:
    value = value_of(frame, argument.value)
    if op.inputs[1] is None and argument.name is None and (isinstance(value, Callee) or value is None):
        value = frame.state.run_chain(frame, argument.value)
    key: str | int = len(call.positional) if argument.name is None else argument.name
    if is_layer(value):
        if argument.name is not None:
            problem = Problem("E310", f"`{argument.name}` of `{op.keyword}` is a value, not a layer")
            raise frame.state.fail(problem, argument.span)
        needs_single(frame, value, argument.value.span)
        call.layers.append(value)  # type: ignore[arg-type]
        return
    word = bare_word(frame, argument.value)
    if word and not accepts_name(op, key, word):
        raise frame.state.fail(unknown_name(frame, word), argument.value.span)
    if argument.name is None:
        call.positional.append(value)
    elif argument.name in call.named:
        raise frame.state.fail(Problem("E305", f"`{argument.name}` is given twice"), argument.name_span)
    else:
        call.named[argument.name] = value
    call.spans[key] = argument.value.span if argument.name in op.model_fields else argument.name_span


def needs_single(frame: Frame, value: object, span: Span) -> None:
    """Raises Reported for several layers where one is read."""
    match value:
        case Listing(current=None, items=items):
            hint = f"pick one by its index, as in `{span.text}[0]`"
            raise frame.state.fail(Problem("E310", f"this is a list of {len(items)} layers", hint=hint), span)
        case Namespace(name=name, members=members):
            hint = f"pick a layer of it, as in `{name}.{next(iter(members), 'conv1')}`"
            raise frame.state.fail(Problem("E310", f"`{name}` is a tower, not a layer", hint=hint), span)


def block_arguments(
    frame: Frame, block: ast.Block, module: Module, arguments: tuple[ast.Argument, ...], span: Span
) -> dict[str, object]:
    """A block's parameters by name; raises Reported after all mistakes of the call are reported."""
    name = f"block `{block.name.text}`"
    given = _bind(frame, name, block.parameters, arguments)
    return with_defaults(frame, name, block.parameters, given, module, span)


def _bind(
    frame: Frame, name: str, parameters: tuple[ast.Parameter, ...], arguments: tuple[ast.Argument, ...]
) -> dict[str, object]:
    """The arguments by parameter."""
    names = [parameter.name.text for parameter in parameters]
    given: dict[str, object] = {}
    failed = False
    for position, argument in enumerate(arguments):
        try:
            key = _parameter(frame, name, names, position, argument, given)
            value = callee_of(frame, argument.value) or value_of(frame, argument.value)
            if isinstance(value, Callee) and key in OPS:
                raise frame.state.fail(_ambiguous(key, value), argument.span)
            word = None if isinstance(value, Callee) else bare_word(frame, argument.value)
            optional = parameters[names.index(key)].default is not None
            if word and not (optional and word in known_words()):
                raise frame.state.fail(_unknown_default(frame, word), argument.value.span)
            given[key] = value
        except Reported:
            failed = True
    if failed:
        raise Reported
    return given


def _parameter(
    frame: Frame, name: str, names: list[str], position: int, argument: ast.Argument, given: dict[str, object]
) -> str:
    """The parameter that an argument is for."""
    if argument.name is None and position >= len(names):
        expected = f"at most {len(names)}" if names else "none"
        raise frame.state.fail(Problem("E304", f"too many arguments for {name}", expected=expected), argument.span)
    key = argument.name or names[position]
    if key not in names:
        hint = suggest(key, names) or (f"it has {', '.join(names)}" if names else "it has none")
        raise frame.state.fail(Problem("E301", f"{name} has no parameter `{key}`", hint=hint), argument.name_span)
    if key in given:
        raise frame.state.fail(Problem("E305", f"`{key}` of {name} is given twice"), argument.name_span)
    return key


def _ambiguous(name: str, value: Callee) -> Problem:
    """A parameter that would give an op's name to another op."""
    message = f"the parameter `{name}` has an op's name, so it cannot stand for {type_name(value)}"
    return Problem("E205", message, found=str(value), hint=f"`{name}_op` or another name is free")


def with_defaults(
    frame: Frame, name: str, parameters: tuple[ast.Parameter, ...], given: dict[str, object], module: Module,
    span: Span,
) -> dict[str, object]:  # fmt: skip
    """The parameters in order, the missing ones from their defaults, which see the parameters before them."""
    values: dict[str, object] = {}
    failed = False
    for parameter in parameters:
        key = parameter.name.text
        if key in given:
            values[key] = given[key]
        elif parameter.default is not None:
            inside = Frame(state=frame.state, values=values, module=module)
            try:
                values[key] = default_of(inside, key, parameter.default)
            except Reported:
                values[key], failed = Unknown(), True
        else:
            takes = ", ".join(parameter.name.text for parameter in parameters)
            hint = f"its parameters are {takes}"
            raise frame.state.fail(Problem("E303", f"{name} needs its parameter `{key}`", hint=hint), span)
    if failed:
        raise Reported
    return values


def default_of(frame: Frame, name: str, tree: ast.Expression) -> object:
    """The value of a parameter's default, in a frame that knows the parameters before it."""
    if callee := callee_of(frame, tree):
        if name in OPS:
            raise frame.state.fail(_ambiguous(name, callee), tree.span)
        return callee
    if makes_layers(frame, tree):
        raise frame.state.fail(Problem("E310", "a default is a value, not a layer", expected="a value"), tree.span)
    value = value_of(frame, tree)
    word = bare_word(frame, tree)
    if word and word not in known_words():
        raise frame.state.fail(_unknown_default(frame, word), tree.span)
    return value


def _unknown_default(frame: Frame, word: str) -> Problem:
    """A name that may be meant to be a value, an op or a block."""
    return unknown_name(frame, word, (*OPS, *frame.module.definitions))


def bind_parameters(
    frame: Frame, name: str, parameters: tuple[ast.Parameter, ...], arguments: tuple[ast.Argument, ...],
    module: Module, span: Span,
) -> dict[str, object]:  # fmt: skip
    """The parameters of a net, from the arguments of the variant that is made from it."""
    given = _bind(frame, name, parameters, arguments)
    return with_defaults(frame, name, parameters, given, module, span)
