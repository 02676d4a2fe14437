"""Where things are from left to right."""

from __future__ import annotations

from dataclasses import dataclass, field

from .columns import Fold, Track
from .items import Item
from .measures import CLEAR, FOLD_GAP, PITCH, Sizes


@dataclass(eq=False)
class Across:
    """Horizontal places in one fold."""

    left: float
    right: float = 0
    gap: float = 0
    """Width of the space right of the fold, for wires to the next one."""
    lanes: dict[int, tuple[float, float]] = field(default_factory=dict)
    """Left and right edge of each lane."""
    centres: dict[tuple[int, int], float] = field(default_factory=dict)
    """By lane and column."""
    middles: dict[int, float] = field(default_factory=dict)
    """Of the lanes between devices: the line that transfers stand on."""
    widths: dict[tuple[int, int], float] = field(default_factory=dict)
    """Of the widest box by lane and column, and of the widest transfer of a lane as column -1."""
    zones: dict[tuple[int, int], float] = field(default_factory=dict)
    """Place of the first track, by lane and zone."""

    def track(self, fold: Fold, track: Track) -> float:
        """Place of a track; the one that begins first is the outermost, so that skips nest."""
        key = (track.lane, track.zone)
        return self.zones[key] + (fold.zones[key] - 1 - track.place) * PITCH

    def sides(self, fold: Fold, item: Item, width: float) -> tuple[float, float]:
        """Left and right side of a box of that width, or of one that spans columns."""
        column = fold.column.get(item.index)
        if column is None:
            low = high = self.middles[item.lane]
        else:
            span = [(item.lane, end) for end in fold.spans.get(item.index, (column, column))]
            width = min(width, *(self.widths[end] for end in span))
            low, high = (self.centres[end] for end in span)
        return low - width / 2, high + width / 2


def places_of(folds: list[Fold], items: list[Item], lanes: int, sizes: Sizes, left: float) -> list[Across]:
    """The places of all folds, one right of the other."""
    found = []
    for fold in folds:
        across = Across(left)
        widths = across.widths = _column_widths(fold, sizes)
        for lane in range(lanes):
            if lane % 2:
                left = _between(fold, across, lane, widths, sizes, left)
            else:
                left = _lane(fold, across, lane, widths, sizes, left)
        across.right = left
        across.gap = max(FOLD_GAP, 2 * CLEAR + (len(fold.outgoing) - 1) * PITCH) if fold.outgoing else FOLD_GAP
        left += across.gap
        found.append(across)
    return found


def _column_widths(fold: Fold, sizes: Sizes) -> dict[tuple[int, int], float]:
    """The widest box of each column, and of the transfers of a lane as column -1."""
    widths: dict[tuple[int, int], float] = {}
    for item in fold.members:
        key = (item.lane, fold.column.get(item.index, -1))
        widths[key] = max(widths.get(key, 0), sizes.widths[item.index])
    return widths


def _zone(
    fold: Fold, across: Across, key: tuple[int, int], x: float, least: float, clear: tuple[float, float]
) -> float:
    """Sets the place of a zone that begins at ``x``, and returns where it ends."""
    across.zones[key] = x + clear[0]
    tracks = fold.zones.get(key, 0)
    return x + max(least, sum(clear) + (tracks - 1) * PITCH if tracks else 0)


def _lane(
    fold: Fold, across: Across, lane: int, widths: dict[tuple[int, int], float], sizes: Sizes, left: float
) -> float:
    """Places the columns of a device's lane; a lane without boxes in this fold keeps its heading's width."""
    before, after = sizes.lane_pads
    x = left + before
    columns = fold.columns.get(lane, 0)
    for column in range(columns):
        width = widths.get((lane, column), 0)
        across.centres[lane, column] = x + width / 2
        last = column + 1 == columns
        least, clear = (0, (sizes.clear[0], 0)) if last else (sizes.column_gap, sizes.clear)
        x = _zone(fold, across, (lane, column), x + width, least, clear)
    if not columns:
        x = _zone(fold, across, (lane, 0), x, 0, sizes.clear)
    least = sizes.lane_widths.get(lane, (0, 0))[fold.index > 0]
    missing = max(least - (x + after - left), 0)
    _shift(across, lane, missing / 2)
    across.lanes[lane] = (left, x + after + missing)
    return x + after + missing


def _between(
    fold: Fold, across: Across, lane: int, widths: dict[tuple[int, int], float], sizes: Sizes, left: float
) -> float:
    """Places what stands between two devices: tracks, transfers and inputs in the middle, tracks."""
    x = _zone(fold, across, (lane, 0), left, CLEAR, (CLEAR, CLEAR))
    columns = fold.columns.get(lane, 0)
    inputs = [widths.get((lane, column), 0) for column in range(columns)]
    room = sum(inputs) + sizes.column_gap * max(columns - 1, 0)
    middle = max(room, widths.get((lane, -1), 0))
    start = x + (middle - room) / 2
    for column, width in enumerate(inputs):
        across.centres[lane, column] = start + width / 2
        start += width + sizes.column_gap
    across.middles[lane] = x + middle / 2
    right = _zone(fold, across, (lane, 1), x + middle, CLEAR, (CLEAR, CLEAR))
    across.lanes[lane] = (left, right)
    return right


def _shift(across: Across, lane: int, by: float) -> None:
    for table in (across.centres, across.zones):
        for key in table:
            if key[0] == lane:
                table[key] += by
