"""Sample arguments and inputs for every op: what the tests of ops, writers and styles try."""

from __future__ import annotations

from typing import NamedTuple

from netc.compiler.op import Op
from netc.compiler.ops import OPS
from netc.compiler.signature import build
from netc.compiler.values import Shape, Size, Symbol

IMAGE = (3, 16, 15)
MAP = (8, 12, 9)
VECTOR = (20,)

TABLE_I = """
    X...XXX..XXXX.XX
    XX...XXX..XXXX.X
    XXX...XXX..X.XXX
    .XXX..XXXX..X.XX
    ..XXX..XXXX.XX.X
    ...XXX..XXXX.XXX
"""
"""LeCun et al. 1998, table I: row = map of S2, column = map of C3."""


class Sample(NamedTuple):
    """An op's arguments as the language gives them, and the shapes of its inputs."""

    keyword: str
    arguments: dict[str, object]
    inputs: tuple[Shape, ...]

    @property
    def op(self) -> Op:
        return build(OPS[self.keyword], [], self.arguments)

    def __str__(self) -> str:
        arguments = ", ".join(f"{name}={value}" for name, value in self.arguments.items())
        return f"{self.keyword}({arguments[:60]}) of {' '.join('x'.join(map(str, shape)) for shape in self.inputs)}"


ARGUMENTS: dict[str, list[tuple[dict[str, object], *tuple[Shape, ...]]]] = {
    "conv": [
        ({"channels": 6, "kernel": 5}, IMAGE),
        ({"channels": 6, "kernel": Size((3, 1)), "pad": Size((1, 0)), "bias": False}, IMAGE),
        ({"channels": 8, "kernel": 3, "stride": 2, "pad": 1, "dilation": Size((1, 2)), "groups": 4}, MAP),
        ({"channels": 8, "kernel": 3, "groups": 8, "pad": 1}, MAP),
        ({"channels": 4, "kernel": 3, "pad": (0, 1, 2, 3)}, IMAGE),
        ({"channels": 4, "kernel": 4, "stride": 3, "pad": Symbol("same")}, IMAGE),
        ({"channels": 4, "kernel": 4, "pad": Symbol("same")}, IMAGE),
        ({"channels": 48, "kernel": 11, "stride": 4, "round": Symbol("up")}, (3, 224, 224)),
        ({"channels": 16, "kernel": 5, "connect": TABLE_I}, (6, 14, 14)),
        ({"channels": 16, "kernel": 3, "connect": TABLE_I, "bias": False, "stride": 2, "pad": 1}, (6, 14, 14)),
    ],
    "conv_transpose": [
        ({"channels": 4, "kernel": 2, "stride": 2}, MAP),
        ({"channels": 4, "kernel": Size((3, 4)), "stride": 3, "pad": 1, "output_pad": Size((2, 0))}, MAP),
        ({"channels": 6, "kernel": 3, "stride": 2, "dilation": 3, "output_pad": 2, "groups": 2, "bias": False}, MAP),
    ],
    "maxpool": [
        ({"kernel": 2}, MAP),
        ({"kernel": 3, "stride": 2}, MAP),
        ({"kernel": 3, "stride": 2, "pad": 1, "round": Symbol("up")}, (64, 112, 112)),
        ({"kernel": Size((2, 3)), "stride": Size((1, 2)), "dilation": 2, "pad": Size((0, 1))}, MAP),
        ({"kernel": 3, "stride": 2, "round": Symbol("up")}, (4, 2, 2)),
        ({"kernel": 1, "stride": 2}, MAP),
    ],
    "avgpool": [
        ({"kernel": 2}, MAP),
        ({"kernel": 3, "stride": 1, "pad": 1, "count_include_pad": False}, MAP),
        ({"kernel": 2, "pad": 1, "round": Symbol("up")}, MAP),
        ({"kernel": 1, "stride": 2}, MAP),
    ],
    "adaptive_avgpool": [({"size": 7}, MAP), ({"size": Size((6, 5))}, MAP)],
    "adaptive_maxpool": [({"size": 7}, MAP), ({"size": Size((6, 5))}, MAP)],
    "global_avgpool": [({}, MAP)],
    "global_maxpool": [({}, MAP)],
    "subsample": [({"kernel": 2}, (6, 28, 28)), ({"kernel": 3, "stride": Size((2, 1))}, MAP)],
    "fc": [({"units": 5}, VECTOR), ({"units": 5, "bias": False}, MAP)],
    "rbf": [({"classes": 10}, (84,)), ({"classes": 3, "codes": Symbol("digits_7x12")}, (84,))],
    "batchnorm": [
        ({}, MAP),
        ({}, VECTOR),
        ({"eps": 1e-3, "momentum": 0.01}, MAP),
        ({"affine": False}, MAP),
    ],
    "lrn": [
        ({}, MAP),
        ({"size": 3, "alpha": 1e-3, "beta": 0.5, "k": 1}, MAP),
        ({"alpha_per": Symbol("term")}, MAP),
        ({"groups": 2}, MAP),
    ],
    "layernorm": [({}, VECTOR), ({"eps": 1e-6}, MAP), ({"affine": False}, MAP)],
    "layer_scale": [({}, MAP), ({"init": 0.1}, VECTOR)],
    "dropout": [({}, MAP), ({"p": 0.2}, VECTOR)],
    "stochastic_depth": [({"p": 0.2}, MAP), ({"p": 0.5}, VECTOR), ({"p": 0}, MAP), ({"p": 1}, MAP)],
    "relu": [({}, MAP), ({}, VECTOR)],
    "relu6": [({}, MAP)],
    "leaky_relu": [({}, MAP), ({"slope": 0.2}, VECTOR)],
    "elu": [({}, MAP), ({"alpha": 0.5}, VECTOR)],
    "tanh": [({}, MAP)],
    "scaled_tanh": [({}, MAP), ({"amplitude": 1, "slope": 0.5}, VECTOR)],
    "sigmoid": [({}, MAP)],
    "hardsigmoid": [({}, MAP)],
    "hardswish": [({}, MAP)],
    "silu": [({}, MAP)],
    "gelu": [({}, MAP)],
    "softmax": [({}, VECTOR), ({}, MAP)],
    "add": [({}, MAP, MAP), ({}, VECTOR, VECTOR, VECTOR)],
    "mul": [({}, MAP, MAP), ({}, MAP, (8, 1, 1)), ({}, (8, 1, 1), MAP, MAP), ({}, VECTOR, VECTOR)],
    "concat": [
        ({}, MAP, (2, 12, 9), MAP),
        ({}, VECTOR, (7,)),
        ({}, MAP),
        ({"axis": Symbol("height")}, MAP, (8, 5, 9)),
        ({"axis": Symbol("width")}, MAP, (8, 12, 1)),
    ],
    "split": [({"parts": 2, "part": 0}, MAP), ({"parts": 4, "part": 3}, VECTOR), ({"parts": 2}, MAP)],
    "flatten": [({}, MAP), ({}, VECTOR)],
    "reshape": [({"shape": Size((2, 36, 12))}, MAP), ({"shape": 864}, MAP), ({"shape": Size((20, 1, 1))}, VECTOR)],
    "channel_shuffle": [({"groups": 4}, MAP)],
    "crop": [({"size": Size((10, 4))}, MAP), ({"size": 9}, MAP), ({}, MAP, (3, 7, 8))],
    "pad": [
        ({"margins": 1}, MAP),
        ({"margins": 0, "channels": (2, 3)}, MAP),
        ({"margins": Size((0, 1)), "channels": 4, "value": 1.5}, MAP),
        ({"margins": (0, 1, 2, 3), "value": -0.5}, MAP),
    ],
}

SAMPLES = [
    Sample(keyword, arguments, tuple(inputs))
    for keyword, samples in ARGUMENTS.items()
    for arguments, *inputs in samples
]
