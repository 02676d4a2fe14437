"""Tables: every format has the graph's numbers, and no name breaks it."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest

from netc.backends.report import FORMATS, WIDTH, render
from netc.compiler import load
from netc.compiler.graph import About, Device, Graph, Input, Layer, Section, Transfer
from netc.compiler.ops import OPS

ROOT = Path(__file__).parents[3]
PEOPLE = ("table", "markdown", "latex")


def layer(
    name: str, reads: str, shapes: list[tuple[int, ...]], device: str | None, section: str | None, **op: object
) -> Layer:
    """A layer with the costs that its op gives; `shapes` are those of what it reads."""
    built = OPS[str(op.pop("op"))].model_validate(op)
    costs = {cost: getattr(built, cost)(*shapes) for cost in ("parameters", "connections", "macs")}
    return Layer(
        name=name, op=built, inputs=tuple(reads.split()), shape=built.infer(*shapes), device=device,
        section=section, statement=name, line=7, file="net.net", **costs,
    )  # fmt: skip


def example(title: str = "Two halves", section: str = "Features", devices: bool = True) -> Graph:
    """A net of two towers that meet, on two devices or none."""
    a, b = ("gpu0", "gpu1") if devices else (None, None)
    copy = [
        Transfer(
            name="gpu1.c@gpu0", layer="gpu1.c", origin="gpu1", destination="gpu0", shape=(40, 28, 28), line=9, file="f"
        )
    ]
    nodes = [
        Input(name="image", shape=(3, 32, 32), line=3),
        layer("gpu0.c", "image", [(3, 32, 32)], a, "features", op="conv", channels=40, kernel=5),
        layer("gpu1.c", "image", [(3, 32, 32)], b, "features", op="conv", channels=40, kernel=5),
        *(copy if devices else []),
        layer("sum", "gpu0.c " + ("gpu1.c@gpu0" if devices else "gpu1.c"), [(40, 28, 28)] * 2, a, None, op="add"),
        layer("fc", "sum", [(40, 28, 28)], a, "head", op="fc", units=1000),
    ]
    return Graph(
        net="Halves", file="net.net", about=About(title=title, year=2012), nodes=tuple(nodes), outputs={"output": "fc"},
        devices=(Device(name="gpu0", memory=3 * 10**9), Device(name="gpu1")) if devices else (),
        sections=(Section(name="features", title=section), Section(name="head", title="Head")),
    )  # fmt: skip


GRAPH = example()


def markdown_tables(text: str) -> list[list[list[str]]]:
    """The tables of a Markdown text as rows of cells, by GitHub's rule: a pipe without a backslash ends a cell."""
    found = []
    for block in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        rows = [re.split(r"(?<!\\)\|", line)[1:-1] for line in block.splitlines()]
        found.append([[re.sub(r"\\(.)", r"\1", cell.strip().strip("*")) for cell in row] for row in rows])
    return found


def number(text: str) -> int:
    return int(text.replace(",", ""))


def test_json_has_the_numbers_of_the_graph() -> None:
    found = json.loads(render(GRAPH, "json"))
    assert found["net"] == "Halves"
    for cost in ("parameters", "connections", "macs", "activations"):
        assert found[cost] == GRAPH.total(cost) == sum(item[cost] for item in found["layers"])
        assert found[cost] == sum(device[cost] for device in found["devices"].values())
    for item, of in zip(found["layers"], GRAPH.layers, strict=True):
        assert (item["name"], item["op"], tuple(item["shape"])) == (of.name, of.op.keyword, of.shape)
        assert (item["device"], item["line"], item["file"]) == (of.device, of.line, of.file)
    assert found["transfers"] == [
        {"layer": "gpu1.c", "from": "gpu1", "to": "gpu0", "shape": [40, 28, 28], "bytes_per_sample": 4 * 40 * 28 * 28}
    ]


def test_without_devices_there_are_none() -> None:
    found = json.loads(render(example(devices=False), "json"))
    assert (found["devices"], found["transfers"]) == ({}, [])
    table = render(example(devices=False), "table")
    assert "device" not in table
    assert "Transfers" not in table


def test_csv_parses_back() -> None:
    rows = list(csv.DictReader(StringIO(render(GRAPH, "csv"))))
    assert [row["name"] for row in rows] == [of.name for of in GRAPH.layers]
    for cost in ("parameters", "connections", "macs", "activations"):
        assert [int(row[cost]) for row in rows] == [getattr(of, cost) for of in GRAPH.layers]
    assert [row["shape"] for row in rows] == ["40x28x28", "40x28x28", "40x28x28", "1000"]
    assert [row["section"] for row in rows] == ["features", "features", "", "head"]


def test_markdown_parses_back() -> None:
    layers, devices, transfers = markdown_tables(render(GRAPH, "markdown"))
    by_name = {row[0]: row for row in layers}
    for of in GRAPH.layers:
        assert [number(cell) for cell in by_name[of.name][3:6]] == [of.parameters, of.connections, of.macs]
        assert by_name[of.name][6] == of.device
    totals = [GRAPH.total("parameters"), GRAPH.total("connections"), GRAPH.total("macs")]
    assert [number(cell) for cell in by_name["total"][3:6]] == totals
    assert sum(number(row[3]) for row in devices[2:]) == GRAPH.total("parameters")
    assert number(transfers[-1][-1]) == 4 * 40 * 28 * 28


@pytest.mark.parametrize("width", [60, 80, WIDTH, 140])
def test_the_table_keeps_to_its_width_and_loses_no_number(width: int) -> None:
    text = render(GRAPH, "table", width)
    assert max(map(len, text.splitlines())) <= width
    for cost in ("parameters", "connections", "macs"):
        assert f"{GRAPH.total(cost):,}" in text
    assert "Two halves (2012)" in text


def test_sections_stand_between_the_layers() -> None:
    lines = render(GRAPH, "table").splitlines()
    order = [
        next(i for i, line in enumerate(lines) if line.strip().startswith(word))
        for word in ("Features", "gpu0.c", "sum", "Head", "fc")
    ]
    assert order == sorted(order)


HOSTILE = 'A & B_1 100% #x $y {z} \\ ~ ^ | <b>`*[l](u)* ! "quoted"\r\n\t\x07[bold]end[/bold], ü'


def test_latex_escapes() -> None:
    text = render(example(title=HOSTILE, section=HOSTILE), "latex")
    section = next(line for line in text.splitlines() if "multicolumn" in line)
    plain = re.sub(r"\\(multicolumn|textit|text\w+|[&%$#_{}\\])", "", section)
    assert not set("&%$#_^~\\|<>") & set(plain)
    assert r"100\% \#x \$y \{z\} \textbackslash{} \textasciitilde{}" in section
    assert text.count(r"\begin{tabular}") == text.count(r"\end{tabular}") == 3
    assert all(line.startswith("%") for line in text.splitlines() if "Two" in line)
    rows = [
        re.sub(r"\\&", "", line) for line in text.splitlines() if line.endswith(r"\\") and "multicolumn" not in line
    ]
    assert {line.count("&") for line in rows} == {6, 4}


@pytest.mark.parametrize("format", FORMATS)
def test_no_name_breaks_a_format(format: str) -> None:
    plain, hostile = render(GRAPH, format), render(example(title=HOSTILE, section=HOSTILE), format)
    if format in PEOPLE:
        assert not any(not char.isprintable() for char in hostile.replace("\n", ""))
    if format == "markdown":
        shape = [[len(row) for row in table] for table in markdown_tables(plain)]
        assert [[len(row) for row in table] for table in markdown_tables(hostile)] == shape
    if format == "table":
        assert "[bold]end[/bold]" in hostile.replace("\n", " ")
    if format == "json":
        assert json.loads(hostile)["title"] == HOSTILE
    if format == "csv":
        assert hostile == plain


@pytest.mark.parametrize("format", FORMATS)
def test_examples(format: str, golden: Callable[[str, str], None]) -> None:
    golden(f"report/halves.{format}", render(GRAPH, format))


def test_alexnet_has_the_numbers_of_its_source() -> None:
    """Sums per device of computerhistory/AlexNet-Source-Code, layers-145.cfg; seven copies by its crossing edges."""
    found = json.loads(render(load(ROOT / "specs/alexnet.net"), "json"))
    assert {name: costs["parameters"] for name, costs in found["devices"].items()} == {
        "gpu0": 32_531_112,
        "gpu1": 28_434_112,
    }
    assert {name: costs["macs"] for name, costs in found["devices"].items()} == {
        "gpu0": 364_251_408,
        "gpu1": 360_155_408,
    }
    per_sample = sorted(item["bytes_per_sample"] // 4 for item in found["transfers"])
    assert per_sample == [2048, 2048, 2048, 4608, 4608, 21632, 21632]


def test_lenet5_has_the_numbers_of_its_paper() -> None:
    """Both totals are printed by LeCun et al. 1998, page 7."""
    found = json.loads(render(load(ROOT / "specs/lenet5.net", "LeNet5"), "json"))
    assert (found["parameters"], found["connections"]) == (60_000, 340_908)
    by_name = {item["name"]: item for item in found["layers"]}
    assert (by_name["C3"]["parameters"], by_name["C3"]["connections"], by_name["C3"]["shape"]) == (
        1516,
        151_600,
        [16, 10, 10],
    )


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(ValueError, match="did you mean `json`"):
        render(GRAPH, "jsn")


HEADS = load("""
net Heads {
  device a, b
  input image: 3x8x8
  stem = conv(4, 3x3) on a
  auxiliary output early: fc(5) on b
  fc = fc(10) on a
}
""")


def test_totals_are_of_evaluation_and_say_what_training_adds() -> None:
    lines = [re.split(r"  +", line.strip()) for line in render(HEADS, "table", WIDTH).splitlines()]
    stem, early, last = 4 * 27 * 36, 4 * 36 * 5, 4 * 36 * 10
    assert ["fc2", "fc 5 (training)", "5", "725", "725", f"{early:,}", "b"] in lines
    totals = next(line for line in lines if line[0] == "total")
    assert (totals[1], totals[3]) == (f"{HEADS.total('parameters'):,}", f"{stem + last:,}")
    assert ["more in training", "725", f"{early:,}"] in lines
    assert ["b", "1", "725", "0", "0", "0"] in lines
    assert ["stem (training)", "a", "b", "4x6x6", "576"] in lines
    assert ["more in training", "576"] in lines
    assert not any("training" in line for line in render(GRAPH, "table", WIDTH).splitlines())


def test_programs_are_told_what_is_in_training_only() -> None:
    document = json.loads(render(HEADS, "json", WIDTH))
    assert document["auxiliary"] == ["early"]
    assert document["training"]["macs"] - document["macs"] == 4 * 36 * 5
    rows = list(csv.DictReader(StringIO(render(HEADS, "csv", WIDTH))))
    assert {row["name"]: row["training_only"] for row in rows} == {"stem": "False", "fc2": "True", "fc": "False"}
