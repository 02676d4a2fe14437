"""Edits of statements: each makes new statements of those of the base."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container
from dataclasses import replace

from . import syntax as ast
from .diagnostics import Note, Problem, suggest
from .draft import State
from .names import NESTING, Foreign, Statements, core, flat, names_of
from .ops import OPS
from .source import Span


def without_claims(statements: Statements) -> Statements:
    """A variant is another net, so its base's expectations and title are not its own."""
    kept: list[ast.Statement | Foreign] = []
    for statement in statements:
        tree = core(statement)
        if isinstance(tree, ast.Expect):
            continue
        if isinstance(tree, ast.About):
            facts = tuple(fact for fact in tree.facts if fact[0].text != "title")
            kept.append(rewrapped(statement, replace(tree, facts=facts)))
        else:
            kept.append(statement)
    return tuple(kept)


def rewrapped(statement: ast.Statement | Foreign, tree: ast.Statement) -> ast.Statement | Foreign:
    """A changed statement with the wrapper of the old one."""
    return replace(statement, statement=tree) if isinstance(statement, Foreign) else tree


def removed(state: State, statements: Statements, name: ast.Name, note: Foreign) -> Statements:
    """The statements without a layer, an output, or a section and the layers in it; one name may be of both.

    The edit itself stands in the place of what is gone, for messages about what comes next.
    """
    kept = mapped(statements, lambda old: () if is_output(old, name) else (old,))
    if kept != statements and not _walk(kept, name.text, lambda _: ())[1]:
        return kept
    statements, gone = kept, list[ast.Statement | Foreign]()

    def remove(statement: ast.Statement | Foreign) -> Statements:
        gone.append(statement)
        return (note,)

    statements = at_name(state, statements, name, remove, None)
    for layer in names_of(tuple(gone)):
        state.removed[layer] = name.span
    excuse(state, statements, names_of(tuple(gone)))
    return statements


def anew(state: State, statements: Statements, name: ast.Name, new: Foreign) -> Statements:
    """The statements with a layer, or a `sequential`, defined anew."""
    gone: dict[str, Span] = {}

    def change(old: ast.Statement | Foreign) -> Statements:
        gone.update(names_of((old,)))
        return (new,)

    statements = at_name(state, statements, name, change)
    excuse(state, statements, gone)
    return statements


def moved(state: State, statements: Statements, name: ast.Name, device: ast.Name) -> Statements:
    """The statements with a layer, or all layers of a section, on a device."""
    return at_name(state, statements, name, lambda old: (_placed(old, device),), None)


def _placed(statement: ast.Statement | Foreign, device: ast.Name) -> ast.Statement | Foreign:
    tree = core(statement)
    if isinstance(tree, (ast.Layers, ast.Output, ast.Placed)):
        tree = replace(tree, device=device)
    if isinstance(tree, NESTING):
        body = tuple(_placed(inner, device) for inner in tree.body)
        tree = replace(tree, body=body)  # type: ignore[arg-type]
    return rewrapped(statement, tree)


def excuse(state: State, statements: Statements, gone: Container[str] = ()) -> None:
    """Lets every `init` so far go without weights that an edit takes away, and without the layers of these names.

    A layer that is called after its chain, as `conv1_batchnorm` is, goes with `conv1`.
    """
    named = names_of(statements)
    for tree in map(core, flat(statements)):
        if isinstance(tree, ast.Init):
            state.excused.add(tree.span)
            state.excused.update(target.span for target in tree.targets if _is_of(target.text, gone, named))


def _is_of(target: str, gone: Container[str], named: Container[str]) -> bool:
    parts = target.split("_")
    chains = ("_".join(parts[:end]) for end in range(1, len(parts)))
    return target in gone or (target not in named and any(chain in gone for chain in chains))


def at_name(
    state: State, statements: Statements, name: ast.Name, change: Callable[[ast.Statement | Foreign], Statements],
    otherwise: str | None = "new layers go in with `after` or `before`",
) -> Statements:  # fmt: skip
    """The statements with the one of this name changed, wherever it is nested."""
    changed, found = _walk(statements, name.text, change)
    if found:
        return changed
    raise state.fail(no_such_layer(state, name.text, names_of(statements), otherwise), name.span)


def no_such_layer(state: State, name: str, known: Collection[str], otherwise: str | None = None) -> Problem:
    """The problem of an edit's name that no statement has; ``otherwise`` is the hint where nothing better is known."""
    message = f"the base has no layer `{name}`"
    if name in state.renamed:
        hint = f"it is called `{state.renamed[name].text}` since it was renamed"
        return Problem("E604", message, hint=hint)
    if name in state.removed:
        notes = (Note("removed here", state.removed[name]),)
        return Problem("E604", f"the variant has removed `{name}`", notes=notes)
    whole, _, op = name.rpartition("_")
    if whole in known and op.rstrip("0123456789") in OPS:
        hint = f"an edit changes a statement as a whole: `{whole} = ...` defines it anew"
        return Problem("E604", f"`{name}` is a part of the statement `{whole}`", hint=hint)
    out = f"`replace {name} with none` leaves out every use" if name in OPS else None
    return Problem("E604", message, hint=suggest(name, known) or out or otherwise)


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
            result.append(rewrapped(statement, replace(tree, body=body)) if found else statement)  # type: ignore[arg-type]
        else:
            result.append(statement)
    return tuple(result), found


def _is_named(tree: ast.Statement, name: str) -> bool:
    named = (ast.Layers, ast.Section, ast.Sequential)
    return isinstance(tree, named) and tree.name is not None and tree.name.text == name


def is_output(statement: ast.Statement | Foreign, name: ast.Name) -> bool:
    """True for the statement that makes the output of this name."""
    tree = core(statement)
    return isinstance(tree, ast.Output) and tree.name == name


def mapped(statements: Statements, change: Callable[[ast.Statement | Foreign], Statements]) -> Statements:
    """The statements with a change made to each that holds no others, wherever it is nested."""
    result: list[ast.Statement | Foreign] = []
    for statement in statements:
        tree = core(statement)
        if isinstance(tree, NESTING):
            body = mapped(tree.body, change)
            result.append(rewrapped(statement, replace(tree, body=body)))  # type: ignore[arg-type]
        else:
            result += change(statement)
    return tuple(result)


def new_feed(
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
        return tuple(wrap(one) if one.feeds[0] is feed else rewrapped(statement, one) for one in single)

    statements = mapped(statements, change)
    if feed.name.text not in known:
        hint = suggest(feed.name.text, known) or f"its inputs are {', '.join(known)}"
        raise state.fail(Problem("E604", f"the base has no input `{feed.name.text}`", hint=hint), feed.name.span)
    return statements
