"""A fully connected net as columns of units: what is drawn of it, and which nets are none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from ....compiler import Graph, Input, Layer, Problem, Transfer, elements, format_shape
from ....compiler.summary import summary, summary_parts
from ..labels import FIELDS
from ..picture import Picture

WORDS = frozenset({"activation", "normalization", "dropout", "reshape"})
"""Roles of layers that are words under the column of units that they change."""


class Column(NamedTuple):
    """A column of units: an input or a fully connected layer, with the layers that change its values.

    ``above`` and ``below`` are what is written there, ``label`` is its name, if that is written.
    """

    part: Literal["input", "layer"]
    name: str
    units: int
    title: str
    above: str
    label: str
    below: tuple[str, ...]
    shown: tuple[str, ...]
    section: str | None


def columns_of(picture: Picture, fields: Sequence[str]) -> list[Column]:
    """The columns from the input on; raises Problem E903 for a net that is no chain of fully connected layers."""
    groups: list[list[Input | Layer]] = []
    for node in picture.drawn.nodes:
        _check(picture.drawn, node)
        if isinstance(node, Input) or (isinstance(node, Layer) and node.op.role == "dense"):
            groups.append([node])
        elif isinstance(node, Layer):
            groups[-1].append(node)
    if len(groups) == 1:
        raise _unfit("there is none in this net")
    return [_column(picture, nodes, fields) for nodes in groups]


def _check(graph: Graph, node: Input | Layer | Transfer) -> None:
    """Raises Problem E903 unless the net goes straight on at that node, to or from a column of units."""
    if isinstance(node, Transfer):
        raise _unfit(f"this net copies `{node.layer}` from {node.origin} to {node.destination}")
    if isinstance(node, Layer) and node.op.role != "dense" and node.op.role not in WORDS:
        raise _unfit(f"`{node.name}` is {summary(node.op)}", node)
    if len(graph.consumers[node.name]) > 1:
        raise _unfit(f"`{node.name}` is read by {len(graph.consumers[node.name])} layers", node)
    if len(graph.inputs) > 1:
        raise _unfit(f"this net has {len(graph.inputs)} inputs")


def _unfit(why: str, node: Input | Layer | None = None) -> Problem:
    return Problem(
        "E903",
        "the style `neurons` draws one chain of fully connected layers",
        found=f"{why} (line {node.line})" if node else why,
        hint="`--style blocks` draws any net, `--style volumes` feature maps",
    )


def _column(picture: Picture, nodes: Sequence[Input | Layer], fields: Sequence[str]) -> Column:
    first, *others = nodes
    words = [summary(node.op) for node in others if isinstance(node, Layer)]
    ends = [name for name, node in picture.drawn.outputs.items() if any(node == other.name for other in nodes)]
    outputs = [f"output {name}" if name != "output" else name for name in ends]
    if isinstance(first, Input):
        title = ", ".join([f"input {first.name}: {format_shape(first.shape)}", *words, *outputs])
        below = [format_shape(first.shape)] * ("shape" in fields and len(first.shape) > 1)
        below += [", ".join(words)] * ("op" in fields)
    else:
        title = ", ".join([f"{first.name}: {summary(first.op)}", *words, format_shape(first.shape), *outputs])
        texts = {field: FIELDS[field](first) for field in fields if field not in ("name", "shape")}
        texts |= {"op": ", ".join([_op(first), *words])} if "op" in fields else {}
        below = list(texts.values())
    return Column(
        "input" if isinstance(first, Input) else "layer",
        first.name,
        elements(nodes[-1].shape),
        title,
        f"{elements(nodes[-1].shape):,}" if "shape" in fields else "",
        first.name if "name" in fields else "",
        tuple(line for line in below if line),
        picture.nodes_of(*(node.name for node in nodes)),
        first.section if isinstance(first, Layer) else None,
    )


def _op(layer: Layer) -> str:
    """The op without the number of its units, which stands above the column."""
    return ", ".join([layer.op.keyword, *summary_parts(layer.op)[1:]])
