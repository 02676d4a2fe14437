"""What every writer is given besides the figure.

A writer is a module of this folder with ``write(scenes, theme, output) -> bytes`` and ``PAGES``, whether one file of
the format holds several figures; a writer that does not gets just one. A writer that brings its letters with it, and
so does not have all, says with ``lacking(words)`` which ones it shows as empty boxes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ..scene import Scene

POINTS_PER_INCH = 72
SCREEN = 96
"""Dots per inch of a screen, as CSS counts them."""


class Output(NamedTuple):
    """How a figure is written: the colour behind it (None is transparent), and dots per inch of a raster image."""

    background: str | None = None
    dpi: float = 2 * SCREEN


WRITTEN = "written by netc"
PROPERTIES = "docProps/core.xml"
"""Where an Office file says who wrote it (ECMA-376, part 2)."""


def mark_of(scenes: Sequence[Scene]) -> str:
    """What every file says of itself: ``written by netc, graph 0123456789abcdef``, the hash of the graph that it shows.

    ``stamp.digest_of`` reads it. It stands within the first 4096 bytes, where ``files.may_replace`` looks.
    """
    digests = dict.fromkeys(digest for scene in scenes for digest in scene.digest.split())
    return f"{WRITTEN}, graph {' '.join(digests)}" if digests else WRITTEN
