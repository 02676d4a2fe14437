"""Statements of a body, and the names that they define."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields

from . import syntax as ast
from .diagnostics import Note
from .draft import Frame
from .program import Module
from .source import Span

NESTING = (ast.Section, ast.Placed, ast.Towers, ast.Loop)
"""Statements that hold statements of the same net."""


@dataclass(slots=True, eq=False, repr=False)
class Foreign(ast.Tree):
    """A statement of an edit: it sees the parameters and blocks of the variant, not of the base."""

    statement: ast.Statement
    values: Mapping[str, object]
    module: Module


Statements = tuple[ast.Statement | Foreign, ...]


def core(statement: ast.Statement | Foreign) -> ast.Statement:
    """A statement without the wrapper of an edit."""
    return statement.statement if isinstance(statement, Foreign) else statement


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
        if isinstance(tree, ast.Layers) and tree.name is not None:
            names.setdefault(tree.name.text, tree.name.span)
        elif isinstance(tree, NESTING):
            for name, span in names_of(tree.body).items():
                names.setdefault(name, span)
    return names


def words_read(tree: object) -> set[str]:
    """All names in the expressions of a tree, and all words of what did not parse."""
    words: set[str] = set()
    stack: list[object] = [tree]
    while stack:
        item = stack.pop()
        if isinstance(item, tuple):
            stack += item
        elif isinstance(item, ast.Name):
            words.add(item.text)
        elif isinstance(item, ast.Broken):
            words |= set(re.findall(r"[A-Za-z_]\w*", item.span.text))
        elif isinstance(item, ast.Tree):
            stack += _children(item)
    return words


def _children(tree: ast.Tree) -> Iterator[object]:
    """The parts of a tree, without the name that it defines."""
    for entry in fields(tree):
        if entry.name not in ("span", "name", "values", "module") or isinstance(tree, ast.Loop):
            yield getattr(tree, entry.name)


def duplicates_of(statements: Statements) -> list[tuple[ast.Name, Note]]:
    """Names that statements define again, each with a note on the first definition."""
    first: dict[str, ast.Name] = {}
    again: list[tuple[ast.Name, Note]] = []
    own_first = sorted(flat(statements), key=lambda statement: isinstance(statement, Foreign))
    for statement in own_first:  # an edit is to blame for a name that its base has
        tree = core(statement)
        if isinstance(tree, ast.Layers) and tree.name is not None:
            name = tree.name
            if name.text in first:
                again.append((name, Note("first defined here", first[name.text].span)))
            first.setdefault(name.text, name)
    return again


def open_body(frame: Frame, statements: Statements) -> None:
    """Makes known which names a body will define, and reports those that it defines twice."""
    frame.later = {**frame.later, **names_of(statements)}
    frame.taken.update(frame.later)
    for name, note in duplicates_of(statements):
        frame.state.duplicates.add(name.span)
        frame.state.report.error("E203", f"`{name.text}` is defined twice", name.span, notes=(note,))
