"""The weights of one net as those of an equal one: a Python file with a function `convert`. Imports no torch."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from importlib.metadata import version

from ...compiler.equivalence import (
    Equivalence,
    Folded,
    Joined,
    Minus,
    Recipe,
    Rows,
    Scale,
    Shaped,
    Tensor,
    Zeros,
)
from .layout import WIDTH, Bracket, Expression, Item, bracket, lay_out
from .words import literal


def converter(found: Equivalence) -> str:
    """The text of the file; nothing but torch is needed to run it."""
    tables = _Tables(found)
    functions = "\n".join(_convert(tables))
    wanted = [text for name, text in HELPERS.items() if f"{name}(" in functions]
    return "\n\n\n".join([_head(found, tables), *wanted, functions, _MAIN])


HELPERS = {
    "batchnorm": '''\
def batchnorm(state: dict[str, Tensor], layer: str, eps: float) -> Tensor:
    """Factor and shift per channel that a batch normalization is in evaluation."""
    mean, variance = state[f"{layer}.running_mean"], state[f"{layer}.running_var"]
    scale = state.get(f"{layer}.weight", torch.ones_like(mean))
    shift = state.get(f"{layer}.bias", torch.zeros_like(mean))
    factor = scale / torch.sqrt(variance + eps)
    return torch.stack([factor, shift - mean * factor])''',
    "layer_scale": '''\
def layer_scale(state: dict[str, Tensor], layer: str) -> Tensor:
    """Factor and shift per channel that a layer scale is; the shift is 0."""
    factor = state[f"{layer}.weight"].flatten()
    return torch.stack([factor, torch.zeros_like(factor)])''',
    "fold_weight": '''\
def fold_weight(weight: Tensor, scale: Tensor, axis: int = 0) -> Tensor:
    """A weight whose outputs stand along an axis, with a factor for each taken in."""
    shape = [1] * weight.dim()
    shape[axis] = -1
    return weight * scale[0].reshape(shape)''',
    "fold_bias": '''\
def fold_bias(bias: Tensor, scale: Tensor) -> Tensor:
    """A constant, with a factor and a shift taken in."""
    return bias * scale[0] + scale[1]''',
}
"""Functions that a file may need, each after those that it is called by in no other helper."""

_MAIN = """\
if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(f"usage: python {sys.argv[0]} BEFORE.pt AFTER.pt")
    before = torch.load(sys.argv[1], map_location="cpu", weights_only=True)
    torch.save(convert(before), sys.argv[2])
"""


class _Tables:
    """What needs no line of its own: layers that are copied, and layers that take one batch normalization in."""

    def __init__(self, found: Equivalence) -> None:
        layers: dict[str, dict[str, Recipe]] = {}
        for name, recipe in found.recipes.items():
            layer, _, kind = name.rpartition(".")
            layers.setdefault(layer, {})[kind] = recipe
        kinds = _kinds(found)
        self.copied: dict[str, str] = {}
        """Layer of the source -> layer of the target."""
        self.folded: dict[str, tuple[str, str, float]] = {}
        """Layer of the target -> layer and batch normalization of the source, and its eps."""
        self.others: dict[str, Recipe] = {}
        for layer, tensors in layers.items():
            origin, fold = _copied(tensors), _folded(tensors)
            if origin is not None and origin not in self.copied and kinds[origin] == set(tensors):
                self.copied[origin] = layer
            elif fold is not None:
                self.folded[layer] = fold
            else:
                self.others |= {f"{layer}.{kind}": recipe for kind, recipe in tensors.items()}


def _kinds(found: Equivalence) -> dict[str, set[str]]:
    """For every layer of the source its tensors."""
    graph = found.source
    return {
        layer.name: {*layer.op.weights(*shapes), *layer.op.buffers(*shapes)}
        for layer in graph.layers
        for shapes in [graph.input_shapes(layer)]
    }


def _copied(tensors: dict[str, Recipe]) -> str | None:
    """The layer whose tensors these are, if they are one layer's as they stand."""
    origins = set()
    for kind, recipe in tensors.items():
        layer, _, own = recipe.name.rpartition(".") if isinstance(recipe, Tensor) else ("", "", "")
        origins.add(layer if own == kind else "")
    return origins.pop() if len(origins) == 1 and "" not in origins else None


def _folded(tensors: dict[str, Recipe]) -> tuple[str, str, float] | None:
    """Layer, batch normalization and its eps, where both are taken as a whole."""
    weight, bias = tensors.get("weight"), tensors.get("bias")
    if not (isinstance(weight, Folded) and isinstance(bias, Folded) and isinstance(weight.of, Tensor)):
        return None
    (scale, *more), layer = weight.scales, weight.of.name.rpartition(".")[0]
    plain = weight.axis == 0 and isinstance(bias.of, (Tensor, Zeros)) and bias.scales == weight.scales
    if more or not plain or scale.eps is None or scale.stop is not None:
        return None
    return layer, scale.layer, scale.eps


def _head(found: Equivalence, tables: _Tables) -> str:
    source, target = found.source, found.target
    lines = [
        f'"""The weights of {source.net} as those of {target.net}.',
        "",
        f"From {_harmless(source.file)}, to {_harmless(target.file)}:",
        "",
        "    weights = convert(before.state_dict())",
        "    after.load_state_dict(weights)",
        "",
        "or, for files: python convert.py BEFORE.pt AFTER.pt",
        "",
        *_remarks(found),
        f"Written by netc {version('netc')}.",
        '"""',
        "",
        "import sys",
        "",
        "import torch",
        "from torch import Tensor",
    ]
    return "\n".join([*lines, *_constants(tables)])


def _harmless(file: str) -> str:
    """The name of a file without anything that has a meaning inside quotes."""
    return re.sub(r"[^\w.:/ -]", "?", file)


def _remarks(found: Equivalence) -> Iterator[str]:
    if found.left_out:
        names = ", ".join(found.left_out)
        said = f"{found.source.net} has no weights for {names}: load with strict=False."
        yield from (*textwrap.wrap(said, 88, break_long_words=False), "")


def _constants(tables: _Tables) -> Iterator[str]:
    if tables.copied:
        yield from ("", "# Layers whose weights stay as they are, and what they are called then.")
        rows = [Item(literal(after), f"{literal(before)}: ") for before, after in tables.copied.items()]
        yield from lay_out(0, "COPIED = ", Bracket("", tuple(rows), "{}", open=True))
    if tables.folded:
        yield from ("", "# Layers that take in a batch normalization: of which layers, and with which eps.")
        rows = [Item(literal(origin), f"{literal(layer)}: ") for layer, origin in tables.folded.items()]
        yield from lay_out(0, "FOLDED = ", Bracket("", tuple(rows), "{}", open=True))


def _convert(tables: _Tables) -> Iterator[str]:
    yield "def convert(state: dict[str, Tensor]) -> dict[str, Tensor]:"
    yield '    """The state_dict of the one net as that of the other; the tensors are new ones."""'
    yield "    made: dict[str, Tensor] = {}"
    if tables.copied:
        yield "    for name, tensor in state.items():"
        yield '        layer, _, kind = name.rpartition(".")'
        yield "        if layer in COPIED:"
        yield '            made[f"{COPIED[layer]}.{kind}"] = tensor'
    if tables.folded:
        yield "    for layer, (origin, norm, eps) in FOLDED.items():"
        yield "        scale = batchnorm(state, norm, eps)"
        yield '        bias = state.get(f"{origin}.bias", torch.zeros_like(scale[0]))'
        yield '        made[f"{layer}.weight"] = fold_weight(state[f"{origin}.weight"], scale)'
        yield '        made[f"{layer}.bias"] = fold_bias(bias, scale)'
    for name, recipe in tables.others.items():
        yield from _assignment(f"made[{literal(name)}] = ", _expression(recipe))
    yield "    return {"
    yield "        name: tensor.detach().clone(memory_format=torch.contiguous_format)"
    yield "        for name, tensor in made.items()"
    yield "    }"


def _assignment(target: str, value: Expression) -> list[str]:
    """A statement; a long name stays on its line, which black would divide in the middle of an index."""
    lines = lay_out(1, target, value)
    return [f"{lines[0]}  # fmt: skip"] if len(lines) == 1 and len(lines[0]) > WIDTH else lines


def _expression(recipe: Recipe) -> Expression:
    """A recipe as Python writes it."""
    match recipe:
        case Tensor(name):
            return f"state[{literal(name)}]"
        case Rows(of, start, stop, axis):
            return _tail(_expression(of), f"[{':, ' * axis}{start}:{stop}]")
        case Joined(parts, axis):
            along = ["dim=1"] * axis
            return bracket("torch.cat", [bracket("", [_expression(part) for part in parts], "[]"), *along])
        case Shaped(of, shape):
            return _tail(_expression(of), f".reshape({', '.join(map(str, shape))})")
        case Zeros(count, like):
            return bracket(f"state[{literal(like)}].new_zeros", [str(count)])
        case Minus(one, other):
            return bracket("torch.sub", [_expression(one), _expression(other)])
        case Folded():
            return _folding(recipe)


def _tail(expression: Expression, tail: str) -> Expression:
    if isinstance(expression, str):
        return expression + tail
    return Bracket(expression.head, expression.items, expression.brackets, tail=expression.tail + tail)


def _folding(recipe: Folded) -> Expression:
    made = _expression(recipe.of)
    for scale in recipe.scales:
        axis = [f"axis={recipe.axis}"] if recipe.axis and not recipe.is_bias else []
        made = bracket("fold_bias" if recipe.is_bias else "fold_weight", [made, _scale(scale), *axis])
    return made


def _scale(scale: Scale) -> Expression:
    arguments = ["state", literal(scale.layer)]
    part = "" if scale.stop is None else f"[:, {scale.start}:{scale.stop}]"
    if scale.eps is None:
        return bracket("layer_scale", arguments, tail=part)
    return bracket("batchnorm", [*arguments, repr(scale.eps)], tail=part)
