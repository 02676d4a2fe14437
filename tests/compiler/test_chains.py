"""Chains: what reads what, and what layers are called."""

from __future__ import annotations

import pytest
from small_nets import codes, graph, layer, mistakes, names, net, reads

from netc.compiler.op import Op
from netc.compiler.ops.conv import Conv
from netc.compiler.values import Size


def op(statement: str) -> Op:
    """The op of a net of one layer."""
    (only,) = graph(statement).layers
    return only.op


# ---- what reads what


def test_a_chain_goes_on_from_the_statement_before() -> None:
    found = graph("a = conv(8, 3x3) -> relu\nb = conv(8, 3x3)\nfc(10)")
    assert [reads(found, name) for name in names(found)] == [("image",), ("a",), ("a_relu",), ("b",)]


def test_a_chain_that_begins_with_a_name_reads_that() -> None:
    found = graph("a = conv(8, 3x3)\nb = image -> conv(8, 3x3)\nc = a -> relu\nadd(b, c)")
    assert [reads(found, name) for name in names(found)] == [("image",), ("image",), ("a",), ("b", "c")]


def test_a_name_means_the_end_of_its_chain() -> None:
    found = graph("a = conv(8, 3x3) -> batchnorm -> relu\nb = a -> relu")
    assert reads(found, "b") == ("a_relu",)


def test_layers_are_arguments_in_the_order_in_which_they_are_written() -> None:
    found = graph("a = relu\nb = image -> relu\nc = image -> relu\nx = c -> concat(b, a)\ny = concat(a, x)")
    assert reads(found, "x") == ("c", "b", "a")
    assert reads(found, "y") == ("a", "x")


def test_branches_are_written_where_they_meet_and_all_read_the_statement_before() -> None:
    found = graph("stem = relu\nconcat(conv(8, 1x1) -> relu, maxpool(3x3, stride = 1, pad = 1), stem)")
    assert names(found) == ["stem", "conv", "relu", "maxpool", "concat"]
    assert [reads(found, name) for name in ("conv", "relu", "maxpool", "concat")] == [
        ("stem",), ("conv",), ("stem",), ("relu", "maxpool", "stem"),
    ]  # fmt: skip


def test_after_an_arrow_a_branch_must_name_what_it_reads() -> None:
    found = graph("stem = relu\nstem -> conv(8, 1x1) -> add(stem -> conv(8, 1x1))")
    assert reads(found, "add") == ("conv", "conv2")
    assert codes(net("stem = relu\nstem -> conv(8, 1x1) -> add(conv(8, 1x1))")) == ["E605"]


def test_a_second_name_makes_no_layer() -> None:
    found = graph("a = relu\nb = a\nc = b -> tanh")
    assert names(found) == ["a", "c"]
    assert reads(found, "c") == ("a",)


def test_a_layer_reads_the_same_layer_twice() -> None:
    assert reads(graph("a = relu\nmul(a, a)"), "mul") == ("a", "a")


def test_parentheses_around_a_chain_change_nothing() -> None:
    found = graph("a = (conv(8, 3x3) -> relu) -> (tanh)")
    assert names(found) == ["a", "a_relu", "a_tanh"]


# ---- names


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("a = conv(8, 3x3)", ["a"]),
        ("a = conv(8, 3x3) -> batchnorm -> relu", ["a", "a_batchnorm", "a_relu"]),
        ("a = relu -> conv(8, 3x3) -> relu", ["a_relu", "a", "a_relu2"]),
        ("a = batchnorm -> relu -> conv(8, 3x3)", ["a", "a_relu", "a_conv"]),
        ("a = conv(8, 3x3) -> conv(8, 3x3)", ["a", "a_conv"]),
        ("a = maxpool(2x2) -> relu", ["a", "a_relu"]),
        ("a = global_avgpool -> fc(10)", ["a_global_avgpool", "a"]),
        ("conv(8, 3x3) -> relu -> relu", ["conv", "relu", "relu2"]),
        ("relu\nrelu\nconv(8, 1x1)\nrelu", ["relu", "relu2", "conv", "relu3"]),
        ("a_relu = tanh\na = conv(8, 3x3) -> relu", ["a_relu", "a", "a_relu2"]),
        ("relu\nrelu2 = tanh\nrelu", ["relu", "relu2", "relu3"]),
    ],
)
def test_names_of_layers(statement: str, expected: list[str]) -> None:
    assert names(graph(statement)) == expected


def test_an_unnamed_layer_makes_way_for_a_name_of_the_user_below_it() -> None:
    found = graph("relu\nx = tanh\nrelu = relu")
    assert names(found) == ["relu2", "x", "relu"]


def test_a_layer_may_be_called_like_its_op_and_the_op_stays_an_op() -> None:
    found = graph("conv = conv(8, 3x3)\nconv2 = conv(4, 3x3)\nx = conv -> conv(16, 3x3)\nconcat(conv2, x)")
    assert [reads(found, name) for name in ("conv", "conv2", "x")] == [("image",), ("conv",), ("conv",)]


def test_layers_of_statements_without_a_name_cannot_be_named() -> None:
    assert codes(net("relu\na = tanh\nadd(relu, a)")) == ["E310"]
    assert codes(net("conv(8, 3x3)\nconv(8, 3x3)\nadd(conv2, image)")) == ["E201"]


def test_a_name_that_concat_does_not_know_is_unknown() -> None:
    assert [found.hint for found in mistakes(net("conv1 = relu\nconcat(conv1, cnov1)"))] == ["did you mean `conv1`?"]
    assert graph("conv1 = relu\nconcat(conv1, image, width)").layers[-1].shape == (3, 32, 64)


# ---- arguments


def test_arguments_go_by_position_and_by_name() -> None:
    expected = Conv(channels=8, kernel=(3, 3), stride=(2, 2), pad=(1, 1, 1, 1))
    assert op("conv(8, 3x3, 2, 1)") == expected
    assert op("conv(8, 3x3, pad = 1, stride = 2)") == expected
    assert op("conv(pad = 1, stride = 2, kernel = 3x3, channels = 8)") == expected
    assert op("conv(8, 3, 2x2, [1, 1, 1, 1])") == expected


def test_arguments_end_with_a_comma_and_span_lines() -> None:
    assert op("conv(\n  8,\n  3x3,\n)") == Conv(channels=8, kernel=(3, 3))


def test_words_that_arguments_choose_among_stand_for_themselves() -> None:
    assert op("conv(8, 3x3, pad = same)").pad == "same"  # type: ignore[attr-defined]
    assert op("conv(8, 3x3, round = up)").round == "up"  # type: ignore[attr-defined]
    assert op("conv(8, 3x3, bias = false)").bias is False  # type: ignore[attr-defined]


def test_a_parameter_of_the_same_name_wins_over_a_word() -> None:
    found = graph("conv(8, 3x3, round = up)", before="", feed="input image: 3x8x8")
    assert found.layers[0].shape == (8, 6, 6)
    text = "net N(up = 4) {\n input image: 3x8x8\n conv(up, 3x3, round = down)\n}"
    assert mistakes(text) == []
    assert codes(text.replace("= down", "= up")) == ["E302"]


def test_empty_parentheses_may_be_left_out() -> None:
    assert op("relu()") == op("relu")


def test_every_mistake_of_a_call_is_reported() -> None:
    assert sorted(codes(net('conv(8, kernel = "3x3", stide = 2, pad = -1)'))) == ["E301", "E302", "E306"]


# ---- splits


def test_a_split_is_one_layer_per_part() -> None:
    found = graph("a = conv(8, 1x1)\nparts = split(2)\nb = concat(parts[1], parts[0])", feed="input image: 3x8x8")
    assert names(found) == ["a", "parts.0", "parts.1", "b"]
    assert reads(found, "b") == ("parts.1", "parts.0")
    assert [layer(found, f"parts.{i}").op.model_dump()["part"] for i in (0, 1)] == [0, 1]
    assert layer(found, "parts.0").shape == (4, 8, 8)


def test_one_part_of_a_split_is_an_ordinary_layer() -> None:
    found = graph("a = conv(8, 1x1)\nb = split(2, part = 1) -> relu")
    assert names(found) == ["a", "b", "b_relu"]


def test_sizes_are_values() -> None:
    text = "net N(k = 3x5) {\n input image: 3x8x8\n conv(k[0] * k[1], k)\n}"
    assert mistakes(text) == []
    assert str(Size((3, 5))) == "3x5"
