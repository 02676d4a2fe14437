"""The same layout from left to right.

Everything is turned by 90 degrees: rows of boxes become columns from left to right, the columns in a lane become
lines of boxes, lanes of devices become bands one below the other with their headings at the left, tracks beside the
boxes run below them, and the columns of the page become rows of the page, read from top to bottom. Frames of
sections have their titles above their boxes in both directions. A style that has sizes of its own does this::

    items = items_of(graph)
    rows = assign_ranks(items.all)
    room = lane_room(lane_headings(items, graph), "right")
    depth = depth_of(graph.sections)
    sizes = Sizes(widths, heights, room.widths, items.devices != (None,), depth, room.begin)
    layout = lay_out(items, rows, [0], sizes, MARGIN, MARGIN)  # one row of the page
"""

from __future__ import annotations

from collections.abc import Sequence

from . import layout
from .items import Items
from .layout import Layout
from .measures import Sizes


def turned(sizes: Sizes) -> Sizes:
    """Sizes on the page as the layout sees them before it is turned."""
    return sizes._replace(widths=sizes.heights, heights=sizes.widths, titles_beside=True)


def lay_out(items: Items, rows: int, starts: Sequence[int], sizes: Sizes, left: float, top: float) -> Layout:
    """Places ranked items from left to right, in rows of the page that begin with the ranks ``starts``.

    Widths and heights of boxes are those on the page, in points. The ``lane_widths`` are least heights of the
    devices' bands here, and ``lane_heading`` is the width at the left of each that its heading has.
    """
    return layout.lay_out(items, rows, starts, turned(sizes), top, left).turned()
