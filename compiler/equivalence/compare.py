"""Whether two nets compute the same function, given the right weights, and which weights these are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from ..graph import Graph, Layer
from ..values import Shape, format_shape
from .colours import Palette, from_above, from_below
from .form import Channels, Form
from .mapping import Mapping as Rows
from .mapping import Torn, Unfit
from .matching import Coloured, Conflict, Matching
from .normalize import normal_form
from .parting import Parting, Place, Side, how_they_differ, makers, parting, place_of
from .recipe import Recipe
from .weights import recipes

Colours: TypeAlias = tuple[Sequence[int], Sequence[int]]
"""Of the channels of both nets."""

MOST_PASSES = 3
"""Refinements of colours, where those before made channels equal that are not."""


@dataclass(frozen=True)
class Equivalence:
    """What two nets have to do with each other.

    Where ``parting`` is None they compute the same in evaluation, once the
    target has the weights that ``recipes`` make of those of the source.
    """

    first: Graph
    second: Graph
    parting: Parting | None
    """Why they do not compute the same, or why no weights were found."""
    in_training: Parting | None = None
    """What differs in training, though evaluation is the same."""
    forwards: bool = True
    """Whether the source of the weights is the first net; else it is the second."""
    not_forwards: str = ""
    """Where it is not, why weights cannot go from the first net to the second."""
    recipes: Mapping[str, Recipe] = field(default_factory=dict)
    """For every tensor in the state_dict of the target what it is made of."""
    left_out: tuple[str, ...] = ()
    """Layers of the target that evaluation does not need, and that the source does not have."""
    inputs: Mapping[str, str] = field(default_factory=dict)
    """The first net's names -> the second's."""
    outputs: Mapping[str, str] = field(default_factory=dict)

    @property
    def source(self) -> Graph:
        return self.first if self.forwards else self.second

    @property
    def target(self) -> Graph:
        return self.second if self.forwards else self.first


def equivalence(first: Graph, second: Graph) -> Equivalence:
    """Compares two nets in evaluation: what each computes of its inputs, with no regard to names and weights.

    Rules of arithmetic that are known: towers and groups, batch normalization
    and scales after weighted sums, convolutions of whole maps as fully
    connected layers, order of branches, relu and maxpool, layers that do
    nothing. Nets that need others to be seen as equal are not. Raises Problem
    E911 for a net with too many channels.
    """
    inputs, outputs = _paired(_inputs(first), _inputs(second)), _paired(first.main_outputs, second.main_outputs)
    found = _differ("input", _inputs(first), _inputs(second), inputs)
    if found is not None:
        return Equivalence(first, second, found)
    pair = _Pair(normal_form(first), normal_form(second), inputs)
    found = pair.parting(outputs) or _differ("output", _outputs(first), _outputs(second), outputs)
    if found is not None:
        return Equivalence(first, second, found)
    return _with_weights(pair, inputs, outputs)


def _with_weights(pair: _Pair, inputs: Mapping[str, str], outputs: Mapping[str, str]) -> Equivalence:
    """Weights from the first net to the second, or where that cannot be, from the second to the first."""
    first, second = pair.first.graph, pair.second.graph
    failures: list[Parting] = []
    for forwards in (True, False):
        try:
            found, left_out = recipes(pair.mapping(outputs, forwards))
        except (Conflict, Torn, Unfit) as failure:
            failures.append(_told(failure, pair, forwards))
            continue
        return Equivalence(
            first, second, None, _in_training(first, second, inputs, outputs),
            forwards, "".join(failure.reason for failure in failures), found, tuple(left_out), inputs, outputs,
        )  # fmt: skip
    return Equivalence(first, second, failures[0])


@dataclass
class _Pair:
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

    def mapping(self, outputs: Mapping[str, str], forwards: bool) -> Rows:
        """Where the weights of one of the nets come from. Raises Conflict, Unfit and Torn."""
        pairs = [*self._outputs(outputs), *self._alike_in_training()]
        exact = self._below(exact=True)
        is_exact = all(_same(exact, *pair) for pair in pairs)
        below = exact if is_exact else self.below
        above = self._above(below, pairs)
        for more in reversed(range(MOST_PASSES)):
            try:
                return _rows(self._coloured(below, above, forwards), pairs, forwards)
            except (Conflict, Torn):
                if not more:
                    raise
            below = self._below(is_exact, above)
            above = self._above(below, pairs)
        raise AssertionError("unreachable")

    def _coloured(self, below: Colours, above: Colours, forwards: bool) -> tuple[Coloured, Coloured]:
        """The source and the target."""
        first = Coloured(self.first, self.below[0], below[0], above[0])
        second = Coloured(self.second, self.below[1], below[1], above[1])
        return (first, second) if forwards else (second, first)

    def _outputs(self, names: Mapping[str, str]) -> Iterator[tuple[Channels, Channels]]:
        ours, theirs = ({**form.outputs, **form.auxiliary} for form in (self.first, self.second))
        return ((ours[name], theirs[other]) for name, other in names.items())

    def _alike_in_training(self) -> Iterator[tuple[Channels, Channels]]:
        """Auxiliary outputs that both nets have: their weights are mapped too."""
        for name, other in _paired(self.first.auxiliary, self.second.auxiliary).items():
            if self.same(self.first.auxiliary[name], self.second.auxiliary[other]):
                yield self.first.auxiliary[name], self.second.auxiliary[other]


def _rows(
    coloured: tuple[Coloured, Coloured], outputs: Sequence[tuple[Channels, Channels]], forwards: bool
) -> Rows:  # fmt: skip
    """Where the weights of the target come from, given which outputs correspond."""
    matching = Matching(*coloured)
    for ours, theirs in outputs:
        for channel, image in zip(*((theirs, ours) if forwards else (ours, theirs)), strict=True):
            matching.pair(channel, image)
    matching.spread()
    found = Rows(matching)
    found.fill()
    return found


def _same(below: Colours, ours: Channels, theirs: Channels) -> bool:
    return [below[0][channel] for channel in ours] == [below[1][channel] for channel in theirs]


def _in_training(
    first: Graph, second: Graph, inputs: Mapping[str, str], outputs: Mapping[str, str]
) -> Parting | None:  # fmt: skip
    """The first difference in training: dropout, batch normalization that one of the nets has folded, and the like."""
    for one, other in ((first, second), (second, first)):
        if len(one.auxiliary) > len(other.auxiliary):
            names = f"auxiliary output{'s' * (len(one.auxiliary) > 1)} {', '.join(one.auxiliary)}"
            return Parting(f"{one.net} has the {names}, {other.net} has {len(other.auxiliary) or 'none'}")
    pair = _Pair(normal_form(first, training=True), normal_form(second, training=True), inputs)
    auxiliary = _paired(pair.first.auxiliary, pair.second.auxiliary)
    return pair.parting({**outputs, **auxiliary})


def _inputs(graph: Graph) -> dict[str, Shape]:
    return {node.name: node.shape for node in graph.inputs}


def _outputs(graph: Graph) -> dict[str, Shape]:
    return {name: graph.by_name[node].shape for name, node in graph.main_outputs.items()}


def _paired(ours: Mapping[str, object], theirs: Mapping[str, object]) -> dict[str, str]:
    """By name where the names are the same, else in order."""
    if ours.keys() == theirs.keys():
        return {name: name for name in ours}
    return dict(zip(ours, theirs, strict=False))


def _differ(
    what: str, ours: Mapping[str, Shape], theirs: Mapping[str, Shape], pairs: Mapping[str, str]
) -> Parting | None:
    """That there are more inputs or outputs in one of the nets, or that they have other shapes."""
    if len(ours) != len(theirs):
        counts = f"{len(ours)} {what}{'s' * (len(ours) != 1)} against {len(theirs)}"
        return Parting(f"{counts}: {', '.join(ours)} against {', '.join(theirs)}")
    for name, other in pairs.items():
        if ours[name] != theirs[other]:
            shapes = f"{format_shape(ours[name])} against {format_shape(theirs[other])}"
            return Parting(f"the {_both(what, name, other)} has another shape: {shapes}")
    return None


def _both(what: str, name: str, other: str) -> str:
    if name == other:
        return what if name == what else f"{what} {name}"
    return f"{what} {name}, or {other},"


def _told(failure: Conflict | Torn | Unfit, pair: _Pair, forwards: bool) -> Parting:
    """Why weights cannot go from one net to the other, in the order of the nets."""
    source, target = (pair.first, pair.second) if forwards else (pair.second, pair.first)
    if isinstance(failure, Unfit):
        reason = _other_scales(failure, target.graph, source.graph, forwards)
        here, there = _places(target, failure.ours), _places(source, failure.theirs)
    elif isinstance(failure, Torn):
        reason = "a layer of one would need the weights of two of the other"
        here, there = _places(target, [failure.layer]), _places(source, failure.images)
    else:
        reason = "a layer of one would have to be two of the other"
        here, there = makers(target, [failure.channel]), makers(source, failure.images)
    return Parting(reason, there, here) if forwards else Parting(reason, here, there)


def _other_scales(failure: Unfit, target: Graph, source: Graph, forwards: bool) -> str:
    """Why layers that scale cannot take each other's weights, as the first net has them against the second."""
    if len(failure.theirs) == 1:
        return f"{source.net} has nothing like {failure.ours[1].name} of {target.net}"
    if len(failure.ours) != len(failure.theirs):
        return "they scale channels in different places"
    pairs = [(theirs.op, ours.op) for ours, theirs in zip(failure.ours, failure.theirs, strict=True)][1:]
    reasons = (how_they_differ(*(pair if forwards else reversed(pair))) for pair in pairs)
    return next(reason for reason in reasons if reason)


def _places(form: Form, layers: Sequence[Layer]) -> tuple[Place, ...]:
    return tuple(place_of(form.graph, layer) for layer in layers)
