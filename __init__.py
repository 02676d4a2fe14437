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

__all__ = ["Graph", "SpecError", "WeightsError", "draw", "load", "load_weights", "module", "save", "show", "source"]


def show(graph: Graph, format: str = "table") -> str:
    """The net's layers with shapes and costs, as `table`, `json`, `csv`, `markdown` or `latex`."""
    text: str = backends.load("report").render(_checked(graph), format)
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
    drawn: bytes = figure.draw(_checked(graph), look, format, output if dpi is None else output._replace(dpi=dpi))
    return drawn


def source(graph: Graph) -> str:
    """The net as the text of a Python file that needs torch alone."""
    text: str = backends.load("torch").source(_checked(graph))
    return text


def module(graph: Graph, **devices: Any) -> Any:
    """The net as a ``torch.nn.Module``, made by running its source; ``devices`` binds its logical devices."""
    return backends.load("torch.execute").module(_checked(graph), **devices)


def load_weights(module: Any, state_dict: Any, strict: bool = True) -> Any:
    """Copies published weights into a module that netc made, or into any other, and reports what became of each tensor.

    ``state_dict`` is a mapping from names to tensors, or the path of a file of ``torch.save`` or safetensors; no code
    in a file is executed. It may be the entry ``state_dict``, ``model_state_dict``, ``model``, ``module`` or ``net`` of
    a larger checkpoint, and its names may begin with the ``module.`` of ``DataParallel`` or the ``_orig_mod.`` of
    ``torch.compile``.

    Tensors are matched by name; where names are others, by their order, with kinds (``weight``, ``bias``, ...) and
    shapes checked. Shapes may differ by ones at their end: a 1x1 convolution takes the matrix of a linear layer.
    ``num_batches_tracked`` may be missing.

    With ``strict`` every tensor of both sides needs its counterpart, else nothing is loaded. Without, what fits is
    loaded, by order up to the first tensor that does not fit. The report has ``by`` ("name" or "order"), ``loaded``
    (the module's names to the checkpoint's), ``missing``, ``unexpected`` and ``mismatched``; as text it lists them. For
    a variant whose names are not those of the checkpoint, load the base first, and the variant from the base's
    ``state_dict()``: all that the variant left alone fits by name.

    Raises ``netc.WeightsError``: E801 for a file that cannot be read, E906 for what is no checkpoint, E907 for weights
    that do not fit (its ``report`` has all), E908 for a module on the meta device.
    """
    return backends.load("torch.weights").load_weights(module, state_dict, strict)


def __getattr__(name: str) -> Any:
    """``WeightsError``, which stands with what is loaded only by who asks for it."""
    if name == "WeightsError":
        return backends.load("torch.weights.report").WeightsError
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _checked(graph: Graph) -> Graph:
    """The graph itself; TypeError for a spec's name or text, which is to be loaded before."""
    if not isinstance(graph, Graph):
        raise TypeError(f"a graph is expected, not a {type(graph).__name__}: netc.load(...) makes it")
    return graph


def _on_paper(graph: Graph) -> str:
    """The figure on its theme's background: a notebook may be dark."""
    return draw(graph, background="theme")


# A notebook shows a graph as its figure. The compiler cannot draw, so the method is given here.
Graph._repr_svg_ = _on_paper  # type: ignore[attr-defined]
