"""Scenes for the tests of writers: a net's figure, and one of every shape and every kind of wire."""

from __future__ import annotations

from figure_nets import NETS

from netc.backends.figure import Look, figure, themes
from netc.backends.figure.scene import Circle, Group, Path, Polygon, Rectangle, Scene, Text
from netc.compiler import load

THEME = themes.load("light")
FORMATS = ("svg", "pdf", "png", "tex", "pptx", "beamer")
DIGEST = "0123456789abcdef"
HOSTILE = (
    '</text><!-- "&amp;" --> \\input{x} $1_2^3 #%~{} (a) \\) \' \x00\x1b\ud800\u202e\n\n'
    " é ×→α 卷 😀 ]]> ``quoted'' -- ---"
)


def alexnet() -> Scene:
    """A real figure with lanes, transfers, wires with many corners and texts of all anchors."""
    return figure(load(NETS["alexnet"]), Look("blocks")).scene


def everything() -> Scene:
    """One of every shape, a layer in space, and wires that are straight, turn once, twice, and often."""
    left = Group("input", (Rectangle(10, 40, 40, 20, "input", corner=6),), "left: 3x8x8", "left")
    front = Polygon(((100, 40), (140, 40), (140, 80), (100, 80)), "convolution")
    top = Polygon(((100, 40), (110, 30), (150, 30), (140, 40)), "convolution", shade=0.2)
    side = Polygon(((140, 40), (150, 30), (150, 70), (140, 80)), "convolution", shade=0.4)
    words = Text(120, 62, "conv & co.", 9, "convolution", anchor="middle", bold=True)
    box = Group("layer", (top, side, front, words), 'box: "conv" <3x3>', "box", stands_for=("box",))
    disc = Group("layer", (Circle(220, 60, 10, "merge"),), "sum: add", "sum", stands_for=("sum",))
    low = Group("layer", (Rectangle(200, 120, 40, 20, "dense", dashed=True),), "low: fc", "low", stands_for=("low",))
    note = Group("note", (Text(10, 20, "  two  spaces ", 12, "heading"), Text(250, 20, "end", 12, "remark", "end")))
    shapes = (
        note,
        wire("left", "box", (50, 50), (100, 50)),
        wire("box", "sum", (140, 60), (175, 60), (175, 65), (210, 60)),
        wire("sum", "low", (220, 70), (220, 120)),
        wire("left", "low", (30, 60), (30, 130), (200, 130)),
        wire("left", "sum", (30, 40), (30, 25), (180, 25), (180, 35), (220, 35), (220, 50)),
        wire("low", "box", (220, 140), (220, 150), (120, 150), (120, 80)),
        wire("box", "low", (150, 50), (170, 50), (170, 125), (200, 125)),
        left, box, disc, low,
        Path(((5, 5), (20, 8), (30, 5)), "ray", dashed=True),
    )  # fmt: skip
    return Scene(260, 160, "Everything", "One of every shape.", shapes, weight=0.5, digest=DIGEST)


def hostile() -> Scene:
    """A figure whose every text is an attack on some format."""
    shapes = (Rectangle(0, 0, 10, 10, "merge"), Text(5, 60, HOSTILE, 10, "heading"))
    group = Group("layer", shapes, HOSTILE, HOSTILE, HOSTILE, (HOSTILE, HOSTILE), (HOSTILE,))
    return Scene(600, 100, HOSTILE, HOSTILE, (group,), digest=DIGEST)


def wire(source: str, target: str, *points: tuple[float, float]) -> Group:
    """A wire up to the middle of its arrow head."""
    (x0, y0), (x, y) = points[-2:]
    length = ((x - x0) ** 2 + (y - y0) ** 2) ** 0.5
    across, down = (x - x0) / length, (y - y0) / length
    back_x, back_y = x - 4 * across, y - 4 * down
    head = Polygon(
        ((x, y), (back_x + 2 * down, back_y - 2 * across), (back_x - 2 * down, back_y + 2 * across)), "arrow"
    )
    line = Path((*points[:-1], (x - 2 * across, y - 2 * down)), "wire")
    return Group("wire", (line, head), f"{source} to {target}", link=(source, target))
