"""SVG, in the subset that browsers, resvg, Inkscape and office programs show alike.

Presentation attributes only, absolute coordinates, one ``<text>`` per line;
no style sheets, markers, filters or scripts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from ..scene import Circle, Group, Path, Point, Polygon, Rectangle, Scene, Shape, Text
from ..text import FAMILIES
from ..theme import Paint, Theme
from .writer import Output

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
        f"<!-- written by netc, graph {scene.digest} -->",
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
    """Lines of the elements; groups are closed by a string among the shapes, so that nothing recurses."""
    waiting: list[Shape | str] = [*scene.shapes]
    waiting.reverse()
    while waiting:
        shape = waiting.pop()
        if isinstance(shape, str):
            yield shape
        elif isinstance(shape, Group):
            yield f'<g id="{ids.make(shape.name)}">' if shape.name else "<g>"
            if shape.title:
                yield f"<title>{_text(shape.title)}</title>"
            waiting += ["</g>", *reversed(shape.shapes)]
        else:
            paint = theme.paint(shape.role, getattr(shape, "shade", 0))
            yield _WRITE[type(shape)](shape, paint._replace(width=paint.width * scene.weight))


def _rectangle(shape: Rectangle, paint: Paint) -> str:
    place = _attributes(x=shape.x, y=shape.y, width=shape.width, height=shape.height)
    corner = _attributes(rx=shape.corner) if shape.corner else ""
    return f"<rect{place}{corner}{_painted(paint, shape.dashed)}/>"


def _polygon(shape: Polygon, paint: Paint) -> str:
    return f'<polygon points="{_points(shape.points)}"{_painted(paint, shape.dashed)}/>'


def _path(shape: Path, paint: Paint) -> str:
    stroke = _painted(Paint(None, paint.outline, paint.ink, paint.width), shape.dashed)
    return f'<polyline points="{_points(shape.points)}"{stroke} stroke-linejoin="round"/>'


def _circle(shape: Circle, paint: Paint) -> str:
    return f"<circle{_attributes(cx=shape.x, cy=shape.y, r=shape.radius)}{_painted(paint)}/>"


def _line_of_text(shape: Text, paint: Paint) -> str:
    place = _attributes(x=shape.x, y=shape.y, font_size=shape.size)
    anchor = f' text-anchor="{shape.anchor}"' if shape.anchor != "start" else ""
    weight = ' font-weight="bold"' if shape.bold else ""
    return f'<text{place}{anchor}{weight} fill="{paint.ink}">{_text(shape.text)}</text>'


_WRITE: dict[type, Callable[[Any, Paint], str]] = {
    Rectangle: _rectangle,
    Polygon: _polygon,
    Path: _path,
    Circle: _circle,
    Text: _line_of_text,
}


def _painted(paint: Paint, dashed: bool = False) -> str:
    fill = f' fill="{paint.fill or "none"}"'
    if paint.outline is None:
        return fill
    dashes = ' stroke-dasharray="4 3"' if dashed else ""
    return f'{fill} stroke="{paint.outline}" stroke-width="{_number(paint.width)}"{dashes}'


def _attributes(**values: float) -> str:
    return "".join(f' {name.replace("_", "-")}="{_number(value)}"' for name, value in values.items())


def _points(points: Iterable[Point]) -> str:
    return " ".join(f"{_number(x)},{_number(y)}" for x, y in points)


def _number(value: float) -> str:
    """A length with at most two decimals: 7 micrometres are enough for everybody."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _text(text: str) -> str:
    """Text as XML holds it; a character that XML forbids becomes the replacement character."""
    if not text.isprintable():
        text = "".join(char if _in_xml(char) else "\N{REPLACEMENT CHARACTER}" for char in text)
    return text.translate(_ESCAPES)


def _in_xml(char: str) -> bool:
    """Whether XML 1.0 allows a character (section 2.2)."""
    code = ord(char)
    return char in "\t\n\r" or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or code > 0xFFFF
