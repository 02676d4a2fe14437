"""Functions of every value in normal form."""

from __future__ import annotations

from ..graph import Layer
from .building import Builder, key_of
from .form import Channels, Key, Operation, Part

MAXIMA = frozenset({"maxpool", "adaptive maxpool"})

GROWING = frozenset({"relu", "relu6", "tanh", "sigmoid", "hardsigmoid"})
GROWING_IF_POSITIVE = frozenset({"leaky_relu", "elu", "scaled_tanh"})
"""Activations that grow with their argument where none of their own arguments is negative."""


def value_by_value(builder: Builder, layer: Layer, operands: list[Channels]) -> Channels:
    """An op that is a function of every value: activations, and dropout in training.

    What grows with its argument may change places with a maximum: the maximum
    comes last.
    """
    return _of(builder, key_of(layer), Part(layer, None), operands[0])


def _of(builder: Builder, key: Key, part: Part, channels: Channels) -> Channels:
    form = builder.form
    made: dict[int, int] = {}
    for index, places in builder.by_maker(channels).items() if _grows(key) else ():
        maker = form.operations[index]
        if maker.key[0] in MAXIMA:
            inner = _of(builder, key, part, _before(maker, [channels[place] for place in places]))
            made |= zip(
                places, form.add(maker.key, "each", (inner,), len(places), maker.size, maker.parts), strict=True
            )
    alone = [place for place in range(len(channels)) if place not in made]
    for size, places in builder.by_size(channels, alone).items():
        read = [channels[place] for place in places]
        made |= zip(places, form.add(key, "each", (read,), len(read), size, (part,)), strict=True)
    return [made[place] for place in range(len(channels))]


def _before(maker: Operation, channels: Channels) -> Channels:
    """What an operation reads for some of its channels."""
    return [maker.reads[0][channel - maker.first] for channel in channels]


def _grows(key: Key) -> bool:
    name, *arguments = key
    if name in GROWING_IF_POSITIVE:
        return all(isinstance(entry, tuple) and entry[1] >= 0 for entry in arguments)
    return name in GROWING
