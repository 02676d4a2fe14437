"""The numbers of a box: channels below it, height and width along its edges, and the size of a kernel."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ....compiler import format_shape
from ..geometry import LETTERS
from ..scene import Text
from .columns import LINE, PAD, SIZE
from .kernels import Kernel
from .measures import Solid

ASIDE = (0.0, 4.0, -4.0, 8.0, -8.0, 12.0, -12.0, 16.0, -16.0)
"""How far beside the middle of a box the lines below it may stand, the best first."""
PLACES = (0.5, 0.6, 0.4, 0.7, 0.3, 0.8, 0.2, 0.9, 0.1, 0.95, 0.05, 0.0)
"""Parts of an edge where its number may stand, the best first."""


def below(solid: Solid, lines: Sequence[str], aside: float) -> tuple[Text, ...]:
    """Lines of text under the front of a box, so far to the right of its middle."""
    x, y = solid.x + solid.thick / 2 + aside, solid.bottom + PAD + LETTERS * SIZE
    return tuple(Text(x, y + i * LINE, line, SIZE, "remark", "middle") for i, line in enumerate(lines))


def height_places(solid: Solid, count: int, role: str) -> Iterator[Text]:
    """Places for the height of a map: left of its left edge, above the end of that, or right of the front."""
    for part in PLACES:
        y = solid.top + part * solid.high + LETTERS * SIZE / 2
        yield Text(solid.left - PAD + 1, y, str(count), SIZE, role, "end")
    yield Text(solid.left, solid.top - PAD, str(count), SIZE, role, "middle")
    for part in sorted(PLACES):
        y = solid.y + part * solid.high + LETTERS * SIZE / 2
        yield Text(solid.right + PAD, y, str(count), SIZE, role, "start")


def width_places(solid: Solid, count: int, role: str) -> Iterator[Text]:
    """Places for the width of a map, its depth: under the slanted edge of its side, else over that of its top."""
    across, up = solid.shift
    for part in PLACES:
        x, y = solid.x + part * across, solid.bottom + part * up
        yield Text(x - PAD / 2, y + LETTERS * SIZE + 1, str(count), SIZE, role, "end")
    for part in PLACES:
        x, y = solid.right + part * across, solid.y + part * up
        yield Text(x + PAD, y - 1, str(count), SIZE, role, "start")


def sum_places(solid: Solid) -> Iterator[Text]:
    """Places for the plus of a sum: above the box, where wires come in, and left of it."""
    for part in (0.35, 0.5, 0.2, 0.65, 0.8, 0.1, 0.9):
        yield Text(solid.left + part * solid.thick, solid.top - PAD, "+", SIZE, "remark", "middle", bold=True)
    for part in PLACES:
        yield Text(solid.left - PAD, solid.top + part * solid.high, "+", SIZE, "remark", "end", bold=True)


def on_front(kernel: Kernel, box: Solid, role: str) -> Iterator[Iterable[Text]]:
    """The place for the size of a kernel on its front."""
    solid = kernel.solid
    middle, y = solid.x + solid.thick / 2, (solid.y + solid.bottom + LETTERS * SIZE) / 2
    yield [Text(middle, y, format_shape(kernel.size), SIZE, role, "middle")]


def along_edges(kernel: Kernel, box: Solid, role: str) -> Iterator[Iterable[Text]]:
    """Places for the height and the width of a kernel, each along its edge."""
    yield height_places(kernel.solid, kernel.size[0], role)
    yield width_places(kernel.solid, kernel.size[1], role)


def near(kernel: Kernel, box: Solid, role: str) -> Iterator[Iterable[Text]]:
    """Places for the size of a kernel beside it: on the side of its box, below and above."""
    yield _near(kernel, box, role)


def _near(kernel: Kernel, box: Solid, role: str) -> Iterator[Text]:
    solid, words = kernel.solid, format_shape(kernel.size)
    for part in PLACES:
        yield Text(solid.left - PAD, solid.top + part * solid.high + LETTERS * SIZE / 2, words, SIZE, role, "end")
    for part in PLACES:
        for y in (solid.bottom + PAD + LETTERS * SIZE, solid.top - PAD):
            yield Text(box.left + part * (box.right - box.left), y, words, SIZE, role, "middle")
