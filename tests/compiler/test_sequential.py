"""``sequential``: layers that are called by their position, as in ``torch.nn.Sequential``."""

from __future__ import annotations

import pytest
from small_nets import codes, graph, layer, names, net, reads

from netc.compiler.compile import load
from netc.compiler.graph import Graph

TWO = "block two(width) {\n a = conv(width, 1x1) -> relu\n}"


def scopes(found: Graph) -> list[tuple[str, str]]:
    return [(scope.path, scope.kind) for scope in found.scopes]


def test_every_op_takes_the_next_number() -> None:
    found = graph("sequential f {\n conv(8, 3x3) -> batchnorm -> relu\n dropout\n}\nfc(10)")
    assert names(found) == ["f.0", "f.1", "f.2", "f.3", "fc"]
    assert scopes(found) == [("f", "group")]
    assert [reads(found, name) for name in ("f.0", "f.3", "fc")] == [("image",), ("f.2",), ("f.3",)]


def test_names_inside_are_read_everywhere_and_are_no_names_of_the_module() -> None:
    found = graph("sequential f {\n a = conv(8, 3x3) -> relu\n b = conv(8, 1x1)\n add(a, b)\n}\nc = add(a, f)")
    assert names(found) == ["f.0", "f.1", "f.2", "f.3", "c"]
    assert reads(found, "f.3") == ("f.1", "f.2")
    assert reads(found, "c") == ("f.1", "f.3")
    assert [layer(found, name).statement for name in ("f.0", "f.1", "f.2", "f.3")] == ["a", "a", "b", ""]


def test_a_sequential_sees_the_names_around_it() -> None:
    found = graph("a = relu\nb = tanh\nsequential f {\n c = a -> relu\n add(b, a, c)\n}")
    assert names(found) == ["a", "b", "f.0", "f.1"]
    assert reads(found, "f.1") == ("b", "a", "f.0")


def test_blocks_repetitions_groups_and_splits() -> None:
    body = "two(8)\ntwo(8) * 2\n(relu -> tanh) * 2\nparts = split(2)\nconcat(parts[1], parts[0])"
    found = graph(f"sequential f {{\n{body}\n}}", TWO)
    assert names(found) == [
        "f.0.a", "f.0.a_relu", "f.1.a", "f.1.a_relu", "f.2.a", "f.2.a_relu",
        "f.3.relu", "f.3.tanh", "f.4.relu", "f.4.tanh", "f.5.0", "f.5.1", "f.6",
    ]  # fmt: skip
    assert scopes(found) == [
        ("f", "group"), ("f.0", "block"), ("f.1", "block"), ("f.2", "block"), ("f.3", "group"), ("f.4", "group"),
        ("f.5", "list"),
    ]  # fmt: skip


def test_an_op_comes_after_the_chains_that_it_reads() -> None:
    found = graph("sequential f {\n relu\n concat(conv(4, 1x1) -> tanh, conv(2, 1x1))\n relu\n}")
    assert [(node.name, node.op.keyword) for node in found.layers] == [
        ("f.0", "relu"), ("f.1", "conv"), ("f.2", "tanh"), ("f.3", "conv"), ("f.4", "concat"), ("f.5", "relu"),
    ]  # fmt: skip


def test_loops_go_on_counting_and_their_names_are_lists() -> None:
    found = graph("sequential f {\n for w in [4, 8] {\n c = conv(w, 1x1) -> relu\n}\n}\nconcat(c[0], c[1], c)")
    assert names(found) == ["f.0", "f.1", "f.2", "f.3", "concat"]
    assert reads(found, "concat") == ("f.1", "f.3", "f.3")


def test_a_sequential_in_a_loop_is_one_of_a_list() -> None:
    found = graph("for w in [4, 8] {\n sequential s {\n conv(w, 1x1) -> relu\n}\n}\nconcat(s[0], s)")
    assert names(found) == ["s.0.0", "s.0.1", "s.1.0", "s.1.1", "concat"]
    assert scopes(found) == [("s", "list"), ("s.0", "group"), ("s.1", "group")]
    assert reads(found, "concat") == ("s.0.1", "s.1.1")


def test_a_sequential_in_another_takes_a_number_and_its_name_is_for_reading() -> None:
    inner = "relu\nsequential stage {\n tanh -> relu\n}\nadd(stage, stage)"
    found = graph(f"sequential f {{\n{inner}\n}}\nfc(10)")
    assert names(found) == ["f.0", "f.1.0", "f.1.1", "f.2", "fc"]
    assert reads(found, "f.2") == ("f.1.1", "f.1.1")


def test_without_a_name_it_numbers_the_scope_around_it() -> None:
    block = "block c(width) {\n sequential {\n conv(width, 1x1) -> relu\n}\n}"
    assert names(graph("x = c(4)\ny = c(4) -> c(8)", block)) == ["x.0", "x.1", "y.0.0", "y.0.1", "y.1.0", "y.1.1"]
    twice = "block c {\n sequential {\n relu\n}\n a = tanh\n sequential {\n a -> relu -> relu\n}\n}"
    assert names(graph("x = c", twice)) == ["x.0", "x.a", "x.1", "x.2"]
    assert names(graph("sequential f {\n relu\n sequential {\n relu\n}\n relu\n}")) == ["f.0", "f.1", "f.2"]


def test_links_that_are_left_out_take_no_number() -> None:
    block = "block c(norm = none) {\n sequential {\n conv(4, 1x1) -> norm -> relu\n}\n}"
    assert names(graph("x = c\ny = c(batchnorm)", block)) == ["x.0", "x.1", "y.0", "y.1", "y.2"]
    empty = graph("a = relu\nsequential f {\n none -> none\n}\nb = add(f, a)")
    assert names(empty) == ["a", "b"]
    assert scopes(empty) == []
    assert reads(empty, "b") == ("a", "a")


def test_devices_and_sections_around_and_inside() -> None:
    body = """
device gpu0, gpu1
section all {
  on gpu0 {
    sequential f {
      section start {
        conv(4, 3x3)
      }
      relu on gpu1
    }
  }
}
"""
    found = graph(body)
    assert [(node.name, node.device, node.section) for node in found.layers] == [
        ("f.0", "gpu0", "f.start"), ("f.1", "gpu1", "all"),
    ]  # fmt: skip


def test_in_towers_and_after_them() -> None:
    tower = "sequential f {\n a = conv(4, 1x1) -> relu\n}\nexchange\nsequential {\n relu\n}"
    after = "sequential h {\n x = relu on g0\n concat(x, a) on g1\n}"
    found = graph(f"device g0, g1\ntowers on g0, g1 {{\n{tower}\n}}\n{after}")
    assert names(found) == [
        "g0.f.0", "g0.f.1", "g1.f.0", "g1.f.1", "g0.concat", "g0.0", "g1.concat", "g1.0",
        "h.concat", "h.0", "h.concat2", "h.1",
    ]  # fmt: skip
    assert reads(found, "h.concat2") == ("g0.f.1@g1", "g1.f.1")


def test_init_and_expect_know_the_names_inside() -> None:
    found = graph(
        "sequential f {\n a = conv(4, 1x1)\n t = two(8)\n sequential g {\n conv(2, 1x1)\n}\n b = conv(4, 1x1)\n"
        " init b: weight = 4\n}\ninit a: weight = 1\ninit t: weight = 2\ninit g: weight = 3\n"
        "expect a.shape == 4x32x32\nexpect t.shape == 8x32x32\nexpect t.parameters == 40\nexpect g.parameters == 18\n"
        "expect f.1.a.parameters == 40\nexpect f.parameters == 16 + 40 + 18 + 12",
        TWO,
    )
    weights = {node.name: node.init["weight"].values for node in found.layers if "weight" in node.init}
    assert weights == {"f.0": (1.0,), "f.1.a": (2.0,), "f.2.0": (3.0,), "f.3": (4.0,)}


def test_init_without_names_is_about_the_layers_of_the_sequential() -> None:
    found = graph("conv(4, 1x1)\nsequential f {\n conv(4, 1x1)\n init weight = 1\n}")
    assert [bool(node.init) for node in found.layers] == [False, True]


def test_a_variant_edits_what_stands_inside() -> None:
    base = net("sequential f {\n a = conv(4, 1x1) -> relu\n b = conv(4, 1x1)\n}\nc = relu")
    edits = "a = conv(8, 1x1)\nafter b { batchnorm }\nremove c"
    assert names(load(f"{base}\nnet V = N with {{\n{edits}\n}}")) == ["f.0", "f.1", "f.2"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("sequential f {\n}", "E605"), ("sequential {\n}", "E605"), ("sequential lambda {\n relu\n}", "E205"),
        ("sequential f {\n f -> relu\n}", "E204"), ("f = relu\nsequential f {\n relu\n}", "E203"),
        ("sequential f {\n a = relu\n}\na = relu", "E203"), ("sequential f {\n output x: relu\n}", "E608"),
        ('sequential f {\n a as "b" = relu\n}', "E608"),
    ],
)  # fmt: skip
def test_mistakes(body: str, code: str) -> None:
    assert codes(net(f"{body}\nfc(10)")) == [code]


def test_the_module_has_the_keys_of_torch() -> None:
    torch = pytest.importorskip("torch")
    from netc import module

    wanted = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.ReLU(), torch.nn.BatchNorm2d(4))
    model = module(graph("sequential f {\n conv(4, 3x3) -> relu\n batchnorm\n}\nfc(10)"))
    assert [key for key in model.state_dict() if key.startswith("f.")] == [f"f.{key}" for key in wanted.state_dict()]
