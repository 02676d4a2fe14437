"""The weights of a net have the shapes of torchvision's, in its order; where the spec takes its names, its keys too."""

from __future__ import annotations

import pytest
from zoo_nets import REFERENCES, STATE, Reference, graph_of

import netc

torch = pytest.importorskip("torch")


ELSEWHERE = ("layer_scale",)
"""Kinds of weights that torchvision's modules hold themselves, and so name before those of their parts."""


def state(net: Reference) -> dict[str, list[int]]:
    with torch.device("meta"):
        module = netc.module(graph_of(net))
    return {key: list(value.shape) for key, value in module.state_dict().items()}


def shapes(state: dict[str, list[int]]) -> list[str]:
    """Shapes in order, those that stand elsewhere last; the weights of a 1x1 convolution are those of a matrix."""
    ordered = sorted(state, key=lambda key: any(kind in key for kind in ELSEWHERE))
    return ["x".join(map(str, state[key])).removesuffix("x1x1") for key in ordered]


@pytest.mark.parametrize("net", [net for net in REFERENCES if net.row in STATE], ids=lambda net: net.row)
def test_the_state_dict_is_that_of_torchvision(net: Reference) -> None:
    found, expected = state(net), STATE[net.row]
    assert shapes(found) == shapes(expected)
    if net.same_keys:
        assert list(found) == list(expected)
