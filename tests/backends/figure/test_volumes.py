"""The style volumes: sizes follow the graph, everything is there once, and nothing is in another's way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest
from figure_goldens import positions
from figure_lint import lint
from figure_nets import NETS, ROOT, graph_of, random_nets
from figure_scenes import figure_of, scene_of
from hypothesis import given, settings
from hypothesis.strategies import integers, sampled_from

from netc.backends.figure import Look, figure
from netc.backends.figure.geometry import area
from netc.backends.figure.lint import lint as findings
from netc.backends.figure.options import Law, Options, page_of
from netc.backends.figure.picture import Detail
from netc.backends.figure.scene import Circle, Group, Path, Polygon, Scene, Text
from netc.backends.figure.theme import load as load_theme
from netc.backends.figure.volumes.sizes import MOST_CHANNELS, MOST_UNITS, Sizing, Solid, sizing_of
from netc.compiler import Graph, format_bytes, format_shape, load

GRAPHS = {name: load(text) for name, text in NETS.items()}
GRAPHS |= {
    name: load(NETS[spec], net=name) for spec, name in (("lenet5", "LeNet5Modern"), ("alexnet", "AlexNetMerged"))
}
GRAPHS |= {"vgg16": graph_of("vgg:VGG16"), "unet": graph_of("unet:UNet")}
RESNET152 = load((ROOT / "specs/resnet.net").read_text(), net="ResNet152")
LAWS: tuple[Law, ...] = ("auto", "sqrt", "linear", "log")
LIGHT = load_theme("light")
FOLDED = Detail(folded=True, merged=True)


def volumes(graph: Graph, options: Options = Options(), detail: Detail = Detail()) -> Scene:  # noqa: B008 - immutable
    return scene_of(graph, "volumes", options, detail=detail)


def parts(scene: Scene, *names: str) -> list[Group]:
    return [group for group in scene.groups() if group.part in names]


def words(group: Group) -> list[str]:
    return [shape.text for shape in group.shapes if isinstance(shape, Text)]


def polygons(group: Group) -> list[Polygon]:
    return [shape for shape in group.shapes if isinstance(shape, Polygon)]


def width_and_height(group: Group) -> tuple[float, float]:
    """Of the box as it is seen, captions apart."""
    areas = [area(shape) for shape in polygons(group)]
    left, right = min(place.left for place in areas), max(place.right for place in areas)
    top, bottom = min(place.top for place in areas), max(place.bottom for place in areas)
    return round(right - left, 6), round(bottom - top, 6)


def is_cut(group: Group) -> bool:
    return any(shape.role == "slab" for shape in polygons(group))


def boxes(scene: Scene) -> Iterator[Group]:
    return (group for group in parts(scene, "input", "layer") if polygons(group))


def sizing(law: Law, *shapes: tuple[int, ...], largest: float = 100) -> Sizing:
    return sizing_of(law, shapes, (), largest)


@pytest.mark.parametrize("law", LAWS)
@given(sizes=sampled_from([(8, 500), (1, 7), (100, 30000)]), channels=integers(1, 5000), side=integers(2, 600))
def test_larger_tensors_are_never_smaller_and_none_is_nothing(
    law: Law, sizes: tuple[int, int], channels: int, side: int
) -> None:
    made = sizing(law, (sizes[1], side, side), (sizes[0], 3, 3), (sizes[1],))
    maps = [made.solid((channels, height, height)) for height in range(2, 40)]
    assert all(small.high <= large.high and small.deep <= large.deep for small, large in pairwise(maps))
    assert len({solid.wide for solid in maps}) == 1
    thick = [made.solid((count, side, side)) for count in range(1, 40)]
    assert all(small.wide <= large.wide for small, large in pairwise(thick))
    rods = [made.solid((count,)) for count in range(1, 40)]
    assert all(small.high <= large.high for small, large in pairwise(rods))
    assert all(min(solid.wide, solid.high, solid.deep) > 0 for solid in (*maps, *thick, *rods))


@pytest.mark.parametrize("law", LAWS)
def test_the_laws_differ_where_nothing_is_cut(law: Law) -> None:
    made = sizing(law, (64, 64, 64), (4, 16, 16))
    ratio = made.solid((64, 64, 64)).high / made.solid((4, 16, 16)).high
    assert ratio == pytest.approx({"linear": 4, "log": 6.0224 / 4.0875}.get(law, 2), abs=1e-3)


def test_height_depth_and_thickness_are_those_of_the_tensor() -> None:
    made = sizing("linear", (100, 50, 100))
    wide = made.solid((100, 50, 100))
    assert (wide.high, wide.deep) == (50, 100)
    assert made.solid((50, 50, 100)).wide == wide.wide / 2
    assert made.solid((120, 1, 1)) == made.solid((120,))


@pytest.mark.parametrize(
    ("shape", "larger"), [((MOST_CHANNELS, 8, 8), (MOST_CHANNELS + 1, 8, 8)), ((MOST_UNITS,), (MOST_UNITS + 1,))]
)
def test_what_is_longer_than_it_is_drawn_is_cut(shape: tuple[int, ...], larger: tuple[int, ...]) -> None:
    made = sizing("sqrt", larger)
    whole, cut = made.solid(shape), made.solid(larger)
    assert cut == Solid(whole.wide, whole.high, whole.deep, len(larger) == 3, len(larger) == 1)
    assert (whole.thick_cut, whole.long_cut) == (False, False)


def test_a_cut_box_has_a_break_mark_and_no_other_has() -> None:
    flat = load("net M { input image: 3x80x80\n a = conv(8, 1x1)\n flat = flatten\n h = fc(4096)\n y = fc(4) }")
    thick = load(
        "net M { input x: 10\n h = fc(4096)\n wide = reshape(4096x1x1) -> conv_transpose(4096, 4x4)\n y = fc(4) }"
    )
    high = load("net M { input image: 3x512x512\n a = maxpool(64x64)\n y = fc(4) }")
    cut = [[group.name for group in boxes(volumes(graph)) if is_cut(group)] for graph in (flat, thick, high)]
    assert cut == [["flat"], ["wide"], ["image"]]


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("name", ["alexnet", "residual", "unet", "vgg16", "lenet5"])
def test_equal_sizes_are_equal_everywhere(name: str, law: Law) -> None:
    graph = GRAPHS[name]
    seen: dict[tuple[int, ...], set[tuple[float, float]]] = {}
    for group in boxes(volumes(graph, Options(scale=law))):
        seen.setdefault(graph.by_name[group.stands_for[-1]].shape, set()).add(width_and_height(group))
    assert all(len(sizes) == 1 for sizes in seen.values())
    assert max(map(len, seen.values())) == 1 < len(seen)


@pytest.mark.parametrize("detail", [Detail(), Detail(folded=True), FOLDED, Detail(True, True, True)])
@pytest.mark.parametrize("name", GRAPHS)
def test_everything_is_there_once_and_nothing_is_in_the_way(name: str, detail: Detail) -> None:
    graph = GRAPHS[name]
    made = volumes(graph, detail=detail)
    assert lint(made) == []
    check(graph, made)


@settings(max_examples=25)
@given(random_nets())
def test_any_net_is_there_and_nothing_is_in_the_way(text: str) -> None:
    graph = load(text)
    made = volumes(graph)
    assert lint(made) == []
    check(graph, made)


def check(graph: Graph, made: Scene) -> None:
    """What holds for every figure of a net."""
    shown = Counter(name for group in made.groups() for name in group.stands_for)
    assert shown == Counter(node.name for node in graph.nodes)
    named = {group.name: group for group in parts(made, "layer", "input", "transfer")}
    assert all(group.title for group in named.values())
    for group in parts(made, "wire"):
        assert group.link is not None
        assert set(group.link) <= {*named, *(group.name for group in parts(made, "output"))}
    for transfer in graph.transfers:
        assert words(named[transfer.name]) == [format_shape(transfer.shape), format_bytes(transfer.bytes_per_sample)]
    if len(graph.outputs) > 1:
        assert len(parts(made, "output")) == len(graph.outputs)


@pytest.mark.parametrize("name", GRAPHS)
def test_every_label_is_the_graphs(name: str) -> None:
    graph = GRAPHS[name]
    labels = Options(labels=("name", "shape", "kernel", "params"))
    for group in parts(volumes(graph, labels), "layer"):
        layers = [graph.by_name[member] for member in group.stands_for]
        name_shown, shape, *others = words(group)
        assert any(
            f".{layer.name}.".find(f".{name_shown}.") >= 0 or layer.name.endswith(f"_{name_shown}") for layer in layers
        )
        assert shape == format_shape(layers[-1].shape)
        known = {f"{layer.parameters:,} params" for layer in graph.layers if layer.name in group.stands_for}
        assert {word for word in others if word.endswith("params")} <= known
        assert format_shape(layers[-1].shape) in group.title


def test_a_layers_wire_is_as_in_the_graph() -> None:
    graph = GRAPHS["residual"]
    made = volumes(graph)
    owner = {name: group.name for group in made.groups() for name in group.stands_for}
    edges = {(owner[source], owner[node.name]) for node in graph.nodes for source in node.inputs}
    links = [group.link for group in parts(made, "wire")]
    assert Counter(links) == Counter((source, target) for source, target in edges if source != target)


def test_what_follows_a_layer_is_a_band_of_its_box() -> None:
    (conv,) = (group for group in parts(volumes(GRAPHS["AlexNetMerged"]), "layer") if group.name == "conv1")
    assert conv.stands_for == ("conv1", "conv1_relu", "conv1_lrn")
    fronts = [shape.role for shape in polygons(conv) if shape.shade]
    assert fronts == ["convolution", "activation", "normalization", "convolution"]
    merged = parts(volumes(GRAPHS["AlexNetMerged"], detail=FOLDED), "layer")
    assert [
        shape.role for group in merged if group.name == "conv1" for shape in polygons(group) if shape.shade
    ] == fronts


def test_a_sum_is_a_ball_that_a_skip_enters_from_above() -> None:
    made = volumes(GRAPHS["residual"])
    balls = {group.name: shape for group in parts(made, "layer") for shape in group.shapes if isinstance(shape, Circle)}
    assert len(balls) == 8
    ends: Counter[tuple[str, str]] = Counter()
    for group in parts(made, "wire"):
        if group.link and group.link[1] in balls:
            line = group.shapes[0]
            assert isinstance(line, Path)
            (x, y), (to_x, to_y) = line.points[-2:]
            ends[group.link[1], "above" if x == to_x and y < to_y else "left" if y == to_y else "elsewhere"] += 1
    assert ends == Counter({(name, side): 1 for name in balls for side in ("above", "left")})


def test_a_repetition_says_how_often_it_comes() -> None:
    frames = parts(volumes(RESNET152, detail=Detail(True, True, True)), "section")
    assert [words(group) for group in frames] == [["× 2"], ["× 7"], ["× 35"], ["× 2"]]


def test_captions_of_a_line_begin_at_one_height() -> None:
    texts = [shape for group in boxes(volumes(GRAPHS["LeNet5Modern"])) for shape in group.shapes]
    heights = {shape.y for shape in texts if isinstance(shape, Text) and shape.bold}
    assert len(heights) == 1


def test_captions_stay_near_to_boxes_beside_a_far_larger_input() -> None:
    made = volumes(GRAPHS["AlexNetMerged"])
    tops, ends = {}, {}
    for group in boxes(made):
        tops[group.name] = min(area(shape).top for shape in group.shapes if isinstance(shape, Text))
        ends[group.name] = max(area(shape).bottom for shape in polygons(group))
    layers = {top for name, top in tops.items() if name != "image"}
    assert len(layers) == 1
    assert max(end for name, end in ends.items() if name != "image") < layers.pop() < ends["image"] < tops["image"]


def test_branches_are_read_from_top_to_bottom_and_shortcuts_run_above() -> None:
    def height(made: Scene, name: str) -> float:
        (group,) = (group for group in boxes(made) if group.name == name)
        return max(area(shape).bottom for shape in polygons(group))

    module = volumes(load(ROOT / "examples/inception.net"))
    branches = [height(module, f"module.{name}.conv") for name in ("branch1", "branch2.0", "branch3.0", "branch4.1")]
    assert branches == sorted(set(branches))
    residual = volumes(GRAPHS["residual"])
    assert height(residual, "layer2.0.shortcut") < height(residual, "layer2.0.conv1")


def test_pools_give_up_their_captions_before_text_becomes_too_small() -> None:
    scene = figure(GRAPHS["alexnet"], Look("volumes")).scene
    silent = [group.name for group in parts(scene, "layer") if not words(group)]
    assert silent == [name for name in silent if "pool" in name] != []
    chosen = figure(GRAPHS["alexnet"], Look("volumes", options=Options(labels=("name",)))).scene
    assert all(words(group) for group in parts(chosen, "layer"))


def test_the_figure_of_resnet18_is_legible_on_a_slide_and_holds_all_laws() -> None:
    fitted = figure_of(GRAPHS["residual"], Look("volumes"))
    assert fitted.legible
    assert findings(fitted.scene, LIGHT, page_of("slide")) == []


def test_options_are_heeded() -> None:
    graph = GRAPHS["AlexNetMerged"]
    assert not any(words(group) for group in boxes(volumes(graph, Options(labels=()))))
    notes = [group.title for group in parts(volumes(graph, Options(scale="log", scale_note=True)), "note")]
    assert notes == ["Lengths in proportion to log(1 + size)"]
    assert not parts(volumes(graph, Options(legend=False)), "legend")
    by_device = volumes(GRAPHS["alexnet"], Options(colour="device"))
    colours = {(group.device, shape.role) for group in parts(by_device, "layer") for shape in polygons(group)}
    assert colours == {("gpu0", "device0"), ("gpu1", "device1")}


def test_towers_stand_in_lanes_in_the_order_of_the_spec() -> None:
    made = volumes(GRAPHS["alexnet"])
    lanes = {group.device: area(group.shapes[0]) for group in parts(made, "lane")}
    assert lanes["gpu0"].bottom < lanes["gpu1"].top
    for group in parts(made, "layer"):
        assert all(lanes[group.device].holds(area(shape)) for shape in group.shapes if not isinstance(shape, Group))
    for group in parts(made, "transfer"):
        assert lanes["gpu0"].bottom <= area(group.shapes[0]).top
        assert area(group.shapes[0]).bottom <= lanes["gpu1"].top


def test_a_long_name_of_a_device_has_room_in_its_lane() -> None:
    text = NETS["alexnet"].replace("gpu0", "the_first_of_two_accelerators").replace("gpu1", "the_second_of_them")
    assert lint(volumes(load(text))) == []


def test_a_deep_net_is_drawn() -> None:
    depth = 500
    lines = "\n".join(f"c{i} = conv(1, 1x1) -> relu" for i in range(depth))
    made = volumes(load(f"net Deep {{\n input image: 1x2x2\n{lines}\n}}"))
    assert len(parts(made, "layer")) == depth
    assert 1 < made.width / made.height < 3


@pytest.mark.parametrize("name", ["LeNet5Modern", "AlexNetMerged", "alexnet", "unet", "residual"])
def test_positions(name: str, golden: Callable[[str, str], None]) -> None:
    golden(f"figure/volumes/{name}.json", positions(figure_of(GRAPHS[name], Look("volumes")).scene))
