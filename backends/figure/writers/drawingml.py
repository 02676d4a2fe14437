"""Shapes as DrawingML, the XML of office programs (ECMA-376, part 1, chapters 19 and 20)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeAlias
from xml.sax.saxutils import escape, quoteattr

from ..geometry import Area
from ..scene import Path, Point, Text
from .connectors import Connector
from .outlines import DEGREE, Drawn, area_of, emu, outline, preset
from .strokes import MITER, Pen, shown

FONT = "Arial"
"""Has the widths of the bundled font, and is on every machine with an office program."""
Glue: TypeAlias = tuple[tuple[int, int] | None, tuple[int, int] | None]
"""To what the two ends of a connector are glued: a shape and one of its sites, as numbers."""
_SIZES = (100, 400_000)
"""Least and greatest size of a text, in hundredths of a point (ST_TextFontSize)."""
_WHOLE = 100_000
_ALIGNED = {"start": "l", "middle": "ctr", "end": "r"}


class Head(NamedTuple):
    """The size of an arrow head: ``sm``, ``med`` or ``lg``."""

    width: str
    length: str


def group(number: int, name: str, title: str, area: Area, inner: Iterable[str]) -> str:
    """Shapes that belong together, in the coordinates of the slide."""
    who = f"<p:nvGrpSpPr>{_who(number, name, title)}<p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr>"
    return f"<p:grpSp>{who}<p:grpSpPr>{_place(area, own=True)}</p:grpSpPr>{''.join(inner)}</p:grpSp>"


def shape(number: int, made: Drawn, pen: Pen, sites: Sequence[Point] = ()) -> str:
    """A shape; ``sites`` are where connectors are glued to it, where a ready-made outline has none."""
    who = f"<p:nvSpPr>{_who(number, type(made).__name__.lower())}<p:cNvSpPr/><p:nvPr/></p:nvSpPr>"
    look = f"{_place(area_of(made))}{outline(made, sites)}{_fill(pen.fill)}{_line(pen, isinstance(made, Path))}"
    return f"<p:sp>{who}<p:spPr>{look}</p:spPr></p:sp>"


def detour(number: int, title: str, made: Path, pen: Pen, sites: Sequence[Point]) -> str:
    """The middle of a wire that no connector can follow; it reaches into the corners at its ends."""
    who = f"<p:nvSpPr>{_who(number, title)}<p:cNvSpPr/><p:nvPr/></p:nvSpPr>"
    line = _line(pen, rounded=True, cap="flat" if pen.dash else "sq")
    return f"<p:sp>{who}<p:spPr>{_place(area_of(made))}{outline(made, sites)}{_fill(None)}{line}</p:spPr></p:sp>"


def words(number: int, made: Text, ink: str) -> str:
    """A text box as large as its one line."""
    content = shown(made.text)
    size = min(max(round(100 * made.size), _SIZES[0]), _SIZES[1])
    bold = ' b="1"' if made.bold else ""
    face = f'<a:latin typeface="{FONT}"/><a:ea typeface="{FONT}"/><a:cs typeface="{FONT}"/>'
    run = f'<a:rPr lang="en-US" sz="{size}"{bold} noProof="1" dirty="0">{_fill(ink)}{face}</a:rPr>'
    body = (
        '<a:bodyPr wrap="none" lIns="0" tIns="0" rIns="0" bIns="0" anchor="ctr"><a:noAutofit/></a:bodyPr><a:lstStyle/>'
    )
    line = f'<a:p><a:pPr algn="{_ALIGNED[made.anchor]}"/><a:r>{run}<a:t>{escape(content)}</a:t></a:r></a:p>'
    who = f'<p:nvSpPr>{_who(number, content)}<p:cNvSpPr txBox="1"/><p:nvPr/></p:nvSpPr>'
    look = f"{_place(area_of(made))}{preset('rect')}<a:noFill/>"
    return f"<p:sp>{who}<p:spPr>{look}</p:spPr><p:txBody>{body}{line}</p:txBody></p:sp>"


def connection(number: int, title: str, glue: Glue, made: Connector, pen: Pen, head: Head | None) -> str:
    """A connector, with an arrow head at its end."""
    ends = "".join(
        f'<a:{name} id="{end[0]}" idx="{end[1]}"/>'
        for name, end in zip(("stCxn", "endCxn"), glue, strict=True)
        if end is not None
    )
    who = f"<p:nvCxnSpPr>{_who(number, title, title)}<p:cNvCxnSpPr>{ends}</p:cNvCxnSpPr><p:nvPr/></p:nvCxnSpPr>"
    turned = f' rot="{90 * DEGREE}"' if made.quarter else ""
    turned += ' flipH="1"' * made.flip_h + ' flipV="1"' * made.flip_v
    place = _place(Area(made.x, made.y, made.x + made.width, made.y + made.height), turned)
    look = f"{place}{preset(made.preset)}{_line(pen, rounded=True, head=head)}"
    return f"<p:cxnSp>{who}<p:spPr>{look}</p:spPr></p:cxnSp>"


def background(colour: str) -> str:
    """The background of a slide."""
    return f"<p:bg><p:bgPr>{_fill(colour)}<a:effectLst/></p:bgPr></p:bg>"


def _who(number: int, name: str, title: str = "") -> str:
    """A shape's number, its name and what a screen reader says of it."""
    said = f" descr={quoteattr(shown(title))}" if title else ""
    return f'<p:cNvPr id="{number}" name={quoteattr(shown(name))}{said}/>'


def _place(area: Area, turned: str = "", own: bool = False) -> str:
    """Place and size; ``own`` adds the same as the coordinates of what is inside."""
    left, top = emu(area.left), emu(area.top)
    width, height = emu(area.right) - left, emu(area.bottom) - top
    inside = f'<a:chOff x="{left}" y="{top}"/><a:chExt cx="{width}" cy="{height}"/>' if own else ""
    place = f'<a:off x="{left}" y="{top}"/><a:ext cx="{width}" cy="{height}"/>'
    return f"<a:xfrm{turned}>{place}{inside}</a:xfrm>"


def _fill(colour: str | None) -> str:
    return f'<a:solidFill><a:srgbClr val="{colour[1:]}"/></a:solidFill>' if colour else "<a:noFill/>"


def _line(pen: Pen, rounded: bool = False, head: Head | None = None, cap: str = "flat") -> str:
    if pen.line is None:
        return "<a:ln><a:noFill/></a:ln>"
    dashes = ""
    if pen.dash:
        on, off = (round(_WHOLE * part / pen.width) for part in pen.dash)
        dashes = f'<a:custDash><a:ds d="{on}" sp="{off}"/></a:custDash>'
    join = "<a:round/>" if rounded else f'<a:miter lim="{round(_WHOLE * MITER)}"/>'
    end = f'<a:tailEnd type="triangle" w="{head.width}" len="{head.length}"/>' if head else ""
    return f'<a:ln w="{emu(pen.width)}" cap="{cap}">{_fill(pen.line)}{dashes}{join}{end}</a:ln>'
