"""Random nets (`random_nets.py`) and their variants compile, and their graphs keep every promise of the language."""

from __future__ import annotations

import re
from itertools import groupby

from hypothesis import given, settings
from hypothesis import strategies as st
from random_nets import EXTRA, SHAPE, WILD, Drawn, drawn_nets, edits_of, nets, variant

from netc.compiler.compile import check_source
from netc.compiler.diagnostics import Report, render
from netc.compiler.format import format_text
from netc.compiler.graph import Graph, Layer, Transfer, elements
from netc.compiler.op import Op
from netc.compiler.parse import parse
from netc.compiler.source import Source


def compiled(text: str) -> Graph:
    """The graph of the last net of a text, of which all are right."""
    results = check_source(Source("random.net", text))
    assert [diagnostic.message for result in results for diagnostic in result.diagnostics] == []
    graph = results[-1].graph
    assert graph is not None
    return graph


@settings(max_examples=50)
@given(nets())
def test_a_net_that_is_right_compiles_and_its_graph_keeps_the_rules(text: str) -> None:
    graph = compiled(text)
    assert Graph.from_json(graph.to_json()) == graph
    order = {node.name: position for position, node in enumerate(graph.nodes)}
    assert len(order) == len(graph.nodes)
    for node in graph.nodes:
        assert all(order[name] < order[node.name] for name in node.inputs)
        assert node.shape in (SHAPE, (2, 6, 6), (8, 6, 6))
    assert {name for node in graph.nodes for name in node.inputs} | set(graph.outputs.values()) == set(order)


@settings(max_examples=25)
@given(nets())
def test_every_layer_reads_on_its_own_device(text: str) -> None:
    graph = compiled(text)
    for node in graph.nodes:
        for name in node.inputs:
            source = graph.by_name[name]
            if isinstance(node, Layer):
                assert source.device in (node.device, None)
            elif isinstance(node, Transfer):
                assert (source.device, node.device) == (node.origin, node.destination)
                assert node.origin != node.destination
                assert node.bytes_per_sample == 4 * elements(node.shape)
    copies = [(copy.layer, copy.destination) for copy in graph.transfers]
    assert len(set(copies)) == len(copies)


@settings(max_examples=25)
@given(nets())
def test_the_layers_of_a_scope_stand_together_under_its_name(text: str) -> None:
    graph = compiled(text)
    for scope in graph.scopes:
        inside = [isinstance(node, Layer) and node.name.startswith(scope.path + ".") for node in graph.nodes]
        assert any(inside)
        if scope.kind in ("block", "group"):
            assert [key for key, _ in groupby(inside)].count(True) == 1


@settings(max_examples=25)
@given(nets())
def test_costs_are_those_of_the_ops(text: str) -> None:
    graph = compiled(text)
    for node in graph.layers:
        shapes = graph.input_shapes(node)
        assert isinstance(node.op, Op)
        assert node.shape == node.op.infer(*shapes)
        assert (node.parameters, node.macs) == (node.op.parameters(*shapes), node.op.macs(*shapes))
    if graph.devices:
        assert sum(node.macs for device in graph.devices for node in graph.on(device.name)) == graph.total("macs")


MISTAKES = {
    r"(?<=-> )(relu|tanh|batchnorm)\b": ("rleuu", "E202"),
    r"\bpad(?= = )": ("pda", "E301"),
    r"(?<=bias = )false": ("5", "E302"),
    r"(?<=add\()(x\d+|in)\b": ("nobody", "E201"),
    r"(?<=conv\(4), ": (" ", "E101"),
    r"(?<= on )g[01]$": ("g7", "E501"),
    r"(?<=, )3x3": ("30x30", "E401"),
    r"(?<=conv\()4(?=, 3x3)": ("0", "E306"),
}
"""What stands in a spec, a mistake to put in its place, and the code of the only diagnostic."""


@settings(max_examples=150)
@given(nets(), st.data())
def test_one_mistake_is_one_diagnostic(text: str, data: st.DataObject) -> None:
    spots = [
        (match, *mistake) for right, mistake in MISTAKES.items() for match in re.finditer(right, text, re.MULTILINE)
    ]
    match, wrong, code = data.draw(st.sampled_from(spots))
    start = match.start()
    block = re.findall(r"^(?:block|net) (\w+)", text[:start], re.MULTILINE)[-1]
    used = ["N", *(scope.definition for scope in compiled(text).scopes)]
    broken = text[:start] + wrong + text[match.end() :]
    found = [error for result in check_source(Source("random.net", broken)) for error in result.errors]
    if block not in used and code == "E401":
        return  # nobody knows what it reads
    (error,) = found
    assert error.code == code
    assert error.span is not None
    assert error.span.line == broken.count("\n", 0, start) + 1


# ---- texts


def tree_of(text: str) -> object:
    report = Report()
    tree = parse(Source("random.net", text), report)
    assert not report
    return tree


@settings(max_examples=40)
@given(nets(), st.lists(st.sampled_from(WILD), min_size=1))
def test_formatting_changes_nothing_that_is_said(text: str, edits: list[str]) -> None:
    text += variant("V", "N", edits)
    formatted = format_text(text)
    assert tree_of(formatted) == tree_of(text)
    assert format_text(formatted) == formatted


# ---- variants


def told(graph: Graph) -> tuple[object, ...]:
    """All that two equal nets have in common, whatever they are called and wherever they stand."""
    nodes = [(node.name, getattr(node, "op", None), node.inputs, node.shape, node.device) for node in graph.nodes]
    scopes = [(scope.path, scope.kind, scope.definition) for scope in graph.scopes]
    return nodes, scopes, graph.outputs, graph.auxiliary, graph.devices, graph.sections


@settings(max_examples=30)
@given(drawn_nets(), st.data())
def test_a_variant_of_a_variant_is_a_variant_with_the_edits_of_both(base: Drawn, data: st.DataObject) -> None:
    text = EXTRA + base.text
    plain = compiled(text)
    assert told(compiled(text + "net Same = N\n")) == told(plain)
    first, between = data.draw(edits_of(base, plain, 0))
    one = text + variant("One", "N", first)
    middle = compiled(one)
    second, _ = data.draw(edits_of(between, middle, 1))
    found = compiled(one + variant("Two", "One", second))
    assert told(found) == told(compiled(text + variant("Both", "N", [*first, *second])))
    assert Graph.from_json(found.to_json()) == found


@settings(max_examples=60)
@given(nets(), st.lists(st.sampled_from(WILD), min_size=1, max_size=4), st.booleans())
def test_edits_that_may_not_fit_are_answered(text: str, edits: list[str], nested: bool) -> None:
    parts = [[edit] for edit in edits] if nested else [edits]
    bases = ["N", *(f"V{i}" for i in range(len(parts)))]
    variants = [variant(f"V{i}", bases[i], part) for i, part in enumerate(parts)]
    for result in check_source(Source("random.net", text + "".join(variants))):
        assert (result.graph is None) == bool(result.errors) or result.net in bases
        for diagnostic in result.diagnostics:
            assert render(diagnostic).startswith(f"error[{diagnostic.code}]: ")
