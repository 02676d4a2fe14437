"""The groups of the figure: boxes with their numbers, kernels, lines, and words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ....compiler import Input, Layer, format_shape
from ....compiler.summary import summary
from ..geometry import Area
from ..labels import title_of_transfer
from ..picture import Picture
from ..scene import Group, Part, Path, Shape, Text
from . import numbers
from .arrows import arrow, goals, ports
from .kernels import Kernel, kernels_of, rays, unit_of
from .layout import Layout
from .measures import Measures, Solid
from .room import Room
from .routes import routes_of
from .solids import faces, level_break, upright_break
from .stages import Edge, Stage


@dataclass(eq=False)
class Drawing:
    """All that is known before shapes are made."""

    picture: Picture
    stages: Sequence[Stage]
    layout: Layout
    laws: Measures
    roles: Mapping[Stage, str]
    below: Mapping[Stage, Sequence[str]]
    fields: Sequence[str]
    shaded: bool
    over: bool
    """Whether wires to far boxes go over those in between."""


def groups_of(drawing: Drawing, extra: Sequence[Shape]) -> tuple[Group, ...]:
    """Everything but heading and words; ``extra`` has the shapes that texts must keep clear of."""
    layout = drawing.layout
    kernels = {stage: kernels_of(stage, layout, drawing.laws) for stage in drawing.stages}
    lines, marks = _lines(drawing, kernels), tuple(_breaks(drawing))
    solids = {stage: faces(layout.solids[stage], drawing.roles[stage], drawing.shaded) for stage in drawing.stages}
    seen: list[Shape] = [*extra, *(shape for shapes in solids.values() for shape in shapes)]
    seen += [shape for group in (*lines, *marks) for shape in group.shapes]
    seen += [shape for found in kernels.values() for kernel in found for shape in faces(kernel.solid, "kernel", False)]
    room = Room(Area(0, 0, layout.right, layout.bottom), seen)
    below = {stage: _below(drawing, stage, room) for stage in drawing.stages}
    notes = [note for stage, found in kernels.items() for note in _kernels(drawing, stage, found, room)]
    boxes = [
        _box(drawing, stage, (*solids[stage], *below[stage], *_sizes(drawing, stage, room))) for stage in drawing.stages
    ]
    return (*boxes, *marks, *notes, *lines, *_sums(drawing, room))


def title_of(drawing: Drawing, stage: Stage) -> str:
    """A box in words: every node that it stands for, what it does, and the shapes on the way."""
    graph, parts = drawing.picture.drawn, []
    shape: tuple[int, ...] = ()
    for name in stage.nodes:
        node = graph.by_name[name]
        what = f"{name}: {summary(node.op)}" if isinstance(node, Layer) else f"input {name}"
        parts.append(what if node.shape == shape else f"{what}, {format_shape(node.shape)}")
        shape = node.shape
    ends = [
        f"output {name}: {format_shape(graph.by_name[node].shape)}"
        for name, node in graph.outputs.items()
        if node in stage.nodes
    ]
    return "; ".join([*parts, *ends])


def _box(drawing: Drawing, stage: Stage, shapes: tuple[Shape, ...]) -> Group:
    part: Part = "input" if isinstance(stage.head, Input) else "layer"
    shown = drawing.picture.nodes_of(*stage.nodes)
    return Group(part, shapes, title_of(drawing, stage), stage.head.name, stage.head.device, stands_for=shown)


def _below(drawing: Drawing, stage: Stage, room: Room) -> list[Text]:
    """The lines below a box, a little to the side where a line of the figure is in their way.

    The first one is always there, the others only where there is room for them.
    """
    ways = [numbers.below(drawing.layout.solids[stage], drawing.below[stage], aside) for aside in numbers.ASIDE]
    if not ways[0]:
        return []
    texts = next((texts for texts in ways if room.is_free(texts[0])), ways[0])
    room.put(texts[0])
    return [texts[0], *(text for text in texts[1:] if room.first_free([text]))]


def _sizes(drawing: Drawing, stage: Stage, room: Room) -> Iterator[Text]:
    """Height and width of a map, where there is room for them."""
    if stage.vector or "shape" not in drawing.fields:
        return
    solid, (_, height, width) = drawing.layout.solids[stage], stage.head.shape
    for places in (numbers.width_places(solid, width, "remark"), numbers.height_places(solid, height, "remark")):
        if found := room.first_free(places):
            yield found


def _kernels(drawing: Drawing, stage: Stage, kernels: list[Kernel], room: Room) -> Iterator[Group]:
    texts = _kernel_numbers(drawing, stage, kernels, room)
    for number, kernel in enumerate(kernels):
        said = texts[number] if texts and "kernel" in drawing.fields else []
        readers = " and ".join(edge.target.head.name for edge in kernel.edges)
        title = f"kernel {format_shape(kernel.size)} of {readers} on {stage.head.name}"
        yield Group("note", (*faces(kernel.solid, "kernel", False), *said), title)


def _kernel_numbers(drawing: Drawing, stage: Stage, kernels: list[Kernel], room: Room) -> list[list[Text]]:
    """The sizes of a box's kernels, in the first way that has room for all: on fronts, along edges, or near.

    At the end of a line the wire to the next one leaves where numbers along edges would stand.
    """
    box, role = drawing.layout.solids[stage], drawing.roles[stage]
    ends = all(drawing.layout.line[edge.target] != drawing.layout.line[stage] for edge in stage.readers)
    ways = (numbers.on_front, numbers.near) if ends else (numbers.on_front, numbers.along_edges, numbers.near)
    if drawing.layout.crowded:
        return [[text] if (text := room.first_free(*numbers.on_front(kernel, box, role))) else [] for kernel in kernels]
    for way in ways:
        found: list[list[Text]] = []
        for kernel in kernels:
            texts = [room.first_free(places) for places in way(kernel, box, role)]
            found.append([text for text in texts if text])
            if None in texts:
                break
        else:
            return found
        room.give_back(text for texts in found for text in texts)
    return [_anywhere(kernel, box, role, room) for kernel in kernels]


def _anywhere(kernel: Kernel, box: Solid, role: str, room: Room) -> list[Text]:
    """The size of a kernel where there is room for it, if there is."""
    for way in (numbers.on_front, numbers.near):
        for places in way(kernel, box, role):
            if found := room.first_free(places):
                return [found]
    return []


def _breaks(drawing: Drawing) -> Iterator[Group]:
    for stage in drawing.stages:
        solid, lengths = drawing.layout.solids[stage], drawing.laws.lengths(stage)
        shapes: list[Path] = []
        if any(length.capped for length in lengths[1:] or lengths):
            shapes += level_break(solid)
        if not stage.vector and lengths[0].capped:
            shapes += upright_break(solid)
        if shapes:
            yield Group("mark", tuple(shapes), f"{stage.head.name} is larger than it is drawn")


def _lines(drawing: Drawing, kernels: Mapping[Stage, list[Kernel]]) -> list[Group]:
    """Rays, arrows and wires; each transfer stands for itself in the first of its lines."""
    layout, told = drawing.layout, set[str]()
    found: list[tuple[Edge, tuple[Shape, ...], Part]] = []
    for stage in drawing.stages:
        for kernel in kernels[stage]:
            for edge in kernel.edges:
                if layout.line[stage] == layout.line[edge.target]:
                    unit = unit_of(layout.solids[edge.target])
                    found.append((edge, rays(kernel.solid, unit, bool(edge.transfers)), "note"))
        starts = ports(stage, layout)
        for edge, start in starts.items():
            end = goals(edge.target, layout)[edge]
            found.append((edge, arrow((start, end), bool(edge.transfers)), "wire"))
    for edge, points in routes_of(drawing.stages, layout, drawing.over).items():
        found.append((edge, arrow(points, bool(edge.transfers)), "wire"))
    return [_line(drawing, edge, shapes, part, told) for edge, shapes, part in found]


def _line(drawing: Drawing, edge: Edge, shapes: tuple[Shape, ...], part: Part, told: set[str]) -> Group:
    ends = (edge.source.head.name, edge.target.head.name)
    title = " to ".join(ends)
    link = ends if part == "wire" else None
    new = [transfer for transfer in edge.transfers if transfer.name not in told]
    told.update(transfer.name for transfer in new)
    if not new:
        return Group(part, shapes, title, link=link)
    shown = drawing.picture.nodes_of(*(transfer.name for transfer in new))
    title = "; ".join(map(title_of_transfer, new))
    return Group("transfer", shapes, title, new[0].name, new[0].destination, ends, stands_for=shown)


def _sums(drawing: Drawing, room: Room) -> Iterator[Group]:
    """A plus beside every arrow whose maps are added to those of the box."""
    for stage in drawing.stages:
        if any(edge.kind == "sum" for edge in stage.reads):
            solid = drawing.layout.solids[stage]
            if found := room.first_free(numbers.sum_places(solid)):
                yield Group("note", (found,), f"sum of {' and '.join(_summands(stage))}")


def _summands(stage: Stage) -> list[str]:
    return [stage.head.name, *(edge.source.head.name for edge in stage.reads if edge.kind == "sum")]
