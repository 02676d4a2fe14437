"""Statements of a body, and the names that they define."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace

from . import syntax as ast
from .changes import Changes
from .diagnostics import Note, Problem
from .draft import Frame, LayerValue, Listing, Reported
from .program import Module
from .reserved import why_reserved
from .source import Span

_BRACES = re.compile(r"\{([^{}]*)\}")

NESTING = (ast.Section, ast.Placed, ast.Towers, ast.Loop, ast.Sequential)
"""Statements that hold statements of the same net."""


@dataclass(slots=True, eq=False, repr=False)
class Foreign(ast.Tree):
    """A statement of an edit: it sees the parameters and blocks of the variant, not of the base."""

    statement: ast.Statement
    values: Mapping[str, object]
    module: Module
    changes: Changes
    edit: Note


Statements = tuple[ast.Statement | Foreign, ...]


def core(statement: ast.Statement | Foreign) -> ast.Statement:
    """A statement without the wrapper of an edit."""
    return statement.statement if isinstance(statement, Foreign) else statement


def body_of(statement: ast.Statement | Foreign) -> Statements:
    """The statements in another one, each with the wrapper of that."""
    body: Statements = core(statement).body  # type: ignore[union-attr]
    if not isinstance(statement, Foreign):
        return body
    return tuple(
        inner if isinstance(inner, Foreign) else replace(statement, span=inner.span, statement=inner) for inner in body
    )


def flat(statements: Statements) -> Iterator[ast.Statement | Foreign]:
    """All statements of one net, those in sections, loops and towers too."""
    for statement in statements:
        yield statement
        tree = core(statement)
        if isinstance(tree, NESTING):
            yield from flat(tree.body)


def names_of(statements: Statements) -> dict[str, Span]:
    """The layers that statements name, with the place of each name."""
    names: dict[str, Span] = {}
    for statement in statements:
        tree = core(statement)
        if isinstance(tree, (ast.Layers, ast.Sequential)) and tree.name is not None:
            names.setdefault(tree.name.text, tree.name.span)
        if isinstance(tree, NESTING):
            for name, span in names_of(tree.body).items():
                names.setdefault(name, span)
    return names


def own_names(statements: Statements) -> dict[str, Span]:
    """Those names that are the module's too: not what stands in ``sequential`` and what has another by ``as``."""
    names: dict[str, Span] = {}
    for statement in statements:
        tree = core(statement)
        if isinstance(tree, ast.Sequential) or (isinstance(tree, ast.Layers) and tree.alias is None):
            if tree.name is not None:
                names.setdefault(tree.name.text, tree.name.span)
        elif isinstance(tree, NESTING):
            for name, span in own_names(tree.body).items():
                names.setdefault(name, span)
    return names


def variables(alias: str) -> list[str]:
    """What stands in braces in an alias."""
    return [name.strip() for name in _BRACES.findall(alias)]


def words_read(tree: object) -> set[str]:
    """All names in the expressions of a tree, and all words of what did not parse."""
    words: set[str] = set()
    for leaf in _leaves(tree):
        words |= {leaf.text} if isinstance(leaf, ast.Name) else set(re.findall(r"[A-Za-z_]\w*", leaf.span.text))
    return words


def names_in(tree: object) -> list[ast.Name]:
    """All names in the expressions of a tree."""
    return [leaf for leaf in _leaves(tree) if isinstance(leaf, ast.Name)]


def _leaves(tree: object) -> Iterator[ast.Name | ast.Broken]:
    stack: list[object] = [tree]
    while stack:
        item = stack.pop()
        if isinstance(item, tuple):
            stack += item
        elif isinstance(item, (ast.Name, ast.Broken)):
            yield item
        elif isinstance(item, ast.Tree):
            stack += _children(item)
            if isinstance(item, ast.Layers) and item.alias is not None:
                yield from (ast.Name(item.alias.span, name) for name in variables(str(item.alias.value)))


def _children(tree: ast.Tree) -> Iterator[object]:
    """The parts of a tree, without the name that it defines."""
    for entry in fields(tree):
        if entry.name not in ("span", "name", "values", "module", "changes", "edit") or isinstance(tree, ast.Loop):
            yield getattr(tree, entry.name)


def duplicates_of(statements: Statements) -> list[tuple[ast.Name, Note]]:
    """Names that statements define again, each with a note on the first definition."""
    first: dict[str, ast.Name] = {}
    again: list[tuple[ast.Name, Note]] = []
    own_first = sorted(flat(statements), key=lambda statement: isinstance(statement, Foreign))
    for statement in own_first:  # an edit is to blame for a name that its base has
        tree = core(statement)
        if isinstance(tree, (ast.Layers, ast.Sequential)) and tree.name is not None:
            name = tree.name
            if name.text in first:
                again.append((name, Note("first defined here", first[name.text].span)))
            first.setdefault(name.text, name)
    return again


def open_body(frame: Frame, statements: Statements) -> None:
    """Makes known which names a body will define, and reports those that it defines twice."""
    frame.later = {**frame.later, **names_of(statements)}
    frame.own = {**frame.own, **own_names(statements)}
    frame.taken.update(frame.later)
    for name, note in duplicates_of(statements):
        frame.state.duplicates.add(name.span)
        frame.state.report.error("E203", f"`{name.text}` is defined twice", name.span, notes=(note,))


def check_name(frame: Frame, name: ast.Name) -> None:
    """Raises Reported for a name that a layer or an input cannot have."""
    if name.span in frame.state.duplicates:
        raise Reported
    why = why_reserved(name.text)
    if why:
        hint = f"`{name.text.strip('_') or 'layer'}{'_' * (not name.text.startswith('_'))}` or another name is free"
        raise frame.state.fail(Problem("E205", f"a layer cannot be called `{name.text}`: {why}", hint=hint), name.span)
    other = "a device" if name.text in frame.state.devices else ""
    other = "a parameter" if name.text in frame.values or name.text in frame.loop else other
    other = "an input" if frame.is_net and name.text in frame.state.inputs else other
    if other:
        raise frame.state.fail(Problem("E203", f"`{name.text}` is {other} already"), name.span)


def bind_name(frame: Frame, name: str, value: LayerValue) -> None:
    """Makes a name stand for a layer; in a loop for the list of its turns, the latest being current."""
    if not frame.indices:
        frame.layers[name] = value
        return
    turns = frame.layers.get(name)
    if not isinstance(turns, Listing):
        turns = frame.layers[name] = Listing([], None)
    *outer, last = frame.indices
    for index in outer:
        turns.current = value
        while index >= len(turns.items):  # a turn before this one may have made nothing
            turns.items.append(Listing([], None))
        inner = turns.items[index]
        assert isinstance(inner, Listing)
        turns = inner
    turns.current = value
    turns.items[last:] = [value]
