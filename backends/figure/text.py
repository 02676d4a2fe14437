"""How wide a text is, from the metrics of a real font.

The font is Liberation Sans (SIL Open Font License 1.1), whose widths equal
those of Arial and Helvetica, so that a figure fits whichever of them shows it.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

FAMILIES = ("Helvetica", "Arial", "Liberation Sans", "sans-serif")
"""Font families in the order of preference; the first three have the same widths."""

_FOLDER = Path(__file__).parent
FONTS = {bold: str(_FOLDER / "fonts" / f"LiberationSans-{'Bold' if bold else 'Regular'}.ttf") for bold in (False, True)}
"""Files of the font, regular and bold, for formats that must bring it."""
_METRICS = json.loads((_FOLDER / "liberation_sans.json").read_text(encoding="utf-8"))
EM: int = _METRICS["unitsPerEm"]
ASCENT: float = _METRICS["ascent"] / EM
"""Height above the baseline, as a part of the font size."""
DESCENT: float = _METRICS["descent"] / EM
"""Depth below the baseline, as a part of the font size."""
MIDDLE: float = (ASCENT - DESCENT) / 2
"""From the middle of a line down to its baseline, as a part of the font size."""

ELLIPSIS = "…"


def _advances(weight: str) -> dict[str, int]:
    runs: dict[str, list[int]] = _METRICS[weight]
    return {chr(int(first) + i): width for first, run in runs.items() for i, width in enumerate(run)}


_ADVANCES = {False: _advances("regular"), True: _advances("bold")}


@lru_cache(maxsize=2**14)
def _em_width(text: str, bold: bool) -> int:
    advances = _ADVANCES[bold]
    return sum(advances.get(char, EM) for char in text)


def width(text: str, size: float, bold: bool = False) -> float:
    """Width of a line in points; a character that the metrics lack counts as one em, as wide as CJK characters are."""
    return _em_width(text, bold) * size / EM


def lacking(text: str) -> str:
    """The characters of a text that the font lacks, each once: formats that bring it show an empty box for them."""
    advances = _ADVANCES[False]
    return "".join(dict.fromkeys(char for char in text if char not in advances))


def shorten(text: str, size: float, room: float, bold: bool = False) -> str:
    """The text, or its longest beginning that fits with an ellipsis; empty when not even that fits."""
    if width(text, size, bold) <= room:
        return text
    low, high = -1, len(text) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if width(text[:middle].rstrip() + ELLIPSIS, size, bold) <= room:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + ELLIPSIS if low >= 0 else ""


def wrap(words: list[str], size: float, room: float, separator: str = " ") -> list[str]:
    """Words joined into lines no wider than the room, but for a single word that is wider."""
    lines: list[str] = []
    for word in words:
        longer = f"{lines[-1]}{separator}{word}" if lines else word
        if lines and width(longer, size) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
