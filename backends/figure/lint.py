"""Whether a figure is fit to be shown: every breach of the laws of a good figure, with what was measured."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import chain

from .laws.boxes import boxes_across_frames, clipped_shapes, overlapping_boxes
from .laws.colours import faint_lines, faint_texts
from .laws.finding import Finding
from .laws.survey import Survey
from .laws.texts import crossed_texts, small_texts, texts_over_boxes, texts_over_texts
from .laws.wires import loose_wires, shared_wires, wires_through_boxes
from .options import Page
from .scene import Scene
from .theme import Theme

LISTED = 20
"""Findings that a report lists; the others it counts."""


def lint(scene: Scene, theme: Theme, page: Page, background: str | None = None) -> list[Finding]:
    """What is wrong with a figure in its physical size on that page; empty when nothing is.

    What stands on no filled shape is held to the background, and where there is none, to the theme's paper.
    """
    survey = Survey(scene, theme, background or theme.paper)
    return [
        *small_texts(survey, page),
        *chain.from_iterable(law(survey) for law in _LAWS),
    ]


_LAWS = (
    texts_over_texts,
    crossed_texts,
    texts_over_boxes,
    clipped_shapes,
    overlapping_boxes,
    boxes_across_frames,
    loose_wires,
    wires_through_boxes,
    shared_wires,
    faint_texts,
    faint_lines,
)


def report(findings: Sequence[Finding], scene: Scene, page: Page) -> str:
    """The findings in words: the size of the figure and of its smallest text, how many of each law, and a list."""
    smallest = scene.smallest_text()
    measured = (
        "no text" if smallest is None else f"smallest text {smallest:.1f} pt ({page.name}: at least {page.least:g} pt)"
    )
    counts = Counter(finding.law for finding in findings)
    found = ", ".join(f"{count} {law}" for law, count in counts.items()) or "nothing found"
    lines = [f"{scene.width:.0f} x {scene.height:.0f} pt, {measured}, {found}"]
    for law, sentence, place in findings[:LISTED]:
        lines.append(f"  {law}: {sentence}, at {place.left:.0f}, {place.top:.0f}")
    if len(findings) > LISTED:
        lines.append(f"  and {len(findings) - LISTED} more")
    return "\n".join(lines)
