"""Where nets part, as `netc equiv` says it, and that large nets and other ones are matched without running them."""

from __future__ import annotations

import json
from random import Random

import pytest
from shuffled_nets import as_text, random_statements, shuffled
from small_nets import graph

from netc.compiler.compile import load
from netc.compiler.diagnostics import Problem
from netc.compiler.equivalence import Comparison, Tensor, as_json, equivalence, told

SAME = Comparison(absolute=1e-16, relative=1e-15, batch=2, seed=0)

BASE = """stem = conv(8, 3x3, stride = 2) -> batchnorm -> relu
a = conv(8, 3x3, pad = 1) -> relu
b = add(a, stem)
pool = maxpool(3x3, stride = 2)
fc1 = fc(20) -> relu -> dropout(0.5)
fc2 = fc(10)"""


@pytest.mark.parametrize(
    ("before", "after", "reason", "lines"),
    [
        ("stride = 2) -> batch", "stride = 1) -> batch", "conv with stride 2 against stride 1", (4, 4)),
        ("pad = 1) -> relu", "pad = 1) -> tanh", "relu against tanh", (5, 5)),
        ("maxpool(3x3", "avgpool(3x3", "maxpool against avgpool", (7, 7)),
        ("maxpool(3x3", "maxpool(2x2", "maxpool with kernel 3 against kernel 2", (7, 7)),
        ("fc(20)", "fc(24)", "20 channels against 24", (8, 8)),
        ("fc(10)", "fc(11)", "10 channels against 11", (9, 9)),
        ("add(a, stem)", "mul(a, stem)", "add against mul", (6, 6)),
        ("add(a, stem)", "concat(a, stem)", "add against maxpool", (6, 7)),
        ("batchnorm", "batchnorm(eps = 0.001)", "batchnorm with eps 1e-05 against eps 0.001", (4, 4)),
        ("2) -> batchnorm", "2, bias = false)", "conv with bias against no bias", (4, 4)),
        ("b = add(a, stem)\n", "", "each has a layer that the other one lacks", (6, 6)),
        ("fc2 = fc(10)", "fc2 = fc(10) -> softmax", "softmax in one of them only", (None, 9)),
        ("fc2 = fc(10)", "fc2 = fc(10) -> reshape(10x1x1)", "the output has another shape: 10 against 10x1x1", ()),
    ],
)
def test_where_nets_part(before: str, after: str, reason: str, lines: tuple[int | None, ...]) -> None:
    assert BASE.count(before) == 1
    found = equivalence(graph(BASE), graph(BASE.replace(before, after)))
    assert found.parting is not None
    assert found.parting.reason == reason
    assert not found.recipes
    places = [found.parting.first, found.parting.second] if lines else []
    assert tuple(listed[0].line if listed else None for listed in places) == lines


def test_what_is_said_of_a_difference() -> None:
    found = equivalence(graph(BASE), graph(BASE.replace("stride = 2) -> batch", "stride = 1) -> batch")))
    assert told(found, None).splitlines() == [
        "N (the first) and N (the second) do not compute the same: conv with stride 2 against stride 1",
        "  N (the first)   stem: conv 8, 3x3, stride 2, 3x32x32 -> 8x15x15 (<text>:4)",
        "  N (the second)  stem: conv 8, 3x3, 3x32x32 -> 8x30x30 (<text>:4)",
    ]
    said = as_json(found, None)
    assert json.loads(json.dumps(said)) == said
    assert not said["same"]
    assert said["parting"]["second"][0]["line"] == 4


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("dropout(0.5)", "dropout(0.3)", "dropout with p 0.5 against p 0.3"),
        ("batchnorm", "batchnorm(momentum = 0.2)", "batchnorm with momentum 0.1 against momentum 0.2"),
        ("add(a, stem)", "add(stem, a)", None),
        ("relu -> dropout(0.5)", "relu -> dropout(0.5) -> dropout(0.0)", None),
    ],
)
def test_what_differs_in_training_only(before: str, after: str, reason: str | None) -> None:
    found = equivalence(graph(BASE), graph(BASE.replace(before, after)))
    assert found.parting is None
    assert (found.in_training.reason if found.in_training else None) == reason
    assert ("compute the same in evaluation; they differ in training" in told(found, SAME)) is (reason is not None)


def test_inputs_of_other_shapes() -> None:
    found = equivalence(graph(BASE), graph(BASE, feed="input picture: 3x30x32"))
    assert found.parting is not None
    assert found.parting.reason == "the input image, or picture, has another shape: 3x32x32 against 3x30x32"


def test_inputs_and_outputs_go_by_name_where_names_are_the_same() -> None:
    feed = "input x: 3x8x8, y: 3x8x8"
    texts = ["a = x -> conv(4, 3x3)\nb = y -> conv(5, 3x3)\noutput p: a\noutput q: b"]
    texts.append("b = y -> conv(5, 3x3)\na = x -> conv(4, 3x3)\noutput q: b\noutput p: a")
    first, second = (graph(text, feed=feed) for text in texts)
    found = equivalence(first, second)
    assert found.parting is None
    assert found.outputs == {"p": "p", "q": "q"}
    other = equivalence(first, graph(texts[1], feed="input y: 3x8x8, x: 3x8x8"))
    assert other.parting is None
    swapped = equivalence(
        first, graph(texts[0].replace("x ->", "z ->").replace("y ->", "x ->").replace("z ->", "y ->"), feed=feed)
    )
    assert swapped.parting is not None


def test_other_numbers_of_inputs_and_outputs() -> None:
    first = graph("a = fc(4)\noutput p: a")
    second = graph("a = fc(4)\noutput p: a\noutput q: a -> relu")
    found = equivalence(first, second)
    assert found.parting is not None
    assert found.parting.reason == "1 output against 2: p against p, q"


def test_shared_layers_are_not_two() -> None:
    """Weights of two layers do not fit into one; the other way they do."""
    two = graph("a = conv(4, 3x3) -> relu\nb = image -> conv(4, 3x3) -> relu\nadd(a, b) -> fc(2)")
    one = graph("a = conv(4, 3x3) -> relu\nadd(a, a) -> fc(2)")
    back = equivalence(two, one)
    assert back.parting is None
    assert not back.forwards
    assert back.target is two
    assert back.recipes["b.weight"] == Tensor("a.weight")
    assert "not the other way" in told(back, SAME)


def test_order_of_values_matters_where_it_does() -> None:
    first = "a = conv(4, 3x3)\nb = image -> conv(4, 3x3) -> relu\nconcat(a, b)"
    for last in ("lrn", "softmax", "relu"):
        swapped = first.replace("(a, b)", "(b, a)")
        found = equivalence(graph(f"{first}\n{last}"), graph(f"{swapped}\n{last}"))
        assert found.parting is not None, last


@pytest.mark.parametrize("seed", range(40))
def test_random_nets_with_other_names_and_orders(seed: int) -> None:
    statements = random_statements(Random(seed), 20)
    found = equivalence(load(as_text(statements)), load(as_text(shuffled(statements, Random(seed)))))
    assert found.parting is None
    assert found.in_training is None


RENAMED = """
use ResNet50 from "zoo:resnet"
net Mine = ResNet50 with {
  rename conv1 to stem
  rename layer1 to stage1
  rename layer4 to stage4
  rename fc to head
}
"""


def test_large_nets() -> None:
    first, second = load("zoo:resnet:ResNet50"), load(RENAMED)
    found = equivalence(first, second)
    assert found.parting is None
    names = {name: recipe.name for name, recipe in found.recipes.items() if isinstance(recipe, Tensor)}
    assert len(names) == 320
    assert all(_old(name) == old for name, old in names.items())


def _old(name: str) -> str:
    head, dot, rest = name.partition(".")
    return {"stem": "conv1", "stage1": "layer1", "stage4": "layer4", "head": "fc"}.get(head, head) + dot + rest


def test_published_relatives() -> None:
    assert equivalence(load("zoo:vgg:VGG11"), load("zoo:vgg:VGG11Torchvision")).parting is None
    different = equivalence(load("zoo:vgg:VGG11"), load("zoo:vgg:VGG11LRN"))
    assert different.parting is not None
    assert [place.name for place in different.parting.second] == ["norm1"]


def test_many_layers() -> None:
    text = "for i in 0..800 { conv(4, 3x3, pad = 1) -> batchnorm -> relu }"
    found = equivalence(graph(text), graph(text.replace("relu", "relu -> dropout(0)")))
    assert found.parting is None
    sums = "x = conv(4, 1x1)\nfor i in 0..500 { add(conv(4, 1x1), x) }"
    assert equivalence(graph(sums), graph(sums)).parting is None


@pytest.mark.parametrize(
    "text",
    [
        "conv(1_000_000_000, 1x1) -> global_avgpool -> fc(2)",
        "\n".join(f"x{i} = concat(x{i - 1}, x{i - 1})" if i else "x0 = image -> relu" for i in range(40)),
        "pad(3000) -> flatten -> batchnorm -> fc(1)",
        "x0 = conv(100_000, 1x1)\n" + "\n".join(f"x{i} = concat(x{i - 1}, image)" for i in range(1, 100)),
    ],
)
def test_nets_that_are_too_large_are_refused(text: str) -> None:
    found = graph(text)
    with pytest.raises(Problem, match="too many channels to be compared"):
        equivalence(found, found)


def test_a_pool_that_drops_values_does_something() -> None:
    texts = ["conv(4, 3x3) -> avgpool(15) -> avgpool(1x1, stride = 2) -> fc(2)", "conv(4, 3x3) -> avgpool(15) -> fc(2)"]
    assert equivalence(*map(graph, texts)).parting is not None
