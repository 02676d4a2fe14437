"""What differs between two graphs: layers added, removed, changed and moved, and what that costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any, Literal, NamedTuple, TypeAlias, cast

from .graph import Cost, Graph, Layer
from .pairing import Node, Pair, Side, pairs_of
from .summary import summary
from .values import format_bytes, format_shape

Mark: TypeAlias = Literal["added", "removed", "changed", "moved"]
Aspect: TypeAlias = Literal["name", "op", "shape", "inputs", "weights", "init", "device", "section"]

MOVES: tuple[Aspect, ...] = ("device", "section")
"""Aspects that say where a layer is; all others say what it is."""
COSTS = ("layers", "parameters", "macs", "activations", "transfers")
"""What is counted of both nets; parameters are weights, the others are for one sample in evaluation."""
MOST_RANGES = 6
"""Ranges of layers that are named of a device."""
HOST = "host"
"""Where a layer runs that is on none of the net's devices."""


class Entry(NamedTuple):
    """One layer or input of either net, or the same one of both, and what of it differs.

    ``aspects`` has before and after, in words, of every aspect that differs; it is empty for what is equal, new or
    gone.
    """

    pair: Pair
    aspects: Mapping[Aspect, tuple[str, str]]
    name: str
    """Its name; that of both nets where it differs, and without the tower where only the towers differ."""

    @property
    def marks(self) -> tuple[Mark, ...]:
        """What happened to it; nothing where it is equal."""
        if not self.pair.before:
            return ("added",)
        if not self.pair.after:
            return ("removed",)
        changed: tuple[Mark, ...] = ("changed",) if any(name not in MOVES for name in self.aspects) else ()
        return (*changed, "moved") if any(name in MOVES for name in self.aspects) else changed

    def cost(self, name: Literal["parameters", "macs"]) -> tuple[int, int]:
        """A cost before and after."""
        before, after = (sum(getattr(node, name, 0) for node in nodes) for nodes in self.pair)
        return before, after


class Difference(NamedTuple):
    """All nodes of two graphs in the order of the second, what is gone in its place, and what differs around them."""

    before: Graph
    after: Graph
    entries: tuple[Entry, ...]
    around: tuple[str, ...]
    """Differences of outputs, devices and sections, in sentences."""

    @property
    def same(self) -> bool:
        """Whether both are the same architecture; titles and the places in files may differ."""
        return not self.around and not any(entry.marks for entry in self.entries)

    def with_mark(self, mark: Mark) -> tuple[Entry, ...]:
        """The entries of that mark."""
        return tuple(entry for entry in self.entries if mark in entry.marks)

    @property
    def renamed(self) -> tuple[Entry, ...]:
        """The entries whose name differs."""
        return tuple(entry for entry in self.entries if "name" in entry.aspects)

    def totals(self) -> dict[str, tuple[int, int]]:
        """What is counted of both nets, before and after, by the names of ``COSTS``.

        With auxiliary outputs the multiply-adds of training come last.
        """
        totals = {name: (_total(self.before, name), _total(self.after, name)) for name in COSTS}
        if self.before.auxiliary or self.after.auxiliary:
            before, after = (graph.total("macs", training=True) for graph in (self.before, self.after))
            totals["macs in training"] = (before, after)
        return totals

    def to_json(self) -> dict[str, Any]:
        """The difference as values of JSON."""
        return {
            "before": self.before.net,
            "after": self.after.net,
            "same": self.same,
            "entries": [_as_json(entry) for entry in self.entries if entry.marks],
            "around": list(self.around),
            "totals": {name: {"before": old, "after": new} for name, (old, new) in self.totals().items()},
        }


def difference(before: Graph, after: Graph) -> Difference:
    """What one has to do to the first graph to get the second; time grows with the number of nodes and edges."""
    old, new = Side(before), Side(after)
    entries = [_entry(pair, old, new) for pair in pairs_of(old, new)]
    around = (*_outputs(old, new), *_devices(before, after), *_sections(old, new))
    return Difference(before, after, tuple(_in_order(entries, old, new)), around)


def _entry(pair: Pair, old: Side, new: Side) -> Entry:
    """What differs between the nodes of a pair, op first and place last."""
    before, after = pair
    if not before or not after:
        return Entry(pair, {}, (before or after)[0].name)
    found: dict[Aspect, tuple[str, str]] = {}
    if len(before) == len(after) == 1 and old.bare(before[0].name) != new.bare(after[0].name):
        found["name"] = (before[0].name, after[0].name)
    if _values(before, "op") != _values(after, "op"):
        found["op"] = _ops(before, after)
    if [node.shape for node in before] != [node.shape for node in after]:
        found["shape"] = (shapes(before), shapes(after))
    if _reads(before, old, after, new):
        found["inputs"] = (_inputs(before, old), _inputs(after, new))
    if not found.keys() & {"op", "shape"} and _costs(before) != _costs(after):
        found["weights"] = (_costs(before), _costs(after))
    if getattr(before[0], "init", None) != getattr(after[0], "init", None):
        found["init"] = ("initial weights", "others")
    for aspect in MOVES:
        if aspect in old.places & new.places and _values(before, aspect) != _values(after, aspect):
            found[aspect] = (_places(before, aspect), _places(after, aspect))
    return Entry(pair, found, _name(pair, old, new))


def _name(pair: Pair, old: Side, new: Side) -> str:
    befores, afters = ([node.name for node in nodes] for nodes in pair)
    if befores == afters:
        return afters[0]
    bare = {*map(old.bare, befores), *map(new.bare, afters)}
    return bare.pop() if len(bare) == 1 else f"{', '.join(befores)} → {', '.join(afters)}"


def _values(nodes: tuple[Node, ...], field: str) -> list[Any]:
    """The different values of a field; an input has neither op nor section."""
    values: list[Any] = []
    for node in nodes:
        if (value := getattr(node, field, None)) not in values:
            values.append(value)
    return values


def _costs(nodes: tuple[Node, ...]) -> str:
    """What the size of the input decides, where op and output are the same."""
    parameters, macs = (sum(getattr(node, cost, 0) for node in nodes) for cost in ("parameters", "macs"))
    return f"{parameters:,} parameters, {macs:,} MACs"


def _places(nodes: tuple[Node, ...], field: str) -> str:
    nowhere = HOST if field == "device" else "no section"
    return ", ".join(value or nowhere for value in _values(nodes, field))


def shapes(nodes: tuple[Node, ...]) -> str:
    """``2 × 48x55x55``."""
    counts = Counter(format_shape(node.shape) for node in nodes)
    return " + ".join(f"{count} × {shape}" if count > 1 else shape for shape, count in counts.items())


def _ops(before: tuple[Node, ...], after: tuple[Node, ...]) -> tuple[str, str]:
    """The ops in words, with the arguments that differ where the words alone do not tell."""
    old, new = (", ".join(dict.fromkeys(summary(op) for op in _values(nodes, "op"))) for nodes in (before, after))
    if old != new:
        return old, new
    one, other = _values(before, "op")[0], _values(after, "op")[0]
    fields = [name for name in type(one).model_fields if getattr(one, name) != getattr(other, name)]
    return old, f"{new} with another {' and '.join(fields)}"


def _reads(before: tuple[Node, ...], old: Side, after: tuple[Node, ...], new: Side) -> bool:
    """Whether the nodes read something else, apart from what follows from layers that are new or gone."""
    olds = list(dict.fromkeys(source for node in before for source in old.sources(node.name)))
    news = list(dict.fromkeys(source for node in after for source in new.sources(node.name)))
    if olds != news:
        return True
    if len(before) != len(after) or len(before) > 1:
        return False
    reads = [side.reads[node.name] for side, node in ((old, before[0]), (new, after[0]))]
    known = all(name in side.pairs for side, names in ((old, reads[0]), (new, reads[1])) for name in names)
    return known and [old.pairs[name] for name in reads[0]] != [new.pairs[name] for name in reads[1]]


def _inputs(nodes: tuple[Node, ...], side: Side) -> str:
    return ", ".join(dict.fromkeys(name for node in nodes for name in side.reads[node.name]))


def _in_order(entries: list[Entry], old: Side, new: Side) -> Iterator[Entry]:
    """In the order of the second graph; what is gone follows what it followed in the first."""
    by_number = dict(enumerate(entries))
    removed = {entry.pair.before[0].name: entry for entry in entries if not entry.pair.after}
    following: dict[int, list[Entry]] = {}
    last = -1
    for name in old.nodes:
        if name in removed:
            following.setdefault(last, []).append(removed[name])
        else:
            last = old.pairs[name]
    yield from following.get(-1, ())
    added = {entry.pair.after[0].name: entry for entry in entries if not entry.pair.before}
    seen: set[int] = set()
    for name in new.nodes:
        if name in added:
            yield added[name]
        elif (number := new.pairs[name]) not in seen:
            seen.add(number)
            yield by_number[number]
            yield from following.get(number, ())


def _outputs(old: Side, new: Side) -> Iterator[str]:
    """What differs between the outputs of both nets."""
    before, after = old.graph.outputs, new.graph.outputs
    for name in dict.fromkeys((*before, *after)):
        was, now = (name in side.graph.auxiliary for side in (old, new))
        if name not in before:
            yield f"{'auxiliary ' * now}output {name} is new: {after[name]}"
        elif name not in after:
            yield f"{'auxiliary ' * was}output {name} is gone: it was {before[name]}"
        elif old.output(name) != new.output(name):
            yield f"output {name}: {before[name]} → {after[name]}"
        if name in before and name in after and was != now:
            yield f"output {name} is {'in training only' if now else 'in evaluation too'}"


def _devices(before: Graph, after: Graph) -> Iterator[str]:
    """What differs between the devices of both nets."""
    olds, news = ({device.name: device.memory for device in graph.devices} for graph in (before, after))
    for name in dict.fromkeys((*olds, *news)):
        if name not in olds:
            yield f"device {name} is new{'' if olds else _ranges(after, name)}"
        elif name not in news:
            yield f"device {name} is gone{'' if news else _ranges(before, name)}"
        elif olds[name] != news[name]:
            sizes = [format_bytes(size) if size is not None else "not said" for size in (olds[name], news[name])]
            yield f"memory of device {name}: {sizes[0]} → {sizes[1]}"


def _ranges(graph: Graph, device: str) -> str:
    """``: conv1 … pool2, fc8``: the layers of a device, where the other net has no devices to move between."""
    towers = {scope.path for scope in graph.scopes if scope.kind == "tower"} - {device}
    layers = [layer for layer in graph.layers if layer.name.partition(".")[0] not in towers]
    ranges = []
    for is_there, run in groupby(layers, key=lambda layer: layer.device == device):
        names = [layer.statement or layer.name for layer in run]
        if is_there:
            ranges.append(names[0] if names[0] == names[-1] else f"{names[0]} … {names[-1]}")
    more = f" and {len(ranges) - MOST_RANGES} more" if len(ranges) > MOST_RANGES else ""
    return f": {', '.join(ranges[:MOST_RANGES])}{more}"


def _sections(old: Side, new: Side) -> Iterator[str]:
    """That only one of the nets has sections; else every layer says which is its own."""
    for side, other, what in ((old, new, "gone"), (new, old, "new")):
        if "section" in side.places - other.places:
            sections = side.graph.sections
            names = ", ".join(section.name for section in sections)
            yield f"section{'s' * (len(sections) != 1)} {names} {'is' if len(sections) == 1 else 'are'} {what}"


def _total(graph: Graph, name: str) -> int:
    if name in ("layers", "transfers"):
        return len(graph.layers if name == "layers" else graph.transfers)
    return graph.total(cast(Cost, name))


def _as_json(entry: Entry) -> dict[str, Any]:
    before, after = ([_node_as_json(node) for node in nodes] for nodes in entry.pair)
    aspects = {name: {"before": old, "after": new} for name, (old, new) in entry.aspects.items()}
    return {"marks": list(entry.marks), "before": before, "after": after, "differs": aspects}


def _node_as_json(node: Node) -> dict[str, Any]:
    op = summary(node.op) if isinstance(node, Layer) else node.kind
    costs = {name: getattr(node, name, 0) for name in ("parameters", "macs")}
    return {"name": node.name, "op": op, "shape": list(node.shape), **costs}
