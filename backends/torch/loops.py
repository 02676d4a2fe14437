"""Loops in what a module does: its children run one after another, each on what the one before it made."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .parts import Part, Repeat, Segment, Use


def loop_of(container: Part, segment: Segment) -> Repeat | None:
    """The loop over all children of a container, whose names are numbered, if a segment runs them so."""
    inside = {part.path for part in container.parts()}
    turns = [step for step in segment.steps if isinstance(step, Use) and step.part.path in inside]
    if (
        not turns
        or [turn.part for turn in turns] != list(container.children.values())
        or numbering(container.children) is None
    ):
        return None
    start = segment.steps.index(turns[0])
    carried = _carried(turns)
    if segment.steps[start : start + len(turns)] != turns or carried is None:
        return None
    loop = Repeat(container, tuple(turns), carried)
    return loop if _hands_on(loop, segment) else None


def numbering(names: Iterable[str]) -> tuple[str, int] | None:
    """``layer``, 1 for layer1, layer2, layer3 …; None where names are not numbered."""
    found = [re.fullmatch(r"(.*?)(0|[1-9]\d*)", name) for name in names]
    if not found or found[0] is None:
        return None
    prefix, start = found[0][1], int(found[0][2])
    numbered = (name and (name[1], int(name[2])) == (prefix, start + index) for index, name in enumerate(found))
    return (prefix, start) if all(numbered) else None


def _carried(turns: list[Use]) -> int | None:
    """Which of the values that a turn reads is what the turn before it made."""
    if len(turns) == 1:
        return 0 if len(turns[0].reads) == len(turns[0].makes) == 1 else None
    made = turns[0].makes
    places = [index for index, name in enumerate(turns[1].reads) if name in made]
    return places[0] if len(made) == len(places) == 1 else None


def _hands_on(loop: Repeat, segment: Segment) -> bool:
    """Whether every turn reads what the one before it made, and nothing else does."""
    first, carried = loop.turns[0], loop.carried
    handed = [turn.makes[0] for turn in loop.turns[:-1]]
    for turn, before in zip(loop.turns, (first.reads[carried], *handed), strict=True):
        expected = (*first.reads[:carried], before, *first.reads[carried + 1 :])
        if turn.reads != expected or len(turn.makes) != 1 or len(turn.part.segments) != 1:
            return False
    once = set(handed)
    reads = [name for step in segment.steps for name in step.reads if name in once]
    return len(reads) == len(handed) and once.isdisjoint(segment.outputs)
