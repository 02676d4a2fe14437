"""The shape of every draft, and how it came about."""

from __future__ import annotations

from collections.abc import Mapping

from .diagnostics import Problem, Report
from .draft import Draft
from .edit_notes import edits_behind
from .source import Source
from .values import Shape, format_shape

LONGEST_HISTORY = 6
"""Steps of a shape's history that a diagnostic tells."""


def infer_shapes(drafts: Mapping[str, Draft], report: Report) -> None:
    """Sets every draft's shape; what depends on a mistake stays without, and is not reported again."""
    for draft in drafts.values():
        if draft.is_input or draft.op is None:
            continue
        shapes = [drafts[name].shape for name in draft.inputs]
        known = [shape for shape in shapes if shape is not None]
        if len(known) == len(shapes):
            draft.shape = _infer(draft, known, drafts, report)


def _infer(draft: Draft, shapes: list[Shape], drafts: Mapping[str, Draft], report: Report) -> Shape | None:
    assert draft.op is not None
    try:
        _check_count(draft, len(shapes))
        return draft.op.infer(*shapes)
    except Problem as problem:
        span = draft.span
        if problem.argument is not None:
            span = draft.arguments.get(problem.argument) or draft.arguments.get(_position(draft, problem)) or span
        report.add(problem.at(span, history(draft, drafts), edits_behind(draft, drafts)))
        return None


def _position(draft: Draft, problem: Problem) -> int:
    """Where a named argument stood, had it been given by position."""
    fields: list[str | int | None] = list(type(draft.op).model_fields) if draft.op else []
    return fields.index(problem.argument) if problem.argument in fields else -1


def _check_count(draft: Draft, count: int) -> None:
    assert draft.op is not None
    least, most = draft.op.inputs
    if count < least or (most is not None and count > most):
        expected = f"{least} or more inputs" if most is None else f"{least} input{'s' * (least > 1)}"
        keyword = draft.op.keyword
        hint = f"name them all: {keyword}(conv1, conv2)" if least > 1 else "`add` and `concat` read several"
        message = f"`{keyword}` cannot read {count} input{'s' * (count != 1)}"
        raise Problem("E408", message, expected=expected, found=str(count), hint=hint)


def history(draft: Draft, drafts: Mapping[str, Draft]) -> str | None:
    """How the shapes that a draft reads came about: one path per input, oldest step first."""
    paths = dict.fromkeys(_path(drafts[name], drafts, draft.span.source) for name in draft.inputs)
    told = [path for path in paths if path]
    return "; ".join(told) if told else None


def _path(draft: Draft, drafts: Mapping[str, Draft], here: Source) -> str:
    """The steps of a shape, with the lines of the layers that made them; in another file than this with its name."""
    steps: list[str] = []
    while len(steps) < LONGEST_HISTORY and draft.shape is not None:
        if draft.is_input:
            steps.append(f"{draft.name} {_line(draft, here)}: {format_shape(draft.shape)}")
            break
        before = drafts[draft.inputs[0]]
        if before.shape is None:
            break
        if before.shape != draft.shape:
            change = f"{format_shape(before.shape)} -> {format_shape(draft.shape)}"
            steps.append(f"{draft.name} {_line(draft, here)}: {change}")
        draft = before
    return ", ".join(reversed(steps))


def _line(draft: Draft, here: Source) -> str:
    source, line = draft.span.source, draft.span.line
    return f"line {line}" if source is here else f"{source.name}:{line}"
