"""`move layer3.2, conv1_relu to gpu1`: a variant places layers inside blocks, repetitions and chains."""

from __future__ import annotations

from . import syntax as ast
from .declarations import find_device
from .diagnostics import Problem, suggest
from .draft import Draft, Frame
from .names import Statements, core, flat, names_of
from .ops import OPS


def is_within(name: str, statements: Statements) -> bool:
    """Whether a name is that of a layer inside one of the statements, or of one that the user gave no name."""
    known = names_of(statements)
    if name in known:
        return False
    unnamed = any(isinstance(tree, ast.Layers) and tree.name is None for tree in map(core, flat(statements)))
    op = name.rstrip("0123456789")
    return "." in name or any(name.startswith(f"{whole}_") for whole in known) or (unnamed and op in OPS)


def move_within(frame: Frame, edit: ast.Move) -> None:
    """Puts the layers of these names, and those in scopes of these names, on a device."""
    device = find_device(frame, edit.device)
    for name in edit.names:
        for draft in _inside(frame, name):
            draft.wanted_device = device


def _inside(frame: Frame, name: ast.Name) -> list[Draft]:
    """The layers that a name with dots stands for; raises Reported where there are none, or a tower has them."""
    state = frame.state
    drafts = {path: draft for path, draft in state.drafts.items() if not draft.is_input}
    found = [draft for path, draft in drafts.items() if f"{path}.".startswith(f"{name.text}.")]
    towers = [path for path, scope in state.scopes.items() if scope.kind == "tower"]
    if name.text.startswith(tuple(f"{tower}." for tower in towers)):
        tower = name.text.partition(".")[0]
        raise state.fail(Problem("E504", f"inside a tower everything runs on its device, here {tower}"), name.span)
    if not found:
        begun = [path for path in (*drafts, *state.scopes) if path.count(".") == name.text.count(".")]
        hint = suggest(name.text, begun)
        raise state.fail(Problem("E604", f"the base has no layer `{name.text}`", hint=hint), name.span)
    return found
