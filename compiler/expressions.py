"""Expressions in a frame: plain values are computed, layers are looked up or made."""

from __future__ import annotations

from functools import cache

from . import evaluate
from . import syntax as ast
from .diagnostics import Note, Problem, suggest
from .draft import Frame, Listing, Namespace, Reported, Unknown, is_layer
from .ops import OPS
from .program import Module
from .signature import words
from .values import Callee, Symbol, format_value, type_name


def value_of(frame: Frame, tree: ast.Expression) -> object:
    """The value of an expression; raises Reported when it has none."""
    try:
        return _value_of(frame, tree)
    except Problem as problem:
        raise frame.state.fail(problem, tree.span) from None


def _value_of(frame: Frame, tree: ast.Expression) -> object:
    match tree:
        case ast.Literal(value=value):
            return value
        case ast.Name(text=text):
            return _named(frame, text)
        case ast.ListOf(items=items):
            return tuple([_item(frame, item) for item in items])
        case ast.Index(base=base, index=index):
            return _index(frame, value_of(frame, base), value_of(frame, index))
        case ast.Attribute():
            return _attribute(frame, tree)
        case ast.Negative(operand=operand):
            return evaluate.negative(_plain(frame, operand))
        case ast.Binary(operator=operator, left=left, right=right) if not makes_layers(frame, left):
            return evaluate.binary(operator, _plain(frame, left), _plain(frame, right))
        case ast.Group(inner=inner) if not makes_layers(frame, inner):
            return value_of(frame, inner)
        case ast.Broken():
            raise Reported
        case _:
            return frame.state.run_chain(frame, tree)


def _named(frame: Frame, name: str) -> object:
    """What a name means here, or the word itself."""
    value = frame.find(name) if frame.knows(name) else evaluate.constant(name)
    if isinstance(value, Unknown):
        raise Reported
    return value


def callee_of(frame: Frame, tree: ast.Expression) -> Callee | None:
    """The op or block that a bare name is as a value; None for any other expression."""
    if isinstance(tree, ast.Group):
        return callee_of(frame, tree.inner)
    return named_callee(frame.module, tree.text) if isinstance(tree, ast.Name) and not frame.knows(tree.text) else None


def named_callee(module: Module, name: str) -> Callee | None:
    """The op or block of a file that has this name; raises Reported where it is missing, and that is reported."""
    if name in OPS:
        return Callee(name, OPS[name])
    definition = module.definitions.get(name)
    if definition is None or not isinstance(definition.tree, ast.Block):
        return None
    if definition.missing:
        raise Reported
    return Callee(name, definition)


def _item(frame: Frame, tree: ast.Expression) -> object:
    """An item of a list; it may be an op, a block, or a word that an op's argument chooses, as in `[same, 1]`."""
    if callee := callee_of(frame, tree):
        return callee
    word = bare_word(frame, tree)
    if word and word not in known_words():
        raise frame.state.fail(unknown_name(frame, word, (*OPS, *frame.module.definitions)), tree.span)
    return Symbol(word) if word else _plain(frame, tree)


def bare_word(frame: Frame, tree: ast.Expression) -> str | None:
    """The name that an expression is, if nothing here has it: then it is a word that stands for itself, or unknown."""
    if not isinstance(tree, ast.Name) or frame.knows(tree.text):
        return None
    return tree.text if isinstance(evaluate.constant(tree.text), Symbol) else None


@cache
def known_words() -> frozenset[str]:
    """The words that some op's argument chooses among, such as ``same`` and ``up``."""
    return frozenset().union(*map(words, OPS.values()))


def makes_layers(frame: Frame, tree: ast.Expression) -> bool:
    """True for an expression that is a chain rather than a value."""
    match tree:
        case ast.Call() | ast.Chain():
            return True
        case ast.Group(inner=inner):
            return makes_layers(frame, inner)
        case ast.Binary(operator="*", left=left):
            return makes_layers(frame, left)
        case ast.Name(text=text):
            return not frame.knows(text) and (text in OPS or text in frame.module.definitions)
        case _:
            return False


def plain_value(frame: Frame, tree: ast.Expression) -> object:
    """The value of an expression that can be no layer; a bare name must mean something."""
    try:
        return _plain(frame, tree)
    except Problem as problem:
        raise frame.state.fail(problem, tree.span) from None


def _plain(frame: Frame, tree: ast.Expression) -> object:
    if makes_layers(frame, tree):
        raise frame.state.fail(Problem("E310", "this is a layer, not a value", expected="a value"), tree.span)
    value = value_of(frame, tree)
    if is_layer(value):
        raise frame.state.fail(Problem("E310", "this is a layer, not a value", expected="a value"), tree.span)
    if bare_word(frame, tree):
        raise frame.state.fail(unknown_name(frame, str(value)), tree.span)
    return value


def unknown_name(frame: Frame, name: str, extra: tuple[str, ...] = ()) -> Problem:
    """The problem of a name that means nothing here (or nothing yet)."""
    later = frame.defined_later(name)
    if later is not None:
        note = Note("defined here, after its use", later)
        hint = "a layer reads what stands above it: define it first, or read another layer"
        return Problem("E204", f"`{name}` is used before its definition", hint=hint, notes=(note,))
    if name in frame.state.removed:
        notes = (Note("removed here", frame.state.removed[name]),)
        message = f"`{name}` is read here, and the variant removes it"
        return Problem("E604", message, hint="redefine what reads it too", notes=notes)
    if name in frame.state.renamed:
        new = frame.state.renamed[name]
        notes = (Note("renamed here", new.span),)
        return Problem("E604", f"`{name}` has another name here", hint=f"it is `{new.text}`", notes=notes)
    if name in OPS or name in frame.module.definitions:
        what = "an op" if name in OPS else "a block" if named_callee(frame.module, name) else "a net"
        return Problem("E310", f"`{name}` is {what}, not a value")
    if name in frame.state.devices:
        other = "towers read each other after `exchange`" if frame.tower else None
        return Problem("E310", f"`{name}` is a device, not a layer", hint=other)
    meant = suggest(name, [*frame.visible(), *extra, "none", "true", "false"])
    meant = parameter_of_base(frame, name) or meant
    if name in frame.state.outputs:
        meant = f"it names an output, which no layer reads: define the layer before, `{name} = ...`"
    elif frame.state.expanding and meant is None:
        meant = "a block sees its own parameters and layers only: give it what it needs as an argument"
    return Problem("E201", f"unknown name `{name}`", hint=meant)


def parameter_of_base(frame: Frame, name: str) -> str | None:
    """How a variant's edits see a parameter of its base; None for any other name."""
    base = frame.state.base_parameters.get(name)
    if base is None:
        return None
    return f"it is a parameter of the base: net New({name} = ...) = {base}({name} = {name}) with {{ ... }}"


def _index(frame: Frame, base: object, position: object) -> object:
    if frame.state.is_poisoned(base):
        return base
    if isinstance(base, Listing):
        return evaluate.index(base.items, position)
    if is_layer(base):
        raise Problem("E308", "only a list, a size or a repeated layer has an index", found="a single layer")
    return evaluate.index(base, position)


def _attribute(frame: Frame, tree: ast.Attribute) -> object:
    base = value_of(frame, tree.base)
    if frame.state.is_poisoned(base):
        return base
    if isinstance(base, Namespace):
        if tree.name in base.members:
            return base.members[tree.name]
        raise Problem("E201", f"tower `{base.name}` has no layer `{tree.name}`", hint=suggest(tree.name, base.members))
    if isinstance(base, Symbol):
        raise unknown_name(frame, base)
    what = "a layer" if is_layer(base) else f"{format_value(base)}, {type_name(base)}"
    hint = "of a block only its last layer can be read; a layer's .shape is for `expect`" if is_layer(base) else None
    raise Problem("E308", "only a tower has layers to pick", found=what, hint=hint)
