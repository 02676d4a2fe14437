"""``replace relu with gelu`` and blocks defined anew: carried out where a link is found to be an op or a block."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeAlias

from . import syntax as ast
from .changes import Replacement
from .diagnostics import Note, Problem, suggest
from .draft import Frame, Reported, State, is_layer
from .expressions import makes_layers
from .op import Op
from .program import Definition
from .source import Span

Called: TypeAlias = type[Op] | Definition
"""What a link calls."""

_OF_SIGNATURES = ("E301", "E303", "E304", "E305")
"""Codes of arguments that an op or block does not take."""


def replaced(frame: Frame, called: Called | None) -> tuple[Called | None, tuple[Replacement, ...]]:
    """What stands for an op or block here, after every replacement that concerns it, and these in order."""
    done: list[Replacement] = []
    active = _active(frame.state)
    frame.state.steps += len(active) // 10  # many edits of many layers take their time
    for replacement in active:
        if called is None:
            break
        frame.state.called.add(_name(called))
        if _name(called) == replacement.old.text:
            replacement.is_used = True
            done.append(replacement)
            called = replacement.new
    if any(replacement.is_refused for replacement in done):
        raise Reported
    return called, tuple(done)


def _name(called: Called) -> str:
    return called.tree.name.text if isinstance(called, Definition) else called.keyword


def _active(state: State) -> tuple[Replacement, ...]:
    """The replacements that concern what is carried out now: in a block that one brought in only those after it.

    A block that stands for another does not stand for it inside itself.
    """
    replacements = state.changes.replacements
    depths = [_depth(state, replacement) for replacement in replacements] if state.expanding else []
    innermost = max(depths, default=-1)
    if innermost < 0:
        return replacements
    start = depths.index(innermost) + 1
    return tuple(one for one, depth in zip(replacements[start:], depths[start:], strict=True) if depth < 0)


def _is_opened(state: State, replacement: Replacement) -> bool:
    """True for a block that statements or blocks of the variant use, where the base has none of its name."""
    return isinstance(replacement.new, Definition) and id(replacement.new.tree.name) in state.opened


def _depth(state: State, replacement: Replacement) -> int:
    """How deep in blocks the one that a replacement brings is carried out now; -1 where it is not."""
    if not isinstance(replacement.new, Definition):
        return -1
    block = replacement.new.tree
    return next((depth for depth, outer in enumerate(state.expanding) if outer is block), -1)


def arguments_of(frame: Frame, link: ast.Expression, replacements: tuple[Replacement, ...]) -> tuple[ast.Argument, ...]:
    """A link's arguments. Those that a replacement brings take the place of the values; layers stay."""
    own = link.arguments if isinstance(link, ast.Call) else ()
    brought = [replacement.arguments for replacement in replacements if replacement.arguments is not None]
    if not brought:
        return own
    return (*(argument for argument in own if _is_layer(frame, argument.value)), *brought[-1])


def _is_layer(frame: Frame, tree: ast.Expression) -> bool:
    root = tree
    while isinstance(root, (ast.Index, ast.Attribute)):
        root = root.base
    return makes_layers(frame, tree) or (isinstance(root, ast.Name) and is_layer(frame.find(root.text)))


@contextmanager
def blamed(frame: Frame, use: Span, replacements: tuple[Replacement, ...]) -> Iterator[None]:
    """What is reported of a use meanwhile names its replacements; a signature that does not fit is reported once."""
    found = frame.state.report.diagnostics
    known = len(found)
    try:
        yield
    finally:
        first = found[known] if replacements and len(found) > known else None
        if first is not None and first.code in _OF_SIGNATURES and _is_inside(first.span, use):
            del found[known + 1 :]  # one mistake: the uses were not made for it
        for replacement in replacements:
            note = Note(_reason(replacement), replacement.span)
            for number in range(known, len(found)):
                if _is_inside(found[number].span, use):
                    found[number] = replace(found[number], notes=(*found[number].notes, note))
                    replacement.is_refused |= found[number].code in _OF_SIGNATURES


def _is_inside(span: Span | None, use: Span) -> bool:
    return span is not None and span.source is use.source and use.start <= span.start and span.end <= use.end


def _reason(replacement: Replacement) -> str:
    old = replacement.old.text
    if isinstance(replacement.new, Definition) and replacement.new.tree.name is replacement.old:
        return f"`{old}` is defined anew here"
    if replacement.arguments is not None or replacement.new is None:
        return f"`{old}` is replaced here"
    new = _name(replacement.new)
    return f"`{old}` is replaced here; every use keeps its arguments, unless `{new}(...)` brings others"


def check_replacements(state: State, replacements: tuple[Replacement, ...]) -> None:
    """Reports replacements that replace nothing; after another mistake that may be its fault."""
    if state.report:
        return
    for replacement in replacements:
        if not replacement.is_used and not _is_opened(state, replacement):
            name = replacement.old.text
            hint = suggest(name, state.called) or f"it uses {', '.join(sorted(state.called)) or 'none'}"
            state.fail(Problem("E604", f"the base does not use `{name}`", hint=hint), replacement.old.span)
