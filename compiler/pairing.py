"""Which nodes of two graphs correspond: by name, by name without the tower, and by place where names differ."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from itertools import islice
from typing import NamedTuple, TypeAlias

from .graph import Graph, Input, Layer, Transfer

Node: TypeAlias = Input | Layer

MOST_SOURCES = 8
"""An unpaired layer that joins more is not looked through: work would grow with the square of the net."""


class Pair(NamedTuple):
    """Nodes that correspond. Nothing before is new, nothing after is gone; several are the same layer of towers."""

    before: tuple[Node, ...]
    after: tuple[Node, ...]


class Side:
    """One of the two graphs, as it is read without transfers."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.towers = tuple(scope.path for scope in graph.scopes if scope.kind == "tower")
        self.places = frozenset({"device"} if graph.devices else ()) | ({"section"} if graph.sections else set())
        """What is said of where its layers are: nets without sections have none to move between."""
        self.nodes: dict[str, Node] = {node.name: node for node in graph.nodes if not isinstance(node, Transfer)}
        self.reads = {name: tuple(map(self._origin, node.inputs)) for name, node in self.nodes.items()}
        self.readers: dict[str, list[str]] = {name: [] for name in self.nodes}
        for name, sources in self.reads.items():
            for source in dict.fromkeys(sources):
                self.readers[source].append(name)
        self.pairs: dict[str, int] = {}
        """Number of the pair of every node that has one."""
        self._by_place: dict[tuple[str, Callable[[Node], Hashable]], dict[Hashable, list[str]]] = {}
        self._sources: dict[str, tuple[Hashable, ...]] = {}

    def _origin(self, name: str) -> str:
        node = self.graph.by_name[name]
        return node.layer if isinstance(node, Transfer) else name

    def bare(self, name: str) -> str:
        """A name without that of its tower."""
        first, dot, rest = name.partition(".")
        return rest if dot and first in self.towers else name

    def waiting(self) -> Iterator[Node]:
        """Nodes without a pair, in order."""
        return (node for name, node in self.nodes.items() if name not in self.pairs)

    def at_place(self, source: str, key: Callable[[Node], Hashable], value: Hashable) -> str | None:
        """The one unpaired node that reads a node and has that key; None where there are none or several."""
        table = self._by_place.get((source, key))
        if table is None:
            table = self._by_place[source, key] = {}
            for name in self.readers[source]:
                table.setdefault(key(self.nodes[name]), []).append(name)
        waiting = (name for name in table.get(value, ()) if name not in self.pairs)
        found = list(islice(waiting, 2))
        return found[0] if len(found) == 1 else None

    def sources(self, name: str) -> tuple[Hashable, ...]:
        """Pairs that a node reads. An unpaired layer is looked through; one that joins many stands for itself."""
        found: dict[Hashable, None] = {}
        for source in self.reads[name]:
            if source in self.pairs:
                found[self.pairs[source]] = None
            else:
                found |= dict.fromkeys(self._through(source))
        return tuple(found)

    def output(self, name: str) -> tuple[Hashable, ...]:
        """The pair of what an output hands out, or what that reads where it has no pair."""
        node = self._origin(self.graph.outputs[name])
        return (self.pairs[node],) if node in self.pairs else ("unpaired", node)

    def _through(self, name: str) -> tuple[Hashable, ...]:
        """What an unpaired node hands on. Nodes are asked in order, so that those before it are known."""
        return self._sources.get(name, (name,))

    def look_through(self) -> None:
        """Finds out, once all pairs are known, what unpaired layers hand on."""
        for node in self.waiting():
            sources = self.sources(node.name)
            if 0 < len(sources) <= MOST_SOURCES:
                self._sources[node.name] = sources


def pairs_of(before: Side, after: Side) -> list[Pair]:
    """All nodes of two graphs, each in one pair. Time grows with the number of nodes and edges."""
    pairs: list[Pair] = []

    def join(olds: Iterable[Node], news: Iterable[Node]) -> None:
        pair = Pair(tuple(olds), tuple(news))
        for node in pair.before:
            before.pairs[node.name] = len(pairs)
        for node in pair.after:
            after.pairs[node.name] = len(pairs)
        pairs.append(pair)

    for name, node in after.nodes.items():
        if name in before.nodes and before.nodes[name].kind == node.kind:
            join([before.nodes[name]], [node])
    _join_towers(before, after, join)
    _join_inputs(before, after, join)
    _join_places(before, after, join, pairs)
    before.look_through()
    after.look_through()
    removed = [Pair((node,), ()) for node in before.waiting()]
    return [*pairs, *removed, *(Pair((), (node,)) for node in after.waiting())]


Join: TypeAlias = Callable[[Iterable[Node], Iterable[Node]], None]


def _join_towers(before: Side, after: Side, join: Join) -> None:
    """The same layer of all towers is one with that of other towers, or with the layer that both became."""
    olds, news = _by_bare_name(before), _by_bare_name(after)
    for name, nodes in news.items():
        counterparts = olds.get(name, [])
        if len(counterparts) == len(nodes):
            for old, new in zip(counterparts, nodes, strict=True):
                join([old], [new])
        elif counterparts:
            join(counterparts, nodes)


def _by_bare_name(side: Side) -> dict[str, list[Node]]:
    found: dict[str, list[Node]] = {}
    for node in side.waiting():
        if isinstance(node, Layer):
            found.setdefault(side.bare(node.name), []).append(node)
    return found


def _join_inputs(before: Side, after: Side, join: Join) -> None:
    """An input of another name, where it is the only one of its shape."""
    news = [node for node in after.waiting() if isinstance(node, Input)]
    olds = [node for node in before.waiting() if isinstance(node, Input)]
    for new in news:
        same = [node for node in olds if node.shape == new.shape]
        if len(same) == 1 and sum(node.shape == new.shape for node in news) == 1:
            join(same, [new])


def _join_places(before: Side, after: Side, join: Join, pairs: list[Pair]) -> None:
    """A layer of another name that reads the same: with the same op and shape, or else with the same role and shape."""
    for new in list(after.waiting()):
        sources = after.reads[new.name]
        if not isinstance(new, Layer) or not sources or any(name not in after.pairs for name in sources):
            continue
        numbers = [after.pairs[name] for name in sources]
        first = pairs[numbers[0]].before
        for key in (_kind, _role):
            if len(first) != 1 or after.at_place(sources[0], key, key(new)) != new.name:
                continue
            old = before.at_place(first[0].name, key, key(new))
            if old is not None and [before.pairs.get(name) for name in before.reads[old]] == numbers:
                join([before.nodes[old]], [new])
                break


def _kind(node: Node) -> Hashable:
    """What must agree for a layer to be the same under another name."""
    assert isinstance(node, Layer)
    return repr(node.op), node.shape


def _role(node: Node) -> Hashable:
    """What must agree for a layer to have been replaced by another."""
    assert isinstance(node, Layer)
    return node.op.role, node.shape
