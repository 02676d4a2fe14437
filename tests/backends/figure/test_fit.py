"""Fitting: as much of a graph as is legible on the page, and advice where that is nothing."""

from __future__ import annotations

import re

import pytest
from figure_nets import ROOT

from netc.backends.figure import Look, figure
from netc.backends.figure.advice import advice
from netc.backends.figure.fit import Fitted, fitted
from netc.backends.figure.options import PAGES, Fold, Options, Page, page_of
from netc.backends.figure.picture import LADDERS, Detail, Picture
from netc.backends.figure.scene import Group, Scene, Text
from netc.backends.figure.styles.style import Style
from netc.compiler import Graph, load

LENET = load((ROOT / "specs/lenet5.net").read_text())
RESNET = load((ROOT / "specs/resnet.net").read_text())
BLOCKS = load("block a(w) { c = conv(w, 1x1) -> relu }\nnet B { input image: 4x8x8\n x = a(4)\n y = a(8)\n}")
DEEP = load("net D { input image: 1x2x2\n" + "\n".join(f"c{i} = conv(1, 1x1)" for i in range(400)) + "\n}")


class Recorder:
    """A style whose figure is as wide as many nodes are drawn, with a text of 1 pt; it knows what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[Picture] = []

    def scene(self, picture: Picture, options: Options, page: Page) -> Scene:
        self.asked.append(picture)
        nodes = len(picture.drawn.nodes) - picture.detail.merged
        group = Group("layer", (Text(0, 1, "x", 1, "remark"),))
        return Scene(nodes, nodes * page.height / page.width, "", "", (group,))

    def fit(self, graph: Graph, least: float, fold: Fold = "auto") -> Fitted:
        """The graph on a page as wide as 60 letters of that size are high."""
        page = Page("test", 60 * least, 60 * least, least, 10 * least)
        return fitted(graph, Style(self.scene, frozenset(), ()), Options(fold=fold), page)


def test_the_first_detail_that_is_legible_is_taken() -> None:
    style = Recorder()
    found = style.fit(LENET, 12)
    assert found.legible
    assert [picture.detail for picture in style.asked] == [LADDERS["auto"][0]]
    assert found.picture is style.asked[0]
    assert found.scene.smallest_text() == pytest.approx(12 * 60 / len(LENET.nodes))


def test_nothing_legible_gives_the_last_detail() -> None:
    style = Recorder()
    found = style.fit(DEEP, 12)
    assert not found.legible
    assert found.picture is style.asked[-1]
    assert found.scene.width == pytest.approx(60 * 12)
    assert found.scene.digest == DEEP.digest


@pytest.mark.parametrize(
    ("graph", "fold", "expected"),
    [
        (DEEP, "none", [Detail(), Detail(merged=True)]),
        (DEEP, "auto", [Detail(folded=True), Detail(folded=True, merged=True)]),
        (DEEP, "all", [Detail(True, True, True)]),
        (BLOCKS, "auto", list(LADDERS["auto"])),
        (RESNET, "none", [Detail(), Detail(merged=True)]),
        (RESNET, "auto", [Detail(folded=True), Detail(folded=True, merged=True), Detail(True, True, True)]),
    ],
)
def test_a_style_is_asked_for_what_differs(graph: Graph, fold: Fold, expected: list[Detail]) -> None:
    style = Recorder()
    page = Page("tiny", 1, 1, 12, 18)
    fitted(graph, Style(style.scene, frozenset(), ()), Options(fold=fold), page)
    assert [picture.detail for picture in style.asked] == expected


def test_the_text_is_no_larger_than_the_page_wants() -> None:
    found = Recorder().fit(load("net S { input image: 1x2x2\n c = relu }"), 12)
    assert found.scene.smallest_text() == pytest.approx(120)


@pytest.mark.parametrize("target", ["slide", "slide-half", "paper-1col", "paper-2col", "5x5in"])
@pytest.mark.parametrize("graph", [LENET, RESNET, DEEP], ids=lambda graph: graph.net)
def test_a_figure_is_never_larger_than_its_page(graph: Graph, target: str) -> None:
    page, found = page_of(target), figure(graph, Look(target=target))
    smallest = found.scene.smallest_text()
    assert found.scene.width <= page.width + 1e-6
    assert found.scene.height <= page.height + 1e-6
    assert smallest is not None
    assert smallest <= page.most + 1e-6
    assert found.legible == (smallest >= page.least - 1e-6)


def test_what_is_legible_needs_no_advice() -> None:
    assert advice(figure(LENET), Look()) == ""


def test_advice_says_what_was_measured_and_what_helps() -> None:
    look = Look(options=Options(fold="none"))
    found = figure(RESNET, look)
    smallest = found.scene.smallest_text()
    assert smallest is not None
    first, *proposals = advice(found, look).splitlines()
    assert first == f"the smallest text is {smallest:.1f} pt, and `slide` asks for 12 pt"
    assert any("--fold auto" in line for line in proposals)
    assert figure(RESNET, Look(options=Options(fold="auto"))).scene.smallest_text() > smallest  # type: ignore[operator]


def test_advice_for_a_net_without_repetitions_speaks_of_blocks() -> None:
    said = advice(figure(DEEP), Look())
    assert "`* n`" in said
    assert "--fold" not in said


@pytest.mark.parametrize("target", PAGES)
def test_the_size_that_is_advised_is_large_enough(target: str) -> None:
    graph = load("net D { input image: 1x2x2\n" + "\n".join(f"c{i} = conv(1, 1x1)" for i in range(60)) + "\n}")
    found = figure(graph, Look(target=target))
    if not found.legible:
        size = re.search(r"--for (\S+):", advice(found, Look(target=target)))
        assert size is not None
        assert figure(graph, Look(target=size[1])).legible
    assert target != "paper-1col" or not found.legible


def test_what_is_advised_was_tried() -> None:
    look = Look(style="volumes", target="slide-half")
    graph = load((ROOT / "specs/alexnet.net").read_text(), net="AlexNet")
    proposals = re.findall(r"try --(for|style) (\S+): its text has (\S+) pt", advice(figure(graph, look), look))
    assert [name for name, *_ in proposals] == ["for", "style"]
    for name, value, points in proposals:
        other = look._replace(target=value) if name == "for" else look._replace(style=value)
        found = figure(graph, other)
        assert found.legible
        assert f"{found.scene.smallest_text():.1f}" == points


def test_nothing_is_tried_on_a_very_large_net(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("netc.backends.figure.advice.TRIED", 10)
    look = Look(options=Options(fold="none"))
    assert advice(figure(RESNET, look), look).splitlines()[1:] == ["  try --fold auto: what repeats is drawn once"]
    assert "--label" not in advice(figure(DEEP), Look())
