"""The blocks style: everything of the graph is there once, and nothing is in another's way."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable

import pytest
from figure_lint import area, boxes_of, inside, lint, overlap, wires_of
from figure_nets import NETS, random_nets
from figure_scenes import scene_of
from hypothesis import given, settings
from hypothesis.strategies import sampled_from

from netc.backends.figure import Look, figure, write
from netc.backends.figure import theme as themes
from netc.backends.figure.heading import totals_of
from netc.backends.figure.layered.layout import Direction
from netc.backends.figure.options import Options
from netc.backends.figure.picture import Detail
from netc.backends.figure.scene import Circle, Group, Path, Polygon, Rectangle, Scene, Shape, Text
from netc.compiler import Graph, Layer, format_bytes, format_shape, load
from netc.compiler.summary import summary

GRAPHS = {name: load(text) for name, text in NETS.items()}

DIRECTIONS: tuple[Direction, ...] = ("down", "right")

MERGED = Detail(folded=True, merged=True)


def words(group: Group) -> str:
    return " ".join(shape.text for shape in group.shapes if isinstance(shape, Text))


def parts(made: Scene, part: str) -> list[Group]:
    return [group for group in made.groups() if group.part == part]


def check(graph: Graph, direction: Direction) -> None:
    """What holds for the figure of every net."""
    made = scene_of(graph, options=Options(direction=direction))
    assert lint(made) == []
    check_layers(graph, made)
    check_wires(graph, made)
    check_lanes(graph, made)
    check_nodes(graph, made)


def check_nodes(graph: Graph, made: Scene) -> None:
    """Every node is in one group, and every layer's group says in words what all its layers are."""
    assert Counter(name for group in made.groups() for name in group.stands_for) == Counter(graph.by_name.keys())
    for group in parts(made, "layer"):
        assert group.title


def check_merged(graph: Graph, direction: Direction, *details: Detail) -> None:
    """What holds where layers share bands and repeats are drawn once."""
    for detail in details:
        made = scene_of(graph, options=Options(direction=direction), detail=detail)
        assert lint(made) == []
        check_nodes(graph, made)


def check_layers(graph: Graph, made: Scene) -> None:
    groups = parts(made, "layer")
    assert sorted(group.name for group in groups) == sorted(layer.name for layer in graph.layers)
    for group in groups:
        layer = graph.by_name[group.name]
        assert isinstance(layer, Layer)
        box = group.shapes[0]
        assert isinstance(box, Circle if layer.op.keyword in ("add", "mul") else Rectangle)
        assert box.role == layer.op.role
        assert group.device == layer.device
        assert summary(layer.op) in group.title
        assert format_shape(layer.shape) in group.title
        if isinstance(box, Circle):
            continue
        shown = words(group)
        short = layer.name.removeprefix(f"{layer.device}.")
        assert layer.name in shown or short in shown
        assert format_shape(layer.shape) in shown
        assert all(word in shown for word in summary(layer.op).split())
    assert [group.name for group in parts(made, "input")] == [node.name for node in graph.inputs]
    assert len(parts(made, "output")) == len(graph.outputs)
    for node in graph.inputs:
        (group,) = (group for group in parts(made, "input") if group.name == node.name)
        assert node.name in words(group)
        assert format_shape(node.shape) in words(group)


def check_wires(graph: Graph, made: Scene) -> None:
    edges = Counter((source, node.name) for node in graph.nodes for source in dict.fromkeys(node.inputs))
    ends = Counter((node, f"output {name}") for name, node in graph.outputs.items())
    assert Counter(group.link for group in parts(made, "wire")) == edges + ends


def check_lanes(graph: Graph, made: Scene) -> None:
    """Layers stand in a lane of their device, and transfers between lanes, with their shape and bytes."""
    lanes = [(group.device, area(group.shapes[0])) for group in parts(made, "lane")]
    boxes = boxes_of(made)
    if graph.devices:
        for layer in graph.layers:
            assert sum(inside(boxes[layer.name], lane) for device, lane in lanes if device == layer.device) == 1
    for transfer in graph.transfers:
        (group,) = (group for group in parts(made, "transfer") if group.name == transfer.name)
        assert words(group) == f"{format_shape(transfer.shape)} {format_bytes(transfer.bytes_per_sample)}"
        assert not any(overlap(boxes[transfer.name], lane) for _, lane in lanes)
        assert {"transfer_wire"} == {
            wire.shapes[0].role
            for wire in parts(made, "wire")
            if isinstance(wire.shapes[0], Path) and wire.link and transfer.name in wire.link
        }


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("name", GRAPHS)
def test_the_figure_shows_the_graph_and_nothing_is_in_the_way(name: str, direction: Direction) -> None:
    check(GRAPHS[name], direction)
    check_merged(GRAPHS[name], direction, Detail(folded=True), MERGED, Detail(True, True, True))


@settings(max_examples=25)
@given(random_nets(), sampled_from(DIRECTIONS))
def test_the_figure_of_any_net_shows_it_and_nothing_is_in_the_way(text: str, direction: Direction) -> None:
    graph = load(text)
    check(graph, direction)
    check_merged(graph, direction, MERGED)


@pytest.mark.parametrize("target", ["slide", "paper-1col", "paper-2col"])
@pytest.mark.parametrize("name", ["residual", "inception", "unet"])
def test_the_text_is_large_enough(name: str, target: str) -> None:
    assert figure(GRAPHS[name], Look(target=target)).legible


@pytest.mark.parametrize("name", GRAPHS)
def test_the_heading_has_the_title_and_the_totals(name: str) -> None:
    graph = GRAPHS[name]
    (heading,) = parts(scene_of(graph), "heading")
    assert words(heading) == f"{graph.about.title or graph.net} {totals_of(graph)}"
    assert f"{graph.total('parameters'):,} parameters" in totals_of(graph)
    assert f"{graph.total('macs'):,} MACs" in totals_of(graph)


@pytest.mark.parametrize("name", GRAPHS)
def test_the_legend_names_the_roles_of_the_figure(name: str) -> None:
    graph = GRAPHS[name]
    (legend,) = parts(scene_of(graph), "legend")
    shown = {shape.role for shape in legend.shapes if isinstance(shape, Rectangle)}
    assert shown == {layer.op.role for layer in graph.layers} | ({"transfer"} if graph.transfers else set())


@pytest.mark.parametrize("name", ["alexnet", "four", "far"])
def test_every_lane_has_its_device_and_its_total(name: str) -> None:
    graph = GRAPHS[name]
    shown = {group.device: words(group) for group in reversed(parts(scene_of(graph), "lane"))}
    totals = {device.name: sum(layer.parameters for layer in graph.on(device.name)) for device in graph.devices}
    assert shown == {device: f"{device} {total:,} parameters" for device, total in totals.items()}


@pytest.mark.parametrize("name", ["lenet5", "inception", "multi"])
def test_sections_are_framed_with_their_title(name: str) -> None:
    graph = GRAPHS[name]
    made = scene_of(graph)
    boxes = boxes_of(made)
    frames = [(words(group), area(group.shapes[0])) for group in parts(made, "section")]
    above = {section.name: section for section in graph.sections}
    for layer in graph.layers:
        around = {title for title, frame in frames if overlap(frame, boxes[layer.name])}
        expected, at = set(), layer.section
        while at is not None:
            expected.add(above[at].title)
            at = above[at].parent
        assert around == expected


def test_a_title_that_is_too_long_is_shortened_and_told_in_full() -> None:
    (long,) = (section.title for section in GRAPHS["unet"].sections if len(section.title) > 40)
    frames = [group for group in parts(scene_of(GRAPHS["unet"]), "section") if group.title == long]
    assert frames
    assert all(words(group).endswith("…") and long.startswith(words(group)[:-1]) for group in frames)


def test_long_skips_run_beside_the_boxes() -> None:
    made = scene_of(GRAPHS["unet"])
    boxes = boxes_of(made)
    skips = {link: points for link, points in wires_of(made) if link[1] in ("j1", "j2", "j3")}
    assert len(skips) == 6
    for (source, _), points in skips.items():
        if source.startswith("e"):
            assert max(x for x, _ in points) > boxes[source][2]


def test_a_chain_is_one_box_in_bands() -> None:
    boxes = boxes_of(scene_of(GRAPHS["alexnet"]))
    conv, relu, lrn = (boxes[f"gpu0.conv1{end}"] for end in ("", "_relu", "_lrn"))
    assert (conv[0], conv[2], conv[3]) == (relu[0], relu[2], relu[1])
    assert (relu[0], relu[2], relu[3]) == (lrn[0], lrn[2], lrn[1])


@pytest.mark.parametrize("name", ["lenet5", "alexnet", "four"])
def test_the_same_graph_gives_the_same_scene(name: str) -> None:
    assert scene_of(GRAPHS[name]) == scene_of(load(NETS[name]))
    assert scene_of(GRAPHS[name]) == scene_of(Graph.from_json(GRAPHS[name].to_json()))


def test_a_deep_net_is_drawn() -> None:
    depth = 2000
    lines = "\n".join(f"c{i} = conv(1, 1x1) -> relu" for i in range(depth))
    made = scene_of(load(f"net Deep {{\n input image: 1x2x2\n{lines}\n}}"))
    assert len(parts(made, "layer")) == 2 * depth
    assert 0.5 < made.width / made.height < 4


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize(
    ("name", "golden_name"), [("lenet5", "lenet5"), ("alexnet", "alexnet"), ("residual", "resnet18")]
)
def test_positions(name: str, golden_name: str, direction: Direction, golden: Callable[[str, str], None]) -> None:
    made = figure(GRAPHS[name], Look(options=Options(direction=direction))).scene
    golden(f"figure/blocks/{golden_name}_{direction}.json", positions(made))
    golden(f"figure/blocks/{golden_name}_{direction}.svg", write([made], themes.load("light"), "svg").decode())


def positions(made: Scene) -> str:
    """Every box and wire with its coordinates, one a line."""
    entries = [["page", "", *numbers((made.width, made.height))]]
    for group in made.groups():
        name = group.name or group.title
        entries += [[group.part, name, *places] for shape in group.shapes if (places := coordinates(shape))]
    return "[\n" + ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in entries) + "\n]\n"


def coordinates(shape: Shape) -> list[object]:
    if isinstance(shape, Rectangle):
        return numbers((shape.x, shape.y, shape.width, shape.height))
    if isinstance(shape, Text):
        return [shape.text, *numbers((shape.x, shape.y))]
    if isinstance(shape, Circle):
        return numbers((shape.x, shape.y, shape.radius))
    if isinstance(shape, Path):
        return [numbers(point) for point in shape.points]
    assert isinstance(shape, Polygon)
    return []


def numbers(values: tuple[float, ...]) -> list[object]:
    return [round(value, 2) for value in values]
