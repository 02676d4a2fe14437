"""``x as "layer{i}" = chain``: names that only the module has."""

from __future__ import annotations

import pytest
from small_nets import codes, graph, layer, names, net, reads

from netc.compiler.format import format_text

BLOCK = "block two(width) {\n a = conv(width, 1x1) -> relu\n}"


def test_the_module_has_the_alias_and_the_spec_its_own_name() -> None:
    found = graph('a as "Conv_1" = conv(4, 1x1) -> batchnorm -> relu\nb = add(a, a)')
    assert names(found) == ["Conv_1", "Conv_1_batchnorm", "Conv_1_relu", "b"]
    assert reads(found, "b") == ("Conv_1_relu", "Conv_1_relu")
    assert {layer(found, name).statement for name in names(found)} == {"a", "b"}


def test_blocks_repetitions_and_groups() -> None:
    body = 'x as "one" = two(8)\ny as "several" = two(8) * 2\nz as "group" = (relu -> tanh) * 2'
    assert names(graph(body, BLOCK)) == [
        "one.a", "one.a_relu", "several.0.a", "several.0.a_relu", "several.1.a", "several.1.a_relu",
        "group.0.relu", "group.0.tanh", "group.1.relu", "group.1.tanh",
    ]  # fmt: skip


def test_in_a_loop_it_takes_the_place_of_the_turn_s_number() -> None:
    found = graph('for i in 1..4 {\n x as "denselayer{i}" = conv(4, 1x1) -> relu\n}\nconcat(x[0], x[2], x)')
    assert names(found) == [
        "denselayer1", "denselayer1_relu", "denselayer2", "denselayer2_relu", "denselayer3", "denselayer3_relu",
        "concat",
    ]  # fmt: skip
    assert reads(found, "concat") == ("denselayer1_relu", "denselayer3_relu", "denselayer3_relu")


def test_values_of_parameters_and_variables() -> None:
    block = 'block b(i, name, act) {\n for j in [7, 8] {\n x as "{name}_{ i }{j}{act}" = act\n}\n}'
    assert names(graph('y = b(3, "in", tanh)', block)) == ["y.in_37tanh", "y.in_38tanh"]


def test_a_number_and_the_spec_s_name_are_free() -> None:
    assert names(graph('a as "0" = relu\nb as "b" = relu\nc as "d" = relu\nd as "c" = relu')) == ["0", "b", "d", "c"]


def test_unnamed_layers_make_way() -> None:
    assert names(graph('a as "relu" = tanh\nrelu\nb as "conv_relu" = tanh\nconv = conv(3, 1x1) -> relu')) == [
        "relu", "relu2", "conv_relu", "conv", "conv_relu2",
    ]  # fmt: skip


def test_in_towers() -> None:
    found = graph('device g, h\ntowers on g, h {\n a as "first" = conv(4, 1x1)\n}\nb = concat(g.a, h.a) on g')
    assert names(found) == ["g.first", "h.first", "b"]


def test_init_and_expect_use_the_spec_s_name() -> None:
    found = graph(
        'a as "b" = conv(4, 1x1) -> relu\nfor i in 0..2 {\n x as "layer{i}" = two(8)\n}\nc = conv(2, 1x1)\n'
        "init a: weight = 1\ninit x: weight = 2\n"
        "expect a.shape == 4x32x32\nexpect b.shape == 4x32x32\nexpect x.shape == 8x32x32\n"
        "expect x.parameters == 40 + 72\nexpect layer1.parameters == 72",
        BLOCK,
    )
    weights = {node.name: node.init["weight"].values for node in found.layers if "weight" in node.init}
    assert weights == {"b": (1.0,), "layer0.a": (2.0,), "layer1.a": (2.0,)}


def test_towers_of_a_net_expect_the_spec_s_name() -> None:
    towers = 'towers on g, h {\n a as "first" = two(4)\n}\nconcat(g.a, h.a) on g\nexpect a.parameters == 16'
    assert names(graph(f"device g, h\n{towers}", BLOCK))[0] == "g.first.a"


def test_the_columns_of_assignments() -> None:
    assert format_text('x as"a"=relu\nlong=relu\n') == 'x as "a" = relu\nlong     = relu\n'


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ('a as "" = relu', "E302"), ('a as "x.y" = relu', "E302"), ('a as "x y" = relu', "E302"),
        ('a as "{" = relu', "E302"), ('a as "{}" = relu', "E302"), ('a as "{i.j}" = relu', "E302"),
        ('a as "é" = relu', "E302"), ('a as "forward" = relu', "E205"), ('a as "_x" = relu', "E205"),
        ('a as "{nope}" = relu', "E201"), ('a as "{image}" = relu', "E310"), (f'a as "{"x" * 201}" = relu', "E302"),
        ('a as "image" = relu', "E203"), ('a as "b" = relu\nb = relu', "E203"),
        ('a as "x" = relu\nb as "x" = relu', "E203"),
        ('relu\na as "relu" = tanh', "E203"), ('for i in 0..3 {\n a as "x" = relu\n}', "E203"),
        ('for i in [0.5] {\n a as "x{i}" = relu\n}', "E302"), ('for i in [true] {\n a as "x{i}" = relu\n}', "E302"),
        ('device g\na as "g" = relu on g', "E203"), ('sequential b {\n relu\n}\na as "b" = relu', "E203"),
    ],
)  # fmt: skip
def test_mistakes(body: str, code: str) -> None:
    after = "fc(10) on g" if body.startswith("device") else "fc(10)"
    assert codes(net(f"{body}\n{after}")) == [code]


def test_a_parameter_that_only_an_alias_reads_is_read() -> None:
    block = 'block b(i) {\n x as "layer{i}" = relu\n y as "layer{i}_2" = relu\n}'
    assert names(graph("a = b(1)", block)) == ["a.layer1", "a.layer1_2"]
    assert codes(net("relu", block)) == []
