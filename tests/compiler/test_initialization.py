"""`init` statements: which weights start how."""

from __future__ import annotations

import pytest
from small_nets import codes, graph, layer, mistakes, net

from netc.compiler.compile import load
from netc.compiler.graph import Graph, Init

LAYERS = "conv1 = conv(4, 3x3) -> batchnorm -> relu\nconv2 = conv(4, 3x3)\nfc = fc(10)\n"
ZERO = Init(distribution="constant", values=(0.0,))


def starts(found: Graph) -> dict[str, list[str]]:
    """The weights that have an initialisation, by layer."""
    return {node.name: sorted(node.init) for node in found.layers if node.init}


@pytest.mark.parametrize(
    ("written", "init"),
    [
        ("0", ZERO), ("-0.5", Init(distribution="constant", values=(-0.5,))),
        ("constant(1)", Init(distribution="constant", values=(1.0,))),
        ("normal(0, 0.01)", Init(distribution="normal", values=(0.0, 0.01))),
        ("normal(std = 0.01, mean = 1 / 2)", Init(distribution="normal", values=(0.5, 0.01))),
        ("uniform(-1, 1)", Init(distribution="uniform", values=(-1.0, 1.0))),
        ("fan_in_uniform(2.4)", Init(distribution="fan_in_uniform", values=(2.4,))),
    ],
)  # fmt: skip
def test_distributions(written: str, init: Init) -> None:
    assert layer(graph(f"{LAYERS}init fc: weight = {written}"), "fc").init == {"weight": init}


def test_without_init_nothing_is_said() -> None:
    assert starts(graph(LAYERS)) == {}


def test_without_names_all_layers_but_normalizations_are_meant() -> None:
    found = graph(f"{LAYERS}init weight = 0, bias = 1")
    assert starts(found) == {name: ["bias", "weight"] for name in ("conv1", "conv2", "fc")}


def test_names_are_those_of_chains() -> None:
    assert starts(graph(f"{LAYERS}init conv1, fc: bias = 0")) == {"conv1": ["bias"], "fc": ["bias"]}


def test_normalizations_are_meant_only_where_they_are_named_themselves() -> None:
    assert starts(graph(f"{LAYERS}init conv1_batchnorm: weight = 0")) == {"conv1_batchnorm": ["weight"]}
    assert starts(graph("norm = batchnorm -> relu\nfc(2)\ninit norm: bias = 1")) == {"norm": ["bias"]}


def test_a_later_statement_wins() -> None:
    found = graph(f"{LAYERS}init weight = normal(0, 1)\ninit fc: weight = 0")
    assert layer(found, "fc").init["weight"] == ZERO
    assert layer(found, "conv2").init["weight"].distribution == "normal"


def test_names_of_blocks_and_repetitions_mean_all_that_is_in_them() -> None:
    block = "block pair(width) {\n a = conv(width, 1x1)\n b = conv(width, 1x1) -> relu\n}"
    found = graph("x = pair(4) * 2\ny = pair(4)\nc = conv(4, 1x1) * 2\ninit x, c: weight = 0", block)
    assert sorted(starts(found)) == ["c.0", "c.1", "x.0.a", "x.0.b", "x.1.a", "x.1.b"]


def test_init_in_a_block_is_about_its_own_layers() -> None:
    block = "block pair(width, start) {\n a = conv(width, 1x1)\n b = conv(width, 1x1)\n init a: weight = start\n}"
    found = graph("a = conv(4, 1x1)\nx = pair(4, 0)\ny = pair(4, start = 1 + 1)", block)
    assert starts(found) == {"x.a": ["weight"], "y.a": ["weight"]}
    assert layer(found, "y.a").init["weight"].values == (2.0,)


def test_in_towers_a_name_means_all_towers() -> None:
    body = "towers on g0, g1 {\n a = conv(4, 3x3)\n}\nfc = fc(2) on g0\ninit a: bias = 0\n"
    found = graph(body, feed="device g0, g1\ninput image: 3x8x8")
    assert starts(found) == {"g0.a": ["bias"], "g1.a": ["bias"]}


def test_init_may_stand_before_what_it_speaks_of() -> None:
    assert starts(graph("init fc: weight = 0\nfc = fc(10)")) == {"fc": ["weight"]}


def test_the_published_initialisations() -> None:
    lenet = load("zoo:lenet5:LeNet5")
    assert layer(lenet, "S2").init["coefficient"] == Init(distribution="fan_in_uniform", values=(2.4,))
    alexnet = load("zoo:alexnet:AlexNet")
    ones = sorted({node.statement.partition(".")[2] for node in alexnet.layers if node.init.get("bias", ZERO) != ZERO})
    assert ones == ["conv2", "conv4", "conv5", "fc6", "fc7"]  # Krizhevsky et al. 2012, section 5
    assert {node.init["weight"].values for node in alexnet.layers if node.init} == {(0.0, 0.01)}


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("init conv3: weight = 0", "E201"), ("init fc: wait = 0", "E201"), ("init coefficient = 0", "E201"),
        ("init fc: weight = gauss(0, 1)", "E202"), ("init fc: weight = normal(0)", "E303"),
        ("init fc: weight = normal(0, 1, 2)", "E304"), ("init fc: weight = normal(0, mean = 1)", "E305"),
        ("init fc: weight = normal(0, sd = 1)", "E301"), ("init fc: weight = \"zero\"", "E302"),
        ("init fc: weight = true", "E302"), ("init fc: weight = fc", "E310"), ("init fc: weight = zero", "E201"),
        ("init fc: weight = 1 / 0", "E309"), ("init fc: weight = normal(0, -1)", "E306"),
        ("init fc: weight = uniform(1, -1)", "E306"),
    ],
)  # fmt: skip
def test_statements_that_do_not_fit(statement: str, code: str) -> None:
    assert codes(net(LAYERS + statement)) == [code]


def test_a_misspelt_weight_is_told_the_known_ones() -> None:
    (found,) = mistakes(net(LAYERS + "init fc: gain = 0"))
    assert found.hint == "they have bias, weight"


# ---- of a base, in its variants

BASE = """
block unit(width) {
  conv(width, 3x3, pad = 1) -> batchnorm
  init batchnorm: weight = 0
}
net Base {
  input image: 3x8x8
  conv1 = conv(4, 3x3, pad = 1) -> batchnorm -> relu -> batchnorm
  bn    = batchnorm
  for i in 0..2 {
    turn = conv(4, 1x1) -> batchnorm
  }
  conv2 = unit(4)
  fc    = fc(10)
  init conv1_batchnorm: weight = 0.1
  init conv1_batchnorm2: weight = 0.2
  init bn: weight = 0.3
  init turn_batchnorm: weight = 0.4
  init conv1, fc: weight = 0, bias = 1
}
"""


def weights(edits: str) -> dict[str, float]:
    """What the weights of layers start with in a variant."""
    graph = load(f"{BASE}net New = Base with {{\n{edits}\n}}\n")
    return {layer.name: layer.init["weight"].values[0] for layer in graph.layers if "weight" in layer.init}


def test_an_op_in_the_place_of_another_of_its_kind_starts_as_that_would() -> None:
    before = weights("")
    assert before == {
        "conv1": 0, "conv1_batchnorm": 0.1, "conv1_batchnorm2": 0.2, "bn": 0.3, "turn_batchnorm.0": 0.4,
        "turn_batchnorm.1": 0.4, "conv2.batchnorm": 0, "fc": 0,
    }  # fmt: skip
    after = weights("replace batchnorm with layernorm")
    assert after == {name.replace("batchnorm", "layernorm"): value for name, value in before.items()}


def test_an_initialization_goes_with_the_layers_that_it_names() -> None:
    assert weights("replace batchnorm with none") == {"conv1": 0, "fc": 0}
    assert "conv2.conv2" not in weights("replace batchnorm with conv(4, 1x1)")
    assert set(weights("conv1 = conv(4, 3x3)")) == set(weights("")) - {"conv1_batchnorm", "conv1_batchnorm2"}
    assert set(weights("remove fc, conv1")) == set(weights("")) - {"conv1", "conv1_batchnorm", "conv1_batchnorm2", "fc"}
    assert weights("remove conv1\nbefore bn {\n conv1 = conv(4, 1x1)\n}")["conv1"] == 0
    assert "fc" not in weights("fc = global_avgpool")
