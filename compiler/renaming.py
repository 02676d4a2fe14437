"""``rename conv1 to stem``: a layer, an input or a section under another name, wherever it is read."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace
from typing import Any

from . import syntax as ast
from .diagnostics import Note, Problem
from .draft import State
from .edits import no_such_layer, rewrapped
from .names import NESTING, Foreign, Statements, core, flat, names_of
from .ops import OPS
from .source import Span


def renamed(state: State, statements: Statements, edit: ast.Rename) -> Statements:
    """The statements with the new name; raises Reported when the old one is nobody's or the new one somebody's."""
    named = _named(statements)
    old, new = edit.old.text, edit.new.text
    if old not in named:
        raise state.fail(no_such_layer(state, old, named), edit.old.span)
    if new in named:
        note = Note("it is here", named[new])
        raise state.fail(Problem("E604", f"the base has a layer `{new}` already", notes=(note,)), edit.new.span)
    state.renamed[old] = edit.new
    declared = (tree for tree in map(core, flat(statements)) if isinstance(tree, ast.Device))
    devices = {name.text for tree in declared for name, _ in tree.devices}
    return _Renaming(old, edit.new, devices, named).statements(statements)


def _named(statements: Statements) -> dict[str, Span]:
    """The layers, inputs and sections, with the place of each name."""
    named = names_of(statements)
    for tree in map(core, flat(statements)):
        if isinstance(tree, ast.Section):
            named.setdefault(tree.name.text, tree.name.span)
        elif isinstance(tree, ast.Input):
            named |= {feed.name.text: feed.name.span for feed in tree.feeds}
    return named


class _Renaming:
    """Statements with another name for one of their layers, in the order in which they are carried out."""

    def __init__(self, old: str, new: ast.Name, devices: set[str], named: Container[str]) -> None:
        self.old = old
        self.new = new
        self.devices = devices
        self.named = named
        self.is_layer = old not in OPS
        """Whether the bare name means the layer already; before its definition it means the op of its name."""

    def statements(self, statements: Statements) -> Statements:
        return tuple(self._statement(statement) for statement in statements)

    def _statement(self, statement: ast.Statement | Foreign) -> ast.Statement | Foreign:
        if isinstance(statement, Foreign) and self.old in statement.values:
            return statement  # there the name is a parameter's
        return rewrapped(statement, self._tree(core(statement)))

    def _tree(self, tree: ast.Statement) -> ast.Statement:
        if isinstance(tree, NESTING):
            tree = replace(tree, body=self.statements(tree.body))  # type: ignore[arg-type]
        match tree:
            case ast.Layers() | ast.Output():
                tree = replace(tree, value=self._chain(tree.value))
            case ast.Init():
                return replace(tree, targets=tuple(map(self._target, tree.targets)))
            case ast.Expect():
                return replace(tree, left=self._chain(tree.left), right=self._chain(tree.right))
            case ast.Input():
                tree = replace(tree, feeds=tuple(replace(feed, name=self._defined(feed.name)) for feed in tree.feeds))
        if isinstance(tree, (ast.Layers, ast.Sequential, ast.Section)) and tree.name is not None:
            tree = replace(tree, name=self._defined(tree.name))
        return tree

    def _defined(self, name: ast.Name) -> ast.Name:
        if name.text != self.old:
            return name
        self.is_layer = True
        return self.new

    def _name(self, name: ast.Name) -> ast.Name:
        return ast.Name(name.span, self.new.text) if name.text == self.old else name

    def _target(self, name: ast.Name) -> ast.Name:
        """A layer that `init` names: it may be one that is called after its chain, as `conv1_batchnorm` is."""
        if name.text.startswith(self.old + "_") and name.text not in self.named:
            return ast.Name(name.span, self.new.text + name.text[len(self.old) :])
        return self._name(name)

    def _chain(self, tree: Any) -> Any:
        """An expression whose bare name may be the layer's."""
        if isinstance(tree, ast.Name):
            return self._name(tree) if self.is_layer else tree
        return self._link(tree)

    def _link(self, tree: Any) -> Any:
        """An expression whose bare name is an op's or a block's, as after an arrow."""
        match tree:
            case ast.Chain(links=(first, *rest)):
                return replace(tree, links=(self._chain(first), *map(self._link, rest)))
            case ast.Group(inner=inner):
                return replace(tree, inner=self._chain(inner))
            case ast.Call(arguments=arguments):
                return replace(tree, arguments=tuple(replace(a, value=self._chain(a.value)) for a in arguments))
            case ast.Binary(left=left):
                return replace(tree, left=self._link(left))
            case ast.Index(base=base):
                return replace(tree, base=self._chain(base))
            case ast.Attribute(base=base, name=name):
                is_tower = isinstance(base, ast.Name) and base.text in self.devices
                name = self.new.text if is_tower and name == self.old else name
                return replace(tree, base=self._chain(base), name=name)
            case _:
                return tree
