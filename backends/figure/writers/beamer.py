r"""Beamer: a build-up is one frame, in which every group comes with ``\onslide<k->``.

A document of its own, with the packages beamer and tikz; a frame of it can be copied into any talk. The figure is made
smaller for Beamer's page, which is a third as wide as a slide of other programs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..scene import Group, Scene, Shape
from ..theme import Theme
from .tex import lacking
from .tikz import PACKAGES, Colours, picture
from .writer import Output, mark_of

__all__ = ["PAGES", "lacking", "write"]

PAGES = True

ROOM = (430.0, 238.0)
"""Width and height in points that a figure may have on Beamer's page of 16 x 9 cm (aspectratio=169)."""

_CLASS = r"\documentclass[aspectratio=169]{beamer}"
_SETUP = r"""\setbeamertemplate{navigation symbols}{}
\setbeamersize{text margin left=4bp,text margin right=4bp}
\begin{document}
"""


def write(scenes: Sequence[Scene], theme: Theme, output: Output) -> bytes:
    """A LaTeX document with a frame per figure; scenes of which each holds all of the one before it share a frame."""
    colours = Colours()
    body = [line for build in _builds(scenes) for line in _frame(build, theme, output, colours)]
    lines = [*colours.definitions(), *body, r"\end{document}", ""]
    return f"% {mark_of(scenes)}\n{_CLASS}\n{PACKAGES}{_SETUP}".encode() + "\n".join(lines).encode()


def _builds(scenes: Sequence[Scene]) -> Iterator[list[tuple[Scene, set[Shape]]]]:
    """Scenes that build on one another, with the shapes that each of them has."""
    build: list[tuple[Scene, set[Shape]]] = []
    for scene in scenes:
        shapes = {shape for _, shape in scene.leaves()}
        if build and not (build[-1][1] <= shapes and build[-1][0].title == scene.title):
            yield build
            build = []
        build.append((scene, shapes))
    if build:
        yield build


def _frame(build: Sequence[tuple[Scene, set[Shape]]], theme: Theme, output: Output, colours: Colours) -> Iterator[str]:
    """The last scene of a build-up, its groups on the slides from the one on which they are whole."""
    scene = build[-1][0]
    factor = min(ROOM[0] / scene.width, ROOM[1] / scene.height)
    yield r"\begin{frame}[plain]"
    yield r"\centering"
    yield rf"\scalebox{{{factor:.4f}}}{{%"
    yield from picture(scene, theme, output, colours, _later(build))
    yield "}"
    yield r"\end{frame}"


def _later(build: Sequence[tuple[Scene, set[Shape]]]) -> dict[int, int]:
    """The number of the first slide of every group, by identity, where that is not the first of its holder."""
    first: dict[Shape, int] = {}
    for number, (_, shapes) in reversed([*enumerate(build, 1)]):
        first |= dict.fromkeys(shapes, number)
    later: dict[int, int] = {}
    waiting = [(shape, 1) for shape in build[-1][0].shapes if isinstance(shape, Group)]
    while waiting:
        group, known = waiting.pop()
        own = [first[shape] for shape in group.shapes if not isinstance(shape, Group)]
        slide = max(own, default=known)
        if slide > known:
            later[id(group)] = slide
        waiting += [(shape, max(slide, known)) for shape in group.shapes if isinstance(shape, Group)]
    return later
