"""Auxiliary outputs in figures: dashed, and said to be in training."""

from __future__ import annotations

import pytest
from figure_scenes import scene_of

from netc.backends import dot
from netc.backends.figure.caption import caption
from netc.backends.figure.scene import Rectangle, Text
from netc.compiler import load

HEADS = load("""
net Heads {
  input image: 3x16x16
  stem = conv(8, 3x3)
  auxiliary output early: global_avgpool -> fc(5)
  last = stem -> conv(8, 3x3)
  fc = fc(10)
}
""")


@pytest.mark.parametrize("style", ["blocks", "volumes"])
def test_the_box_is_dashed_and_says_when(style: str) -> None:
    boxes = {group.name: group for group in scene_of(HEADS, style).groups() if group.part == "output"}
    assert set(boxes) == {"output output", "output early"}
    for name, group in boxes.items():
        auxiliary = name == "output early"
        assert [shape.dashed for shape in group.shapes if isinstance(shape, Rectangle)] == [auxiliary]
        assert ("in training" in [shape.text for shape in group.shapes if isinstance(shape, Text)]) == auxiliary
        assert group.title.startswith("auxiliary output early: 5" if auxiliary else "output output: 10")


def test_the_table_has_two_totals() -> None:
    titles = [group.title for group in scene_of(HEADS, "table").groups()]
    assert any(title.startswith("total: ") for title in titles)
    assert f"more in training: {8 * 5} MACs" in titles


def test_words_say_when() -> None:
    assert "early 5 (in training)" in scene_of(HEADS).description
    assert "early (5, in training)" in caption(HEADS)


def test_dot_draws_it_dashed() -> None:
    (line,) = [line for line in dot.source(HEADS).splitlines() if "early" in line and "output" in line]
    assert "dashed" in line
