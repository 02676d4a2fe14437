"""PDF: one page per figure, in its physical size, with text that can be selected and searched.

Only the letters that are used are embedded, of the bundled font. A character
that it lacks is shown as an empty box.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from io import BytesIO
from typing import Any

from reportlab.lib.colors import HexColor  # type: ignore[import-untyped]
from reportlab.pdfbase.pdfmetrics import registerFont  # type: ignore[import-untyped]
from reportlab.pdfbase.ttfonts import TTFont  # type: ignore[import-untyped]
from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]

from ..scene import Circle, Group, Path, Point, Polygon, Rectangle, Scene, Text
from ..text import FONTS, lacking
from ..theme import Theme
from .strokes import MITER, Pen, corner_of, pen_of, shown, start_of, steps
from .writer import WRITTEN, Output, mark_of

__all__ = ["PAGES", "lacking", "write"]

PAGES = True

_FACES = {False: "LiberationSans", True: "LiberationSans-Bold"}
_MITERED, _ROUND = 0, 1
_FIRST_COMMENT = re.compile(rb"(?<=\n%)[^\n]+")


def write(scenes: Sequence[Scene], theme: Theme, output: Output) -> bytes:
    """A document with a page per scene; the same bytes for the same scenes."""
    _register_fonts()
    file = BytesIO()
    canvas = Canvas(file, pageCompression=1, invariant=1, initialFontName=_FACES[False], pdfVersion=(1, 4), lang="en")
    canvas.setTitle(shown(scenes[0].title))
    canvas.setSubject(shown(scenes[0].description))
    canvas.setKeywords(mark_of(scenes))
    canvas.setCreator("netc")
    canvas.setAuthor("netc")
    for scene in scenes:
        _page(canvas, scene, theme, output)
    canvas.save()
    return _marked(file.getvalue())


@cache
def _register_fonts() -> None:
    for bold, name in _FACES.items():
        registerFont(TTFont(name, FONTS[bold]))


def _marked(document: bytes) -> bytes:
    """The document with netc's mark in its first comment, whose length and so all offsets stay."""
    found = _FIRST_COMMENT.search(document)
    assert found is not None
    comment = found[0][:4] + f" {WRITTEN}".encode()
    return document[: found.start()] + comment.ljust(len(found[0])) + document[found.end() :]


def _page(canvas: Any, scene: Scene, theme: Theme, output: Output) -> None:
    canvas.setPageSize((scene.width, scene.height))
    canvas.setMiterLimit(MITER)
    if output.background is not None:
        canvas.setFillColor(HexColor(output.background))
        canvas.rect(0, 0, scene.width, scene.height, stroke=0, fill=1)
    for shape in steps(scene):
        if shape is not None and not isinstance(shape, Group):
            pen = pen_of(shape, theme, scene.weight)
            if not isinstance(shape, Text):
                _dip(canvas, pen, _ROUND if isinstance(shape, Path) else _MITERED)
            _DRAW[type(shape)](canvas, scene.height, shape, pen)
    canvas.showPage()


def _dip(canvas: Any, pen: Pen, join: int) -> None:
    if pen.fill:
        canvas.setFillColor(HexColor(pen.fill))
    if pen.line:
        canvas.setStrokeColor(HexColor(pen.line))
        canvas.setLineWidth(pen.width)
        canvas.setLineJoin(join)
        canvas.setDash(list(pen.dash or ()))


def _rectangle(canvas: Any, height: float, shape: Rectangle, pen: Pen) -> None:
    place = (shape.x, height - shape.y - shape.height, shape.width, shape.height)
    painted = {"stroke": bool(pen.line), "fill": bool(pen.fill)}
    if corner := corner_of(shape):
        canvas.roundRect(*place, corner, **painted)
    else:
        canvas.rect(*place, **painted)


def _polygon(canvas: Any, height: float, shape: Polygon, pen: Pen) -> None:
    line = _line(canvas, height, shape.points)
    line.close()
    canvas.drawPath(line, stroke=bool(pen.line), fill=bool(pen.fill))


def _path(canvas: Any, height: float, shape: Path, pen: Pen) -> None:
    canvas.drawPath(_line(canvas, height, shape.points), stroke=bool(pen.line), fill=0)


def _line(canvas: Any, height: float, points: Sequence[Point]) -> Any:
    line = canvas.beginPath()
    for number, (x, y) in enumerate(points):
        (line.lineTo if number else line.moveTo)(x, height - y)
    return line


def _circle(canvas: Any, height: float, shape: Circle, pen: Pen) -> None:
    canvas.circle(shape.x, height - shape.y, shape.radius, stroke=bool(pen.line), fill=bool(pen.fill))


def _text(canvas: Any, height: float, shape: Text, pen: Pen) -> None:
    canvas.setFont(_FACES[shape.bold], shape.size)
    canvas.setFillColor(HexColor(pen.ink))
    canvas.drawString(start_of(shape), height - shape.y, shown(shape.text))


_DRAW: dict[type, Callable[[Any, float, Any, Pen], None]] = {
    Rectangle: _rectangle,
    Polygon: _polygon,
    Path: _path,
    Circle: _circle,
    Text: _text,
}
