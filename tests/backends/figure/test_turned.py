"""Blocks from left to right: the same layout with right and down exchanged."""

from __future__ import annotations

from itertools import pairwise

import pytest
from figure_lint import area, boxes_of
from figure_nets import NETS
from figure_scenes import scene_of

from netc.backends.figure import style_of
from netc.backends.figure.folding import picture_of
from netc.backends.figure.layered import layout, turned
from netc.backends.figure.layered.items import items_of
from netc.backends.figure.layered.measures import Sizes
from netc.backends.figure.layered.ranks import assign_ranks
from netc.backends.figure.options import PAGES, Direction, Options, Page
from netc.backends.figure.picture import Detail
from netc.backends.figure.scene import Scene
from netc.compiler import Graph, load

TALL = Page("tall", 200, 2000, 8, 10)
FLAT = Page("flat", 2000, 200, 8, 10)


def style_scene(graph: Graph, direction: Direction, page: Page) -> Scene:
    return style_of("blocks").scene(picture_of(graph, Detail()), Options(direction=direction), page)


def text_size(made: Scene, page: Page) -> float:
    """Of the smallest text on the page."""
    size = made.smallest_text()
    assert size is not None
    return min(page.most, size * min(page.width / made.width, page.height / made.height))


@pytest.mark.parametrize("name", ["residual", "multi"])
def test_the_turned_layout_is_the_layout_with_right_and_down_exchanged(name: str) -> None:
    graph = load(NETS[name]).model_copy(update={"sections": ()})
    items = items_of(graph)
    rows = assign_ranks(items.all)
    widths = [30.0 + 7 * (item.index % 4) for item in items.all]
    heights = [20.0 + 5 * (item.index % 3) for item in items.all]
    down = layout.lay_out(items, rows, [0, rows // 2], Sizes(heights, widths, {}, False, 0), 3, 5)
    right = turned.lay_out(items, rows, [0, rows // 2], Sizes(widths, heights, {}, False, 0), 5, 3)
    for index, box in right.boxes.items():
        other = down.boxes[index]
        assert (box.left, box.top, box.width, box.height) == (other.top, other.left, other.height, other.width)
        assert (box.width, box.height) == (widths[index], heights[index])
    assert [line.points for line in right.lines] == [tuple((y, x) for x, y in line.points) for line in down.lines]
    assert (right.right, right.bottom) == (down.bottom, down.right)


def test_boxes_lead_to_the_right() -> None:
    graph = load(NETS["lenet5"])
    boxes = boxes_of(style_scene(graph, "right", FLAT))
    for one, other in pairwise(layer.name for layer in graph.layers):
        assert boxes[one][2] <= boxes[other][0] + 0.01


def test_devices_are_bands_one_below_the_other_and_sections_have_their_title_above() -> None:
    made = scene_of(load(NETS["far"]), options=Options(direction="right"))
    lanes = [area(group.shapes[0]) for group in made.groups() if group.part == "lane"]
    assert [lane[1] for lane in lanes] == sorted({lane[1] for lane in lanes})
    for one, other in pairwise(lanes):
        assert one[3] < other[1]
    assert len({(lane[0], lane[2]) for lane in lanes[:3]}) == 1
    made = scene_of(load(NETS["lenet5"]), options=Options(direction="right"))
    boxes = boxes_of(made)
    for group in made.groups():
        if group.part == "section":
            inside = [box for box in boxes.values() if area(group.shapes[0]).holds(box)]
            assert inside
            assert all(area(group.shapes[1])[3] <= box[1] for box in inside)


@pytest.mark.parametrize("page", [TALL, FLAT, PAGES["slide"]])
@pytest.mark.parametrize("name", ["lenet5", "alexnet", "inception", "far"])
def test_auto_takes_the_direction_with_the_larger_text(name: str, page: Page) -> None:
    graph = load(NETS[name])
    auto, down, right = (
        text_size(style_scene(graph, direction, page), page) for direction in ("auto", "down", "right")
    )
    assert auto >= 0.95 * max(down, right)
    assert auto in (down, right)


def test_a_tall_page_is_filled_from_top_to_bottom_and_a_flat_one_from_left_to_right() -> None:
    graph = load(NETS["lenet5"])
    tall, flat = style_scene(graph, "auto", TALL), style_scene(graph, "auto", FLAT)
    assert tall.height > 2 * tall.width
    assert flat.width > 2 * flat.height
