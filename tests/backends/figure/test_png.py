"""PNG: its size, its ground, what it says of itself, and letters without any font of the machine."""

from __future__ import annotations

import io
from math import inf, nan

import pytest
from figure_samples import DIGEST, THEME, everything
from PIL import Image

from netc.backends.figure import write
from netc.backends.figure.scene import Scene, Text
from netc.backends.figure.writers.png import MOST_PIXELS, most_dpi, size_of
from netc.backends.figure.writers.writer import Output
from netc.compiler import Problem


def opened(scene: Scene, output: Output | None = None) -> Image.Image:
    image = Image.open(io.BytesIO(write([scene], THEME, "png", output or Output())))
    image.load()
    return image


def test_twice_the_dots_of_a_screen_by_default() -> None:
    image = opened(Scene(72, 36, "", "", ()))
    assert image.size == (192, 96)
    assert image.info["dpi"] == pytest.approx((192, 192), abs=0.1)


@pytest.mark.parametrize("dpi", [72, 96, 300, 72.5])
def test_dots_per_inch_can_be_chosen(dpi: float) -> None:
    image = opened(Scene(144, 72, "", "", ()), Output(dpi=dpi))
    assert image.size == pytest.approx((2 * dpi, dpi), abs=1)
    assert image.info["dpi"] == pytest.approx((dpi, dpi), abs=0.1)


def test_transparent_unless_a_background_is_asked_for() -> None:
    assert opened(everything()).convert("RGBA").getpixel((0, 0)) == (0, 0, 0, 0)
    assert opened(everything(), Output("#123456")).convert("RGBA").getpixel((0, 0)) == (0x12, 0x34, 0x56, 255)


def test_says_what_it_is() -> None:
    scene = everything()._replace(title="Größe", description="α → β")
    said = opened(scene).info
    assert said["Software"] == f"written by netc, graph {DIGEST}"
    assert (said["Title"], said["Description"]) == ("Größe", "α → β")


@pytest.mark.parametrize("words", ["x", "Ж", "卷"])
def test_no_letter_vanishes(words: str) -> None:
    """Letters come from the bundled font; one that it lacks is a box."""
    image = opened(Scene(40, 40, "", "", (Text(5, 30, words, 24, "heading"),)))
    assert image.convert("RGBA").getchannel("A").getbbox() is not None


@pytest.mark.parametrize("dpi", [0, -1, 0.5, 1e9, inf, nan])
def test_as_many_dots_as_no_memory_has_are_refused(dpi: float) -> None:
    with pytest.raises(Problem, match="dots per inch") as found:
        write([everything()], THEME, "png", Output(dpi=dpi))
    assert found.value.diagnostic.code == "E901"


def test_the_limit_is_told_and_holds() -> None:
    scene = everything()
    width, height = size_of(scene, most_dpi(scene))
    assert 0.99 * MOST_PIXELS < width * height <= MOST_PIXELS
    with pytest.raises(Problem):
        size_of(scene, 1.01 * most_dpi(scene))
