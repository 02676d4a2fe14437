"""Verification: it accepts what was written, and finds whatever is not the graph's."""

from __future__ import annotations

import re

import pytest
from op_samples import SAMPLES, Sample
from torch_specs import SPECS

from netc.backends.torch import source
from netc.compiler import Graph, Input, Layer, load

torch = pytest.importorskip("torch", reason="verification runs the written file")
from netc.backends.torch.verify import Verification, verify  # noqa: E402 - only where torch is

ALEXNET = load("zoo:alexnet:AlexNet")
LENET = load("zoo:lenet5:LeNet5")


def single(sample: Sample) -> Graph:
    """A net of one layer."""
    inputs = [Input(name=f"in{index}", shape=shape, line=1) for index, shape in enumerate(sample.inputs)]
    op = sample.op
    if op.keyword == "split" and "part" not in sample.arguments:
        op = op.model_copy(update={"part": 0})
    names = tuple(entry.name for entry in inputs)
    costs = {
        "parameters": op.parameters(*sample.inputs),
        "connections": op.connections(*sample.inputs),
        "macs": op.macs(*sample.inputs),
    }
    layer = Layer(
        name="layer", op=op, inputs=names, shape=op.output(*sample.inputs), statement="", line=2, file="one", **costs
    )
    return Graph(net="One", file="one", nodes=(*inputs, layer), outputs={"output": "layer"})


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_every_op(sample: Sample) -> None:
    graph = single(sample)
    result = verify(graph, source(graph))
    assert result.findings == ()
    assert (result.layers, result.shapes, result.operands) == (1, 1, len(sample.inputs))


@pytest.mark.parametrize("name", SPECS)
def test_every_construct(name: str) -> None:
    graph = load(SPECS[name])
    result = verify(graph, source(graph))
    assert result.findings == ()
    assert result.layers == result.shapes == len(graph.layers)
    assert result.parameters == graph.total("parameters")
    assert result.operands == sum(len(layer.inputs) for layer in graph.layers)
    assert result.transfers == len(graph.transfers)


def test_counts_of_alexnet() -> None:
    result = verify(ALEXNET, source(ALEXNET))
    assert str(result) == (
        "50 layers, 50 shapes, 60,965,224 parameters, 57 operands and 7 transfers agree with the graph"
    )


def broken(graph: Graph, right: str, wrong: str) -> Verification:
    """The result for a text in which one thing was replaced; ``...`` stands for the rest of its line."""
    pattern = re.escape(right).replace(r"\.\.\.", ".*")
    text, count = re.subn(pattern, lambda _: wrong, source(graph))
    assert count == 1, f"{right!r} must be there once"
    return verify(graph, text)


LENET_MISTAKES = {
    "a missing layer": ("        x = self.S2(x)...\n", "", "layer `S2` never runs"),
    "a missing function": (
        "x = self.S4(x)...\n        x = scaled_tanh(x)",
        "x = self.S4(x)",
        "`S4_scaled_tanh` never runs",
    ),
    "an extra function": ("x = self.S4(x)", "x = torch.tanh(self.S4(x))", "calls tanh on `S4`, which no layer does"),
    "an extra call": ("x = self.S4(x)", "x = self.S4(self.S4(x))", "`S4` runs 2 times"),
    "an extra module": ("self.S4 =", "self.extra = nn.Linear(2, 2)\n        self.S4 =", "`extra` is a module"),
    "a module without weights": ("self.S4 =", "self.extra = nn.ReLU()\n        self.S4 =", "`extra` is a module"),
    "an extra weight": (
        "self.S4 =",
        "self.w = nn.Parameter(torch.ones(2))\n        self.S4 =",
        "`w` is in the state_dict",
    ),
    "a wrong channel count": ("nn.Conv2d(1, 6, 5)", "nn.Conv2d(1, 7, 5)", "`C1`"),
    "a wrong kernel": ("Subsample(6, 2)", "Subsample(6, 2, stride=3)", "layer `S2` has stride = 3, the graph says"),
    "a layer without bias": ("nn.Linear(120, 84)", "nn.Linear(120, 84, bias=False)", "`F6.bias` is missing"),
    "another function": (
        "x = self.F6(x)...\n        x = scaled_tanh",
        "x = self.F6(x)\n        x = torch.tanh",
        "calls tanh on `F6`",
    ),
    "other arguments": (
        "x = self.F6(x)...\n        x = scaled_tanh(x)",
        "x = self.F6(x)\n        x = scaled_tanh(x, 1.0)",
        "calls scaled_tanh on `F6`",
    ),
    "no flattening": ("        x = torch.flatten(x, 1)...\n", "", "RuntimeError"),
    "an input past a layer": (
        "x = self.S4(x)",
        "x = self.S4(self.C3(self.S2(image)))",
        "layer `S2` reads `image` in line",
    ),
    "another output": (
        "        return x\n\n    def classify",
        "        return image\n\n    def classify",
        "output `output` is `image`",
    ),
    "no class": ("class LeNet5(", "class LeNet(", "no class `LeNet5`"),
    "no Python": ("class LeNet5(", "class LeNet5((", "SyntaxError"),
    "a line that fails": ("x = self.S4(x)", "x = self.S4(x, x)", "(`x = self.S4(x, x)`)"),
}


@pytest.mark.parametrize("mistake", LENET_MISTAKES)
def test_mistakes_are_found(mistake: str) -> None:
    right, wrong, finding = LENET_MISTAKES[mistake]
    result = broken(LENET, right, wrong)
    assert not result.ok
    assert finding in str(result)


ALEXNET_MISTAKES = {
    "a missing copy": (
        'copy_to(gpu1_pool2, self.devices["gpu0"])',
        "gpu1_pool2",
        "layer `gpu0.conv3_concat` reads `gpu0.pool2`, `gpu1.pool2` in line",
    ),
    "a copy to the wrong device": (
        'copy_to(gpu1_pool2, self.devices["gpu0"])',
        'copy_to(gpu1_pool2, self.devices["gpu1"])',
        "copies `gpu1.pool2` to gpu1",
    ),
    "a copy too many": (
        "x = self.fc8(x)",
        'x = self.fc8(copy_to(x, self.devices["gpu0"]))',
        "copies `fc8_concat` to gpu0",
    ),
    "an input that is not copied": (
        'self.gpu1.stage1(copy_to(image, self.devices["gpu1"]))',
        "self.gpu1.stage1(image)",
        "operands of conv2d in layer `gpu1.conv1` are on the host and gpu1",
    ),
    "an input on the wrong device": (
        'self.gpu1.stage1(copy_to(image, self.devices["gpu1"]))',
        'self.gpu1.stage1(copy_to(image, self.devices["gpu0"]))',
        "operands of conv2d in layer `gpu1.conv1` are on gpu0 and gpu1",
    ),
    "weights on the wrong device": (
        'self.gpu1 = Tower().to(self.devices["gpu1"])',
        'self.gpu1 = Tower().to(self.devices["gpu0"])',
        "`gpu1.fc7.bias` is on gpu0, the graph says gpu1",
    ),
    "weights on no device": (
        'nn.Linear(4096, 1000).to(self.devices["gpu0"])',
        "nn.Linear(4096, 1000)",
        "`fc8.weight` is on the host, the graph says gpu0",
    ),
    "a swapped operand": (
        "torch.cat([gpu0_pool5, gpu1_pool5], dim=1)",
        "torch.cat([gpu1_pool5, gpu0_pool5], dim=1)",
        "layer `gpu0.fc6_concat` reads `gpu1.pool5@gpu0`, `gpu0.pool5`",
    ),
    "another axis": (
        "torch.cat([gpu0_pool5, gpu1_pool5], dim=1)",
        "torch.cat([gpu0_pool5, gpu1_pool5], dim=2)",
        "calls cat on `gpu0.pool5`",
    ),
    "towers that are swapped": (
        "self.gpu0.stage2(gpu0_pool2, gpu1_pool2_on_gpu0)",
        "self.gpu0.stage2(gpu1_pool2_on_gpu0, gpu0_pool2)",
        "layer `gpu0.conv3_concat` reads `gpu1.pool2@gpu0`, `gpu0.pool2`",
    ),
    "another probability": (
        "self.fc6_dropout = nn.Dropout()",
        "self.fc6_dropout = nn.Dropout(0.4)",
        "layer `gpu0.fc6_dropout` has p = 0.4, the graph says 0.5",
    ),
    "other constants": (
        "self.conv2_lrn = nn.LocalResponseNorm(5, k=2.0)",
        "self.conv2_lrn = nn.LocalResponseNorm(5)",
        "layer `gpu1.conv2_lrn` has k = 1.0, the graph says 2.0",
    ),
    "another pooling": (
        "self.pool5 = nn.MaxPool2d(3, stride=2)",
        "self.pool5 = nn.AvgPool2d(3, stride=2)",
        "layer `gpu0.pool5` is AvgPool2d, the graph says MaxPool2d",
    ),
    "no margin": ("        x = F.pad(x, (0, 3, 0, 3))...\n", "", "before layer `gpu0.conv1` pad must be done"),
    "another margin": (
        "F.pad(x, (0, 3, 0, 3))",
        "F.pad(x, (3, 0, 3, 0))",
        "before layer `gpu0.conv1` pad must be done",
    ),
}


@pytest.mark.parametrize("mistake", ALEXNET_MISTAKES)
def test_mistakes_in_placement_and_wiring_are_found(mistake: str) -> None:
    right, wrong, finding = ALEXNET_MISTAKES[mistake]
    result = broken(ALEXNET, right, wrong)
    assert not result.ok
    assert finding in str(result)


def test_swapped_parts_of_a_split_are_found() -> None:
    graph = load("""net N { input image: 4x8x8
        parts = split(2)
        a = parts[0] -> conv(2, 1x1)
        b = parts[1] -> conv(2, 1x1)
        both = add(a, b)
        fc = fc(2) }""")  # fmt: skip
    text = source(graph)
    swapped = text.replace("dim=1)[0]", "dim=1)[9]").replace("dim=1)[1]", "dim=1)[0]").replace("[9]", "[1]")
    assert verify(graph, text).ok
    assert swapped != text
    assert "layer `a` reads `parts.1`" in str(verify(graph, swapped))


def test_outputs_by_name() -> None:
    graph = load(SPECS["several"])
    text = source(graph)
    swapped = text.replace('{"scores": scores, "edges": x}', '{"scores": x, "edges": scores}')
    assert "output `scores` is `edges_sigmoid`, the graph says `scores`" in str(verify(graph, swapped))
    single_output = text.replace('return {"scores": scores, "edges": x}', "return scores")
    assert "the graph has the outputs scores, edges" in str(verify(graph, single_output))
