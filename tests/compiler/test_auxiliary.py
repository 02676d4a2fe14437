"""Auxiliary outputs: what is in training only, and what counts."""

from __future__ import annotations

import pytest

from netc.compiler import Graph, SpecError, load

HEADS = """
net Heads {
  input image: 3x8x8
  stem = conv(4, 3x3)
  auxiliary output early: conv(2, 1x1) -> fc(5)
  auxiliary output shared: stem
  fc = fc(10)
}
"""


def test_the_main_output_is_first_and_called_output() -> None:
    graph = load(HEADS)
    assert graph.outputs == {"output": "fc", "early": "fc2", "shared": "stem"}
    assert list(graph.main_outputs) == ["output"]
    assert graph.auxiliary == ("early", "shared")


def test_named_outputs_are_before_auxiliary_ones() -> None:
    graph = load(HEADS.replace("  fc = fc(10)", "  output classes: fc(10)"))
    assert list(graph.outputs) == ["classes", "early", "shared"]


def test_what_evaluation_leaves_out() -> None:
    graph = load(HEADS)
    assert graph.training_only == {"conv", "fc2"}  # not the stem, which the main output needs
    assert (
        load(
            HEADS.replace("auxiliary output early", "output early").replace("fc = fc(10)", "output last: fc(10)")
        ).training_only
        == frozenset()
    )


def test_counts_are_of_evaluation() -> None:
    graph = load(HEADS)
    stem, fc = 4 * 27 * 36, 4 * 36 * 10
    assert graph.total("macs") == stem + fc
    assert graph.total("macs", training=True) == stem + fc + 2 * 4 * 36 + 2 * 36 * 5
    assert graph.total("activations") == 4 * 36 + 10
    assert (
        graph.total("parameters")
        == graph.total("parameters", training=True)
        == sum(layer.parameters for layer in graph.layers)
    )


def test_a_device_counts_what_it_does_in_evaluation() -> None:
    text = """
    net Two {
      device gpu0, gpu1
      input image: 3x8x8
      stem = conv(4, 3x3) on gpu0
      auxiliary output early: fc(5) on gpu1
      fc = fc(10) on gpu1
      expect macs(gpu1) == 4 * 36 * 10
      expect macs(gpu1, training) == 4 * 36 * 15
      expect macs(training) == macs(gpu0) + macs(gpu1, training)
      expect activations(training) == activations + 5
      expect parameters(training) == parameters
    }
    """
    graph = load(text)
    assert graph.training_only == {"fc2"}  # the copy of the stem is needed by both


def test_it_survives_json_and_changes_the_digest() -> None:
    graph = load(HEADS)
    assert Graph.from_json(graph.to_json()) == graph
    named = HEADS.replace("fc = fc(10)", "output classes: fc(10)")
    assert load(named.replace("auxiliary output", "output")).digest != load(named).digest


def test_an_edit_can_make_an_output_auxiliary() -> None:
    variant = HEADS + "net Other = Heads with {\n  auxiliary output late: stem -> fc(2)\n}\n"
    assert load(variant).auxiliary == ("early", "shared", "late")


def test_a_net_needs_an_output_in_evaluation() -> None:
    with pytest.raises(SpecError, match="are auxiliary"):
        load("net N {\n  input x: 3\n  auxiliary output a: fc(2)\n}")
