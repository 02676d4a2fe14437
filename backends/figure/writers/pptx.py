"""PPTX: one slide per figure, of shapes, text boxes and connectors that can be edited.

A slide is 13.333 x 7.5 inches, or as large as its largest figure needs; figures stand in its middle in their physical
size. Every group of the scene is a group, named after its node. Wires are connectors with native arrow heads, glued to
what they connect. The title and the description are the slide's notes.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from math import hypot
from typing import Any, NamedTuple

from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml import parse_xml

from ....compiler import Problem
from ..geometry import Area
from ..options import PAGES as TARGETS
from ..scene import Group, Leaf, Scene, Text
from ..theme import Theme
from ..transform import Move
from . import drawingml as xml
from .connectors import connector, straight
from .glue import End, Plan, Wire, numbered, plan_of
from .outlines import area_of, emu, middles, united
from .strokes import Pen, pen_of, shown
from .writer import PROPERTIES, Output, mark_of

PAGES = True

LARGEST = 56 * 72
"""Points: PowerPoint's largest slide has 56 inches a side."""
LONG_AGO = datetime(1980, 1, 1, tzinfo=UTC)
"""The first date that a zip archive can hold: files are to be the same on every day."""
_BLANK = 6
_NAMESPACES = " ".join(
    f'xmlns:{short}="http://schemas.openxmlformats.org/{long}/2006/main"'
    for short, long in (("a", "drawingml"), ("p", "presentationml"))
)
_TYPES = "[Content_Types].xml"
_USELESS = (RELATIONSHIP_TYPE.THUMBNAIL, RELATIONSHIP_TYPE.PRINTER_SETTINGS)
_HEADS = {"sm": 2.0, "med": 3.0, "lg": 5.0}
"""Sizes of arrow heads, in widths of their line."""
_LEAST_WIDTH = 2.0
"""Points: heads of thinner lines have the size that they have at this width."""


def write(scenes: Sequence[Scene], theme: Theme, output: Output) -> bytes:
    """A presentation with a slide per scene; raises Problem E901 for a figure that is larger than any slide."""
    presentation = _empty(*_size(scenes))
    properties = presentation.core_properties
    properties.title, properties.subject = shown(scenes[0].title)[:255], shown(scenes[0].description)[:255]
    properties.keywords = mark_of(scenes)
    properties.author = properties.last_modified_by = "netc"
    properties.created = properties.modified = LONG_AGO
    properties.revision = 1
    for scene in scenes:
        _slide(presentation, scene, theme, output)
    file = BytesIO()
    presentation.save(file)
    return _packed(file)


def _size(scenes: Sequence[Scene]) -> tuple[float, float]:
    """Width and height of the slides in points."""
    width = max(TARGETS["slide"].width, *(scene.width for scene in scenes))
    height = max(TARGETS["slide"].height, *(scene.height for scene in scenes))
    if max(width, height) > LARGEST:
        what = f"a slide of {width / 72:.0f} x {height / 72:.0f} inches"
        raise Problem("E901", what, expected=f"at most {LARGEST // 72} inches a side", argument="for")
    return width, height


def _empty(width: float, height: float) -> Any:
    """A presentation without slides, whose layouts are as wide as it."""
    presentation: Any = Presentation()
    across, down = emu(width) / presentation.slide_width, emu(height) / presentation.slide_height
    for page in (*presentation.slide_layouts, presentation.slide_master):  # layouts have places from the master
        for place in page.placeholders:
            box = (place.left, place.top, place.width, place.height)
            place.left, place.top, place.width, place.height = (
                round(length * by) for length, by in zip(box, (across, down, across, down), strict=True)
            )
    presentation.slide_width, presentation.slide_height = emu(width), emu(height)
    for part in (presentation.part, presentation.part.package):
        for key, relation in list(part._rels.items()):
            if relation.reltype in _USELESS:
                part._rels.pop(key)
    return presentation


def _slide(presentation: Any, scene: Scene, theme: Theme, output: Output) -> None:
    slide = presentation.slides.add_slide(presentation.slide_layouts[_BLANK])
    right = (presentation.slide_width / emu(1) - scene.width) / 2
    down = (presentation.slide_height / emu(1) - scene.height) / 2
    moved = scene._replace(shapes=Move(1.0, right, down).shapes(scene.shapes))
    tree = slide.shapes._spTree
    for element in parse_xml(f"<p:spTree {_NAMESPACES}>{_shapes(moved, theme)}</p:spTree>"):
        tree.append(element)
    page = slide._element.cSld
    page.set("name", shown(scene.title))
    if output.background is not None:
        made = parse_xml(f"<p:cSld {_NAMESPACES}>{xml.background(output.background)}</p:cSld>")
        page.insert(0, made[0])
    slide.notes_slide.notes_text_frame.text = f"{shown(scene.title)}\n{shown(scene.description)}"


class _Open(NamedTuple):
    """A group whose shapes are being written, and the room that they take."""

    number: int
    group: Group | None
    inner: list[str]
    areas: list[Area]


def _shapes(scene: Scene, theme: Theme) -> str:
    """All shapes as XML, groups around theirs."""
    plan = plan_of(scene)
    waiting = [_Open(1, None, [], [])]
    for number, shape in numbered(scene):
        if isinstance(shape, Group):
            waiting.append(_Open(number, shape, [], []))
            continue
        if shape is None:
            closed = waiting.pop()
            if not closed.inner:
                continue
            made, area = _group(closed), united(closed.areas)
        elif number in plan.heads:
            continue
        else:
            wire = plan.wires.get(number)
            shape = wire.line if wire else shape
            made, area = _leaf(number, shape, plan, pen_of(shape, theme, scene.weight)), area_of(shape)
        waiting[-1].inner.append(made)
        waiting[-1].areas.append(area)
    return "".join(waiting[0].inner)


def _group(closed: _Open) -> str:
    """A group, but for a wire that is one connector, which has the group's name itself."""
    group = closed.group
    assert group is not None
    if group.link and len(closed.inner) == 1 and closed.inner[0].count("<p:cxnSp>") == 1:
        return closed.inner[0]
    name = group.name or group.title or group.part
    return xml.group(closed.number, name, group.title, united(closed.areas), closed.inner)


def _leaf(number: int, shape: Leaf, plan: Plan, pen: Pen) -> str:
    if isinstance(shape, Text):
        return xml.words(number, shape, pen.ink)
    if wire := plan.wires.get(number):
        return _wire(number, wire, pen, plan.span)
    return xml.shape(number, shape, pen, plan.sites.get(number, ()))


def _wire(number: int, wire: Wire, pen: Pen, span: int) -> str:
    """A wire as one connector, or as three parts: both ends are connectors, glued to the free form between them."""
    head = _head(wire, pen)
    start, end = wire.ends
    if made := connector(wire.line.points, (start and start.side, end and end.side)):
        return xml.connection(number, wire.title, _glue(start, end), made, pen, head)
    first, *turns, last = wire.line.points
    middle = ""
    glued: tuple[tuple[int, int] | None, tuple[int, int] | None] = (None, None)
    if len(turns) > 1:
        between = wire.line._replace(points=tuple(turns))
        sites = (*middles(area_of(between)), turns[0], turns[-1])
        middle = xml.detour(number, wire.title, between, pen, sites)
        glued = (number, len(sites) - 2), (number, len(sites) - 1)
    out = xml.connection(
        number + span, wire.title, (_glue(start, end)[0], glued[0]), straight(first, turns[0]), pen, None
    )
    into = xml.connection(
        number + 2 * span, wire.title, (glued[1], _glue(start, end)[1]), straight(turns[-1], last), pen, head
    )
    return middle + out + into


def _glue(start: End | None, end: End | None) -> xml.Glue:
    return start and (start.shape, start.site), end and (end.shape, end.site)


def _head(wire: Wire, pen: Pen) -> xml.Head | None:
    """The native arrow head that is nearest in size to the drawn one."""
    if wire.head is None:
        return None
    (x, y), others = wire.line.points[-1], [point for point in wire.head.points if point != wire.line.points[-1]]
    (x1, y1), (x2, y2) = others
    length, width = hypot((x1 + x2) / 2 - x, (y1 + y2) / 2 - y), hypot(x2 - x1, y2 - y1)
    unit = max(pen.width, _LEAST_WIDTH)
    return xml.Head(*(min(_HEADS, key=lambda name: abs(_HEADS[name] * unit - size)) for size in (width, length)))


def _packed(file: BytesIO) -> bytes:
    """The archive without dates; its first two files say what it is and, readably, who wrote it."""
    packed = BytesIO()
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(packed, "w") as new:
        names = [_TYPES, PROPERTIES, *(name for name in old.namelist() if name not in (_TYPES, PROPERTIES))]
        for name in names:
            entry = zipfile.ZipInfo(name)
            entry.create_system = 0
            entry.compress_type = zipfile.ZIP_STORED if name == PROPERTIES else zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(name))
    return packed.getvalue()
