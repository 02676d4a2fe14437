"""Distances of the layout, in points."""

from __future__ import annotations

from typing import NamedTuple

MARGIN = 9.0
"""Around the page."""
LANE_PAD = 6.0
"""Least distance between a device's lane and its boxes."""
COLUMN_GAP = 18.0
"""Least distance between columns of boxes."""
PITCH = 7.0
"""Between parallel wires."""
CLEAR = 9.0
"""Least distance between a track and a box."""
FOLD_GAP = 18.0
"""Between the columns of the page."""
CHANNEL = 15.0
"""Height of a channel without horizontal wires."""
CHANNEL_HEAD = 5.0
"""From a box down to the first horizontal wire."""
CHANNEL_FOOT = 10.0
"""From the last horizontal wire down to a box: room for an arrow head."""
STACK_GAP = 5.0
"""Between transfers one above the other."""
NUDGE = 4.0
"""By how much a wire is moved that would run on another."""
PORT = 12.0
"""Between wires that enter a box from above."""
HUB = 10.0
"""Radius of the circle of a sum."""
HUB_STEM = 10.0
"""From that circle to the band below it."""
CARDS = (2.5, 5.0)
"""How far the cards behind a box that repeats stand out."""
SECTION_PAD = 5.0
"""Between a section's frame and what is in it."""
SECTION_TITLE = 15.0
"""Height of the line with a section's title."""
LANE_HEADING = 20.0
"""Height of the line with a device's name."""

EXITS = (-13.0, -8.0)
"""Where wires to transfers leave the left and right side of a box, from its bottom."""
ENTRIES = (8.0, 13.0)
"""Where wires from transfers reach the left and right side of a box, from its top."""
LOW = 28.0
"""A box that is lower than this has its wires nearer to its edges, so that those that enter stay above the others."""
LOW_EXITS = (-7.0, -4.0)
LOW_ENTRIES = (4.0, 7.0)


def exit_of(height: float, side: int) -> float:
    """How far below its top a box of that height is left by a wire to a transfer."""
    return height + (EXITS if height >= LOW else LOW_EXITS)[side]


def entry_of(height: float, side: int, place: int) -> float:
    """How far below its top a wire from a transfer enters a box of that height."""
    return (ENTRIES if height >= LOW else LOW_ENTRIES)[side] + place * PITCH


def room_for_entries(count: int, alone: bool) -> float:
    """Height that a band needs for so many wires; ``alone`` says that they also leave from it."""
    if count < 2:
        return 0
    return (LOW if alone else ENTRIES[1] + 4) + (count - 1) * PITCH


class Sizes(NamedTuple):
    """What the style decides before anything is placed.

    Sizes of boxes by item; least widths of the devices' lanes, in the first fold and in others; whether lanes are
    drawn; how deep sections nest.
    ``lane_heading`` is the room at the beginning of a lane. ``titles_beside`` says that sections have their titles
    left of their boxes, which is above them when the layout is turned. The only box of a ``stacked`` section has a
    frame as narrow as the cards behind it.
    """

    widths: list[float]
    heights: list[float]
    lane_widths: dict[int, tuple[float, float]]
    with_lanes: bool
    depth: int
    lane_heading: float = LANE_HEADING
    titles_beside: bool = False
    stacked: frozenset[str] = frozenset()

    @property
    def frames(self) -> tuple[float, float]:
        """Room left and right of a box for the frames of the sections that it is in."""
        left = SECTION_PAD + (SECTION_TITLE if self.titles_beside else 0)
        return self.depth * left, self.depth * SECTION_PAD

    @property
    def lane_pads(self) -> tuple[float, float]:
        """Between a lane's left and right edge and its boxes."""
        left, right = self.frames
        return (max(left + 3, LANE_PAD), max(right + 3, LANE_PAD)) if self.with_lanes else (left, right)

    @property
    def column_gap(self) -> float:
        """Between columns of boxes."""
        return max(COLUMN_GAP, sum(self.frames) + 6)

    @property
    def clear(self) -> tuple[float, float]:
        """Between a track and the boxes left and right of it."""
        left, right = self.frames
        return max(CLEAR, right + 4), max(CLEAR, left + 4)

    @property
    def begin(self) -> float:
        """From the top of the layout to the first row."""
        return self.lane_heading if self.with_lanes else 0
