"""Build-ups: the whole figure comes piece by piece, in the order of the graph, and stays where it is."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from figure_nets import NETS, random_nets
from hypothesis import given, settings

from netc.backends.figure import Look, Options, figure, themes, write
from netc.backends.figure.lecture.marks import difference
from netc.backends.figure.lecture.steps import BY, MOST, steps
from netc.backends.figure.scene import Group, Rectangle, Scene, Text
from netc.compiler import Graph, Problem, load

LENET = load(NETS["lenet5"])
ALEXNET = load(NETS["alexnet"])
ALL = Look(options=Options(fold="none"))


def built(graph: Graph, by: str = "layer", look: Look = ALL) -> list[Scene]:
    return steps(figure(graph, look).scene, graph, by)


def nodes(scene: Scene) -> set[str]:
    return {name for group in scene.groups() for name in group.stands_for}


def leaves(scene: Scene) -> list[object]:
    return [shape for _, shape in scene.leaves()]


@pytest.mark.parametrize("name", sorted(NETS))
@pytest.mark.parametrize("style", ["blocks", "volumes"])
def test_it_grows_and_ends_whole(name: str, style: str) -> None:
    graph = load(NETS[name])
    whole = figure(graph, Look(style)).scene
    pages = steps(whole, graph, "layer")
    assert leaves(pages[-1]) == leaves(whole)
    for before, after in pairwise(pages):
        assert nodes(before) < nodes(after)
        assert (after.width, after.height, after.weight) == (before.width, before.height, before.weight)
        kept = leaves(after)
        assert all(shape in kept for shape in leaves(before))


def test_one_step_per_layer_in_the_order_of_the_graph() -> None:
    pages = built(load("net N {\n  input a: 4\n  x = fc(4)\n  y = a -> fc(4)\n  end = add(x, y) -> relu\n}\n"))
    new = [nodes(after) - nodes(before) for before, after in pairwise(pages)]
    assert nodes(pages[0]) == {"a", "x"}
    assert new == [{"y"}, {"end"}, {"end_relu"}]


def test_what_is_merged_or_folded_comes_as_one() -> None:
    pages = steps(figure(ALEXNET, Look(options=Options(fold="all"))).scene, ALEXNET, "layer")
    groups = [group for group in pages[-1].groups() if group.part == "layer"]
    assert len(pages) == len(groups) < len(ALEXNET.layers)


@pytest.mark.parametrize("name", ["alexnet", "far", "unet"])
def test_wires_have_both_ends(name: str) -> None:
    graph = load(NETS[name])
    for page in built(graph):
        there = {group.name for group in page.groups() if group.part in ("layer", "input", "output", "transfer")}
        for group in page.groups():
            if group.part == "wire" and group.link:
                assert there.issuperset(group.link)


def test_a_transfer_comes_with_what_reads_it() -> None:
    for page in built(ALEXNET):
        shown = nodes(page)
        for transfer in ALEXNET.transfers:
            readers = ALEXNET.consumers[transfer.name]
            assert (transfer.name in shown) == (transfer.layer in shown and not shown.isdisjoint(readers))


def test_by_device() -> None:
    first, last = built(ALEXNET, "device")
    assert {layer.name for layer in ALEXNET.on("gpu0")} <= nodes(first)
    assert nodes(first).isdisjoint(layer.name for layer in ALEXNET.on("gpu1"))
    assert nodes(last) == {node.name for node in ALEXNET.nodes}
    assert {group.device for group in first.groups() if group.part == "lane"} == {"gpu0"}


def test_by_section() -> None:
    graph = load(NETS["unet"])
    pages = built(graph, "section")
    sections = [{layer.section for layer in graph.layers if layer.name in nodes(page)} for page in pages]
    assert sections == [{"encoder"}, {"encoder", None}, {"encoder", None, "decoder"}, {"encoder", None, "decoder"}]
    assert "mask" in nodes(pages[3]) - nodes(pages[2])
    frames = [sum(group.part == "section" for group in page.groups()) for page in pages]
    assert 0 < frames[0] == frames[1] < frames[2]


def test_headings_are_always_there() -> None:
    for page in built(LENET):
        assert any(group.part == "heading" for group in page.groups())
    assert built(LENET)[2].description.startswith(f"Step 3 of {len(built(LENET))}.")


def test_both_nets_of_a_diff_grow_together() -> None:
    modern = load(NETS["lenet5"], net="LeNet5Modern")
    pages = steps(difference(LENET, modern, ALL), modern, "layer")
    assert len(pages) == len(modern.layers)
    for page in pages:
        shown = nodes(page)
        for layer in modern.layers:
            if layer.name in LENET.by_name:
                assert (layer.name in shown) == (f"before/{layer.name}" in shown)
        marks = [group.title.partition(":")[0] for group in page.groups() if group.part == "mark"]
        assert all({title, f"before/{title}", title.rpartition(" ")[2]} & shown for title in marks)


def test_notes_come_with_the_layers_that_they_speak_of() -> None:
    """By the names in their title, a note by the name that it has, others with what is nearest."""

    def layer(name: str, x: float) -> Group:
        return Group("layer", (Rectangle(x, 0, 10, 10, "dense"),), name, name, stands_for=(name,))

    def words(x: float, *texts: str, **details: Any) -> Group:
        shapes = tuple(Text(x + 100 * i, 30, text, 10, "remark") for i, text in enumerate(texts))
        return Group("note", shapes, **details)

    net = load("net N {\n  input a: 4\n  x = fc(4)\n  y = fc(4)\n  z = fc(4)\n}\n")
    shapes = (
        layer("x", 0), layer("y", 100), layer("z", 200),
        words(0, "ray", title="x to y"), words(0, "of z", name="z"), words(0, "near x", "near y", "near z"),
    )  # fmt: skip
    pages = steps(Scene(300, 50, "", "", shapes), net, "layer")
    shown = [[shape.text for shape in leaves(page) if isinstance(shape, Text)] for page in pages]
    assert shown == [
        ["near x"], ["ray", "near x", "near y"], ["ray", "of z", "near x", "near y", "near z"],
    ]  # fmt: skip


@pytest.mark.parametrize("style", ["lenet", "alexnet"])
def test_originals_show_no_words_of_layers_that_are_not_there(style: str) -> None:
    graph = LENET if style == "lenet" else ALEXNET
    pages = built(graph, "layer", Look(style))
    counts = [sum(isinstance(shape, Text) for shape in leaves(page)) for page in pages]
    assert all(before < after for before, after in pairwise(counts))


@pytest.mark.parametrize("by", ["section", "device"])
def test_a_net_without_them_is_refused(by: str) -> None:
    graph = load("net N {\n  input a: 4\n  fc(4)\n}\n")
    with pytest.raises(Problem) as found:
        built(graph, by)
    assert found.value.diagnostic.code == "E903"


def test_unknown_steps() -> None:
    with pytest.raises(Problem) as found:
        built(LENET, "layers")
    assert found.value.diagnostic.code == "E901"
    assert "layer" in str(found.value.diagnostic.hint)


def test_too_many_steps_are_refused() -> None:
    graph = load(f"net N {{\n  input a: 4\n  for i in 0..{MOST + 1} {{\n    x = fc(4)\n  }}\n}}\n")
    scene = Scene(
        10, 10, "", "", tuple(Group("layer", (), name=layer.name, stands_for=(layer.name,)) for layer in graph.layers)
    )
    with pytest.raises(Problem) as found:
        steps(scene, graph, "layer")
    assert found.value.diagnostic.code == "E903"


def test_every_step_can_be_written() -> None:
    theme = themes.load("light")
    pages = [write([page], theme, "svg") for page in built(LENET)]
    assert len(set(pages)) == len(pages)
    assert pages == [write([page], theme, "svg") for page in built(LENET)]


@settings(max_examples=25)
@given(random_nets())
def test_random_nets(spec: str) -> None:
    graph = load(spec)
    scene = figure(graph, ALL).scene
    for by in BY:
        if by == "layer" or (graph.sections if by == "section" else graph.devices):
            pages = steps(scene, graph, by)
            assert leaves(pages[-1]) == leaves(scene)
            assert all(nodes(one) < nodes(other) for one, other in pairwise(pages))
