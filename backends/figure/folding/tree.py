"""Which use of a block, group or tower every node of a graph is in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from ....compiler import Graph, Input, Layer, Scope, Section, Transfer

T = TypeVar("T")

ROOT = ""
"""Where nodes are that no scope contains."""


class Tree:
    """The scopes of a graph without its lists, whose elements are neighbours of what stands around the list."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.scopes: dict[str, Scope] = {scope.path: scope for scope in graph.scopes if scope.kind != "list"}
        self.lists = {scope.path for scope in graph.scopes if scope.kind == "list"}
        self.parents = {path: self._around(path) for path in self.scopes}
        self.lines: dict[str, tuple[str, ...]] = {ROOT: (ROOT,)}
        """The scopes around a scope from the root on, itself last."""
        for path in sorted(self.scopes, key=len):
            self.lines[path] = (*self.lines[self.parents[path]], path)
        self.owners: dict[str, str] = {}
        for node in graph.nodes:
            if not isinstance(node, Transfer):
                self.owners[node.name] = self._around(node.name) if isinstance(node, Layer) else ROOT
        for transfer in graph.transfers:
            ends = [transfer.layer, *graph.consumers[transfer.name]]
            self.owners[transfer.name] = self._common(self.owners[name] for name in ends)

    def _around(self, name: str) -> str:
        """The innermost scope whose prefix a name has."""
        path = name.rpartition(".")[0]
        while path and path not in self.scopes:
            path = path.rpartition(".")[0]
        return path

    def _common(self, paths: Iterable[str]) -> str:
        """The innermost scope that contains all of them: a transfer belongs where both its ends are."""
        return _last_shared([self.lines[path] for path in paths])

    def in_list(self, name: str) -> bool:
        """Whether a node is itself an element of a list."""
        return name.rpartition(".")[0] in self.lists


class Sections:
    """Sections as a tree."""

    def __init__(self, sections: Iterable[Section]) -> None:
        self.by_name: dict[str, Section] = {section.name: section for section in sections}
        self._lines: dict[str | None, tuple[str | None, ...]] = {None: (None,)}

    def line(self, name: str | None) -> tuple[str | None, ...]:
        """The sections around a section, the outermost first, after None; itself last."""
        if name not in self._lines:
            steps, at = [name], name
            while at is not None:
                at = self.by_name[at].parent
                steps.append(at)
            self._lines[name] = tuple(reversed(steps))
        return self._lines[name]

    def common(self, names: Iterable[str | None]) -> str | None:
        """The innermost section that contains all of them."""
        return _last_shared([self.line(name) for name in dict.fromkeys(names)])

    def local(self, name: str | None) -> tuple[str, ...]:
        """The names around a section without the prefixes that uses of a block gave them."""
        return tuple(part.rpartition(".")[2] for part in self.line(name) if part is not None)


def _last_shared(lines: list[tuple[T, ...]]) -> T:
    """The last step before lines from one root part."""
    return lines[0][sum(len(set(steps)) == 1 for steps in zip(*lines, strict=False)) - 1]


def section_of(node: Input | Layer | Transfer) -> str | None:
    """The section of a node; only layers have one."""
    return node.section if isinstance(node, Layer) else None
