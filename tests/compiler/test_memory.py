"""Memory of training, told from the graph: what its parts are, and how they add up."""

from __future__ import annotations

import pytest

from netc.compiler import load
from netc.compiler.memory import OPTIMIZERS, memory, on_one_device, training_memory

CHAIN = """
net Chain {
  input image: 3x8x8
  conv1 = conv(4, 3x3, pad = 1) -> relu
  pool1 = maxpool(2x2)
  fc    = fc(10)
}
"""


def test_every_part_of_a_small_net() -> None:
    """Per sample: the image, the ReLU's result, 8 bytes of index per pooled value, and what the classifier reads."""
    found = training_memory(load(CHAIN), batch=5, optimizer="adam")[None]
    weights = 4 * (4 * 27 + 4 + 64 * 10 + 10)
    assert (found.weights, found.gradients, found.optimizer) == (weights, weights, 2 * weights)
    assert found.saved == 5 * (4 * 3 * 64 + 4 * 4 * 64 + 8 * 64 + 4 * 64)


def test_the_peak_of_a_small_net_is_in_the_backward_pass_of_its_relu() -> None:
    """The classifier has its gradient, the pool has dropped its indices; two gradients have the map's size."""
    found = training_memory(load(CHAIN), batch=5, optimizer="sgd")[None]
    kept = 5 * (4 * 3 * 64 + 4 * 4 * 64)
    gradients = 4 * (64 * 10 + 10) + 5 * 2 * (4 * 4 * 64)
    output = 5 * 4 * 10
    assert found.peak == found.weights + kept + gradients + output


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_an_optimizer_keeps_so_much_per_weight(optimizer: str) -> None:
    graph = load(CHAIN)
    found, least = training_memory(graph, 1, optimizer)[None], training_memory(graph, 1, "sgd")[None]
    assert found.optimizer == OPTIMIZERS[optimizer] * found.gradients
    assert found.peak == least.peak + found.optimizer


def test_what_is_saved_grows_with_the_batch_and_weights_do_not() -> None:
    graph = load("zoo:alexnet:AlexNetMerged")
    one, many = training_memory(graph, 1)[None], training_memory(graph, 100)[None]
    assert many.saved == 100 * one.saved
    assert many.weights == one.weights


def test_a_tensor_that_several_layers_keep_counts_once() -> None:
    text = "net N {{\n  input image: 3x8x8\n  a = conv(4, 3x3, pad = 1) -> relu\n  {}\n}}"
    once = training_memory(load(text.format("c = conv(4, 1x1)")))[None].saved
    twice = training_memory(load(text.format("b = a -> conv(4, 1x1)\n  c = a -> conv(4, 1x1)\n  d = add(b, c)")))
    assert twice[None].saved == once


def test_towers_share_the_work() -> None:
    graph = load("zoo:alexnet")
    parts, whole = training_memory(graph, 128), training_memory(on_one_device(graph), 128)[None]
    assert list(parts) == ["gpu0", "gpu1"]
    assert sum(part.weights for part in parts.values()) == whole.weights
    assert all(part.peak < 0.6 * whole.peak for part in parts.values())
    assert memory(graph, batch=128) == sum(part.peak for part in parts.values())


def test_one_device_has_no_transfers() -> None:
    graph = on_one_device(load("zoo:alexnet"))
    assert (graph.transfers, graph.devices) == ((), ())
    assert {layer.device for layer in graph.layers} == {None}
    assert graph.total("macs") == load("zoo:alexnet").total("macs")


def test_ten_thousand_layers() -> None:
    graph = load("net Deep {\n  input image: 4x8x8\n  a = (conv(4, 3x3, pad = 1) -> relu) * 5000\n}")
    assert training_memory(graph)[None].saved == 4 * (4 * 64 * 5000 + 4 * 64)
