"""The style alexnet: the figure of 2012, whole, with nothing in it that is not in the graph."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from itertools import combinations, pairwise
from pathlib import Path as File

import pytest
from figure_nets import NETS, random_nets
from figure_scenes import scene_of
from hypothesis import given, settings

from netc.backends.figure import Look, figure, themes, write
from netc.backends.figure.geometry import Area, area, around
from netc.backends.figure.lint import lint
from netc.backends.figure.options import Colour, Law, Options, page_of
from netc.backends.figure.picture import Detail
from netc.backends.figure.scaling import LAWS
from netc.backends.figure.scene import Group, Path, Polygon, Scene, Text
from netc.compiler import Graph, Input, Layer, Problem, Transfer, format_bytes, format_shape, load

SPECS = File(__file__).parents[3] / "specs"
NAMES = {"AlexNet": "alexnet", "AlexNetMerged": "alexnet", "LeNet5": "lenet5", "LeNet5Modern": "lenet5"}
SHIPPED = {net: load(SPECS / f"{name}.net", net) for net, name in NAMES.items()}
SOURCE = (SPECS / "alexnet.net").read_text()
TOWERS = re.sub(r"\n  expect [^\n]*", "", SOURCE[SOURCE.index("net AlexNet(") :])
"""The two towers without what the shipped spec expects of them, so that variants may have other numbers."""

EXCHANGE = "    exchange  # from here every tower reads both towers' maps\n"
VARIANTS = {
    "wider": TOWERS.replace("conv(48,", "conv(80,").replace("conv(192,", "conv(320,").replace("fc(2048)", "fc(512)"),
    "later": TOWERS.replace(EXCHANGE, "").replace("    conv4 =", "    exchange\n    conv4 ="),
    "kernels": TOWERS.replace("11x11", "7x7").replace("conv(192, 3x3, pad = 1)", "conv(192, 5x5, pad = 2)"),
    "apart": TOWERS.replace(EXCHANGE, ""),
    "three": TOWERS.replace("gpu0(memory = 3GB), gpu1(memory = 3GB)", "gpu0, gpu1, gpu2").replace(
        "on gpu0, gpu1 {", "on gpu0, gpu1, gpu2 {"
    ),
}
GRAPHS = {name: load(text) for name, text in VARIANTS.items()} | SHIPPED
DRAWN = {name: load(NETS[name]) for name in ("residual", "unet", "multi", "four")}


def parts(made: Scene, part: str) -> list[Group]:
    return [group for group in made.groups() if group.part == part]


def words(group: Group) -> list[str]:
    return [shape.text for shape in group.shapes if isinstance(shape, Text)]


def boxes(made: Scene) -> dict[str, Group]:
    return {group.name: group for group in made.groups() if group.part in ("input", "layer")}


def front(group: Group) -> Area:
    shape = group.shapes[0]
    assert isinstance(shape, Polygon)
    return around(shape.points)


def whole(group: Group) -> Area:
    return around([point for shape in group.shapes if isinstance(shape, Polygon) for point in shape.points])


def heads(graph: Graph) -> list[Input | Layer]:
    """What has a box of its own in a net of convolutions and dense layers."""
    return [*graph.inputs, *(layer for layer in graph.layers if layer.op.role in ("convolution", "dense"))]


def kernels(made: Scene) -> list[tuple[int, str, str, Group]]:
    """Side, reader, box that is read, and group of every kernel."""
    found = []
    for group in parts(made, "note"):
        if match := re.fullmatch(r"kernel (\d+)x\d+ of (.+) on (\S+)", group.title):
            found += [(int(match[1]), reader, match[3], group) for reader in match[2].split(" and ")]
    return found


def reader_of(graph: Graph, name: str) -> Layer:
    """The layer with a box that reads a transfer."""
    (reader,) = graph.consumers[name]
    layer = graph.by_name[reader]
    assert isinstance(layer, Layer)
    return layer if layer.op.role in ("convolution", "dense") else reader_of(graph, reader)


@pytest.mark.parametrize("name", GRAPHS)
def test_every_number_is_the_graphs(name: str) -> None:
    graph = GRAPHS[name]
    found = boxes(scene_of(graph, "alexnet"))
    assert list(found) == [node.name for node in sorted(heads(graph), key=graph.nodes.index)]
    for node in heads(graph):
        said, numbers = words(found[node.name]), list(map(str, node.shape))
        assert said[0] == numbers[0]
        assert not Counter(said) - Counter(numbers)
        if name not in ("three", "kernels"):  # rays from two sides may leave no room for a height or a width
            assert Counter(said) == Counter(numbers)


@pytest.mark.parametrize("graph", [*GRAPHS.values(), *DRAWN.values()], ids=[*GRAPHS, *DRAWN])
@pytest.mark.parametrize("detail", [Detail(), Detail(True), Detail(True, True, True)])
def test_every_node_is_drawn_once(graph: Graph, detail: Detail) -> None:
    shown = Counter(name for group in scene_of(graph, "alexnet", detail=detail).groups() for name in group.stands_for)
    assert shown == Counter(node.name for node in graph.nodes)


def test_two_lines_fill_the_slide() -> None:
    """Boxes are so large that words and wires between lines have the room that they need, and no more."""
    made = figure(load(SPECS / "vgg.net"), Look("alexnet"))
    slide = page_of("slide")
    assert made.scene.height > 0.97 * slide.height
    places = [area(shape) for group in made.scene.groups() if group.part != "wire" for shape in group.shapes]
    ends = sorted((place.top, place.bottom) for place in places)
    empty, reached = 0.0, 0.0
    for top, bottom in ends:
        empty, reached = max(empty, top - reached), max(reached, bottom)
    assert empty < 0.09 * slide.height
    told = [words(group) for *_, group in kernels(made.scene)]
    assert told == [["3x3"]] * len(told) != []


@pytest.mark.parametrize("name", ["AlexNet", "wider", "later", "apart", "three"])
def test_crossings_are_the_transfers(name: str) -> None:
    graph = GRAPHS[name]
    crossings = {group.name: group for group in parts(scene_of(graph, "alexnet"), "transfer")}
    assert set(crossings) == {transfer.name for transfer in graph.transfers}
    for transfer in graph.transfers:
        reader, group = reader_of(graph, transfer.name), crossings[transfer.name]
        assert group.link is not None
        assert group.link[1] == reader.name
        assert group.device == transfer.destination == reader.device
        lines = [shape for shape in group.shapes if isinstance(shape, Path)]
        assert {line.role for line in lines} == {"transfer_wire"}
        by_kernel = reader.op.role == "convolution"
        assert [line.dashed for line in lines] == ([True] * 3 if by_kernel else [False])


def test_the_original_crosses_between_conv2_and_conv3_only() -> None:
    links = {group.link for group in parts(scene_of(SHIPPED["AlexNet"], "alexnet"), "transfer")}
    convolutions = {link for link in links if link and "conv" in link[1]}
    assert convolutions == {("gpu0.conv2", "gpu1.conv3"), ("gpu1.conv2", "gpu0.conv3")}
    later = {group.link for group in parts(scene_of(GRAPHS["later"], "alexnet"), "transfer")}
    assert {link for link in later if link and "conv" in link[1]} == {
        ("gpu0.conv3", "gpu1.conv4"),
        ("gpu1.conv3", "gpu0.conv4"),
    }


def test_kernels_of_the_original() -> None:
    found = Counter((source, side) for side, _, source, _ in kernels(scene_of(SHIPPED["AlexNet"], "alexnet")))
    towers = [
        (f"{gpu}.{name}", side) for gpu in ("gpu0", "gpu1") for name, side in (("conv1", 5), ("conv3", 3), ("conv4", 3))
    ]
    crossed = {(f"{gpu}.conv2", 3): 2 for gpu in ("gpu0", "gpu1")}
    assert found == Counter({("image", 11): 2, **dict.fromkeys(towers, 1), **crossed})


@pytest.mark.parametrize("law", ["sqrt", "log"])
@pytest.mark.parametrize("name", ["AlexNet", "AlexNetMerged", "kernels", "LeNet5Modern"])
def test_kernels_are_to_scale(name: str, law: Law) -> None:
    graph = GRAPHS[name]
    made = scene_of(graph, "alexnet", Options(scale=law))
    found = boxes(made)
    assert kernels(made)
    for side, reader, source, group in kernels(made):
        layer, box = graph.by_name[reader], front(found[source])
        assert isinstance(layer, Layer)
        assert side == layer.op.kernel[0]
        high = graph.by_name[source].shape[1]
        kernel = front(group)
        expected = LAWS[law](side) / LAWS[law](high)
        assert (kernel.bottom - kernel.top) / (box.bottom - box.top) == pytest.approx(expected)
        assert box.holds(kernel)
        thick = (kernel.right - kernel.left) / (box.right - box.left)
        assert thick == pytest.approx(1 / layer.op.groups)
        same = {
            text for size, _, there, note in kernels(made) for text in words(note) if (size, there) == (side, source)
        }
        assert same <= {str(side), f"{side}x{side}"}
        assert same


def test_rays_lead_from_a_kernels_corners_to_one_point_of_the_next_box() -> None:
    made = scene_of(SHIPPED["AlexNet"], "alexnet")
    found = boxes(made)
    rays = {
        group.title: group for group in parts(made, "note") if any(isinstance(shape, Path) for shape in group.shapes)
    }
    for _, reader, source, kernel in kernels(made):
        group = rays.get(f"{source} to {reader}")
        if group is None:
            continue  # a transfer
        corners = {point for shape in kernel.shapes if isinstance(shape, Polygon) for point in shape.points}
        lines = [shape for shape in group.shapes if isinstance(shape, Path)]
        assert len(lines) == 3
        assert {line.points[0] for line in lines} <= corners
        (unit,) = {line.points[1] for line in lines}
        assert whole(found[reader]).holds(Area(*unit, *unit))


@pytest.mark.parametrize("name", GRAPHS)
@pytest.mark.parametrize("law", ["sqrt", "linear", "log"])
def test_sizes_are_monotone_and_equal_sizes_equal(name: str, law: Law) -> None:
    graph = GRAPHS[name]
    found = boxes(scene_of(graph, "alexnet", Options(scale=law)))
    maps = [node for node in heads(graph) if len(node.shape) == 3]
    places = {node.name: front(found[node.name]) for node in heads(graph)}
    high = sorted((node.shape[1], places[node.name].bottom - places[node.name].top) for node in maps)
    thick = sorted((node.shape[0], places[node.name].right - places[node.name].left) for node in maps)
    bars = [node for node in heads(graph) if len(node.shape) == 1]
    long = sorted((node.shape[0], places[node.name].bottom - places[node.name].top) for node in bars)
    for pairs in (high, thick, long):
        for (count, length), (larger, longer) in pairwise(pairs):
            assert 0 < length <= longer + 1e-9
            if count == larger:
                assert length == pytest.approx(longer)
            elif law == "sqrt":
                assert length < longer


@pytest.mark.parametrize("name", ["AlexNet", "three", "apart"])
def test_towers_are_whole_and_above_one_another(name: str) -> None:
    graph = GRAPHS[name]
    found = boxes(scene_of(graph, "alexnet"))
    for one, other in combinations(found.values(), 2):
        assert not whole(one).overlaps(whole(other)) or one.device == other.device
    first = [front(found[f"{device.name}.conv1"]) for device in graph.devices]
    for upper, lower in pairwise(first):
        assert upper.left == lower.left
        assert upper.bottom < lower.top
    middle = (first[0].top + first[-1].bottom) / 2
    assert front(found["fc8"]).top < middle < front(found["fc8"]).bottom


def test_words_of_the_original() -> None:
    original = Options(labels=("shape", "kernel", "stride", "op"))

    def said(graph: Graph) -> Counter[str]:
        numbers = re.compile(r"\d+(x\d+)?")
        notes = [word for group in parts(scene_of(graph, "alexnet", original), "note") for word in words(group)]
        return Counter(word for word in notes if not numbers.fullmatch(word))

    assert said(SHIPPED["AlexNet"]) == {"Stride of 4": 1, "Max pooling": 3, "dense": 3}
    assert said(SHIPPED["LeNet5Modern"]) == {"Average pooling": 2, "dense": 2}
    assert said(SHIPPED["LeNet5"]) == {"Subsampling": 2, "dense": 1, "rbf": 1}


def test_transfers_are_told_with_their_shape_and_bytes() -> None:
    graph = SHIPPED["AlexNet"]
    notes = [word for group in parts(scene_of(graph, "alexnet"), "note") for word in words(group)]
    sizes = {(format_shape(each.shape), format_bytes(each.bytes_per_sample)) for each in graph.transfers}
    assert sizes <= set(pairwise(notes))
    assert sum(int(word.split()[0]) for word in notes if "transfer" in word) == len(graph.transfers) == 7


def test_titles_tell_what_else_is_in_a_box() -> None:
    title = boxes(scene_of(SHIPPED["AlexNet"], "alexnet"))["gpu0.conv1"].title
    for part in (
        "gpu0.conv1: conv 48, 11x11, stride 4",
        "48x55x55",
        "relu",
        "lrn",
        "maxpool 3x3, stride 2",
        "48x27x27",
    ):
        assert part in title
    assert boxes(scene_of(SHIPPED["AlexNet"], "alexnet"))["fc8"].title.endswith("output output: 1000")


def test_labels_are_those_that_are_asked_for() -> None:
    graph = SHIPPED["AlexNet"]
    bare = scene_of(graph, "alexnet", Options(labels=(), heading=False))
    assert not [shape for _, shape in bare.leaves() if isinstance(shape, Text)]
    made = scene_of(graph, "alexnet", Options(labels=("name", "device", "shape", "bytes")))
    assert {"48", "conv1", "gpu0"} <= set(words(boxes(made)["gpu0.conv1"]))
    texts = Counter(shape.text for _, shape in made.leaves() if isinstance(shape, Text))
    for transfer in graph.transfers:
        assert texts[format_shape(transfer.shape)]
        assert texts[format_bytes(transfer.bytes_per_sample)]
    assert "3x3" not in texts
    assert "gpu1" in words(boxes(scene_of(graph, "alexnet", Options(colour="device")))["gpu1.conv1"])


@pytest.mark.parametrize("colour", ["role", "device", "cost"])
def test_colours(colour: Colour) -> None:
    plain, made = (boxes(scene_of(SHIPPED["AlexNet"], "alexnet", Options(colour=by))) for by in ("auto", colour))

    def roles(found: dict[str, Group]) -> set[str]:
        return {shape.role for group in found.values() for shape in group.shapes if isinstance(shape, Polygon)}

    assert roles(plain) == {"slab"}
    assert len(roles(made)) > 2
    box = made["gpu0.conv2"]
    assert len({shape.shade for shape in box.shapes if isinstance(shape, Polygon)}) == 3


def test_what_repeats_is_told() -> None:
    graph = load(
        "net Plain {\n input image: 3x64x64\n first = conv(16, 3x3, pad = 1)\n"
        " more = (conv(16, 3x3, pad = 1) -> relu) * 6\n out = global_avgpool -> fc(10)\n}"
    )
    (bracket,) = parts(scene_of(graph, "alexnet", detail=Detail(folded=True)), "section")
    assert words(bracket) == ["× 6"]


def test_what_is_far_larger_than_the_rest_has_a_break_mark() -> None:
    text = "net N {\n input image: 3x512x512\n patches = conv(64, 16x16, stride = 16)\n out = conv(64, 3x3)\n}"
    (mark,) = parts(scene_of(load(text), "alexnet"), "mark")
    assert mark.title.startswith("image")
    assert not parts(scene_of(SHIPPED["AlexNet"], "alexnet"), "mark")


def test_sums_have_a_plus_and_shortcuts_a_wire() -> None:
    text = (
        "net N {\n input image: 3x32x32\n a = conv(8, 3x3, pad = 1)\n b = conv(8, 3x3, pad = 1)\n"
        " c = conv(8, 3x3, pad = 1)\n d = add(c, a)\n e = conv(4, 3x3)\n}"
    )
    made = scene_of(load(text), "alexnet")
    assert list(boxes(made)) == ["image", "a", "b", "c", "e"]
    assert [group.link for group in parts(made, "wire")] == [("a", "c")]
    assert [group.title for group in parts(made, "note") if words(group) == ["+"]] == ["sum of c and a"]


@pytest.mark.parametrize("name", ["inception", "far"])
def test_other_figures_are_for_other_nets(name: str) -> None:
    with pytest.raises(Problem) as caught:
        scene_of(load(NETS[name]), "alexnet")
    assert caught.value.args
    assert "volumes" in str(vars(caught.value))


@pytest.mark.parametrize("name", [*GRAPHS, *DRAWN])
@pytest.mark.parametrize(
    "options", [Options(), Options(scale="linear", scale_note=True), Options(colour="device"), Options(colour="cost")]
)
def test_slides_are_clean_and_legible(name: str, options: Options) -> None:
    made = figure((GRAPHS | DRAWN)[name], Look("alexnet", options=options))
    assert made.legible
    assert lint(made.scene, themes.load("light"), page_of("slide")) == []


@settings(max_examples=40)
@given(random_nets())
def test_any_net_is_drawn_whole_or_refused(text: str) -> None:
    graph = load(text)
    try:
        made = scene_of(graph, "alexnet")
    except Problem:
        return
    shown = Counter(name for group in made.groups() for name in group.stands_for)
    assert shown == Counter(node.name for node in graph.nodes)
    ends = {name for group in parts(made, "wire") for name in group.link or ()}
    assert ends <= set(boxes(made))
    assert all(isinstance(graph.by_name[group.name], Transfer) for group in parts(made, "transfer"))


@pytest.mark.parametrize("name", ["AlexNet", "AlexNetMerged", "LeNet5Modern"])
def test_positions(name: str, golden: Callable[[str, str], None]) -> None:
    made = figure(SHIPPED[name], Look("alexnet")).scene
    golden(f"figure/alexnet/{name}.json", positions(made))
    golden(f"figure/alexnet/{name}.svg", write([made], themes.load("light"), "svg").decode())


def positions(made: Scene) -> str:
    """Where every group is, and its texts, one a line."""
    entries: list[list[object]] = [["page", round(made.width, 1), round(made.height, 1)]]
    for group in made.groups():
        points = [point for shape in group.shapes if isinstance(shape, Polygon | Path) for point in shape.points]
        place = [round(value, 1) for value in around(points)] if points else []
        entries.append([group.part, group.name or group.title, place, words(group)])
    return "[\n" + ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in entries) + "\n]\n"
