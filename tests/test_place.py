"""``netc place`` as a user meets it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from netc.backends.report.placing import placing_table
from netc.cli import main
from netc.compiler import Device, load
from netc.compiler.placement.proposal import Base, Load, on_one, pipeline

MERGED = "zoo:alexnet:AlexNetMerged"


def place(*arguments: str, code: int = 0) -> tuple[str, str]:
    result = CliRunner().invoke(main, ["place", *arguments])
    assert result.exit_code == code, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.stdout, result.stderr


def test_the_spec_that_is_written_has_the_costs_that_are_shown(tmp_path: Path) -> None:
    path = tmp_path / "placed.net"
    shown, said = place(MERGED, "--memory", "2GB", "--as", "towers", "-o", str(path))
    assert "7   234,496" in shown
    assert said == f"{path}: towers, 7 transfers with 234.5KB per sample\n"
    graph = load(path)
    assert [device.memory for device in graph.devices] == [2 * 10**9] * 2
    assert len(graph.transfers) == 7


def test_the_first_that_fits_is_printed_and_one_device_is_shown_to_compare() -> None:
    shown, _ = place(MERGED, "--memory", "2GB")
    rows = [line.split()[0] for line in shown.splitlines() if line.split()[-4:-2] == ["yes", "0"] or " %" in line]
    assert [word for word in rows if not word.startswith("gpu")] == ["one", "pipeline", "towers"]
    assert "net AlexNetMergedPipeline = AlexNetMerged with {" in shown


def test_the_table_fits_a_small_terminal_with_all_of_its_cells() -> None:
    graph = load("zoo:vgg:VGG16")
    devices = [Device(name=f"gpu{number}", memory=8 * 10**9) for number in range(4)]
    found = pipeline(Base(graph, "zoo:vgg", {}), devices, Load(64))
    table = placing_table([on_one(graph, devices[0], Load(64)), found], 80)
    assert max(map(len, table.splitlines())) <= 80
    assert "…" not in table
    assert "one device  gpu0    138,357,544  100 %    6.34GB   yes          0" in table


def test_json_has_all_proposals_beside_what_is_written() -> None:
    found = json.loads(place("zoo:alexnet:AlexNet", "--memory", "2GB", "--json")[0])
    assert [one["placement"] for one in found] == ["one device", "as written", "pipeline"]
    assert [one["bytes_per_sample"] for one in found] == [0, 234_496, 173_056]
    assert [device["parameters"] for device in found[1]["devices"]] == [32_531_112, 28_434_112]


def test_a_net_that_fits_nowhere_says_by_how_much() -> None:
    _, said = place("zoo:vgg:VGG16", "--memory", "3GB", "--as", "pipeline", code=1)
    assert re.search(r"none fits: the pipeline lacks \d\.\d+GB on its fullest device; a batch of \d+ would fit", said)
    _, said = place("zoo:vgg:VGG16", "--memory", "100MB", "--as", "pipeline", code=1)
    assert "not even the weights fit" in said


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ((MERGED, "--memory", "3G"), 2, "`3G` is no amount of memory such as 3GB or 512MiB"),
        ((MERGED, "--memory", "4"), 2, "is no amount of memory"),
        ((MERGED, "--devices", "1"), 2, "--devices"),
        (("zoo:resnet:ResNet50", "--as", "towers"), 1, "error[E910]: towers are proposed for chains"),
        (
            ("zoo:lenet5:LeNet5Modern", "--devices", "60", "--as", "pipeline"),
            1,
            "LeNet5Modern has too few layers for 60 devices",
        ),
    ],
)
def test_what_cannot_be(arguments: tuple[str, ...], code: int, message: str) -> None:
    assert message in place(*arguments, code=code)[1]


def test_a_file_of_the_users_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "mine.net"
    path.write_text("net Mine {}")
    assert "--force" in place(MERGED, "-o", str(path), code=2)[1]
    assert path.read_text() == "net Mine {}"
