"""What names and papers say of the nets of the zoo, beyond their counts."""

from __future__ import annotations

import pytest

import netc
from netc.compiler.compile import load
from netc.compiler.ops.dropout import StochasticDepth

DEPTHS = {
    **{f"resnet:ResNet{depth}": depth for depth in (18, 34, 50, 101, 152)},
    **{f"resnet:ResNet{depth}V1": depth for depth in (50, 101, 152)},
    **{f"resnet_cifar:ResNet{depth}": depth for depth in (20, 32, 44, 56, 110)},
    **{f"resnet_cifar:ResNet{depth}B": depth for depth in (20, 56, 110)},
    **{f"densenet:DenseNet{depth}": depth for depth in (121, 161, 169, 201)},
}


@pytest.mark.parametrize("spec", DEPTHS)
def test_the_number_in_a_name_is_that_of_layers_with_weights(spec: str) -> None:
    """Convolutions and fully connected layers, without those in shortcuts, as He et al. and Huang et al. count."""
    layers = load(f"zoo:{spec}").layers
    weighted = [layer.name for layer in layers if layer.op.role in ("convolution", "dense")]
    assert len([name for name in weighted if "downsample" not in name]) == DEPTHS[spec]


@pytest.mark.parametrize("depth", [50, 101, 152])
def test_only_multiply_adds_tell_the_paper_s_resnet_from_torchvision_s(depth: int) -> None:
    """torchvision's ("v1.5") strides the 3x3 convolution instead of the first 1x1; the weights have the same shapes."""
    paper, today = load(f"zoo:resnet:ResNet{depth}V1"), load(f"zoo:resnet:ResNet{depth}")
    assert [(layer.name, layer.parameters) for layer in paper.layers] == [
        (layer.name, layer.parameters) for layer in today.layers
    ]
    assert round(paper.total("macs") / 1e9, 1) == {50: 3.9, 101: 7.6, 152: 11.3}[depth]
    assert paper.total("macs") < today.total("macs")


@pytest.mark.parametrize(
    ("spec", "deepest", "blocks"), [("efficientnet:EfficientNetB0", 0.2, 16), ("convnext:ConvNeXtTiny", 0.1, 17)]
)
def test_deeper_blocks_are_dropped_more_often(spec: str, deepest: float, blocks: int) -> None:
    found = [layer.op.p for layer in load(f"zoo:{spec}").layers if isinstance(layer.op, StochasticDepth)]
    assert found == sorted(set(found))
    assert all(round(p * blocks / deepest, 9) in range(blocks + 1) for p in found)


def test_the_shortcut_of_option_a_is_every_second_pixel_between_maps_of_zeros() -> None:
    torch = pytest.importorskip("torch")
    text = """
use subsampled from "zoo:resnet_cifar"
net Shortcut {
  input maps: 16x8x8
  subsampled(32, stride = 2)
}
"""
    maps = torch.randn(2, 16, 8, 8)
    zeros = torch.zeros(2, 8, 4, 4)
    expected = torch.cat([zeros, maps[:, :, ::2, ::2], zeros], dim=1)
    assert torch.equal(netc.module(load(text))(maps), expected)
