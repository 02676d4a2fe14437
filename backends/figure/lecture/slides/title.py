"""The first slide of a net: its title, who made it, where it was published, and its numbers in large figures."""

from __future__ import annotations

from collections.abc import Iterator

from .....compiler import Graph, Layer
from ... import text
from ...heading import description_of, title_of
from ...scene import Group, Path, Rectangle, Scene, Shape, Text
from .page import BODY, BOTTOM, HEAD, MARGIN, ROOM, SMALL, height_of, page, paragraph, plain, wrapped

TITLE, LEAST_TITLE = 56.0, 40.0
BAR = 8.0
"""Width of the bar beside the title."""
INDENT = 28.0
"""From the margin to the title."""
TITLE_TOP = 76.0
GAP = 18.0
"""Between paragraphs."""
NUMBERS_TOP = 404.0


def title_page(graph: Graph) -> Scene:
    """The title slide of a net."""
    room = ROOM - INDENT
    title = title_of(graph)
    size = TITLE
    while size > LEAST_TITLE and len(wrapped(title, size, room, 3, bold=True)) > 2:
        size -= 2
    lines = wrapped(title, size, room, 2, bold=True)
    shapes = paragraph(lines, MARGIN + INDENT, TITLE_TOP, size, "heading", bold=True)
    bottom = TITLE_TOP + height_of(lines, size)
    bar = Rectangle(MARGIN, TITLE_TOP, BAR, bottom - TITLE_TOP, "highlight")
    for words, size, most in _about(graph):
        lines = wrapped(words, size, room, most)
        if bottom + GAP + height_of(lines, size) <= NUMBERS_TOP - GAP:
            shapes += paragraph(lines, MARGIN + INDENT, bottom + GAP, size, "remark")
            bottom += GAP + height_of(lines, size)
    groups = [Group("heading", (bar, *shapes)), Group("note", tuple(_numbers(graph)))]
    return page(title, description_of(graph), groups, graph.digest)


def _about(graph: Graph) -> Iterator[tuple[str, float, int]]:
    """What the spec says of the net, the most important first, with size and most lines."""
    about = graph.about
    if byline := ", ".join([plain(about.authors or "")] * bool(about.authors) + [str(about.year)] * bool(about.year)):
        yield byline, 28.0, 2
    if about.paper:
        yield about.paper, BODY, 2
    if about.note:
        yield about.note, BODY, 2
    if about.url:
        yield about.url, SMALL, 1


def _numbers(graph: Graph) -> Iterator[Shape]:
    """Large numbers side by side, with what they are below."""
    entries = [
        (f"{graph.total('parameters'):,}", "parameters"),
        (f"{graph.total('macs'):,}", "MACs per sample"),
        (f"{depth(graph):,}", "layers deep"),
    ]
    if graph.devices:
        entries.append((f"{len(graph.devices)}", "devices" if len(graph.devices) > 1 else "device"))
    size = HEAD
    widths = [max(text.width(number, size, bold=True), text.width(words, BODY)) for number, words in entries]
    gap = min((ROOM - sum(widths)) / (len(entries) - 1), 72.0)
    if gap < 24:
        size = BODY
        widths = [max(text.width(number, size, bold=True), text.width(words, BODY)) for number, words in entries]
        gap = (ROOM - sum(widths)) / (len(entries) - 1)
    yield Path(((MARGIN, NUMBERS_TOP), (MARGIN + ROOM, NUMBERS_TOP)), "rule")
    x, base = MARGIN, NUMBERS_TOP + 1.5 * HEAD
    for (number, words), width in zip(entries, widths, strict=True):
        yield Text(x, base, number, size, "heading", bold=True)
        yield Text(x, min(base + 1.4 * BODY, BOTTOM), words, BODY, "remark")
        x += width + gap


def depth(graph: Graph) -> int:
    """How many convolutions and dense layers are on the longest way through the net, as in the names of VGG and ResNet.

    Sources: Simonyan and Zisserman 2015, section 2.1; He et al. 2016, table 1.
    """
    depths: dict[str, int] = {}
    for node in graph.nodes:
        counts = isinstance(node, Layer) and node.op.role in ("convolution", "dense")
        depths[node.name] = max((depths[name] for name in node.inputs), default=0) + counts
    return max(depths.values())
