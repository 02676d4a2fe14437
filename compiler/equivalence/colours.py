"""Colours: what of two nets may correspond, whatever its name and its order.

A channel's colour from below says how it is computed, with no regard to weights and to orders that weights can make
good; equal colours mean equal functions, given the right weights. Its colour from above says what becomes of it. It is
what isomorphisms of graphs are found by (Weisfeiler and Leman 1968), in passes up and down.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field

from .form import ANY_ORDER, Channels, Form, Key, Operation, scaling

FEW = 4
"""Colours that are listed one by one; of more it is said how often they are there."""


@dataclass
class Palette:
    """Numbers for colours, which are the same for all nets that it is used for."""

    numbers: dict[Hashable, int] = field(default_factory=dict)

    def number(self, colour: Hashable) -> int:
        return self.numbers.setdefault(colour, len(self.numbers))

    def several(self, colours: Sequence[int]) -> int:
        """The colour of as many of each, in any order."""
        if len(colours) <= FEW:
            return self.number(tuple(sorted(colours)))
        return self.number(tuple(sorted(Counter(colours).items())))


def from_below(
    form: Form, palette: Palette, inputs: Mapping[str, int], exact: bool = False, above: Sequence[int] | None = None
) -> list[int]:
    """For every channel how it is computed from the net's inputs, which have these numbers.

    With ``exact`` it matters too which layers scale a weighted sum; else a
    batch normalization is like a constant that is added. With the colours from
    above it matters what else becomes of what it is computed from: a sum of
    one channel with itself is then not one of two that are alike.
    """
    places = {channels[0]: inputs[name] for name, channels in form.inputs.items()}
    found: list[int] = []
    for made in form.operations:
        known = [[found[channel] for channel in operand] for operand in made.reads]
        if made.first in places and made.key == ("input",):
            known = [[places[made.first]]]
        key = (made.key, *map(scaling, made.parts[1:])) if exact else made.key
        colours = _made(made, key, known, palette)
        if above is not None:
            colours = [palette.number((colour, above[own])) for colour, own in zip(colours, made.channels, strict=True)]
        found += colours
    return found


def _made(made: Operation, key: Key, known: list[list[int]], palette: Palette) -> list[int]:
    """The colours of an operation's channels, of those of its operands."""
    number = palette.number
    if made.mode == "each":
        order = sorted if made.key[0] in ANY_ORDER else tuple
        rows = zip(*known, strict=True) if known else ((),) * made.count
        return [number((key, *order(row))) for row in rows]
    if made.mode == "all":
        return [number((key, palette.several(known[0])))] * made.count
    if made.mode == "among":
        together = palette.several(known[0])
        return [number((key, together, own)) for own in known[0]]
    together = number(tuple(known[0]))
    return [number((key, together, place)) for place in range(made.count)]


def from_above(form: Form, palette: Palette, below: Sequence[int], outputs: Sequence[Channels]) -> list[int]:
    """For every channel what the outputs make of it; channels that they do not need have the colour of nothing."""
    needed = form.needed(outputs)
    uses: list[list[int]] = [[] for _ in form.maker]
    for index, channels in enumerate(outputs):
        for place, channel in enumerate(channels):
            uses[channel].append(palette.number(("output", index, place)))
    found = [-1] * len(form.maker)
    for made, is_needed in zip(reversed(form.operations), reversed(needed), strict=True):
        for channel in made.channels:
            found[channel] = palette.several(uses[channel])
        if is_needed:
            _use(made, [found[channel] for channel in made.channels], below, uses, palette)
    return found


def _use(
    made: Operation, above: list[int], below: Sequence[int], uses: list[list[int]], palette: Palette
) -> None:  # fmt: skip
    """Adds to the operands of an operation what becomes of them."""
    number = palette.number
    if made.mode == "each":
        for place, operand in enumerate(made.reads):
            name = "" if made.key[0] in ANY_ORDER else place
            for channel, own, colour in zip(operand, made.channels, above, strict=True):
                uses[channel].append(number((name, below[own], colour)))
        return
    for operand in made.reads:
        if made.mode == "ordered":
            together = number((made.key, tuple(above)))
            for place, channel in enumerate(operand):
                uses[channel].append(number((together, place)))
            continue
        together = number((made.key, below[made.first] if made.mode == "all" else "", palette.several(above)))
        for place, channel in enumerate(operand):
            uses[channel].append(together if made.mode == "all" else number((together, above[place])))
