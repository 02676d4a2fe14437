"""``sequential name { ... }``: a scope whose layers are called by their position, as in ``torch.nn.Sequential``."""

from __future__ import annotations

from itertools import count

from . import syntax as ast
from .chain_names import enter_scopes
from .diagnostics import Problem
from .draft import Frame
from .graph import Scope
from .names import bind_name, check_name


def run_sequential(frame: Frame, tree: ast.Sequential) -> None:
    """Carries out the body; its names are those of the body around, and only the module's are numbers."""
    if not tree.body:
        name = f"`sequential {tree.name.text}`" if tree.name else "`sequential`"
        raise frame.state.fail(Problem("E605", f"{name} has no layer"), tree.span)
    if tree.name is None:
        with frame.within(numbered=True):
            frame.state.run_body(frame, tree.body)
        return
    check_name(frame, tree.name)
    _run_named(frame, tree, tree.name.text)
    if frame.flow is not None:
        bind_name(frame, tree.name.text, frame.flow)


def _run_named(frame: Frame, tree: ast.Sequential, name: str) -> None:
    suffix = "".join(f".{index}" for index in frame.indices)
    local = str(next(frame.numbers)) if frame.numbered else name + suffix
    path = frame.prefix + local
    if frame.numbered:
        frame.state.paths.setdefault(frame.spell(name), []).append(path)
    scopes = (*enter_scopes(frame, local, tree.span), path)
    frame.state.scopes[path] = Scope(path=path, kind="group", line=tree.span.line)
    numbers = count()
    with frame.within(prefix=path + ".", scopes=scopes, numbered=True, numbers=numbers, spelled=frame.spell("")):
        frame.state.run_body(frame, tree.body)
    if not next(numbers):
        del frame.state.scopes[path]  # every link was left out
