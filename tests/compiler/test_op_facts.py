"""Numbers that the papers print, or that follow from their tables. No PyTorch needed."""

from __future__ import annotations

from math import prod

import pytest
from op_samples import TABLE_I

from netc.compiler.op import Op
from netc.compiler.ops import OPS
from netc.compiler.ops.conv import Conv
from netc.compiler.ops.dense import RBF
from netc.compiler.signature import build
from netc.compiler.values import Shape, Symbol


def op(keyword: str, *positional: object, **named: object) -> Op:
    return build(OPS[keyword], positional, named)


# LeCun et al. 1998, section II.B: trainable parameters and connections of every layer.
LENET5: list[tuple[Op, Shape, Shape, int, int]] = [
    (op("conv", 6, 5), (1, 32, 32), (6, 28, 28), 156, 122_304),
    (op("subsample", 2), (6, 28, 28), (6, 14, 14), 12, 5_880),
    (op("conv", 16, 5, connect=TABLE_I), (6, 14, 14), (16, 10, 10), 1_516, 151_600),
    (op("subsample", 2), (16, 10, 10), (16, 5, 5), 32, 2_000),
    (op("conv", 120, 5), (16, 5, 5), (120, 1, 1), 48_120, 48_120),
    (op("fc", 84), (120, 1, 1), (84,), 10_164, 10_164),
    (op("rbf", 10), (84,), (10,), 0, 840),
]

# Krizhevsky et al. 2012, figure 2: one of the two towers; and the layer over both.
ALEXNET: list[tuple[Op, Shape, Shape, int, int]] = [
    (op("conv", 48, 11, stride=4, round=Symbol("up")), (3, 224, 224), (48, 55, 55), 17_472, 52_707_600),
    (op("maxpool", 3, 2), (48, 55, 55), (48, 27, 27), 0, 0),
    (op("conv", 128, 5, pad=2), (48, 27, 27), (128, 27, 27), 153_728, 111_974_400),
    (op("maxpool", 3, 2), (128, 27, 27), (128, 13, 13), 0, 0),
    (op("conv", 192, 3, pad=1), (256, 13, 13), (192, 13, 13), 442_560, 74_760_192),
    (op("conv", 192, 3, pad=1), (192, 13, 13), (192, 13, 13), 331_968, 56_070_144),
    (op("conv", 128, 3, pad=1), (192, 13, 13), (128, 13, 13), 221_312, 37_380_096),
    (op("maxpool", 3, 2), (128, 13, 13), (128, 6, 6), 0, 0),
    (op("fc", 2048), (256, 6, 6), (2048,), 18_876_416, 18_874_368),
    (op("fc", 2048), (4096,), (2048,), 8_390_656, 8_388_608),
    (op("fc", 1000), (4096,), (1000,), 4_097_000, 4_096_000),
]

# The same layers in one tower with groups.
ALEXNET_GROUPED: list[tuple[Op, Shape, Shape, int, int]] = [
    (op("conv", 96, 11, stride=4, round=Symbol("up")), (3, 224, 224), (96, 55, 55), 34_944, 105_415_200),
    (op("conv", 256, 5, pad=2, groups=2), (96, 27, 27), (256, 27, 27), 307_456, 223_948_800),
    (op("conv", 384, 3, pad=1), (256, 13, 13), (384, 13, 13), 885_120, 149_520_384),
    (op("conv", 384, 3, pad=1, groups=2), (384, 13, 13), (384, 13, 13), 663_936, 112_140_288),
    (op("conv", 256, 3, pad=1, groups=2), (384, 13, 13), (256, 13, 13), 442_624, 74_760_192),
]


def test_lenet5_layer_by_layer() -> None:
    for layer, before, after, parameters, connections in LENET5:
        assert layer.infer(before) == after
        assert (layer.parameters(before), layer.connections(before)) == (parameters, connections)


def test_lenet5_totals_are_those_the_paper_prints() -> None:
    assert sum(layer.parameters(before) for layer, before, *_ in LENET5) == 60_000
    assert sum(layer.connections(before) for layer, before, *_ in LENET5) == 340_908
    assert sum(layer.macs(before) for layer, before, *_ in LENET5) == 325_680


@pytest.mark.parametrize("table", [ALEXNET, ALEXNET_GROUPED], ids=["towers", "grouped"])
def test_alexnet_layer_by_layer(table: list[tuple[Op, Shape, Shape, int, int]]) -> None:
    for layer, before, after, parameters, macs in table:
        assert layer.infer(before) == after
        assert (layer.parameters(before), layer.macs(before)) == (parameters, macs)


def test_rounding_up_pads_the_bottom_and_right_edge() -> None:
    """cuda-convnet's last window runs 3 pixels over the edge: 54 * 4 + 11 = 227 = 224 + 3."""
    conv1 = Conv(channels=48, kernel=(11, 11), stride=(4, 4), round="up")
    assert conv1.padding((3, 224, 224)) == conv1.explicit_padding((3, 224, 224)) == (0, 3, 0, 3)


def test_alexnet_totals() -> None:
    *towers, last = ALEXNET
    assert 2 * sum(layer.parameters(before) for layer, before, *_ in towers) + last[3] == 60_965_224
    assert 2 * sum(layer.macs(before) for layer, before, *_ in towers) + last[4] == 724_406_816


def test_fan_in_gives_the_initial_range_of_lenet5() -> None:
    """LeCun et al. 1998, appendix A: weights are drawn from +-2.4 / fan-in of their unit."""
    first, subsampling, third, _, fifth, dense, _ = ((layer, before) for layer, before, *_ in LENET5)
    assert first[0].fan_in(first[1]) == (25,)
    assert subsampling[0].fan_in(subsampling[1]) == (4,)
    assert third[0].fan_in(third[1]) == (75,) * 6 + (100,) * 9 + (150,)
    assert fifth[0].fan_in(fifth[1]) == (400,)
    assert dense[0].fan_in(dense[1]) == (120,)


def test_unet_up_convolution() -> None:
    """Ronneberger et al. 2015: 2x2 up-convolutions double the size and halve the channels."""
    layer, before = op("conv_transpose", 512, 2, stride=2), (1024, 28, 28)
    assert layer.infer(before) == (512, 56, 56)
    assert layer.parameters(before) == 1024 * 512 * 4 + 512
    assert layer.macs(before) == 1024 * 512 * 4 * 28 * 28
    assert layer.fan_in(before) == (1024,)
    assert layer.connections(before) == layer.macs(before) + 512 * 56 * 56


def test_taps_that_meet_in_a_transposed_convolution() -> None:
    assert op("conv_transpose", 1, 3, stride=2).fan_in((1, 5, 5)) == (2 * 2,)
    assert op("conv_transpose", 1, (5, 4), stride=(2, 3)).fan_in((4, 5, 5)) == (4 * 3 * 2,)
    assert op("conv_transpose", 1, 3, stride=2, dilation=2).fan_in((1, 5, 5)) == (3 * 3,)


# The rows of every glyph of LeCun et al. 1998, figure 3, as 7-bit numbers, the left pixel being the highest bit.
GLYPHS = """
    3e 00 1c 36 63 63 63 63 36 1c 00 00
    0c 1c 3c 0c 0c 0c 0c 0c 0c 3f 00 00
    3e 00 3e 63 43 06 1c 30 60 7f 00 00
    7f 03 06 0c 1e 03 03 03 63 3e 00 00
    3e 00 00 33 33 73 63 63 67 3f 03 03
    3e 00 7f 60 60 3c 1e 03 63 3e 00 00
    1e 30 60 60 7e 73 63 63 73 3e 00 00
    7f 03 03 06 0c 0c 18 18 18 18 00 00
    3e 63 63 63 3e 63 63 63 63 3e 00 00
    3e 67 63 63 67 3f 03 03 06 3c 00 00
"""


def codes() -> tuple[tuple[int, ...], ...]:
    return RBF(classes=10).values()


def test_digit_codes_are_the_figures_bitmaps() -> None:
    rows = [line.split() for line in GLYPHS.strip().splitlines()]
    bits = [[int(row, 16) >> bit & 1 for row in glyph for bit in range(6, -1, -1)] for glyph in rows]
    assert [[(value + 1) // 2 for value in code] for code in codes()] == bits


def test_digit_codes_are_distinct() -> None:
    black = [code.count(1) for code in codes()]
    assert black == [35, 27, 33, 32, 41, 35, 39, 25, 43, 39]
    distances = {
        (i, j): sum((a - b) ** 2 for a, b in zip(codes()[i], codes()[j], strict=True))
        for i in range(10)
        for j in range(i)
    }
    assert (distances[8, 6], distances[8, 1]) == (min(distances.values()), max(distances.values())) == (48, 200)


def test_crop_keeps_the_channels() -> None:
    assert op("crop", 224).infer((3, 256, 341)) == (3, 224, 224)
    assert op("crop", (56, 54)).infer((64, 64, 64)) == (64, 56, 54)


def test_split_and_concat_are_each_others_inverse() -> None:
    parts = [op("split", 4, part).infer((64, 7, 7)) for part in range(4)]
    assert parts == [(16, 7, 7)] * 4
    assert op("concat").infer(*parts) == (64, 7, 7)


def test_reshape_keeps_the_values() -> None:
    assert op("reshape", (256, 6, 6)).infer((9216,)) == (256, 6, 6)
    assert prod(op("flatten").infer((256, 6, 6))) == 9216
