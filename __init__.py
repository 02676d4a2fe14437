"""netc: one spec gives the figure, the numbers and the PyTorch module of a network.

import netc

graph = netc.load("zoo:alexnet")
print(netc.show(graph))
netc.save(graph, "alexnet.pdf", style="alexnet")
model = netc.module(graph, gpu0="cuda:0", gpu1="cuda:1")
"""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import Any

from . import backends
from .backends.files import write_whole
from .compiler import Graph, SpecError, load

__all__ = ["Graph", "SpecError", "draw", "load", "module", "save", "show", "source"]


def show(graph: Graph, format: str = "table") -> str:
    """The net's layers with shapes and costs, as `table`, `json`, `csv`, `markdown` or `latex`."""
    text: str = backends.load("report").render(graph, format)
    return text


def draw(graph: Graph, **look: Any) -> str:
    """The net's figure as the text of an SVG file.

    ``look`` has what `netc draw` has: ``style``, ``theme``, ``target``, ``background``, and the options of the style:
    ``fold``, ``direction``, ``scale``, ``scale_note``, ``colour``, ``labels`` (a tuple of fields), ``heading``,
    ``legend``.
    """
    return _drawn(graph, "svg", **look).decode()


def save(graph: Graph, path: str | PathLike[str], **look: Any) -> None:
    """Writes the net's figure to a file, in the format of its ending: svg, pdf, png, tex, pptx.

    ``look`` is that of ``draw``; ``dpi`` is for PNG. A file that is there is replaced.
    """
    place = Path(path)
    write_whole(place, _drawn(graph, place.suffix.removeprefix("."), **look))


def _drawn(
    graph: Graph, format: str, style: str = "blocks", theme: str = "light", target: str = "slide",
    background: str = "none", dpi: float | None = None, **options: Any,
) -> bytes:  # fmt: skip
    figure = backends.load("figure")
    look = figure.Look(style, theme, target, figure.Options(**options))
    output = figure.Output(figure.background_of(background, figure.themes.load(theme).paper))
    drawn: bytes = figure.draw(graph, look, format, output if dpi is None else output._replace(dpi=dpi))
    return drawn


def source(graph: Graph) -> str:
    """The net as the text of a Python file that needs torch alone."""
    text: str = backends.load("torch").source(graph)
    return text


def module(graph: Graph, **devices: Any) -> Any:
    """The net as a ``torch.nn.Module``, made by running its source; ``devices`` binds its logical devices."""
    return backends.load("torch.execute").module(graph, **devices)


def _on_paper(graph: Graph) -> str:
    """The figure on its theme's background: a notebook may be dark."""
    return draw(graph, background="theme")


# A notebook shows a graph as its figure. The compiler cannot draw, so the method is given here.
Graph._repr_svg_ = _on_paper  # type: ignore[attr-defined]
