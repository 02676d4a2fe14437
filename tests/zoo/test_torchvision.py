"""With torchvision's weights a net of the zoo computes what torchvision's net computes, and so do its gradients."""

from __future__ import annotations

from typing import Any

import pytest
import torchvision_nets
from zoo_nets import REFERENCES, Reference, graph_of

import netc

torch = pytest.importorskip("torch")

# One worker runs them all, one after another: two nets of 140 million weights and their gradients are in memory.
pytestmark = pytest.mark.xdist_group("torchvision")

NETS = [net for net in REFERENCES if net.torchvision]

ARGUMENTS: dict[str, dict[str, Any]] = {
    "googlenet": {"init_weights": False, "aux_logits": True},
    "googlenet__noaux": {"init_weights": False, "aux_logits": False},
    "inception_v3": {"init_weights": False},
}
"""What the constructors of torchvision need besides; its initial weights take seconds, and any will do."""

TOLERANCE = 1e-5
"""The largest difference, as a fraction of the largest value."""


def both(net: Reference) -> tuple[Any, Any]:
    """torchvision's module with random weights, and ours with the same ones, in order; both for evaluation."""
    torch.manual_seed(0)
    assert net.torchvision is not None
    theirs = torchvision_nets.net(net.torchvision, **ARGUMENTS.get(net.row, {}))
    for key, value in theirs.state_dict().items():  # as after training: initial statistics would hide a wrong `eps`
        if key.endswith("running_var"):
            value.uniform_(0.5, 1.5)
        elif key.endswith("running_mean"):
            value.normal_(0, 0.1)
    ours = netc.module(graph_of(net)).eval()
    ours.load_state_dict(dict(zip(ours.state_dict(), theirs.state_dict().values(), strict=True)))
    return ours, theirs


def difference(ours: Any, theirs: Any) -> float:
    """The largest difference of two tensors, as a fraction of the largest value."""
    assert ours.shape == theirs.shape
    scale = theirs.abs().max().item()
    return (ours - theirs).abs().max().item() / scale if scale else ours.abs().max().item()


@pytest.mark.parametrize("net", NETS, ids=lambda net: net.row)
def test_outputs_and_gradients_are_those_of_torchvision(net: Reference) -> None:
    ours, theirs = both(net)
    image = torch.randn(1, *graph_of(net).inputs[0].shape)
    outputs = [module(image) for module in (ours, theirs)]
    assert difference(*outputs) <= TOLERANCE
    direction = torch.randn_like(outputs[0])
    for output in outputs:
        output.backward(direction)
    for (name, mine), other in zip(ours.named_parameters(), theirs.parameters(), strict=True):
        if other.grad is None:  # of an auxiliary head, which is for training only
            assert mine.grad is None, name
        else:
            assert difference(mine.grad, other.grad) <= TOLERANCE, name
