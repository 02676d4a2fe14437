"""Proposed placements: they fit, they are what the spec that is written says, and no cut in reach has less traffic."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest

from netc.compiler import Device, Graph, Layer, Problem, load
from netc.compiler.placement.cuts import parts
from netc.compiler.placement.moves import moves
from netc.compiler.placement.placed import placed, source_of
from netc.compiler.placement.proposal import Base, Load, pipeline, towers
from netc.compiler.placement.spell import spell

TWO = (Device(name="gpu0", memory=3 * 10**9), Device(name="gpu1", memory=3 * 10**9))

BRANCHES = """
net Branches {
  input image: 3x8x8
  a = conv(4, 1x1)
  b = a -> conv(2, 1x1) -> relu
  c = a -> conv(6, 1x1) -> maxpool(2x2)
  d = a -> conv(8, 3x3, pad = 1)
  e = concat(b, d) -> conv(4, 2x2, stride = 2)
  f = concat(c, e)
  g = fc(5)
}
"""


def traffic(graph: Graph, part_of: dict[str, int]) -> int:
    """Bytes per sample between parts, counted naively; infinite where one goes back."""
    sent = set()
    for layer in graph.layers:
        for name in layer.inputs:
            source = source_of(graph, name)
            if isinstance(source, Layer) and part_of[source.name] != part_of[layer.name]:
                if part_of[source.name] > part_of[layer.name]:
                    return 10**12
                sent.add((source.name, part_of[layer.name]))
    return sum(4 * graph.by_name[name].activations for name, _ in sent)  # type: ignore[union-attr]


def test_no_cut_in_reach_has_less_traffic() -> None:
    graph = load(BRANCHES)
    names = [layer.name for layer in graph.layers]
    macs = {layer.name: layer.macs for layer in graph.layers}
    found = parts(graph, macs, 2, 0.5)
    least = min(
        traffic(graph, {name: int(name not in before) for name in names})
        for size in range(1, len(names))
        for before in map(set, combinations(names, size))
        if any(macs[name] for name in before) and any(macs[name] for name in set(names) - before)
    )
    assert traffic(graph, found) == least


@pytest.mark.parametrize("net", ["vgg:VGG16", "resnet:ResNet50", "googlenet:GoogLeNet", "unet", "densenet:DenseNet121"])
@pytest.mark.parametrize("count", [2, 3, 4])
def test_parts_are_closed_and_balanced(net: str, count: int) -> None:
    graph = load(f"zoo:{net}")
    macs = {layer.name: layer.macs for layer in graph.layers}
    found = parts(graph, macs, count, 0.1)
    assert traffic(graph, found) < 10**12
    shares = [sum(macs[name] for name in found if found[name] == part) / sum(macs.values()) for part in range(count)]
    assert max(shares) < 1 / count + 0.25, shares
    assert all(shares)


def test_a_layer_is_never_cut_off_from_what_it_follows_without_need() -> None:
    """AlexNet is cut behind its second pool, as small as its maps get there, and not before the pool."""
    graph = load("zoo:alexnet:AlexNetMerged")
    found = parts(graph, {layer.name: layer.macs for layer in graph.layers}, 2, 0.1)
    assert next(name for name, part in found.items() if part == 1) == "conv3"


def test_a_placed_graph_is_the_graph_of_the_variant() -> None:
    base = Base(load("zoo:alexnet:AlexNetMerged"), "zoo:alexnet", {})
    proposal = pipeline(base, TWO, Load())
    assert "move conv1 to gpu0\n  move conv3 to gpu1\n" in proposal.text
    written = load(proposal.text)
    assert [(node.name, node.inputs, node.device) for node in written.nodes] == [
        (node.name, node.inputs, node.device) for node in proposal.graph.nodes
    ]
    assert proposal.traffic == 4 * 256 * 13 * 13


def test_the_towers_of_merged_alexnet_are_those_of_2012() -> None:
    proposal = towers(Base(load("zoo:alexnet:AlexNetMerged"), "zoo:alexnet", {}), TWO, Load())
    original = load("zoo:alexnet:AlexNet")
    found = load(proposal.text)
    assert [(node.name, node.inputs, node.device) for node in found.nodes] == [
        (node.name, node.inputs, node.device) for node in original.nodes
    ]
    assert [(layer.op, layer.init) for layer in found.layers] == [(layer.op, layer.init) for layer in original.layers]


def test_moves_name_the_largest_scope_that_is_on_one_device() -> None:
    graph = load("zoo:resnet:ResNet50")
    names = [layer.name for layer in graph.layers]
    cut = names.index("layer3.0.conv1")
    device_of = {name: f"gpu{int(index >= cut)}" for index, name in enumerate(names)}
    assert moves(graph, device_of) == {"gpu0": ["conv1"], "gpu1": ["layer3"]}
    device_of |= {name: "gpu0" for name in names if name.startswith("layer3.0.")}
    assert moves(graph, device_of) == {"gpu0": ["conv1"], "gpu1": ["layer3.1"]}


def test_placing_anew_forgets_the_placement_that_was() -> None:
    graph = load("zoo:alexnet:AlexNet")
    one = placed(graph, TWO[:1], {layer.name: "gpu0" for layer in graph.layers})
    assert not one.transfers
    assert one.total("macs") == graph.total("macs")
    assert placed(one, graph.devices, {layer.name: str(layer.device) for layer in graph.layers}) == graph


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (BRANCHES, "towers are proposed for chains, and `c` in line 6 makes it more than that"),
        ("net N { input image: 3x8x8\n a = conv(3, 1x1) -> relu\n b = fc(2) }", "does not divide among 2 devices"),
        ("net N { input image: 3x8x8\n a = conv(4, 1x1) -> lrn\n b = fc(2) }", "cannot be divided"),
        ("net N { input image: 3x8x8\n a = fc(4) }", "has nothing to divide"),
    ],
)
def test_nets_that_are_no_towers(spec: str, message: str) -> None:
    with pytest.raises(Problem, match=message):
        towers(Base(load(spec), "n.net", {}), TWO, Load())


@pytest.mark.parametrize("net", ["alexnet:AlexNet", "inception", "convnext", "unet", "mobilenet_v3", "shufflenet_v2"])
def test_an_op_is_spelled_as_it_is_read(net: str) -> None:
    graph = load(f"zoo:{net}")
    for layer in graph.layers:
        if layer.op.inputs != (1, 1) or any("." in name for name in layer.inputs):
            continue
        feeds = f"input x: {'x'.join(map(str, graph.by_name[layer.inputs[0]].shape))}"
        again = load(f"net N {{ {feeds}\n y = x -> {spell(layer.op)} }}")
        assert again.layers[-1].op == layer.op


def test_a_net_that_does_not_fit_says_how_much_of_it_would() -> None:
    proposal = pipeline(Base(load("zoo:vgg:VGG16"), "zoo:vgg", {}), TWO, Load())
    assert proposal.excess == max(proposal.memory[device.name] for device in TWO) - 3 * 10**9
    largest = proposal.largest_batch
    assert 0 < largest < 128
    assert not pipeline(Base(load("zoo:vgg:VGG16"), "zoo:vgg", {}), TWO, Load(largest)).excess


@pytest.mark.parametrize("net", ["vgg:VGG16", "resnet:ResNet50", "googlenet:GoogLeNet", "densenet:DenseNet121", "unet"])
@pytest.mark.parametrize("count", [2, 4])
def test_a_pipeline_is_a_variant(net: str, count: int) -> None:
    file = net.partition(":")[0]
    devices = [Device(name=f"gpu{number}") for number in range(count)]
    proposal = pipeline(Base(load(f"zoo:{net}"), f"zoo:{file}", {}), devices, Load(8))
    written = load(proposal.text)
    assert {layer.name: layer.device for layer in written.layers} == {
        layer.name: layer.device for layer in proposal.graph.layers
    }
    assert {(one.layer, one.destination) for one in written.transfers} == {
        (one.layer, one.destination) for one in proposal.graph.transfers
    }


@pytest.mark.parametrize("count", [2, 3, 4])
def test_cuts_inside_of_statements_and_beside_devices_that_there_are_can_be_written(
    count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    layers = ("conv1 = conv(4, 3x3) -> relu", "conv2 = conv(4, 3x3) -> relu", "conv(4, 3x3) -> relu", "fc(10)")
    plain = "\n".join(layers)
    on_two = "\n".join(f"{layer} on {'a' if number < 2 else 'b'}" for number, layer in enumerate(layers))
    Path("plain.net").write_text(f"net Plain {{\ninput image: 3x16x16\n{plain}\n}}\n")
    Path("two.net").write_text(f"net Two {{\ndevice a, b\ninput image: 3x16x16\n{on_two}\n}}\n")
    for name in ("plain.net", "two.net"):
        graph = load(name)
        names = [device.name for device in graph.devices] + ["c", "d", "e", "f"]
        found = pipeline(Base(graph, name, {}), [Device(name=device) for device in names[:count]], Load(8))
        written = load(found.text)
        assert {layer.name: layer.device for layer in written.layers} == {
            layer.name: layer.device for layer in found.graph.layers
        }
        assert len(written.devices) == count


def test_no_spec_is_written_that_leaves_a_device_without_layers() -> None:
    graph = load("net T {\ndevice a, b, c\ninput x: 3x8x8\nconv1 = conv(4, 3x3) on a\n"
                 "conv2 = conv(4, 3x3) on b\nfc = fc(10) on c\n}")  # fmt: skip
    assert pipeline(Base(graph, "t.net", {}), graph.devices[:2], Load(8)).text == ""
