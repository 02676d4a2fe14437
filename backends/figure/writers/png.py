"""PNG: the SVG made into pixels, with the bundled font and no other."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from math import ceil, isfinite

from resvg_py import svg_to_bytes

from ....compiler import Problem
from ..scene import Scene
from ..text import FAMILIES, FONTS, lacking
from ..theme import Theme
from . import svg
from .strokes import shown
from .writer import POINTS_PER_INCH, Output, mark_of

__all__ = ["PAGES", "lacking", "most_dpi", "size_of", "write"]

PAGES = False

MOST_PIXELS = 100_000_000
"""Pixels of the largest image: it takes 400 MB of memory while it is drawn."""
INCH = 0.0254
"""Metres."""
_FAMILY = FAMILIES[2]
_HEAD_END = 33  # PNG's signature of 8 bytes, and its first chunk: 4 length, 4 name, 13 contents, 4 checksum


def write(scenes: Sequence[Scene], theme: Theme, output: Output) -> bytes:
    """The scene in pixels, ``output.dpi`` of them an inch; raises Problem E901 where these are too many."""
    (scene,) = scenes
    width, height = size_of(scene, output.dpi)
    picture = svg_to_bytes(
        svg_string=svg.write(scenes, theme, output).decode(),
        width=width,
        height=height,
        skip_system_fonts=True,
        font_files=list(FONTS.values()),
        font_family=_FAMILY,
        sans_serif_family=_FAMILY,
    )
    return _with_words(bytes(picture), scene, mark_of(scenes), output.dpi)


def size_of(scene: Scene, dpi: float) -> tuple[int, int]:
    """Width and height in pixels; raises Problem E901 where there are none or too many."""
    expected = f"from 1 to {most_dpi(scene)} dots per inch for this figure"
    if isfinite(dpi) and dpi >= 1:
        width, height = (max(1, ceil(length * dpi / POINTS_PER_INCH - 0.01)) for length in (scene.width, scene.height))
        if width * height <= MOST_PIXELS:
            return width, height
    raise Problem("E901", f"an image with {dpi:g} dots per inch", expected=expected, argument="dpi")


def most_dpi(scene: Scene) -> int:
    """The most dots per inch with which a figure can be drawn."""
    return max(1, int(POINTS_PER_INCH * (MOST_PIXELS / (scene.width * scene.height)) ** 0.5) - 1)


def _with_words(picture: bytes, scene: Scene, mark: str, dpi: float) -> bytes:
    """The image with its physical size, its title and netc's mark (PNG, third edition, sections 11.3.3 and 11.3.4)."""
    per_metre = round(dpi / INCH)
    chunks = (
        _chunk(b"pHYs", struct.pack(">IIB", per_metre, per_metre, 1)),
        _chunk(b"tEXt", b"Software\0" + mark.encode("latin-1")),
        _chunk(b"iTXt", _international("Title", scene.title)),
        _chunk(b"iTXt", _international("Description", scene.description)),
    )
    return picture[:_HEAD_END] + b"".join(chunks) + picture[_HEAD_END:]


def _international(keyword: str, words: str) -> bytes:
    return keyword.encode() + b"\0" * 5 + shown(words).encode()


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
