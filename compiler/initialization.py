"""`init` statements: which weight of which layer starts how."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from . import syntax as ast
from .diagnostics import Note, Problem, suggest
from .draft import Draft, Frame, Reported, State
from .evaluate import is_number
from .expressions import plain_value
from .graph import Init
from .values import format_value, type_name

_NUMBERS = re.compile(r"(\.\d+)+\Z")
_DISTRIBUTIONS: dict[str, tuple[str, ...]] = {
    "normal": ("mean", "std"), "uniform": ("low", "high"), "constant": ("value",), "fan_in_uniform": ("gain",),
}  # fmt: skip


def initializations(state: State) -> dict[str, dict[str, Init]]:
    """For every layer its weights' initialisation; a later statement wins."""
    found: dict[str, dict[str, Init]] = {}
    inside = _by_prefix(state.drafts.values()) if state.inits else {}
    for tree, frame in state.inits:
        try:
            _apply(state, tree, frame, inside.get(frame.prefix, []), found)
        except Reported:
            continue
    return found


def _by_prefix(drafts: Iterable[Draft]) -> dict[str, list[Draft]]:
    """The layers in every scope, by its path with the last dot; those of the net have none."""
    inside: dict[str, list[Draft]] = {}
    for draft in drafts:
        if draft.op:
            parts = draft.name.split(".")
            for end in range(len(parts)):
                inside.setdefault("".join(f"{part}." for part in parts[:end]), []).append(draft)
    return inside


def _apply(state: State, tree: ast.Init, frame: Frame, inside: list[Draft], found: dict[str, dict[str, Init]]) -> None:
    targets = _targets(state, tree, frame, inside)
    for weight, setting in tree.settings:
        init = _distribution(frame, setting)
        having = [draft for draft in targets if weight.text in _weights(state.drafts, draft)]
        excused = tree.span in state.excused or (frame.is_replaced and not frame.is_net)
        if not having and not state.report and not excused:
            known = {name for draft in targets for name in _weights(state.drafts, draft)}
            hint = suggest(weight.text, known) or f"they have {', '.join(sorted(known)) or 'none'}"
            problem = Problem("E201", f"no layer here has a weight `{weight.text}`", hint=hint)
            raise state.fail(problem, weight.span)
        for draft in having:
            if (
                init.distribution == "fan_in_uniform"
                and draft.op
                and not draft.op.fan_in(*_shapes(state.drafts, draft))
            ):
                problem = Problem("E407", f"`{draft.op.keyword}` has no fan-in to draw from")
                raise state.fail(problem, setting.span)
            found.setdefault(draft.name, {})[weight.text] = init


def _targets(state: State, tree: ast.Init, frame: Frame, inside: list[Draft]) -> list[Draft]:
    """The layers that a statement speaks of; without names all."""
    if not tree.targets:
        return [draft for draft in inside if not _is_normalization(draft)]
    return [draft for name in tree.targets for draft in _named(state, frame, inside, name)]


def _named(state: State, frame: Frame, drafts: Iterable[Draft], name: ast.Name) -> list[Draft]:
    spelled = {frame.prefix + name.text, frame.spell(name.text)}
    if frame.is_net:
        spelled |= {f"{scope.path}.{name.text}" for scope in state.scopes.values() if scope.kind == "tower"}
    paths = spelled.union(*(state.paths.get(path, ()) for path in spelled))
    paths |= {path for name in spelled for path in state.formerly.get(name, ())}
    found = [draft for draft in drafts if _belongs(draft, paths)]
    excused = name.span in state.excused or not spelled.isdisjoint(state.formerly)
    if not found and not state.report and not excused:
        known = {draft.statement.rpartition(".")[2] for draft in drafts if draft.statement}
        notes = (Note("removed here", state.removed[name.text]),) if name.text in state.removed else ()
        problem = Problem("E201", f"unknown layer `{name.text}`", hint=suggest(name.text, known), notes=notes)
        raise state.fail(problem, name.span)
    return [draft for draft in found if _is_meant(state, draft, paths) or not _is_normalization(draft)]


def _is_meant(state: State, draft: Draft, paths: set[str]) -> bool:
    """True for a layer that is named itself, in all turns of its loop or repetition too."""
    whole = _NUMBERS.sub("", draft.name)
    return draft.name in paths or (whole in paths and whole in state.scopes and state.scopes[whole].kind == "list")


def _is_normalization(draft: Draft) -> bool:
    """A normalization's scale starts at 1, so it is meant only where it is named itself."""
    return draft.op is not None and draft.op.role == "normalization"


def _belongs(draft: Draft, paths: set[str]) -> bool:
    return draft.name in paths or draft.statement in paths or any(draft.name.startswith(path + ".") for path in paths)


def _shapes(drafts: Mapping[str, Draft], draft: Draft) -> list[tuple[int, ...]]:
    return [drafts[name].shape or () for name in draft.inputs]


def _weights(drafts: Mapping[str, Draft], draft: Draft) -> dict[str, tuple[int, ...]]:
    return draft.op.weights(*_shapes(drafts, draft)) if draft.op and draft.shape is not None else {}


def _distribution(frame: Frame, tree: ast.Expression) -> Init:
    """``0.5``, ``normal(0, 0.01)``, ``uniform(-1, 1)``, ``constant(1)`` or ``fan_in_uniform(2.4)``."""
    if not isinstance(tree, ast.Call):
        return Init(distribution="constant", values=(_number(frame, tree),))
    name = tree.function.text if isinstance(tree.function, ast.Name) else ""
    if name not in _DISTRIBUTIONS:
        hint = suggest(name, _DISTRIBUTIONS) or f"known are {', '.join(_DISTRIBUTIONS)}"
        raise frame.state.fail(Problem("E202", f"unknown distribution `{name}`", hint=hint), tree.function.span)
    names = _DISTRIBUTIONS[name]
    given: dict[str, float] = {}
    for position, argument in enumerate(tree.arguments):
        key = argument.name or (names[position] if position < len(names) else "")
        if not key:
            problem = Problem("E304", f"too many arguments for `{name}`", expected=f"{name}({', '.join(names)})")
            raise frame.state.fail(problem, argument.span)
        if key not in names:
            hint = suggest(key, names) or f"its signature is {name}({', '.join(names)})"
            problem = Problem("E301", f"`{name}` has no argument `{key}`", hint=hint)
            raise frame.state.fail(problem, argument.name_span)
        if key in given:
            raise frame.state.fail(Problem("E305", f"`{key}` of `{name}` is given twice"), argument.name_span)
        given[key] = _number(frame, argument.value)
    missing = [key for key in names if key not in given]
    if missing:
        problem = Problem("E303", f"`{name}` needs `{missing[0]}`", expected=f"{name}({', '.join(names)})")
        raise frame.state.fail(problem, tree.span)
    _check_range(frame, tree, name, given)
    return Init(distribution=name, values=tuple(given[key] for key in names))


def _check_range(frame: Frame, tree: ast.Call, name: str, given: Mapping[str, float]) -> None:
    """Raises Reported for a distribution that PyTorch cannot draw from."""
    if name == "normal" and given["std"] < 0:
        raise frame.state.fail(Problem("E306", "`std` of `normal` is negative", expected="0 or more"), tree.span)
    if name == "uniform" and given["low"] > given["high"]:
        raise frame.state.fail(Problem("E306", "`low` of `uniform` is above its `high`"), tree.span)


def _number(frame: Frame, tree: ast.Expression) -> float:
    value = plain_value(frame, tree)
    if not is_number(value):
        found = f"{format_value(value)}, {type_name(value)}"
        raise frame.state.fail(Problem("E302", "a number is expected here", found=found), tree.span)
    return float(value)  # type: ignore[arg-type]
