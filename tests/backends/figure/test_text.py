"""Text widths from the font's metrics."""

from __future__ import annotations

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis.strategies import booleans, floats, lists, text

from netc.backends.figure import text as metrics
from netc.backends.figure.text import ELLIPSIS, EM, FONTS, lacking, shorten, width, wrap


@pytest.mark.parametrize("bold", [False, True])
def test_widths_are_those_of_the_bundled_font(bold: bool) -> None:
    font = TTFont(FONTS[bold])
    glyphs, advances = font.getBestCmap(), font["hmtx"]
    assert len(glyphs) > 2000
    assert font["head"].unitsPerEm == EM
    assert (font["hhea"].ascent, -font["hhea"].descent) == (metrics.ASCENT * EM, metrics.DESCENT * EM)
    wrong = [chr(code) for code, name in glyphs.items() if width(chr(code), EM, bold) != advances[name][0]]
    assert not wrong
    assert lacking("".join(map(chr, glyphs)) + "卷") == "卷"


def test_the_font_comes_with_its_licence() -> None:
    folder = Path(FONTS[False]).parent
    words = (folder / "LICENSE").read_text()
    assert "SIL OPEN FONT LICENSE Version 1.1" in words
    for path in folder.glob("*.ttf"):
        said = TTFont(path)["name"]
        assert "SIL Open Font License" in said.getDebugName(13)
        for owner in ("Google Corporation", "Red Hat, Inc."):
            assert owner in said.getDebugName(0)
            assert owner in words


def test_widths_are_those_of_arial() -> None:
    """Advance widths of Arial (Monotype), in 1/2048 em: A 1366, space 569, digits 1139; bold A 1479, a 1139."""
    assert width("A", EM) == 1366
    assert width(" ", EM) == 569
    assert {width(digit, EM) for digit in "0123456789"} == {1139}
    assert width("Aa", EM, bold=True) == 1479 + 1139


def test_width_grows_with_the_size_and_adds_up() -> None:
    assert width("conv1", 24) == 2 * width("conv1", 12)
    assert width("conv1 relu", 12) == pytest.approx(width("conv1", 12) + width(" relu", 12))
    assert width("", 12) == 0


def test_an_unknown_character_has_room() -> None:
    assert width("卷", 12) == 12


@given(text(max_size=40), floats(0, 300), booleans())
def test_a_shortened_text_fits(value: str, room: float, bold: bool) -> None:
    short = shorten(value, 12, room, bold)
    assert width(short, 12, bold) <= room
    if width(value, 12, bold) <= room:
        assert short == value
    elif short:
        assert short.endswith(ELLIPSIS)
        assert value.startswith(short.removesuffix(ELLIPSIS))


def test_a_shortened_text_is_the_longest_that_fits() -> None:
    room = width(f"Feature ex{ELLIPSIS}", 12)
    assert shorten("Feature extraction", 12, room) == f"Feature ex{ELLIPSIS}"
    assert shorten("Feature extraction", 12, room - 0.1) == f"Feature e{ELLIPSIS}"
    assert shorten("Feature extraction", 12, 1) == ""


@given(lists(text(min_size=1, max_size=12)), floats(1, 200))
def test_wrapped_words_are_all_there_and_lines_fit(words: list[str], room: float) -> None:
    lines = wrap(words, 12, room)
    assert " ".join(lines) == " ".join(words)
    assert all(width(line, 12) <= room or line in words for line in lines)
