"""SVG, in the subset that browsers, resvg, Inkscape and office programs show alike.

Presentation attributes only, absolute coordinates, one ``<text>`` per line;
no style sheets, markers, filters or scripts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from ..scene import Circle, Group, Path, Point, Polygon, Rectangle, Scene, Text
from ..text import FAMILIES
from ..theme import Theme
from .strokes import Pen, pen_of, shown, steps
from .writer import Output, mark_of

PAGES = False

PIXELS = 96 / 72
"""CSS pixels per point; sizes without a unit are read by every program, those in points are not."""

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_NOT_IN_ID = re.compile(r"[^\w.\-]")


def write(scenes: Sequence[Scene], theme: Theme, output: Output) -> bytes:
    """The scene as an SVG document; the same bytes for the same scene."""
    (scene,) = scenes
    width, height = _number(scene.width), _number(scene.height)
    size = _attributes(width=scene.width * PIXELS, height=scene.height * PIXELS)
    families = ", ".join(f"'{name}'" if " " in name else name for name in FAMILIES)
    root = f'xmlns="http://www.w3.org/2000/svg"{size} viewBox="0 0 {width} {height}" role="img"'
    lines = [
        f'<svg {root} font-family="{families}">',
        f"<!-- {mark_of(scenes)} -->",
        f"<title>{_text(scene.title)}</title>",
        f"<desc>{_text(scene.description)}</desc>",
    ]
    if output.background is not None:
        lines.append(f'<rect width="{width}" height="{height}" fill="{output.background}"/>')
    lines += _body(scene, theme, _Ids())
    return "\n".join([*lines, "</svg>", ""]).encode()


class _Ids:
    """Makes names valid as XML ids, each one different."""

    def __init__(self) -> None:
        self.taken: set[str] = set()
        self.next: dict[str, int] = {}

    def make(self, name: str) -> str:
        wanted = _NOT_IN_ID.sub("_", name)
        if not (wanted[0].isalpha() or wanted[0] == "_"):
            wanted = f"_{wanted}"
        found = wanted
        while found in self.taken:
            self.next[wanted] = self.next.get(wanted, 1) + 1
            found = f"{wanted}-{self.next[wanted]}"
        self.taken.add(found)
        return found


def _body(scene: Scene, theme: Theme, ids: _Ids) -> Iterator[str]:
    for shape in steps(scene):
        if shape is None:
            yield "</g>"
        elif isinstance(shape, Group):
            yield f'<g id="{ids.make(shape.name)}">' if shape.name else "<g>"
            if shape.title:
                yield f"<title>{_text(shape.title)}</title>"
        else:
            yield _WRITE[type(shape)](shape, pen_of(shape, theme, scene.weight))


def _rectangle(shape: Rectangle, pen: Pen) -> str:
    place = _attributes(x=shape.x, y=shape.y, width=shape.width, height=shape.height)
    corner = _attributes(rx=shape.corner) if shape.corner else ""
    return f"<rect{place}{corner}{_painted(pen)}/>"


def _polygon(shape: Polygon, pen: Pen) -> str:
    return f'<polygon points="{_points(shape.points)}"{_painted(pen)}/>'


def _path(shape: Path, pen: Pen) -> str:
    return f'<polyline points="{_points(shape.points)}"{_painted(pen)} stroke-linejoin="round"/>'


def _circle(shape: Circle, pen: Pen) -> str:
    return f"<circle{_attributes(cx=shape.x, cy=shape.y, r=shape.radius)}{_painted(pen)}/>"


def _line_of_text(shape: Text, pen: Pen) -> str:
    place = _attributes(x=shape.x, y=shape.y, font_size=shape.size)
    anchor = f' text-anchor="{shape.anchor}"' if shape.anchor != "start" else ""
    weight = ' font-weight="bold"' if shape.bold else ""
    words = _text(shape.text)
    spaces = ' xml:space="preserve"' if words.strip(" ") != words or "  " in words else ""
    return f'<text{place}{anchor}{weight} fill="{pen.ink}"{spaces}>{words}</text>'


_WRITE: dict[type, Callable[[Any, Pen], str]] = {
    Rectangle: _rectangle,
    Polygon: _polygon,
    Path: _path,
    Circle: _circle,
    Text: _line_of_text,
}


def _painted(pen: Pen) -> str:
    fill = f' fill="{pen.fill or "none"}"'
    if pen.line is None:
        return fill
    dashes = f' stroke-dasharray="{_number(pen.dash[0])} {_number(pen.dash[1])}"' if pen.dash else ""
    return f'{fill} stroke="{pen.line}" stroke-width="{_number(pen.width)}"{dashes}'


def _attributes(**values: float) -> str:
    return "".join(f' {name.replace("_", "-")}="{_number(value)}"' for name, value in values.items())


def _points(points: Iterable[Point]) -> str:
    return " ".join(f"{_number(x)},{_number(y)}" for x, y in points)


def _number(value: float) -> str:
    """A length with at most two decimals: 7 micrometres are enough for everybody."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _text(words: str) -> str:
    """A user's text as XML holds it."""
    return shown(words).translate(_ESCAPES)
