"""What every writer is given besides the figure.

A writer is a module of this folder with ``write(scenes, theme, output) -> bytes`` and ``PAGES``, whether one file of
the format holds several figures; a writer that does not gets just one.
"""

from __future__ import annotations

from typing import NamedTuple

POINTS_PER_INCH = 72
SCREEN = 96
"""Dots per inch of a screen, as CSS counts them."""


class Output(NamedTuple):
    """How a figure is written: the colour behind it (None is transparent), and dots per inch of a raster image."""

    background: str | None = None
    dpi: float = 2 * SCREEN
