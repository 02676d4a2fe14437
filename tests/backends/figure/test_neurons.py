"""The neurons style: columns of units with all their connections, and a refusal for nets that are none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import pytest
from figure_goldens import positions
from figure_nets import NETS, ROOT
from figure_scenes import scene_of

from netc.backends.figure import Look, draw, figure
from netc.backends.figure.fit import Fitted
from netc.backends.figure.lint import lint
from netc.backends.figure.options import Fold, Options, page_of
from netc.backends.figure.picture import Detail
from netc.backends.figure.scene import Circle, Group, Path, Scene, Text
from netc.backends.figure.theme import load as load_theme
from netc.compiler import Graph, Problem, load

LIGHT = load_theme("light")
DIGITS = load((ROOT / "examples/mlp.net").read_text())
IMAGE = load(
    'net M { input image: 1x28x28\n section hidden "Hidden layers" { h1 = flatten -> fc(300) -> relu -> dropout(0.2)\n'
    "h2 = fc(100) -> relu }\n scores = fc(10) -> softmax }"
)
SMALL = load("net Xor { input x: 2\n h = fc(3) -> tanh\n y = fc(1) -> sigmoid }")
DEEP = load("net D { input x: 64\n body = (fc(64) -> batchnorm -> relu) * 6\n y = fc(4) }")
BLOCKS = load(
    "block two(w) { a = fc(w) -> relu\n b = fc(w) -> relu }\nnet B { input x: 8\n c = two(8) * 3\n y = fc(2) }"
)
GRAPHS = {"digits": DIGITS, "image": IMAGE, "small": SMALL, "deep": DEEP, "blocks": BLOCKS}
FOLDED = Detail(folded=True)


def neurons(graph: Graph, target: str = "slide", options: Options = Options()) -> Fitted:  # noqa: B008 - immutable
    return figure(graph, Look(style="neurons", target=target, options=options))


def columns(scene: Scene) -> list[Group]:
    return [group for group in scene.groups() if group.part in ("input", "layer")]


def units(group: Group) -> list[Circle]:
    return [shape for shape in group.shapes if isinstance(shape, Circle) and shape.role != "arrow"]


def dots(group: Group) -> int:
    return len([shape for shape in group.shapes if isinstance(shape, Circle) and shape.role == "arrow"])


def words(group: Group) -> list[str]:
    return [shape.text for shape in group.shapes if isinstance(shape, Text)]


@pytest.mark.parametrize("fold", ["none", "all"])
@pytest.mark.parametrize("target", ["slide", "paper-1col"])
@pytest.mark.parametrize("name", GRAPHS)
def test_every_node_is_in_one_column_and_nothing_is_in_the_way(name: str, target: str, fold: Fold) -> None:
    scene = neurons(GRAPHS[name], target, Options(fold=fold)).scene
    assert lint(scene, LIGHT, page_of(target)._replace(least=0)) == []
    shown = [node for group in scene.groups() for node in group.stands_for]
    assert sorted(shown) == sorted(node.name for node in GRAPHS[name].nodes)


@pytest.mark.parametrize("name", GRAPHS)
def test_the_text_is_legible_on_a_slide(name: str) -> None:
    found = neurons(GRAPHS[name])
    assert found.legible
    assert lint(found.scene, LIGHT, page_of("slide")) == []


def test_small_columns_have_all_their_units() -> None:
    assert [len(units(group)) for group in columns(scene_of(SMALL, "neurons"))] == [2, 3, 1]
    assert [dots(group) for group in columns(scene_of(SMALL, "neurons"))] == [0, 0, 0]


def test_a_low_page_has_fewer_units_and_legible_text() -> None:
    low, high = (figure(DIGITS, Look("neurons", target=target)) for target in ("6x2.5in", "6x5in"))
    assert low.legible
    assert high.legible
    counts = [sum(isinstance(shape, Circle) for _, shape in made.scene.leaves()) for made in (low, high)]
    assert counts[0] < counts[1]


def test_large_columns_have_dots_and_their_true_number() -> None:
    found = columns(scene_of(IMAGE, "neurons"))
    assert [(words(group)[0], len(units(group)), dots(group)) for group in found] == [
        ("784", 10, 3),
        ("300", 10, 3),
        ("100", 10, 3),
        ("10", 10, 0),
    ]


def test_all_units_are_connected_with_all_of_the_next_column() -> None:
    scene = scene_of(IMAGE, "neurons")
    found = columns(scene)
    wires = {group.link: group for group in scene.groups() if group.part == "wire"}
    assert list(wires) == [(one.name, other.name) for one, other in pairwise(found)]
    for one, other in pairwise(found):
        lines = wires[one.name, other.name].shapes
        assert len(lines) == len(units(one)) * len(units(other))
        assert {line.role for line in lines if isinstance(line, Path)} == {"connection"}
        assert ends(lines) == {(a.x, a.y, b.x, b.y) for a in map(centre, units(one)) for b in map(centre, units(other))}


def centre(unit: Circle) -> Circle:
    return unit._replace(x=round(unit.x, 3), y=round(unit.y, 3))


def ends(lines: Sequence[object]) -> set[tuple[float, ...]]:
    """The middles of the units that lines connect: a radius further on at both ends."""
    found = set()
    for line in lines:
        assert isinstance(line, Path)
        (x1, y1), (x2, y2) = line.points
        part = 9 / ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
        across, down = part * (x2 - x1), part * (y2 - y1)
        found.add(tuple(round(value, 3) for value in (x1 - across, y1 - down, x2 + across, y2 + down)))
    return found


def test_columns_stand_in_the_middle_and_equally_far_apart() -> None:
    found = columns(scene_of(IMAGE, "neurons"))
    middles = {round(sum(unit.y for unit in units(group)) / len(units(group)), 3) for group in found}
    steps = {round(units(other)[0].x - units(one)[0].x, 3) for one, other in pairwise(found)}
    assert len(middles) == 1
    assert len(steps) == 1


def test_more_units_are_never_drawn_smaller() -> None:
    heights = []
    for count in (1, 2, 9, 10, 11, 12, 500):
        graph = load(f"net N {{ input x: 1\n y = fc({count}) }}")
        drawn = units(columns(scene_of(graph, "neurons"))[-1])
        heights.append(drawn[-1].y - drawn[0].y)
    assert heights == sorted(heights)


def test_many_columns_have_fewer_connections_each() -> None:
    text = "net L { input x: 64\n" + "\n".join(f"h{i} = fc({64 - i})" for i in range(50)) + "\n}"
    scene = scene_of(load(text), "neurons")
    assert sum(len(group.shapes) for group in scene.groups() if group.part == "wire") <= 2000
    assert {words(group)[0] for group in columns(scene)} == {str(64 - i) for i in range(50)}


def test_what_follows_a_layer_is_a_word_below_it() -> None:
    first, second, *_ = columns(scene_of(IMAGE, "neurons"))
    assert words(first) == ["784", "image", "1x28x28", "flatten"]
    assert words(second) == ["300", "h1", "fc, relu, dropout 0.2"]
    assert second.stands_for == ("h1", "h1_relu", "h1_dropout")
    assert second.title == "h1: fc 300, relu, dropout 0.2, 300"


def test_labels_are_those_that_are_asked_for() -> None:
    scene = scene_of(SMALL, "neurons", Options(labels=("params",)))
    assert [words(group) for group in columns(scene)] == [[], ["9 params"], ["4 params"]]
    assert [words(group) for group in columns(scene_of(SMALL, "neurons", Options(labels=())))] == [[], [], []]


def test_what_repeats_is_one_column_with_how_often() -> None:
    scene = scene_of(DEEP, "neurons", detail=FOLDED)
    assert [group.name for group in columns(scene)] == ["x", "body.0.fc", "y"]
    assert [words(group) for group in scene.groups() if group.part == "section"] == [["× 6"]]


def test_blocks_are_drawn_as_their_layers() -> None:
    scene = neurons(BLOCKS, options=Options(fold="all")).scene
    assert [group.name for group in columns(scene)] == ["x", "c.0.a", "c.0.b", "y"]
    (bracket,) = (group for group in scene.groups() if group.part == "section")
    assert words(bracket) == ["× 3"]


def test_sections_have_a_bracket_over_their_columns() -> None:
    scene = scene_of(IMAGE, "neurons")
    (bracket,) = (group for group in scene.groups() if group.part == "section")
    line = bracket.shapes[0]
    assert isinstance(line, Path)
    inside = [
        group.name for group in columns(scene) if line.points[0][0] < units(group)[0].x < line.points[-1][0]
    ]  # fmt: skip
    assert words(bracket) == ["Hidden layers"]
    assert inside == ["h1", "h2"]


def test_the_last_column_is_the_output() -> None:
    assert columns(scene_of(SMALL, "neurons"))[-1].title == "y: fc 1, sigmoid, 1, output"
    named = load("net N { input x: 2\n output score: fc(3) }")
    assert columns(scene_of(named, "neurons"))[-1].title.endswith("3, output score")


@pytest.mark.parametrize(("colour", "roles"), [("auto", ["input", "dense"]), ("none", ["input", "slab"])])
def test_colours(colour: str, roles: list[str]) -> None:
    scene = scene_of(SMALL, "neurons", Options(colour=colour))  # type: ignore[arg-type]
    assert [units(group)[0].role for group in columns(scene)[:2]] == roles
    assert not [group for group in scene.groups() if group.part == "legend"]


def test_the_legend_has_only_what_is_drawn() -> None:
    scene = scene_of(SMALL, "neurons", Options(colour="role"))
    (legend,) = (group for group in scene.groups() if group.part == "legend")
    assert words(legend) == ["dense"]
    assert not [
        g for g in scene_of(SMALL, "neurons", Options(colour="role", legend=False)).groups() if g.part == "legend"
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (NETS["lenet5"], "`C1` is conv 6, 5x5 (line"),
        (NETS["residual"], "`conv1` is conv 64"),
        ("net N { input x: 4\n a = fc(4)\n b = relu\n add(a, b) }", "`a` is read by 2 layers"),
        ("net N { input x: 4, y: 4\n concat(x, y) -> fc(2) }", "this net has 2 inputs"),
        ("net N { device g, h\n input x: 4\n a = fc(4) on g\n b = fc(2) on h }", "copies `a` from g to h"),
        ("net N { input x: 4\n a = relu }", "there is none in this net"),
    ],
)
def test_nets_that_are_no_chain_of_fully_connected_layers_are_refused(text: str, found: str) -> None:
    with pytest.raises(Problem, match="one chain of fully connected layers") as caught:
        neurons(load(text))
    assert caught.value.diagnostic.code == "E903"
    assert found in str(caught.value.diagnostic.found)
    assert "--style blocks" in str(caught.value.diagnostic.hint)


def test_goldens(golden: Callable[[str, str], None]) -> None:
    golden("figure/neurons/mlp.json", positions(neurons(DIGITS).scene))
    golden("figure/neurons/mlp.svg", draw(DIGITS, Look(style="neurons")).decode())
