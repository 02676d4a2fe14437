"""The blocks style where layers are merged, repeats are folded and branches meet."""

from __future__ import annotations

import pytest
from figure_lint import boxes_of, wires_of
from figure_nets import NETS, ROOT
from figure_scenes import scene_of

from netc.backends.figure.options import Direction, Options
from netc.backends.figure.picture import Detail
from netc.backends.figure.scene import Circle, Group, Rectangle, Scene, Text
from netc.compiler import Graph, format_shape, load

MERGED, COLLAPSED = Detail(folded=True, merged=True), Detail(folded=True, merged=True, collapsed=True)
RESNET = load(NETS["residual"])
RESNET152 = load((ROOT / "specs/resnet.net").read_text())
INCEPTION = load(NETS["inception"])


def group_of(made: Scene, name: str) -> Group:
    (found,) = (group for group in made.groups() if group.name == name)
    return found


def words(group: Group) -> list[str]:
    return [shape.text for shape in group.shapes if isinstance(shape, Text)]


def texts(made: Scene) -> list[str]:
    return [text for group in made.groups() for text in words(group)]


def test_merged_layers_are_one_box_that_names_them() -> None:
    made = scene_of(RESNET, detail=MERGED)
    group = group_of(made, "conv1")
    assert group.stands_for == ("conv1", "conv1_batchnorm", "conv1_relu")
    assert {"conv1", "7x7 conv 64, /2", "+ batchnorm, relu", "64x112x112"} == set(words(group))
    for layer in group.stands_for:
        assert layer in group.title
    assert ("conv1", "pool1") in dict(wires_of(made))


def test_a_band_has_the_shape_of_its_last_layer() -> None:
    graph = load("net Odd {\n input image: 3x8x8\n c = conv(4, 3x3) -> relu\n}")
    assert format_shape(graph.by_name["c_relu"].shape) in words(group_of(scene_of(graph, detail=MERGED), "c"))


@pytest.mark.parametrize("detail", [Detail(), MERGED])
def test_a_sum_is_a_circle_and_its_skip_enters_its_side(detail: Detail) -> None:
    made = scene_of(RESNET, detail=detail, options=Options(direction="down"))
    circle = group_of(made, "layer1.0.add").shapes[0]
    assert isinstance(circle, Circle)
    ends = {source: points[-1] for (source, target), points in wires_of(made) if target == "layer1.0.add"}
    assert ends.pop("pool1") == (circle.x + circle.radius, circle.y)
    ((x, y),) = ends.values()
    assert (x, y) == (circle.x, circle.y - circle.radius)


def test_what_follows_a_sum_is_written_beside_it() -> None:
    group = group_of(scene_of(RESNET, detail=MERGED), "layer1.0.add")
    assert words(group) == ["relu"]
    assert "layer1.0.relu" in group.stands_for


@pytest.mark.parametrize(("direction", "low", "high"), [("down", 0, 2), ("right", 1, 3)])
def test_a_concatenation_is_as_wide_as_its_branches(direction: str, low: int, high: int) -> None:
    made = scene_of(INCEPTION, options=Options(direction=direction))
    boxes = boxes_of(made)
    bar = boxes["module1.concat"]
    branches = [boxes[name] for name in INCEPTION.by_name["module1.concat"].inputs]
    assert bar[low] <= min(box[low] for box in branches)
    assert bar[high] >= max(box[high] for box in branches)
    assert all(len(points) == 2 for (_, target), points in wires_of(made) if target == "module1.concat")


def test_a_bar_is_no_wider_than_a_box_where_a_wire_is_in_its_way() -> None:
    graph = load("""net Crossed {
      input image: 4x8x8
      a = image -> conv(4, 1x1)
      b = image -> conv(4, 1x1)
      c = concat(a, b)
      d = c -> conv(4, 1x1)
      e = concat(d, b)
    }""")
    boxes = boxes_of(scene_of(graph, options=Options(direction="down")))
    assert boxes["c"][2] - boxes["c"][0] == pytest.approx(boxes["a"][2] - boxes["a"][0])
    assert boxes["e"][2] - boxes["e"][0] > boxes["a"][2] - boxes["a"][0]


def repeats_of(made: Scene) -> list[Group]:
    return [group for group in made.groups() if group.part == "section" and group.title.startswith("×")]


def test_a_repetition_has_a_frame_that_says_how_often_it_comes() -> None:
    made = scene_of(RESNET152, detail=MERGED)
    shown = {text for group in repeats_of(made) for text in words(group)}
    assert shown == {"× 2", "× 7", "× 35"}
    assert all(group.shapes[0].role == "repeat" for group in repeats_of(made) if isinstance(group.shapes[0], Rectangle))


def test_a_single_box_that_repeats_has_cards_behind_it() -> None:
    made = scene_of(RESNET152, detail=COLLAPSED)
    box = boxes_of(made)["layer3.1"]
    assert "× 35" in " ".join(words(group_of(made, "layer3.1")))
    (cards,) = (group for group in repeats_of(made) if group.title == "× 35")
    assert len(cards.shapes) == 2
    for card in cards.shapes:
        assert isinstance(card, Rectangle)
        assert (card.width, card.height) == pytest.approx((box[2] - box[0], box[3] - box[1]))
        assert card.x > box[0]
        assert card.y > box[1]


@pytest.mark.parametrize(
    ("fields", "shown", "hidden"),
    [
        (("name",), "C3", "16x10x10"),
        (("shape",), "16x10x10", "C3"),
        (("params", "macs"), "1,516 params", "16x10x10"),
        (("kernel",), "5x5", "C3"),
    ],
)
def test_labels_choose_what_is_written(fields: tuple[str, ...], shown: str, hidden: str) -> None:
    written = " ".join(words(group_of(scene_of(load(NETS["lenet5"]), options=Options(labels=fields)), "C3")))
    assert shown in written
    assert hidden not in written


@pytest.mark.parametrize("direction", ["down", "right"])
def test_without_labels_no_box_has_text_but_the_legend_stays(direction: str) -> None:
    made = scene_of(load(NETS["alexnet"]), options=Options(labels=(), direction=direction))
    boxes = [group for group in made.groups() if group.part in ("layer", "input", "output", "transfer")]
    assert boxes
    assert not [text for group in boxes for text in words(group)]
    assert [group for group in made.groups() if group.part == "legend"]


def test_the_legend_lists_only_what_is_seen() -> None:
    def legend(graph: Graph, detail: Detail) -> list[str]:
        (group,) = (group for group in scene_of(graph, detail=detail).groups() if group.part == "legend")
        return words(group)

    assert "activation" in legend(RESNET, Detail())
    assert "activation" not in legend(RESNET, MERGED)


def test_a_lane_has_the_total_of_its_device_though_repeats_are_drawn_once() -> None:
    graph = load("""
block step(width) { conv = in -> conv(width, 3x3, pad = 1) -> relu }
net Deep {
  device a, b
  input image: 4x8x8
  x = image -> step(4) * 5 on a
  y = conv(4, 1x1) on b
}""")
    made = scene_of(graph, detail=MERGED)
    assert [group.title for group in repeats_of(made)] == ["× 5"]
    shown = {group.device: " ".join(words(group)) for group in made.groups() if group.part == "lane"}
    totals = {device.name: sum(layer.parameters for layer in graph.on(device.name)) for device in graph.devices}
    assert shown == {device: f"{device} {total:,} parameters" for device, total in totals.items()}


def middle(made: Scene, name: str, direction: str) -> float:
    """Of a box, across the direction in which boxes lead."""
    box = group_of(made, name).shapes[0]
    assert isinstance(box, Rectangle)
    return box.x + box.width / 2 if direction == "down" else box.y + box.height / 2


@pytest.mark.parametrize("direction", ["down", "right"])
def test_an_input_stands_in_the_middle_of_its_branches_and_an_output_in_that_of_what_joins_them(
    direction: Direction,
) -> None:
    made = scene_of(load(ROOT / "examples/inception.net"), options=Options(direction=direction))
    branches = [middle(made, f"module.{name}", direction) for name in ("branch1.conv", "branch4.0")]
    assert branches[0] < branches[1]
    assert middle(made, "features", direction) == pytest.approx(sum(branches) / 2)
    assert middle(made, "output output", direction) == pytest.approx(middle(made, "module.concat", direction))


def test_an_input_whose_skip_passes_a_layer_stands_over_that_layer() -> None:
    graph = load("net Skip {\n input image: 3x8x8\n a = conv(3, 3x3, pad = 1)\n s = add(a, image)\n}")
    made = scene_of(graph, options=Options(direction="down"))
    assert middle(made, "image", "down") == pytest.approx(middle(made, "a", "down"))
