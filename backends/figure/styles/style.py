"""What a figure style is."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ..options import Options, Page
from ..picture import Picture
from ..scene import Scene


class Style(NamedTuple):
    """A way to draw a graph. A module of this folder has one as ``STYLE``.

    ``scene`` makes the figure in a size of its own, in a shape that suits the page; it is then made smaller or larger
    until it fits. It may raise Problem E903 for a graph that it cannot draw. ``heeds`` are the names of the Options
    that mean something to it (``heading`` and ``fold`` do to all); ``labels`` the fields that it writes when it is not
    told which.
    """

    scene: Callable[[Picture, Options, Page], Scene]
    heeds: frozenset[str]
    labels: tuple[str, ...]
