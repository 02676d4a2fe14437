"""Two nets in one figure: what differs has an outline and a badge, what does not has none."""

from __future__ import annotations

from functools import cache
from itertools import product
from pathlib import Path

import pytest
from figure_nets import NETS

from netc.backends.figure import Look, Options, themes
from netc.backends.figure.lecture.badges import Badge, area_of, badges
from netc.backends.figure.lecture.marks import BEFORE, difference, marked
from netc.backends.figure.lint import lint
from netc.backends.figure.options import PAGES, page_of
from netc.backends.figure.scene import Group, Rectangle, Scene, Text
from netc.backends.figure.scene import Path as Line
from netc.compiler import Graph, Problem, load
from netc.compiler import difference as compare

ROOT = Path(__file__).parents[3]
THEME = themes.load("light")
LENET, MODERN = (load(ROOT / f"specs/lenet5.net:{name}") for name in ("LeNet5", "LeNet5Modern"))
TOWERS, MERGED = (load(ROOT / f"specs/alexnet.net:{name}") for name in ("AlexNet", "AlexNetMerged"))
BASE = """
net Base {
  input image: 3x32x32
  conv1 = conv(8, 3x3, pad = 1) -> relu
  pool1 = maxpool(2x2)
  conv2 = conv(16, 3x3, pad = 1) -> relu
  fc = fc(10)
}
"""
WHOLE = Look(options=Options(fold="none"))


@cache
def of_lenets(look: Look) -> Scene:
    return difference(LENET, MODERN, look)


def edited(old: str, new: str) -> Graph:
    assert old in BASE
    return load(BASE.replace(old, new))


def marks_of(scene: Scene) -> list[Group]:
    return [group for group in scene.groups() if group.part == "mark"]


def signs(scene: Scene) -> dict[str, str]:
    """The sign of every mark by the name of the layer that its outline is around."""
    boxes = {group.name: area_of(group) for group in scene.groups() if group.stands_for}
    found = {}
    for mark in marks_of(scene):
        outline = mark.shapes[0]
        assert isinstance(outline, Line)
        x, y = [(min(values) + max(values)) / 2 for values in zip(*outline.points, strict=True)]
        name = next(name for name, box in boxes.items() if box.left < x < box.right and box.top < y < box.bottom)
        found[name] = "".join(shape.text for shape in mark.shapes if isinstance(shape, Text))
    return found


def legend(scene: Scene) -> str:
    groups = [group for group in scene.groups() if group.part == "legend"]
    return " ".join(shape.text for group in groups for shape in group.shapes if isinstance(shape, Text))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("conv2 =", "extra = tanh\n  conv2 =", {"extra": "+"}),
        ("pool1 = maxpool(2x2)\n", "\n", {f"{BEFORE}pool1": "−", "conv2": "", "conv2_relu": "", "fc": ""}),
        ("pool1 = max", "pool1 = avg", {"pool1": "~"}),
        ("fc = fc(10)", "section end { fc = fc(10) }\n", {}),
    ],
)
def test_marks_are_where_nets_differ(old: str, new: str, expected: dict[str, str]) -> None:
    assert signs(difference(load(BASE), edited(old, new), WHOLE)) == expected


def test_both_nets_have_one_direction() -> None:
    """Of VGG-16 and AlexNet on half a slide each, alone one would lead down and the other to the right."""
    scene = difference(load(ROOT / "specs/vgg.net"), MERGED, Look())
    boxes = {group.name: area_of(group) for group in scene.groups() if group.part == "layer"}
    for first, second in ((f"{BEFORE}fc7", f"{BEFORE}fc8"), ("fc7", "fc8")):
        assert boxes[first].bottom < boxes[second].top


def test_moved_layers() -> None:
    before = BASE.replace("conv1", "section start { conv0 = relu }\n  conv1")
    after = before.replace("fc = fc(10)", "section end { fc = fc(10) }")
    assert signs(difference(load(before), load(after), WHOLE)) == {"fc": ">"}


def test_equal_nets_have_no_marks() -> None:
    scene = difference(LENET, LENET, Look())
    assert not marks_of(scene)
    assert "60,000 parameters in both" in legend(scene)


@pytest.mark.parametrize("style", ["blocks", "volumes"])
def test_every_difference_is_marked_once(style: str) -> None:
    scene = of_lenets(Look(style))
    expected = marked(compare(LENET, MODERN))
    boxes = [group for group in scene.groups() if not expected.keys().isdisjoint(group.stands_for)]
    assert len(marks_of(scene)) == len(boxes)
    titles = " ".join(mark.title for mark in marks_of(scene))
    assert all(badge.title in titles for badge in expected.values())


def test_the_outline_hugs_what_is_drawn() -> None:
    """Of a box in space it is no rectangle, in which the names of other things might stand."""
    scene = of_lenets(Look("volumes"))
    corners = {len(shape.points) - 1 for mark in marks_of(scene) for shape in mark.shapes if isinstance(shape, Line)}
    assert corners == {6}
    for mark in marks_of(of_lenets(WHOLE)):
        outline = mark.shapes[0]
        assert isinstance(outline, Line)
        assert len(outline.points) == 5
        assert outline.points[0] == outline.points[-1]


def test_lines_have_a_badge_without_an_outline() -> None:
    wire = Group("transfer", (Line(((0, 50), (90, 50)), "transfer_wire"),), stands_for=("t",))
    scene = Scene(100, 100, "", "", (wire,))
    (mark,) = badges(scene, {"t": Badge("removed", "−", "t: removed")}, 12)
    assert [type(shape) for shape in mark.shapes] == [Rectangle, Text]


def test_a_follower_that_is_gone_is_named() -> None:
    """S2 is drawn with its activation in one box; only the activation is gone."""
    scene = of_lenets(Look("volumes"))
    assert signs(scene)[f"{BEFORE}S2"] == "− scaled_tanh"


def test_transfers_are_marked() -> None:
    found = marked(compare(TOWERS, MERGED))
    assert {name for name in found if "@" in name} == {BEFORE + item.name for item in TOWERS.transfers}
    assert {name for name in marked(compare(MERGED, TOWERS)) if "@" in name} == {i.name for i in TOWERS.transfers}


@pytest.mark.parametrize(
    ("style", "target"),
    [*product(["blocks", "volumes"], sorted(PAGES)), *product(["alexnet", "lenet"], ["paper-1col", "slide"])],
)
def test_it_fits_the_page_and_nothing_covers_anything(style: str, target: str) -> None:
    look = Look(style, target=target)
    scene, page = of_lenets(look), page_of(target)
    assert scene.width <= page.width + 0.01
    assert scene.height <= page.height + 0.01
    findings = lint(scene, THEME, page)
    assert not [finding for finding in findings if finding.law not in ("small-text", "faint-line")]


def test_on_a_slide_it_is_legible() -> None:
    for before, after in ((LENET, MODERN), (MERGED, edited_alexnet())):
        smallest = difference(before, after, Look()).smallest_text()
        assert smallest is not None
        assert smallest >= 12 - 1e-6


def edited_alexnet() -> Graph:
    text = (ROOT / "specs/alexnet.net").read_text()
    edits = "conv1 = conv(96, 7x7, stride = 2, pad = 1) -> relu -> lrn"
    return load(f"{text}\nnet ZFNet = AlexNetMerged with {{\n  {edits}\n}}\n")


def test_both_nets_have_texts_of_one_size() -> None:
    scene = difference(MERGED, edited_alexnet(), Look("volumes"))
    words = [shape for _, shape in scene.leaves() if isinstance(shape, Text) and shape.text in ("fc7", "4096")]
    assert len(words) >= 4
    assert len({round(shape.size, 6) for shape in words}) <= 2


def test_the_figure_says_of_which_graphs_it_is() -> None:
    scene = of_lenets(Look())
    assert scene.digest == f"{LENET.digest} {MODERN.digest}"
    assert "removed: S2_scaled_tanh" in scene.description


def test_a_wrong_look_is_refused() -> None:
    with pytest.raises(Problem) as found:
        difference(LENET, MODERN, Look("block"))
    assert found.value.diagnostic.code == "E901"


@pytest.mark.parametrize("name", ["unet", "far", "multi", "residual"])
def test_other_nets(name: str) -> None:
    graph = load(NETS[name])
    scene = difference(graph, LENET, Look())
    nodes = {f"{BEFORE}{node.name}" for node in graph.nodes} | {node.name for node in LENET.nodes}
    assert {name for group in scene.groups() for name in group.stands_for} == nodes
