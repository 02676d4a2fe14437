"""The written module computes every layer where the spec says, backward too, and moves data at transfers only."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from torch_specs import SPECS

from netc.compiler import Graph, Layer, Transfer, load

torch = pytest.importorskip("torch", reason="what is written is PyTorch")
from logical_devices import MixedDevicesError, logical_devices  # noqa: E402 - only where torch is
from torch import Tensor, nn  # noqa: E402
from torch._subclasses.fake_tensor import FakeTensorMode  # noqa: E402

from netc.backends.torch import source  # noqa: E402
from netc.backends.torch.execute import execute  # noqa: E402
from netc.backends.torch.source import class_name  # noqa: E402

PLACED = {name: text for name, text in SPECS.items() if re.search(r"^  device ", text, re.M)}
PLACED["alexnet"] = "zoo:alexnet:AlexNet"
MOVE = re.compile(r'copy_to\(\s*(\w+),\s*self\.devices\["\w+"\],?\s*\)')


def made(graph: Graph, text: str, **devices: str) -> nn.Module:
    """The module that a text defines, with every device on the CPU unless bound."""
    bindings = {device.name: torch.device(devices.get(device.name, "cpu")) for device in graph.devices}
    torch.manual_seed(0)
    model: nn.Module = execute(text, "<placement>")[class_name(graph)](**bindings)
    return model


def inputs(graph: Graph) -> list[Tensor]:
    return [torch.randn(2, *entry.shape) for entry in graph.inputs]


def outputs(graph: Graph, result: Tensor | dict[str, Tensor]) -> dict[str, Tensor]:
    return result if isinstance(result, dict) else {next(iter(graph.main_outputs)): result}


def place_of(graph: Graph, parameter: str) -> str:
    """The device of a parameter or buffer, by its name."""
    node = graph.by_name[parameter.rpartition(".")[0]]
    assert isinstance(node, Layer)
    assert node.device is not None
    return node.device


def check(graph: Graph, text: str) -> None:
    """A training step on logical devices. Fails where operands are mixed, or where the graph says to move else."""
    model = made(graph, text)
    with logical_devices(model, lambda name: place_of(graph, name)) as ledger:
        found = outputs(graph, model(*inputs(graph)))
        for name, value in found.items():
            assert ledger.device.get(value) == graph.by_name[graph.outputs[name]].device, name
        moved = Counter(pair for pair in ledger.crossings if pair[0] is not None)
        for value in found.values():
            value.backward(torch.ones_like(value), retain_graph=True)  # type: ignore[no-untyped-call]
        for name, parameter in model.named_parameters():
            assert parameter.grad is not None, name
            assert ledger.device.get(parameter.grad) == place_of(graph, name), name
    assert moved == Counter((node.origin, node.destination) for node in graph.nodes if isinstance(node, Transfer))


@pytest.mark.parametrize("name", PLACED)
def test_every_operation_is_on_one_device_and_only_transfers_move(name: str) -> None:
    graph = load(PLACED[name])
    check(graph, source(graph))


@pytest.mark.parametrize("name", PLACED)
def test_a_move_left_out_is_noticed(name: str) -> None:
    graph = load(PLACED[name])
    text = source(graph)
    forward = text.rindex("def forward")
    moves = [match for match in MOVE.finditer(text) if match.start() > forward]
    assert moves
    for move in moves:
        with pytest.raises((MixedDevicesError, AssertionError)):
            check(graph, text[: move.start()] + move[1] + text[move.end() :])


def test_a_placed_module_is_not_moved_as_a_whole() -> None:
    graph = load(PLACED["towers"])
    model = made(graph, source(graph))
    assert model.double().to(torch.float32).cpu() is model
    with pytest.raises(
        RuntimeError, match=re.escape("layers on gpu0 stay on cpu; to have them elsewhere, make Towers")
    ):
        model.to("meta")
    assert {parameter.device.type for parameter in model.parameters()} == {"cpu"}


def moved_to(self: nn.Module, device: torch.device) -> nn.Module:
    """``Module.to`` for fake tensors, which the one of PyTorch cannot exchange."""
    for owner in self.modules():
        for name, parameter in owner.named_parameters(recurse=False):
            setattr(owner, name, nn.Parameter(parameter.to(device)))
        for name, buffer in owner.named_buffers(recurse=False):
            setattr(owner, name, buffer.to(device))
    return self


@pytest.mark.parametrize("name", PLACED)
def test_parameters_and_outputs_are_on_the_gpus_that_they_are_bound_to(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nn.Module, "to", moved_to)
    monkeypatch.setattr(nn.init, "uniform_", lambda tensor, *_: tensor)  # draws with a GPU's generator
    graph = load(PLACED[name])
    gpus = {device.name: f"cuda:{index}" for index, device in enumerate(graph.devices)}
    with FakeTensorMode(), torch.no_grad():
        model = made(graph, source(graph), **gpus)
        for key, tensor in (*model.named_parameters(), *model.named_buffers()):
            assert str(tensor.device) == gpus[place_of(graph, key)], key
        for output, value in outputs(graph, model(*inputs(graph))).items():
            device = graph.by_name[graph.outputs[output]].device
            assert device is not None
            assert str(value.device) == gpus[device]
