"""From channels that correspond to the weights of one net as those of the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import NamedTuple, TypeAlias

from ..graph import Layer
from .form import LINEAR, Form, Operation, Part, scaling
from .matching import Columns, Matching

Order: TypeAlias = tuple[tuple[int, int], ...]
"""Runs of a weight's entries along the axis of what it reads, from the first to before the last."""


class Row(NamedTuple):
    """Where the weights of one channel of a layer come from."""

    layer: Layer
    row: int
    scales: tuple[tuple[Layer, int], ...] = ()
    """Layers of the source, and their channels, that are folded into it."""
    order: Order = ()
    """What of the source's weights it reads, one run after the other; empty where that is all, in order."""
    shifted_by: tuple[Layer, int] | None = None
    """For a batch normalization the layer of the source before it, whose constant the target does not have."""


class Unfit(Exception):  # noqa: N818 - a finding, which becomes a sentence
    """A layer of the target that scales has no counterpart in the source."""

    def __init__(self, ours: Sequence[Layer], theirs: Sequence[Layer]) -> None:
        super().__init__(ours, theirs)
        self.ours = ours
        self.theirs = theirs


class Torn(Exception):  # noqa: N818 - a finding, which becomes a sentence
    """A channel of a layer of the target would need the weights of two of the source."""

    def __init__(self, layer: Layer, images: tuple[Layer, Layer]) -> None:
        super().__init__(layer, images)
        self.layer = layer
        self.images = images


@dataclass
class WeightMapping:
    """For the layers of the target where their weights come from."""

    matching: Matching
    rows: dict[str, dict[int, Row]] = field(default_factory=dict)
    """By layer and channel."""
    wholes: dict[str, Layer] = field(default_factory=dict)
    """Layers whose weights are taken as they are."""
    _orders: dict[tuple[int, int], Order] = field(default_factory=dict)
    _equal: dict[Order, Order] = field(default_factory=dict)

    def fill(self) -> None:
        """Raises Unfit and Torn."""
        source, target = self.matching.source.form, self.matching.target.form
        for channel, image in sorted(self.matching.image.items()):
            made, other = target.made_by(channel), source.made_by(image)
            if made.parts and other.parts:
                for layer, row, found in self._rows(made, channel - made.first, other, image - other.first):
                    self._put(layer, row, found)

    def _rows(self, made: Operation, at: int, other: Operation, image: int) -> Iterator[tuple[Layer, int, Row]]:
        """The rows of one channel's layers."""
        part, origin = made.parts[0], other.parts[0]
        if part.rows is None or origin.rows is None:
            self._put_whole(part.layer, origin.layer)
            return
        if not part.rows:
            return
        row = Row(origin.layer, origin.rows[image])
        if made.key[0] not in LINEAR:
            yield part.layer, part.rows[at], row
            return
        row = row._replace(order=self._order(made, other))
        ours, theirs = made.parts[1:], other.parts[1:]
        folded, beside = theirs[: len(theirs) - len(ours)], theirs[len(theirs) - len(ours) :]
        lost = bool(folded and ours) and not getattr(part.layer.op, "bias", False)
        if lost or list(map(scaling, ours)) != list(map(scaling, beside)):
            raise Unfit([entry.layer for entry in made.parts], [entry.layer for entry in other.parts])
        scales = tuple((entry.layer, entry.rows[image]) for entry in folded if entry.rows is not None)
        yield part.layer, part.rows[at], row._replace(scales=scales)
        yield from _side_by_side(ours, at, beside, image, (part.layer, row))

    def _order(self, made: Operation, other: Operation) -> Order:
        """How an operation of the target reads what its image reads; equal orders are one object."""
        matching = self.matching
        indices = (matching.target.form.maker[made.first], matching.source.form.maker[other.first])
        if indices not in self._orders:
            found = _runs(matching.source.form, other, matching.columns[indices])
            self._orders[indices] = self._equal.setdefault(found, found)
        return self._orders[indices]

    def _put(self, layer: Layer, row: int, found: Row) -> None:
        rows = self.rows.setdefault(layer.name, {})
        known = rows.setdefault(row, found)
        if known is not found and known != found:
            raise Torn(layer, (known.layer, found.layer))

    def _put_whole(self, layer: Layer, found: Layer) -> None:
        known = self.wholes.setdefault(layer.name, found)
        if known is not found and (layer.parameters or layer.buffers):
            raise Torn(layer, (known, found))


def _runs(form: Form, image: Operation, columns: Columns) -> Order:
    """The columns as runs of entries; a fully connected layer has one entry for every value of a channel."""
    is_matrix = image.parts[0].layer.op.keyword == "fc"
    counts = [form.values(channel) if is_matrix else 1 for channel in image.reads[0]]
    starts = list(accumulate(counts, initial=0))
    if columns == tuple(range(len(counts))):
        return ()
    runs: list[tuple[int, int]] = []
    for place in columns:
        start, stop = starts[place], starts[place + 1]
        if runs and runs[-1][1] == start:
            start = runs.pop()[0]
        runs.append((start, stop))
    return tuple(runs)


def _side_by_side(
    ours: Sequence[Part], at: int, theirs: Sequence[Part], image: int, before: tuple[Layer, Row]
) -> Iterator[tuple[Layer, int, Row]]:
    """Layers that scale in both nets; the first batch normalization takes a constant that only the source adds."""
    layer, row = before
    lost = getattr(row.layer.op, "bias", False) and not getattr(layer.op, "bias", False)
    for own, other in zip(ours, theirs, strict=True):
        if own.rows is None or other.rows is None:
            continue
        found = Row(other.layer, other.rows[image])
        if lost and own.layer.op.keyword == "batchnorm":
            found, lost = found._replace(shifted_by=(row.layer, row.row)), False
        yield own.layer, own.rows[at], found
