"""``scale width by 0.5``: the channels of all layers but those that make the outputs."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import gcd

from .changes import Scaling
from .diagnostics import Note, Problem, Report
from .draft import Draft, State
from .op import Op
from .shapes import infer_shapes
from .values import Shape


def scale_widths(state: State, report: Report) -> None:
    """Multiplies the channels of the drafts that are to be scaled; what their readers read follows.

    A layer whose channels reach an output unchanged keeps them: the classes of
    a classifier stay. Drafts have no shapes afterwards, except inputs.
    """
    drafts = state.drafts
    if report or not any(draft.scaling for draft in drafts.values()):
        return
    infer_shapes(drafts, Report())  # the net without the scaling; it may lack layers that fit the new widths only
    kept = _makers_of_outputs(state)
    now: dict[str, Shape | None] = {}
    ops: dict[str, Op | None] = {}
    refused: dict[Scaling, tuple[Draft, Problem]] = {}
    for name, draft in drafts.items():
        ops[name] = draft.op
        try:
            ops[name] = _scaled(draft, name in kept, drafts, now)
        except Problem as problem:
            assert draft.scaling is not None
            refused.setdefault(draft.scaling, (draft, problem))
        now[name] = draft.shape if draft.is_input else _shape(draft, ops[name], now)
    for scaling, (draft, why) in refused.items():
        report.add(_refusal(draft, why, _hint(scaling, drafts, kept)).at(scaling.span))
    for draft in drafts.values():
        draft.op = draft.op if refused else ops[draft.name]
        draft.shape = draft.shape if draft.is_input else None


def _makers_of_outputs(state: State) -> set[str]:
    """The layers that make the outputs' channels, with those that hand them on."""
    kept: set[str] = set()
    waiting = [wire.node for wire in state.outputs.values()]
    while waiting:
        draft = state.drafts[waiting.pop()]
        if draft.name not in kept:
            kept.add(draft.name)
            if draft.op is not None and (draft.op.width is None or _follows(draft.op, _channels(draft, state.drafts))):
                waiting += draft.inputs
    return kept


def _follows(op: Op, channels: int | None) -> bool:
    """True for a convolution with a group per input channel, whose width is that of its input."""
    return channels is not None and channels > 1 and getattr(op, "groups", 1) == channels


def _channels(draft: Draft, drafts: Mapping[str, Draft]) -> int | None:
    """The channels of what a layer reads, before the scaling."""
    shape = drafts[draft.inputs[0]].shape if draft.inputs else None
    return shape[0] if shape else None


def _scaled(draft: Draft, is_kept: bool, drafts: Mapping[str, Draft], now: Mapping[str, Shape | None]) -> Op | None:
    """A draft's op, scaled. Raises Problem E609."""
    op = draft.op
    if op is None or draft.scaling is None:
        return op
    was = _channels(draft, drafts)
    shape = now.get(draft.inputs[0]) if draft.inputs else None
    is_own = op.width is not None and not is_kept
    reads_other = was is not None and shape is not None and shape[0] != was
    if (is_own or reads_other) and (why := op.fixed()):
        raise Problem("E609", why)
    if is_kept or was is None or shape is None:
        return op if is_kept else op.scaled(draft.scaling.factor, 1, 1)
    return op.scaled(draft.scaling.factor, was, shape[0])


def _shape(draft: Draft, op: Op | None, now: Mapping[str, Shape | None]) -> Shape | None:
    """The shape that a draft has now; None where it has none, which is reported later."""
    shapes = [now.get(name) for name in draft.inputs]
    known = [shape for shape in shapes if shape is not None]
    if op is None or len(known) < len(shapes):
        return None
    try:
        return op.infer(*known)
    except (Problem, IndexError):
        return None


def _refusal(draft: Draft, problem: Problem, hint: str | None) -> Problem:
    """What is wrong with a factor, told with the first layer that it does not fit."""
    assert draft.op is not None
    why = draft.op.fixed()
    if why is not None:
        hint = f"define it anew before it is scaled: `{draft.statement or draft.name} = ...`"
    told = problem.diagnostic
    message = f"the width of `{draft.name}` cannot be scaled: {why or told.message}"
    note = Note(f"`{draft.name}` is here", draft.span)
    return Problem("E609", message, expected=told.expected, found=told.found, hint=hint, notes=(note,))


def _hint(scaling: Scaling, drafts: Mapping[str, Draft], kept: set[str]) -> str | None:
    """The factor next to one that all layers have whole numbers of channels with; None where none is near."""
    scaled = [draft for draft in drafts.values() if draft.scaling == scaling and draft.name not in kept]
    unit = gcd(*(count for draft in scaled if draft.op is not None for count in _counts(draft.op)))
    if not unit or scaling.edits > 1:
        return None
    parts = round(unit * scaling.factor)
    if parts == unit:
        parts += 1 if scaling.factor > 1 else -1
    return f"{_written(Fraction(parts, unit))} fits all layers" if parts > 0 else None


def _counts(op: Op) -> tuple[int, ...]:
    """The numbers that must stay whole: the channels of a group, and those that are put before and after others."""
    if op.width is None:
        return tuple(getattr(op, "channels", ()))
    width, groups = getattr(op, op.width), getattr(op, "groups", 1)
    return (width if groups == width or width % groups else width // groups,)


def _written(factor: Fraction) -> str:
    """``0.375`` or ``2 / 3``, whichever says it exactly."""
    short = f"{float(factor):.6g}"
    return short if Fraction(short) == factor else f"{factor.numerator} / {factor.denominator}"
