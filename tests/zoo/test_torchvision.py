"""With torchvision's weights a net of the zoo computes what torchvision's net computes, and so do its gradients."""

from __future__ import annotations

from typing import Any

import pytest
import torchvision_nets
from zoo_nets import REFERENCES, Reference, graph_of

import netc
from netc.compiler.ops.dropout import Dropout, StochasticDepth
from netc.compiler.ops.normalization import BatchNorm

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


def both(net: Reference) -> tuple[Any, Any, dict[str, str]]:
    """Our module and torchvision's with the same random weights, for evaluation; our names of weights and theirs."""
    torch.manual_seed(0)
    assert net.torchvision is not None
    theirs = torchvision_nets.net(net.torchvision, **ARGUMENTS.get(net.row, {}))
    for key, value in theirs.state_dict().items():  # as after training: initial statistics would hide a wrong `eps`
        if key.endswith("running_var"):
            value.uniform_(0.5, 1.5)
        elif key.endswith("running_mean"):
            value.normal_(0, 0.1)
    ours = netc.module(graph_of(net)).eval()
    return ours, theirs, loaded(ours, theirs.state_dict())


def loaded(module: Any, weights: dict[str, Any]) -> dict[str, str]:
    """Loads weights in order, those that torchvision's blocks hold themselves after all others; names of both."""
    own, others = (sorted(state, key=lambda key: "layer_scale" in key) for state in (module.state_dict(), weights))
    names = dict(zip(own, others, strict=True))
    shapes = {key: value.shape for key, value in module.state_dict().items()}
    module.load_state_dict({name: weights[other].reshape(shapes[name]) for name, other in names.items()})
    return names


def difference(ours: Any, theirs: Any) -> float:
    """The largest difference of two tensors, as a fraction of the largest value."""
    assert ours.shape == theirs.shape
    scale = theirs.abs().max().item()
    return (ours - theirs).abs().max().item() / scale if scale else ours.abs().max().item()


@pytest.mark.parametrize("net", NETS, ids=lambda net: net.row)
def test_outputs_and_gradients_are_those_of_torchvision(net: Reference) -> None:
    ours, theirs, names = both(net)
    image = torch.randn(1, *graph_of(net).inputs[0].shape)
    outputs = [module(image) for module in (ours, theirs)]
    assert difference(*outputs) <= TOLERANCE
    direction = torch.randn_like(outputs[0])
    for output in outputs:
        output.backward(direction)
    if net.same_keys:
        assert all(name == source for name, source in names.items())
    originals = dict(theirs.named_parameters())
    for name, mine in ours.named_parameters():
        other = originals[names[name]]
        if other.grad is None:  # of an auxiliary head, which is for training only
            assert mine.grad is None, name
        else:
            assert difference(mine.grad.reshape(other.shape), other.grad) <= TOLERANCE, name


@pytest.mark.parametrize("net", NETS, ids=lambda net: net.row)
def test_constants_of_training_are_those_of_torchvision(net: Reference) -> None:
    assert net.torchvision is not None
    torchvision_nets.models()
    with torch.device("cpu" if net.row.startswith("regnet") else "meta"):  # RegNet's widths are computed with tensors
        theirs = list(torchvision_nets.net(net.torchvision, **ARGUMENTS.get(net.row, {})).modules())
    ops = [layer.op for layer in graph_of(net).layers]
    norms = [part for part in theirs if isinstance(part, torch.nn.BatchNorm2d)]
    assert [(op.eps, op.momentum) for op in ops if isinstance(op, BatchNorm)] == [
        (part.eps, pytest.approx(part.momentum)) for part in norms
    ]
    dropouts = [part.p for part in theirs if isinstance(part, torch.nn.Dropout)]
    assert [op.p for op in ops if isinstance(op, Dropout)] == dropouts
    depths = [part.stochastic_depth.p for part in theirs if hasattr(part, "stochastic_depth") and is_residual(part)]
    assert [op.p for op in ops if isinstance(op, StochasticDepth)] == pytest.approx(depths)


def is_residual(part: Any) -> bool:
    """Whether a block adds what it reads; EfficientNet's say it, ConvNeXt's all do."""
    return bool(getattr(part, "use_res_connect", True))


AUXILIARY = {
    "googlenet": {"output": "logits", "aux1": "aux_logits1", "aux2": "aux_logits2"},
    "inception_v3": {"output": "logits", "aux": "aux_logits"},
}
"""Our names of the outputs in training, and torchvision's."""


@pytest.mark.parametrize("net", [net for net in NETS if net.row in AUXILIARY], ids=lambda net: net.row)
def test_outputs_in_training_are_those_of_torchvision(net: Reference) -> None:
    ours, theirs, names = both(net)
    images = torch.randn(4, *graph_of(net).inputs[0].shape)
    mine, other = (without_dropout(module.train())(images) for module in (ours, theirs))
    assert list(mine) == list(AUXILIARY[net.row])
    for name, original in AUXILIARY[net.row].items():
        assert difference(mine[name], getattr(other, original)) <= TOLERANCE, name
    statistics = theirs.state_dict()
    for name, value in ours.state_dict().items():
        assert difference(value, statistics[names[name]]) <= TOLERANCE, name


def without_dropout(module: Any) -> Any:
    for part in module.modules():
        if isinstance(part, torch.nn.Dropout):
            part.p = 0.0
    return module
