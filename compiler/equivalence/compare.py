"""Whether two nets compute the same function, given the right weights, and which weights these are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..graph import Graph, Layer
from ..values import Shape, format_shape
from .form import Form
from .mapping import Torn, Unfit
from .matching import Conflict
from .normalize import normal_form
from .pairs import Pair, paired
from .parting import Parting, Place, how_they_differ, makers, place_of
from .recipe import Recipe
from .weights import recipes


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
    inputs, outputs = paired(_inputs(first), _inputs(second)), paired(first.main_outputs, second.main_outputs)
    found = _differ("input", _inputs(first), _inputs(second), inputs)
    if found is not None:
        return Equivalence(first, second, found)
    pair = Pair(normal_form(first), normal_form(second), inputs)
    found = pair.parting(outputs) or _differ("output", _outputs(first), _outputs(second), outputs)
    if found is not None:
        return Equivalence(first, second, found)
    return _with_weights(pair, inputs, outputs)


def _with_weights(pair: Pair, inputs: Mapping[str, str], outputs: Mapping[str, str]) -> Equivalence:
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


def _in_training(
    first: Graph, second: Graph, inputs: Mapping[str, str], outputs: Mapping[str, str]
) -> Parting | None:  # fmt: skip
    """The first difference in training: dropout, batch normalization that one of the nets has folded, and the like."""
    for one, other in ((first, second), (second, first)):
        if len(one.auxiliary) > len(other.auxiliary):
            names = f"auxiliary output{'s' * (len(one.auxiliary) > 1)} {', '.join(one.auxiliary)}"
            return Parting(f"{one.net} has the {names}, {other.net} has {len(other.auxiliary) or 'none'}")
    pair = Pair(normal_form(first, training=True), normal_form(second, training=True), inputs)
    auxiliary = paired(pair.first.auxiliary, pair.second.auxiliary)
    return pair.parting({**outputs, **auxiliary})


def _inputs(graph: Graph) -> dict[str, Shape]:
    return {node.name: node.shape for node in graph.inputs}


def _outputs(graph: Graph) -> dict[str, Shape]:
    return {name: graph.by_name[node].shape for name, node in graph.main_outputs.items()}


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


def _told(failure: Conflict | Torn | Unfit, pair: Pair, forwards: bool) -> Parting:
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
