"""The text of ``reset_parameters``: the values that training starts from, as the spec says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from ...compiler.graph import Graph, Init, Layer
from .layout import Bracket, Item, bracket, lay_out
from .parts import Tree
from .words import literal

FEW = 3
"""Up to so many parameters are drawn one by one, without a loop."""

ZERO = Init(distribution="constant", values=(0.0,))
"""Papers say "biases are 0, but for these layers", however many these are."""


@dataclass(frozen=True)
class Start:
    """One parameter and how it is drawn."""

    layer: Layer
    weight: str
    init: Init
    fan_in: tuple[int, ...]
    rows: int

    @property
    def key(self) -> str:
        return f"{self.layer.name}.{self.weight}"

    @property
    def fan_ins(self) -> str:
        """The fan-in of the unit, or one per row of the weight: ``[75] * 18 + [100] * 36``."""
        if len(set(self.fan_in)) == 1:
            return str(self.fan_in[0])
        per_map = zip(self.fan_in, self._rows_per_map(), strict=True)
        runs = groupby(fan_in for fan_in, count in per_map for _ in range(count))
        return " + ".join(f"[{fan_in}] * {len(list(run))}" for fan_in, run in runs)

    def _rows_per_map(self) -> Iterator[int]:
        """A bias has one row per output map, the kernels of a connection table one per connection."""
        kernels = self.rows != len(self.fan_in)
        total = sum(self.fan_in)
        return (self.rows * fan_in // total if kernels else 1 for fan_in in self.fan_in)


def starts_of(tree: Tree) -> list[Start]:
    """All parameters that the spec says a start of, in order."""
    found = []
    for layer in tree.graph.layers:
        if layer.init:
            shapes = tree.input_shapes(layer)
            weights, fan_in = layer.op.weights(*shapes), layer.op.fan_in(*shapes)
            found += [Start(layer, name, init, fan_in, weights[name][0]) for name, init in layer.init.items()]
    return found


def reset_parameters(tree: Tree, starts: list[Start]) -> Iterator[str]:
    """The lines of the method, one level indented."""
    yield "    def reset_parameters(self) -> None:"
    yield '        """Draws the values that training starts from, as the spec says."""'
    rules = _rules(tree.graph, starts)
    if rules:
        yield "        for name, parameter in self.named_parameters():"
        for word, (weight, init) in zip(["if", *["elif"] * len(rules)], rules.items(), strict=False):
            yield f'            {word} name.endswith("{weight}"):'
            yield from lay_out(4, "", _draw("parameter", init))
    rest = [start for start in starts if rules.get(start.weight) != start.init]
    grouped: dict[Init, list[Start]] = {}
    for start in rest:
        grouped.setdefault(start.init, []).append(start)
    for init, group in grouped.items():
        yield from _by_fan_in(init, group) if init.distribution == "fan_in_uniform" else _alike(init, group)


def _rules(graph: Graph, starts: list[Start]) -> dict[str, Init]:
    """For weights that the spec starts in every layer that has one: zero if any is, else what most of them have."""
    having = Counter(name for layer in graph.layers for name in _weight_names(graph, layer))
    rules = {}
    for weight in dict.fromkeys(start.weight for start in starts):
        inits = Counter(start.init for start in starts if start.weight == weight)
        init, count = max(inits.items(), key=lambda found: (found[0] == ZERO, found[1]))
        is_own_name = not any(other != weight and other.endswith(weight) for other in having)
        is_all = inits.total() == having[weight] and is_own_name
        if is_all and count > FEW and init.distribution != "fan_in_uniform":
            rules[weight] = init
    return rules


def _weight_names(graph: Graph, layer: Layer) -> Iterable[str]:
    return layer.op.weights(*graph.input_shapes(layer))


def _alike(init: Init, group: list[Start]) -> Iterator[str]:
    if len(group) <= FEW:
        for start in group:
            yield from lay_out(2, "", _draw(_parameter(start), init))
        return
    names = Bracket("", tuple(Item(f'"{start.key}"') for start in group))
    yield from lay_out(2, "for name in ", names, ":")
    yield from lay_out(3, "", _draw("self.get_parameter(name)", init))


def _by_fan_in(init: Init, group: list[Start]) -> Iterator[str]:
    gain = literal(init.values[0])
    if len(group) <= FEW:
        for start in group:
            arguments = [_parameter(start), gain, start.fan_ins]
            yield from lay_out(2, "", bracket("fan_in_uniform_", arguments))
        return
    pairs = tuple(Item(f'("{start.key}", {start.fan_ins})') for start in group if "[" not in start.fan_ins)
    yield from lay_out(2, "for name, fan_in in ", Bracket("", pairs), ":")
    yield f"            fan_in_uniform_(self.get_parameter(name), {gain}, fan_in)"
    for start in group:
        if "[" in start.fan_ins:
            yield from lay_out(2, "", bracket("fan_in_uniform_", [_parameter(start), gain, start.fan_ins]))


def _parameter(start: Start) -> str:
    return f'self.get_parameter("{start.key}")'


def _draw(parameter: str, init: Init) -> Bracket:
    """The call that draws a parameter."""
    values = [literal(value) for value in init.values]
    if init.distribution == "normal":
        mean = [f"mean={values[0]}"] if init.values[0] else []
        return bracket("nn.init.normal_", [parameter, *mean, f"std={values[1]}"])
    if init.distribution == "constant" and init.values[0] in (0, 1):
        return bracket("nn.init.ones_" if init.values[0] else "nn.init.zeros_", [parameter])
    return bracket(f"nn.init.{init.distribution}_", [parameter, *values])
