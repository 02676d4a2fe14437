"""`netc equiv` runs what it says: with the weights that its converter makes, both nets have the same outputs."""

from __future__ import annotations

import runpy
import sys
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
import shuffled_nets
from black import Mode, format_str
from shuffled_nets import as_text, random_statements, shuffled
from small_nets import graph
from torch_specs import SPECS

torch = pytest.importorskip("torch")

from netc.backends.torch.converter import converter  # noqa: E402
from netc.backends.torch.equivalence import compare  # noqa: E402
from netc.backends.torch.execute import execute, module  # noqa: E402
from netc.backends.torch.inference import for_inference  # noqa: E402
from netc.compiler.compile import load  # noqa: E402
from netc.compiler.diagnostics import Problem  # noqa: E402
from netc.compiler.equivalence import Equivalence, equivalence  # noqa: E402
from netc.compiler.graph import Graph  # noqa: E402


def equal(first: Graph, second: Graph) -> Equivalence:
    """What was found of two nets, whose outputs are the same."""
    found = equivalence(first, second)
    assert found.parting is None, found.parting
    comparison = compare(found, converter(found))
    assert comparison.same, comparison
    return found


TOWERS = """
net Towers {
  device gpu0, gpu1
  input image: 3x16x16
  towers on gpu0, gpu1 {
    conv1 = conv(4, 3x3, stride = 2, round = up) -> relu -> lrn(3)
    conv2 = conv(6, 3x3, pad = 1) -> batchnorm -> relu
    exchange
    conv3 = conv(8, 3x3, pad = 1) -> relu
    conv4 = conv(5, 3x3, groups = 1) -> relu -> maxpool(2x2)
    exchange
    fc5 = fc(7) -> relu -> dropout(0.5)
  }
  fc6 = fc(3) on gpu1
}
"""
MERGED = """
  conv1 = conv(8, 3x3, stride = 2, pad = [0, 1, 0, 1]) -> relu -> lrn(3, groups = 2)
  conv2 = conv(12, 3x3, pad = 1, groups = 2) -> batchnorm -> relu
  conv3 = conv(16, 3x3, pad = 1) -> relu
  conv4 = conv(10, 3x3, groups = 2) -> maxpool(2x2) -> relu
  fc5 = fc(14) -> dropout(0.5) -> relu
  fc6 = fc(3)
"""
BRANCHES = """
  stem = conv(8, 3x3) -> relu
  a = stem -> conv(4, 1x1) -> relu
  b = stem -> conv(6, 1x1) -> relu -> conv(5, 3x3, pad = 1) -> relu
  c = stem -> maxpool(3x3, stride = 1, pad = 1) -> conv(3, 1x1) -> relu
  all = concat(a, b, c)
  next = conv(7, 3x3) -> batchnorm -> relu
  side = all -> maxpool(14x14) -> flatten
  pool = next -> maxpool(12x12) -> flatten
  fc = concat(next -> flatten, pool) -> fc(9)
  out = concat(fc, side) -> fc(4)
"""
A_AND_B = "a = conv(4, 4x4, stride = 4) -> flatten\nb = image -> conv(2, 8x8, stride = 8) -> flatten\n"
THREE = "a = conv(4, 1x1)\nb = image -> conv(4, 3x3, pad = 1)\nc = image -> conv(4, 5x5, pad = 2)\n"
POOLED = "conv(4, 3x3, stride = 2) -> relu -> maxpool(3x3, stride = 3)\n"
RELU_LAST = "conv(4, 3x3, stride = 2) -> maxpool(3x3, stride = 3)\nrelu -> "
GROUPS = "conv(4, 1x1)\na = conv_transpose(4, 3x3, groups = 2)\nb = conv_transpose(4, 1x1, groups = 2)\n"
UP = "b = conv_transpose(3, 2x2, stride = 2, bias = false) -> batchnorm"
SHRUNK = "a = conv(4, 2x2, stride = 2)\n"

EQUAL = {
    "towers and groups": (load(TOWERS), graph(MERGED, feed="input image: 3x16x16")),
    "batch normalization folded": (
        graph("conv(8, 3x3, bias = false) -> batchnorm -> relu\nconv(4, 3x3) -> batchnorm\nlayer_scale -> relu\nfc(5)"),
        graph("a = conv(8, 3x3) -> relu\nb = conv(4, 3x3) -> relu\nc = fc(5)"),
    ),
    "one of two batch normalizations folded": (
        graph("conv(4, 3x3, bias = false) -> batchnorm -> batchnorm -> relu -> fc(2)"),
        graph("conv(4, 3x3) -> batchnorm -> relu -> fc(2)"),
    ),
    "batch normalization of a sum of branches": (
        graph("a = conv(4, 3x3)\nb = image -> conv(6, 3x3, bias = false)\nconcat(a, b) -> batchnorm -> relu -> fc(3)"),
        graph("a = conv(4, 3x3)\nb = image -> conv(6, 3x3)\nconcat(b, a) -> relu -> fc(3)"),
    ),
    "fully connected layers as convolutions": (
        graph(POOLED + "fc(12) -> batchnorm -> relu\nfc(7)"),
        graph(RELU_LAST + "conv(12, 5x5) -> relu\nconv(7, 1x1) -> flatten"),
    ),
    "convolutions as fully connected layers": (
        graph(POOLED + "conv(12, 5x5) -> relu\nconv(7, 1x1) -> flatten"),
        graph(POOLED + "fc(12) -> relu\nfc(7)"),
    ),
    "parallel convolutions as one": (
        graph("a = conv(4, 3x3)\nb = image -> conv(6, 3x3)\nconcat(a, b) -> relu -> conv(3, 3x3) -> fc(2)"),
        graph("both = conv(10, 3x3)\nrelu -> conv(3, 3x3) -> fc(2)"),
    ),
    "depthwise convolutions": (
        graph("conv(6, 3x3) -> batchnorm -> relu6\nconv(6, 3x3, groups = 6) -> batchnorm -> relu6 -> fc(2)"),
        graph("conv(6, 3x3) -> relu6 -> conv(6, 3x3, groups = 6) -> relu6 -> fc(2)"),
    ),
    "a table of connections": (
        graph('conv(3, 3x3, connect = """\nX..\n.X.\n..X\n""") -> fc(2)'),
        graph("conv(3, 3x3, groups = 3) -> fc(2)"),
    ),
    "groups as a table": (
        graph("conv(3, 3x3, groups = 3, bias = false) -> batchnorm -> fc(2)"),
        graph('conv(3, 3x3, connect = """\nX..\n.X.\n..X\n""") -> fc(2)'),
    ),
    "padding before a convolution": (
        graph("pad(1) -> conv(4, 3x3) -> relu -> fc(2)"),
        graph("conv(4, 3x3, pad = same) -> relu -> fc(2)"),
    ),
    "a constant that the batch normalization takes": (
        graph("conv(4, 3x3) -> batchnorm -> relu -> fc(2)"),
        graph("conv(4, 3x3, bias = false) -> batchnorm -> relu -> fc(2)"),
    ),
    "a constant that is not there": (
        graph("conv(4, 3x3, bias = false) -> batchnorm -> relu -> fc(2)"),
        graph("conv(4, 3x3) -> batchnorm -> relu -> fc(2)"),
    ),
    "transposed convolutions": (
        graph(SHRUNK + UP + "\nconcat(b, image) -> conv(2, 1x1)"),
        graph(SHRUNK + "b = conv_transpose(3, 2x2, stride = 2)\nconcat(image, b) -> conv(2, 1x1)"),
    ),
    "poolings with other names": (
        graph("conv(4, 3x3) -> adaptive_avgpool(15) -> relu -> global_maxpool -> fc(2)"),
        graph("conv(4, 3x3) -> avgpool(2) -> relu -> maxpool(15) -> flatten -> fc(2)"),
    ),
    "sums of sums": (
        graph(THREE + "add(add(c, a), b) -> fc(2)"),
        graph(THREE + "add(a, b, c) -> fc(2)"),
    ),
    "vectors of several maps": (
        graph(A_AND_B + "concat(a, b) -> relu -> fc(6) -> relu -> fc(2)"),
        graph(A_AND_B + "concat(b, a) -> relu -> fc(6) -> relu -> fc(2)"),
    ),
    "values of a vector normalized": (
        graph("conv(2, 8x8, stride = 8) -> flatten -> batchnorm -> layernorm -> softmax -> fc(2)"),
        graph("a = conv(2, 8x8, stride = 8)\nb = flatten -> batchnorm(momentum = 0.5)\nlayernorm -> softmax -> fc(2)"),
    ),
    "shuffled channels": (
        graph("conv(8, 1x1) -> channel_shuffle(4) -> conv(8, 3x3, groups = 2) -> relu -> fc(2)"),
        graph("a = conv(8, 1x1) -> channel_shuffle(4)\nb = conv(8, 3x3, groups = 2) -> relu\nc = fc(2)"),
    ),
    "layers that are taken as a whole": (
        graph(GROUPS + "add(b, a)"),
        graph(GROUPS + "add(a, b)"),
    ),
    "layers used for two": (
        graph("a = conv(4, 3x3) -> relu\nadd(a, a) -> fc(2)"),
        graph("a = conv(4, 3x3) -> relu\nb = image -> conv(4, 3x3) -> relu\nadd(a, b) -> fc(2)"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", EQUAL)
def test_equal_nets(name: str) -> None:
    assert equal(*EQUAL[name]).forwards


@pytest.mark.parametrize("name", ["towers and groups", "transposed convolutions", "batch normalization folded"])
def test_weights_go_back_where_only_that_is_possible(name: str) -> None:
    second, first = EQUAL[name]
    folded = name != "towers and groups"
    assert equal(first, second).forwards is not folded


def test_branches_in_another_order() -> None:
    swapped = BRANCHES
    for before, after in [("(a, b, c)", "(c, a, b)"), ("(next -> flatten, pool)", "(pool, next -> flatten)"),
                          ("(fc, side)", "(side, fc)")]:  # fmt: skip
        assert before in BRANCHES
        swapped = swapped.replace(before, after)
    equal(*(graph(text, feed="input image: 3x16x16") for text in (BRANCHES, swapped)))


@pytest.mark.parametrize("name", SPECS)
def test_every_net_is_itself(name: str) -> None:
    found = load(SPECS[name])
    same = equal(found, found)
    assert same.in_training is None
    assert not same.left_out
    assert set(same.recipes) == set(module(found).state_dict())


def test_the_lenet_of_1998_is_itself() -> None:
    """Trainable subsampling, a table of connections, and codes that are no weights."""
    renamed = 'use LeNet5 from "zoo:lenet5"\nnet Mine = LeNet5 with { rename C3 to sparse\n rename S2 to pooled }'
    found = equal(load("zoo:lenet5:LeNet5"), load(renamed))
    assert {"pooled.coefficient", "sparse.weight", "output.codes"} <= set(found.recipes)


@pytest.mark.parametrize("names", [("AlexNet", "AlexNetMerged"), ("AlexNetMerged", "AlexNet")])
def test_alexnet_on_two_devices_and_on_one(names: tuple[str, str]) -> None:
    narrow = 'use {0} from "zoo:alexnet"\nnet Narrow = {0}(classes = 10) with {{ scale width by 1 / 8 }}'
    found = equal(*(load(narrow.format(name)) for name in names))
    assert found.in_training is None
    assert found.forwards


@pytest.mark.parametrize("seed", range(12))
def test_random_nets_with_other_names_and_orders(seed: int) -> None:
    statements = random_statements(Random(seed), 12)
    found = equal(load(as_text(statements)), load(as_text(shuffled(statements, Random(seed)))))
    assert found.in_training is None


@pytest.mark.parametrize("seed", [5, 70, 95, 143, 175, 188])
def test_random_nets_with_batch_normalizations_folded(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shuffled_nets, "PLAIN", ("batchnorm", "batchnorm", "batchnorm", "relu"))
    statements = random_statements(Random(seed), 14)
    folded = for_inference(load(as_text(shuffled(statements, Random(seed)))))
    assert len(folded.folds) > 1
    assert equal(load(as_text(statements)), folded.graph).forwards


CHAIN = "conv1 = conv(4, 3x3) -> batchnorm -> relu\nconv2 = conv(4, 3x3) -> relu\nfc = fc(3)"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("] = tensor", "] = 1.000001 * tensor"),
        ("] = tensor", "] = tensor.flip(0)"),
        ("return {", "made['conv1.weight'] = made['conv1.weight'].transpose(2, 3)\n    return {"),
        ("return {", "made['conv1_batchnorm.running_mean'].zero_()\n    return {"),
    ],
)
def test_weights_that_are_mixed_up_are_seen(before: str, after: str) -> None:
    found = equivalence(graph(CHAIN), graph(CHAIN))
    text = converter(found)
    assert text.count(before) == 1
    assert compare(found, text).same
    assert not compare(found, text.replace(before, after)).same


def test_the_converter_is_a_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = EQUAL["batch normalization of a sum of branches"]
    monkeypatch.chdir(tmp_path)
    Path("convert.py").write_text(converter(equivalence(first, second)))
    state = module(first).state_dict()
    torch.save(state, "a.pt")
    monkeypatch.setattr(sys, "argv", ["convert.py", "a.pt", "b.pt"])
    runpy.run_path("convert.py", run_name="__main__")
    image, converted = torch.randn(2, 3, 32, 32), torch.load("b.pt", weights_only=True)
    torch.testing.assert_close(*(made(net, values, image) for net, values in ((first, state), (second, converted))))
    monkeypatch.setattr(sys, "argv", ["convert.py", "a.pt"])
    with pytest.raises(SystemExit, match="usage: python"):
        runpy.run_path("convert.py", run_name="__main__")


def made(net: Graph, state: dict[str, torch.Tensor], image: torch.Tensor) -> torch.Tensor:
    model = module(net)
    model.load_state_dict(state)
    return model.eval()(image)


def test_the_converter_shares_no_memory() -> None:
    found = equivalence(*EQUAL["towers and groups"])
    state = module(found.source).state_dict()
    converted = execute(converter(found), "<converter>")["convert"](state)
    pointers = {tensor.data_ptr() for tensor in state.values()}
    assert not pointers & {tensor.data_ptr() for tensor in converted.values()}


@pytest.mark.parametrize("name", EQUAL)
def test_the_converter_is_well_written(name: str) -> None:
    text = converter(equivalence(*EQUAL[name]))
    assert format_str(text, mode=Mode()) == text


def test_auxiliary_weights_are_converted_too() -> None:
    text = SPECS["heads"]
    found = equal(load(text), load(text.replace("block head", "block heads").replace(" head(", " heads(")))
    assert not found.left_out
    assert set(found.recipes) == set(module(found.target).state_dict())


def test_weights_that_only_training_needs_are_left_out() -> None:
    with_head = "a = conv(4, 3x3) -> relu\nside = fc(3)\nauxiliary output early: side\nb = a -> fc(2)"
    found = equal(graph("a = conv(4, 3x3) -> relu\nb = fc(2)"), graph(with_head))
    assert found.left_out == ("side",)
    assert found.in_training is not None
    assert "auxiliary output early" in found.in_training.reason


def test_nets_too_large_for_memory_are_refused() -> None:
    huge = graph("fc(2_000_000) -> fc(1_000_000_000)", feed="input image: 1x1x1")
    small = equivalence(graph("fc(2)"), graph("fc(2)"))
    with pytest.raises(Problem, match="not enough memory"):
        compare(replace(small, first=huge), converter(small))
