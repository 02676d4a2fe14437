"""Random nets and their variants are written as modules that agree with their graphs."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_nets import EXTRA, Drawn, drawn_nets, edits_of, variant

from netc.compiler import Graph, load

pytest.importorskip("torch", reason="torch is not installed, so no module can be made")

from netc.backends.torch.source import source
from netc.backends.torch.verify import verify


def agrees(graph: Graph) -> bool:
    result = verify(graph, source(graph))
    assert result.findings == ()
    return result.layers == len(graph.layers)


@settings(max_examples=15)
@given(drawn_nets(), st.data())
def test_a_random_net_and_a_variant_of_it(base: Drawn, data: st.DataObject) -> None:
    text = EXTRA + base.text
    graph = load(text)
    assert agrees(graph)
    edits, _ = data.draw(edits_of(base, graph, 0))
    assert agrees(load(text + variant("One", "N", edits)))
