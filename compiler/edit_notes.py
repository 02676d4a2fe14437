"""Which edits of a variant a layer comes from, for messages about it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping

from .diagnostics import Note
from .draft import Draft
from .source import Span

MOST_NOTES = 3
FARTHEST = 1000
"""Layers before one that are looked at for the edits that it comes from."""


def edits_behind(draft: Draft, drafts: Mapping[str, Draft]) -> tuple[Note, ...]:
    """The edits that made a layer, or those that it reads, the nearest first; not the one that it stands in itself."""
    found: dict[Note, None] = {}
    for one in _before(draft, drafts):
        edits = (*one.edits, one.scaling.edit) if one.scaling else one.edits
        found |= dict.fromkeys(edit for edit in edits if not _contains(edit.span, draft.span))
        if len(found) >= MOST_NOTES:
            break
    return tuple(found)[:MOST_NOTES]


def _before(draft: Draft, drafts: Mapping[str, Draft]) -> Iterator[Draft]:
    """A layer and those that it reads, directly or not."""
    seen = {draft.name}
    waiting = deque([draft])
    while waiting and len(seen) <= FARTHEST:
        one = waiting.popleft()
        yield one
        for name in one.inputs:
            if name not in seen:
                seen.add(name)
                waiting.append(drafts[name])


def _contains(edit: Span | None, span: Span) -> bool:
    return edit is not None and edit.source is span.source and edit.start <= span.start and span.end <= edit.end
