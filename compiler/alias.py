"""``x as "denselayer{i}" = chain``: what the module calls a chain that the spec calls x."""

from __future__ import annotations

import re

from . import syntax as ast
from .diagnostics import Note, Problem, suggest
from .draft import Frame, Unknown, is_layer
from .reserved import why_reserved
from .tree_builder import LONGEST_NAME
from .values import Bytes, format_value, type_name

_VARIABLE = re.compile(r"\{([^{}]*)\}")


def alias_of(frame: Frame, tree: ast.Layers) -> str | None:
    """The name in the module, free in this scope from now on; None where the spec's name is the module's."""
    if tree.alias is None:
        return None
    if frame.numbered:
        hint = "its layers are called by their positions"
        raise frame.state.fail(Problem("E608", "`as` has no meaning in `sequential`", hint=hint), tree.alias.span)
    alias = _filled_in(frame, tree.alias)
    if alias is not None:
        _check(frame, alias, tree.alias)
        frame.taken.add(alias)
        frame.aliases[alias] = tree.alias.span
    return alias


def _filled_in(frame: Frame, tree: ast.Literal) -> str | None:
    """The text with values for names in braces; None while one of them is unknown, in a rehearsal."""
    parts = _VARIABLE.split(str(tree.value))
    values = [_value(frame, name.strip(), tree) for name in parts[1::2]]
    if None in values:
        return None
    parts[1::2] = map(str, values)
    return "".join(parts)


def _value(frame: Frame, name: str, tree: ast.Literal) -> str | None:
    if not frame.knows(name):
        if not name.isidentifier():
            message = "braces hold the name of a parameter or of a loop's variable"
            raise frame.state.fail(Problem("E302", message, expected='"layer{i}"', found=f"{{{name}}}"), tree.span)
        raise frame.state.fail(
            Problem("E201", f"unknown name `{name}`", hint=suggest(name, frame.visible())), tree.span
        )
    value = frame.find(name)
    if isinstance(value, Unknown):
        return None
    if is_layer(value):
        message = f"`{name}` is a layer, and no part of a name"
        raise frame.state.fail(Problem("E310", message, expected="a parameter or a loop's variable"), tree.span)
    if not isinstance(value, (int, str)) or isinstance(value, (bool, Bytes)):
        found = f"{format_value(value)}, {type_name(value)}"
        problem = Problem(
            "E302", f"`{name}` cannot be a part of a name", expected="a whole number or a string", found=found
        )
        raise frame.state.fail(problem, tree.span)
    return str(value)


def _check(frame: Frame, alias: str, tree: ast.Literal) -> None:
    """Raises Reported unless a layer may have this name."""
    if not re.fullmatch(r"[A-Za-z0-9_]+", alias) or len(alias) > LONGEST_NAME:
        expected = f"letters, digits and `_`, at most {LONGEST_NAME} of them"
        problem = Problem("E302", "this is no name for a layer", expected=expected, found=format_value(alias[:60]))
        raise frame.state.fail(problem, tree.span)
    if why := why_reserved(alias):
        raise frame.state.fail(Problem("E205", f"a layer cannot be called `{alias}`: {why}"), tree.span)
    taken = _taken(frame, alias, tree)
    if taken:
        raise frame.state.fail(taken, tree.span)


def _taken(frame: Frame, alias: str, tree: ast.Literal) -> Problem | None:
    """The problem of a name that the module has already in this scope."""
    message = f"`{alias}` is defined twice"
    if alias in frame.aliases:
        again = frame.aliases[alias] == tree.span
        hint = f'the loop\'s variable tells its turns apart: "{tree.value}{{{[*frame.loop][-1]}}}"' if again else None
        notes = () if again else (Note("first defined here", frame.aliases[alias]),)
        return Problem("E203", message, hint=hint, notes=notes)
    if alias in frame.own:
        return Problem("E203", message, notes=(Note("also defined here", frame.own[alias]),))
    if frame.is_net and (alias in frame.state.inputs or alias in frame.state.devices):
        other = "an input" if alias in frame.state.inputs else "a device"
        return Problem("E203", f"`{alias}` is {other} already")
    if alias in frame.taken and alias not in frame.later:
        return Problem(
            "E203", f"a layer without a name is called `{alias}` already", hint="give one of them another name"
        )
    return None
