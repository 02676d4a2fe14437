"""What differs between two nets: matched by name, by tower and by place, with numbers that are the graphs'."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from netc.compiler import Difference, Graph, difference, load, render_difference
from netc.compiler.diff import COSTS

ROOT = Path(__file__).parents[2]
BASE = """
net Base {
  input image: 3x32x32
  section features "Features" {
    conv1 = conv(8, 3x3, pad = 1) -> relu
    pool1 = maxpool(2x2)
  }
  conv2 = conv(16, 3x3, pad = 1) -> relu
  fc = fc(10)
}
"""


def edited(old: str, new: str) -> Graph:
    """The base with one line written differently."""
    assert old in BASE
    return load(BASE.replace(old, new))


def to(after: Graph, before: str = BASE) -> Difference:
    return difference(load(before), after)


def differs(found: Difference) -> dict[str, tuple[tuple[str, ...], set[str]]]:
    return {entry.name: (entry.marks, set(entry.aspects)) for entry in found.entries if entry.marks}


def spec(name: str) -> Graph:
    return load(ROOT / "specs" / name)


def test_equal_nets_say_so() -> None:
    found = to(load(BASE.replace("conv1 =", "\n\n    conv1 =")))
    assert found.same
    text = render_difference(found)
    assert text.count("\n") == 1
    assert "Base and Base are the same architecture: 6 layers" in text


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("conv(8, 3x3, pad = 1) -> relu", "conv(8, 5x5, pad = 2) -> relu", {"conv1": (("changed",), {"op"})}),
        ("conv(8, 3x3, pad = 1) -> relu", "conv(8, 3x3, pad = 1) -> tanh",
         {"conv1_relu → conv1_tanh": (("changed",), {"name", "op"})}),
        ("pool1 = max", "down = max", {"pool1 → down": (("changed",), {"name"})}),
        ("pool1 = max", "pool1 = avg", {"pool1": (("changed",), {"op"})}),
        ("image:", "picture:", {"image → picture": (("changed",), {"name"})}),
        ("  conv2 =", "  extra = relu\n  conv2 =", {"extra": (("added",), set())}),
        ("    pool1 = maxpool(2x2)\n  }\n", "  }\n  pool1 = maxpool(2x2)\n", {"pool1": (("moved",), {"section"})}),
    ],
)  # fmt: skip
def test_one_edit_is_one_entry(old: str, new: str, expected: dict[str, object]) -> None:
    found = to(edited(old, new))
    assert differs(found) == expected
    assert not found.same


def test_what_follows_from_an_insertion_is_not_marked() -> None:
    """The layer after a new one reads the new one; that says nothing that the new one does not say."""
    found = to(edited("conv2 = conv(16, 3x3, pad = 1) -> relu", "conv2 = conv(16, 3x3, pad = 1) -> batchnorm -> relu"))
    assert list(differs(found)) == ["conv2_batchnorm"]


def test_another_source_is_a_change() -> None:
    base = "net N {\n  input a: 4\n  x = a -> fc(4)\n  y = a -> fc(4)\n  z = SOURCE -> relu\n  add(x, y, z)\n}\n"
    found = difference(load(base.replace("SOURCE", "x")), load(base.replace("SOURCE", "y")))
    assert differs(found) == {"z": (("changed",), {"inputs"})}
    assert found.with_mark("changed")[0].aspects["inputs"] == ("x", "y")


def test_the_order_of_operands_is_a_change() -> None:
    base = "net N {\n  input a: 4\n  x = a -> fc(4)\n  y = a -> fc(4)\n  z = concat(ORDER)\n}\n"
    found = difference(load(base.replace("ORDER", "x, y")), load(base.replace("ORDER", "y, x")))
    assert differs(found) == {"z": (("changed",), {"inputs"})}


def test_what_is_removed_stands_where_it_was() -> None:
    found = to(edited("    pool1 = maxpool(2x2)\n", ""))
    names = [entry.name for entry in found.entries]
    assert names.index("pool1") == names.index("conv1_relu") + 1
    assert differs(found)["pool1"] == (("removed",), set())
    assert differs(found)["conv2"] == (("changed",), {"shape"})
    assert differs(found)["fc"] == (("changed",), {"weights"})


def test_two_candidates_are_not_guessed() -> None:
    base = "net N {{\n  input a: 4\n  {0} = a -> fc(4)\n  {1} = a -> fc(4)\n  add({0}, {1})\n}}\n"
    found = difference(load(base.format("p", "q")), load(base.format("r", "s")))
    assert {entry.name for entry in found.with_mark("removed")} == {"p", "q"}
    assert {entry.name for entry in found.with_mark("added")} == {"r", "s"}


def test_lenet_of_1998_and_of_today() -> None:
    found = difference(spec("lenet5.net:LeNet5"), spec("lenet5.net:LeNet5Modern"))
    marks = differs(found)
    assert [entry.name for entry in found.with_mark("removed")] == ["S2_scaled_tanh", "S4_scaled_tanh"]
    assert not found.with_mark("added")
    assert marks["S2"] == (("changed",), {"op", "init"})
    assert "sections features, classifier are gone" in found.around
    connect = next(entry for entry in found.entries if entry.name == "C3")
    assert connect.cost("parameters") == (1516, 2416)


def test_towers_become_one_layer() -> None:
    towers, merged = spec("alexnet.net:AlexNet"), spec("alexnet.net:AlexNetMerged")
    found = difference(towers, merged)
    conv1 = next(entry for entry in found.entries if entry.name == "conv1")
    assert [node.name for node in conv1.pair.before] == ["gpu0.conv1", "gpu1.conv1"]
    assert conv1.aspects["shape"] == ("2 × 48x55x55", "96x55x55")
    assert not found.with_mark("moved")
    assert conv1.cost("parameters")[0] == conv1.cost("parameters")[1]
    assert {entry.name for entry in found.with_mark("removed")} == {
        layer.name for layer in towers.layers if layer.op.keyword == "concat"
    }
    assert "device gpu0 is gone: gpu0.conv1 … fc8" in found.around


def test_other_names_of_devices_rename_the_towers_only() -> None:
    text = (ROOT / "specs/alexnet.net").read_text()
    found = difference(load(text), load(text.replace("gpu0", "left").replace("gpu1", "right")))
    assert not found.with_mark("added")
    assert not found.with_mark("removed")
    assert not found.with_mark("changed")
    assert {entry.aspects["device"] for entry in found.with_mark("moved")} == {("gpu0", "left"), ("gpu1", "right")}


def test_every_node_is_in_one_entry_and_the_numbers_add_up() -> None:
    before, after = spec("alexnet.net:AlexNet"), spec("lenet5.net")
    found = difference(before, after)
    for graph, side in ((before, 0), (after, 1)):
        nodes = [node.name for entry in found.entries for node in entry.pair[side]]
        assert sorted(nodes) == sorted(node.name for node in (*graph.inputs, *graph.layers))
        assert sum(entry.cost("macs")[side] for entry in found.entries) == graph.total("macs")
        assert found.totals()["parameters"][side] == graph.total("parameters")
    assert set(found.totals()) == set(COSTS)


def test_the_lines_explain_the_totals() -> None:
    """A layer without a line has the costs that it had."""
    for before, after in ((spec("lenet5.net"), spec("lenet5.net:LeNet5Modern")),
                          (load(BASE), edited("    pool1 = maxpool(2x2)\n", ""))):  # fmt: skip
        for entry in difference(before, after).entries:
            assert entry.marks or (entry.cost("parameters")[0], entry.cost("macs")[0]) == (
                entry.cost("parameters")[1], entry.cost("macs")[1],
            )  # fmt: skip


def test_there_and_back_is_opposite() -> None:
    one, other = spec("lenet5.net:LeNet5"), spec("alexnet.net:AlexNetMerged")
    there, back = difference(one, other), difference(other, one)
    assert {entry.name for entry in there.with_mark("added")} == {entry.name for entry in back.with_mark("removed")}
    assert {name: pair[::-1] for name, pair in there.totals().items()} == back.totals()


def test_outputs_and_initial_weights() -> None:
    lines = "  output late: fc(10)\n  output early: conv1\n  init conv1: weight = 0\n"
    found = to(edited("  fc = fc(10)\n", lines))
    assert "output early is new: conv1_relu" in found.around
    assert differs(found)["conv1"] == (("changed",), {"init"})


def test_the_text_has_aligned_columns(golden: Callable[[str, str], None]) -> None:
    found = difference(spec("lenet5.net:LeNet5"), spec("lenet5.net:LeNet5Modern"))
    text = render_difference(found)
    words = {"C1 ": "conv 6", "S2 ": "subsample", "C3 ": "conv 16", "F6 ": "fc 84"}
    starts = {line.index(word) for name, word in words.items() for line in text.splitlines() if f" ~  {name}" in line}
    assert len(starts) == 1
    golden("diff/lenet5-modern.txt", text)


def test_signs_and_percent() -> None:
    text = render_difference(to(edited("    pool1 = maxpool(2x2)\n", "")))
    before, after = load(BASE).total("macs"), edited("    pool1 = maxpool(2x2)\n", "").total("macs")
    line = next(line for line in text.splitlines() if line.strip().startswith("MACs"))
    assert line.split()[1:] == [f"{before:,}", f"{after:,}", f"{after - before:+,}",
                                f"{100 * (after - before) / before:+.1f}%"]  # fmt: skip


def test_json_is_json_and_says_what_differs() -> None:
    found = difference(spec("lenet5.net:LeNet5"), spec("lenet5.net:LeNet5Modern"))
    data = json.loads(json.dumps(found.to_json()))
    assert not data["same"]
    assert len(data["entries"]) == sum(bool(entry.marks) for entry in found.entries)
    s2 = next(entry for entry in data["entries"] if entry["before"][0]["name"] == "S2")
    assert s2["differs"]["op"] == {"before": "subsample 2x2", "after": "avgpool 2x2"}


def test_a_long_net_is_compared() -> None:
    """Longer than Python's stack is deep."""

    def chain(op: str) -> Graph:
        return load("net N {\n  input a: 4\n" + f"  for i in 0..2500 {{\n    x = {op} -> relu\n  }}\n" + "}\n")

    found = difference(chain("fc(4)"), chain("fc(4, bias = false)"))
    assert len(found.with_mark("changed")) == 2500


def test_auxiliary_outputs_differ() -> None:
    base = "net A {\n  input x: 3x8x8\n  stem = conv(4, 3x3)\n  output early: fc(5)\n  output late: fc(10)\n}"
    plain, heads = load(base), load(base.replace("output early", "auxiliary output early"))
    found = difference(plain, heads)
    assert found.around == ("output early is in training only",)
    assert found.totals()["macs"] == (plain.total("macs"), plain.total("macs") - 4 * 36 * 5)
    assert found.totals()["macs in training"] == (plain.total("macs"),) * 2
    assert "MACs in training" in render_difference(found)
    gone = load(base.replace("  output early: fc(5)\n", ""))
    assert any(sentence.startswith("auxiliary output early is gone") for sentence in difference(heads, gone).around)


def test_devices_that_only_one_net_has_are_told_with_the_ranges_of_their_layers() -> None:
    layers = "".join(f"  c{i} = conv(3, 1x1)\n" for i in range(8))
    base = f"net A {{\n  input x: 3x8x8\n{layers}}}\n"
    edits = "device gpu0, gpu1\nmove c0, c5, c7 to gpu0\nmove c3, c4, c6 to gpu1"
    before, after = load(base), load(f"{base}net B = A with {{\n{edits}\n}}\n")
    found = difference(before, after)
    assert found.around == ("device gpu0 is new: c0 … c2, c5, c7", "device gpu1 is new: c3 … c4, c6")
    assert difference(after, before).around[0] == "device gpu0 is gone: c0 … c2, c5, c7"
    many = "".join(f"  c{i} = conv(3, 1x1) on gpu{i % 2}\n" for i in range(20))
    after = load(f"net A {{\n  device gpu0, gpu1\n  input x: 3x8x8\n{many}}}\n")
    assert "device gpu0 is new: c0, c2, c4, c6, c8, c10 and 4 more" in difference(before, after).around
