"""Variants: a net made from another by edits, as statements to carry out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from . import syntax as ast
from .calls import bind_parameters, with_defaults
from .diagnostics import Note, Problem, suggest
from .draft import DEEPEST_BLOCKS, Frame, Reported, State
from .names import NESTING, Foreign, Statements, core, names_of
from .program import Definition, Module


@dataclass(frozen=True)
class Plan:
    """A net ready to be carried out."""

    name: ast.Name
    values: Mapping[str, object]
    module: Module
    statements: tuple[ast.Statement | Foreign, ...]
    is_variant: bool = False


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
    frame = Frame(state=state, values=values, module=module)
    name = f"net `{base.tree.name.text}`"
    base_values = bind_parameters(frame, name, base.tree.parameters, tree.arguments, base.module, tree.base.span)
    below = _plan(state, base, base_values, [*above, tree])
    statements = _without_claims(below.statements)
    for edit in tree.edits:
        try:
            statements = _edit(state, statements, edit, values, module)
        except Reported:
            continue
    return Plan(tree.name, below.values, below.module, statements, is_variant=True)


def _base(state: State, tree: ast.Variant, module: Module) -> Definition:
    base = module.definitions.get(tree.base.text)
    if base is None:
        nets = [name for name, entry in module.definitions.items() if not isinstance(entry.tree, ast.Block)]
        problem = Problem("E206", f"unknown net `{tree.base.text}`", hint=suggest(tree.base.text, nets))
        raise state.fail(problem, tree.base.span)
    if base.missing:
        raise Reported
    if isinstance(base.tree, ast.Block):
        raise state.fail(Problem("E206", f"`{tree.base.text}` is a block, not a net"), tree.base.span)
    return base


def _without_claims(statements: Statements) -> Statements:
    """A variant is another net, so its base's expectations and title are not its own."""
    kept: list[ast.Statement | Foreign] = []
    for statement in statements:
        tree = core(statement)
        if isinstance(tree, ast.Expect):
            continue
        if isinstance(tree, ast.About):
            facts = tuple(fact for fact in tree.facts if fact[0].text != "title")
            kept.append(_rewrapped(statement, replace(tree, facts=facts)))
        else:
            kept.append(statement)
    return tuple(kept)


def _rewrapped(statement: ast.Statement | Foreign, tree: ast.Statement) -> ast.Statement | Foreign:
    return replace(statement, statement=tree) if isinstance(statement, Foreign) else tree


def _edit(
    state: State, statements: Statements, edit: ast.Statement, values: Mapping[str, object], module: Module
) -> Statements:
    """The statements after one edit; raises Reported when it does not fit."""

    def wrap(tree: ast.Statement) -> Foreign:
        return Foreign(tree.span, tree, values, module)

    match edit:
        case ast.Remove(names=names):
            for name in names:
                statements = _removed(state, statements, name)
            return statements
        case ast.Insert(where=where, anchor=anchor, body=body):
            new = tuple(wrap(tree) for tree in body)
            place = (lambda old: (old, *new)) if where == "after" else (lambda old: (*new, old))
            return _replaced(state, statements, anchor, place)
        case ast.Layers(name=ast.Name() as name):
            return _replaced(state, statements, name, lambda _: (wrap(edit),))
        case ast.Input(feeds=feeds):
            for feed in feeds:
                statements = _new_feed(state, statements, feed, wrap)
            return statements
        case ast.Output():
            return (*_mapped(statements, lambda old: () if _is_output(old, edit.name) else (old,)), wrap(edit))
        case ast.About() | ast.Init() | ast.Expect() | ast.Device():
            return (wrap(edit), *statements) if isinstance(edit, ast.Device) else (*statements, wrap(edit))
        case _:
            hint = "say where it goes: `after conv1 { ... }` or `before conv1 { ... }`"
            problem = Problem("E604", "this edit does not say where it goes", hint=hint)
            raise state.fail(problem, edit.span)


def _removed(state: State, statements: Statements, name: ast.Name) -> Statements:
    """The statements without a layer, or a section and the layers in it."""
    gone: list[ast.Statement | Foreign] = []

    def remove(statement: ast.Statement | Foreign) -> Statements:
        gone.append(statement)
        return ()

    statements = _replaced(state, statements, name, remove)
    for layer in names_of(tuple(gone)):
        state.removed[layer] = name.span
        statements = _without_init(statements, layer)
    return statements


def _without_init(statements: Statements, name: str) -> Statements:
    """A layer that is removed needs no initialization either."""
    kept: list[ast.Statement | Foreign] = []
    for statement in statements:
        tree = core(statement)
        if isinstance(tree, ast.Init) and any(target.text == name for target in tree.targets):
            targets = tuple(target for target in tree.targets if target.text != name)
            kept += [_rewrapped(statement, replace(tree, targets=targets))] if targets else []
        else:
            kept.append(statement)
    return tuple(kept)


def _replaced(
    state: State, statements: Statements, name: ast.Name, change: Callable[[ast.Statement | Foreign], Statements]
) -> Statements:
    """The statements with the one of this name changed, wherever it is nested."""
    changed, found = _walk(statements, name.text, change)
    if found:
        return changed
    known = names_of(statements)
    hint = suggest(name.text, known) or "new layers go in with `after` or `before`"
    raise state.fail(Problem("E604", f"the base has no layer `{name.text}`", hint=hint), name.span)


def _walk(
    statements: Statements, name: str, change: Callable[[ast.Statement | Foreign], Statements]
) -> tuple[Statements, bool]:
    result: list[ast.Statement | Foreign] = []
    found = False
    for statement in statements:
        tree = core(statement)
        if not found and _is_named(tree, name):
            result += change(statement)
            found = True
        elif not found and isinstance(tree, NESTING):
            body, found = _walk(tree.body, name, change)
            result.append(_rewrapped(statement, replace(tree, body=body)) if found else statement)  # type: ignore[arg-type]
        else:
            result.append(statement)
    return tuple(result), found


def _is_named(tree: ast.Statement, name: str) -> bool:
    return isinstance(tree, (ast.Layers, ast.Section)) and tree.name is not None and tree.name.text == name


def _is_output(statement: ast.Statement | Foreign, name: ast.Name) -> bool:
    tree = core(statement)
    return isinstance(tree, ast.Output) and tree.name == name


def _mapped(statements: Statements, change: Callable[[ast.Statement | Foreign], Statements]) -> Statements:
    """The statements with a change made to each that holds no others, wherever it is nested."""
    result: list[ast.Statement | Foreign] = []
    for statement in statements:
        tree = core(statement)
        if isinstance(tree, NESTING):
            body = _mapped(tree.body, change)
            result.append(_rewrapped(statement, replace(tree, body=body)))  # type: ignore[arg-type]
        else:
            result += change(statement)
    return tuple(result)


def _new_feed(
    state: State, statements: Statements, feed: ast.Feed, wrap: Callable[[ast.Statement], Foreign]
) -> Statements:
    """The statements with an input's shape replaced."""
    known: list[str] = []

    def change(statement: ast.Statement | Foreign) -> Statements:
        tree = core(statement)
        if not isinstance(tree, ast.Input):
            return (statement,)
        known.extend(old.name.text for old in tree.feeds)
        single = [ast.Input(old.span, (feed if old.name == feed.name else old,)) for old in tree.feeds]
        return tuple(wrap(one) if one.feeds[0] is feed else _rewrapped(statement, one) for one in single)

    statements = _mapped(statements, change)
    if feed.name.text not in known:
        hint = suggest(feed.name.text, known) or f"its inputs are {', '.join(known)}"
        raise state.fail(Problem("E604", f"the base has no input `{feed.name.text}`", hint=hint), feed.name.span)
    return statements
