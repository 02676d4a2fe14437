"""Which tensor of a checkpoint belongs to which tensor of a module, where their names do not say so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

Shape: TypeAlias = tuple[int, ...]

COUNTER = "num_batches_tracked"
"""A buffer of batch normalization that older checkpoints lack; evaluation does not use it."""
KINDS = frozenset({"weight", "bias", "running_mean", "running_var"})
"""What PyTorch's layers call their tensors. A tensor with another name may be any of them."""


class Entry(NamedTuple):
    """A tensor by its name; the last part of it is its kind."""

    name: str
    shape: Shape

    @property
    def kind(self) -> str:
        return self.name.rpartition(".")[2]

    @property
    def owner(self) -> str:
        return self.name.rpartition(".")[0]


Pairs: TypeAlias = list[tuple[Entry, Entry]]
"""Tensors of the module with those of the checkpoint, in order; as many as the shorter of them has."""


def same_values(one: Shape, other: Shape) -> bool:
    """Whether shapes are equal but for ones at their end, so that values keep their order."""
    return _bare(one) == _bare(other)


def fits(one: Entry, other: Entry) -> bool:
    """Whether two tensors may be the same one: kind and shape agree."""
    return kinds_agree(one, other) and same_values(one.shape, other.shape)


def kinds_agree(one: Entry, other: Entry) -> bool:
    """Whether two tensors may be of one kind."""
    return one.kind == other.kind or not {one.kind, other.kind} <= KINDS


def entries(shapes: Mapping[str, Shape]) -> list[Entry]:
    """What is put in order: all but the counters, which go with their layers."""
    return [Entry(name, shape) for name, shape in shapes.items() if name.rpartition(".")[2] != COUNTER]


def orders(wanted: Sequence[Entry], given: Sequence[Entry]) -> tuple[Pairs, Pairs]:
    """The tensors of both side by side: as they stand, and with each module's own parameters after its parts.

    PyTorch lists a module's own parameters before those of its parts, wherever
    they are used: the `layer_scale` of torchvision's ConvNeXt stands before
    the block that it scales. A layer of its own for it stands behind.
    """
    return (
        list(zip(wanted, given, strict=False)),
        list(zip(_own_last(wanted), _own_last(given), strict=False)),
    )


def agree_until(pairs: Pairs) -> int:
    """How many tensors agree in order before the first that do not."""
    return next((at for at, pair in enumerate(pairs) if not fits(*pair)), len(pairs))


def _own_last(listed: Sequence[Entry]) -> list[Entry]:
    holders = {entry.owner for entry in listed if entry.kind not in KINDS}
    last = {owner: at for at, entry in enumerate(listed) for owner in _owners(entry.name) if owner in holders}

    def place(item: tuple[int, Entry]) -> tuple[int, float]:
        at, entry = item
        if entry.kind in KINDS:
            return at, float("-inf")
        return last[entry.owner], -len(entry.owner)  # that of the innermost module first

    return [entry for _, entry in sorted(enumerate(listed), key=place)]


def _owners(name: str) -> Iterator[str]:
    """All modules that a tensor is a part of, from its own to the whole."""
    while name:
        name = name.rpartition(".")[0]
        yield name


def _bare(shape: Shape) -> Shape:
    while shape and shape[-1] == 1:
        shape = shape[:-1]
    return shape
