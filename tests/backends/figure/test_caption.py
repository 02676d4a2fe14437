"""A figure in words: sentences whose names and numbers are the graph's."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from figure_nets import NETS, random_nets
from hypothesis import given, settings

from netc.backends.figure.caption import alt_text, caption
from netc.compiler import Graph, load

ROOT = Path(__file__).parents[3]
GRAPHS = {name: load(text) for name, text in NETS.items()}
HOSTILE = r"""
net Hostile {
  about {
    title = "100% of $x_1 & #2 ~ ^ {a} \\input{secret} ] -- done"
    authors = "A_B, C. & D."
    year = 2020
  }
  input image: 4
  fc(4)
}
"""


@pytest.mark.parametrize("name", sorted(GRAPHS))
def test_numbers_and_names_are_the_graphs(name: str) -> None:
    graph = GRAPHS[name]
    for words in (caption(graph), alt_text(graph)):
        assert f"{graph.total('parameters'):,}" in words
        assert f"{graph.total('macs'):,}" in words
    for node in (*graph.inputs, *graph.devices):
        assert node.name in alt_text(graph)
    assert alt_text(graph).endswith(".")
    assert "  " not in alt_text(graph)


def test_layers_are_told_in_order() -> None:
    text = alt_text(GRAPHS["lenet5"])
    assert (
        "one convolution, one pooling layer, one convolution, one pooling layer, one convolution "
        "and two fully connected layers" in text
    )
    assert "C3 16×10×10" in text


def test_towers_are_told_once() -> None:
    text = alt_text(GRAPHS["alexnet"])
    assert "two towers, each with one convolution" in text
    assert "then one fully connected layer to the output (1000)" in text
    assert "Seven transfers carry 234.5KB per sample" in text
    assert "gpu0.conv1" not in text


def test_long_nets_are_counted() -> None:
    layers = "\n".join(f"  c{i} = conv(4, 1x1)\n  p{i} = maxpool(1x1)" for i in range(20))
    text = alt_text(load(f"net Long {{\n  input image: 3x8x8\n{layers}\n}}\n"))
    assert "20 convolutions and 20 pooling layers" in text
    assert "Output sizes" not in text


def test_one_is_singular_and_several_are_plural() -> None:
    text = alt_text(load("net N {\n  input a: 4\n  input b: 4\n  output c: a -> relu\n  output d: b -> fc(1)\n}\n"))
    assert "The inputs a (4) and b (4) pass through one fully connected layer to the outputs c (4) and d (1)" in text


def test_the_caption_is_one_command_with_escaped_texts() -> None:
    text = caption(load(HOSTILE))
    assert text.startswith(r"\caption[{")
    assert text.endswith("}")
    plain = re.sub(r"\\[{}%$&#_]", "", text)
    assert plain.count("{") == plain.count("}")
    assert r"\input" not in text
    for char in "%$&#_":
        assert re.search(rf"(?<!\\)\{char}", text) is None


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
def test_latex_takes_the_caption(tmp_path: Path) -> None:
    captions = "\n".join(
        rf"\begin{{figure}}{caption(graph)}\end{{figure}}" for graph in (load(HOSTILE), *GRAPHS.values())
    )
    head = r"\documentclass{article}\usepackage[T1]{fontenc}\begin{document}\listoffigures"
    (tmp_path / "x.tex").write_text(f"{head}\n{captions}\n\\end{{document}}\n")
    for _ in range(2):  # the list of figures is read on the second run
        run = subprocess.run(
            ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "x.tex"], check=False, cwd=tmp_path,
            capture_output=True, text=True, errors="replace",
        )  # fmt: skip
        assert run.returncode == 0, run.stdout[-2000:]


@settings(max_examples=25)
@given(random_nets())
def test_random_nets_have_words(spec: str) -> None:
    graph = load(spec)
    assert all(node.name in alt_text(graph) for node in graph.inputs)
    assert caption(graph).count("\n") == 0


@pytest.mark.parametrize("name", ["lenet5", "alexnet"])
def test_goldens(name: str, golden: Callable[[str, str], None]) -> None:
    graph: Graph = GRAPHS[name]
    golden(f"figure/caption/{name}.txt", f"{caption(graph)}\n\n{alt_text(graph)}\n")
