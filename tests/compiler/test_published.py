"""LeNet-5 and AlexNet, layer by layer, as published; and their graphs as goldens.

Sources: LeCun, Bottou, Bengio, Haffner 1998, section II.B, table I and appendix A; Krizhevsky, Sutskever, Hinton 2012,
figure 2 and sections 3 to 5; the layer files of cuda-convnet (layers-145.cfg) for the widths per GPU.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from small_nets import layer, reads

from netc.compiler.compile import load
from netc.compiler.graph import Graph
from netc.compiler.ops.conv import Conv

# ---- LeNet-5


@pytest.fixture(scope="module")
def lenet() -> Graph:
    return load("zoo:lenet5:LeNet5")


@pytest.mark.parametrize(
    ("name", "shape", "parameters", "connections"),
    [
        ("C1", (6, 28, 28), 156, 122_304), ("S2", (6, 14, 14), 12, 5_880), ("C3", (16, 10, 10), 1_516, 151_600),
        ("S4", (16, 5, 5), 32, 2_000), ("C5", (120, 1, 1), 48_120, 48_120), ("F6", (84,), 10_164, 10_164),
        ("output", (10,), 0, 840),
    ],
)  # fmt: skip
def test_layers_of_lenet5(lenet: Graph, name: str, shape: tuple[int, ...], parameters: int, connections: int) -> None:
    found = layer(lenet, name)
    assert (found.shape, found.parameters, found.connections) == (shape, parameters, connections)


def test_totals_of_lenet5(lenet: Graph) -> None:
    assert lenet.total("parameters") == 60_000
    assert lenet.total("connections") == 340_908


TABLE_I = [
    {0, 1, 2}, {1, 2, 3}, {2, 3, 4}, {3, 4, 5}, {0, 4, 5}, {0, 1, 5}, {0, 1, 2, 3}, {1, 2, 3, 4}, {2, 3, 4, 5},
    {0, 3, 4, 5}, {0, 1, 4, 5}, {0, 1, 2, 5}, {0, 1, 3, 4}, {1, 2, 4, 5}, {0, 2, 3, 5}, {0, 1, 2, 3, 4, 5},
]  # fmt: skip
"""The maps of S2 that every map of C3 reads."""


def test_c3_reads_what_table_i_says(lenet: Graph) -> None:
    op = layer(lenet, "C3").op
    assert isinstance(op, Conv)
    assert op.connect is not None
    assert [{row for row in range(6) if op.connect[row][column] == "X"} for column in range(16)] == TABLE_I
    assert layer(lenet, "C3").macs == 60 * 25 * 100


def test_every_layer_up_to_f6_is_squashed(lenet: Graph) -> None:
    squashed = [reads(lenet, node.name)[0] for node in lenet.layers if node.op.keyword == "scaled_tanh"]
    assert squashed == ["C1", "S2", "C3", "S4", "C5", "F6"]
    assert reads(lenet, "output") == ("F6_scaled_tanh",)


def test_the_modern_lenet5() -> None:
    modern = load("zoo:lenet5:LeNet5Modern")
    assert modern.total("parameters") == 61_706


# ---- AlexNet


@pytest.fixture(scope="module")
def alexnet() -> Graph:
    return load("zoo:alexnet:AlexNet")


@pytest.mark.parametrize(
    ("name", "channels", "shape", "parameters", "macs"),
    [
        ("conv1", 3, (48, 55, 55), 17_472, 52_707_600), ("pool1", 48, (48, 27, 27), 0, 0),
        ("conv2", 48, (128, 27, 27), 153_728, 111_974_400), ("pool2", 128, (128, 13, 13), 0, 0),
        ("conv3", 256, (192, 13, 13), 442_560, 74_760_192), ("conv4", 192, (192, 13, 13), 331_968, 56_070_144),
        ("conv5", 192, (128, 13, 13), 221_312, 37_380_096), ("pool5", 128, (128, 6, 6), 0, 0),
        ("fc6", 256, (2048,), 18_876_416, 18_874_368), ("fc7", 4096, (2048,), 8_390_656, 8_388_608),
    ],
)  # fmt: skip
def test_layers_of_both_towers_of_alexnet(
    alexnet: Graph, name: str, channels: int, shape: tuple[int, ...], parameters: int, macs: int
) -> None:
    for tower in ("gpu0", "gpu1"):
        found = layer(alexnet, f"{tower}.{name}")
        assert alexnet.input_shapes(found)[0][0] == channels
        assert (found.shape, found.parameters, found.macs, found.device) == (shape, parameters, macs, tower)


def test_the_last_layer_of_alexnet_is_on_the_first_gpu_and_reads_both(alexnet: Graph) -> None:
    fc8 = layer(alexnet, "fc8")
    assert (fc8.shape, fc8.parameters, fc8.macs, fc8.device) == ((1000,), 4_097_000, 4_096_000, "gpu0")
    assert alexnet.input_shapes(fc8) == ((4096,),)


def test_totals_of_alexnet(alexnet: Graph) -> None:
    assert alexnet.total("parameters") == 60_965_224
    assert alexnet.total("macs") == 724_406_816
    assert sum(node.parameters for node in alexnet.on("gpu0")) == 32_531_112
    assert sum(node.parameters for node in alexnet.on("gpu1")) == 28_434_112


def test_what_crosses_between_the_gpus(alexnet: Graph) -> None:
    values = {(copy.origin, copy.destination, copy.layer.partition(".")[2]): copy.shape for copy in alexnet.transfers}
    both = {"pool2": (128, 13, 13), "pool5": (128, 6, 6), "fc6_dropout": (2048,)}
    assert values == {
        **{("gpu0", "gpu1", name): shape for name, shape in both.items()},
        **{("gpu1", "gpu0", name): shape for name, shape in both.items()},
        ("gpu1", "gpu0", "fc7_dropout"): (2048,),
    }
    per_sample = {copy.layer: copy.bytes_per_sample for copy in alexnet.transfers}
    assert per_sample["gpu0.pool2"] == 4 * 21_632
    assert per_sample["gpu0.pool5"] == 4 * 4_608


def test_alexnet_without_towers_counts_the_same() -> None:
    merged = load("zoo:alexnet:AlexNetMerged")
    assert merged.devices == ()
    assert merged.total("parameters") == 60_965_224
    assert merged.total("macs") == 724_406_816


# ---- ResNet-152


def test_totals_of_resnet_152() -> None:
    """Those of torchvision's resnet152."""
    resnet = load("zoo:resnet")
    assert resnet.net == "ResNet152"
    assert resnet.total("parameters") == 60_192_808
    assert resnet.total("buffers") == 151_579
    assert resnet.total("macs") == 11_513_626_624


def test_resnet_152_has_152_layers_with_weights() -> None:
    resnet = load("zoo:resnet")
    weighted = [layer.name for layer in resnet.layers if layer.op.role in ("convolution", "dense")]
    assert len([name for name in weighted if "downsample" not in name]) == 152  # as He et al. count


# ---- whole graphs


@pytest.mark.parametrize("name", ["lenet5:LeNet5", "lenet5:LeNet5Modern", "alexnet:AlexNet", "alexnet:AlexNetMerged"])
def test_graphs_of_the_shipped_specs(name: str, golden: Callable[[str, str], None]) -> None:
    found = load(f"zoo:{name}")
    golden(f"graph/{found.net}.json", found.to_json() + "\n")
