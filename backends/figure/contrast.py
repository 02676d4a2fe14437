"""Contrast of colours as the Web Content Accessibility Guidelines define it (WCAG 2.1)."""

from __future__ import annotations

from functools import lru_cache

TEXT = 4.5
"""Least contrast of a text with what is beneath it (success criterion 1.4.3, without its exception for large text)."""
GRAPHICS = 3.0
"""Least contrast of lines and outlines with what is beside them (success criterion 1.4.11)."""


@lru_cache(maxsize=1024)
def luminance(colour: str) -> float:
    """Relative luminance of ``#RRGGBB``, from 0 to 1."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio, from 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)
