"""Short nets for tests of the language."""

from __future__ import annotations

from netc.compiler.compile import check_source, load
from netc.compiler.diagnostics import Diagnostic
from netc.compiler.graph import Graph, Layer
from netc.compiler.source import Source


def net(body: str, before: str = "", feed: str = "input image: 3x32x32") -> str:
    """The text of a net with these statements, and an input."""
    return f"{before}\nnet N {{\n{feed}\n{body}\n}}\n"


def graph(body: str, before: str = "", feed: str = "input image: 3x32x32") -> Graph:
    """The checked graph of a net with these statements."""
    return load(net(body, before, feed))


def names(found: Graph) -> list[str]:
    """The names of all layers in order."""
    return [layer.name for layer in found.layers]


def layer(found: Graph, name: str) -> Layer:
    node = found.by_name[name]
    assert isinstance(node, Layer)
    return node


def reads(found: Graph, name: str) -> tuple[str, ...]:
    """What a layer reads."""
    return found.by_name[name].inputs


def mistakes(text: str) -> list[Diagnostic]:
    """All diagnostics of all nets of a text."""
    return [diagnostic for result in check_source(Source("spec.net", text)) for diagnostic in result.diagnostics]


def codes(text: str) -> list[str]:
    return [diagnostic.code for diagnostic in mistakes(text)]
