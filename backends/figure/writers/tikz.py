r"""TikZ: one ``\draw``, ``\fill`` or ``\node`` per shape, for pdfLaTeX with the package tikz alone.

A ``standalone`` document with a page per figure. Lengths are in big points (bp, 1/72 inch) and y grows downwards, as
in the scene, so that positions equal those of all other formats. In a paper that loads the packages standalone and
tikz, ``\input`` brings the figure, in the sans-serif font of the paper.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from ..scene import Circle, Group, Path, Point, Polygon, Rectangle, Scene, Text
from ..theme import Theme
from .strokes import MITER, Pen, corner_of, pen_of, shown, steps
from .tex import escaped, lacking
from .writer import Output, mark_of

__all__ = ["PAGES", "lacking", "write"]

PAGES = True

_ANCHORS = {"start": "base west", "middle": "base", "end": "base east"}

# Nimbus Sans (phv) has the widths that all boxes are measured with; lmss stands in where it is not installed.
PACKAGES = r"""\usepackage[T1]{fontenc}
\usepackage{tikz}
\IfFileExists{t1phv.fd}{\renewcommand{\sfdefault}{phv}}{\IfFileExists{t1lmss.fd}{\renewcommand{\sfdefault}{lmss}}{}}
"""
_CLASS = r"\documentclass[multi=tikzpicture,border=0bp]{standalone}"


def write(scenes: Sequence[Scene], theme: Theme, output: Output) -> bytes:
    """A LaTeX document with a ``tikzpicture`` per scene; the same bytes for the same scenes."""
    colours = Colours()
    body = [line for scene in scenes for line in picture(scene, theme, output, colours)]
    lines = [r"\begin{document}", *colours.definitions(), *body, r"\end{document}", ""]
    return f"% {mark_of(scenes)}\n{_CLASS}\n{PACKAGES}".encode() + "\n".join(lines).encode()


class Colours:
    """Names of the colours in use, one for each colour of a role."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}

    def name(self, role: str, use: str, colour: str) -> str:
        """The name of a colour; a shaded fill is a colour of its own."""
        name = f"netc-{role.replace('_', '-')}-{use}"
        while self.names.setdefault(name, colour) != colour:
            name += "-shaded"
        return name

    def definitions(self) -> Iterator[str]:
        """The colours, to be written before what uses them."""
        for name, colour in sorted(self.names.items()):
            yield rf"\definecolor{{{name}}}{{HTML}}{{{colour[1:]}}}"


NEVER_LATER: Mapping[int, int] = {}


def picture(
    scene: Scene, theme: Theme, output: Output, colours: Colours, later: Mapping[int, int] = NEVER_LATER
) -> Iterator[str]:
    """A scene's ``tikzpicture``; ``later`` has, by identity, groups that come on a later slide of a Beamer frame."""
    yield rf"\begin{{tikzpicture}}[x=1bp,y=-1bp,inner sep=0bp,outer sep=0bp,miter limit={MITER:g}]"
    yield f"% {shown(scene.title)}: {shown(scene.description)}"
    page = f"(0,0) rectangle ({_number(scene.width)},{_number(scene.height)})"
    yield rf"\path[use as bounding box] {page};"
    if output.background is not None:
        name = colours.name("figure", "background", output.background)
        yield rf"\fill[{name}] {page};"
    ends: list[str] = []
    for shape in steps(scene):
        if shape is None:
            yield ends.pop()
        elif isinstance(shape, Group):
            title, slide = shown(shape.title), later.get(id(shape))
            start = rf"\onslide<{slide}->{{\begin{{scope}}" if slide else r"\begin{scope}"
            ends.append(r"\end{scope}}" if slide else r"\end{scope}")
            yield start + (f" % {shape.part} {title}" if title else f" % {shape.part}")
        elif isinstance(shape, Text):
            yield _text(shape, colours.name(shape.role, "ink", theme.paint(shape.role).ink))
        else:
            command = _command(shape, pen_of(shape, theme, scene.weight), colours)
            yield f"{command} {_PLACES[type(shape)](shape)};"
    yield r"\end{tikzpicture}"


def _command(shape: Rectangle | Polygon | Path | Circle, pen: Pen, colours: Colours) -> str:
    r"""``\draw``, ``\fill`` or, where nothing is painted, ``\path``, with its options."""
    options = []
    if pen.line:
        options += [f"draw={colours.name(shape.role, 'line', pen.line)}", f"line width={_number(pen.width)}bp"]
        if pen.dash:
            options.append(f"dash pattern=on {_number(pen.dash[0])}bp off {_number(pen.dash[1])}bp")
        if isinstance(shape, Path):
            options.append("line join=round")
    if pen.fill:
        shade = getattr(shape, "shade", 0)
        name = colours.name(shape.role, f"fill-{round(100 * shade)}" if shade else "fill", pen.fill)
        options.append(f"fill={name}" if pen.line else name)
    if isinstance(shape, Rectangle) and (corner := corner_of(shape)):
        options.append(f"rounded corners={_number(corner)}bp")
    return rf"\{'draw' if pen.line else 'fill' if pen.fill else 'path'}[{','.join(options)}]"


def _rectangle(shape: Rectangle) -> str:
    return f"{_point((shape.x, shape.y))} rectangle {_point((shape.x + shape.width, shape.y + shape.height))}"


def _polygon(shape: Polygon) -> str:
    return f"{_points(shape.points)} -- cycle"


def _path(shape: Path) -> str:
    return _points(shape.points)


def _circle(shape: Circle) -> str:
    return f"{_point((shape.x, shape.y))} circle[radius={_number(shape.radius)}bp]"


_PLACES: dict[type, Callable[[Any], str]] = {
    Rectangle: _rectangle,
    Polygon: _polygon,
    Path: _path,
    Circle: _circle,
}


def _text(shape: Text, colour: str) -> str:
    size = _number(shape.size)
    bold = r"\bfseries" if shape.bold else ""
    font = rf"\fontsize{{{size}bp}}{{{size}bp}}\sffamily{bold}\selectfont"
    anchor = _ANCHORS[shape.anchor]
    return (
        rf"\node[anchor={anchor},text={colour},font={font}] at {_point((shape.x, shape.y))} {{{escaped(shape.text)}}};"
    )


def _points(points: Iterable[Point]) -> str:
    return " -- ".join(map(_point, points))


def _point(point: Point) -> str:
    return f"({_number(point[0])},{_number(point[1])})"


def _number(value: float) -> str:
    """A length with at most three decimals, and never with an exponent, which TeX cannot read."""
    text = f"{value:.3f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
