"""Nets: parameters, about, inputs, outputs, sections, several of them in a file."""

from __future__ import annotations

import pytest
from small_nets import codes, graph, layer, mistakes, names, net, reads

from netc.compiler.compile import check_source, load
from netc.compiler.diagnostics import SpecError
from netc.compiler.graph import Graph, Idea
from netc.compiler.source import Source

WIDE = """
net Wide(width = 16, hidden = 4 * width, classes = 10) {
  input image: 3x32x32
  conv1 = conv(width, 3x3)
  conv2 = conv(hidden, 3x3)
  fc = fc(classes)
}
"""

# ---- parameters


def widths(found: Graph) -> list[int]:
    return [node.shape[0] for node in found.layers]


def test_parameters_have_defaults_that_see_those_before_them() -> None:
    found = load(WIDE)
    assert widths(found) == [16, 64, 10]
    assert found.parameters == {"width": 16, "hidden": 64, "classes": 10}


def test_parameters_are_changed_from_outside() -> None:
    assert widths(load(WIDE, width=8)) == [8, 32, 10]
    assert widths(load(WIDE, hidden=20, classes=2)) == [16, 20, 2]


def test_a_parameter_that_the_net_does_not_have_is_refused() -> None:
    with pytest.raises(SpecError, match=r"no parameter `clases`[\s\S]*did you mean `classes`"):
        load(WIDE, clases=3)


def test_a_parameter_of_the_wrong_type_is_refused_where_it_is_used() -> None:
    with pytest.raises(SpecError, match=r"E302.*`channels` of `conv` cannot be \"many\""):
        load(WIDE, width="many", hidden=8)


def test_expectations_are_about_the_defaults_only() -> None:
    text = WIDE.replace("fc = fc(classes)", "fc = fc(classes)\nexpect fc.shape == 10")
    assert load(text, classes=3).layers[-1].shape == (3,)
    with pytest.raises(SpecError, match="E701"):
        load(text.replace("classes = 10", "classes = 11"))


def test_parameters_may_be_sizes_lists_and_strings() -> None:
    found = load(
        'net N(size = 3x8x8, widths = [4, 6], title = "T") {\n about { title = title }\n input image: size\n'
        " conv(widths[1], 3x3)\n}"
    )
    assert found.inputs[0].shape == (3, 8, 8)
    assert found.parameters == {"size": "3x8x8", "widths": [4, 6], "title": "T"}
    assert found.about.title == "T"


# ---- about


def test_about_says_what_figures_and_tables_need() -> None:
    about = graph(
        'about {\n title = "A net"\n year = 1998\n authors = "A"\n paper = "P"\n url = "U"\n note = "N"\n'
        ' idea "one" still_used\n idea "two"\n }\n relu'
    ).about
    assert (about.title, about.year, about.authors) == ("A net", 1998, "A")
    assert (about.paper, about.url, about.note) == ("P", "U", "N")
    assert about.ideas == (Idea(text="one", still_used=True), Idea(text="two"))


def test_the_title_is_the_nets_name_unless_it_is_given() -> None:
    assert graph("relu").about.title == "N"


def test_strings_have_escapes_and_texts_have_none() -> None:
    about = graph('about { title = "a \\"b\\" \\\\ c\\n\\td"\n note = """a \\n "b"\nc""" }\n relu').about
    assert about.title == 'a "b" \\ c\n\td'
    assert about.note == 'a \\n "b"\nc'


# ---- inputs


@pytest.mark.parametrize(
    ("written", "shape"), [("3x32x32", (3, 32, 32)), ("84", (84,)), ("[3, 8, 8]", (3, 8, 8)), ("[2 * 4]", (8,))]
)
def test_shapes_of_inputs(written: str, shape: tuple[int, ...]) -> None:
    assert graph("fc(10)", feed=f"input image: {written}").inputs[0].shape == shape


def test_the_first_chain_reads_the_only_input() -> None:
    assert reads(graph("conv(8, 3x3)"), "conv") == ("image",)


def test_several_inputs_are_read_by_name() -> None:
    found = graph("a = image -> fc(4)\nb = concat(a, age)", feed="input image: 3x8x8, age: 1")
    assert [node.name for node in found.inputs] == ["image", "age"]
    assert reads(found, "b") == ("a", "age")


def test_inputs_may_stand_in_several_statements() -> None:
    found = graph("add(a, b)", feed="input a: 4\ninput b: 4")
    assert reads(found, "add") == ("a", "b")


def test_input_and_output_are_names_too() -> None:
    found = graph("output = input -> fc(10)", feed="input input: 8")
    assert names(found) == ["output"]
    assert found.outputs == {"output": "output"}


# ---- outputs


def test_the_last_statement_is_the_output() -> None:
    assert graph("a = conv(8, 3x3) -> relu\nb = fc(10) -> softmax").outputs == {"output": "b_softmax"}


def test_named_outputs_are_the_only_ones_and_stand_beside_the_chain() -> None:
    found = graph("a = conv(8, 3x3)\noutput early: global_avgpool -> fc(10)\nb = fc(20)\noutput late: b")
    assert found.outputs == {"early": "fc", "late": "b"}
    assert reads(found, "b") == ("a",)


def test_an_output_may_be_a_layer_that_others_read() -> None:
    found = graph("a = relu\noutput map: a\nb = fc(10)\noutput classes: b")
    assert found.outputs == {"map": "a", "classes": "b"}


def test_with_named_outputs_the_last_statement_needs_a_reader_too() -> None:
    assert codes(net("a = relu\noutput map: a\nfc(10)")) == ["E601"]


def test_an_input_may_be_the_output() -> None:
    found = graph("a = fc(2)\noutput same: image\noutput new: a")
    assert found.outputs == {"same": "image", "new": "a"}


# ---- sections


def test_sections_are_named_nested_and_change_no_names() -> None:
    found = graph('section features "Feature extraction" {\n a = relu\n section deep {\n b = relu\n }\n }\n c = fc(10)')
    assert names(found) == ["a", "b", "c"]
    assert [(part.name, part.title, part.parent) for part in found.sections] == [
        ("features", "Feature extraction", None),
        ("deep", "deep", "features"),
    ]
    assert [node.section for node in found.layers] == ["features", "deep", None]


def test_statements_go_on_through_sections() -> None:
    found = graph("section one {\n a = relu\n }\n section two {\n b = relu\n }")
    assert reads(found, "b") == ("a",)


# ---- several nets


TWO = net("fc(2)").replace("net N", "net First") + net("fc(3)").replace("net N", "net Last")


def test_the_last_net_is_meant_unless_one_is_named() -> None:
    assert load(TWO).net == "Last"
    assert load(TWO, net="First").layers[0].shape == (2,)


def test_all_nets_are_checked_and_a_mistake_in_one_leaves_the_others() -> None:
    results = check_source(Source("two.net", TWO.replace("fc(2)", "fc(two)")))
    assert [(result.net, result.graph is not None, len(result.errors)) for result in results] == [
        ("First", False, 1),
        ("Last", True, 0),
    ]


def test_mistakes_of_all_nets_are_reported() -> None:
    text = TWO.replace("fc(2)", "a = image -> relu\nb = image -> fc(2)").replace(
        "fc(3)", "c = image -> relu\nimage -> tanh"
    )
    assert [(found.code, found.message) for found in mistakes(text)] == [
        ("E601", "nothing reads layer `a`"),
        ("E601", "nothing reads layer `c`"),
    ]


# ---- what the graph says of its source


def test_layers_know_their_line_file_and_statement() -> None:
    found = graph("a = conv(8, 3x3)\n  -> relu\nfc(10)")
    assert [(node.line, node.statement) for node in found.layers] == [(4, "a"), (5, "a"), (6, "")]
    assert {node.file for node in found.layers} == {"<text>"}
    assert layer(found, "a").op.keyword == "conv"


def test_a_graph_is_the_same_after_its_json() -> None:
    for spec in ("zoo:lenet5", "zoo:lenet5:LeNet5", "zoo:alexnet", "zoo:alexnet:AlexNet"):
        found = load(spec)
        assert Graph.from_json(found.to_json()) == found
