"""netc: one spec gives the figure, the numbers and the PyTorch module of a network.

import netc

graph = netc.load("zoo:alexnet")
print(netc.show(graph))
model = netc.module(graph, gpu0="cuda:0", gpu1="cuda:1")
"""

from __future__ import annotations

from typing import Any

from . import backends
from .compiler import Graph, SpecError, load

__all__ = ["Graph", "SpecError", "draw", "load", "module", "show", "source"]


def show(graph: Graph, format: str = "table") -> str:
    """The net's layers with shapes and costs, as `table`, `json`, `csv`, `markdown` or `latex`."""
    text: str = backends.load("report").render(graph, format)
    return text


def draw(graph: Graph, style: str = "blocks", theme: str = "light") -> str:
    """The net's figure as the text of an SVG file."""
    figure = backends.load("figure")
    drawn: bytes = figure.draw(graph, figure.Look(style, theme))
    return drawn.decode()


def source(graph: Graph) -> str:
    """The net as the text of a Python file that needs torch alone."""
    text: str = backends.load("torch").source(graph)
    return text


def module(graph: Graph, **devices: Any) -> Any:
    """The net as a ``torch.nn.Module``, made by running its source; ``devices`` binds its logical devices."""
    return backends.load("torch.execute").module(graph, **devices)


# A notebook shows a graph as its figure. The compiler cannot draw, so the method is given here.
Graph._repr_svg_ = draw  # type: ignore[attr-defined]
