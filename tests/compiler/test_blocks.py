"""Blocks, repetitions and loops."""

from __future__ import annotations

import pytest
from small_nets import codes, graph, layer, mistakes, names, net, reads

from netc.compiler.graph import Graph, Scope

BASIC = """
block basic(width, stride = 1) {
  conv1 = conv(width, 3x3, stride = stride, pad = 1) -> relu
  conv2 = conv(width, 3x3, pad = 1)
  add(conv2, in -> conv(width, 1x1, stride = stride)) -> relu
}
"""


def scopes(found: Graph) -> list[tuple[str, str, str]]:
    return [(scope.path, scope.kind, scope.definition) for scope in found.scopes]


def scope(found: Graph, path: str) -> Scope:
    return next(scope for scope in found.scopes if scope.path == path)


# ---- blocks


def test_a_block_puts_its_name_before_its_layers() -> None:
    found = graph("a = relu\nx = basic(8)\nfc(10)", BASIC)
    assert names(found) == [
        "a", "x.conv1", "x.conv1_relu", "x.conv2", "x.conv", "x.add", "x.relu", "fc",
    ]  # fmt: skip
    assert [reads(found, name) for name in ("x.conv1", "x.conv", "x.add", "fc")] == [
        ("a",), ("a",), ("x.conv2", "x.conv"), ("x.relu",),
    ]  # fmt: skip
    assert scopes(found) == [("x", "block", "basic")]


def test_a_block_knows_its_arguments_and_its_line() -> None:
    found = scope(graph("x = basic(8 + 8, stride = 2)", BASIC), "x")
    assert found.arguments == {"width": 16, "stride": 2}
    assert found.line == 10
    assert found.inputs == {"in": "image"}


def test_a_chain_of_one_block_has_its_name_and_other_ops_are_called_as_usual() -> None:
    assert names(graph("x = batchnorm -> basic(8) -> relu -> dropout", BASIC))[::7] == ["x_batchnorm", "x_relu"]
    found = graph("x = basic(8) -> conv(8, 3x3)", BASIC)
    assert names(found)[-1] == "x_conv"


def test_several_blocks_of_a_chain_are_numbered() -> None:
    found = graph("x = basic(8) -> basic(8, stride = 2) -> relu", BASIC)
    assert scopes(found) == [("x", "list", ""), ("x.0", "block", "basic"), ("x.1", "block", "basic")]
    assert reads(found, "x.1.conv1") == ("x.0.relu",)
    assert names(found)[-1] == "x_relu"


def test_an_unnamed_block_is_called_like_its_definition() -> None:
    assert [scope.path for scope in graph("basic(8)\nbasic(8)\nbasic(8) * 2", BASIC).scopes] == [
        "basic", "basic2", "basic3", "basic3.0", "basic3.1",
    ]  # fmt: skip


def test_defaults_of_a_block_see_the_parameters_before_them() -> None:
    block = "block b(width, hidden = 2 * width) {\n conv(hidden, 1x1) -> conv(width, 1x1)\n}"
    assert [node.shape[0] for node in graph("x = b(4)\ny = b(4, 5)\nz = b(hidden = 6, width = 7)", block).layers] == [
        8, 4, 5, 4, 6, 7,
    ]  # fmt: skip


def test_parameters_may_be_layers() -> None:
    block = "block gated(map, gate, width) {\n s = gate -> conv(width, 1x1) -> sigmoid\n mul(map, s)\n}"
    found = graph("a = conv(4, 1x1)\nb = image -> conv(4, 1x1)\nc = gated(a, gate = b, width = 4)", block)
    assert reads(found, "c.s") == ("b",)
    assert reads(found, "c.mul") == ("a", "c.s_sigmoid")
    assert scope(found, "c").arguments == {"width": 4}
    assert scope(found, "c").inputs == {"in": "b", "map": "a", "gate": "b"}


def test_an_argument_may_be_a_chain() -> None:
    found = graph("a = relu\nb = twice(a -> tanh)", "block twice(other) {\n add(in, other)\n}")
    assert reads(found, "b.add") == ("a", "tanh")


def test_a_default_may_be_a_word_or_nothing() -> None:
    block = "block b(bias = true, pad = 0) {\n conv(4, 3x3, bias = bias, pad = pad)\n}"
    found = graph("x = b\ny = b(bias = false, pad = 1)", block)
    assert [layer(found, name).parameters for name in ("x.conv", "y.conv")] == [4 * 27 + 4, 4 * 36]


def test_blocks_contain_blocks() -> None:
    outer = "block stage(width, depth) {\n first = basic(width, 2)\n rest = basic(width) * depth\n}"
    found = graph("s = stage(8, 2)", BASIC + outer)
    assert [path for path, _, _ in scopes(found)] == ["s", "s.first", "s.rest", "s.rest.0", "s.rest.1"]
    assert reads(found, "s.rest.0.conv1") == ("s.first.relu",)


def test_a_block_may_hand_on_a_parameter_in_the_middle_of_a_chain() -> None:
    """Rehearsed alone, the chain stops at the unknown width: the layer before it is read all the same."""
    blocks = "block unit(width) {\n conv = conv(width, 1x1)\n}\nblock pooled(width) {\n maxpool(2x2) -> unit(width)\n}"
    assert names(graph("x = pooled(4)", blocks)) == ["x.maxpool", "x.unit.conv"]


def test_a_block_sees_no_names_of_the_net() -> None:
    text = net("a = relu\nb = peep", "block peep {\n add(in, a)\n}")
    assert codes(text) == ["E201"]
    assert codes(net("b = peep", "block peep {\n add(in, image)\n}")) == ["E201"]


def test_blocks_may_be_defined_below_their_use() -> None:
    text = net("b = later") + "block later {\n relu\n}\n"
    assert mistakes(text) == []


def test_the_last_statement_of_a_block_comes_out() -> None:
    found = graph(
        "x = b\nfc(1)", "block b {\n first = relu\n second = in -> tanh\n add(first, second)\n third = sigmoid\n}"
    )
    assert reads(found, "fc") == ("x.third",)


def test_names_of_a_block_are_its_own() -> None:
    found = graph("conv1 = conv(8, 1x1)\nx = basic(8)\ny = basic(8)\nz = add(conv1, y)", BASIC)
    assert reads(found, "z") == ("conv1", "y.relu")


# ---- repetitions


def test_an_op_repeated() -> None:
    found = graph("x = conv(8, 3x3, pad = 1) * 3\nadd(x[0], x[2])")
    assert names(found) == ["x.0", "x.1", "x.2", "add"]
    assert reads(found, "x.1") == ("x.0",)
    assert reads(found, "add") == ("x.0", "x.2")
    assert scopes(found) == [("x", "list", "")]


def test_a_repetition_without_a_name() -> None:
    assert names(graph("relu * 2\ntanh\nrelu * 2")) == ["relu.0", "relu.1", "tanh", "relu2.0", "relu2.1"]


def test_a_repetition_in_the_middle_of_a_chain() -> None:
    found = graph("x = conv(8, 3x3) -> relu * 2 -> tanh")
    assert names(found) == ["x_conv", "x.0", "x.1", "x_tanh"]
    assert reads(found, "x_tanh") == ("x.1",)


def test_a_group_repeated() -> None:
    found = graph("x = (conv(8, 3x3, pad = 1) -> relu) * 2 -> tanh")
    assert names(found) == ["x.0.conv", "x.0.relu", "x.1.conv", "x.1.relu", "x_tanh"]
    assert scopes(found) == [("x", "list", ""), ("x.0", "group", ""), ("x.1", "group", "")]
    assert reads(found, "x.1.conv") == ("x.0.relu",)


def test_a_group_sees_the_names_around_it() -> None:
    found = graph("a = relu\nx = (tanh -> add(a)) * 2")
    assert reads(found, "x.1.add") == ("x.1.tanh", "a")


def test_a_block_repeated_and_picked_by_index() -> None:
    found = graph("x = basic(8) * 2\ny = concat(x[0], x[1])", BASIC)
    assert reads(found, "y") == ("x.0.relu", "x.1.relu")


def test_a_count_may_be_computed() -> None:
    assert len(graph("x = relu * (2 * 3 - 1)").layers) == 5


def test_a_parameter_may_be_none() -> None:
    block = "block pool(step = none) {\n maxpool(2x2, stride = step)\n}"
    found = graph("a = pool(1)\nb = pool\nc = pool(none)", block)
    assert [node.shape for node in found.layers] == [(3, 31, 31), (3, 15, 15), (3, 7, 7)]
    assert codes(net("a = b(none)", "block b(x) {\n fc(x)\n}")) == ["E302"]


# ---- loops


def test_a_loop_over_a_range() -> None:
    found = graph("for i in 1..4 {\n c = conv(8 * i, 1x1)\n}\nfc(10)")
    assert [(node.name, node.shape[0]) for node in found.layers] == [("c.0", 8), ("c.1", 16), ("c.2", 24), ("fc", 10)]
    assert [reads(found, name)[0] for name in names(found)] == ["image", "c.0", "c.1", "c.2"]
    assert scopes(found) == [("c", "list", "")]


def test_a_loop_over_a_list() -> None:
    found = graph("for width in [4, 2 * 4] {\n c = conv(width, 1x1) -> relu\n}")
    assert names(found) == ["c.0", "c_relu.0", "c.1", "c_relu.1"]


def test_the_bare_name_means_the_latest_turn_and_an_index_picks_one() -> None:
    found = graph("a = relu\nfor i in 0..3 {\n c = tanh\n d = add(c, a)\n}\nadd(c[0], c, d)")
    assert reads(found, "d.1") == ("c.1", "a")
    assert reads(found, "add") == ("c.0", "c.2", "d.2")


def test_nested_loops() -> None:
    inner = "for j in 0..2 {\n c = conv(1 + 2 * i + j, 1x1)\n}"
    found = graph(f"for i in 0..2 {{\n {inner}\n p = relu\n}}\nconcat(c[0][1], c[1][0], p)")
    assert names(found) == ["c.0.0", "c.0.1", "p.0", "c.1.0", "c.1.1", "p.1", "concat"]
    assert reads(found, "concat") == ("c.0.1", "c.1.0", "p.1")


def test_a_loop_within_a_loop_may_make_nothing_at_first() -> None:
    loops = "for i in 0..3 {\n for j in 0..i {\n c = conv(4, 1x1)\n}\n}"
    found = graph(f"{loops}\nadd(c[1][0], c[2][1])")
    assert names(found) == ["c.1.0", "c.2.0", "c.2.1", "add"]
    assert reads(found, "add") == ("c.1.0", "c.2.1")
    assert codes(net(f"{loops}\nadd(c, c[0][0])")) == ["E307"]


def test_loops_of_unnamed_layers_and_of_blocks() -> None:
    found = graph("for i in 0..2 {\n relu\n x = basic(8)\n}\ntanh", BASIC)
    assert [scope.path for scope in found.scopes] == ["relu", "x", "x.0", "x.1"]
    assert names(found)[0] == "relu.0"
    assert reads(found, "tanh") == ("x.1.relu",)


def test_a_loop_without_turns_makes_nothing() -> None:
    assert names(graph("for i in 3..3 {\n relu\n}\nfor i in [] {\n relu\n}\ntanh")) == ["tanh"]


def test_a_loop_in_a_block() -> None:
    found = graph("x = b([4, 8])", "block b(widths) {\n for w in widths {\n c = conv(w, 1x1)\n }\n}")
    assert names(found) == ["x.c.0", "x.c.1"]


def test_dense_connections_grow_in_a_loop() -> None:
    loop = "for i in 0..depth {\n n = conv(growth, 3x3, pad = 1)\n x = concat(n, all)\n}"
    block = f"block dense(depth, growth) {{\n all = in -> relu\n {loop}\n}}"
    assert [node.shape[0] for node in graph("dense(2, 4)", block).layers] == [3, 4, 7, 4, 7]


@pytest.mark.parametrize("count", [1, 2, 7])
def test_a_loop_makes_what_its_turns_written_out_make(count: int) -> None:
    loop = graph(f"for i in 0..{count} {{\n c = conv(i + 1, 1x1)\n}}\nfc(10)")
    written = graph("".join(f"c{i} = conv({i} + 1, 1x1)\n" for i in range(count)) + "fc(10)")
    assert [node.shape for node in loop.layers] == [node.shape for node in written.layers]
    assert loop.total("parameters") == written.total("parameters")
