"""Where the frames of sections are: around their boxes and nothing else."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from ....compiler import Section
from .columns import Fold
from .items import Item
from .measures import SECTION_PAD, SECTION_TITLE
from .rows import Heads


@dataclass(eq=False)
class Frame:
    """One rectangle of a section: rows and columns of a lane in a fold, and room around its boxes."""

    section: Section
    fold: int
    lane: int
    rows: tuple[int, int]
    columns: tuple[int, int]
    members: list[Item]
    above: float = 0
    below: float = 0
    left: float = 0
    right: float = 0
    inside: list[Frame] = field(default_factory=list)


def ancestors(sections: Iterable[Section]) -> dict[str, list[Section]]:
    """For every section itself and what it stands in, innermost first."""
    by_name = {section.name: section for section in sections}
    found: dict[str, list[Section]] = {}
    for section in by_name.values():
        chain, at = [section], section
        while at.parent is not None:
            at = by_name[at.parent]
            chain.append(at)
        found[section.name] = chain
    return found


def depth_of(sections: Iterable[Section]) -> int:
    """How deep sections nest; 0 without sections."""
    return max(map(len, ancestors(sections).values()), default=0)


def frames_of(
    folds: list[Fold],
    above: dict[str, list[Section]],
    titles_beside: bool = False,
    stacked: Collection[str] = frozenset(),
) -> list[Frame]:
    """All frames, outer ones before those that they hold; with their titles above or left of their boxes."""
    frames: list[Frame] = []
    for fold in folds:
        cells: dict[tuple[int, str], list[Item]] = {}
        for item in fold.members:
            for section in above.get(item.section or "", ()):
                cells.setdefault((item.lane, section.name), []).append(item)
        grid = {(i.lane, i.rank, fold.column[i.index]): i.index for i in fold.members if i.index in fold.column}
        for (lane, name), members in cells.items():
            frames += _pieces(fold, lane, above[name][0], members, grid)
    depth = {name: len(chain) for name, chain in above.items()}
    frames.sort(key=lambda frame: depth[frame.section.name])
    _nest(frames, titles_beside, stacked)
    return frames


def _pieces(
    fold: Fold, lane: int, section: Section, members: list[Item], grid: dict[tuple[int, int, int], int]
) -> list[Frame]:
    """One frame, if nothing else stands in it; else one for each run of neighbours in a column."""
    whole = _frame(fold, lane, section, members)
    own = {item.index for item in members}
    (top, bottom), (left, right) = whole.rows, whole.columns
    cells = ((lane, row, column) for row in range(top, bottom + 1) for column in range(left, right + 1))
    if all(grid.get(cell, members[0].index) in own for cell in cells):
        return [whole]
    runs: list[list[Item]] = []
    for item in sorted(members, key=lambda item: (fold.column[item.index], item.rank)):
        before = runs[-1][-1] if runs else None
        if before and fold.column[before.index] == fold.column[item.index] and before.rank == item.rank - 1:
            runs[-1].append(item)
        else:
            runs.append([item])
    return [_frame(fold, lane, section, run) for run in runs]


def _frame(fold: Fold, lane: int, section: Section, members: list[Item]) -> Frame:
    rows = [item.rank for item in members]
    columns = [fold.column[item.index] for item in members]
    return Frame(section, fold.index, lane, (min(rows), max(rows)), (min(columns), max(columns)), members)


def _nest(frames: list[Frame], titles_beside: bool, stacked: Collection[str]) -> None:
    """Makes every frame as much larger than its boxes as the frames in it need."""
    holders = {(frame.section.name, item.index): frame for frame in frames for item in frame.members}
    for frame in reversed(frames):
        frame.above = SECTION_PAD + _largest(frame, "above", 0)
        frame.below = SECTION_PAD + _largest(frame, "below", 1)
        frame.left = SECTION_PAD + max((inner.left for inner in frame.inside), default=0)
        frame.right = SECTION_PAD + max((inner.right for inner in frame.inside), default=0)
        if frame.section.name in stacked:
            frame.above = frame.left = 0
        elif titles_beside:
            frame.left += SECTION_TITLE
        else:
            frame.above += SECTION_TITLE
        if frame.section.parent is not None:
            holders[frame.section.parent, frame.members[0].index].inside.append(frame)


def _largest(frame: Frame, side: str, end: int) -> float:
    return max((getattr(inner, side) for inner in frame.inside if inner.rows[end] == frame.rows[end]), default=0)


def heads_of(frames: Iterable[Frame]) -> Heads:
    """Room that the frames need above and below rows."""
    heads = Heads()
    for frame in frames:
        for table, end, room in ((heads.above, 0, frame.above), (heads.below, 1, frame.below)):
            key = (frame.fold, frame.rows[end])
            table[key] = max(table.get(key, 0), room)
    return heads
