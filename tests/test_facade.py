"""The Python API: what `import netc` gives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import netc

TEXT = "net Small(classes = 10) {\n  input image: 1x8x8\n  f = fc(classes)\n}\n"


def test_all_that_is_exported_is_there_and_documented() -> None:
    assert netc.__all__ == sorted(netc.__all__, key=lambda name: (name[0].islower(), name))
    for name in netc.__all__:
        assert getattr(netc, name).__doc__


@pytest.mark.parametrize("as_path", [True, False])
def test_load_takes_a_path_or_the_text(as_path: bool, tmp_path: Path) -> None:
    path = tmp_path / "small.net"
    path.write_text(TEXT)
    graph = netc.load(path) if as_path else netc.load(TEXT)
    assert (graph.net, graph.total("parameters")) == ("Small", 650)


def test_a_graph_is_told_in_one_line() -> None:
    assert repr(netc.load("zoo:alexnet")) == "<Graph AlexNet of zoo:alexnet: 50 layers, 60,965,224 parameters>"
    assert str(netc.load("zoo:alexnet")) == repr(netc.load("zoo:alexnet"))


@pytest.mark.parametrize("use", [netc.show, netc.draw, netc.source, netc.module])
def test_what_is_no_graph_is_told_to_be_loaded(use: Any) -> None:
    with pytest.raises(TypeError, match=r"a graph is expected, not a str: netc\.load"):
        use("zoo:lenet5")


def test_a_refusal_says_what_is_right() -> None:
    with pytest.raises(netc.compiler.Problem, match=r"expected: .*\bvolumes\b"):
        netc.draw(netc.load(TEXT), style="nope")


def test_load_takes_a_net_and_parameters() -> None:
    assert netc.load("zoo:alexnet", net="AlexNetMerged").devices == ()
    assert netc.load("zoo:alexnet:AlexNetMerged") == netc.load("zoo:alexnet", "AlexNetMerged")
    assert netc.load(TEXT, classes=3).layers[-1].shape == (3,)


def test_parameters_are_values_of_the_language() -> None:
    text = "net N(widths = [8], step = none) {\n input i: 1x8x8\n for w in widths {\n c = conv(w, 1x1)\n }\n"
    text += " maxpool(2x2, stride = step)\n}"
    given: Any
    for given in ([2, 3], (2, 3)):
        graph = netc.load(text, widths=given, step=(1, 2))
        assert [layer.shape for layer in graph.layers] == [(2, 8, 8), (3, 8, 8), (3, 7, 4)]
    for wrong in ({"a": 1}, object(), [1, {2}], float("nan"), 2**63):
        with pytest.raises(netc.SpecError, match=r"E302|E105"):
            netc.load(text, widths=wrong)


def test_load_raises_all_that_is_wrong() -> None:
    with pytest.raises(netc.SpecError, match="cnv") as caught:
        netc.load("net Bad {\n  input image: 1x8x8\n  c = cnv(4)\n  d = fc(4, bais = true)\n}\n")
    assert [item.code for item in caught.value.diagnostics] == ["E202", "E301"]
    with pytest.raises(netc.SpecError, match="cannot read"):
        netc.load("nowhere.net")
    with pytest.raises(netc.SpecError, match="no parameter `clases`"):
        netc.load(TEXT, clases=3)


def test_show_and_draw_and_source_are_text() -> None:
    graph = netc.load("zoo:lenet5")
    assert "60,000" in netc.show(graph)
    assert netc.show(graph, "csv").startswith("name,op,")
    assert netc.draw(graph).startswith("<svg")
    assert "class LeNet5(nn.Module):" in netc.source(graph)


def test_a_notebook_shows_the_figure() -> None:
    graph: Any = netc.load("zoo:lenet5")
    assert graph._repr_svg_() == netc.draw(graph, background="theme")


def test_a_figure_is_saved_in_the_format_of_the_file(tmp_path: Path) -> None:
    graph = netc.load("zoo:lenet5")
    netc.save(graph, tmp_path / "lenet5.svg", target="slide-half", labels=("name",))
    assert (tmp_path / "lenet5.svg").read_text() == netc.draw(graph, target="slide-half", labels=("name",))
    netc.save(graph, str(tmp_path / "lenet5.pdf"), theme="light")
    assert (tmp_path / "lenet5.pdf").read_bytes().startswith(b"%PDF")
    with pytest.raises(TypeError, match="colr"):
        netc.draw(graph, colr="role")


def test_module_runs() -> None:
    torch = pytest.importorskip("torch")
    graph = netc.load("zoo:lenet5")
    assert netc.module(graph)(torch.zeros(2, 1, 32, 32)).shape == (2, 10)


def test_weights_load() -> None:
    torch = pytest.importorskip("torch")
    graph = netc.load("zoo:lenet5")
    one, other = netc.module(graph), netc.module(graph)
    assert netc.load_weights(one, other.state_dict()).complete
    image = torch.rand(2, 1, 32, 32)
    assert torch.equal(one(image), other(image))
