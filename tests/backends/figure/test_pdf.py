"""PDF: opened again, its fonts, texts and pages are what they should be."""

from __future__ import annotations

import io

import pytest
from figure_samples import THEME, alexnet, everything, hostile
from pypdf import PdfReader

from netc.backends.figure import write
from netc.backends.figure.scene import Scene, Text
from netc.backends.figure.writers.writer import Output


def opened(*scenes: Scene, output: Output | None = None) -> PdfReader:
    return PdfReader(io.BytesIO(write(scenes, THEME, "pdf", output or Output())))


def test_all_fonts_are_embedded_subsets() -> None:
    fonts = opened(alexnet()).pages[0]["/Resources"]["/Font"]  # type: ignore[index]
    found = {font.get_object()["/BaseFont"]: font.get_object() for font in fonts.values()}
    assert {name.partition("+")[2] for name in found} == {"LiberationSans", "LiberationSans-Bold"}
    for font in found.values():
        assert "/FontFile2" in font["/FontDescriptor"]
        assert "/ToUnicode" in font


def test_text_can_be_selected_and_searched() -> None:
    words = "Größe × 3 → α Ж"
    page = opened(Scene(300, 50, "", "", (Text(10, 20, words, 12, "heading"),))).pages[0]
    assert page.extract_text().rstrip() == words


def test_one_page_per_figure_in_its_own_size() -> None:
    pages = opened(everything(), hostile(), everything()).pages
    sizes = [(float(page.mediabox.width), float(page.mediabox.height)) for page in pages]
    assert sizes == [(260, 160), (600, 100), (260, 160)]


def test_metadata_tell_what_the_figure_is() -> None:
    scene = alexnet()
    said = opened(scene).metadata
    assert said is not None
    assert (said.title, said.subject) == (scene.title, scene.description)
    assert said["/Keywords"] == f"written by netc, graph {scene.digest}"


@pytest.mark.parametrize(("background", "count"), [(None, 0), ("#123456", 1)])
def test_transparent_unless_a_background_is_asked_for(background: str | None, count: int) -> None:
    page = opened(everything(), output=Output(background)).pages[0]
    code = page.get_contents().get_data()  # type: ignore[union-attr]
    assert code.count(b"0 0 260 160 re") == count
