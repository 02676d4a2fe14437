"""Layers called by position: their module runs, and its keys are those of the graph."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

import netc
from netc.backends.torch.source import source
from netc.backends.torch.verify import verify

SPECS = sorted((Path(__file__).parent / "positions").glob("*.net"))


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_layers_called_by_position_run(path: Path) -> None:
    graph = netc.load(path)
    assert verify(graph, source(graph)).findings == ()
    model = netc.module(graph).eval()
    weighted = {layer.name for layer in graph.layers if layer.parameters}
    assert {key.rpartition(".")[0] for key in model.state_dict()} == weighted
    output = model(*(torch.randn(1, *entry.shape) for entry in graph.inputs))
    assert [tuple(output.shape)] == [(1, *graph.by_name[name].shape) for name in graph.outputs.values()]


def test_a_number_is_no_attribute() -> None:
    graph = netc.load(SPECS[0])
    assert "self.0" not in source(graph)
    assert 'self.add_module("0", nn.Conv2d(3, 8, 3))' in source(graph)
