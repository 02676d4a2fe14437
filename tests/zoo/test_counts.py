"""Every net that a reference knows has exactly the reference's numbers."""

from __future__ import annotations

import pytest
from zoo_nets import REFERENCES, ZOO, Reference, graph_of

COUNTED = [net for net in REFERENCES if net.row in ZOO]

INPUTS = {
    "lenet5_modern": (1, 32, 32),  # the reference pads 28 pixels by 2
    "alexnet_2012_grouped": (3, 224, 224),  # the reference crops 227 pixels; `round = up` needs 224, as the paper says
    "alexnet_2012_2gpu": (3, 224, 224),
    "alexnet_2012_onegpu_ablation": (3, 224, 224),
    "alexnet_ungrouped": (3, 224, 224),
}
"""Where our input has another size than the one that the reference was counted with."""

TRAINING = ("googlenet_2014_caffe__aux",)
"""Rows that count the multiply-adds of training: those of the auxiliary heads too."""


@pytest.mark.parametrize("net", COUNTED, ids=lambda net: net.row)
def test_numbers_are_those_of_the_reference(net: Reference) -> None:
    row, graph = ZOO[net.row], graph_of(net)
    found = {
        "params": graph.total("parameters"),
        "buffers": graph.total("buffers"),
        "macs": graph.total("macs", training=net.row in TRAINING),
        "output_shape": [1, *graph.by_name[next(iter(graph.main_outputs.values()))].shape],
    }
    assert found == {quantity: row[quantity] for quantity in found}


@pytest.mark.parametrize("net", COUNTED, ids=lambda net: net.row)
def test_inputs_are_those_of_the_reference(net: Reference) -> None:
    assert graph_of(net).inputs[0].shape == INPUTS.get(net.row, tuple(ZOO[net.row]["input"][1:]))


def test_every_row_of_the_reference_is_a_net_of_the_zoo() -> None:
    known = {net.row for net in REFERENCES}
    assert [row for row in ZOO if row not in known] == []


def test_no_row_is_in_the_table_twice() -> None:
    rows = [net.row for net in REFERENCES]
    assert len(rows) == len(set(rows))
