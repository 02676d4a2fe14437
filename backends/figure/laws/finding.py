"""What breaks a law."""

from __future__ import annotations

from typing import NamedTuple

from ..geometry import Area


class Finding(NamedTuple):
    """A breach: a word for the law, a sentence with what was measured, and where in the figure it is, in points."""

    law: str
    sentence: str
    place: Area
