"""From what is drawn to where it stands: sizes of boxes with their captions, for any height of the largest map."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from ....compiler import Input, Layer, Section
from .. import text
from ..layered.frames import ancestors
from ..layered.items import Items
from ..layered.measures import ENTRIES, EXITS, HUB, PITCH, STACK_GAP, Sizes
from ..layered.surroundings import DEVICE
from ..layered.words import INSET
from ..options import Law, Page
from .captions import LINE, SIZE, Caption
from .placing import place
from .reaching import Standing, reached
from .rows import Extent, Plan, plans, value
from .sizes import Solid, sizing_of
from .stages import Stage
from .standing import Stand, baselines, framed, main_lines, size_of, squeezed

BRACKET = 20.0
"""Height of the line below captions that says which scope boxes are in."""
SIDE = 4.0
"""Between a wire that comes through the side of a box's frame and the box."""
LONGEST_TITLE = 200.0
"""Titles of sections up to that width have room below their boxes; longer ones are shortened where they have not."""
SIGN_INSET = 4.0


class Fitting(NamedTuple):
    """All boxes with their captions, and the law of their sizes."""

    items: Items
    ranks: int
    stages: list[Stage]
    captions: list[Caption]
    law: Law

    def best(self, page: Page, whole: Callable[[float, float], tuple[float, float]]) -> Stand:
        """Everything where it suits a page best; ``whole`` gives the size of a figure with boxes of that size."""
        made = []
        for plan in plans(self.items.all, self.ranks, self.extent, page, whole(page.width, 0)[1]):
            stand = self.stand(plan)
            made.append((value(plan, *whole(*size_of(stand)), page), stand))
        return max(made, key=lambda entry: entry[0])[1]

    def extent(self, largest: float) -> Extent:
        """Widths of ranks and height of a row, where the largest map is so high."""
        sizes = self._sizes(self.solids(largest), 1)
        widths = [0.0] * self.ranks
        lines: dict[tuple[int, int], float] = {}
        copies: dict[tuple[int, int], float] = {}
        for item, width, height in zip(self.items.all, sizes.widths, sizes.heights, strict=True):
            place = item.lane, item.rank
            if item.kind == "transfer":
                copies[place] = copies.get(place, 0) + width + STACK_GAP
            else:
                widths[item.rank] = max(widths[item.rank], width)
                lines[place] = lines.get(place, 0) + height
        for (_, rank), width in copies.items():
            widths[rank] += width
        tallest: dict[int, float] = {}
        for (lane, _), height in lines.items():
            tallest[lane] = max(tallest.get(lane, 0), height)
        return Extent(widths, sum(tallest.values()))

    def solids(self, largest: float) -> list[Solid | None]:
        """The boxes in space; None for balls and signs."""
        boxes = [stage for stage in self.stages if stage.kind == "box"]
        layers = [stage.shape for stage in boxes if isinstance(stage.node, Layer)]
        inputs = [stage.shape for stage in boxes if isinstance(stage.node, Input)]
        sizing = sizing_of(self.law, layers, inputs, largest)
        return [sizing.solid(stage.shape) if stage.kind == "box" else None for stage in self.stages]

    def stand(self, plan: Plan) -> Stand:
        """Everything in its place."""
        solids = self.solids(plan.largest)
        devices = self.items.devices != (None,)
        placed = place(self.items, self.ranks, plan.starts, self._sizes(solids, len(plan.starts)), devices)
        parts = zip(self.stages, placed.boxes, solids, placed.row, strict=True)
        standing = [Standing(stage, box, solid, row, self._sides(stage)) for stage, box, solid, row in parts]
        lines = reached(placed.lines, standing)
        tops = baselines(standing)
        main = main_lines(standing, self.captions)
        scopes = [
            caption.scope if (box.line, caption.scope) in main else ""
            for box, caption in zip(standing, self.captions, strict=True)
        ]
        ends = [self._end(*each) for each in zip(standing, self.captions, tops, scopes, strict=True)]
        return squeezed(Stand(standing, tops, ends, scopes, lines, placed.lanes, framed(placed.frames, standing, ends)))

    def _end(self, box: Standing, caption: Caption, top: float, scope: str) -> float:
        """Where a box's caption ends, with the bracket below it."""
        if box.stage.kind == "sign":
            return box.area.bottom
        lines = top + LINE * len(caption.lines) if caption.lines else box.area.bottom
        return lines + (BRACKET if scope else 0)

    def _sizes(self, solids: Sequence[Solid | None], rows: int) -> Sizes:
        scoped = any(caption.scope for caption in self.captions)
        frames = [self._frame(*each, scoped) for each in zip(self.stages, self.captions, solids, strict=True)]
        above = ancestors(self.items.graph.sections)
        titled = self._titled(above)
        widths = [
            max(width, *(titled[section.name] for section in above.get(stage.item.section or "", ())), 0)
            for stage, (width, _) in zip(self.stages, frames, strict=True)
        ]
        depth = max(map(len, above.values()), default=0)
        return Sizes(widths, [height for _, height in frames], {}, True, depth, self._begin(rows, widths))

    def _titled(self, above: Mapping[str, Sequence[Section]]) -> dict[str, float]:
        """Widths of boxes that make room for the titles of their sections, where a title is not too long."""
        ranks: dict[str, set[int]] = {}
        for item in self.items.all:
            for section in above.get(item.section or "", ()):
                ranks.setdefault(section.name, set()).add(item.rank)
        titles = {section.name: section.title for section in self.items.graph.sections}
        wanted = {name: text.width(titles[name], SIZE, bold=True) + 2 * INSET for name in ranks}
        return {name: width / len(ranks[name]) if width <= LONGEST_TITLE else 0 for name, width in wanted.items()}

    def _begin(self, rows: int, widths: Sequence[float]) -> float:
        """Room for the names of devices at the left; none in a single row that begins between the devices."""
        devices = self.items.devices
        if devices == (None,):
            return 0.0
        needed = max(text.width(device or "no device", DEVICE, bold=True) for device in devices) + 2 * INSET
        first = [item for item in self.items.all if item.rank == 0]
        free = max((widths[item.index] for item in first if item.lane % 2), default=0.0)
        return 0.0 if rows == 1 and needed <= free and all(item.lane % 2 for item in first) else needed

    def _frame(self, stage: Stage, caption: Caption, solid: Solid | None, scoped: bool) -> tuple[float, float]:
        """Width and height of a box with its caption, with its centre in the middle."""
        if stage.kind == "sign":
            return caption.width + 2 * SIGN_INSET, len(caption.lines) * LINE + SIGN_INSET
        width, height = (solid.width, solid.height) if solid else (2 * HUB, 2 * HUB)
        below = caption.height + (BRACKET if scoped else 0)
        return max(width, caption.width) + sum(self._sides(stage)), height + 2 * below

    def _sides(self, stage: Stage) -> tuple[float, float]:
        """Room left and right of a box for wires from and to transfers, which come through the top of its frame."""
        items = self.items.all
        copies = sum(items[source].kind == "transfer" for source in stage.item.reads)
        copied = any(items[reader].kind == "transfer" for reader in stage.item.readers)
        entry = ENTRIES[1] + PITCH * (copies - 1) + SIDE if copies else 0.0
        return entry, -EXITS[0] + SIDE if copied else 0.0
