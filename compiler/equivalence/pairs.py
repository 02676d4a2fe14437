"""Two nets side by side: their normal forms and colours, where they part, and which channels correspond."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from .colours import Palette, from_above, from_below
from .form import Channels, Form
from .mapping import Torn, WeightMapping
from .matching import Coloured, Conflict, Matching
from .parting import Parting, Side, makers, parting

Colours: TypeAlias = tuple[Sequence[int], Sequence[int]]
"""Of the channels of both nets."""

MOST_PASSES = 3
"""Refinements of colours, where those before made channels equal that are not."""


@dataclass
class Pair:
    """The normal forms of two nets, whose inputs have been paired."""

    first: Form
    second: Form
    inputs: Mapping[str, str]

    def __post_init__(self) -> None:
        self.palette = Palette()
        self.below = self._below(exact=False)

    def _below(self, exact: bool, above: Sequence[Sequence[int] | None] = (None, None)) -> Colours:
        """How the channels of both nets are computed."""
        numbers = {name: self.palette.number(("input", index)) for index, name in enumerate(self.inputs)}
        theirs = {self.inputs[name]: number for name, number in numbers.items()}
        return (
            from_below(self.first, self.palette, numbers, exact, above[0]),
            from_below(self.second, self.palette, theirs, exact, above[1]),
        )

    def _above(self, below: Colours, outputs: Sequence[tuple[Channels, Channels]]) -> Colours:
        """What becomes of the channels of both nets."""
        ours, theirs = zip(*outputs, strict=True)
        return (
            from_above(self.first, self.palette, below[0], ours),
            from_above(self.second, self.palette, below[1], theirs),
        )

    def same(self, ours: Channels, theirs: Channels) -> bool:
        """Whether channels of both nets are computed alike, one by one."""
        return _same(self.below, ours, theirs)

    def parting(self, outputs: Mapping[str, str]) -> Parting | None:
        """Where the nets part on the way to these outputs."""
        pairs = list(self._outputs(outputs))
        if all(self.same(ours, theirs) for ours, theirs in pairs):
            return None
        sides = tuple(
            Side(form, below, form.needed(listed))
            for form, below, listed in zip((self.first, self.second), self.below, zip(*pairs, strict=True), strict=True)
        )
        return parting(sides[0], sides[1]) or self._at_the_end(sides[0], sides[1], pairs)

    def _at_the_end(self, first: Side, second: Side, pairs: Sequence[tuple[Channels, Channels]]) -> Parting:
        """Outputs that are made of the same layers, but of others of them, or of more."""
        ours, theirs = next(pair for pair in pairs if not self.same(*pair))
        places = makers(first.form, ours), makers(second.form, theirs)
        if len(ours) != len(theirs):
            return Parting(f"{len(ours)} channels against {len(theirs)}", *places)
        return Parting("the outputs are those of other layers, or in another order", *places)

    def mapping(self, outputs: Mapping[str, str], forwards: bool) -> WeightMapping:
        """Where the weights of one of the nets come from. Raises Conflict, Unfit and Torn."""
        pairs = [*self._outputs(outputs), *self._alike_in_training()]
        exact = self._below(exact=True)
        is_exact = all(_same(exact, *pair) for pair in pairs)
        below = exact if is_exact else self.below
        above = self._above(below, pairs)
        for more in reversed(range(MOST_PASSES)):
            try:
                return _mapping(self._coloured(exact, below, above, forwards), pairs, forwards)
            except (Conflict, Torn):
                if not more:
                    raise
            below = self._below(is_exact, above)
            above = self._above(below, pairs)
        raise AssertionError("unreachable")

    def _coloured(self, exact: Colours, below: Colours, above: Colours, forwards: bool) -> tuple[Coloured, Coloured]:
        """The source and the target."""
        first = Coloured(self.first, self.below[0], exact[0], below[0], above[0])
        second = Coloured(self.second, self.below[1], exact[1], below[1], above[1])
        return (first, second) if forwards else (second, first)

    def _outputs(self, names: Mapping[str, str]) -> Iterator[tuple[Channels, Channels]]:
        ours, theirs = ({**form.outputs, **form.auxiliary} for form in (self.first, self.second))
        return ((ours[name], theirs[other]) for name, other in names.items())

    def _alike_in_training(self) -> Iterator[tuple[Channels, Channels]]:
        """Auxiliary outputs that both nets have: their weights are mapped too."""
        for name, other in paired(self.first.auxiliary, self.second.auxiliary).items():
            if self.same(self.first.auxiliary[name], self.second.auxiliary[other]):
                yield self.first.auxiliary[name], self.second.auxiliary[other]


def _mapping(
    coloured: tuple[Coloured, Coloured], outputs: Sequence[tuple[Channels, Channels]], forwards: bool
) -> WeightMapping:  # fmt: skip
    """Where the weights of the target come from, given which outputs correspond."""
    matching = Matching(*coloured)
    for ours, theirs in outputs:
        for channel, image in zip(*((theirs, ours) if forwards else (ours, theirs)), strict=True):
            matching.pair(channel, image)
    matching.spread()
    found = WeightMapping(matching)
    found.fill()
    return found


def _same(below: Colours, ours: Channels, theirs: Channels) -> bool:
    return [below[0][channel] for channel in ours] == [below[1][channel] for channel in theirs]


def paired(ours: Mapping[str, object], theirs: Mapping[str, object]) -> dict[str, str]:
    """By name where the names are the same, else in order."""
    if ours.keys() == theirs.keys():
        return {name: name for name in ours}
    return dict(zip(ours, theirs, strict=False))
