"""Boxes and arrows: one box per layer with its name, op and output shape, from top to bottom, devices side by side."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from ....compiler import Graph, Layer, Transfer, format_bytes, format_shape
from ....compiler.summary import summary
from .. import text
from ..heading import description_of, heading, title_of
from ..layered.bands import EDGE, INSET, LINE, SIZE, SPACE, Band, Sign, Word, Writing, width_of, writings_of
from ..layered.fit import fit
from ..layered.frames import Frame
from ..layered.items import Item, Items, items_of
from ..layered.layout import Box, Layout, Line, lay_out
from ..layered.measures import LANE_HEADING, MARGIN, SECTION_TITLE
from ..layered.ranks import assign_ranks
from ..scene import Group, Part, Path, Point, Polygon, Rectangle, Scene, Shape, Text

ARROW = (7.0, 6.0)
"""Length and width of an arrow head."""
CHEVRON = (2.6, 7.0)
"""Height and width of the mark between two bands of a box."""
WIDEST_FOR_TITLE = 240.0
"""Room in boxes that is made for the titles of sections; longer titles are shortened where a wire crosses them."""
DEVICE = 14.0
"""Size of a device's name."""


def scene(graph: Graph) -> Scene:
    """The graph as boxes and arrows."""
    items = items_of(graph)
    rows = assign_ranks(items.all)
    writings = writings_of(graph, items.all)
    chosen = fit(items, rows, writings, _least_room(graph), {2 * i: _lane_width(graph, device) for i, device in enumerate(items.devices)})
    layout = lay_out(items, rows, chosen.starts, chosen.sizes, MARGIN, 0)
    head = heading(graph, MARGIN, MARGIN, layout.right - MARGIN)
    layout = layout.lowered(MARGIN + head.height)
    shapes = (
        *head.shapes,
        *_lanes(graph, items, layout),
        *_frames(layout),
        *_wires(items, layout),
        *_boxes(items, writings, layout),
    )
    width = max(layout.right, MARGIN + head.width) + MARGIN
    return Scene(width, layout.bottom + MARGIN, title_of(graph), description_of(graph), shapes)


def _device_words(graph: Graph, device: str | None) -> tuple[str, str]:
    parameters = sum(layer.parameters for layer in graph.layers if layer.device == device)
    return device or "no device", f"{parameters:,} parameters"


def _lane_width(graph: Graph, device: str | None) -> float:
    name, total = _device_words(graph, device)
    return text.width(name, DEVICE, bold=True) + 2 * SPACE + text.width(total, SIZE) + 2 * INSET


def _lanes(graph: Graph, items: Items, layout: Layout) -> Iterator[Group]:
    for fold, lane, box in layout.lanes:
        name, total = _device_words(graph, items.devices[lane // 2])
        note = "continued" if fold else total
        y = box.top + LANE_HEADING - 5
        yield Group(
            "lane",
            (
                Rectangle(box.left, box.top, box.width, box.height, "lane", corner=6),
                Text(box.left + INSET, y, name, DEVICE, "lane", bold=True),
                Text(box.right - INSET, y, note, SIZE, "lane", anchor="end"),
            ),
            title=f"{name}: {total}",
            device=items.devices[lane // 2],
        )


def _least_room(graph: Graph) -> float:
    """Room in boxes that lets the sections' titles stand left of the wire that comes in from above."""
    titles = [text.width(section.title, SIZE, bold=True) + 2 for section in graph.sections]
    return min(2 * max(titles, default=0), WIDEST_FOR_TITLE)


def _frames(layout: Layout) -> Iterator[Group]:
    verticals = _verticals(layout.lines)
    for frame, box in layout.frames:
        needed = text.width(frame.section.title, SIZE, bold=True)
        left, room = _place_for_title(box, verticals, needed)
        title = text.shorten(frame.section.title, SIZE, room, bold=True)
        words = [Text(left, box.top + SECTION_TITLE - 3, title, SIZE, "section", bold=True)] if title else []
        yield Group(
            "section",
            (Rectangle(box.left, box.top, box.width, box.height, "section", corner=4), *words),
            title=frame.section.title,
        )


def _verticals(lines: list[Line]) -> list[tuple[float, float, float]]:
    """Vertical parts of wires from left to right: x, top, bottom."""
    return sorted(
        {
            (x, min(y, to_y), max(y, to_y))
            for line in lines
            for (x, y), (to_x, to_y) in zip(line.points, line.points[1:], strict=False)
            if x == to_x
        }
    )


def _place_for_title(box: Box, verticals: list[tuple[float, float, float]], needed: float) -> tuple[float, float]:
    """The first place that is wide enough and no wire crosses, else the widest: where it begins, and its width."""
    inside = verticals[bisect_left(verticals, (box.left,)) : bisect_left(verticals, (box.right,))]
    title_bottom = box.top + SECTION_TITLE
    crossing = [x for x, top, bottom in inside if top < title_bottom and bottom > box.top]
    ends = [box.left + INSET, *(x + INSET for x in crossing)]
    starts = [*(x - INSET for x in crossing), box.right - INSET]
    places = [(left, right - left) for left, right in zip(ends, starts, strict=True)]
    fitting = [place for place in places if place[1] >= needed]
    return fitting[0] if fitting else max(places, key=lambda place: place[1])


def _wires(items: Items, layout: Layout) -> Iterator[Group]:
    for line in layout.lines:
        source, target = items.all[line.source], items.all[line.target]
        copied = "transfer" in (source.kind, target.kind)
        wire, arrow = ("transfer_wire", "transfer_arrow") if copied else ("wire", "arrow")
        start, end = source.last, target.first
        yield Group(
            "wire",
            (Path(_shortened(line.points), wire, dashed=copied), Polygon(_head(line.points), arrow)),
            title=f"{start} to {end}",
            link=(start, end),
        )


def _direction(points: Sequence[Point]) -> tuple[float, float]:
    """The direction in which a wire ends, along one axis."""
    (x, y), (to_x, to_y) = points[-2:]
    return (float((to_x > x) - (to_x < x)), float((to_y > y) - (to_y < y)))


def _shortened(points: tuple[Point, ...]) -> tuple[Point, ...]:
    """A wire without the part that its arrow head covers."""
    along, down = _direction(points)
    x, y = points[-1]
    return (*points[:-1], (x - along * ARROW[0] / 2, y - down * ARROW[0] / 2))


def _head(points: tuple[Point, ...]) -> tuple[Point, ...]:
    along, down = _direction(points)
    (x, y), half = points[-1], ARROW[1] / 2
    back_x, back_y = x - along * ARROW[0], y - down * ARROW[0]
    return ((x, y), (back_x + down * half, back_y + along * half), (back_x - down * half, back_y - along * half))


def _boxes(items: Items, writings: list[Writing], layout: Layout) -> Iterator[Group]:
    for item, writing in zip(items.all, writings, strict=True):
        box = layout.boxes[item.index]
        if isinstance(writing, Sign):
            yield _sign(item, writing, box)
        else:
            yield from _layers(item, writing, box)


def _layers(item: Item, bands: list[Band], box: Box) -> Iterator[Group]:
    """The bands of a box, one group per layer, with a mark where one layer reads the one above it."""
    y = box.top
    middle = box.left + box.width / 2
    for i, (layer, band) in enumerate(zip(item.nodes, bands, strict=True)):
        assert isinstance(layer, Layer)
        room = box.width - 2 * INSET
        place = Box(box.left, y, box.width, band.height(room))
        shapes = (Rectangle(box.left, y, box.width, place.height, band.role), *_words(band, place))
        yield Group("layer", shapes, f"{layer.name}: {summary(layer.op)}, {band.shape}", layer.name, layer.device)
        if i:
            before = item.nodes[i - 1].name
            yield Group("wire", (_chevron(middle, y),), f"{before} to {layer.name}", link=(before, layer.name))
        y = place.bottom


def _chevron(x: float, y: float) -> Polygon:
    half = CHEVRON[1] / 2
    return Polygon(((x - half, y), (x + half, y), (x, y + CHEVRON[0])), "arrow")


def _words(band: Band, box: Box) -> Iterator[Text]:
    for i, line in enumerate(band.lines(box.width - 2 * INSET)):
        x, y = box.left + INSET, _baseline(box.top, i)
        for word in line:
            if word.at_end:
                yield Text(box.right - INSET, y, word.text, SIZE, band.role, anchor="end", bold=word.bold)
            else:
                yield Text(x, y, word.text, SIZE, band.role, bold=word.bold)
                x += text.width(word.text, SIZE, word.bold) + SPACE


def _sign(item: Item, sign: Sign, box: Box) -> Group:
    """An input, an output or a transfer."""
    node, copied = item.nodes[-1], item.kind == "transfer"
    corner = 4.0 if copied else LINE / 2 + EDGE
    place = Rectangle(box.left, box.top, box.width, box.height, item.kind, corner, dashed=copied)
    shapes = (place, *_centred(sign, box, item.kind))
    shape = format_shape(node.shape)
    if isinstance(node, Transfer):
        size = format_bytes(node.bytes_per_sample)
        title = f"{node.name}: {shape} from {node.origin} to {node.destination}, {size} per sample"
        return Group("transfer", shapes, title, node.name, node.destination)
    part: Part = "output" if item.kind == "output" else "input"
    return Group(part, shapes, f"{item.kind} {item.name}: {shape}", item.first)


def _centred(sign: Sign, box: Box, role: str) -> Iterator[Text]:
    for i, line in enumerate(sign.lines):
        x = box.left + (box.width - width_of(line)) / 2
        for word in line:
            yield Text(x, _baseline(box.top, i), word.text, SIZE, role, bold=word.bold)
            x += text.width(word.text, SIZE, word.bold) + SPACE


def _baseline(top: float, line: int) -> float:
    """Where the letters of a line stand in a box that begins at ``top``."""
    return top + EDGE + line * LINE + LINE / 2 + SIZE * (text.ASCENT - text.DESCENT) / 2
