"""Ops and blocks as values, and links that are none."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_nets import codes, graph, mistakes, names, net, reads

from netc.compiler.compile import load
from netc.compiler.diagnostics import SpecError
from netc.compiler.graph import Graph

CONV = "block conv_act(width, act = relu, norm = none) {\n conv(width, 1x1) -> norm -> act\n}"


def keywords(found: Graph) -> list[str]:
    return [node.op.keyword for node in found.layers]


def test_a_parameter_may_be_an_op() -> None:
    found = graph("x = conv_act(4)\ny = conv_act(4, tanh)\nz = conv_act(4, norm = batchnorm)", CONV)
    assert names(found) == ["x.conv", "x.relu", "y.conv", "y.tanh", "z.conv", "z.batchnorm", "z.relu"]
    assert [scope.arguments for scope in found.scopes][1] == {"width": 4, "act": "tanh", "norm": None}


def test_a_parameter_may_be_a_block_and_is_handed_on() -> None:
    inner = "block inner(width) {\n conv(width, 3x3)\n}\nblock outer(body, width) {\n x = around(body, width)\n}"
    around = "block around(body, width) {\n body(width) -> body(width)\n}"
    found = graph("a = outer(inner, 8)", f"{inner}\n{around}")
    assert names(found) == ["a.x.inner.conv", "a.x.inner2.conv"]
    assert [scope.definition for scope in found.scopes] == ["outer", "around", "inner", "inner"]


def test_it_is_called_with_arguments_or_without() -> None:
    block = "block b(act) {\n act -> act() -> act(0.2)\n}"
    assert [node.op.model_dump() for node in graph("b(leaky_relu)", block).layers] == [
        {"slope": 0.01}, {"slope": 0.01}, {"slope": 0.2},
    ]  # fmt: skip


def test_lists_loops_and_repetitions() -> None:
    text = (
        "net N(acts = [relu, tanh]) {\ninput i: 3\nacts[1] -> acts[0]\nfor act in acts {\n x = act * 2\n}\nacts[1]()\n}"
    )
    assert keywords(load(text)) == ["tanh", "relu", "relu", "relu", "tanh", "tanh", "tanh"]
    assert names(load(text))[2:6] == ["x.0.0", "x.0.1", "x.1.0", "x.1.1"]


def test_as_an_argument_of_an_op_it_is_a_branch() -> None:
    block = "block b(act, gate) {\n relu\n concat(act, act(0.1) -> tanh, gate)\n}"
    found = graph("x = b(leaky_relu, none)", block)
    assert keywords(found) == ["relu", "leaky_relu", "leaky_relu", "tanh", "concat"]
    assert reads(found, "x.concat") == ("x.leaky_relu", "x.tanh", "x.relu")


def test_names_mean_what_they_mean_where_the_argument_is_written(tmp_path: Path) -> None:
    (tmp_path / "lib.net").write_text(
        "block same_name {\n tanh\n}\nblock hidden {\n sigmoid\n}\n"
        "block apply(body = hidden) {\n body -> same_name\n}\n"
    )
    (tmp_path / "main.net").write_text(
        'use apply from "lib.net"\nblock same_name {\n relu\n}\nnet N {\n input i: 3\n apply(same_name)\n apply\n}\n'
    )
    assert keywords(load(tmp_path / "main.net")) == ["relu", "tanh", "sigmoid", "tanh"]


def test_a_parameter_stands_before_a_block_of_its_name() -> None:
    blocks = "block body {\n tanh\n}\nblock apply(body) {\n body\n}"
    assert keywords(graph("apply(relu)\nbody", blocks)) == ["relu", "tanh"]


# ---- links that are left out


def test_a_chain_is_named_as_if_the_link_were_not_there() -> None:
    block = "block b(gate) {\n a = gate -> conv(4, 1x1) -> gate -> relu -> gate(3, nothing = in)\n}"
    assert names(graph("x = b(none)", block)) == names(graph("x = b", "block b {\n a = conv(4, 1x1) -> relu\n}"))


def test_a_chain_of_which_nothing_remains_is_its_source() -> None:
    found = graph("a = relu\nc = image -> none -> none * 3\nd = none -> none\nadd(a, c, d)")
    assert names(found) == ["a", "add"]
    assert reads(found, "add") == ("a", "image", "image")


def test_an_optional_residual() -> None:
    block = "block b(skip) {\n conv(3, 1x1) -> skip(in) -> relu\n}"
    assert keywords(graph("x = b(add)", block)) == ["conv", "add", "relu"]
    assert reads(graph("x = b(add)", block), "x.add") == ("x.conv", "image")
    assert keywords(graph("x = b(none)", block)) == ["conv", "relu"]


def test_none_as_a_first_link_with_several_inputs_has_nothing_to_go_on_from() -> None:
    feed = "input a: 3, b: 3"
    assert codes(net("none -> none\nadd(a, b)", feed=feed)) == ["E605"]


# ---- parameters of nets


NET = """
block halve {
  relu
}
net N(act = relu, last = none, acts = [relu, relu]) {
  input i: 3
  act -> acts[1] -> last
}
"""


def test_a_net_s_parameter_is_given_by_name() -> None:
    assert load(NET).parameters == {"act": "relu", "last": None, "acts": ["relu", "relu"]}
    found = load(NET, act="tanh", last="softmax", acts=["gelu", "silu"])
    assert keywords(found) == ["tanh", "silu", "softmax"]
    assert found.parameters == {"act": "tanh", "last": "softmax", "acts": ["gelu", "silu"]}
    assert Graph.from_json(found.to_json()) == found
    assert keywords(load(NET, act=None, acts=["halve", "halve"])) == ["relu"]
    assert names(load(NET, act="halve"))[0] == "halve.relu"


def test_a_text_that_is_no_op_s_remains_a_text() -> None:
    text = 'net N(title = "relu", note = none) {\n about {\n title = title\n note = note\n}\n input i: 3\n relu\n}'
    assert load(text, title="tanh", note="a note").about.title == "tanh"
    assert load(text, note="a note").about.note == "a note"


@pytest.mark.parametrize("given", [{"act": "tanhh"}, {"acts": ["relu", "tanhh"]}])
def test_an_unknown_op_is_told(given: dict[str, object]) -> None:
    with pytest.raises(SpecError, match="unknown op or block `tanhh`"):
        load(NET, **given)  # type: ignore[arg-type]


def test_a_variant_gives_its_base_an_op() -> None:
    text = f"{NET}\nnet V(mine = sigmoid) = N(act = mine, last = halve)"
    assert keywords(load(text)) == ["sigmoid", "relu", "relu"]


# ---- mistakes


@pytest.mark.parametrize(
    ("body", "before", "code"),
    [
        ("f(f)", "block f(b) {\n b(b)\n}", "E602"), ("f(f)", "block f(b) {\n b(b) -> b(b)\n}", "E602"),
        ("f(g)", "block f(b) {\n b(f)\n}\nblock g(b) {\n b(g)\n}", "E602"), ("f", "block f(b = f) {\n b\n}", "E602"),
        ('conv_act(4, "relu")', CONV, "E310"), ("conv_act(4, 3)", CONV, "E310"), ("conv_act(4, conv)", CONV, "E303"),
        ("conv_act(4, rleu)", CONV, "E201"), ("conv_act(relu)", CONV, "E302"), ("x = none", "", "E310"),
        ("f(relu)", "block f(relu) {\n conv(relu, 1x1)\n}", "E205"), ("none(nope)", "", "E201"),
        ("relu", "block none {\n relu\n}", "E205"), ("relu * 2 -> none * 0", "", "E302"),
    ],
)  # fmt: skip
def test_mistakes(body: str, before: str, code: str) -> None:
    assert codes(net(f"{body}\nfc(10)", before)) == [code]


def test_a_misspelt_parameter_is_recognized() -> None:
    block = "block b(shortcut = none) {\n conv(3, 1x1) -> shotcut(3)\n}"
    assert [found.hint for found in mistakes(net("b", block)) if found.code == "E202"] == ["did you mean `shortcut`?"]


def test_a_block_that_nobody_uses_is_held_to_its_defaults_and_judged_beyond_what_is_not_known() -> None:
    block = "block b(act, last = tanh) {\n a = relu\n act(a, zz) -> convv(3)\n last(3)\n}"
    assert sorted(codes(net("relu", block))) == ["E202", "E304"]
    assert codes(net("relu", "block b(act) {\n a = relu\n act(a, zz)\n}")) == ["E201"]
