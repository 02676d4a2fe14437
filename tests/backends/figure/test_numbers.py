"""No figure says a number that is not the graph's: in every style, for shipped nets and some more."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from figure_nets import EXAMPLES, NETS, OTHERS, STRICT, graph_of
from figure_scenes import figure_of

from netc.backends.figure import STYLES, Look
from netc.backends.figure.scene import Group, Text
from netc.compiler import Graph, Input, Layer, Problem, Transfer, format_bytes, load

GRAPHS = {spec: graph_of(spec) for spec in (*STRICT, *OTHERS, *EXAMPLES)} | {
    name: load(text) for name, text in NETS.items() if name not in ("lenet5", "alexnet")
}

NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")


def numbers(value: object) -> set[str]:
    """All numbers of a text, without the commas of thousands."""
    return {found.replace(",", "") for found in NUMBER.findall(str(value))}


def numbers_of(node: Input | Layer | Transfer) -> set[str]:
    """What may be said of a node: its name, sizes and arguments, and what travels."""
    found = numbers(node.name) | numbers(list(node.shape)) | numbers(node.device)
    if isinstance(node, Layer):
        for value in node.op.model_dump().values():
            found |= numbers(f"{value:g}" if isinstance(value, float) else value)
    if isinstance(node, Transfer):
        found |= numbers(format_bytes(node.bytes_per_sample))
    return found


def known_of(graph: Graph, group: Group, times: set[int]) -> set[str]:
    """What a group may say: the numbers of its nodes, their costs alone and together, and how often they come."""
    nodes = [graph.by_name[name] for name in group.stands_for]
    layers = [node for node in nodes if isinstance(node, Layer)]
    known = {number for node in nodes for number in numbers_of(node)} | {str(count) for count in (len(nodes), *times)}
    for costs in ([layer.parameters for layer in layers], [layer.macs for layer in layers]):
        known |= {str(cost) for cost in costs} | {str(sum(costs) // count) for count in times if not sum(costs) % count}
    return known


def words(group: Group) -> Iterator[str]:
    return (shape.text for shape in group.shapes if isinstance(shape, Text))


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", GRAPHS)
def test_every_number_is_the_graph_s(name: str, style: str) -> None:
    graph = GRAPHS[name]
    try:
        fitted = figure_of(graph, Look(style))
    except Problem as problem:
        if problem.diagnostic.code != "E903" or style not in ("neurons", "alexnet"):
            raise
        return
    times = {1, len(graph.devices) or 1, *fitted.picture.repeats.values()}
    said = set()
    for group in fitted.scene.groups():
        shown = {number for text in words(group) for number in numbers(text)}
        said |= shown
        if group.stands_for:
            assert shown <= known_of(graph, group, times), f"{group.name}: {list(words(group))}"
    (heading,) = (group for group in fitted.scene.groups() if group.part == "heading")
    title, *totals = words(heading)
    assert title == (graph.about.title or graph.net)
    assert {str(graph.total("parameters")), str(graph.total("macs"))} <= numbers(" ".join(totals))
    assert said - numbers(" ".join(totals)), "a figure says some numbers"
