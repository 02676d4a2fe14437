"""Folding: what repeats is drawn once, blocks become one layer, and nothing of the graph is lost or made up."""

from __future__ import annotations

from math import prod

import pytest
from figure_nets import NETS, ROOT, random_nets
from hypothesis import given, settings
from hypothesis.strategies import DrawFn, composite, integers, lists, sampled_from
from small_nets import graph, net

from netc.backends.figure.folding import picture_of
from netc.backends.figure.picture import Detail, Picture
from netc.compiler import Graph, Layer, load
from netc.compiler.summary import summary

FOLDED = Detail(folded=True)
COLLAPSED = Detail(collapsed=True)
ALL = Detail(folded=True, merged=True, collapsed=True)
DETAILS = (FOLDED, COLLAPSED, ALL)

RESNET152 = load((ROOT / "specs/resnet.net").read_text())

DENSE = """
block dense(growth) {
  new = conv(4 * growth, 1x1) -> batchnorm -> relu -> conv(growth, 3x3, pad = 1)
  concat(in, new)
}
net Dense { input image: 3x16x16
  stem = conv(8, 3x3, pad = 1)
  one = dense(4) * 4
  squeeze = conv(8, 1x1)
  two = dense(4) * 3
}
"""

NESTED = """
block a(w) { c = conv(w, 3x3, pad = 1) -> relu }
block b(w) {
  section inner "Inner" { x = a(w) * 4 }
  add(x, in)
}
net Nested { input image: 4x8x8
  section outer "Outer" {
    y = (b(4) -> relu) * 3
    z = a(4) * 2
  }
  head = fc(2)
}
"""

TOWERS = """
block a(w) { c = conv(w, 3x3, pad = 1) -> relu }
net Towers { device g0, g1
  input image: 4x8x8
  towers on g0, g1 {
    body = a(4) * 3
    exchange
    more = a(8) * 2
    tail = a(8) * 5
  }
  head = fc(2) on g0
}
"""

LOOPS = """
net Loops { input image: 8x8x8
  for width in [8, 8, 8] {
    for i in 0..4 {
      c = conv(width, 3x3, pad = 1) -> relu
      add(c, c -> sigmoid)
    }
    pool = maxpool(3x3, stride = 1, pad = 1)
  }
}
"""

GRAPHS = {
    **{name: load(text) for name, text in NETS.items()},
    "resnet152": RESNET152,
    "dense": load(DENSE),
    "nested": load(NESTED),
    "towers": load(TOWERS),
    "loops": load(LOOPS),
}


@composite
def repeating_nets(draw: DrawFn) -> str:
    """Nets of blocks in blocks, repeated by number, in groups and in loops, with shortcuts, in and out of sections."""
    blocks = ["conv(4, 3x3, pad = 1)", "conv(4, 3x3, pad = 1) -> relu", "batchnorm"]
    lines = []
    for i in range(draw(integers(1, 3))):
        parts = draw(lists(sampled_from(blocks), min_size=1, max_size=3))
        chain = " -> ".join(
            f"({part}) * {draw(integers(2, 3))}" if draw(integers(0, 2)) == 0 else part for part in parts
        )
        tail = draw(sampled_from(["add(x, in)", "add(x, in) -> relu", "x -> relu"]))
        lines.append(f"block b{i}(w = 1) {{\n x = {chain}\n y = {tail}\n z = y -> conv(4 * w, 1x1)\n}}")
        blocks += [f"b{i}", f"b{i}(w = 1)"]
    body = []
    for i in range(draw(integers(1, 6))):
        part, times = draw(sampled_from(blocks)), draw(integers(1, 4))
        kind = draw(sampled_from(["star", "plain", "loop", "section", "skip"]))
        body.append(
            {
                "star": f"x{i} = ({part}) * {times}",
                "plain": f"x{i} = {part}",
                "loop": f"for i in 0..{times} {{ x{i} = {part}\n u{i} = relu\n }}",
                "section": f"section s{i} {{ x{i} = ({part}) * {times}\n }}",
                "skip": f"x{i} = ({part}) * {times}\n y{i} = add(x{i}{', x0' if i else ''}, x{i} -> relu)",
            }[kind]
        )
    return "\n".join([*lines, "net R { input image: 4x8x8", *body, "end = fc(2)", "}"])


def check(graph: Graph, picture: Picture) -> None:
    """What holds for every picture of a graph."""
    drawn = picture.drawn
    check_partition(picture)
    check_runnable(drawn)
    check_repeats(picture)
    assert drawn.digest == graph.digest
    assert list(drawn.outputs) == list(graph.outputs)
    home = homes(picture)
    assert [home[node] for node in graph.outputs.values()] == list(drawn.outputs.values())
    assert {node.name for node in drawn.inputs} == {node.name for node in graph.inputs}
    assert sum(layer.parameters * times(picture, layer) for layer in drawn.layers) == graph.total("parameters")
    assert sum(layer.macs * times(picture, layer) for layer in drawn.layers) == graph.total("macs")


def homes(picture: Picture) -> dict[str, str]:
    return {part: node.name for node in picture.drawn.nodes for part in picture.nodes_of(node.name)}


def check_partition(picture: Picture) -> None:
    shown = [part for node in picture.drawn.nodes for part in picture.nodes_of(node.name)]
    assert sorted(shown) == sorted(node.name for node in picture.graph.nodes)
    known = set(shown)
    for node in picture.drawn.nodes:
        assert node.name not in known or picture.nodes_of(node.name)[0] == node.name


def check_runnable(drawn: Graph) -> None:
    done: set[str] = set()
    for node in drawn.nodes:
        assert done.issuperset(node.inputs)
        assert node.name not in done
        done.add(node.name)
    sections = {section.name: section for section in drawn.sections}
    assert len(sections) == len(drawn.sections)
    assert {section.parent for section in drawn.sections} <= {None, *sections}
    assert {layer.section for layer in drawn.layers} <= {None, *sections}
    assert all(scope_input in done for scope in drawn.scopes for scope_input in scope.inputs.values())
    assert Graph.model_validate(drawn) == drawn


def times(picture: Picture, layer: Layer) -> int:
    """How often a layer comes, by the sections around it."""
    return prod(picture.repeats.get(name, 1) for name in around(picture.drawn, layer.section))


def around(drawn: Graph, section: str | None) -> list[str]:
    sections = {part.name: part for part in drawn.sections}
    found = []
    while section is not None:
        found.append(section)
        section = sections[section].parent
    return found


def check_repeats(picture: Picture) -> None:
    """What a drawn layer shows is like it, comes as often as its frames say, and is wired like it."""
    graph, home = picture.graph, homes(picture)
    frames = {
        layer.name: set(around(picture.drawn, layer.section)) & set(picture.repeats) for layer in picture.drawn.layers
    }
    for layer in picture.drawn.layers:
        if layer.name not in graph.by_name:
            continue  # the use of a block
        shown = [graph.by_name[name] for name in picture.nodes_of(layer.name)]
        assert len(shown) == times(picture, layer)
        for node in shown:
            assert isinstance(node, Layer)
            assert (node.op, node.shape, node.device) == (layer.op, layer.shape, layer.device)
            assert (node.parameters, node.macs) == (layer.parameters, layer.macs)
            for mine, its in zip(layer.inputs, (home[name] for name in node.inputs), strict=True):
                assert its == mine or (node is not shown[0] and frames[layer.name] & frames.get(its, set()))


@pytest.mark.parametrize("detail", DETAILS)
@pytest.mark.parametrize("name", GRAPHS)
def test_every_picture_shows_the_whole_graph(name: str, detail: Detail) -> None:
    check(GRAPHS[name], picture_of(GRAPHS[name], detail))


@settings(max_examples=60)
@given(repeating_nets())
def test_pictures_of_nets_with_repetitions(text: str) -> None:
    graph = load(text)
    for detail in DETAILS:
        check(graph, picture_of(graph, detail))


@settings(max_examples=40)
@given(random_nets())
def test_pictures_of_any_nets(text: str) -> None:
    graph = load(text)
    for detail in DETAILS:
        check(graph, picture_of(graph, detail))


def test_nothing_is_changed_unless_asked() -> None:
    assert picture_of(RESNET152, Detail()).drawn is RESNET152
    assert picture_of(RESNET152, Detail(merged=True)).drawn is RESNET152
    assert picture_of(GRAPHS["alexnet"], ALL).drawn is GRAPHS["alexnet"]


def test_resnet_152_is_four_repetitions() -> None:
    picture = picture_of(RESNET152, FOLDED)
    assert list(picture.repeats.values()) == [2, 7, 35, 2]
    titles = {section.name: section.title for section in picture.drawn.sections}
    assert list(titles.values()) == ["× 2", "× 7", "× 35", "× 2"]
    assert list(titles) == list(picture.repeats)


def test_resnet_152_in_blocks_is_a_dozen_boxes() -> None:
    drawn = picture_of(RESNET152, ALL).drawn
    shown = [(layer.name, summary(layer.op)) for layer in drawn.layers if str(layer.op.role) == "block"]
    assert shown == [
        ("layer1.0", "bottleneck 64, stride 1, shortcut projection"),
        ("layer1.1", "bottleneck 64, stride 1"),
        ("layer2.0", "bottleneck 128, stride 2, shortcut projection"),
        ("layer2.1", "bottleneck 128, stride 1"),
        ("layer3.0", "bottleneck 256, stride 2, shortcut projection"),
        ("layer3.1", "bottleneck 256, stride 1"),
        ("layer4.0", "bottleneck 512, stride 2, shortcut projection"),
        ("layer4.1", "bottleneck 512, stride 1"),
    ]
    block = drawn.by_name["layer3.1"]
    assert isinstance(block, Layer)
    assert block.shape == (1024, 14, 14)
    assert block.inputs == ("layer3.0",)
    assert block.parameters == 256 * 1024 + 9 * 256**2 + 256 * 1024 + 2 * (256 + 256 + 1024)


def repeats_of(text: str, detail: Detail = FOLDED) -> list[tuple[str, int]]:
    """The first layer of every repetition, and how often it comes."""
    picture = picture_of(load(text), detail)
    found = []
    for name, count in picture.repeats.items():
        first = next(layer.name for layer in picture.drawn.layers if name in around(picture.drawn, layer.section))
        found.append((first, count))
    return found


def test_repetitions_in_repetitions_are_framed_in_each_other() -> None:
    picture = picture_of(GRAPHS["nested"], FOLDED)
    (layer,) = (layer for layer in picture.drawn.layers if layer.name == "y.0.b.x.0.c")
    titles = {section.name: section.title for section in picture.drawn.sections}
    assert [titles[name] for name in around(picture.drawn, layer.section)] == ["× 4", "Inner", "× 3", "Outer"]


def test_neighbours_with_names_of_their_own_are_folded() -> None:
    block = "block a(w) {\n c = conv(w, 3x3, pad = 1) -> relu\n}"
    text = net("one = a(3)\n two = a(3)\n three = a(3)\n last = a(4)", block)
    assert repeats_of(text) == [("one.c", 3)]
    assert repeats_of(text, ALL) == [("one", 3)]


def test_layers_with_names_of_their_own_are_not() -> None:
    assert repeats_of(net("one = conv(3, 1x1)\n two = conv(3, 1x1)")) == []


def test_elements_of_a_list_are_folded() -> None:
    assert repeats_of(net("c = conv(3, 1x1) * 5")) == [("c.0", 5)]
    assert repeats_of(net("c = (conv(3, 1x1) -> relu) * 5")) == [("c.0.conv", 5)]


def test_a_loop_is_folded_by_its_body_from_the_start_of_the_body() -> None:
    body = "for i in 0..4 { c = conv(8, 3x3, pad = 1) -> relu\n p = maxpool(3x3, stride = 1, pad = 1)\n}"
    assert repeats_of(net(body)) == [("c.1", 3)]  # the first convolution reads other channels
    assert repeats_of(LOOPS) == [("c.0.0", 4), ("c.0.0", 3)]


def test_the_first_of_a_stage_with_other_weights_is_no_repetition() -> None:
    assert repeats_of(net("c = conv(8, 1x1) * 4")) == [("c.1", 3)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("a = conv(3, 1x1) * 4\n add(a, a[1])", [("a.0", 2), ("a.2", 2)]),
        ("a = conv(3, 1x1) * 4\n add(a, a[0])", [("a.1", 3)]),
        ("a = conv(3, 1x1) * 4\n add(a, a[2])", [("a.0", 3)]),
        ("a = conv(3, 1x1) * 4\n output x: a[3] -> relu\n output y: a[2]", [("a.0", 3)]),
        ("a = conv(3, 1x1) * 2\n concat(a[0], a[1])", []),
        ("concat(conv(3, 1x1), conv(3, 1x1))", []),
    ],
)  # fmt: skip
def test_what_is_read_from_outside_is_not_hidden(body: str, expected: list[tuple[str, int]]) -> None:
    assert repeats_of(net(body)) == expected


def test_readers_of_the_last_read_the_one_that_is_drawn() -> None:
    drawn = picture_of(graph("stem = conv(3, 1x1)\n a = conv(3, 1x1) * 4\n b = add(a, stem)"), FOLDED).drawn
    assert drawn.by_name["a.0"].inputs == ("stem",)
    assert drawn.by_name["b"].inputs == ("a.0", "stem")
    assert [node.name for node in drawn.nodes] == ["image", "stem", "a.0", "b"]


def test_what_all_of_them_read_stays() -> None:
    body = "g = conv(3, 1x1) -> sigmoid\n x = gated(image, g)\n y = gated(x, g)\n z = gated(y, g)"
    picture = picture_of(load(net(body, "block gated(map, gate) {\n a = map -> relu\n mul(a, gate)\n}")), FOLDED)
    assert list(picture.repeats.values()) == [3]
    assert picture.drawn.by_name["x.a"].inputs == ("image",)
    assert picture.drawn.by_name["x.mul"].inputs == ("x.a", "g_sigmoid")


def test_layers_on_other_devices_and_in_other_sections_are_not_equal() -> None:
    text = "device g0, g1\n x = conv(3, 1x1) * 2 on g0\n y = conv(3, 1x1) * 3 on g1\n"
    assert repeats_of(net(text)) == [("x.0", 2), ("y.0", 3)]
    text = "section s { x = conv(3, 1x1) * 2\n }\n section t { y = conv(3, 1x1) * 3\n }"
    assert repeats_of(net(text)) == [("x.0", 2), ("y.0", 3)]


def test_towers_are_folded_each_for_itself() -> None:
    picture = picture_of(GRAPHS["towers"], FOLDED)
    assert sorted(picture.repeats.values()) == [3, 3, 7, 7]  # `more` and `tail` are equal neighbours
    for name in picture.repeats:
        inside = [layer for layer in picture.drawn.layers if name in around(picture.drawn, layer.section)]
        assert len({layer.device for layer in inside}) == 1


def test_of_blocks_in_blocks_the_outermost_is_one_layer() -> None:
    block = "block a(w) {\n c = conv(w, 1x1)\n d = c -> relu\n}\nblock b(w) {\n e = a(w)\n f = e -> sigmoid\n}"
    drawn = picture_of(load(net("x = b(3)\n y = b(4)", block)), COLLAPSED).drawn
    assert [layer.name for layer in drawn.layers] == ["x", "y"]


def test_a_block_that_is_most_of_the_net_is_opened() -> None:
    blocks = "block a(w) {\n c = conv(w, 1x1) -> relu\n}\nblock body(w) {\n d = a(w)\n e = a(2 * w)\n f = a(w)\n}"
    drawn = picture_of(load(net("x = body(3)\n head = fc(2)", blocks)), COLLAPSED).drawn
    assert [layer.name for layer in drawn.layers] == ["x.d", "x.e", "x.f", "head"]


def test_a_block_on_two_devices_stays_as_it_is_and_the_blocks_in_it_are_layers() -> None:
    block = "block a(w) {\n c = conv(w, 1x1) -> relu\n}\nblock two(w) {\n d = a(w) on g0\n e = a(w) on g1\n}"
    drawn = picture_of(load(net("device g0, g1\n x = two(3)", block)), COLLAPSED).drawn
    assert [node.name for node in drawn.nodes] == ["image", "x.d", "x.d.c_relu@g1", "x.e"]
    assert drawn.by_name["x.d.c_relu@g1"].inputs == ("x.d",)


def test_arguments_that_are_always_the_same_are_not_told() -> None:
    block = "block a(width, stride = 1, bias = true) {\n c = conv(width, 1x1, stride = stride, bias = bias)\n}"
    drawn = picture_of(load(net("x = a(3)\n y = a(3, bias = false)\n z = a(4)", block)), COLLAPSED).drawn
    assert [summary(layer.op) for layer in drawn.layers] == ["a 3, bias", "a 3, no bias", "a 4, bias"]
