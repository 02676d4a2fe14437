"""Hatches are lines inside of their shapes, beside all texts, in every format because they are in the scene."""

from __future__ import annotations

from itertools import pairwise

import pytest
from figure_nets import NETS

from netc.backends.figure import Look, draw, figure
from netc.backends.figure.geometry import Area, area, around, holds, length_inside, outline
from netc.backends.figure.hatching import MARGINS, SPACING, hatched
from netc.backends.figure.lint import lint
from netc.backends.figure.options import PAGES
from netc.backends.figure.scene import Circle, Group, Path, Polygon, Rectangle, Scene, Shape, Text
from netc.backends.figure.theme import Theme, load, parse
from netc.backends.figure.theme_file import HATCHES
from netc.compiler import load as load_net

SHAPES: dict[str, Rectangle | Polygon | Circle] = {
    "rectangle": Rectangle(20, 20, 100, 60, "dense"),
    "rounded": Rectangle(20, 20, 100, 60, "dense", corner=30),
    "slanted": Polygon(((20, 20), (40, 20), (140, 120), (120, 120)), "dense"),
    "circle": Circle(80, 80, 40, "dense"),
}


def theme_with(hatch: str) -> Theme:
    return parse("t", f'extends = "light"\n[roles]\ndense = {{ hatch = "{hatch}" }}')


def lines_of(scene: Scene) -> list[Path]:
    return [shape for _, shape in scene.leaves() if isinstance(shape, Path) and shape.role == "hatch"]


def scene(*shapes: Shape) -> Scene:
    return Scene(200, 200, "", "", shapes)


@pytest.mark.parametrize("hatch", HATCHES)
@pytest.mark.parametrize("name", SHAPES)
def test_lines_are_inside(name: str, hatch: str) -> None:
    shape = SHAPES[name]
    lines = lines_of(hatched(scene(shape), theme_with(hatch)))
    assert len(lines) > 2
    for line in lines:
        assert all(holds(outline(shape), Area(*point, *point)) for point in line.points)


def test_no_line_lies_on_an_edge() -> None:
    """Four spacings of height: lines of the hatch through its middle would meet both edges, and the box beside them."""
    lines = lines_of(hatched(scene(Rectangle(20, 20, 100, 4 * SPACING, "dense")), theme_with("level")))
    assert [line.points[0][1] for line in lines] == [20 + SPACING * step for step in (1, 2, 3)]


def test_a_shape_that_is_not_convex_is_hatched_in_its_parts() -> None:
    comb = Polygon(((20, 20), (120, 20), (120, 80), (90, 80), (90, 40), (50, 40), (50, 80), (20, 80)), "dense")
    lines = lines_of(hatched(scene(comb), theme_with("level")))
    low = [line for line in lines if line.points[0][1] > 40]
    assert low
    assert not [line for line in low if line.points[0][0] < 70 < line.points[1][0]]


@pytest.mark.parametrize("hatch", HATCHES)
def test_texts_are_left_out_whatever_they_belong_to(hatch: str) -> None:
    words = Text(30, 55, "words", 14, "dense")
    made = hatched(scene(SHAPES["rectangle"], Group("note", (words,))), theme_with(hatch))
    place = area(words).grown(min(MARGINS[0]))
    assert lines_of(made)
    assert all(length_inside(line.points[0], line.points[1], place) < 0.1 for line in lines_of(made))


def test_a_box_full_of_text_shows_its_hatch_between_the_words() -> None:
    words = (Text(24, 34, "pool1", 14, "dense"), Text(66, 34, "maxpool", 14, "dense"))
    box = Rectangle(20, 20, 104, 20, "dense")
    lines = lines_of(hatched(scene(box, *words), theme_with("rising")))
    assert lines
    assert not [line for line in lines if any(length_inside(*line.points, area(word).grown(0.9)) for word in words)]


def test_every_hatch_looks_different() -> None:
    drawn = {hatch: tuple(lines_of(hatched(scene(SHAPES["rectangle"]), theme_with(hatch)))) for hatch in HATCHES}
    assert len(set(drawn.values())) == len(HATCHES)
    (rising, *_), (falling, *_) = drawn["rising"], drawn["falling"]
    assert (rising.points[1][0] - rising.points[0][0]) * (rising.points[1][1] - rising.points[0][1]) < 0
    assert (falling.points[1][0] - falling.points[0][0]) * (falling.points[1][1] - falling.points[0][1]) > 0


def test_lines_are_as_far_apart_in_every_figure() -> None:
    lines = lines_of(hatched(scene(SHAPES["rectangle"]), theme_with("level")))
    heights = sorted(line.points[0][1] for line in lines)
    assert {round(below - above, 3) for above, below in pairwise(heights)} == {SPACING}


def test_the_squares_of_a_legend_look_alike_wherever_they_are() -> None:
    def relative(x: float, y: float) -> list[tuple[float, ...]]:
        lines = lines_of(hatched(scene(Rectangle(x, y, 10, 10, "dense")), theme_with("cross")))
        return [
            tuple(round(at - from_, 6) for point in line.points for at, from_ in zip(point, (x, y), strict=True))
            for line in lines
        ]

    assert relative(10, 10) == relative(33.3, 77.7)
    assert len(relative(10, 10)) >= 6


def test_lines_come_right_after_their_shape() -> None:
    box = Group("layer", (SHAPES["rectangle"], Text(30, 55, "words", 14, "dense")), name="box")
    (group,) = hatched(scene(box), theme_with("level")).shapes
    assert isinstance(group, Group)
    assert group.shapes[0] == box.shapes[0]
    assert group.shapes[-1] == box.shapes[1]
    assert group._replace(shapes=box.shapes) == box


def test_a_theme_without_hatches_changes_nothing() -> None:
    made = scene(SHAPES["rectangle"])
    assert hatched(made, load("light")) is made


@pytest.mark.parametrize("name", NETS)
def test_no_hatch_is_in_the_way_of_anything(name: str) -> None:
    made, theme = figure(load_net(NETS[name])).scene, load("print")
    crossed = [
        finding for finding in lint(hatched(made, theme), theme, PAGES["slide"]) if finding.law == "text-crossed"
    ]
    assert crossed == []


def test_what_is_written_is_hatched() -> None:
    graph = load_net(NETS["lenet5"])
    assert draw(graph, Look(theme="print")).count(b"<polyline") > draw(graph).count(b"<polyline") + 50


@pytest.mark.parametrize("name", NETS)
def test_every_box_with_a_hatch_shows_some_of_it(name: str) -> None:
    theme = load("print")
    made = hatched(figure(load_net(NETS[name])).scene, theme)
    boxes = [shape for _, shape in made.leaves() if isinstance(shape, Rectangle) and theme.roles[shape.role].hatch]
    places = [around(line.points) for line in lines_of(made)]
    assert boxes
    assert [box for box in boxes if not any(area(box).holds(place) for place in places)] == []
