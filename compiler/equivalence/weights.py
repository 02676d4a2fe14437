"""What the tensors of a net are made of, written down as recipes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import NamedTuple

from ..graph import Graph, Layer
from ..ops.conv import Conv
from ..values import Shape
from .mapping import Order, Row, WeightMapping
from .recipe import Folded, Minus, Recipe, Rows, Scale, Shaped, Tensor, Zeros, joined

COUNTER = "num_batches_tracked"
LINEAR = frozenset({"conv", "conv_transpose", "fc"})
"""Ops with a weight that may be folded, and whose columns may be in another order."""


class Run(NamedTuple):
    """Channels of a layer, one after another, whose weights are those of channels of one other layer in order."""

    length: int
    first: Row

    @property
    def layer(self) -> Layer:
        return self.first.layer

    @property
    def rows(self) -> range:
        return range(self.first.row, self.first.row + self.length)


def recipes(mapping: WeightMapping) -> tuple[dict[str, Recipe], list[str]]:
    """For every tensor of the target what it is made of; and the layers that nothing was found for."""
    found: dict[str, Recipe] = {}
    left_out: list[str] = []
    source, target = mapping.matching.source.form.graph, mapping.matching.target.form.graph
    for layer in target.layers:
        shapes = tensors(target, layer)
        rows = mapping.rows.get(layer.name, {})
        if not shapes:
            continue
        if layer.name in mapping.wholes:
            made = dict(_whole(mapping.wholes[layer.name], shapes))
        elif len(rows) == channels(layer):
            made = _Making(source, target, layer, list(_runs(rows))).all(shapes)
        else:
            left_out.append(layer.name)
            continue
        found |= {f"{layer.name}.{name}": recipe for name, recipe in made.items()}
    return found, left_out


def tensors(graph: Graph, layer: Layer) -> dict[str, Shape]:
    """What the state_dict has of a layer."""
    shapes = graph.input_shapes(layer)
    return layer.op.weights(*shapes) | layer.op.buffers(*shapes)


def channels(layer: Layer) -> int:
    """Channels, each of which has weights of its own: those of the output."""
    return layer.shape[0]


def _whole(layer: Layer, shapes: Iterable[str]) -> Iterator[tuple[str, Recipe]]:
    for name in shapes:
        yield name, Tensor(f"{layer.name}.{name}")


def _runs(rows: dict[int, Row]) -> Iterator[Run]:
    """The rows of a layer in as few runs as there can be."""
    count, first = 0, rows[0]
    for row in range(len(rows)):
        if not _goes_on(first, rows[row], count):
            yield Run(count, first)
            count, first = 0, rows[row]
        count += 1
    yield Run(count, first)


def _goes_on(first: Row, row: Row, count: int) -> bool:
    if row.layer is not first.layer or row.row != first.row + count or row.order is not first.order:
        return False
    ours = [*row.scales, *((row.shifted_by,) if row.shifted_by else ())]
    theirs = [*first.scales, *((first.shifted_by,) if first.shifted_by else ())]
    return [(layer.name, at) for layer, at in ours] == [(layer.name, at + count) for layer, at in theirs]


class _Making(NamedTuple):
    """The tensors of one layer of the target."""

    source: Graph
    target: Graph
    layer: Layer
    runs: list[Run]

    def all(self, shapes: dict[str, Shape]) -> dict[str, Recipe]:
        return {name: self._tensor(name, shape) for name, shape in shapes.items()}

    def _tensor(self, name: str, shape: Shape) -> Recipe:
        if name == COUNTER:
            return Tensor(f"{self.runs[0].layer.name}.{name}")
        is_weighted = self.layer.op.keyword in LINEAR
        if is_weighted and name == "weight":
            return joined([self._weight(run, shape) for run in self._weight_runs()], self._axis)
        make = self._bias if is_weighted else self._per_channel
        return joined([make(run, name, shape) for run in self.runs])

    @property
    def _axis(self) -> int:
        """The axis of a weight that is the output channels'; the other one is what they read."""
        return 1 if self.layer.op.keyword == "conv_transpose" else 0

    def _weight_runs(self) -> Iterator[Run]:
        """Kernels of a table stand in one list, so that channels with other tables are taken one by one."""
        for run in self.runs:
            if _table(run.layer) is None or (_table(self.layer) is not None and not run.first.order):
                yield run
            else:
                yield from (Run(1, _later(run.first, step)) for step in range(run.length))

    def _weight(self, run: Run, shape: Shape) -> Recipe:
        origin, table = tensors(self.source, run.layer)["weight"], _table(run.layer)
        whole = Tensor(f"{run.layer.name}.weight")
        made: Recipe
        if table is None:
            made, tail = _rows(whole, run.rows, origin[self._axis], self._axis), origin[1:]
        else:
            made, tail = _rows(whole, _kernels(table, run.rows), origin[0]), origin[1:]
            if _table(self.layer) is None or run.first.order:
                tail = (len(_kernels(table, run.rows)), *tail)
                made = Shaped(made, (1, *tail))
        made = _in_order(made, run.first.order, 1 - self._axis)
        scales = tuple(self._scales(run))
        if scales:
            made = Folded(made, scales, False, self._axis, 1 + len(tail))
        return made if self._axis or tail == shape[1:] else Shaped(made, (-1, *shape[1:]))

    def _bias(self, run: Run, name: str, shape: Shape) -> Recipe:
        scales = tuple(self._scales(run))
        origin = tensors(self.source, run.layer)
        whole = Tensor(f"{run.layer.name}.bias")
        zeros = Zeros(run.length, f"{run.layer.name}.weight")
        made: Recipe = _rows(whole, run.rows, origin["bias"][0]) if "bias" in origin else zeros
        return Folded(made, scales, True) if scales else made

    def _per_channel(self, run: Run, name: str, shape: Shape) -> Recipe:
        origin = tensors(self.source, run.layer)[name]
        made: Recipe = _rows(Tensor(f"{run.layer.name}.{name}"), run.rows, origin[0])
        if name == "running_mean" and run.first.shifted_by:
            layer, row = run.first.shifted_by
            constant = Tensor(f"{layer.name}.bias")
            made = Minus(made, _rows(constant, range(row, row + run.length), channels(layer)))
        return made if origin[1:] == shape[1:] else Shaped(made, (-1, *shape[1:]))

    def _scales(self, run: Run) -> Iterator[Scale]:
        for layer, start in run.first.scales:
            stop = None if run.length == channels(layer) else start + run.length
            yield Scale(layer.name, getattr(layer.op, "eps", None), start, stop)


def _rows(of: Recipe, rows: range, count: int, axis: int = 0) -> Recipe:
    return of if len(rows) == count else Rows(of, rows.start, rows.stop, axis)


def _in_order(of: Recipe, order: Order, axis: int) -> Recipe:
    if not order:
        return of
    return joined([Rows(of, start, stop, axis) for start, stop in order], axis)


def _later(row: Row, step: int) -> Row:
    """The row of a run so many channels further on."""
    return row._replace(row=row.row + step, scales=tuple((layer, at + step) for layer, at in row.scales))


def _table(layer: Layer) -> tuple[str, ...] | None:
    return layer.op.connect if isinstance(layer.op, Conv) else None


def _kernels(table: tuple[str, ...], rows: range) -> range:
    """Where the kernels of some output channels stand in the list of all kernels of a table."""
    counts = [column.count("X") for column in zip(*table, strict=True)]
    ends = list(accumulate(counts, initial=0))
    return range(ends[rows.start], ends[rows.stop])
