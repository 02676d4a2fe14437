"""The layer table as a figure: a head, a row per layer, rules above and below, and the totals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil
from typing import NamedTuple

from ....compiler import Problem
from .. import text
from ..colouring import Colouring, colouring
from ..heading import Heading, heading, titled
from ..labels import times
from ..options import Options, Page
from ..picture import Picture
from ..scene import Group, Part, Path, Rectangle, Scene, Shape, Text
from ..table_rows import COLUMNS, Row, rows_of, sums_of
from .style import Style

SIZE = 12.0
"""Size of all text but the title."""
ROW = 18.0
"""Height of a row: one and a half times its text."""
PADDING = 6.0
"""Between the edge of a row and what is written in it."""
COLUMN_GAP = 12.0
"""Between columns."""
PART_GAP = 24.0
"""Between parts of a table that stand side by side."""
CHIP = 8.0
"""Side of the square with a layer's colour."""
INDENT = 10.0
"""Of what stands in a section."""
BRACKET = 6.0
"""Width of the bracket beside what repeats."""
MARGIN = 8.0
"""Around the figure."""
WIDEST = 320.0
"""Of a column; a longer text is shortened."""
MOST_PARTS = 6
"""Parts side by side; a table that needs more is too long to be read."""
DEFAULT = ("name", "op", "shape", "params", "macs")
"""Columns when no labels are chosen, with the device where there are several. The last are left out for want of room:
the MACs first, the parameters and the name only where nothing more can be folded."""


class _Layout(NamedTuple):
    """Columns with their widths, and how many rows stand in each of the parts side by side."""

    fields: tuple[str, ...]
    widths: tuple[float, ...]
    rows: list[Row]
    parts: list[range]
    chips: bool
    depth: int
    """Greatest number of sections around one row."""
    brackets: int
    """Greatest number of repetitions around one row."""
    bracket: float
    """Room for one of them."""

    @property
    def start(self) -> float:
        """From the edge of a row to its first column."""
        return PADDING + self.depth * INDENT + (CHIP + PADDING if self.chips else 0.0)

    @property
    def inner(self) -> float:
        """Width of a row."""
        return self.start + sum(self.widths) + COLUMN_GAP * (len(self.widths) - 1) + PADDING

    @property
    def outer(self) -> float:
        """The same with the brackets beside it."""
        return self.inner + self.brackets * self.bracket

    @property
    def width(self) -> float:
        """Width of all parts."""
        return len(self.parts) * (self.outer + PART_GAP) - PART_GAP

    @property
    def height(self) -> float:
        """Height of the longest part: the head and its rows."""
        return ROW * (1 + max(map(len, self.parts)))


def scene(picture: Picture, options: Options, page: Page) -> Scene:
    """The table in as many parts as fit the page best; raises Problem E903 when it would have no column."""
    colours = colouring(picture, options.colour)
    if options.colour == "auto":
        colours = colours._replace(legend=())  # the op is written beside the colour
    layout = _best(picture, colours, options, page)
    head = _heading(picture, colours, options, layout)
    top = MARGIN + head.height
    shapes: list[Shape] = list(head.shapes)
    for number, part in enumerate(layout.parts):
        left = MARGIN + number * (layout.outer + PART_GAP)
        shapes += _part(picture, colours, layout, part, left, top)
    size = 2 * MARGIN + head.width, top + layout.height + MARGIN
    return titled(picture.graph, *size, shapes)


STYLE = Style(scene, heeds=frozenset({"colour", "legend", "labels"}), labels=DEFAULT)


def _best(picture: Picture, colours: Colouring, options: Options, page: Page) -> _Layout:
    """The layout with the most columns, and of those the fewest parts, on which the text is legible."""
    if options.labels == ():
        hint = "leave `--label` out, or choose fields"
        raise Problem("E903", "a table needs a column", expected=", ".join(COLUMNS), hint=hint, argument="labels")
    last = picture.detail.merged and not (options.fold != "none" and _has_blocks(picture))
    choices = [options.labels] if options.labels is not None else _choices(picture, last)
    short = all("device" in fields for fields in choices)
    joined = short and picture.detail.folded and picture.detail.merged and options.colour != "device"
    rows = rows_of(picture, short, joined)
    layouts = [
        _layout(picture, options, fields, [*rows, *sums_of(picture, fields)], count)
        for fields in choices
        for count in range(1, MOST_PARTS + 1)
    ]
    sizes = [_size(layout, _heading(picture, colours, options, layout), page) for layout in layouts]
    enough = min(max(sizes), page.least)
    return next(layout for layout, size in zip(layouts, sizes, strict=True) if size >= enough)


def _has_blocks(picture: Picture) -> bool:
    """Whether more can be folded."""
    return any(scope.kind == "block" for scope in picture.drawn.scopes)


def _choices(picture: Picture, last: bool) -> list[tuple[str, ...]]:
    """The columns to try when none are asked for; fewer where nothing more can be folded."""
    device = ("device",) if picture.graph.devices else ()
    columns = (*DEFAULT[:1], *device, *DEFAULT[1:])
    return [columns, columns[:-1], *([columns[:-2], columns[1:-2]] if last else [])]


def _heading(picture: Picture, colours: Colouring, options: Options, layout: _Layout) -> Heading:
    """What stands above the table, as wide as the table or wider."""
    return heading(picture.graph, colours.legend, options, MARGIN, MARGIN, layout.width)


def _size(layout: _Layout, head: Heading, page: Page) -> float:
    """The size of the text when the table fills the page."""
    return SIZE * min(page.width / (head.width + 2 * MARGIN), page.height / (layout.height + head.height + 2 * MARGIN))


def _layout(picture: Picture, options: Options, fields: tuple[str, ...], rows: list[Row], count: int) -> _Layout:
    words = [text.width(times(number), SIZE, bold=True) for number in picture.repeats.values()]
    return _Layout(
        fields,
        tuple(_width(field, rows, first=not number) for number, field in enumerate(fields)),
        rows,
        _split(rows, count),
        options.colour != "none",
        max(row.depth for row in rows),
        max(len(row.repeats) for row in rows),
        PADDING + BRACKET + 4 + max(words, default=0.0),
    )


def _width(field: str, rows: Sequence[Row], first: bool) -> float:
    """Room for the cells of a column; in the first one the word for the totals stands beside their number."""
    cells = {(row.cells.get(field, ""), row.kind == "total") for row in rows}
    widths = [text.width(words, SIZE, bold) for words, bold in {*cells, (COLUMNS[field].heading, True)}]
    if first and COLUMNS[field].numeric:
        totals = [f"{row.name} {row.cells.get(field, '')}" for row in rows if row.kind == "total"]
        widths += [text.width(words, SIZE, bold=True) + PADDING for words in totals]
    return min(max(widths), WIDEST)


def _split(rows: Sequence[Row], count: int) -> list[range]:
    """Rows in parts of about equal length; sooner a shorter part than a cut through what belongs together."""
    length = ceil(len(rows) / count)
    parts, start = [], 0
    while start < len(rows):
        end = min(start + length, len(rows))
        shortest = max(end - length // 3, start + 1)
        end = next((at for at in range(end, shortest - 1, -1) if not _together(rows, at)), end)
        parts.append(range(start, end))
        start = end
    return parts


def _together(rows: Sequence[Row], at: int) -> bool:
    """Whether a cut before that row would go through a repetition, or part a section from its title."""
    if at == len(rows):
        return False
    return rows[at - 1].kind == "section" or not set(rows[at - 1].repeats).isdisjoint(rows[at].repeats)


def _part(
    picture: Picture, colours: Colouring, layout: _Layout, part: range, left: float, top: float
) -> Iterator[Shape]:
    """One of the parts side by side: the head, its rows and what repeats in it."""
    headings = Row("total", "", {field: COLUMNS[field].heading for field in layout.fields})
    ground = Rectangle(left, top, layout.inner, ROW, "head")
    yield Group("note", (ground, *_cells(layout, headings, left, top, "head", bold=True)))
    striped = True
    for place, index in enumerate(part, start=1):
        y = top + place * ROW
        row = layout.rows[index]
        striped = not striped and row.kind not in ("section", "total")
        yield _row(colours, layout, row, left, y, "stripe" if striped else "row")
    bottom = top + ROW * (1 + len(part))
    totals = sum(layout.rows[number].kind == "total" for number in part)
    rules = [top, top + ROW, bottom, *([bottom - totals * ROW] if totals else [])]
    yield Group("note", tuple(Path(((left, y), (left + layout.inner, y)), "rule") for y in rules))
    yield from _brackets(picture, layout, part, left + layout.inner, top + ROW)


def _row(colours: Colouring, layout: _Layout, row: Row, left: float, y: float, role: str) -> Group:
    place = Rectangle(left, y, layout.inner, ROW, role)
    start = left + PADDING + row.depth * INDENT
    if row.kind == "section":
        words = text.shorten(row.name, SIZE, left + layout.inner - PADDING - start, bold=True)
        return Group("section", (place, Text(start, _baseline(y), words, SIZE, role, bold=True)), row.title)
    if row.kind == "total":
        word = Text(start, _baseline(y), row.name, SIZE, role, bold=True)
        return Group("note", (place, word, *_cells(layout, row, left, y, role, bold=True)), row.title)
    shapes: list[Shape] = [place]
    if layout.chips:
        chip = colours.roles[row.name] if row.kind == "layer" else row.kind
        shapes.append(Rectangle(start, y + (ROW - CHIP) / 2, CHIP, CHIP, chip, 2, dashed=row.kind == "transfer"))
    shapes += _cells(layout, row, left, y, role)
    part: Part = row.kind
    return Group(part, tuple(shapes), row.title, row.name, row.device, stands_for=row.shown)


def _cells(layout: _Layout, row: Row, left: float, y: float, role: str, bold: bool = False) -> Iterator[Shape]:
    """Texts to the left, numbers to the right of their columns; the first column is indented as the row is."""
    x, indent = left + layout.start, (layout.depth - row.depth) * INDENT
    for field, width in zip(layout.fields, layout.widths, strict=True):
        numeric = COLUMNS[field].numeric
        if words := text.shorten(row.cells.get(field, ""), SIZE, width + 1e-6, bold):
            at = x + width if numeric else x - indent
            yield Text(at, _baseline(y), words, SIZE, role, "end" if numeric else "start", bold)
        x, indent = x + width + COLUMN_GAP, 0.0


def _baseline(y: float) -> float:
    return y + ROW / 2 + text.MIDDLE * SIZE


def _brackets(picture: Picture, layout: _Layout, part: range, right: float, top: float) -> Iterator[Group]:
    """A bracket beside the rows of every repetition, the inner ones nearer, with how often they come."""
    found: dict[str, list[int]] = {}
    levels: dict[str, int] = {}
    for at, index in enumerate(part):
        for level, name in enumerate(reversed(layout.rows[index].repeats)):
            found.setdefault(name, []).append(at)
            levels[name] = max(levels.get(name, 0), level)
    for name, places in found.items():
        x = right + levels[name] * layout.bracket + PADDING
        start, end = top + places[0] * ROW + 3, top + (places[-1] + 1) * ROW - 3
        line = Path(((x, start), (x + BRACKET, start), (x + BRACKET, end), (x, end)), "rule")
        words = times(picture.repeats[name])
        y = _baseline((start + end - ROW) / 2)
        label = Text(x + BRACKET + 4, y, words, SIZE, "remark", bold=True)
        yield Group("section", (line, label), words, name)
