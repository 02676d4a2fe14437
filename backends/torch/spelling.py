"""How every op is said in PyTorch: as a module that is kept, or as a function that is called.

Most ops say it themselves (``op.torch``, ``op.torch_arguments``). The odd
ones, which PyTorch has no single word for, have one line each in ``ODD``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias, cast

from ...compiler.op import Op, plain
from ...compiler.ops.conv import Conv
from ...compiler.ops.dense import RBF
from ...compiler.ops.digit_codes import WIDTH as GLYPH_WIDTH
from ...compiler.ops.dropout import StochasticDepth
from ...compiler.ops.normalization import LRN, LayerScale
from ...compiler.ops.shape import Split
from ...compiler.values import Shape


@dataclass(frozen=True)
class Constant:
    """A value with a name of its own at the top of the file."""

    purpose: str
    lines: tuple[str, ...]
    picture: bool = False
    """Written as one text, and not as a tuple of lines."""


@dataclass(frozen=True)
class Spelling:
    """A PyTorch callable and its arguments, without those that keep their ``defaults``."""

    name: str
    arguments: Mapping[str, object] = field(default_factory=dict)
    defaults: Mapping[str, object] = field(default_factory=dict)
    form: Literal["module", "call", "operator", "join"] = "module"
    """A module; a function of one tensor; an operator between tensors; a function of a list of tensors."""
    tail: str = ""


Speller: TypeAlias = Callable[[Op, tuple[Shape, ...]], Spelling | None]


@dataclass(frozen=True)
class Odd:
    """The spellings of an op that differ from what its class says; None is no difference."""

    module: Speller | None = None
    function: Speller | None = None


def as_module(op: Op, shapes: tuple[Shape, ...]) -> Spelling | None:
    """The module that does what the op does, or None if there is none."""
    odd = ODD.get(op.keyword)
    if odd and odd.module:
        return odd.module(op, shapes)
    return _plain_module(op, shapes)


def as_function(op: Op, shapes: tuple[Shape, ...]) -> Spelling | None:
    """The function that does what the op does, or None if it keeps weights or a mode."""
    odd = ODD.get(op.keyword)
    return odd.function(op, shapes) if odd and odd.function else None


def preparation(op: Op, shapes: tuple[Shape, ...]) -> Spelling | None:
    """What must be done to the input before, because the module cannot: margins, flattening."""
    if op.keyword == "fc" and len(shapes[0]) > 1:
        return _flatten(op, shapes)
    margins = op.explicit_padding(shapes[0]) if isinstance(op, Conv) else None
    if margins is None:
        return None
    top, bottom, left, right = margins
    return Spelling("F.pad", {"pad": (left, right, top, bottom)}, form="call")


def _plain_module(op: Op, shapes: tuple[Shape, ...]) -> Spelling | None:
    dotted = op.torch_callable(*shapes)
    name = dotted.removeprefix("torch.nn.")
    if name == dotted or "." in name:
        return None
    return Spelling(f"nn.{name}", op.torch_arguments(*shapes), defaults(op))


def defaults(op: Op) -> dict[str, object]:
    """What the callable's arguments are when they are left out, in the order in which they are written."""
    fields = type(op).model_fields
    known = {
        argument: plain(fields[name].default)
        for name, argument in op.torch_names.items()
        if name not in op.differs and not fields[name].is_required()
    }
    known |= MORE_DEFAULTS.get(op.keyword, {})
    return {key: known[key] for key in sorted(known, key=lambda key: (key not in FIRST, FIRST.get(key, 0)))}


FIRST = {"stride": 1, "padding": 2}
"""Keywords that are written before others."""

MORE_DEFAULTS: dict[str, dict[str, object]] = {
    "conv": {"padding": 0},
    "maxpool": {"ceil_mode": False},
    "avgpool": {"ceil_mode": False},
    "pad": {"value": 0.0},
}
"""Defaults of arguments that an op computes, and so does not list in ``torch_names``."""


def _no_module(op: Op, shapes: tuple[Shape, ...]) -> None:
    return None


def _conv(op: Op, shapes: tuple[Shape, ...]) -> Spelling | None:
    plain_conv = _plain_module(op, shapes)
    connect = cast(Conv, op).connect
    if connect is None or plain_conv is None:
        return plain_conv
    table = Constant("connections", connect)
    kept = {key: value for key, value in plain_conv.arguments.items() if key not in ("in_channels", "out_channels")}
    return Spelling("ConnectedConv2d", {"connections": table, **kept}, defaults(op))


def _subsample(op: Op, shapes: tuple[Shape, ...]) -> Spelling:
    arguments = {key: value for key, value in op.torch_arguments(*shapes).items() if key != "divisor_override"}
    return Spelling("Subsample", {"channels": shapes[0][0], **arguments}, {"stride": None})


def _rbf(op: Op, shapes: tuple[Shape, ...]) -> Spelling:
    glyphs = [["#" if value > 0 else "." for value in code] for code in cast(RBF, op).values()]
    starts = range(0, len(glyphs[0]), GLYPH_WIDTH)
    rows = ("  ".join("".join(glyph[start : start + GLYPH_WIDTH]) for glyph in glyphs) for start in starts)
    return Spelling("RBF", {"glyphs": Constant("codes", tuple(rows), picture=True)})


def _lrn(op: Op, shapes: tuple[Shape, ...]) -> Spelling | None:
    groups = cast(LRN, op).groups
    usual = _plain_module(op, shapes)
    if groups == 1 or usual is None:
        return usual
    return replace(usual, name="GroupedLocalResponseNorm", arguments={"groups": groups, **usual.arguments})


def _layernorm(op: Op, shapes: tuple[Shape, ...]) -> Spelling | None:
    usual = _plain_module(op, shapes)
    return replace(usual, name="LayerNorm2d") if usual and len(shapes[0]) == 3 else usual


def _layer_scale(op: Op, shapes: tuple[Shape, ...]) -> Spelling:
    name = "LayerScale2d" if len(shapes[0]) == 3 else "LayerScale"
    init = cast(LayerScale, op).init
    usual = type(op).model_fields["init"].default
    return Spelling(name, {"channels": shapes[0][0]} | ({} if init == usual else {"init": init}), {"init": usual})


def _stochastic_depth(op: Op, shapes: tuple[Shape, ...]) -> Spelling:
    return Spelling("StochasticDepth", {"p": cast(StochasticDepth, op).p})


def _crop(op: Op, shapes: tuple[Shape, ...]) -> Spelling:
    if len(shapes) == 2:
        return Spelling("crop_like", form="call")
    return Spelling("F.pad", op.torch_arguments(*shapes), form="call")


def _scaled_tanh(name: str, form: Literal["module", "call"]) -> Speller:
    def spell(op: Op, shapes: tuple[Shape, ...]) -> Spelling:
        fields = type(op).model_fields
        known = {key: fields[key].default for key in ("amplitude", "slope")}
        arguments = {key: getattr(op, key) for key in known if getattr(op, key) != known[key]}
        return Spelling(name, arguments, known, form)

    return spell


def _flatten(op: Op, shapes: tuple[Shape, ...]) -> Spelling:
    return Spelling("torch.flatten", {"start_dim": 1}, form="call")


def _chunk(op: Op, shapes: tuple[Shape, ...]) -> Spelling:
    return Spelling("torch.chunk", op.torch_arguments(*shapes), form="call", tail=f"[{cast(Split, op).part}]")


def _call(name: str, form: Literal["call", "operator", "join"] = "call") -> Speller:
    """The function of this name, with the arguments that the op gives its PyTorch callable."""

    def spell(op: Op, shapes: tuple[Shape, ...]) -> Spelling:
        return Spelling(name, op.torch_arguments(*shapes), defaults(op), form)

    return spell


ODD: dict[str, Odd] = {
    "conv": Odd(module=_conv),
    "subsample": Odd(module=_subsample),
    "rbf": Odd(module=_rbf),
    "lrn": Odd(module=_lrn),
    "layernorm": Odd(module=_layernorm),
    "layer_scale": Odd(module=_layer_scale),
    "stochastic_depth": Odd(module=_stochastic_depth),
    "scaled_tanh": Odd(_scaled_tanh("ScaledTanh", "module"), _scaled_tanh("scaled_tanh", "call")),
    "relu": Odd(function=_call("F.relu")),
    "relu6": Odd(function=_call("F.relu6")),
    "leaky_relu": Odd(function=_call("F.leaky_relu")),
    "elu": Odd(function=_call("F.elu")),
    "tanh": Odd(function=_call("torch.tanh")),
    "sigmoid": Odd(function=_call("torch.sigmoid")),
    "hardsigmoid": Odd(function=_call("F.hardsigmoid")),
    "hardswish": Odd(function=_call("F.hardswish")),
    "silu": Odd(function=_call("F.silu")),
    "gelu": Odd(function=_call("F.gelu")),
    "softmax": Odd(function=_call("F.softmax")),
    "add": Odd(_no_module, _call("+", "operator")),
    "mul": Odd(_no_module, _call("*", "operator")),
    "concat": Odd(_no_module, _call("torch.cat", "join")),
    "split": Odd(_no_module, _chunk),
    "flatten": Odd(function=_flatten),
    "reshape": Odd(_no_module, _call("torch.reshape")),
    "channel_shuffle": Odd(function=_call("F.channel_shuffle")),
    "crop": Odd(_no_module, _crop),
    "pad": Odd(_no_module, _call("F.pad")),
}
"""Ops that have a function, and ops that PyTorch has no module of their own for."""

LEADING = {
    "in_channels", "out_channels", "kernel_size", "in_features", "out_features", "num_features", "normalized_shape",
    "size", "output_size", "p", "channels", "connections", "glyphs", "pad", "shape", "chunks", "start_dim",
}  # fmt: skip
"""Arguments that are written without their names, as long as none with its name stands before them."""


def is_kept(op: Op, local_name: str, statement: str, shapes: tuple[Shape, ...]) -> bool:
    """Whether a layer is an attribute of its module, and not only a line of its ``forward``.

    Kept is what has weights, buffers, a mode or no function, and what the
    user gave a name of its own.
    """
    if as_function(op, shapes) is None:
        return True
    named_by_user = bool(statement) and local_name == statement.rpartition(".")[2]
    return named_by_user and as_module(op, shapes) is not None
