"""``netc zoo``: the list, its filters and the plots."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import netc
from netc.backends.figure import PLAIN, write
from netc.backends.figure import text as metrics
from netc.backends.figure import themes as figure_themes
from netc.backends.figure.comparison import COSTS, compare
from netc.backends.figure.options import PAGES
from netc.backends.figure.scene import Text
from netc.cli import main
from netc.compiler import Shipped, catalogue
from netc.compiler.catalogue import INDEX, compiled, depth

DEPTHS = {
    "zoo:alexnet": 8, "zoo:vgg": 16, "zoo:vgg:VGG19": 19, "zoo:googlenet": 22, "zoo:resnet": 152,
    "zoo:resnet_cifar:ResNet20": 20, "zoo:densenet": 121,
}  # fmt: skip
"""Depths as the papers count them."""


def zoo(*arguments: str) -> Result:
    result = CliRunner().invoke(main, ["zoo", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_the_table_is_what_the_specs_say() -> None:
    assert catalogue() == tuple(compiled()), "a shipped spec has changed: run `make zoo`"
    assert json.loads(INDEX.read_text(encoding="utf-8"))["nets"], "the table is read, not compiled"


def test_every_spec_of_the_list_loads_and_is_the_net_that_it_says() -> None:
    defaults = [net for net in catalogue() if net.is_default]
    assert [f"zoo:{path.stem}" for path in sorted(INDEX.parent.glob("*.net"))] == [net.spec for net in defaults]
    for net in defaults:
        assert netc.load(net.spec).net == net.net


@pytest.mark.parametrize("spec", DEPTHS)
def test_depth_is_counted_as_papers_do(spec: str) -> None:
    assert depth(netc.load(spec)) == DEPTHS[spec]


def test_all_nets_are_listed_with_their_ideas() -> None:
    listed = " ".join(zoo().stdout.split())
    for net in catalogue():
        assert f"{net.parameters:,}" in listed
        assert all(idea in listed for idea in net.ideas)
        if net.is_default:
            assert "; ".join(net.ideas) in listed


@pytest.mark.parametrize(
    ("arguments", "holds"),
    [
        (("resnet",), lambda net: "resnet" in (net.spec + net.net + net.title + " ".join(net.ideas)).lower()),
        (("--year", "2012-2013"), lambda net: net.year in (2012, 2013)),
        (("--year", "2015"), lambda net: net.year == 2015),
        (("--max-parameters", "1.5M"), lambda net: net.parameters <= 1_500_000),
        (("--max-macs", "1G"), lambda net: net.macs <= 10**9),
        (("lenet",), lambda net: net.file == "lenet5"),  # neither GoogLeNet nor MobileNet
        (("goo", "--max-parameters", "10M"), lambda net: net.file == "googlenet" and net.parameters <= 1e7),
    ],
)
def test_filters_leave_just_what_fits(arguments: tuple[str, ...], holds: Callable[[Shipped], bool]) -> None:
    found = [entry["spec"] for entry in json.loads(zoo(*arguments, "--json").stdout)]
    assert found == [net.spec for net in catalogue() if holds(net)]
    assert 0 < len(found) < len(catalogue())


def test_sorting() -> None:
    rows = list(csv.DictReader(StringIO(zoo("--sort", "macs", "--csv").stdout)))
    counts = [int(row["macs"]) for row in rows]
    assert counts == sorted(counts)
    assert len(counts) == len(catalogue())


def test_lines_are_not_too_long_and_markdown_has_a_row_per_net() -> None:
    assert max(map(len, zoo("--sort", "depth").stdout.splitlines())) <= 100
    assert len(zoo("--markdown").stdout.splitlines()) == len(catalogue()) + 2


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("nosuchnet",), 1, "E804"),
        (("--year", "late"), 2, "no year such as 2012"),
        (("--max-macs", "big"), 2, "no count such as"),
        (("-o", "x.svg"), 2, "--compare draws it"),
        (("--json", "--csv"), 2, "one form at a time: --json or --csv"),
        (("--compare", "--json"), 2, "--json is of the list"),
        (("--compare", "--against", "accuracy"), 2, "macs, depth, year"),
        (("--compare", "-o", "x.xyz"), 2, "unknown format"),
    ],
)
def test_wrong_use_is_told(arguments: tuple[str, ...], code: int, says: str) -> None:
    result = zoo(*arguments)
    assert (result.exit_code, says in result.stderr) == (code, True)


@pytest.mark.parametrize("against", [name for name in COSTS if name != "parameters"])
@pytest.mark.parametrize("page", ["slide", "paper-1col"])
def test_a_plot_has_every_net_and_no_text_over_text(against: str, page: str) -> None:
    scene = compare(catalogue(), against, PAGES[page])
    assert {group.name for group in scene.groups() if group.part == "note"} == {net.spec for net in catalogue()}
    assert (scene.smallest_text() or 0) >= PAGES[page].least
    boxes = [_box(text) for text in scene.texts()]
    for index, box in enumerate(boxes):
        assert box[0] >= 0
        assert box[2] <= scene.width
        assert not [other for other in boxes[:index] if _meet(box, other)]
    assert write([scene], figure_themes.load(PLAIN.theme), "svg").startswith(b"<svg")


@pytest.mark.parametrize("against", [name for name in COSTS if name != "parameters"])
@pytest.mark.parametrize("page", ["slide", "paper-1col"])
def test_a_plot_names_what_the_files_are_known_for_before_their_relatives(against: str, page: str) -> None:
    scene = compare(catalogue(), against, PAGES[page])
    names = [text.text for text in scene.texts()]
    assert {"LeNet-5", "AlexNet"} <= set(names)
    assert "LeNet-5, as it is built today" not in names, "it lies next to LeNet-5"
    assert not [name for name in names if name.endswith("…")]


def test_more_parameters_stand_higher_and_more_macs_further_right() -> None:
    scene = compare(catalogue(), "macs", PAGES["slide"])
    points = {group.name: group.shapes[0] for group in scene.groups() if group.part == "note"}
    by_parameters = sorted(catalogue(), key=lambda net: net.parameters)
    by_macs = sorted(catalogue(), key=lambda net: net.macs)
    heights = [points[net.spec].y for net in by_parameters]  # type: ignore[union-attr]
    places = [points[net.spec].x for net in by_macs]  # type: ignore[union-attr]
    assert heights == sorted(heights, reverse=True)
    assert places == sorted(places)


def test_a_plot_is_written_whole_and_not_over_files_of_others(tmp_path: Path) -> None:
    assert zoo("--compare", "-o", str(tmp_path / "zoo.svg")).exit_code == 0
    assert (tmp_path / "zoo.svg").read_bytes().startswith(b"<svg")
    (tmp_path / "mine.svg").write_text("mine")
    assert zoo("--compare", "-o", str(tmp_path / "mine.svg")).exit_code == 2
    assert (tmp_path / "mine.svg").read_text() == "mine"


def _box(word: Text) -> tuple[float, float, float, float]:
    width = metrics.width(word.text, word.size, word.bold)
    left = word.x - {"start": 0.0, "middle": width / 2, "end": width}[word.anchor]
    return left, word.y - 0.7 * word.size, left + width, word.y


def _meet(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
