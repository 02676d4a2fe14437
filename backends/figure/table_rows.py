"""The layer table of a picture: its rows as texts, in the order in which they are read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping
from math import prod
from typing import Literal, NamedTuple

from ...compiler import BYTES_PER_VALUE, Layer, Transfer, format_bytes, format_shape
from ...compiler.summary import summary
from .folding.collapse import BlockUse
from .folding.tree import Sections
from .heading import totals_of
from .labels import FIELDS, IN_TRAINING, title_of_transfer, without_device
from .layered.items import Item, items_of
from .layered.writing import essential_parts
from .picture import Picture


class Column(NamedTuple):
    """A column: its heading, whether it holds numbers, and the cell of the layers of a row."""

    heading: str
    numeric: bool
    cell: Callable[[tuple[Layer, ...], bool], str]


class Row(NamedTuple):
    """A row. ``name`` is that of its first node, ``shown`` are the nodes of the graph that it stands for.

    A section has its title as its name and no cells; the totals are those of the whole net. ``cells`` are texts by
    column, ``repeats`` the repetitions that the row is in, the outermost first.
    """

    kind: Literal["input", "layer", "transfer", "output", "section", "total"]
    name: str
    cells: Mapping[str, str]
    title: str = ""
    device: str | None = None
    shown: tuple[str, ...] = ()
    repeats: tuple[str, ...] = ()
    depth: int = 0
    """Sections around it."""


def _sum(cost: Literal["parameters", "macs"]) -> Callable[[tuple[Layer, ...], bool], str]:
    """A cost of all layers of the row; empty where it is nothing."""

    def cell(layers: tuple[Layer, ...], merged: bool) -> str:
        total = sum(getattr(layer, cost) for layer in layers)
        return f"{total:,}" if total else ""

    return cell


def _op(layers: tuple[Layer, ...], merged: bool) -> str:
    """The op of the first layer; of those that follow it the keywords."""
    first, *others = layers
    short = merged and not isinstance(first.op, BlockUse)
    return ", ".join(
        [*(essential_parts(first) if short else [summary(first.op)]), *(layer.op.keyword for layer in others)]
    )


COLUMNS: Mapping[str, Column] = {
    "name": Column("layer", False, lambda layers, merged: layers[0].name),
    "op": Column("op", False, _op),
    "kernel": Column("kernel", True, lambda layers, merged: FIELDS["kernel"](layers[0])),
    "stride": Column("stride", True, lambda layers, merged: FIELDS["stride"](layers[0]).removeprefix("stride ")),
    "shape": Column("output", True, lambda layers, merged: FIELDS["shape"](layers[-1])),
    "params": Column("parameters", True, _sum("parameters")),
    "macs": Column("MACs", True, _sum("macs")),
    "bytes": Column("bytes", True, lambda layers, merged: FIELDS["bytes"](layers[-1])),
    "device": Column("device", False, lambda layers, merged: FIELDS["device"](layers[0])),
}
"""Columns by the field that they show."""


def _bytes(shape: tuple[int, ...]) -> str:
    """What an output of that shape takes for one sample."""
    return format_bytes(BYTES_PER_VALUE * prod(shape))


def rows_of(picture: Picture, short: bool, joined: bool) -> list[Row]:
    """All rows but the sums.

    ``short`` calls layers without their tower, because a column says where they are. ``joined``: what all towers have
    is one row.
    """
    rows = list(_Rows(picture, short).titled())
    return list(_joined(picture, rows)) if joined else rows


def _joined(picture: Picture, rows: list[Row]) -> Iterator[Row]:
    """The rows, with those that differ in their tower only as one, where the first of them stands."""
    towers = {scope.path for scope in picture.drawn.scopes if scope.kind == "tower"}
    alike: dict[Hashable, list[Row]] = {}
    for number, row in enumerate(rows):
        alike.setdefault(_but_for_tower(row, towers) or number, []).append(row)
    made = [_one_row(equal) if len(equal) > 1 else equal[0] for equal in alike.values()]
    depths = [row.depth for row in made if row.kind != "transfer"]
    following = iter([*depths[1:], 0])
    for row in made:
        deeper = row.kind == "transfer" or next(following) > row.depth
        if row.kind != "section" or deeper:  # the title of a second tower's section has lost its rows
            yield row


def _but_for_tower(row: Row, towers: Collection[str]) -> tuple[object, ...] | None:
    """What is the same for rows of several towers; None for a row that is in none."""
    tower, _, name = row.name.partition(".")
    cells = {field: words for field, words in row.cells.items() if field not in ("name", "device", "op")}
    if row.kind == "layer" and tower in towers and tower == row.device:
        return row.kind, name, row.depth, len(row.repeats), row.cells["op"], *cells.items()
    if row.kind == "transfer" and {tower, row.device} <= set(towers):
        return row.kind, name.partition("@")[0], *cells.items()
    return None


def _one_row(rows: list[Row]) -> Row:
    """Rows as one: with all devices, and with what each of them costs."""
    first, count = rows[0], len(rows)
    devices = ", ".join(dict.fromkeys(row.device for row in rows if row.device))
    costs = {field: f"{count} × {words}" for field in ("params", "macs") if (words := first.cells.get(field))}
    cells = {**first.cells, **costs, "device": devices}
    if first.kind == "transfer":
        cells["op"] = f"{count} copies, {first.cells['bytes']} each"
    title = "; ".join(row.title for row in rows)
    return first._replace(
        cells=cells, title=title, device=None, shown=tuple(node for row in rows for node in row.shown)
    )


def sums_of(picture: Picture, fields: Collection[str]) -> list[Row]:
    """The last rows, with the sums over the whole net, if a table with those columns has a place for them."""
    graph = picture.graph
    sums = {"params": f"{graph.total('parameters'):,}", "macs": f"{graph.total('macs'):,}"}
    if sums.keys().isdisjoint(fields):
        return []
    rows = [Row("total", "total", sums, f"total: {totals_of(graph)}")]
    if graph.auxiliary and "macs" in fields:
        more = f"{graph.total('macs', training=True) - graph.total('macs'):,}"
        rows.append(Row("total", f"more {IN_TRAINING}", {"macs": more}, f"more {IN_TRAINING}: {more} MACs"))
    return rows


class _Rows:
    def __init__(self, picture: Picture, short: bool) -> None:
        self.picture, self.drawn, self.short = picture, picture.drawn, short
        self.sections = Sections(self.drawn.sections)

    def titled(self) -> Iterator[Row]:
        """The rows with a row for every section before its first."""
        before: tuple[str, ...] = ()
        for item in self._in_order():
            names = self._around(item) if item.kind == "layers" else before
            for depth, name in enumerate(names):
                if names[: depth + 1] != before[: depth + 1]:
                    title = self.sections.by_name[name].title
                    yield Row("section", title, {}, title, depth=depth)
            before = names
            yield from (row._replace(depth=len(names) if row.kind == "layer" else 0) for row in self._of(item))

    def _in_order(self) -> list[Item]:
        """What is drawn, with what repeats together side by side, even where towers take turns."""
        items = items_of(self.drawn, merged=self.picture.detail.merged).all
        firsts: dict[str, int] = {}
        keys = [(*(firsts.setdefault(name, item.index) for name in self._repeats(item)), item.index) for item in items]
        return [items[key[-1]] for key in sorted(keys)]

    def _around(self, item: Item) -> tuple[str, ...]:
        """The sections around an item that the spec has, the outermost first."""
        return tuple(name for name in self.sections.line(item.section) if name and name not in self.picture.repeats)

    def _repeats(self, item: Item) -> tuple[str, ...]:
        """The repetitions around an item, the outermost first."""
        return tuple(name for name in self.sections.line(item.section) if name and name in self.picture.repeats)

    def _of(self, item: Item) -> Iterator[Row]:
        node = item.nodes[0]
        shape = format_shape(node.shape)
        if item.kind == "layers":
            for layers in item.bands:
                yield self._layers(item, layers)
        elif isinstance(node, Transfer):
            yield self._transfer(node, shape)
        elif item.kind == "input":
            cells = {"name": node.name, "op": "input", "shape": shape, "bytes": _bytes(node.shape)}
            yield Row("input", node.name, cells, f"input {node.name}: {shape}", shown=(node.name,))
        elif len(self.drawn.outputs) > 1 or item.name != "output":
            of = f"output of {node.name}" + f", {IN_TRAINING}" * item.in_training
            cells = {"name": item.name, "op": of, "shape": shape, "bytes": _bytes(node.shape)}
            yield Row("output", item.first, cells, f"{item.what} {item.name}: {shape}")

    def _transfer(self, node: Transfer, shape: str) -> Row:
        size = _bytes(node.shape)
        cells = {
            "name": self._name(node.layer, node.origin),
            "op": f"copy from {node.origin}, {size}",
            "shape": shape,
            "device": node.destination,
            "bytes": size,
        }
        shown = self.picture.nodes_of(node.name)
        return Row("transfer", node.name, cells, title_of_transfer(node), node.destination, shown)

    def _layers(self, item: Item, layers: tuple[Layer, ...]) -> Row:
        first = layers[0]
        cells = {field: column.cell(layers, self.picture.detail.merged) for field, column in COLUMNS.items()}
        cells["name"] = self._name(first.name, first.device)
        ops = ", ".join(summary(layer.op) for layer in layers)
        outputs = self.drawn.outputs.values()
        end = ", output" if any(layer.name in outputs for layer in layers) else ""
        title = f"{first.name}: {ops}, {cells['shape']}{end}"
        shown = self.picture.nodes_of(*(layer.name for layer in layers))
        return Row("layer", first.name, cells, title, first.device, shown, self._repeats(item))

    def _name(self, name: str, device: str | None) -> str:
        return without_device(name, device) if self.short else name
