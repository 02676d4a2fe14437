"""The weights of a net have the shapes of torchvision's, in its order; where the spec takes its names, its keys too."""

from __future__ import annotations

import pytest
from zoo_nets import REFERENCES, STATE, Reference, graph_of

import netc

torch = pytest.importorskip("torch")


def shapes(net: Reference) -> dict[str, list[int]]:
    with torch.device("meta"):
        module = netc.module(graph_of(net))
    return {key: list(value.shape) for key, value in module.state_dict().items()}


@pytest.mark.parametrize("net", [net for net in REFERENCES if net.row in STATE], ids=lambda net: net.row)
def test_the_state_dict_is_that_of_torchvision(net: Reference) -> None:
    found, expected = shapes(net), STATE[net.row]
    assert list(found.values()) == list(expected.values())
    if net.same_keys:
        assert list(found) == list(expected)
