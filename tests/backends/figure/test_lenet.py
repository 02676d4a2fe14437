"""The style lenet: the figure of 1998 from the graph, and other nets in its language."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path as File

import pytest
from figure_nets import NETS, random_nets
from figure_scenes import PLAIN, WHOLE, scene_of
from hypothesis import given, settings

from netc.backends.figure import Look, draw, figure
from netc.backends.figure.lint import lint
from netc.backends.figure.options import PAGES, Options, Page
from netc.backends.figure.picture import Detail
from netc.backends.figure.scene import Circle, Group, Path, Polygon, Rectangle, Scene, Shape, Text
from netc.backends.figure.theme import load as load_theme
from netc.compiler import Graph, Input, Layer, elements, format_bytes, format_shape, load

SPECS = File(__file__).parents[3] / "specs"
LENET = load(NETS["lenet5"], net="LeNet5")
SHIPPED = {
    "lenet5": LENET,
    "lenet5-modern": load(NETS["lenet5"], net="LeNet5Modern"),
    "alexnet-merged": load(NETS["alexnet"], net="AlexNetMerged"),
}
GRAPHS = {name: load(text) for name, text in NETS.items()} | SHIPPED


def lenet(graph: Graph, options: Options = PLAIN, page: str = "slide", detail: Detail = WHOLE) -> Scene:
    return scene_of(graph, "lenet", options, page, detail)


def parts(made: Scene, part: str) -> list[Group]:
    return [group for group in made.groups() if group.part == part]


def box(made: Scene, name: str) -> Group:
    (group,) = (group for group in made.groups() if group.name == name and group.part in ("layer", "input"))
    return group


def planes(group: Group) -> list[Rectangle]:
    return [shape for shape in group.shapes if isinstance(shape, Rectangle)]


def is_broken(group: Group) -> bool:
    return any(isinstance(shape, Circle) and shape.role == "arrow" for shape in group.shapes)


def texts(made: Scene, name: str) -> list[str]:
    """What is written beside a stage, in the order of drawing."""
    notes = [group for group in parts(made, "note") if group.title == name]
    return [shape.text for group in notes for shape in group.shapes if isinstance(shape, Text)]


def kernels(made: Scene) -> dict[str, Rectangle]:
    """The receptive fields by `source to target`."""
    return {
        group.title: shape
        for group in parts(made, "note")
        for shape in group.shapes
        if isinstance(shape, Rectangle) and shape.role == "kernel"
    }


def findings(made: Scene) -> list[str]:
    return [str(finding) for finding in lint(made, load_theme("light"), Page("any", made.width, made.height, 0, 0))]


def check(graph: Graph, made: Scene) -> None:
    """What holds for the figure of every net."""
    assert findings(made) == []
    shown = Counter(name for group in made.groups() for name in group.stands_for)
    assert shown == Counter(node.name for node in graph.nodes)
    for group in made.groups():
        if group.stands_for:
            assert all(name in group.title for name in group.stands_for)
    for name, node in graph.outputs.items():
        (group,) = (group for group in made.groups() if node in group.stands_for)
        assert f"output {name}" in group.title
    check_planes(graph, made)
    check_edges(graph, made)


def check_planes(graph: Graph, made: Scene) -> None:
    """As many planes as maps, or fewer and a break mark; equal sizes are equal."""
    sizes: dict[object, set[object]] = {}
    for group in made.groups():
        node = graph.by_name.get(group.name)
        if not isinstance(node, Input | Layer) or group.part not in ("layer", "input"):
            continue
        drawn = planes(group)
        if drawn:
            count, height, width = elements(node.shape[:-2]), *node.shape[-2:]
            assert (len(drawn) < count) == is_broken(group)
            assert len(drawn) <= count
            sizes.setdefault(height, set()).update(round(plane.height, 6) for plane in drawn)
            sizes.setdefault(width, set()).update(round(plane.width, 6) for plane in drawn)
            sizes.setdefault(("maps", count), set()).add(len(drawn))
        elif any(isinstance(shape, Polygon) for shape in group.shapes):
            assert node.shape[-2:] == (1, 1) or len(node.shape) == 1
            points = [point for shape in group.shapes if isinstance(shape, Polygon) for point in shape.points]
            heights = [y for _, y in points]
            sizes.setdefault(("bar", elements(node.shape)), set()).add(round(max(heights) - min(heights), 6))
    assert {size: len(lengths) for size, lengths in sizes.items() if len(lengths) != 1} == {}


def check_edges(graph: Graph, made: Scene) -> None:
    """Everything that a stage reads is joined to it, by a wire or as a neighbour."""
    owner = {name: group.name for group in made.groups() for name in group.stands_for}
    edges = {(owner[read], owner[node.name]) for node in graph.nodes for read in node.inputs}
    wires = {group.link for group in parts(made, "wire") if group.link}
    joints = [group.title.split(" to ") for group in parts(made, "note") if " to " in group.title]
    assert wires | {(source, target) for source, target in joints} == {edge for edge in edges if edge[0] != edge[1]}


@pytest.mark.parametrize("name", GRAPHS)
def test_the_figure_shows_the_graph_and_nothing_is_in_the_way(name: str) -> None:
    check(GRAPHS[name], lenet(GRAPHS[name]))


@settings(max_examples=10)
@given(random_nets())
def test_the_figure_of_any_net_shows_it_and_nothing_is_in_the_way(text: str) -> None:
    graph = load(text)
    check(graph, lenet(graph))


@pytest.mark.parametrize("target", ["slide", "paper-2col"])
@pytest.mark.parametrize("name", [*SHIPPED, "alexnet", "residual", "unet", "inception"])
def test_the_text_is_large_enough(name: str, target: str) -> None:
    assert figure(GRAPHS[name], Look(style="lenet", target=target)).legible


def test_lenet_5_is_the_figure_of_1998() -> None:
    made = lenet(LENET)
    assert {name: texts(made, name) for name in ("image", *(layer.name for layer in LENET.layers))} == {
        "image": ["INPUT", "32x32"],
        "C1": ["C1: feature maps", "6@28x28", "Convolutions"],
        "C1_scaled_tanh": [],
        "S2": ["S2: f. maps", "6@14x14", "Subsampling"],
        "S2_scaled_tanh": [],
        "C3": ["C3: f. maps 16@10x10", "Convolutions"],
        "C3_scaled_tanh": [],
        "S4": ["S4: f. maps 16@5x5", "Subsampling"],
        "S4_scaled_tanh": [],
        "C5": ["C5: layer", "120", "Full connection"],
        "C5_scaled_tanh": [],
        "F6": ["F6: layer", "84", "Full connection"],
        "F6_scaled_tanh": [],
        "output": ["OUTPUT", "10", "Gaussian connections"],
    }
    assert [len(planes(group)) for group in (*parts(made, "input"), *parts(made, "layer"))] == [
        1,
        6,
        6,
        16,
        16,
        0,
        0,
        0,
    ]


def test_its_maps_are_to_one_linear_scale_and_so_are_the_receptive_fields() -> None:
    made = lenet(LENET)
    unit = planes(box(made, "image"))[0].width / 32
    for name, side in {"C1": 28, "S2": 14, "C3": 10, "S4": 5}.items():
        assert {round(plane.width / unit, 6) for plane in planes(box(made, name))} == {side}
    fields = {title: (field.width / unit, field.height / unit) for title, field in kernels(made).items()}
    expected = {"image to C1": 5, "C1 to S2": 2, "S2 to C3": 5, "C3 to S4": 2}
    assert fields == {title: pytest.approx((side, side)) for title, side in expected.items()}


def test_planes_of_all_stacks_have_one_step_and_alternate() -> None:
    made = lenet(LENET)
    steps = set()
    for layer in LENET.layers[::2][:4]:
        stack = planes(box(made, layer.name))
        steps |= {(round(b.x - a.x, 6), round(b.y - a.y, 6)) for a, b in pairwise(stack)}
        assert {plane.shade for plane in stack[::2]} == {0}
        assert len({plane.shade for plane in stack[1::2]}) == 1
    ((right, down),) = steps
    assert right == down > 0


def test_rays_lead_from_the_corners_of_a_field_to_one_unit_of_the_next_front_plane() -> None:
    made = lenet(LENET)
    for group in parts(made, "note"):
        if any(isinstance(shape, Rectangle) for shape in group.shapes):
            source, target = group.title.split(" to ")
            field, above, below = group.shapes
            assert isinstance(field, Rectangle)
            assert isinstance(above, Path)
            assert isinstance(below, Path)
            corners = [(field.x + field.width, field.y), (field.x + field.width, field.y + field.height)]
            assert [above.points[0], below.points[0]] == corners
            assert above.points[1] == below.points[1]
            front, (x, y) = planes(box(made, target))[-1], above.points[1]
            assert front.x < x < front.x + front.width
            assert front.y < y < front.y + front.height
            front = planes(box(made, source))[-1]
            assert front.x <= field.x < corners[1][0] <= front.x + front.width
            assert front.y <= field.y < corners[1][1] <= front.y + front.height


VARIANT = """
net Variant(classes = 7) {
  input image: 2x40x32
  C1 = conv(4, 7x3) -> tanh
  S2 = maxpool(2x2)
  C3 = conv(10, 3x5) -> tanh
  F4 = fc(50) -> tanh
  output = fc(classes)
}
"""


def test_a_variant_draws_its_own_numbers() -> None:
    graph = load(VARIANT)
    made = lenet(graph)
    check(graph, made)
    assert [texts(made, name) for name in ("image", "C1", "S2", "C3", "F4", "output")] == [
        ["INPUT", "2@40x32"],
        ["C1: feature maps", "4@34x30", "Convolutions"],
        ["S2: f. maps", "4@17x15", "Max pooling"],
        [*texts(made, "C3")[:-1], "Convolutions"],
        ["F4: layer", "50", "Full connection"],
        ["OUTPUT", "7", "Full connection"],
    ]
    assert " ".join(texts(made, "C3")[:-1]) == "C3: f. maps 10@15x11"
    plane = planes(box(made, "image"))[0]
    assert plane.height / plane.width == pytest.approx(40 / 32)
    field = kernels(made)["image to C1"]
    assert (field.height / plane.height, field.width / plane.width) == pytest.approx((7 / 40, 3 / 32))


def test_every_number_beside_a_stage_is_the_graph_s() -> None:
    for graph in SHIPPED.values():
        made = lenet(graph)
        for layer in graph.layers:
            written = " ".join(texts(made, layer.name))
            if written:
                maps = len(layer.shape) == 3 and layer.shape[1:] != (1, 1)
                shape = f"{layer.shape[0]}@{format_shape(layer.shape[1:])}" if maps else str(elements(layer.shape))
                assert shape in written.split()
                assert layer.name in written or (layer.name == "output" and "OUTPUT" in written)


def test_stacks_grow_with_the_maps_where_they_are_broken() -> None:
    graph = SHIPPED["alexnet-merged"]
    made = lenet(graph)
    drawn = {graph.by_name[name].shape[0]: len(planes(box(made, name))) for name in ("conv1", "conv2", "conv3")}
    assert list(drawn.values()) == sorted(set(drawn.values()))
    assert len(planes(box(made, "image"))) == 3


def test_a_vector_of_too_many_units_has_a_break_mark() -> None:
    made = lenet(load("net Long { input x: 20000\n a = fc(4096)\n b = fc(10) }"))
    assert [is_broken(group) for group in (*parts(made, "input"), *parts(made, "layer"))] == [True, False, False]


@pytest.mark.parametrize("law", ["linear", "sqrt", "log"])
def test_the_law_of_the_sides_can_be_chosen_and_is_told(law: str) -> None:
    made = lenet(LENET, Options(scale=law, scale_note=True))  # type: ignore[arg-type]
    sides = [planes(box(made, name))[0].width for name in ("S4", "C3", "S2", "C1", "image")]
    assert sides == sorted(set(sides))
    assert any("in proportion to" in text for group in parts(made, "note") for text in [group.title])
    ratio = {"linear": 32 / 14, "sqrt": (32 / 14) ** 0.5}.get(law)
    assert ratio is None or sides[4] / sides[2] == pytest.approx(ratio)


def test_colours_say_what_a_layer_does_and_the_legend_what_is_seen() -> None:
    made = lenet(LENET, Options(colour="role"))
    for layer in LENET.layers[::2]:
        assert box(made, layer.name).shapes[0].role == layer.op.role  # type: ignore[union-attr]
    (legend,) = parts(made, "legend")
    roles = {shape.role for shape in legend.shapes if isinstance(shape, Rectangle)}
    assert roles == {"convolution", "pooling", "dense"}
    assert not parts(lenet(LENET), "legend")


def test_labels_can_be_chosen() -> None:
    made = lenet(LENET, Options(labels=("name", "kernel", "op", "params")))
    assert texts(made, "C1") == ["C1: feature maps", "5x5", *texts(made, "C1")[2:]] or "5x5" in texts(made, "C1")
    assert {"C1: feature maps", "Convolutions", "scaled_tanh", "5x5", "156 params"} == set(texts(made, "C1"))
    nothing = lenet(LENET, Options(labels=(), heading=False))
    assert not [shape for _, shape in nothing.leaves() if isinstance(shape, Text)]


def test_the_heading_can_be_left_out() -> None:
    assert parts(lenet(LENET), "heading")
    assert not parts(lenet(LENET, Options(heading=False)), "heading")


def test_transfers_are_apart_and_labelled() -> None:
    graph = GRAPHS["alexnet"]
    made = lenet(graph)
    for transfer in graph.transfers:
        (group,) = (group for group in parts(made, "transfer") if group.name == transfer.name)
        words = [shape.text for shape in group.shapes if isinstance(shape, Text)]
        assert words == [format_shape(transfer.shape), format_bytes(transfer.bytes_per_sample)]
    bands = {group.device for group in parts(made, "lane")}
    assert bands == {device.name for device in graph.devices}


def test_what_repeats_has_a_bracket() -> None:
    graph = load("net R { input x: 4x8x8\n a = (conv(4, 3x3, pad = 1) -> relu) * 5\n b = fc(2) }")
    made = lenet(graph, detail=Detail(folded=True))
    (bracket,) = parts(made, "section")
    (words,) = (shape.text for shape in bracket.shapes if isinstance(shape, Text))
    shown = max(len(group.stands_for) for group in parts(made, "layer"))
    assert words == f"× {shown // 2}"
    assert findings(made) == []


def test_long_nets_are_wrapped_and_drawn() -> None:
    depth = 600
    lines = "\n".join(f"c{i} = conv(1, 1x1) -> relu" for i in range(depth))
    made = lenet(load(f"net Deep {{\n input image: 1x2x2\n{lines}\n}}"))
    assert len(parts(made, "layer")) == depth
    assert 0.3 < made.width / made.height < 6


@pytest.mark.parametrize("name", SHIPPED)
def test_the_same_graph_gives_the_same_scene(name: str) -> None:
    assert lenet(SHIPPED[name]) == lenet(Graph.from_json(SHIPPED[name].to_json()))


@pytest.mark.parametrize("name", SHIPPED)
def test_positions(name: str, golden: Callable[[str, str], None]) -> None:
    golden(f"figure/lenet/{name}.json", positions(figure(SHIPPED[name], Look(style="lenet")).scene))


@pytest.mark.parametrize("name", SHIPPED)
def test_svg(name: str, golden: Callable[[str, str], None]) -> None:
    golden(f"figure/lenet/{name}.svg", draw(SHIPPED[name], Look(style="lenet")).decode())


def positions(made: Scene) -> str:
    """Every shape with its coordinates, one a line."""
    entries: list[list[object]] = [["page", "", *rounded((made.width, made.height))]]
    for group, shape in made.leaves():
        owner = (group.part, group.name or group.title) if group else ("", "")
        entries.append([*owner, *coordinates(shape)])
    return "[\n" + ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in entries) + "\n]\n"


def coordinates(shape: Shape) -> list[object]:
    if isinstance(shape, Rectangle):
        return rounded((shape.x, shape.y, shape.width, shape.height))
    if isinstance(shape, Text):
        return [shape.text, *rounded((shape.x, shape.y))]
    if isinstance(shape, Circle):
        return rounded((shape.x, shape.y, shape.radius))
    assert isinstance(shape, Path | Polygon)
    return [rounded(point) for point in shape.points]


def rounded(values: tuple[float, ...]) -> list[object]:
    return [round(value, 2) for value in values]


def test_no_tick_of_a_later_word_goes_through_an_earlier_one() -> None:
    vgg = figure(load(SPECS / "vgg.net"), Look(style="lenet"))
    assert lint(vgg.scene, load_theme("light"), PAGES["slide"]) == []


def test_labels_of_a_row_are_in_line() -> None:
    made = lenet(load(NETS["alexnet"], net="AlexNet"), detail=Detail(merged=True))
    tops: dict[str, float] = {}
    for note in parts(made, "note"):
        tops.update((note.title, word.y) for word in note.shapes if isinstance(word, Text))
    for device in ("gpu0", "gpu1"):
        assert len({round(tops[f"{device}.{name}"], 6) for name in ("conv1", "pool1", "conv2", "pool2")}) == 1
