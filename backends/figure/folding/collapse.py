"""Uses of blocks as single layers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, cast

from pydantic import create_model

from ....compiler import Graph, Input, Layer, Role, Scope, Section, Transfer
from ....compiler.op import Op
from ....compiler.summary import named, value_in_words
from .tree import Sections, Tree, section_of


class BlockUse(Op):
    """A use of a block, drawn as one layer; its keyword is the block's name, its fields are arguments in words.

    It is only drawn: it has no shape rule and no counterpart in PyTorch.
    """

    keyword = "block"
    role = cast(Role, "block")
    torch = ""
    inputs = (0, None)


@lru_cache(maxsize=1024)
def _class_of(block: str, arguments: int) -> type[BlockUse]:
    """The op of a block's uses with so many arguments to tell."""
    fields: dict[str, Any] = {f"argument{i}": (str, ...) for i in range(arguments)}
    made = create_model(f"Block_{block}", __base__=BlockUse, **fields)
    made.keyword = block
    return made


def collapse(graph: Graph) -> tuple[Graph, dict[str, tuple[str, ...]]]:
    """The graph with every use of a block as one layer, and the nodes that each of its nodes stands for.

    Of nested blocks the outermost is meant. A use stays as it is, and the blocks in it are tried, when it is not on
    one device, when not exactly one of its layers is read from outside, or when it is most of the net.
    """
    tree = Tree(graph)
    exits = _exits(tree)
    homes = _homes(tree, exits)
    if not homes:
        return graph, {}
    members: dict[str, list[str]] = {}
    for node in graph.nodes:
        members.setdefault(homes.get(node.name, node.name), []).append(node.name)
    uses = _Uses(tree, homes, members)
    nodes: list[Input | Layer | Transfer] = []
    for node in graph.nodes:
        home = homes.get(node.name)
        if home is None:
            nodes.append(uses.redirected(node))
        elif node.name in exits[home]:  # it is the last of its block, so all that the block reads stands before it
            nodes.append(uses.layer(home, cast(Layer, node)))
    outputs = {name: homes.get(node, node) for name, node in graph.outputs.items()}
    return graph_with(graph, nodes, outputs, homes, graph.sections), {
        name: tuple(parts) for name, parts in members.items()
    }


def graph_with(
    graph: Graph,
    nodes: list[Input | Layer | Transfer],
    outputs: dict[str, str],
    instead: Mapping[str, str],
    sections: Iterable[Section],
) -> Graph:
    """A graph with other nodes, and of the scopes and sections those that nodes still stand in."""
    names = {node.name for node in nodes}
    prefixes = {name[:at] for name in names for at, char in enumerate(name) if char == "."}
    tree = Sections(sections)
    used = {step for node in nodes for step in tree.line(section_of(node))}
    values = {field: getattr(graph, field) for field in Graph.model_fields}
    values["nodes"], values["outputs"] = tuple(nodes), outputs
    values["sections"] = tuple(section for section in tree.by_name.values() if section.name in used)
    values["scopes"] = tuple(
        scope.model_copy(update={"inputs": {key: instead.get(node, node) for key, node in scope.inputs.items()}})
        for scope in graph.scopes
        if scope.path in prefixes and scope.path not in names
    )
    drawn = Graph(**values)
    vars(drawn)["digest"] = graph.digest  # the hash is that of the net, however much of it is drawn
    return drawn


def _exits(tree: Tree) -> dict[str, set[str]]:
    """For every scope its nodes that are read outside of it."""
    graph = tree.graph
    exits: dict[str, set[str]] = {path: set() for path in tree.scopes}
    for name in graph.outputs.values():
        for path in tree.lines[tree.owners[name]][1:]:
            exits[path].add(name)
    for node in graph.nodes:
        around = tree.lines[tree.owners[node.name]]
        for source in node.inputs:
            for path in tree.lines[tree.owners[source]][1:]:
                if path not in around:
                    exits[path].add(source)
    return exits


def _homes(tree: Tree, exits: Mapping[str, set[str]]) -> dict[str, str]:
    """The block's use that every layer vanishes in."""
    nodes: dict[str, list[Input | Layer | Transfer]] = {path: [] for path in tree.scopes}
    for node in tree.graph.nodes:
        for path in tree.lines[tree.owners[node.name]][1:]:
            nodes[path].append(node)
    uses = Counter(scope.definition for scope in tree.scopes.values() if scope.kind == "block")
    half = len(tree.graph.nodes) / 2
    whole = {
        path
        for path, inside in nodes.items()
        if tree.scopes[path].kind == "block"
        and len(exits[path]) == 1
        and len({node.device for node in inside}) == 1
        and (uses[tree.scopes[path].definition] > 1 or len(inside) <= half)
    }
    homes = {}
    for node in tree.graph.nodes:
        found = [path for path in tree.lines[tree.owners[node.name]] if path in whole]
        if found:
            homes[node.name] = found[0]
    return homes


class _Uses:
    """Makes the layers of a collapsed graph."""

    def __init__(self, tree: Tree, homes: Mapping[str, str], members: Mapping[str, list[str]]) -> None:
        self.tree, self.homes, self.members = tree, homes, members
        self.sections = Sections(tree.graph.sections)
        self.telling = _telling_arguments(tree)

    def redirected(self, node: Input | Layer | Transfer) -> Input | Layer | Transfer:
        """A node that reads blocks instead of what is in them."""
        inputs = self._sources(node.inputs)
        if inputs == node.inputs:
            return node
        return node.model_copy(update={"layer": inputs[0]} if isinstance(node, Transfer) else {"inputs": inputs})

    def _sources(self, names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(self.homes.get(name, name) for name in names)

    def layer(self, path: str, end: Layer) -> Layer:
        """A use of a block as a layer: it reads what its layers read, and costs what they cost."""
        layers = [cast(Layer, self.tree.graph.by_name[name]) for name in self.members[path]]
        sources = (source for layer in layers for source in self._sources(layer.inputs) if source != path)
        return Layer(
            name=path,
            op=self._op(self.tree.scopes[path]),
            inputs=tuple(dict.fromkeys(sources)),
            shape=end.shape,
            device=end.device,
            section=self._section(path, layers),
            statement=path,
            line=self.tree.scopes[path].line,
            file=end.file,
            parameters=sum(layer.parameters for layer in layers),
            buffers=sum(layer.buffers for layer in layers),
            connections=sum(layer.connections for layer in layers),
            macs=sum(layer.macs for layer in layers),
        )

    def _op(self, scope: Scope) -> BlockUse:
        telling = self.telling[scope.definition]
        words = [
            named(name, value) if i else value_in_words(value)
            for i, (name, value) in enumerate(scope.arguments.items())
            if name in telling and value is not None  # what is none is left out of the block, and so of its words
        ]
        return _class_of(scope.definition, len(words))(**{f"argument{i}": word for i, word in enumerate(words)})

    def _section(self, path: str, layers: list[Layer]) -> str | None:
        """The section that the use stands in, whatever sections are in the block."""
        section = self.sections.common(layer.section for layer in layers)
        while section is not None and section.startswith(f"{path}."):
            section = self.sections.by_name[section].parent
        return section


def _telling_arguments(tree: Tree) -> dict[str, set[str]]:
    """For every block its first argument, and those in which its uses differ."""
    found: dict[str, dict[str, set[str]]] = {}
    for scope in tree.scopes.values():
        values = found.setdefault(scope.definition, {})
        for name, value in scope.arguments.items():
            values.setdefault(name, set()).add(repr(value))
    return {
        block: {name for i, (name, seen) in enumerate(values.items()) if i == 0 or len(seen) > 1}
        for block, values in found.items()
    }
