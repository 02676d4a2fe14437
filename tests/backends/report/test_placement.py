"""What training takes on every device: the numbers of the compiler, in every format."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from netc.backends.report import PLACEMENT_FORMATS, Training, render_placement
from netc.compiler import load, on_one_device, training_memory

ALEXNET = load("zoo:alexnet")
ROOT = Path(__file__).parents[3]


@cache
def document(spec: str, training: Training) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(render_placement(load(spec), training, "json"))
    return found


def test_the_seven_transfers_of_alexnet() -> None:
    """Elements per image by Krizhevsky's layer file: pool2 21,632, pool5 4,608, fc6 and fc7 2,048."""
    found = document("zoo:alexnet", Training(128))
    values = {"pool2": 128 * 13 * 13, "pool5": 128 * 6 * 6, "fc6_dropout": 2048, "fc7_dropout": 2048}
    expected = [
        (f"{origin}.{layer}", origin, destination, 4 * values[layer])
        for layer, origin, destination in (
            ("pool2", "gpu1", "gpu0"), ("pool2", "gpu0", "gpu1"), ("pool5", "gpu1", "gpu0"), ("pool5", "gpu0", "gpu1"),
            ("fc6_dropout", "gpu1", "gpu0"), ("fc6_dropout", "gpu0", "gpu1"), ("fc7_dropout", "gpu1", "gpu0"),
        )
    ]  # fmt: skip
    assert [(item["layer"], item["from"], item["to"], item["forward"]) for item in found["transfers"]] == expected
    assert all(item["backward"] == item["forward"] for item in found["transfers"])
    assert found["traffic"]["step"] == 2 * 128 * sum(size for *_, size in expected)
    lines = {layer.name: layer.line for layer in ALEXNET.layers}
    assert [item["line"] for item in found["transfers"]] == [
        lines[name] for name in ["gpu0.conv3"] * 2 + ["gpu0.fc6"] * 2 + ["gpu0.fc7"] * 2 + ["fc8"]
    ]


def test_parameters_and_macs_of_the_towers() -> None:
    """A tower has 28,434,112 parameters and 360,155,408 multiply-adds; gpu0 has fc8 besides."""
    found = document("zoo:alexnet", Training(128))["devices"]
    assert (found["gpu1"]["parameters"], found["gpu1"]["macs"]) == (28_434_112, 360_155_408)
    assert (found["gpu0"]["parameters"], found["gpu0"]["macs"]) == (32_531_112, 364_251_408)


def test_two_devices_were_needed() -> None:
    found = document("zoo:alexnet", Training(128))
    whole = found["on_one_device"]
    assert whole["memory"] == 3 * 10**9 < whole["needs"]["without_reuse"]
    assert all(entry["needs"]["without_reuse"] < entry["memory"] for entry in found["devices"].values())
    assert whole["needs"] == training_memory(on_one_device(ALEXNET), 128)[None]._asdict()


@pytest.mark.parametrize("spec", ["zoo:alexnet", "zoo:resnet:ResNet18"])
def test_the_largest_batch_is_the_last_that_fits(spec: str) -> None:
    for name, entry in document(spec, Training(1, "adam", 10**9))["devices"].items():
        key = name if name != "host" else None
        peaks = [training_memory(load(spec), entry["largest_batch"] + more, "adam")[key].peak for more in (0, 1)]
        assert peaks[0] <= entry["memory"] < peaks[1]


def test_a_net_that_does_not_fit_says_by_how_much() -> None:
    graph = load("zoo:vgg")
    found = render_placement(graph, Training(1, "sgd", 10**9))
    excess = training_memory(graph, 1, "sgd")[None].peak - 10**9
    assert f"no, {excess / 1e6:.2f}MB too much" in found
    assert document("zoo:vgg", Training(1, "sgd", 10**9))["devices"]["host"]["largest_batch"] == 0


def test_without_a_known_memory_nothing_is_said_of_fitting() -> None:
    assert "fits" not in render_placement(load("zoo:lenet5"), Training())
    entry = document("zoo:lenet5", Training())["devices"]["host"]
    assert (entry["memory"], entry["fits"], entry["largest_batch"]) == (None, None, None)


def test_what_is_sent_before_any_weights_brings_no_gradient_back() -> None:
    text = "net N {\n  device a, b\n  input x: 1x8x8\n  p = maxpool(2x2) on a\n  q = conv(4, 3x3) on b\n}"
    (item,) = document(text, Training(3))["transfers"]
    assert (item["forward"], item["backward"], item["step"]) == (64, 0, 3 * 64)


def test_a_net_on_one_device_has_one_column() -> None:
    text = "net N {\n  device a(memory = 1GB)\n  input x: 1x8x8\n  p = fc(2) on a\n}"
    assert "on one device" not in render_placement(load(text), Training())


@pytest.mark.parametrize("format", [*PLACEMENT_FORMATS])
def test_formats(format: str, golden: Any) -> None:
    graph = load((ROOT / "tests/format/alexnet.net").read_text(encoding="utf-8"))  # whose lines stay where they are
    golden(f"report/placement.{format}", render_placement(graph, Training(128), format))
