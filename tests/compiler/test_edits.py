"""Edits of a variant that concern more than one place: rename, replace, scale, move, and blocks defined anew."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest
from small_nets import codes, layer, mistakes, names, reads

from netc.compiler.compile import load
from netc.compiler.diagnostics import SpecError
from netc.compiler.format import format_text
from netc.compiler.graph import Graph

BLOCKS = """
block unit(width, kernel = 3) {
  conv1 = conv(width, kernel, pad = kernel // 2) -> batchnorm -> relu
}
block pair(width) {
  unit(width) -> unit(width, 1)
  leaky_relu(0.2)
}
"""
BASE = f"""{BLOCKS}
net Base(classes = 10) {{
  device gpu0, gpu1
  input image: 3x16x16
  on gpu0 {{
    conv1 = conv(8, 3x3, pad = 1) -> relu
    section deep {{
      conv2 = conv1 -> conv(16, 3x3, pad = 1) -> relu
    }}
  }}
  body = pair(32) on gpu1
  both = concat(conv2, body) on gpu1
  fc   = fc(classes) -> softmax
  output maps: conv2 -> global_avgpool on gpu0
  output classes: fc
  init conv1, fc: weight = 0
}}
"""


def variant(edits: str, base: str = BASE, parameters: str = "") -> Graph:
    return load(f"{base}net New{parameters} = Base with {{\n{edits}\n}}\n")


def ops(found: Graph) -> list[str]:
    return [layer.op.keyword for layer in found.layers]


# ---- rename


def test_a_layer_and_all_that_reads_it_are_renamed() -> None:
    found = variant("rename conv1 to stem\nrename conv2 to deeper\nrename fc to head")
    base = load(BASE)
    assert names(found)[:4] == ["stem", "stem_relu", "deeper", "deeper_relu"]
    assert reads(found, "deeper") == ("stem_relu",)
    assert "head_softmax" in names(found)
    assert found.outputs["classes"] == "head_softmax"
    assert layer(found, "head").init == layer(base, "fc").init != {}
    assert layer(found, "stem").init == layer(base, "conv1").init != {}
    assert [one.op for one in found.layers] == [one.op for one in base.layers]


def test_an_input_and_a_section_are_renamed() -> None:
    found = variant("rename image to photo\nrename deep to late")
    assert [one.name for one in found.inputs] == ["photo"]
    assert layer(found, "conv2").section == "late"


def test_a_name_that_an_op_has_is_renamed_only_where_it_means_the_layer() -> None:
    base = """
net Base {
  input image: 3x8x8
  fc(20)
  relu = relu
  fc = fc(30) -> tanh
  side = fc -> fc(10) -> relu
  concat(fc, side) -> fc(5)
  output a: fc(3)
  output b: fc -> relu
  expect fc.shape == 30
}
"""
    edits = "rename fc to dense\nrename relu to act\nexpect dense.shape == 30"
    found = load(f"{base}net New = Base with {{\n{edits}\n}}\n")
    assert ops(found) == ops(load(base))
    assert names(found) == ["fc", "act", "dense", "dense_tanh", "side", "side_relu", "concat", "fc2", "fc3", "relu"]
    assert [reads(found, name)[0] for name in ("side", "concat", "relu")] == ["dense_tanh"] * 3


def test_renamed_layers_of_towers_loops_and_sequential_are_found() -> None:
    base = """
net Base {
  device gpu0, gpu1
  input image: 3x8x8
  towers on gpu0, gpu1 {
    conv1 = conv(4, 3x3) -> relu
  }
  both = concat(gpu0.conv1, gpu1.conv1) on gpu0
  for i in 0..2 {
    turn = conv(4, 1x1)
  }
  sequential tail {
    last = conv(4, 1x1)
    relu
  }
  concat(turn[0], turn, tail)
}
"""
    edits = "rename conv1 to stem\nrename turn to round_trip\nrename tail to end\nrename last to final\n"
    edits += "expect gpu1.stem.shape == 4x6x6"
    found = load(f"{base}net New = Base with {{\n{edits}\n}}\n")
    assert names(found) == [
        "gpu0.stem", "gpu0.stem_relu", "gpu1.stem", "gpu1.stem_relu", "both", "round_trip.0", "round_trip.1",
        "end.0", "end.1", "concat",
    ]  # fmt: skip


def test_earlier_edits_follow_a_rename_and_later_ones_know_the_new_name() -> None:
    found = variant("after conv2 {\n extra = conv2 -> tanh\n}\nrename conv2 to deeper\ninit deeper: bias = 1")
    assert reads(found, "extra") == ("deeper_relu",)
    assert set(layer(found, "deeper").init) == {"bias"}


# ---- replace


def test_every_use_is_replaced_inside_blocks_too() -> None:
    found = variant("replace relu with gelu")
    assert "relu" not in ops(found)
    assert ops(found).count("gelu") == ops(load(BASE)).count("relu") == 4
    assert "body.unit.conv1_gelu" in names(found)


def test_a_bare_name_keeps_arguments_and_a_call_brings_its_own() -> None:
    kept = variant("replace leaky_relu with elu")
    assert layer(kept, "body.elu").op.model_dump() == {"alpha": 0.2}
    brought = variant(
        "replace leaky_relu with elu(0.5)\nreplace relu with leaky_relu(slope = steep)", parameters="(steep = 0.3)"
    )
    assert layer(brought, "body.elu").op.model_dump() == {"alpha": 0.5}
    assert layer(brought, "conv1_leaky_relu").op.model_dump() == {"slope": 0.3}
    assert layer(variant("replace leaky_relu with relu()"), "body.relu").op.keyword == "relu"


def test_layers_that_a_use_reads_stay_when_a_call_brings_arguments() -> None:
    base = (
        "net Base {\n input image: 3x8x8\n a = conv(4, 1x1)\n b = conv(4, 1x1)\n c = add(a, b)\n d = concat(a, c)\n}\n"
    )
    found = load(
        f"{base}net New = Base with {{\n replace add with concat(axis = height)\n replace concat with add()\n}}\n"
    )
    assert [layer(found, name).op.keyword for name in "cd"] == ["add", "add"]
    assert reads(found, "c") == ("a", "b")


def test_none_leaves_the_uses_out() -> None:
    found = variant("replace batchnorm with none\nreplace leaky_relu with none")
    assert not {"batchnorm", "leaky_relu"} & set(ops(found))
    assert reads(found, "body.unit.conv1_relu") == ("body.unit.conv1",)


def test_a_block_is_replaced_by_another_block_or_nothing() -> None:
    other = "block slim(width, kernel = 1) {\n conv(width, kernel, pad = kernel // 2) -> relu6\n}\n"
    assert "relu6" in ops(variant("replace unit with slim", BASE + other))
    assert names(variant("replace unit with none"))[4:6] == ["body.leaky_relu", "both"]


def test_layers_keep_their_names_beside_what_is_replaced() -> None:
    gate = "block gate {\n conv(16, 1x1) -> sigmoid\n}\n"
    found = variant(f"{gate}replace softmax with gate\nreplace relu with fc(16)\nreplace fc with conv(10, 1x1)")
    assert names(found)[:2] == ["conv1", "conv1_conv"]
    assert names(found)[-4:-1] == ["fc", "fc_gate.conv", "fc_gate.sigmoid"]


def test_replacements_go_on_from_top_to_bottom() -> None:
    assert set(ops(variant("replace relu with gelu\nreplace gelu with silu"))) >= {"silu"}
    assert not {"relu", "gelu"} & set(ops(variant("replace relu with gelu\nreplace gelu with silu")))
    swapped = ops(variant("replace relu with gelu\nafter conv2 {\n again = relu\n}"))
    assert (swapped.count("relu"), swapped.count("gelu")) == (1, 4)
    before = ops(variant("after conv2 {\n again = relu\n}\nreplace relu with gelu"))
    assert (before.count("relu"), before.count("gelu")) == (0, 5)


def test_a_replacement_may_use_what_it_replaces() -> None:
    block = "block gated(slope = 0.1) {\n relu -> leaky_relu(slope)\n}\n"
    found = ops(variant("replace relu with gated", BASE + block))
    assert (found.count("relu"), found.count("leaky_relu")) == (4, 5)


def test_a_replacement_of_the_base_may_replace_nothing_in_a_variant_of_it() -> None:
    text = f"{BASE}net One = Base with {{\n replace softmax with sigmoid\n}}\nnet Two = One with {{\n fc = fc(3)\n}}\n"
    assert codes(text) == []


def test_one_message_tells_of_all_uses_whose_arguments_do_not_fit() -> None:
    uses = "\n".join(f"  a{i} = leaky_relu(0.{i})" for i in range(1, 9))
    base = f"net Base {{\n input image: 3x8x8\n conv1 = conv(4, 3x3)\n{uses}\n}}\n"
    found = mistakes(f"{base}net New = Base with {{\n replace leaky_relu with relu\n}}\n")
    assert [(one.code, len(one.notes)) for one in found] == [("E304", 1)]


# ---- blocks defined anew


def test_a_block_is_defined_anew_inside_other_blocks_too() -> None:
    found = variant("block unit(width, kernel = 3) {\n conv(width, kernel, pad = same) -> tanh\n}")
    assert ops(found).count("tanh") == 2
    assert {scope.definition for scope in found.scopes if scope.kind == "block"} == {"unit", "pair"}


def test_a_block_defined_anew_may_use_the_one_that_it_replaces() -> None:
    found = variant("block unit(width, kernel = 3) {\n unit(width, kernel) -> dropout(0.1)\n}")
    assert ops(found).count("dropout") == 2
    assert ops(found).count("batchnorm") == 2


UNIT = "block unit(width, kernel = 3) {\n extra(width, kernel) -> tanh\n}\n"
PAIR = "block pair(width) {\n unit(width) -> silu\n}\n"
EXTRA = "block extra(width, kernel) {\n conv(width, kernel, pad = same)\n}\n"


@pytest.mark.parametrize("blocks", [*permutations([UNIT, PAIR, EXTRA])])
def test_blocks_that_a_variant_defines_see_each_other_in_any_order(blocks: tuple[str, ...]) -> None:
    found = variant("".join(blocks))
    assert [name for name in names(found) if name.startswith("body")] == [
        "body.unit.extra.conv", "body.unit.tanh", "body.silu",
    ]  # fmt: skip


def test_edits_use_the_blocks_of_their_variant() -> None:
    found = variant(f"{UNIT}after conv2 {{\n more = unit(16)\n}}\n{EXTRA}replace relu with extra(8, 1)")
    assert [name for name in names(found) if name.startswith("more")] == ["more.extra.conv", "more.tanh"]
    assert layer(found, "conv1_extra.conv").op.model_dump()["channels"] == 8


def test_blocks_that_contain_each_other_in_a_variant_are_refused() -> None:
    blocks = "block unit(width, kernel = 3) {\n pair(width)\n}\nblock pair(width) {\n unit(width)\n}"
    assert "E602" in codes(f"{BASE}net New = Base with {{\n{blocks}\n}}\n")


def test_a_block_of_a_variant_that_nothing_uses_and_one_that_is_defined_twice_are_refused() -> None:
    assert codes(f"{BASE}net New = Base with {{\n{EXTRA}}}\n") == ["E604"]
    assert codes(f"{BASE}net New = Base with {{\n{EXTRA}{UNIT}{UNIT}}}\n") == ["E203"]


def test_a_block_defined_again_may_use_the_one_of_the_variant_below(tmp_path: Path) -> None:
    (tmp_path / "base.net").write_text(BASE, encoding="utf-8")
    anew = "block unit(width, kernel = 3) {{\n unit(width, kernel) -> dropout(0.{})\n}}"
    one = f'use Base from "base.net"\nnet One = Base with {{\n{anew.format(1)}\n}}\n'
    two = f"net Two = One with {{\n{anew.format(2)}\n}}\n"
    (tmp_path / "two.net").write_text(one + two, encoding="utf-8")
    found = [name for name in names(load(tmp_path / "two.net")) if name.startswith("body.unit.")]
    assert found == [
        "body.unit.unit.unit.conv1", "body.unit.unit.unit.conv1_batchnorm", "body.unit.unit.unit.conv1_relu",
        "body.unit.unit.dropout", "body.unit.dropout",
    ]  # fmt: skip


def test_the_hint_on_a_block_of_the_bases_file_is_how_to_use_it(tmp_path: Path) -> None:
    (tmp_path / "base.net").write_text(BASE, encoding="utf-8")
    text = 'use Base from "base.net"\nnet One = Base with {\n conv1 = unit(8)\n}\n'
    (tmp_path / "one.net").write_text(text, encoding="utf-8")
    with pytest.raises(SpecError, match=r'`use unit from "base.net"` brings in that of the base'):
        load(tmp_path / "one.net")


def test_earlier_edits_do_not_concern_a_block_defined_later_and_later_ones_do() -> None:
    block = "block unit(width, kernel = 3) {\n conv(width, kernel, pad = same) -> relu\n}"
    assert ops(variant(f"replace relu with gelu\n{block}")).count("relu") == 2
    assert ops(variant(f"{block}\nreplace relu with gelu")).count("relu") == 0


def test_a_variant_of_a_variant_defines_the_block_again() -> None:
    one = "net One = Base with {\n block unit(width, kernel = 3) {\n conv(width, kernel, pad = same) -> tanh\n }\n}\n"
    two = "net Two = One with {\n block unit(width, kernel = 3) {\n conv(width, kernel, pad = same) -> elu\n }\n}\n"
    assert {"tanh", "elu"} & set(ops(load(BASE + one + two))) == {"elu"}


# ---- scale


def test_channels_are_scaled_and_classes_stay() -> None:
    found = variant("scale width by 0.5")
    assert [layer(found, name).shape[0] for name in ("conv1", "conv2", "body.unit.conv1", "fc")] == [4, 16, 16, 10]


def test_a_layer_whose_channels_are_an_output_keeps_them() -> None:
    assert layer(variant("scale width by 0.5"), "conv2").shape[0] == 16  # output maps
    base = """
net Base {
  input image: 3x8x8
  a = conv(8, 3x3, pad = 1)
  b = conv(8, 3x3, pad = 1)
  c = a -> conv(8, 1x1)
  add(b, c) -> relu -> global_avgpool -> flatten -> softmax
}
"""
    found = load(f"{base}net New = Base with {{\n scale width by 2\n}}\n")
    assert [layer(found, name).shape[0] for name in "abc"] == [16, 8, 8]


@pytest.mark.parametrize(("factor", "channels"), [("2", 24), ("0.5", 6), ("1 / 3", 4), ("1.25", 15)])
def test_groups_of_depthwise_convolutions_follow(factor: str, channels: int) -> None:
    base = """
net Base {
  input image: 3x8x8
  a = conv(12, 1x1)
  depthwise = conv(12, 3x3, groups = 12)
  wider = conv(24, 1x1, groups = 12)
  grown = conv_transpose(24, 2x2, groups = 24)
  fc = fc(10)
}
"""
    found = load(f"{base}net New = Base with {{\n scale width by {factor}\n}}\n")
    groups = [layer(found, name).op.model_dump()["groups"] for name in ("depthwise", "wider", "grown")]
    assert groups == [channels, channels, 2 * channels]
    assert layer(found, "fc").shape == (10,)


def test_other_groups_and_those_of_lrn_stay() -> None:
    base = "net Base {\n input image: 3x8x8\n a = conv(8, 1x1) -> lrn(groups = 2)\n"
    base += " b = conv(8, 1x1, groups = 4)\n fc(2)\n}\n"
    found = load(f"{base}net New = Base with {{\n scale width by 2\n}}\n")
    assert layer(found, "b").op.model_dump()["groups"] == 4
    assert layer(found, "a_lrn").op.model_dump()["groups"] == 2


def test_margins_of_channels_are_scaled() -> None:
    base = """
net Base {
  input image: 3x8x8
  a = conv(8, 3x3, pad = 1)
  b = a -> pad(0, channels = [2, 6])
  c = a -> conv(16, 1x1)
  add(b, c) -> fc(3)
}
"""
    found = load(f"{base}net New = Base with {{\n scale width by 0.5\n}}\n")
    assert layer(found, "b").shape == (8, 8, 8)


def test_a_depthwise_convolution_before_the_output_keeps_what_it_reads() -> None:
    base = "net Base {\n input image: 3x8x8\n a = conv(8, 1x1)\n b = conv(4, 1x1)\n conv(4, 3x3, groups = 4)\n}\n"
    found = load(f"{base}net New = Base with {{\n scale width by 2\n}}\n")
    assert [one.shape[0] for one in found.layers] == [16, 4, 4]


def test_several_factors_multiply_and_later_statements_have_the_widths_written() -> None:
    found = variant("scale width by 3 / 2\nconv1 = conv(5, 3x3, pad = 1)\nscale width by 2")
    assert layer(found, "conv1").shape[0] == 10
    assert layer(found, "body.unit.conv1").shape[0] == 96
    assert layer(variant("scale width by 2\nconv1 = conv(5, 3x3, pad = 1)"), "conv1").shape[0] == 5


def test_a_statement_put_in_later_may_need_the_new_width() -> None:
    base = "net Base {\n input image: 3x8x8\n a = conv(8, 1x1)\n fc = fc(3)\n}\n"
    edits = "scale width by 2\nafter a {\n b = conv(16, 1x1)\n add(a, b)\n}"
    assert layer(variant(edits, base), "add").shape[0] == 16


# ---- move


def test_layers_and_sections_are_moved() -> None:
    found = variant("device gpu2\nmove conv1, body to gpu0\nmove deep to gpu2\nmove fc to gpu1")
    where = {one.name: one.device for one in found.layers}
    assert (where["conv1_relu"], where["conv2"], where["body.leaky_relu"], where["fc"]) == (
        "gpu0",
        "gpu2",
        "gpu0",
        "gpu1",
    )


def test_layers_in_blocks_and_repetitions_are_moved() -> None:
    base = (
        f"{BLOCKS}net Base {{ device gpu0, gpu1\ninput image: 3x16x16\na = unit(4) * 3 on gpu0\nb = pair(4)\nfc(2) }}\n"
    )
    found = variant("move a.1, b.leaky_relu to gpu1\nmove a.2.conv1_relu to gpu0", base)
    there = ["a.1.conv1", "a.1.conv1_batchnorm", "a.1.conv1_relu", "b.leaky_relu", "fc"]
    assert [layer.name for layer in found.on("gpu1")] == there


# ---- the rest


NORMED = """
net Base {
  input image: 3x8x8
  conv1 = conv(4, 3x3) -> batchnorm -> relu
  bn2   = batchnorm
  fc    = fc(3)
  init conv1_batchnorm, bn2: weight = 0
  init fc: bias = 1
}
"""


def test_an_init_of_the_base_follows_a_rename_and_goes_with_what_is_replaced() -> None:
    renamed = variant("rename conv1 to stem\nrename bn2 to norm", NORMED)
    assert [one.name for one in renamed.layers if "weight" in one.init] == ["stem_batchnorm", "norm"]
    without = variant("replace batchnorm with none", NORMED)
    assert {one.name: set(one.init) for one in without.layers if one.init} == {"fc": {"bias"}}
    other = variant("replace batchnorm with lrn()", NORMED)
    assert {one.name: set(one.init) for one in other.layers if one.init} == {"fc": {"bias"}}


def test_an_init_of_the_variant_itself_must_find_its_layer() -> None:
    edits = "replace batchnorm with none\ninit conv1_batchnorm: weight = 0"
    assert codes(f"{NORMED}net New = Base with {{\n{edits}\n}}\n") == ["E201"]


def test_a_parameter_of_the_variant_chooses_the_op() -> None:
    text = f"{BASE}net New(act = gelu) = Base with {{\n replace relu with act\n}}\n"
    assert ops(load(text)).count("gelu") == 4


def test_a_section_put_into_towers_sees_the_parameters_of_the_variant() -> None:
    base = """
net Base {
  device gpu0, gpu1
  input image: 3x8x8
  towers on gpu0, gpu1 {
    conv1 = conv(4, 3x3)
  }
  fc(2) on gpu0
}
"""
    edits = "after conv1 {\n section late {\n more = conv(width, 3x3)\n }\n}"
    found = load(f"{base}net New(width = 6) = Base with {{\n{edits}\n}}\n")
    assert layer(found, "gpu1.more").shape[0] == 6


@pytest.mark.parametrize(
    "edit", ["rename a{0} to b{0}", "replace op{0} with relu", "scale width by 1", "move a{0} to gpu0"]
)
def test_very_many_edits_end_with_a_message(edit: str) -> None:
    layers = "\n".join(f"a{i} = relu" for i in range(2000))
    base = f"net Base {{\n device gpu0\n input image: 8\n first = fc(8) on gpu0\n{layers}\n}}\n"
    edits = "\n".join(edit.format(i) for i in range(2000))
    assert "E607" in codes(f"{base}net New = Base with {{\n{edits}\n}}\n")


def test_the_formatter_keeps_edits() -> None:
    edits = (
        "  rename conv1 to stem\n  replace relu with leaky_relu(0.1)\n  scale width by 0.5\n  move conv1, fc to gpu1\n"
        "  block unit(width) {\n    conv(width, 3x3)\n  }\n"
    )
    text = f"net New = Base with {{\n{edits}}}\n"
    assert format_text(text) == text
    assert format_text(text.replace("  ", "   ").replace(" {", "{")) == text


def test_a_replacement_may_lose_its_uses_to_later_edits() -> None:
    edits = "replace leaky_relu with elu\nblock pair(width) {\n unit(width)\n}\n"
    edits += "replace softmax with sigmoid\nfc = fc(3)"
    assert ops(variant(edits))[-2] == "fc"
    assert codes(f"{BASE}net New = Base with {{\n{edits}\nreplace tanh with elu\n}}\n") == ["E604"]


def test_a_block_defined_anew_need_not_read_what_its_uses_give_it() -> None:
    assert ops(variant("block unit(width, kernel = 3) {\n relu\n}")).count("conv") == 2
