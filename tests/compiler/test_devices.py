"""Devices, towers and the transfers between them."""

from __future__ import annotations

import pytest
from small_nets import codes, graph, names, net, reads

from netc.compiler.graph import Graph

TWO = "device gpu0, gpu1\ninput image: 3x8x8"


def devices(found: Graph) -> dict[str, str | None]:
    return {node.name: node.device for node in found.layers}


def transfers(found: Graph) -> list[tuple[str, str, str]]:
    return [(node.name, node.origin, node.destination) for node in found.transfers]


def order(found: Graph) -> list[str]:
    return [node.name for node in found.nodes]


# ---- placement


def test_without_devices_nothing_is_anywhere() -> None:
    assert devices(graph("a = relu\nb = tanh")) == {"a": None, "b": None}


def test_devices_have_memory_and_an_order() -> None:
    found = graph("relu on b\ntanh on a\nsigmoid on c", feed="device b(memory = 3GB), a(2GiB), c\ninput image: 3")
    assert [(device.name, device.memory) for device in found.devices] == [("b", 3 * 10**9), ("a", 2**31), ("c", None)]


def test_on_places_a_whole_chain_and_the_next_follows_its_input() -> None:
    found = graph("a = conv(4, 3x3) -> relu on gpu1\nb = tanh\nc = b -> fc(2) on gpu0\nd = relu", feed=TWO)
    assert devices(found) == {"a": "gpu1", "a_relu": "gpu1", "b": "gpu1", "c": "gpu0", "d": "gpu0"}


def test_on_around_statements_and_on_inside_it() -> None:
    found = graph("on gpu0 {\n a = relu\n section s {\n b = tanh on gpu1\n }\n c = sigmoid\n}\nd = relu", feed=TWO)
    assert devices(found) == {"a": "gpu0", "b": "gpu1", "c": "gpu0", "d": "gpu0"}


def test_a_block_is_placed_by_its_use() -> None:
    block = "block pair {\n first = relu\n second = tanh on gpu0\n}"
    found = graph("a = pair on gpu1\nb = fc(2) on gpu0", block, feed=TWO)
    assert devices(found) == {"a.first": "gpu1", "a.second": "gpu0", "b": "gpu0"}


def test_outputs_are_placed_too() -> None:
    assert devices(graph("a = relu on gpu0\noutput x: a -> tanh on gpu1", feed=TWO)) == {"a": "gpu0", "tanh": "gpu1"}


def test_inputs_are_on_no_device_and_need_no_transfer() -> None:
    found = graph("a = image -> relu on gpu0\nb = image -> relu on gpu1\nadd(a, b) on gpu1", feed=TWO)
    assert found.inputs[0].device is None
    assert reads(found, "b") == ("image",)
    assert transfers(found) == [("a@gpu1", "gpu0", "gpu1")]


# ---- transfers


def test_a_transfer_stands_before_its_reader_and_knows_its_bytes() -> None:
    found = graph("a = conv(4, 3x3) on gpu0\nb = fc(2) on gpu1", feed=TWO)
    assert order(found) == ["image", "a", "a@gpu1", "b"]
    (copy,) = found.transfers
    assert (copy.layer, copy.shape, copy.bytes_per_sample, copy.device) == ("a", (4, 6, 6), 4 * 6 * 6 * 4, "gpu1")
    assert (reads(found, "b"), copy.inputs, copy.line) == (("a@gpu1",), ("a",), 6)


def test_a_layer_is_copied_once_per_device() -> None:
    found = graph("a = relu on gpu0\nb = a -> tanh on gpu1\nc = a -> sigmoid on gpu1\nadd(a, b, c) on gpu1", feed=TWO)
    assert transfers(found) == [("a@gpu1", "gpu0", "gpu1")]
    assert reads(found, "add") == ("a@gpu1", "b", "c")


def test_there_and_back_are_two_transfers() -> None:
    found = graph("a = relu on gpu0\nb = tanh on gpu1\nc = add(a, b) on gpu0", feed=TWO)
    assert transfers(found) == [("a@gpu1", "gpu0", "gpu1"), ("b@gpu0", "gpu1", "gpu0")]


def test_a_transfer_for_a_block_stands_before_the_block() -> None:
    block = "block late(other) {\n first = relu\n second = add(first, other)\n}"
    found = graph("a = relu on gpu0\nb = image -> relu on gpu1\nc = b -> late(a) on gpu1", block, feed=TWO)
    assert order(found) == ["image", "a", "b", "a@gpu1", "c.first", "c.second"]


def test_transfers_are_counted() -> None:
    assert graph("relu on gpu0\ntanh on gpu1\nexpect transfers == 1", feed=TWO).transfers


# ---- towers

TOWERS = "towers on gpu0, gpu1 {\n a = conv(4, 3x3) -> relu\n b = conv(6, 3x3)\n}\n"
CROSSED = "towers on gpu0, gpu1 {\n a = conv(4, 3x3) -> relu\n exchange\n b = conv(6, 3x3)\n}\n"


def test_the_body_exists_once_per_device() -> None:
    found = graph(TOWERS + "fc(2) on gpu0", feed=TWO)
    assert names(found) == [
        "gpu0.a", "gpu0.a_relu", "gpu0.b", "gpu1.a", "gpu1.a_relu", "gpu1.b", "fc_concat", "fc",
    ]  # fmt: skip
    assert devices(found) == {name: name[:4] if name.startswith("gpu") else "gpu0" for name in names(found)}
    assert [(scope.path, scope.kind) for scope in found.scopes] == [("gpu0", "tower"), ("gpu1", "tower")]
    assert reads(found, "gpu1.b") == ("gpu1.a_relu",)


def test_a_reader_of_towers_reads_all_of_them_in_their_order() -> None:
    found = graph(TOWERS + "fc(2) on gpu1", feed=TWO)
    assert reads(found, "fc_concat") == ("gpu0.b@gpu1", "gpu1.b")
    assert found.by_name["fc_concat"].shape == (12, 4, 4)
    assert found.by_name["fc_concat"].device == "gpu1"


def test_after_an_exchange_every_tower_reads_all_towers() -> None:
    found = graph(CROSSED + "fc(2) on gpu0", feed=TWO)
    assert order(found) == [
        "image", "gpu0.a", "gpu0.a_relu", "gpu1.a", "gpu1.a_relu", "gpu1.a_relu@gpu0", "gpu0.b_concat", "gpu0.b",
        "gpu0.a_relu@gpu1", "gpu1.b_concat", "gpu1.b", "gpu1.b@gpu0", "fc_concat", "fc",
    ]  # fmt: skip
    assert reads(found, "gpu0.b_concat") == ("gpu0.a_relu", "gpu1.a_relu@gpu0")
    assert reads(found, "gpu1.b_concat") == ("gpu0.a_relu@gpu1", "gpu1.a_relu")
    assert found.by_name["gpu0.b"].shape == found.by_name["gpu1.b"].shape == (6, 4, 4)


def test_after_an_exchange_a_name_means_the_layer_of_the_own_tower() -> None:
    stages = " a = conv(4, 3x3)\n exchange\n b = conv(6, 3x3)\n c = a -> conv(6, 3x3)\n d = add(b, c)\n"
    found = graph(f"towers on gpu0, gpu1 {{\n{stages}}}\nfc(2) on gpu0", feed=TWO)
    assert reads(found, "gpu1.c") == ("gpu1.a",)
    assert reads(found, "gpu1.d") == ("gpu1.b", "gpu1.c")


def test_one_tower_is_read_by_its_device() -> None:
    found = graph(TOWERS + "x = gpu1.a -> fc(2) on gpu1\ny = b -> fc(2) on gpu0\nadd(x, y) on gpu0", feed=TWO)
    assert reads(found, "x") == ("gpu1.a_relu",)
    assert reads(found, "y_concat") == ("gpu0.b", "gpu1.b@gpu0")


def test_towers_read_what_stands_before_them() -> None:
    found = graph("stem = conv(4, 3x3) on gpu0\n" + TOWERS + "fc(2) on gpu0", feed=TWO)
    assert reads(found, "gpu0.a") == ("stem",)
    assert reads(found, "gpu1.a") == ("stem@gpu1",)


def test_towers_after_towers_read_all_of_the_first() -> None:
    second = "towers on gpu0, gpu1 {\n c = conv(2, 3x3)\n}\n"
    found = graph(TOWERS + second + "fc(2) on gpu0", feed=TWO)
    assert reads(found, "gpu1.c_concat") == ("gpu0.b@gpu1", "gpu1.b")


def test_blocks_loops_and_sections_in_towers() -> None:
    block = "block unit(width) {\n conv(width, 3x3) -> relu\n}"
    section = " section s {\n x = unit(4)\n exchange\n for i in 0..2 {\n c = unit(2)\n }\n }\n"
    body = f"towers on gpu0, gpu1 {{\n{section}}}\nfc(2) on gpu0"
    found = graph(body, block, feed="device gpu0, gpu1\ninput image: 3x16x16")
    assert [name for name in names(found) if name.startswith("gpu1")] == [
        "gpu1.x.conv", "gpu1.x.relu", "gpu1.c.0_concat", "gpu1.c.0.conv", "gpu1.c.0.relu", "gpu1.c.1.conv",
        "gpu1.c.1.relu",
    ]  # fmt: skip
    assert {node.section for node in found.layers if node.name.startswith("gpu")} == {"s"}


def test_three_towers() -> None:
    body = CROSSED.replace("gpu0, gpu1", "one, two, three")
    found = graph(body + "fc(2) on one", feed="device one, two, three\ninput image: 3x8x8")
    assert reads(found, "two.b_concat") == ("one.a_relu@two", "two.a_relu", "three.a_relu@two")
    assert len(found.transfers) == 3 * 2 + 2


def test_an_exchange_before_any_layer_changes_nothing() -> None:
    body = "towers on gpu0, gpu1 {\n exchange\n a = conv(4, 3x3)\n}\n"
    assert reads(graph(body + "fc(2) on gpu0", feed=TWO), "gpu0.a") == ("image",)


def test_shapes_costs_and_totals_per_device() -> None:
    found = graph(CROSSED + "fc(2) on gpu0", feed=TWO)
    tower = 4 * 27 + 4 + 6 * 8 * 9 + 6
    assert sum(node.parameters for node in found.on("gpu1")) == tower
    assert sum(node.parameters for node in found.on("gpu0")) == tower + 2 * 12 * 16 + 2


def test_a_join_takes_no_name_that_a_layer_has() -> None:
    towers = "towers on gpu0, gpu1 {\n c = conv(4, 3x3)\n}"
    found = graph(f"{towers}\nfc1 = fc(3) on gpu1\nfc1_concat = fc(2) on gpu0", feed=TWO)
    assert names(found) == ["gpu0.c", "gpu1.c", "fc1_concat2", "fc1", "fc1_concat"]
    assert reads(found, "fc1") == ("fc1_concat2",)


# ---- what does not go


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("relu", "E502"), ("a = relu on gpu0\nb = image -> relu on gpu1\nadd(a, b)", "E502"),
        (TOWERS + "fc(2)", "E502"),
        ("relu on gpu2\ntanh on gpu0", "E501"), ("relu on gpu0", "E505"), ("relu on gpu0\nexchange", "E503"),
        ("towers on gpu0, gpu0 {\n relu\n}", "E504"), ("on gpu0 {\n " + TOWERS + "}", "E504"),
        ("for i in 0..2 {\n " + TOWERS + "}", "E504"),
        ("towers on gpu0, gpu1 {\n relu on gpu0\n}\nfc(2) on gpu0", "E504"),
        ("gpu0 = relu on gpu0", "E203"), ("device gpu0\nrelu on gpu1", "E203"),
    ],
)  # fmt: skip
def test_what_does_not_go_with_devices(body: str, code: str) -> None:
    assert codes(net(body, feed=TWO)) == [code]
