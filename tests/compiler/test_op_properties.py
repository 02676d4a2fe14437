"""Random convolutions and poolings: PyTorch makes the same shape, or both refuse."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netc.compiler.diagnostics import Problem
from netc.compiler.ops import OPS
from netc.compiler.signature import build
from netc.compiler.values import Shape, Symbol

torch = pytest.importorskip("torch", reason="PyTorch is what ops are compared with")
from torch import nn  # noqa: E402 - only where torch is

EXAMPLES = settings(max_examples=200, deadline=None, derandomize=True)

maps = st.tuples(st.sampled_from([1, 2, 4, 6]), st.integers(1, 12), st.integers(1, 12))
pairs = st.tuples(st.integers(1, 5), st.integers(1, 5))
borders = st.tuples(st.integers(0, 3), st.integers(0, 3))
channels = st.sampled_from([1, 2, 3, 4, 6])
rounding = st.sampled_from(["down", "up"])


def ours(keyword: str, arguments: dict[str, Any], shape: Shape) -> Shape | None:
    """The op's output, or None when it is refused."""
    try:
        return build(OPS[keyword], [], arguments).infer(shape)
    except (Problem, ExceptionGroup):
        return None


def theirs(module: Any, arguments: dict[str, Any], shape: Shape, device: str = "meta") -> Shape | None:
    """PyTorch's output, or None when it is refused."""
    try:
        with torch.device(device):
            return tuple(module(**arguments)(torch.zeros(1, *shape)).shape[1:])
    except (RuntimeError, ValueError):
        return None


@EXAMPLES
@given(maps, channels, pairs, pairs, borders, pairs, st.sampled_from([1, 2, 3]))
def test_convolutions(
    shape: Shape, out: int, kernel: Shape, stride: Shape, pad: Shape, dilation: Shape, groups: int
) -> None:
    common = {"stride": stride, "dilation": dilation, "groups": groups}
    expected = theirs(
        nn.Conv2d, common | {"in_channels": shape[0], "out_channels": out, "kernel_size": kernel, "padding": pad}, shape
    )
    assert ours("conv", common | {"channels": out, "kernel": kernel, "pad": pad}, shape) == expected


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")
@EXAMPLES
@given(maps, channels, pairs, st.sampled_from([1, 2, 3]), pairs)
def test_padding_to_the_same_size(shape: Shape, out: int, kernel: Shape, stride: int, dilation: Shape) -> None:
    """PyTorch has `same` for stride 1 only; for others the size is divided and rounded up."""
    arguments = {"channels": out, "kernel": kernel, "stride": stride, "dilation": dilation, "pad": Symbol("same")}
    assert ours("conv", arguments, shape) == (out, -(-shape[1] // stride), -(-shape[2] // stride))
    if stride == 1:
        common = {"in_channels": shape[0], "out_channels": out, "kernel_size": kernel, "dilation": dilation}
        expected = theirs(nn.Conv2d, common | {"padding": "same"}, shape)
        assert ours("conv", arguments, shape) == expected


@EXAMPLES
@given(maps, channels, pairs, pairs, borders)
def test_convolutions_that_round_up(shape: Shape, out: int, kernel: Shape, stride: Shape, pad: Shape) -> None:
    """The size is cuda-convnet's, and a convolution of the op's own padding has it too."""
    arguments = {"channels": out, "kernel": kernel, "stride": stride, "pad": pad, "round": Symbol("up")}
    room = [shape[axis + 1] + 2 * pad[axis] - kernel[axis] for axis in (0, 1)]
    if min(room) < 0:
        assert ours("conv", arguments, shape) is None
        return
    sizes = tuple(1 - (-room[axis] // stride[axis]) for axis in (0, 1))
    assert ours("conv", arguments, shape) == (out, *sizes)
    top, bottom, left, right = build(OPS["conv"], [], arguments).padding(shape)  # type: ignore[attr-defined]
    padded = (shape[0], shape[1] + top + bottom, shape[2] + left + right)
    plain = {"in_channels": shape[0], "out_channels": out, "kernel_size": kernel, "stride": stride}
    assert theirs(nn.Conv2d, plain, padded) == (out, *sizes)


@EXAMPLES
@given(maps, channels, pairs, pairs, borders, borders, pairs, st.sampled_from([1, 2]))
def test_transposed_convolutions(
    shape: Shape, out: int, kernel: Shape, stride: Shape, pad: Shape, output_pad: Shape, dilation: Shape, groups: int
) -> None:
    common = {"stride": stride, "dilation": dilation, "groups": groups}
    torchs = {"in_channels": shape[0], "out_channels": out, "kernel_size": kernel}
    torchs |= {"padding": pad, "output_padding": output_pad}
    mine = {"channels": out, "kernel": kernel, "pad": pad, "output_pad": output_pad}
    expected = theirs(nn.ConvTranspose2d, common | torchs, shape, device="cpu")  # meta does not check output_pad
    assert ours("conv_transpose", common | mine, shape) == expected


@EXAMPLES
@given(maps, pairs, st.none() | pairs, borders, pairs, rounding)
def test_maximum_pooling(
    shape: Shape, kernel: Shape, stride: Shape | None, pad: Shape, dilation: Shape, round: str
) -> None:
    common = {"stride": stride, "dilation": dilation}
    torchs = {"kernel_size": kernel, "padding": pad, "ceil_mode": round == "up"}
    mine = {"kernel": kernel, "pad": pad, "round": Symbol(round)}
    assert ours("maxpool", common | mine, shape) == theirs(nn.MaxPool2d, common | torchs, shape)


@EXAMPLES
@given(maps, pairs, st.none() | pairs, borders, rounding)
def test_average_pooling(shape: Shape, kernel: Shape, stride: Shape | None, pad: Shape, round: str) -> None:
    torchs = {"kernel_size": kernel, "stride": stride, "padding": pad, "ceil_mode": round == "up"}
    mine = {"kernel": kernel, "stride": stride, "pad": pad, "round": Symbol(round)}
    assert ours("avgpool", mine, shape) == theirs(nn.AvgPool2d, torchs, shape)
