"""The lanes style: a lane per device from beginning to end, and each crossing with its shape and bytes."""

from __future__ import annotations

from collections import Counter

import pytest
from figure_lint import area, inside, lint
from figure_nets import NETS, random_nets
from figure_scenes import figure_of, scene_of
from hypothesis import given, settings

from netc.backends.figure import Look
from netc.backends.figure.layered.items import FOLLOWERS, JOINS
from netc.backends.figure.options import Direction, Options
from netc.backends.figure.scene import Group, Scene, Text
from netc.compiler import Graph, format_bytes, format_shape, load

GRAPHS = {name: load(text) for name, text in NETS.items()}
ALEXNET = figure_of(GRAPHS["alexnet"], Look("lanes"))


def parts(made: Scene, part: str) -> list[Group]:
    return [group for group in made.groups() if group.part == part]


def words(group: Group) -> list[str]:
    return [shape.text for shape in group.shapes if isinstance(shape, Text)]


def check(graph: Graph, made: Scene) -> None:
    """Every node is drawn once, every layer in a lane of its device."""
    assert lint(made) == []
    assert Counter(name for group in made.groups() for name in group.stands_for) == Counter(graph.by_name.keys())
    lanes = parts(made, "lane")
    for group in parts(made, "layer"):
        own = [lane for lane in lanes if lane.device == group.device]
        assert not lanes or any(inside(area(group.shapes[0]), area(lane.shapes[0])) for lane in own)


@pytest.mark.parametrize("name", GRAPHS)
@pytest.mark.parametrize("direction", ["down", "right"])
def test_every_node_is_drawn_once_in_its_lane(name: str, direction: Direction) -> None:
    check(GRAPHS[name], scene_of(GRAPHS[name], "lanes", Options(direction=direction)))


@settings(max_examples=10)
@given(random_nets())
def test_any_net(text: str) -> None:
    graph = load(text)
    check(graph, scene_of(graph, "lanes"))


def test_alexnet_on_a_slide_has_two_lanes_that_are_not_folded() -> None:
    assert ALEXNET.legible
    assert [lane.device for lane in parts(ALEXNET.scene, "lane")] == ["gpu0", "gpu1"]


def test_the_crossings_of_alexnet_say_their_shape_and_bytes() -> None:
    said = {group.name: words(group) for group in parts(ALEXNET.scene, "transfer")}
    assert said == {
        transfer.name: [format_shape(transfer.shape), format_bytes(transfer.bytes_per_sample)]
        for transfer in GRAPHS["alexnet"].transfers
    }
    wires = {group.link for group in parts(ALEXNET.scene, "wire")}
    assert {
        (transfer.layer.replace("_dropout", ""), transfer.name) for transfer in GRAPHS["alexnet"].transfers
    } <= wires


def test_a_box_is_a_statement() -> None:
    """It is called like the layer that computes, and what prepares and follows it is in it."""
    names = [group.name for group in parts(ALEXNET.scene, "layer")]
    layers = [layer for layer in GRAPHS["alexnet"].layers if layer.op.role not in (*FOLLOWERS, *JOINS)]
    assert sorted(names) == sorted(layer.name for layer in layers)
    (box,) = [group for group in parts(ALEXNET.scene, "layer") if group.name == "gpu0.fc6"]
    assert box.stands_for == ("gpu0.fc6", "gpu0.fc6_relu", "gpu0.fc6_dropout", "gpu0.fc6_concat")
    assert "+ relu, dropout" in words(box)


def test_a_merge_that_stands_alone_has_a_box() -> None:
    made = scene_of(GRAPHS["multi"], "lanes")
    assert {"both", "joined"} <= {name for group in parts(made, "layer") for name in group.stands_for}


def test_without_room_lanes_are_folded() -> None:
    lines = "\n".join(f"c{i} = conv({i + 3}, 3x3, pad = 1) -> relu" for i in range(40))
    graph = load(f"net Long {{\n device a\n input image: 3x8x8\n on a {{\n{lines}\n}}\n}}")
    assert len(parts(figure_of(graph, Look("lanes")).scene, "lane")) > 1
