"""netc new: a spec to begin with, which is right as it stands and with every edit that it proposes."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from netc.cli import main
from netc.compiler import check_source, format_text, load
from netc.compiler.program import read_source
from netc.compiler.source import Source

LOCAL = """
block unit(width) {
  conv(width, 3x3) -> relu
}
net Local(width = 8, classes = 4) {
  input image: 3x16x16
  body = unit(width) -> unit(2 * width)
  fc   = fc(classes)
}
net Other {
  input text: 12
  fc = fc(3)
}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "local.net").write_text(LOCAL)
    (tmp_path / "sub").mkdir()
    return tmp_path


def new(*arguments: str) -> Result:
    result = CliRunner().invoke(main, ["new", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def mistakes(path: Path, text: str) -> list[str]:
    return [found.message for result in check_source(Source(path.name, text, path)) for found in result.diagnostics]


BASES = [
    "zoo:alexnet",
    "zoo:alexnet:AlexNetMerged",
    "zoo:lenet5",
    "zoo:unet",
    "zoo:vgg",
    "local.net",
    "local.net:Local",
]


@pytest.mark.parametrize("base", BASES)
def test_a_variant_is_right_with_every_edit_that_it_proposes(folder: Path, base: str) -> None:
    assert new("my.net", "--from", base).exit_code == 0
    path = folder / "my.net"
    text = path.read_text()
    assert format_text(text) == text
    assert mistakes(path, text) == []
    proposed = [line for line in text.splitlines() if line.startswith("  # ")]
    assert len(proposed) >= 5
    for line in proposed:
        assert mistakes(path, text.replace(line, line.replace("# ", "", 1))) == [], line


def test_the_name_the_parameters_and_what_comes_next(folder: Path) -> None:
    result = new("my.net", "--from", "local.net:Local")
    text = (folder / "my.net").read_text()
    assert 'use Local from "local.net"' in text
    assert "net MyLocal = Local(width = 8, classes = 4) with {" in text
    assert "body" in text
    for command in ("netc check my.net", "netc diff local.net:Local my.net", "netc draw my.net -o my.svg"):
        assert f"  {command}\n" in result.stdout


def test_a_name_of_ones_own(folder: Path) -> None:
    assert new("my.net", "--from", "zoo:lenet5", "--name", "Digits").exit_code == 0
    assert load(folder / "my.net").net == "Digits"
    assert new("net.net", "--name", "Other").exit_code == 0
    assert load(folder / "net.net").net == "Other"


def test_without_a_base_it_is_a_small_net_called_after_its_file(folder: Path) -> None:
    assert new("my-first_net.net").exit_code == 0
    path = folder / "my-first_net.net"
    assert load(path).net == "MyFirstNet"
    assert [result.diagnostics for result in check_source(read_source(path))] == [()]
    assert new("3.net").exit_code == 0
    assert load(folder / "3.net").net == "Net3"


def test_the_base_may_lie_below_the_new_file(folder: Path) -> None:
    (folder / "sub" / "deep.net").write_text(LOCAL)
    assert new("my.net", "--from", "sub/deep.net").exit_code == 0
    assert 'from "sub/deep.net"' in (folder / "my.net").read_text()
    assert load(folder / "my.net").net == "MyOther"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([], 2, "which file? As in: netc new my.net --from zoo:alexnet"),
        (["my"], 2, "netc new my.net"),
        (["local.net"], 2, "local.net exists"),
        (["local.net", "--from", "zoo:lenet5"], 2, "local.net exists"),
        (["sub/my.net", "--from", "local.net"], 2, "neither beside sub/my.net nor below it"),
        (["my.net", "--from", "-"], 2, "standard input"),
        (["my.net", "--from", "zoo:lenet"], 2, "did you mean `lenet5`?"),
        (["my.net", "--from", "zoo:lenet5:LeNet"], 2, "has no net `LeNet`"),
        (["my.net", "--from", "zoo:lenet5", "--name", "my net"], 2, "`my net` is no name"),
        (["my.net", "--from", "zoo:lenet5", "--name", "LeNet5"], 1, "defined twice"),
        (["my.net", "--from", "zoo:lenet5", "--name", "True"], 1, "cannot be called `True`"),
        (["nowhere/else/my.net"], 0, "netc check nowhere/else/my.net"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_written(
    folder: Path, arguments: list[str], code: int, said: str
) -> None:
    before = sorted(path for path in folder.rglob("*.net"))
    result = new(*arguments)
    assert (result.exit_code, said in result.output) == (code, True), result.output
    assert "Traceback" not in result.output
    if code:
        assert sorted(path for path in folder.rglob("*.net")) == before
    assert (folder / "local.net").read_text() == LOCAL


def test_a_base_with_mistakes_is_told(folder: Path) -> None:
    (folder / "bad.net").write_text("net Bad {\n  input image: 3x8x8\n  c = cnv(3)\n}\n")
    result = new("my.net", "--from", "bad.net")
    assert result.exit_code == 1
    assert "did you mean `conv`?" in result.output
    assert not (folder / "my.net").exists()
