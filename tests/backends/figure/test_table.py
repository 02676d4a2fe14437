"""The table style: every layer in a row, the numbers of the graph, and as many parts side by side as are legible."""

from __future__ import annotations

from collections.abc import Callable
from math import prod

import pytest
from figure_goldens import positions
from figure_nets import NETS, ROOT, random_nets
from figure_scenes import scene_of
from hypothesis import given, settings

from netc.backends.figure import Look, draw, figure
from netc.backends.figure.fit import Fitted
from netc.backends.figure.labels import FIELDS
from netc.backends.figure.lint import lint
from netc.backends.figure.options import PAGES, Colour, Options, page_of
from netc.backends.figure.picture import Detail
from netc.backends.figure.scene import Group, Path, Rectangle, Scene, Text
from netc.backends.figure.theme import load as load_theme
from netc.compiler import Graph, Layer, Problem, format_bytes, format_shape, load
from netc.compiler.summary import summary

LIGHT = load_theme("light")
SPECS = {
    "lenet5": load((ROOT / "specs/lenet5.net").read_text()),
    "alexnet": load((ROOT / "specs/alexnet.net").read_text()),
    "resnet": load((ROOT / "specs/resnet.net").read_text()),
}
GRAPHS = {name: load(text) for name, text in NETS.items()} | SPECS
ALL_FIELDS = Options(labels=tuple(FIELDS))
FOLDED = Detail(folded=True)


def table(graph: Graph, target: str = "slide", options: Options = Options()) -> Fitted:  # noqa: B008 - immutable
    return figure(graph, Look(style="table", target=target, options=options))


def rows(scene: Scene) -> dict[str, list[str]]:
    """The texts of every row with a name, from left to right."""
    return {
        group.name: words(group) for group in scene.groups() if group.name and isinstance(group.shapes[0], Rectangle)
    }


def words(group: Group) -> list[str]:
    return [shape.text for shape in group.shapes if isinstance(shape, Text)]


def heads(scene: Scene) -> list[list[str]]:
    return [words(group) for group in scene.groups() if group.shapes[0].role == "head"]  # type: ignore[union-attr]


def check(graph: Graph, scene: Scene) -> None:
    """Nothing is in the way of anything, and every node is in one row."""
    page = page_of("slide")._replace(least=0)
    assert lint(scene, LIGHT, page) == []
    shown = [node for group in scene.groups() for node in group.stands_for]
    assert sorted(shown) == sorted(node.name for node in graph.nodes)


@pytest.mark.parametrize("target", PAGES)
@pytest.mark.parametrize("name", GRAPHS)
def test_every_node_is_in_one_row(name: str, target: str) -> None:
    check(GRAPHS[name], table(GRAPHS[name], target).scene)


@settings(max_examples=30)
@given(random_nets())
def test_every_node_of_any_net_is_in_one_row(text: str) -> None:
    graph = load(text)
    check(graph, table(graph).scene)


@pytest.mark.parametrize("name", GRAPHS)
def test_tables_are_legible_on_a_slide(name: str) -> None:
    found = table(GRAPHS[name])
    assert found.legible
    assert lint(found.scene, LIGHT, page_of("slide")) == []


@pytest.mark.parametrize("name", GRAPHS)
def test_rows_have_the_numbers_of_the_graph(name: str) -> None:
    graph = GRAPHS[name]
    found = rows(scene_of(graph, "table", ALL_FIELDS))
    for layer in graph.layers:
        row = found[layer.name]
        assert layer.name.removeprefix(f"{layer.device}.") == row[0]
        assert summary(layer.op) == row[1]
        assert format_shape(layer.shape) in row
        assert (f"{layer.parameters:,}" in row) == (layer.parameters > 0)
        assert (f"{layer.macs:,}" in row) == (layer.macs > 0)
        assert layer.device is None or row[-1] == layer.device
    for transfer in graph.transfers:
        assert found[transfer.name][-1] == transfer.destination
        assert format_bytes(transfer.bytes_per_sample) in found[transfer.name][1]


@pytest.mark.parametrize("name", GRAPHS)
def test_the_last_row_has_the_totals_of_the_whole_net(name: str) -> None:
    graph = GRAPHS[name]
    scene = scene_of(graph, "table", ALL_FIELDS, detail=Detail(True, True, True))
    (total,) = (words(group) for group in scene.groups() if words(group)[:1] == ["total"])
    assert total == ["total", f"{graph.total('parameters'):,}", f"{graph.total('macs'):,}"]


def test_merged_rows_sum_up_what_they_show() -> None:
    graph = GRAPHS["residual"]
    found = rows(scene_of(graph, "table", ALL_FIELDS, detail=Detail(merged=True)))
    assert "conv1_batchnorm" not in found
    parts = [graph.by_name[name] for name in ("conv1", "conv1_batchnorm")]
    assert f"{sum(part.parameters for part in parts if isinstance(part, Layer)):,}" in found["conv1"]
    assert found["conv1"][1].endswith("batchnorm, relu")


def test_what_repeats_has_a_bracket_with_how_often() -> None:
    scene = scene_of(SPECS["resnet"], "table", detail=FOLDED)
    found = [group for group in scene.groups() if group.part == "section"]
    assert [words(group) for group in found] == [["× 2"], ["× 7"], ["× 35"], ["× 2"]]
    places = {group.name: group.shapes[0] for group in scene.groups() if group.part == "layer"}
    bracket = found[2].shapes[0]
    assert isinstance(bracket, Path)
    low, high = min(y for _, y in bracket.points), max(y for _, y in bracket.points)
    inside = [name for name, place in places.items() if isinstance(place, Rectangle) and low <= place.y + 9 <= high]
    beside = [name for name in inside if bracket.points[0][0] - 60 < places[name].x + places[name].width]  # type: ignore[union-attr]
    assert beside
    assert all(name.startswith("layer3.1.") for name in beside)


def test_what_repeats_stays_in_one_part() -> None:
    text = (
        "net R { input image: 8x8x8\n"
        + "\n".join(f"c{i} = (conv({8 + i}, 1x1) -> relu) * 3" for i in range(20))
        + "\n}"
    )
    scene = table(load(text), options=Options(labels=("name",))).scene
    names = [group.name for group in scene.groups() if group.part == "section"]
    assert len(heads(scene)) > 1
    assert sorted(names) == sorted(set(names))


def test_repetitions_of_towers_stand_together() -> None:
    text = "net T { device a, b\n input x: 3x8x8\n towers on a, b { c = (conv(3, 1x1) -> relu) * 4 }\n f = fc(2) on a }"
    scene = scene_of(load(text), "table", detail=FOLDED)
    names = [group.name for group in scene.groups() if group.part == "layer"]
    assert [name[0] for name in names[:4]] == ["a", "a", "b", "b"]


def test_what_all_towers_have_is_one_row() -> None:
    scene = table(SPECS["alexnet"]).scene
    found = rows(scene)
    conv = SPECS["alexnet"].by_name["gpu0.conv1"]
    assert isinstance(conv, Layer)
    assert found["gpu0.conv1"][:2] == ["conv1", "gpu0, gpu1"]
    assert f"2 × {conv.parameters:,}" in found["gpu0.conv1"]
    assert "gpu1.conv1" not in found
    (copies,) = (words for name, words in found.items() if name.startswith("gpu1.pool2@"))
    assert copies[:3] == ["pool2", "gpu0, gpu1", "2 copies, 86.53KB each"]
    (one,) = (words for name, words in found.items() if "fc7_dropout" in name)
    assert one[:3] == ["fc7_dropout", "gpu0", "copy from gpu1, 8.19KB"]


def test_towers_in_colours_of_their_own_have_rows_of_their_own() -> None:
    found = rows(table(SPECS["alexnet"], options=Options(colour="device")).scene)
    assert {"gpu0.conv1", "gpu1.conv1"} <= found.keys()


def test_sections_of_towers_have_one_title() -> None:
    block = "block a(w) { section inner { c = conv(w, 1x1) -> relu }\n d = conv(w, 1x1) }"
    text = block + "\nnet T { device g, h\n input x: 3x8x8\n towers on g, h { e = a(3) }\n f = fc(2) on g }"
    graph = load(text)
    scene = scene_of(graph, "table", detail=Detail(folded=True, merged=True))
    assert [words(group) for group in scene.groups() if group.part == "section"] == [["inner"]]
    check(graph, table(graph).scene)


def test_columns_are_the_labels() -> None:
    scene = scene_of(SPECS["lenet5"], "table", Options(labels=("shape", "name")))
    assert heads(scene) == [["output", "layer"]]
    assert rows(scene)["C1"] == ["6x28x28", "C1"]


def test_columns_are_left_out_where_there_is_no_room() -> None:
    wide, narrow = table(SPECS["lenet5"]), table(SPECS["lenet5"], "paper-1col")
    assert heads(wide.scene) == [["layer", "op", "output", "parameters", "MACs"]]
    assert heads(narrow.scene) == [["layer", "op", "output"]]
    assert narrow.legible


def test_a_long_table_stands_in_parts_side_by_side() -> None:
    scene = table(SPECS["alexnet"], options=Options(fold="none")).scene
    parts = [group.shapes[0] for group in scene.groups() if group.shapes[0].role == "head"]  # type: ignore[union-attr]
    assert len(parts) == 2
    first, second = parts
    assert isinstance(first, Rectangle)
    assert isinstance(second, Rectangle)
    assert first.y == second.y
    assert first.x + first.width < second.x


def test_a_device_column_is_there_where_there_are_devices() -> None:
    assert "device" in heads(table(SPECS["alexnet"]).scene)[0]
    assert "device" not in heads(table(SPECS["lenet5"]).scene)[0]


def test_sections_have_a_row_and_indent_theirs() -> None:
    scene = scene_of(SPECS["lenet5"], "table")
    titles = [words(group) for group in scene.groups() if group.part == "section"]
    assert titles == [["Feature extraction"], ["Classifier"]]
    lefts = {
        group.name: min(t.x for t in group.shapes if isinstance(t, Text)) for group in scene.groups() if group.name
    }
    assert lefts["C1"] > lefts["image"]


def test_outputs_with_names_have_a_row() -> None:
    found = rows(scene_of(GRAPHS["multi"], "table"))
    assert found["output kind"][:2] == ["kind", "output of fc"]
    (last,) = (group for group in scene_of(SPECS["lenet5"], "table").groups() if group.name == "output")
    assert last.title.endswith(", output")


@pytest.mark.parametrize(("colour", "legend"), [("auto", 0), ("role", 1), ("device", 1), ("cost", 1), ("none", 0)])
def test_colours_and_their_legend(colour: str, legend: int) -> None:
    scene = scene_of(SPECS["lenet5"], "table", Options(colour=colour))  # type: ignore[arg-type]
    assert len([group for group in scene.groups() if group.part == "legend"]) == legend
    (first,) = (group for group in scene.groups() if group.name == "C1")
    chips = [shape.role for shape in first.shapes[1:] if isinstance(shape, Rectangle)]
    assert len(chips) == (colour != "none")


def test_a_table_without_columns_is_refused() -> None:
    with pytest.raises(Problem, match="needs a column") as caught:
        table(SPECS["lenet5"], options=Options(labels=()))
    assert caught.value.diagnostic.code == "E903"


def test_a_very_long_table_is_drawn() -> None:
    text = "net D { input image: 1x2x2\n" + "\n".join(f"c{i} = conv(1, 1x1)" for i in range(1500)) + "\n}"
    assert len(rows(table(load(text)).scene)) == 1501


@pytest.mark.parametrize("name", SPECS)
def test_goldens(name: str, golden: Callable[[str, str], None]) -> None:
    golden(f"figure/table/{name}.json", positions(table(SPECS[name]).scene))
    golden(f"figure/table/{name}.svg", draw(SPECS[name], Look(style="table")).decode())


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("colour", ["role", "none"])
def test_any_field_may_be_the_first_column(field: str, colour: Colour) -> None:
    labels = (field, *(other for other in ("params", "macs") if other != field))
    graph = GRAPHS["lenet5"]
    check(graph, table(graph, options=Options(labels=labels, colour=colour)).scene)


def test_the_column_of_bytes_says_what_outputs_take() -> None:
    found = rows(table(GRAPHS["far"], options=Options(labels=("name", "bytes"))).scene)
    for node in GRAPHS["far"].nodes:
        assert format_bytes(4 * prod(node.shape)) == found[node.name][1]
