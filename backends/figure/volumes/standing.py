"""Everything in its place, with the empty height between taken out."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from ....compiler import Section
from ..layered.frames import Frame
from ..layered.layout import Box, Line
from ..layered.measures import SECTION_PAD, SECTION_TITLE
from .captions import AWAY, Caption
from .reaching import Standing

MOST_EMPTY = 12.0
"""Points of height in which there is nothing but upright wires; more is taken out."""
CLEAR = 3.0
"""Above and below a level wire, which counts as not empty."""


FAR = 24.0
"""Where an input reaches so much further down than the layers beside it, their captions stay near to them."""


class Framed(NamedTuple):
    """A section and where its frame is."""

    section: Section
    box: Box


class Stand(NamedTuple):
    """Where everything is: boxes, where their captions begin and what belongs to them ends, wires, lanes and frames."""

    boxes: list[Standing]
    tops: list[float]
    ends: list[float]
    scopes: list[str]
    """What is written in the bracket below a box."""
    lines: list[Line]
    lanes: list[tuple[int, int, Box]]
    frames: list[Framed]


def size_of(stand: Stand) -> tuple[float, float]:
    """Width and height of everything."""
    xs = [x for box in stand.boxes for x in (box.frame.left, box.frame.right)]
    ys = [y for box, end in zip(stand.boxes, stand.ends, strict=True) for y in (box.area.top, end)]
    xs += [x for line in stand.lines for x, _ in line.points]
    ys += [y for line in stand.lines for _, y in line.points]
    for place in (*(box for _, _, box in stand.lanes), *(box for _, box in stand.frames)):
        xs += place.left, place.right
        ys += place.top, place.bottom
    return max(xs) - min(xs), max(ys) - min(ys)


def baselines(boxes: Sequence[Standing]) -> list[float]:
    """Where the captions begin: at one height for all boxes of a line, but for inputs that are far larger."""
    lowest = _lowest(box for box in boxes if box.stage.item.kind != "input")
    every = _lowest(boxes)
    near = {line: end if end - lowest.get(line, end) <= FAR else lowest[line] for line, end in every.items()}
    return [max(near[box.line], box.area.bottom) + AWAY for box in boxes]


def _lowest(boxes: Iterable[Standing]) -> dict[tuple[int, int], float]:
    """How far down the boxes of every line reach."""
    found: dict[tuple[int, int], float] = {}
    for box in boxes:
        found[box.line] = max(found.get(box.line, 0), box.area.bottom)
    return found


def main_lines(boxes: Sequence[Standing], captions: Sequence[Caption]) -> set[tuple[tuple[int, int], str]]:
    """The lines in which a scope is named: in each row of the page the lowest."""
    lowest: dict[tuple[int, str], int] = {}
    for box, caption in zip(boxes, captions, strict=True):
        row, height = box.line
        lowest[row, caption.scope] = max(lowest.get((row, caption.scope), height), height)
    return {((row, height), scope) for (row, scope), height in lowest.items() if scope}


def framed(frames: Sequence[tuple[Frame, Box]], boxes: Sequence[Standing], ends: Sequence[float]) -> list[Framed]:
    """Frames as high as what is in them, captions included; outer ones first."""
    places: dict[int, Box] = {}
    for frame, box in reversed(frames):
        inner = [places[id(inside)] for inside in frame.inside]
        tops = [boxes[item.index].area.top for item in frame.members] + [place.top for place in inner]
        bottoms = [ends[item.index] for item in frame.members] + [place.bottom for place in inner]
        top, bottom = min(tops) - SECTION_PAD, max(bottoms) + SECTION_TITLE + SECTION_PAD
        places[id(frame)] = Box(box.left, top, box.width, bottom - top)
    return [Framed(frame.section, places[id(frame)]) for frame, _ in frames]


def squeezed(stand: Stand) -> Stand:
    """The same without heights that nothing stands at, all over the page."""
    at = _map(sorted(_taken(stand)))
    return Stand(
        [box._replace(frame=_lifted(box.frame, at(box.area.top) - box.area.top)) for box in stand.boxes],
        [at(top) for top in stand.tops],
        [at(end) for end in stand.ends],
        stand.scopes,
        [line._replace(points=tuple((x, at(y)) for x, y in line.points)) for line in stand.lines],
        [(fold, lane, _moved(box, at)) for fold, lane, box in stand.lanes],
        [Framed(section, _moved(box, at)) for section, box in stand.frames],
    )


def _lifted(box: Box, by: float) -> Box:
    return box._replace(top=box.top + by)


def _moved(box: Box, at: Callable[[float], float]) -> Box:
    top = at(box.top)
    return box._replace(top=top, height=at(box.bottom) - top)


def _taken(stand: Stand) -> Iterator[tuple[float, float]]:
    """Heights at which something stands, from and to."""
    for box, top, end in zip(stand.boxes, stand.tops, stand.ends, strict=True):
        yield box.area.top, box.area.bottom
        yield top, max(top, end)
    for line in stand.lines:
        for (_, y), (_, to_y) in pairwise(line.points):
            if y == to_y:
                yield y - CLEAR, y + CLEAR
    for _, frame in stand.frames:
        yield frame.top, frame.top
        yield frame.bottom - SECTION_TITLE, frame.bottom
    for _, _, lane in stand.lanes:
        yield lane.top, lane.top
        yield lane.bottom, lane.bottom


def _map(taken: Sequence[tuple[float, float]]) -> Callable[[float], float]:
    """Where a height comes to be: steps of what is taken out above it."""
    starts, removed = [float("-inf")], [0.0]
    reached = taken[0][0]
    for top, bottom in taken:
        if top > reached + MOST_EMPTY:
            starts.append(reached + MOST_EMPTY)
            removed.append(removed[-1] + top - reached - MOST_EMPTY)
        reached = max(reached, bottom)

    def at(y: float) -> float:
        step = bisect_right(starts, y) - 1
        return y - removed[step] if step == 0 else max(y - removed[step], starts[step] - removed[step - 1])

    return at
