"""TikZ: plain commands, colours named once, texts that are data, and a document that compiles."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from figure_samples import HOSTILE, THEME, alexnet, everything, hostile
from hypothesis import given
from hypothesis.strategies import text
from pypdf import PdfReader

from netc.backends.figure import write
from netc.backends.figure.scene import Group, Scene
from netc.backends.figure.theme import darker
from netc.backends.figure.writers.strokes import shown
from netc.backends.figure.writers.tex import escaped

COMMANDS = re.compile(r"\\(?:draw|fill|node|path|begin|end|definecolor)\b")


def source_of(*scenes: Scene) -> str:
    return write(scenes, THEME, "tex").decode()


def test_only_the_package_tikz() -> None:
    assert re.findall(r"\\usepackage(?:\[.*\])?\{(.*)\}", source_of(alexnet())) == ["fontenc", "tikz"]


def test_one_command_per_shape() -> None:
    scene = everything()
    body = source_of(scene).partition(r"use as bounding box] (0,0) rectangle (260,160);")[2]
    shapes = [shape for _, shape in scene.leaves()]
    assert len(re.findall(r"^\\(?:draw|fill|path|node)\[", body, re.MULTILINE)) == len(shapes)
    assert body.count(r"\begin{scope}") == body.count(r"\end{scope}") == len(list(scene.groups()))


def test_colours_are_named_once_and_are_those_of_the_theme() -> None:
    source = source_of(everything(), everything())
    named = re.findall(r"\\definecolor\{(.*?)\}\{HTML\}\{(.*?)\}", source)
    assert len(dict(named)) == len(named)
    fill = THEME.paint("convolution").fill
    assert fill is not None
    assert dict(named)["netc-convolution-fill"] == fill[1:]
    assert dict(named)["netc-convolution-fill-40"] == darker(fill, 0.4)[1:]
    used = set(re.findall(r"netc-[\w-]+", source.partition(r"\begin{tikzpicture}")[2]))
    assert used == set(dict(named))


def test_numbers_have_no_exponent() -> None:
    assert not re.search(r"\d[eE][-+]\d", source_of(everything()))


@given(text())
def test_every_text_is_data(words: str) -> None:
    """What is left without the known ways to print a character are letters, digits and harmless signs."""
    made = escaped(words)
    assert "\n" not in made
    left = re.sub(r"\$[^$]*\$", "", made.replace(r"\$", ""))
    left = re.sub(r"\\(?:text[a-z]+|quote[a-z]+|dots|guillemot[a-z]+)\{\}|\\[{}&#%_ ]|\\`\{\}", "", left)
    left = left.replace(r"{\setlength{\fboxsep}{0pt}\framebox[0.75em]{\rule{0pt}{1.4ex}}}", "")
    left = re.sub(r"[-,!?]\{\}|\{\}", "", left)
    assert not set(left) & set("\\{}$&#%_^\"'`<>|")


def test_known_texts() -> None:
    assert escaped("a_b^2 {x} 50% #1 & \\input") == (r"a\_b\textasciicircum{}2 \{x\} 50\% \#1 \& \textbackslash{}input")
    assert escaped("3×3 → α Ω Α ²") == "3×3 $\\rightarrow$ $\\alpha$ $\\Omega$ $\\mathrm{A}$ ²"
    assert escaped("a -- b") == "a -{}-{} b"
    assert escaped(" a  b ") == "\\ a \\ b\\ "


def test_comments_stay_on_their_line() -> None:
    source = source_of(hostile())
    lines = [line for line in source.splitlines() if r"\begin{scope}" in line]
    assert lines == [rf"\begin{{scope}} % layer {shown(HOSTILE)}"]


def test_it_compiles(tmp_path: Path) -> None:
    """Every shape, every printable character of Latin-1 and TeX's specials, as pages of the figures' sizes."""
    if shutil.which("pdflatex") is None:
        pytest.skip("pdflatex is not installed")
    signs = "".join(map(chr, [*range(0x20, 0x7F), *range(0xA1, 0x180)])) + "×·−→←≤≥≠≈∞αωΓΩ…–—“”‘’•€™⁰₂ⁿЖ卷"
    page = hostile()
    group, shapes = page.shapes[0], []
    assert isinstance(group, Group)
    shapes = [group.shapes[1]._replace(text=signs[i : i + 60], y=i / 4) for i in range(0, len(signs), 60)]  # type: ignore[call-arg]
    scenes = [everything(), page, page._replace(shapes=tuple(shapes)), alexnet()]
    (tmp_path / "figure.tex").write_text(source_of(*scenes), encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "figure.tex"]
    result = subprocess.run(command, check=False, cwd=tmp_path, capture_output=True, text=True, errors="replace")
    if "standalone.cls' not found" in result.stdout or "tikz.sty' not found" in result.stdout:
        pytest.skip("this LaTeX has no standalone or no tikz")
    assert result.returncode == 0, result.stdout[-2000:]
    pages = PdfReader(tmp_path / "figure.pdf").pages
    sizes = [float(side) for page in pages for side in (page.mediabox.width, page.mediabox.height)]
    assert sizes == pytest.approx([side for scene in scenes for side in (scene.width, scene.height)], abs=0.1)
    assert "AlexNet" in pages[3].extract_text()
