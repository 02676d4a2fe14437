"""Variants: a net made from another by edits."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_nets import codes, mistakes, names, reads

from netc.compiler.compile import load
from netc.compiler.graph import Graph

BASE = """
block unit(width) {
  conv(width, 1x1) -> tanh
}
net Base(classes = 10, width = 8) {
  about {
    title = "The base"
    year = 2000
  }
  input image: 3x32x32
  section features {
    conv1 = conv(width, 3x3, pad = 1) -> relu
    pool1 = maxpool(2x2)
    conv2 = conv(2 * width, 3x3, pad = 1) -> relu
  }
  for i in 0..2 {
    extra = conv(4, 1x1)
  }
  body = unit(4)
  fc = fc(classes)

  init conv2, fc: weight = 0
  expect parameters == 1
}
"""


def test_inputs_and_outputs_in_sections_are_found() -> None:
    base = """
net Base {
  section body {
    input image: 3x8x8
    conv1 = conv(4, 3x3)
    section head {
      output main: conv1 -> relu
    }
  }
}
"""
    graph = load(base + "net V = Base with {\n  input image: 1x9x9\n  output main: conv1 -> tanh\n}\n")
    assert graph.inputs[0].shape == (1, 9, 9)
    assert [layer.op.keyword for layer in graph.layers] == ["conv", "tanh"]


def variant(edits: str = "", arguments: str = "", parameters: str = "", base: str = BASE) -> Graph:
    return load(f"{base}net New{parameters} = Base{arguments} with {{\n{edits}\n}}\n")


def broken(edits: str, arguments: str = "") -> list[str]:
    return codes(f"{BASE.replace('expect parameters == 1', '')}net New = Base{arguments} with {{\n{edits}\n}}\n")


ALL = [
    "conv1", "conv1_relu", "pool1", "conv2", "conv2_relu", "extra.0", "extra.1", "body.conv", "body.tanh", "fc",
]  # fmt: skip


def test_a_variant_without_edits_is_its_base_under_another_name() -> None:
    found = variant()
    assert found.net == "New"
    assert names(found) == ALL
    assert load(BASE.replace("expect parameters == 1", "")).layers[0].op == found.layers[0].op


def test_with_may_be_missing() -> None:
    assert names(load(f"{BASE}net New = Base(width = 2)")) == ALL


def test_expectations_and_title_of_the_base_are_not_the_variants() -> None:
    about = variant().about
    assert (about.title, about.year) == ("New", 2000)


def test_arguments_set_the_parameters_of_the_base() -> None:
    found = variant(arguments="(classes = 3, width = 4)")
    assert [found.by_name[name].shape[0] for name in ("conv1", "conv2", "fc")] == [4, 8, 3]


def test_a_variant_has_parameters_of_its_own() -> None:
    text = f"{BASE}net New(n = 5, depth = 16) = Base(classes = n) with {{\n conv2 = conv(depth, 1x1)\n}}\n"
    assert [node.shape[0] for node in load(text).layers][-1] == 5
    found = load(text, n=7, depth=2)
    assert (found.by_name["fc"].shape, found.by_name["conv2"].shape[0]) == ((7,), 2)
    assert found.parameters["classes"] == 7


def test_a_layer_is_redefined_in_its_place() -> None:
    found = variant("conv1 = conv(5, 5x5) -> tanh")
    assert names(found)[:3] == ["conv1", "conv1_tanh", "pool1"]
    assert reads(found, "conv1") == ("image",)
    assert found.layers[0].section == "features"


def test_a_layer_is_removed_and_the_next_goes_on_from_the_one_before() -> None:
    found = variant("remove pool1, body")
    assert names(found) == [name for name in ALL if name != "pool1" and not name.startswith("body")]
    assert reads(found, "conv2") == ("conv1_relu",)
    assert reads(found, "fc") == ("extra.1",)


def test_a_section_is_removed_as_a_whole() -> None:
    found = variant("remove features")
    assert names(found)[0] == "extra.0"
    assert found.sections == ()


def test_an_output_is_removed_with_the_layer_of_its_name() -> None:
    base = "net Heads {\n input image: 3x8x8\n a = conv(4, 1x1)\n b = conv(4, 1x1)\n side = a -> fc(2)\n"
    base += " auxiliary output side: side\n auxiliary output early: a\n end = b -> fc(3)\n}\n"
    one = load(base + "net One = Heads with {\n remove side\n}")
    assert (names(one), one.auxiliary) == (["a", "b", "end"], ("early",))
    none = load(base + "net None_ = Heads with {\n remove side, early\n}")
    assert none.auxiliary == ()
    assert codes(base + "net No = Heads with {\n remove late\n}") == ["E604"]


def test_initialisation_of_a_removed_layer_goes_with_it() -> None:
    found = variant("remove conv2")
    assert {node.name: list(node.init) for node in found.layers if node.init} == {"fc": ["weight"]}


def test_layers_are_inserted_before_and_after() -> None:
    found = variant("after conv1 {\n batchnorm\n n = tanh\n}\nbefore fc {\n flatten\n hidden = fc(20) -> relu\n}")
    assert names(found)[:5] == ["conv1", "conv1_relu", "batchnorm", "n", "pool1"]
    assert names(found)[-4:] == ["flatten", "hidden", "hidden_relu", "fc"]
    assert reads(found, "pool1") == ("n",)


def test_a_layer_in_a_loop_is_edited_in_every_turn() -> None:
    found = variant("extra = conv(6, 1x1) -> relu")
    assert [name for name in names(found) if name.startswith("extra")] == [
        "extra.0", "extra_relu.0", "extra.1", "extra_relu.1",
    ]  # fmt: skip
    found = variant("after extra {\n more = tanh\n}")
    assert reads(found, "extra.1") == ("more.0",)


def test_an_input_has_another_shape() -> None:
    found = variant("input image: 1x28x28")
    assert found.inputs[0].shape == (1, 28, 28)
    assert found.by_name["conv1"].shape == (8, 28, 28)


def test_outputs_are_added_and_replaced() -> None:
    found = variant("output maps: conv2\noutput classes: fc")
    assert found.outputs == {"maps": "conv2_relu", "classes": "fc"}
    text = f"{BASE}net Mid = Base with {{\n output y: fc\n}}\nnet New = Mid with {{\n output y: fc -> softmax\n}}\n"
    assert load(text).outputs == {"y": "softmax"}


def test_a_variant_adds_and_drops_ideas() -> None:
    base = 'net Base {\n about {\n idea "one" still_used\n idea "two"\n }\n input x: 3\n fc(1)\n}\n'
    found = load(base + 'net New = Base with {\n about {\n idea "three"\n idea "one" dropped\n }\n}\n')
    assert [(idea.text, idea.still_used) for idea in found.about.ideas] == [("two", False), ("three", False)]


def test_about_init_expect_and_device_of_a_variant() -> None:
    about = 'about {\n title = "New one"\n idea "small"\n}\n'
    found = variant(about + "init conv1: weight = 1\nexpect fc.shape == 10")
    assert (found.about.title, found.about.ideas[0].text) == ("New one", "small")
    assert found.by_name["conv1"].init["weight"].values == (1.0,)  # type: ignore[union-attr]
    found = variant("device gpu0\nconv1 = conv(4, 3x3) on gpu0")
    assert {node.device for node in found.layers} == {"gpu0"}


def test_edits_see_the_blocks_and_parameters_of_the_variants_file(tmp_path: Path) -> None:
    (tmp_path / "base.net").write_text(BASE)
    (tmp_path / "new.net").write_text(
        'use Base from "base.net"\nblock unit(width) {\n relu -> conv(width, 1x1)\n}\n'
        "net New(k = 3) = Base with {\n conv1 = unit(k)\n}\n"
    )
    found = load(tmp_path / "new.net")
    assert names(found)[:2] == ["conv1.relu", "conv1.conv"]
    assert names(found)[-3:] == ["body.conv", "body.tanh", "fc"]
    assert [Path(found.layers[i].file).name for i in (0, -1)] == ["new.net", "base.net"]


def test_a_variant_of_a_variant() -> None:
    middle = "net Mid(n = 4) = Base(classes = n) with {\n remove body\n}\n"
    found = load(f"{BASE}{middle}net New = Mid(n = 6) with {{\n remove pool1\n}}\n")
    assert names(found) == ["conv1", "conv1_relu", "conv2", "conv2_relu", "extra.0", "extra.1", "fc"]
    assert found.by_name["fc"].shape == (6,)


def test_edits_are_carried_out_from_top_to_bottom() -> None:
    found = variant("after conv1 {\n mark = tanh\n}\nafter mark {\n sigmoid\n}\nmark = gelu")
    assert names(found)[:4] == ["conv1", "conv1_relu", "mark", "sigmoid"]
    assert found.by_name["mark"].op.keyword == "gelu"  # type: ignore[union-attr]


def test_a_variant_of_a_shipped_net_with_towers() -> None:
    found = load('use AlexNet from "zoo:alexnet"\nnet Small = AlexNet(classes = 10) with {\n remove fc7\n}\n')
    assert "gpu0.fc7" not in found.by_name
    assert found.by_name["fc8"].shape == (10,)
    assert reads(found, "fc8") == ("fc8_concat",)


@pytest.mark.parametrize(
    ("edits", "code"),
    [
        ("remove conv3", "E604"), ("conv3 = relu", "E604"), ("after conv3 {\n relu\n}", "E604"),
        ("before nothing {\n relu\n}", "E604"), ("input map: 3", "E604"), ("relu", "E604"),
        ("towers on a, b {\n relu\n}", "E604"), ("exchange", "E604"), ("for i in 0..2 {\n relu\n}", "E604"),
        ("conv1 = covn(3, 3x3)", "E202"), ("conv1 = conv(width, 3x3)", "E201"), ("remove conv1\nremove conv1", "E604"),
        ("fc = fc(10) on gpu0", "E501"), ("expect fc.shape == 3", "E701"), ("conv1 = conv(8, 90x90)", "E401"),
    ],
)  # fmt: skip
def test_edits_that_do_not_fit(edits: str, code: str) -> None:
    assert broken(edits) == [code]


def test_arguments_that_the_base_does_not_take() -> None:
    assert broken("", "(clases = 3)") == ["E301"]
    assert broken("", "(1, 2, 3)") == ["E304"]
    assert broken("", "(1, classes = 3)") == ["E305"]


def test_a_mistake_of_the_base_is_reported_once_for_both() -> None:
    text = BASE.replace("maxpool(2x2)", "maxpol(2x2)") + "net New = Base with {\n remove fc\n}\n"
    assert [found.message for found in mistakes(text)] == ["unknown op or block `maxpol`"]
