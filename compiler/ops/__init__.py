"""Every op of the language, by keyword. A new op is one class and one line here."""

from __future__ import annotations

from ..op import Op
from .activation import (
    ELU,
    GELU,
    HardSigmoid,
    HardSwish,
    LeakyReLU,
    ReLU,
    ReLU6,
    ScaledTanh,
    Sigmoid,
    SiLU,
    Softmax,
    Tanh,
)
from .conv import Conv
from .conv_transpose import ConvTranspose
from .dense import FC, RBF
from .dropout import Dropout, StochasticDepth
from .merge import Add, Concat, Mul
from .normalization import LRN, BatchNorm, LayerNorm, LayerScale
from .pool import (
    AdaptiveAvgPool,
    AdaptiveMaxPool,
    AvgPool,
    GlobalAvgPool,
    GlobalMaxPool,
    MaxPool,
    Subsample,
)
from .shape import ChannelShuffle, Crop, Flatten, Pad, Reshape, Split

_CLASSES: tuple[type[Op], ...] = (
    Conv, ConvTranspose,
    MaxPool, AvgPool, AdaptiveAvgPool, AdaptiveMaxPool, GlobalAvgPool, GlobalMaxPool, Subsample,
    FC, RBF,
    BatchNorm, LRN, LayerNorm, LayerScale,
    Dropout, StochasticDepth,
    ReLU, ReLU6, LeakyReLU, ELU, Tanh, ScaledTanh, Sigmoid, HardSigmoid, HardSwish, SiLU, GELU, Softmax,
    Add, Mul, Concat,
    Split, Flatten, Reshape, ChannelShuffle, Crop, Pad,
)  # fmt: skip

OPS: dict[str, type[Op]] = {op.keyword: op for op in _CLASSES}
