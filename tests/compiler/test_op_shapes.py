"""Inputs that do not fit an op, numbers that are too large, and what a mistake is told. No PyTorch needed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from math import prod

import pytest
from op_samples import ARGUMENTS, SAMPLES, Sample

from netc.compiler.diagnostics import Diagnostic, Problem
from netc.compiler.op import Op
from netc.compiler.ops import OPS
from netc.compiler.signature import build
from netc.compiler.values import LARGEST, Shape, Size, Symbol


def misfit(keyword: str, arguments: dict[str, object], *inputs: Shape) -> Diagnostic:
    """The problem of an op with these inputs; the arguments themselves are right."""
    op = build(OPS[keyword], [], arguments)
    with pytest.raises(Problem) as caught:
        op.infer(*inputs)
    return caught.value.diagnostic


def test_every_op_has_samples_and_every_sample_an_op() -> None:
    assert set(ARGUMENTS) == set(OPS)
    assert all(ARGUMENTS.values())


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_every_op_survives_json(sample: Sample) -> None:
    text = json.dumps(sample.op.model_dump(mode="json"))
    assert OPS[sample.keyword].model_validate(json.loads(text)) == sample.op


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_every_weight_has_a_fan_in(sample: Sample) -> None:
    op, inputs = sample.op, sample.inputs
    fan_in = op.fan_in(*inputs)
    assert all(count > 0 for count in fan_in)
    assert len(fan_in) in (1, op.infer(*inputs)[0]) or not op.weights(*inputs)


def test_kernel_larger_than_the_padded_input() -> None:
    told = misfit("conv", {"channels": 6, "kernel": 5, "pad": 1}, (1, 2, 9))
    assert (told.code, told.expected, told.found) == ("E401", "a padded input of at least 5x5", "1x2x9, padded to 4x11")
    assert told.hint == "pad = 2 keeps 2x9"


@pytest.mark.parametrize(
    ("arguments", "shape", "hint"),
    [
        ({"kernel": 5}, (1, 3, 3), "pad = 2 keeps 3x3"),
        ({"kernel": Size((1, 7))}, (1, 5, 5), "pad = 0x3 keeps 5x5"),
        ({"kernel": 5, "dilation": 2}, (1, 5, 5), "pad = 4 keeps 5x5"),
        ({"kernel": 5, "stride": 2}, (1, 2, 4), "pad = 2 is the least that fits"),
        ({"kernel": 4}, (1, 3, 3), "pad = 1 is the least that fits"),
    ],
)
def test_the_hint_for_a_large_kernel_fits(arguments: dict[str, object], shape: Shape, hint: str) -> None:
    assert misfit("conv", {"channels": 1} | arguments, shape).hint == hint
    pad = hint.split()[2]
    margins = Size(map(int, pad.split("x"))) if "x" in pad else int(pad)
    mended = build(OPS["conv"], [], {"channels": 1, **arguments, "pad": margins}).infer(shape)
    assert "keeps" not in hint or mended == shape


@pytest.mark.parametrize("keyword", ["maxpool", "avgpool", "subsample"])
def test_the_hint_for_a_large_window_fits(keyword: str) -> None:
    told = misfit(keyword, {"kernel": 3}, (6, 2, 5))
    assert (told.code, told.hint) == ("E401", "2x3 is the largest kernel that fits")
    assert build(OPS[keyword], [], {"kernel": Size((2, 3))}).infer((6, 2, 5)) == (6, 1, 1)


def test_a_partial_window_counts_when_rounding_up() -> None:
    assert build(OPS["maxpool"], [], {"kernel": 3, "stride": 2, "round": Symbol("up")}).infer((6, 2, 2)) == (6, 1, 1)


@pytest.mark.parametrize(
    ("keyword", "arguments", "shape", "hint"),
    [
        ("conv", {"channels": 64, "kernel": 1, "groups": 3}, (96, 8, 8), "groups = 2 divides both"),
        ("conv", {"channels": 10, "kernel": 1, "groups": 4}, (8, 8, 8), "groups = 2 divides both"),
        ("conv_transpose", {"channels": 9, "kernel": 2, "groups": 2}, (6, 8, 8), "groups = 1 divides both"),
        ("channel_shuffle", {"groups": 5}, (24, 8, 8), "groups = 4 divides them"),
        ("lrn", {"groups": 2}, (9, 8, 8), "groups = 1 divides them"),
        ("split", {"parts": 3}, (64, 8, 8), "parts = 2 divides them"),
        ("split", {"parts": 65}, (64, 8, 8), "parts = 64 divides them"),
    ],
)
def test_channels_that_do_not_divide(keyword: str, arguments: dict[str, object], shape: Shape, hint: str) -> None:
    told = misfit(keyword, arguments, shape)
    assert (told.code, told.hint) == ("E402", hint)


@pytest.mark.parametrize(
    ("table", "shape", "told"),
    [
        ("XX\nX.", (3, 8, 8), "the connection table does not fit the channels"),
        ("XXX\nX.X", (2, 8, 8), "the connection table does not fit the channels"),
        ("X.\nX.", (2, 8, 8), "column 2 of the connection table is empty: that output channel reads nothing"),
        ("XX\n..", (2, 8, 8), "row 2 of the connection table is empty: nothing reads that input channel"),
    ],
)
def test_connection_tables_that_do_not_fit(table: str, shape: Shape, told: str) -> None:
    found = misfit("conv", {"channels": 2, "kernel": 3, "connect": table}, shape)
    assert (found.code, found.message) == ("E403", told)


@pytest.mark.parametrize(
    ("keyword", "inputs", "hint"),
    [
        ("add", ((64, 56, 56), (128, 28, 28)), "conv(128, 1x1, stride = 2) makes 128x28x28 of 64x56x56"),
        ("add", ((128, 28, 28), (64, 55, 55)), "conv(128, 1x1, stride = 2) makes 128x28x28 of 64x55x55"),
        ("add", ((64, 56, 56), (256, 56, 56)), "conv(256, 1x1) makes 256x56x56 of 64x56x56"),
        ("add", ((64, 56, 56), (64, 56, 56), (64, 50, 56)), None),
        ("add", ((10,), (20,)), None),
        ("mul", ((64, 56, 56), (64,)), "reshape(64x1x1) makes it a gate"),
        ("mul", ((64, 56, 56), (1, 56, 56)), "conv(1, 1x1) makes 1x56x56 of 64x56x56"),
        ("mul", ((64, 56, 56), (32, 1, 1)), None),
    ],
)
def test_merges_of_unequal_shapes(keyword: str, inputs: tuple[Shape, ...], hint: str | None) -> None:
    told = misfit(keyword, {}, *inputs)
    assert told.code == "E404"
    assert told.expected is not None
    assert told.expected.startswith("equal shapes")
    assert hint is None or told.hint == hint


def test_a_projection_that_is_suggested_fits() -> None:
    conv = build(OPS["conv"], [128, 1, 2], {})
    assert build(OPS["add"], [], {}).infer(conv.infer((64, 55, 55)), (128, 28, 28)) == (128, 28, 28)


@pytest.mark.parametrize(
    ("axis", "inputs", "hint"),
    [
        ("channels", ((64, 56, 56), (64, 54, 58)), "crop(54x56) makes the larger one as small as the other"),
        ("channels", ((64, 56, 56), (64,)), "`flatten` makes a vector of a feature map"),
        ("height", ((64, 5, 7), (32, 5, 7)), None),
        ("width", ((64, 5, 7), (64, 6, 7)), None),
    ],
)
def test_concat_of_unequal_sizes(axis: str, inputs: tuple[Shape, ...], hint: str | None) -> None:
    told = misfit("concat", {"axis": Symbol(axis)}, *inputs)
    assert (told.code, told.hint) == ("E405", hint)


MAPS_ONLY = [
    ("conv", {"channels": 6, "kernel": 1}), ("conv_transpose", {"channels": 6, "kernel": 1}),
    ("maxpool", {"kernel": 1}), ("avgpool", {"kernel": 1}),
    ("adaptive_avgpool", {"size": 1}), ("adaptive_maxpool", {"size": 1}),
    ("global_avgpool", {}), ("global_maxpool", {}), ("subsample", {"kernel": 1}), ("lrn", {}),
    ("channel_shuffle", {"groups": 1}), ("crop", {"size": 1}), ("pad", {"margins": 1}),
    ("concat", {"axis": Symbol("width")}),
]  # fmt: skip


@pytest.mark.parametrize(("keyword", "arguments"), MAPS_ONLY)
def test_ops_that_need_a_feature_map(keyword: str, arguments: dict[str, object]) -> None:
    told = misfit(keyword, arguments, (120,))
    assert (told.code, told.expected, told.found) == ("E406", "a feature map, channels x height x width", "120")


@pytest.mark.parametrize("keyword", ["batchnorm", "layernorm"])
def test_ops_that_need_a_map_or_a_vector(keyword: str) -> None:
    assert misfit(keyword, {}, (2, 3)).code == "E406"


def test_rbf_compares_84_features() -> None:
    assert misfit("rbf", {"classes": 10}, (84, 1, 1)).code == "E406"
    told = misfit("rbf", {"classes": 10}, (120,))
    assert (told.code, told.found, told.hint) == ("E409", "120", "fc(84) before it makes them")


@pytest.mark.parametrize(
    ("keyword", "arguments", "shape", "hint"),
    [
        ("crop", {"size": Size((9, 4))}, (3, 8, 8), "crop(8x4) is the largest; `pad` makes a map larger"),
        ("reshape", {"shape": Size((256, 6, 6))}, (9000,), "250x6x6 has 9000 values"),
        ("reshape", {"shape": Size((256, 7, 7))}, (9216,), None),
        ("conv_transpose", {"channels": 3, "kernel": 2, "pad": 4}, (3, 4, 4), None),
    ],
)
def test_shapes_that_do_not_fit(keyword: str, arguments: dict[str, object], shape: Shape, hint: str | None) -> None:
    told = misfit(keyword, arguments, shape)
    assert (told.code, told.hint) == ("E407", hint)


@pytest.mark.parametrize(
    ("keyword", "arguments", "inputs"),
    [
        ("conv", {"channels": 2**32, "kernel": 1}, ((2**32, 1, 1),)),
        ("conv", {"channels": 1, "kernel": 1, "pad": 2**62}, ((1, 1, 1),)),
        ("fc", {"units": 2**40}, ((2**40,),)),
        ("pad", {"margins": 2**40}, ((1, 1, 1),)),
        ("adaptive_avgpool", {"size": LARGEST}, ((1, 1, 1),)),
        ("conv_transpose", {"channels": 1, "kernel": 1, "stride": 2**62}, ((1, 9, 9),)),
        ("concat", {}, ((LARGEST,), (1,))),
    ],
)
def test_tensors_that_are_too_large_to_count(
    keyword: str, arguments: dict[str, object], inputs: tuple[Shape, ...]
) -> None:
    assert misfit(keyword, arguments, *inputs).code == "E607"


def absurd(sample: Sample) -> Iterator[tuple[Op, tuple[Shape, ...]]]:
    """The op with one argument, or one size of its inputs, made very large or a large prime."""
    for number in (10**12, 2**61 - 1, LARGEST):
        for name, value in sample.arguments.items():
            if isinstance(value, int) and not isinstance(value, bool):
                try:
                    yield build(OPS[sample.keyword], [], sample.arguments | {name: number}), sample.inputs
                except* Problem:
                    pass  # refused, as it should be
        for axis in range(len(sample.inputs[0])):
            yield sample.op, tuple((*shape[:axis], number, *shape[axis + 1 :]) for shape in sample.inputs)


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_absurd_numbers_are_refused_or_make_sizes_that_exist(sample: Sample) -> None:
    for op, inputs in absurd(sample):
        try:
            shape = op.infer(*inputs)
        except Problem:
            continue
        assert min(shape) >= 1
        assert prod(shape) <= LARGEST
        assert op.parameters(*inputs) >= 0
        assert op.macs(*inputs) >= 0
        assert op.connections(*inputs) >= 0
        op.torch_arguments(*inputs)
