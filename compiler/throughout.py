"""Edits that concern a whole net, blocks included: ``replace``, ``scale width by`` and blocks defined anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from . import syntax as ast
from .calls import op_arguments
from .chain_links import step_of
from .changes import Changes, Replacement, Scaling, edit_note
from .diagnostics import Problem
from .draft import Frame, Reported, Unknown
from .edits import rewrapped
from .evaluate import is_number
from .expressions import makes_layers, plain_value, value_of
from .names import NESTING, Foreign, Statements, core, flat, names_of, words_read
from .op import Op
from .ops import OPS
from .program import Definition, Module
from .signature import build
from .values import Bytes, format_value, type_name

FINEST = 10**6
"""Greatest denominator of a factor, so that the number 1 / 3 means a third."""

Change = Callable[[Changes], Changes]


@dataclass(frozen=True)
class Body:
    """The statements of a net, and what edits change in those that are not an edit's."""

    statements: Statements
    changes: Changes


def with_changes(body: Body, change: Change) -> Body:
    """The body with a change of all of its statements. What later edits put in goes without it."""
    return Body(_changed(body.statements, change), change(body.changes))


def _changed(statements: Statements, change: Change) -> Statements:
    result: list[ast.Statement | Foreign] = []
    for statement in statements:
        tree = core(statement)
        if isinstance(tree, NESTING):
            statement = rewrapped(statement, replace(tree, body=_changed(tree.body, change)))  # type: ignore[arg-type]
        if isinstance(statement, Foreign):
            statement = replace(statement, changes=change(statement.changes))
        result.append(statement)
    return tuple(result)


def note_gone(before: Body, after: Body, edit: ast.Statement, module: Module) -> None:
    """Notes of replacements that what they replaced is gone since a later edit: they need no other use."""
    kept = {id(core(statement)) for statement in flat(after.statements)}
    gone: list[object] = [
        tree for tree in map(core, flat(before.statements)) if id(tree) not in kept and not isinstance(tree, NESTING)
    ]
    name = edit.old.text if isinstance(edit, ast.Swap) else edit.name.text if isinstance(edit, ast.Block) else ""
    words, waiting = set[str](), {name}.union(*map(words_read, gone))
    while waiting:
        word = waiting.pop()
        words.add(word)
        if isinstance(definition := module.definitions.get(word), Definition):
            waiting |= words_read(definition.tree) - words
    for replacement in before.changes.replacements:
        replacement.is_used |= replacement.old.text in words - {name}


def adding(replacement: Replacement) -> Change:
    """The change that adds a replacement."""
    return lambda changes: replace(changes, replacements=(*changes.replacements, replacement))


def with_blocks(module: Module, edits: tuple[ast.Statement, ...], base: Mapping[str, Definition]) -> Module:
    """What the edits of a variant see: its file, with the blocks that are defined among them.

    The blocks see each other in any order. Inside one of them its own name means the block that it replaces, one of
    those that ``base`` uses.
    """
    blocks = [edit for edit in edits if isinstance(edit, ast.Block)]
    if not blocks:
        return module
    seen = replace(module, definitions=dict(module.definitions))
    for block in blocks:
        replaced = {name: base[name] for name in (block.name.text,) if name in base}
        seen.definitions[block.name.text] = Definition(block, replace(module, definitions=replaced))
    for block in blocks:
        inside = seen.definitions[block.name.text].module
        inside.definitions.update(seen.definitions | inside.definitions)
    return seen


def defined_anew(frame: Frame, edit: ast.Block) -> Replacement:
    """The replacement of a block by another of its name."""
    return Replacement(edit.name, frame.module.definitions[edit.name.text], None, edit.span)


def swapped(frame: Frame, body: Body, edit: ast.Swap) -> Replacement:
    """The replacement of an op or block; raises Reported when there is nothing to put in its place."""
    name = edit.old.text
    if name in names_of(body.statements) and name not in OPS and name not in frame.module.definitions:
        hint = f"`{name} = ...` defines a layer anew; `replace` is for ops and blocks"
        raise frame.state.fail(Problem("E604", f"`{name}` is a layer of the base", hint=hint), edit.old.span)
    function = edit.new.function if isinstance(edit.new, ast.Call) else edit.new
    if not isinstance(function, (ast.Name, ast.Index)):
        hint = "a chain is put in a block of its own: `block name { ... }`"
        expected = "an op, a block or none"
        raise frame.state.fail(Problem("E310", "this replaces no op", expected=expected, hint=hint), edit.new.span)
    step = step_of(frame, edit.new)
    what = step.what if step else None
    if what is None:
        return Replacement(edit.old, None, (), edit.span)
    assert not isinstance(what, (ast.Group, Unknown))
    if isinstance(what, Definition):
        what = replace(what, tree=replace(what.tree))  # its own: inside it the earlier edits do not go on
    arguments = _arguments(frame, what, edit.new.arguments) if isinstance(edit.new, ast.Call) else None
    return Replacement(edit.old, what, arguments, edit.span)


def _arguments(
    frame: Frame, what: type[Op] | Definition, arguments: tuple[ast.Argument, ...]
) -> tuple[ast.Argument, ...]:
    """The arguments with their values, which the variant's parameters may be in."""
    for argument in arguments:
        if makes_layers(frame, argument.value):
            problem = Problem("E310", "an edit reads no layer here", expected="a value")
            raise frame.state.fail(problem, argument.value.span)
    if isinstance(what, type):
        _check_signature(frame, what, arguments)
    return tuple(
        replace(entry, value=ast.Literal(entry.value.span, value_of(frame, entry.value))) for entry in arguments
    )


def _check_signature(frame: Frame, op: type[Op], arguments: tuple[ast.Argument, ...]) -> None:
    call = op_arguments(frame, op, arguments)
    if not call.complete:
        raise Reported
    try:
        build(op, call.positional, call.named)
    except ExceptionGroup as group:
        for problem in group.exceptions:
            assert isinstance(problem, Problem)
            span = call.spans.get(problem.argument) if problem.argument is not None else None
            frame.state.fail(problem, span or arguments[0].span)
        raise Reported from None


def scaling(frame: Frame, edit: ast.Scale) -> Change:
    """The change that multiplies the channels; raises Reported unless the factor is a number above 0."""
    value = plain_value(frame, edit.factor)
    if not is_number(value) or isinstance(value, Bytes) or not value > 0:  # type: ignore[operator]
        code = "E306" if is_number(value) and not isinstance(value, Bytes) else "E302"
        found = f"{format_value(value)}, {type_name(value)}"
        problem = Problem(code, "a width is scaled by a number above 0", expected="such as 0.5 or 2", found=found)
        raise frame.state.fail(problem, edit.factor.span)
    factor = Fraction(value).limit_denominator(FINEST)  # type: ignore[call-overload]

    def change(changes: Changes) -> Changes:
        before = changes.scaling
        product, edits = (before.factor * factor, before.edits + 1) if before else (factor, 1)
        return replace(changes, scaling=Scaling(product, edit.factor.span, edit_note(edit.span), edits))

    return change
