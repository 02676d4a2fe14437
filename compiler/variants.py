"""Variants: a net made from another by edits, as statements to carry out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from . import syntax as ast
from .calls import bind_parameters, with_defaults
from .changes import Changes, Replacement, edit_note
from .diagnostics import Note, Problem, suggest
from .draft import DEEPEST_BLOCKS, Frame, Reported, State
from .edits import anew, at_name, excuse, is_output, mapped, moved, new_feed, removed, without_claims
from .moving import is_within
from .names import Foreign, Statements, flat
from .program import Definition, Module, shipped_net
from .renaming import renamed
from .source import Span
from .syntax_errors import FORMS
from .throughout import Body, adding, defined_anew, note_gone, scaling, swapped, with_blocks, with_changes


@dataclass(frozen=True)
class Plan:
    """A net ready to be carried out."""

    name: ast.Name
    values: Mapping[str, object]
    module: Module
    statements: Statements
    is_variant: bool = False
    changes: Changes = field(default_factory=Changes)
    """What edits change in all statements that are not an edit's."""
    own_replacements: tuple[Replacement, ...] = ()
    """Those of the variant itself, not of its base."""


def plan(state: State, definition: Definition, given: Mapping[str, object]) -> Plan:
    """The statements of a net or variant; raises Reported when it has no sound base."""
    tree, module = definition.tree, definition.module
    assert isinstance(tree, (ast.Net, ast.Variant))
    if any(entry.default is None and entry.name.text not in given for entry in tree.parameters):
        raise Reported  # by check_definitions: every parameter of a net has a default
    frame = Frame(state=state, values={}, module=module)
    name = f"net `{tree.name.text}`"
    values = with_defaults(frame, name, tree.parameters, dict(given), module, tree.name.span)
    return _plan(state, definition, values, [])


def _plan(state: State, definition: Definition, values: Mapping[str, object], above: list[ast.Variant]) -> Plan:
    tree, module = definition.tree, definition.module
    if isinstance(tree, ast.Net):
        return Plan(tree.name, values, module, tree.body)
    assert isinstance(tree, ast.Variant)
    if any(tree is other for other in above):
        circle = above[next(i for i, other in enumerate(above) if other is tree) :]
        first = min(circle, key=lambda other: other.name.span.start)
        notes = tuple(Note(f"`{one.name.text}` is made from `{one.base.text}`", one.base.span) for one in circle)
        raise state.fail(Problem("E602", f"net `{first.name.text}` is made from itself", notes=notes), first.name.span)
    if len(above) >= DEEPEST_BLOCKS:
        raise state.fail(Problem("E107", f"nets made from nets more than {DEEPEST_BLOCKS} deep"), tree.name.span)
    base = _base(state, tree, module)
    state.base_parameters |= {entry.name.text: base.tree.name.text for entry in base.tree.parameters}
    if base.module is not module:
        state.bases.append(base.module)
    frame = Frame(state=state, values=values, module=module)
    name = f"net `{base.tree.name.text}`"
    base_values = bind_parameters(frame, name, base.tree.parameters, tree.arguments, base.module, tree.base.span)
    below = _plan(state, base, base_values, [*above, tree])
    frame.module = with_blocks(module, tree.edits, _blocks_of(below))
    body = Body(without_claims(below.statements), below.changes)
    for edit in tree.edits:
        state.edit(sum(1 for _ in flat(body.statements)))
        try:
            edited = _edit(frame, body, edit)
        except Reported:
            continue
        if body.changes.replacements:
            note_gone(body, edited, edit, below.module)
        body = edited
    own = body.changes.replacements[len(below.changes.replacements) :]
    return Plan(tree.name, below.values, below.module, body.statements, True, body.changes, own)


def _blocks_of(below: Plan) -> dict[str, Definition]:
    """The blocks that a net uses, by name: those of its file, and in their place those that edits define anew."""
    blocks = {name: entry for name, entry in below.module.definitions.items() if isinstance(entry.tree, ast.Block)}
    anew = {entry.old.text: entry.new for entry in below.changes.replacements if isinstance(entry.new, Definition)}
    return blocks | {name: entry for name, entry in anew.items() if entry.tree.name.text == name}


def _base(state: State, tree: ast.Variant, module: Module) -> Definition:
    base = module.definitions.get(tree.base.text)
    if base is None:
        nets = [name for name, entry in module.definitions.items() if not isinstance(entry.tree, ast.Block)]
        file, net = shipped_net(tree.base.text) or ("", "")
        hint = f'`use {net} from "{file}"` brings it in' if file else suggest(tree.base.text, nets)
        raise state.fail(Problem("E206", f"unknown net `{tree.base.text}`", hint=hint), tree.base.span)
    if base.missing:
        raise Reported
    if isinstance(base.tree, ast.Block):
        raise state.fail(Problem("E206", f"`{tree.base.text}` is a block, not a net"), tree.base.span)
    return base


def _edit(frame: Frame, body: Body, edit: ast.Statement) -> Body:
    """The body after one edit; raises Reported when it does not fit."""
    match edit:
        case ast.Swap():
            excuse(frame.state, body.statements)
            return with_changes(body, adding(swapped(frame, body, edit)))
        case ast.Block():
            excuse(frame.state, body.statements)
            return with_changes(body, adding(defined_anew(frame, edit)))
        case ast.Scale():
            return with_changes(body, scaling(frame, edit))
        case ast.Remove() | ast.Rename() | ast.Move():
            return replace(body, statements=_of_names(frame, body.statements, edit))
        case _:
            return replace(body, statements=_of_statements(frame, body.statements, edit))


def _of_names(frame: Frame, statements: Statements, edit: ast.Remove | ast.Rename | ast.Move) -> Statements:
    """The statements after an edit that only names some of them."""
    state = frame.state
    if isinstance(edit, ast.Rename):
        return renamed(state, statements, edit)
    for name in edit.names:
        if isinstance(edit, ast.Move) and is_within(name.text, statements):
            within = replace(edit, names=(name,))
            note = edit_note(edit.span)
            statements = (*statements, Foreign(edit.span, within, frame.values, frame.module, Changes(), note))
        elif isinstance(edit, ast.Move):
            statements = moved(state, statements, name, edit.device)
        else:
            left = Foreign(edit.span, edit, frame.values, frame.module, Changes(), edit_note(edit.span))
            statements = removed(state, statements, name, left)
    return statements


def _of_statements(frame: Frame, statements: Statements, edit: ast.Statement) -> Statements:
    """The statements after an edit that has statements of its own."""
    state = frame.state
    note = edit_note(edit.span)
    if isinstance(edit, ast.Insert):
        all_of_it = Span(edit.span.source, edit.span.start, max((one.span.end for one in edit.body), default=0))
        note = edit_note(all_of_it, f"{edit.span.text} {{ ... }}")

    def wrap(tree: ast.Statement) -> Foreign:
        return Foreign(tree.span, tree, frame.values, frame.module, Changes(), note)

    match edit:
        case ast.Insert(where=where, anchor=anchor, body=body):
            new = tuple(wrap(tree) for tree in body)
            place = (lambda old: (old, *new)) if where == "after" else (lambda old: (*new, old))
            return at_name(state, statements, anchor, place)
        case ast.Layers(name=ast.Name() as name) | ast.Sequential(name=ast.Name() as name):
            return anew(state, statements, name, wrap(edit))
        case ast.Input(feeds=feeds):
            for feed in feeds:
                statements = new_feed(state, statements, feed, wrap)
            return statements
        case ast.Output():
            return (*mapped(statements, lambda old: () if is_output(old, edit.name) else (old,)), wrap(edit))
        case ast.About() | ast.Init() | ast.Expect() | ast.Device():
            return (wrap(edit), *statements) if isinstance(edit, ast.Device) else (*statements, wrap(edit))
        case ast.Layers(value=ast.Broken()):
            raise Reported
        case _:
            word = edit.value.text if isinstance(edit, ast.Layers) and isinstance(edit.value, ast.Name) else ""
            hint = FORMS.get(word) or "say where it goes: `after conv1 { ... }` or `before conv1 { ... }`"
            problem = Problem("E604", "this edit does not say where it goes", hint=hint)
            raise state.fail(problem, edit.span)
