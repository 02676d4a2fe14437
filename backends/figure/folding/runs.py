"""Runs of equal neighbours."""

from __future__ import annotations

from collections.abc import Hashable
from typing import NamedTuple, TypeAlias

from ....compiler import Graph, Layer, Transfer
from .collapse import BlockUse
from .tree import ROOT, Sections, Tree, section_of

LONGEST = 64
"""Neighbours that may repeat together, such as the layers in the body of a loop."""

Place: TypeAlias = tuple[int, int]
"""The how-manieth of the neighbours, and the how-manieth of its nodes."""


class Run(NamedTuple):
    """A repetition that was found: the nodes of the first that are drawn, and how often it comes."""

    names: tuple[str, ...]
    times: int
    section: str | None
    """Where it stands."""


class Item(NamedTuple):
    """A neighbour: a node, a scope, or a run that was already folded. Equal ones have the same ``kind``."""

    names: tuple[str, ...]
    kind: int
    numbers: tuple[int, ...]
    """At the end of its name, when it is an element of a list."""
    repeats: bool
    section: str | None


class Folding:
    """The repetitions of a graph, found inside out.

    A run is a sequence of neighbours, or of equally long rows of neighbours, that are equal: the same ops, shapes,
    costs and devices, wired in the same way. What one of them reads from outside is either the same for all of them,
    or for each the same place in the one before; and only the last of them is read from outside.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.runs: list[Run] = []
        self.instead: dict[str, str] = {}
        """For a node that is not drawn the one of the instance before it is folded into."""
        self.shown: dict[str, list[str]] = {node.name: [node.name] for node in graph.nodes}
        """For every node that is drawn those that it shows."""
        self.last = {node.name: node.name for node in graph.nodes}
        """For a node that is drawn its counterpart in the last of the run, which is the one that is read."""
        self.outputs = set(graph.outputs.values())
        self.tree, self.sections = Tree(graph), Sections(graph.sections)
        self._kinds: dict[Hashable, int] = {}
        self._find()

    def kept(self, name: str) -> str:
        """The node that is drawn in the place of a node."""
        while name in self.instead:
            name = self.instead[name]
        return name

    def fold(self, first: tuple[str, ...], others: list[tuple[str, ...]], section: str | None) -> None:
        """Folds equal instances into the first of them."""
        for names in others:
            for kept, name in zip(first, names, strict=True):
                self.instead[name] = kept
                self.shown[kept] += self.shown.pop(name)
                self.last[kept] = self.last[name]
        self.runs.append(Run(first, 1 + len(others), section))

    def number(self, kind: Hashable) -> int:
        """The number of a kind of item; equal ones have the same."""
        return self._kinds.setdefault(kind, len(self._kinds))

    def _find(self) -> None:
        levels = self._levels()
        made: dict[str, Item] = {}
        for path in sorted(levels, key=lambda path: -len(self.tree.lines[path])):
            entries = levels[path]
            items = [made[name] if is_scope else self._node(name) for is_scope, name in entries]
            level = Level(self, items)
            level.fold()
            if path != ROOT:
                made[path] = self._scope(path, level)

    def _levels(self) -> dict[str, list[tuple[bool, str]]]:
        """For the root and every scope what stands directly in it, in order: scopes (True) and nodes."""
        levels: dict[str, list[tuple[bool, str]]] = {ROOT: []}
        for node in self.graph.nodes:
            path, entry = self.tree.owners[node.name], (False, node.name)
            while path not in levels:
                levels[path] = [entry]
                path, entry = self.tree.parents[path], (True, path)
            levels[path].append(entry)
        return levels

    def _node(self, name: str) -> Item:
        node = self.graph.by_name[name]
        section = section_of(node)
        kind: Hashable = name  # an input is like no other
        repeats = False
        if isinstance(node, Layer):
            repeats = self.tree.in_list(name) or isinstance(node.op, BlockUse)
            costs = (node.parameters, node.buffers, node.connections, node.macs)
            inside = self.tree.owners[name] != ROOT
            kind = (
                (node.op, node.shape, node.device, self.sections.local(section), costs) if repeats or inside else name
            )
        elif isinstance(node, Transfer):
            kind = (node.origin, node.destination, node.shape)
        return Item((name,), self.number(kind), _numbers(name), repeats, section)

    def _scope(self, path: str, level: Level) -> Item:
        """A scope as a neighbour of others; its own sections are a part of it."""
        scope = self.tree.scopes[path]
        names = tuple(name for item in level.items for name in item.names)
        section = self.sections.common(item.section for item in level.items)
        while section is not None and section.startswith(f"{path}."):
            section = self.sections.by_name[section].parent
        kind = (scope.kind, scope.definition, level.wiring(0, len(level.items)))
        return Item(names, self.number(kind), _numbers(path), scope.kind != "tower", section)


class Level:
    """What stands side by side in one scope."""

    def __init__(self, folding: Folding, items: list[Item]) -> None:
        self.folding = folding
        self.items = items
        self._resolve()

    def fold(self) -> None:
        """Folds what repeats, short rows first, until nothing does."""
        while any(self._fold_rows(length) for length in range(1, min(LONGEST, len(self.items) // 2) + 1)):
            self._resolve()

    def wiring(self, start: int, end: int) -> Hashable:
        """What is the same for equal rows: the kinds of their items, and what these read of each other."""
        return tuple(
            (item.kind, tuple(self._seen_from(start, end, source) for source in reads))
            for item, reads in zip(self.items[start:end], self.reads[start:end], strict=True)
        )

    @staticmethod
    def _seen_from(start: int, end: int, source: Place | str) -> Place | None:
        if isinstance(source, tuple) and start <= source[0] < end:
            return source[0] - start, source[1]
        return None

    def _resolve(self) -> None:
        """Looks up where everything is that the items read, as it is drawn by now."""
        graph, kept = self.folding.graph, self.folding.kept
        self.places: dict[str, Place] = {
            name: (at, k) for at, item in enumerate(self.items) for k, name in enumerate(item.names)
        }
        self.reads: list[list[Place | str]] = []
        for item in self.items:
            sources = [kept(source) for name in item.names for source in graph.by_name[name].inputs]
            self.reads.append([self.places.get(source, source) for source in sources])

    def _fold_rows(self, length: int) -> bool:
        """Folds all runs of rows of that length; whether there were any."""
        items: list[Item] = []
        matching = self._matching(length)
        at, found = 0, False
        while at < len(self.items):
            count = self._count(at, length, matching)
            if count > 1:
                items.append(self._folded(at, length, count))
                found = True
            else:
                items.append(self.items[at])
            at += length * count if count > 1 else 1
        if found:
            self.items = items
        return found

    def _matching(self, length: int) -> list[int]:
        """For every item how many from it on are like those a row before them."""
        items = self.items
        matching = [0] * (len(items) + 1)
        for at in range(len(items) - 1, length - 1, -1):
            if items[at].kind == items[at - length].kind and items[at].repeats and items[at - length].repeats:
                matching[at] = matching[at + 1] + 1
        return matching

    def _count(self, start: int, length: int, matching: list[int]) -> int:
        """How many rows of that length from here on are equal."""
        if start + 2 * length > len(self.items) or matching[start + length] < length or self._cuts(start):
            return 1
        if len({item.section for item in self.items[start : start + length]}) > 1:
            return 1
        count = 1
        while (row := start + count * length) + length <= len(self.items) and matching[row] >= length:
            if not (self._follows(row, length, first=count == 1) and self._read_by_next(row - length, length)):
                break
            count += 1
        return count

    def _cuts(self, start: int) -> bool:
        """Whether a row would begin in the middle of a loop's body, whose elements have the same number."""
        one, other = self.items[start - 1] if start else None, self.items[start]
        if one is None or not (one.numbers and other.numbers):
            return False
        shared = min(len(one.numbers), len(other.numbers))
        return one.numbers[:shared] == other.numbers[:shared]

    def _follows(self, row: int, length: int, first: bool) -> bool:
        """Whether a row is wired as the one before, and reads that one where this reads the one before it."""
        before = row - length
        for at in range(row, row + length):
            if self.items[at].section != self.items[at - length].section:
                return False
            for mine, others in zip(self.reads[at], self.reads[at - length], strict=True):
                if not isinstance(mine, tuple) or mine[0] < before:
                    same = mine == others
                elif mine[0] < row and first:
                    same = not isinstance(others, tuple) or others[0] < before
                else:
                    same = others == (mine[0] - length, mine[1])
                if not same:
                    return False
        return True

    def _read_by_next(self, row: int, length: int) -> bool:
        """Whether nothing but the next row reads this row."""
        folding = self.folding
        for item in self.items[row : row + length]:
            for name in item.names:
                end = folding.last[name]
                readers = (self.places.get(folding.kept(reader)) for reader in folding.graph.consumers[end])
                if end in folding.outputs or not all(_in(place, row, row + 2 * length) for place in readers):
                    return False
        return True

    def _folded(self, start: int, length: int, count: int) -> Item:
        """The run as one item."""
        rows = [
            tuple(name for item in self.items[at : at + length] for name in item.names)
            for at in range(start, start + count * length, length)
        ]
        kind = (count, self.wiring(start, start + length), self.wiring(start, start + 2 * length))
        head = self.items[start]
        self.folding.fold(rows[0], rows[1:], head.section)
        return Item(rows[0], self.folding.number(kind), head.numbers, True, head.section)


def _in(place: Place | None, start: int, end: int) -> bool:
    return place is not None and start <= place[0] < end


def _numbers(name: str) -> tuple[int, ...]:
    parts = name.split(".")
    numbers: list[int] = []
    while parts and parts[-1].isdigit():
        numbers.insert(0, int(parts.pop()))
    return tuple(numbers)
