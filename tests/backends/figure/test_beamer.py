"""Beamer frames: a build-up is one frame whose groups come one slide after the other."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from figure_nets import NETS

from netc.backends.figure import Look, Options, figure, themes, write
from netc.backends.figure.lecture.slides import slides
from netc.backends.figure.lecture.steps import steps
from netc.backends.figure.scene import Group, Rectangle, Scene
from netc.compiler import load

THEME = themes.load("light")
LENET = load(NETS["lenet5"])
BUILD = steps(figure(LENET, Look(options=Options(fold="none"))).scene, LENET, "layer")


def source(scenes: list[Scene]) -> str:
    return write(scenes, THEME, "beamer").decode()


def box(x: float, *inner: Group) -> Group:
    return Group("section", (Rectangle(x, 0, 10, 10, "section"), *inner))


def scene(*groups: Group, title: str = "a title") -> Scene:
    return Scene(100, 50, title, "", groups)


def slides_of(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"\\onslide<(\d+)->", text)]


def test_a_build_up_is_one_frame() -> None:
    text = source(BUILD)
    assert text.count(r"\begin{frame}") == text.count(r"\begin{tikzpicture}") == 1
    assert set(slides_of(text)) == set(range(2, len(BUILD) + 1))


def test_every_layer_is_on_the_slide_of_its_step() -> None:
    text = source(BUILD)
    for number, layer in enumerate(LENET.layers, 1):
        line = next(line for line in text.splitlines() if f"% layer {layer.name}:" in line)
        assert slides_of(line) == ([number] if number > 1 else [])


def test_groups_in_groups_come_later_than_their_holder() -> None:
    first = scene(box(0))
    second = scene(box(0), box(20))
    third = scene(box(0), box(20, box(40), box(60)))
    assert slides_of(source([first, second, third])) == [2, 3, 3]


def test_braces_and_scopes_are_closed() -> None:
    text = source(BUILD)
    assert text.count(r"\begin{scope}") == text.count(r"\end{scope}")
    assert text.count(r"\end{scope}}") == len(slides_of(text))


def test_other_figures_have_other_frames() -> None:
    pages = slides([LENET], Look("blocks"))
    text = source(pages)
    assert text.count(r"\begin{frame}") == len(pages)
    assert not slides_of(text)
    assert source([scene(box(0)), scene(box(20))]).count(r"\begin{frame}") == 2
    assert source([scene(box(0)), scene(box(0), title="another")]).count(r"\begin{frame}") == 2


def test_the_graph_is_named_and_bytes_are_the_same() -> None:
    assert source(BUILD).startswith(f"% written by netc, graph {LENET.digest}\n")
    assert source(BUILD) == source(BUILD)


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
def test_latex_makes_one_page_per_step(tmp_path: Path) -> None:
    if subprocess.run(["kpsewhich", "beamer.cls"], check=False, capture_output=True).returncode:
        pytest.skip("the LaTeX package beamer is not installed")
    (tmp_path / "talk.tex").write_text(source(BUILD))
    run = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "talk.tex"],
        check=False, cwd=tmp_path, capture_output=True, text=True, errors="replace",
    )  # fmt: skip
    assert run.returncode == 0, run.stdout[-2000:]
    assert f"({len(BUILD)} pages" in run.stdout
    assert "Overfull" not in run.stdout
