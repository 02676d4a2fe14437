"""Learning curves: what is drawn of a run, on every page, and of runs that went wrong."""

from __future__ import annotations

from math import inf, nan

import pytest

from netc.backends.figure import lint, page_of, themes
from netc.backends.figure.curves import Epoch, curves
from netc.backends.figure.scene import Circle, Path, Scene

RUN = [Epoch(n, 2.3 / n, 1 - 0.8 / n, 2.4 / n**0.7, 1 - 0.85 / n**0.8) for n in range(1, 21)]
"""Twenty epochs of a run that went well."""
ODD = {
    "one": RUN[:1],
    "two": RUN[:2],
    "many": [Epoch(n, 9 * 0.97**n, 0.5, 5.0, 0.5) for n in range(1, 400)],
    "flat": [Epoch(n, 1.0, 0.1, 1.0, 0.1) for n in range(1, 5)],
    "zero": [Epoch(n, 0.0, 1.0, 0.0, 1.0) for n in range(1, 5)],
    "nowhere": [Epoch(1, nan, nan, inf, 0.0)],
    "unseen": [epoch._replace(train_accuracy=nan) for epoch in RUN],
    "giant": [Epoch(n, 10.0 ** (3 * n), 0.0, 10.0 ** (-3 * n), 1.0) for n in range(1, 8)],
}


def lines(scene: Scene) -> list[Path]:
    """The curves: paths that are no axes and no part of the legend."""
    found = [shape for _, shape in scene.leaves() if isinstance(shape, Path) and shape.role != "rule"]
    return found[2:]


@pytest.mark.parametrize("page", ["slide", "slide-half", "paper-1col", "paper-2col"])
@pytest.mark.parametrize("rows", [RUN, *ODD.values()], ids=["run", *ODD])
def test_every_figure_is_within_the_laws(rows: list[Epoch], page: str) -> None:
    found = page_of(page)
    scene = curves(rows, "LeNet-5", found)
    assert (scene.width, scene.height) <= (found.width, found.height)
    assert lint.lint(scene, themes.load("light"), found, None) == []


@pytest.mark.parametrize("theme", themes.THEMES)
def test_every_theme_shows_the_curves(theme: str) -> None:
    page = page_of("slide")
    assert lint.lint(curves(RUN, "LeNet-5", page), themes.load(theme), page, None) == []


def test_the_curves_follow_the_numbers() -> None:
    scene = curves(RUN, "LeNet-5", page_of("slide"))
    train_loss, test_loss, train_accuracy, test_accuracy = lines(scene)
    for line in (train_loss, test_loss):
        heights = [y for _, y in line.points]
        assert heights == sorted(heights)  # downwards
    for line in (train_accuracy, test_accuracy):
        heights = [y for _, y in line.points]
        assert heights == sorted(heights, reverse=True)
    assert [line.dashed for line in lines(scene)] == [True, False, True, False]
    assert train_loss.points[-1][1] > test_loss.points[-1][1]
    assert "the best accuracy on the test set is 92" in scene.description


def test_where_there_is_no_number_there_is_a_gap() -> None:
    rows = [epoch._replace(test_loss=nan) if epoch.epoch == 10 else epoch for epoch in RUN]
    scene = curves(rows, "LeNet-5", page_of("slide"))
    assert [len(line.points) for line in lines(scene)] == [20, 9, 10, 20, 20]


def test_points_are_drawn_where_they_have_room() -> None:
    for rows, points in ((RUN, 2 * 20 + 1), (ODD["many"], 1)):
        scene = curves(rows, "LeNet-5", page_of("slide"))
        assert len([shape for _, shape in scene.leaves() if isinstance(shape, Circle)]) == points
