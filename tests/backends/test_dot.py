"""DOT: everything of the graph, escaped, the same every time; pictures where `dot` is installed."""

from __future__ import annotations

import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from html import escape
from pathlib import Path
from typing import Any

import pytest
from figure_nets import NETS

from netc.backends import MissingPackage
from netc.backends.dot import draw, render, source
from netc.compiler import Graph, Input, Layer, Problem, Section, Transfer, format_bytes, format_shape, load
from netc.compiler.ops import OPS
from netc.compiler.summary import summary

GRAPHS = {name: load(text) for name, text in NETS.items()}

HOSTILE = '<b>"a:b"\\n&quot;}; {|\\'

needs_dot = pytest.mark.skipif(shutil.which("dot") is None, reason="the program dot of Graphviz is not installed")


def hostile_graph() -> Graph:
    relu: dict[str, Any] = {"op": OPS["relu"](), "shape": (3,), "statement": "", "line": 2, "file": ""}
    nodes = (
        Input(name=HOSTILE, shape=(3,), line=1),
        Layer(name=f"{HOSTILE}:n", inputs=(HOSTILE,), section=HOSTILE, **relu),
    )
    sections = (Section(name=HOSTILE, title=HOSTILE),)
    return Graph(net=HOSTILE, file="", nodes=nodes, outputs={HOSTILE: f"{HOSTILE}:n"}, sections=sections)


def edges(graph: Graph) -> int:
    return sum(len(dict.fromkeys(layer.inputs)) for layer in graph.layers) + len(graph.outputs)


@pytest.mark.parametrize("name", GRAPHS)
def test_every_layer_is_one_node_with_name_op_and_shape(name: str) -> None:
    graph = GRAPHS[name]
    lines = source(graph).splitlines()
    for layer in graph.layers:
        words = (layer.name, summary(layer.op), format_shape(layer.shape))
        label = "<<b>{}</b><br/>{}<br/>{}>".format(*map(escape, words))
        assert sum(label in line for line in lines) == 1
    assert sum("shape=oval" in line for line in lines) == len(graph.inputs) + len(graph.outputs)


@pytest.mark.parametrize("name", GRAPHS)
def test_every_edge_is_there_and_copies_are_dashed(name: str) -> None:
    graph = GRAPHS[name]
    arrows = [line.strip() for line in source(graph).splitlines() if " -> " in line]
    assert len(arrows) == edges(graph)
    dashed = [line for line in arrows if "style=dashed" in line]
    assert len(dashed) == sum(len(graph.consumers[transfer.name]) for transfer in graph.transfers)
    for transfer in graph.transfers:
        label = f'label="{format_shape(transfer.shape)}\\n{format_bytes(transfer.bytes_per_sample)}"'
        for reader in graph.consumers[transfer.name]:
            ends = re.compile(rf'"?{re.escape(transfer.layer)}"? -> "?{re.escape(reader)}"? ')
            assert sum(bool(ends.match(line)) and label in line for line in dashed) == 1


def test_devices_and_sections_are_clusters() -> None:
    text = source(GRAPHS["alexnet"])
    assert re.findall(r'label="(\S+)\\n([\d,]+) parameters" style=rounded', text) == [
        ("gpu0", "32,531,112"),
        ("gpu1", "28,434,112"),
    ]
    assert re.findall(r'label="?([^"]+)"? style=dashed', source(GRAPHS["multi"])) == ["Images", "One eye", "Other eye"]


def test_transfers_are_no_nodes() -> None:
    graph = GRAPHS["alexnet"]
    assert not any(f'"{node.name}" [' in source(graph) for node in graph.nodes if isinstance(node, Transfer))


@pytest.mark.parametrize("name", GRAPHS)
def test_the_same_text_every_time(name: str) -> None:
    assert source(GRAPHS[name]) == source(load(NETS[name]))
    assert draw(GRAPHS[name], "gv") == draw(GRAPHS[name], "dot") == source(GRAPHS[name]).encode()


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(Problem, match="unknown format `bmpp`"):
        render(GRAPHS["lenet5"], "bmpp")
    with pytest.raises(Problem, match="no ending"):
        draw(GRAPHS["lenet5"], "")


def test_without_the_program_one_sentence_says_what_helps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(MissingPackage, match=r"install Graphviz, or draw a file that ends in \.svg"):
        draw(GRAPHS["lenet5"], "pdf")


@needs_dot
@pytest.mark.parametrize("graph", [*GRAPHS.values(), hostile_graph()], ids=[*GRAPHS, "hostile"])
def test_dot_reads_it(graph: Graph) -> None:
    root = ET.fromstring(render(graph, "svg"))
    groups = [element.get("class") for element in root.iter("{http://www.w3.org/2000/svg}g")]
    assert groups.count("node") == len(graph.inputs) + len(graph.layers) + len(graph.outputs)
    assert groups.count("edge") == edges(graph)


@needs_dot
def test_hostile_names_are_shown_as_they_are() -> None:
    root = ET.fromstring(render(hostile_graph(), "svg"))
    texts = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert texts.count(HOSTILE) == 4  # title, section, input, output
    assert f"{HOSTILE}:n" in texts


@needs_dot
def test_dot_gives_a_pdf() -> None:
    assert draw(GRAPHS["lenet5"], "pdf").startswith(b"%PDF")


@needs_dot
def test_dot_warns_of_nothing() -> None:
    result = subprocess.run(
        ["dot", "-Tsvg"], input=source(hostile_graph()), check=True, capture_output=True, encoding="utf-8"
    )
    assert result.stderr == ""


def test_a_format_that_this_dot_lacks_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in = tmp_path / "dot"
    stand_in.write_text('#!/bin/sh\necho "Format: \\"bmp\\" not recognized." >&2\nexit 1\n')
    stand_in.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    with pytest.raises(Problem, match="cannot write bmp") as caught:
        render(load("zoo:lenet5"), "bmp")
    assert caught.value.diagnostic.found == 'Format: "bmp" not recognized.'
