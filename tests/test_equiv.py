"""`netc equiv` as a user meets it: exit codes, what is printed where, and files left alone."""

from __future__ import annotations

import json
import runpy
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from netc.backends import MissingPackage
from netc.cli import main

NETS = """
net A(width = 4) {
  input image: 3x8x8
  conv1 = conv(width, 3x3, bias = false) -> batchnorm -> relu
  fc = fc(5) -> dropout(0.5)
}
net B {
  input image: 3x8x8
  stem = conv(4, 3x3) -> relu
  head = conv(5, 6x6) -> flatten
}
net C = B with { replace relu with tanh }
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("nets.net").write_text(NETS)
    Path("bad.net").write_text("net Bad {\n  input image: 1x8x8\n  c = cnv(4, 3x3)\n}\n")
    return tmp_path


def equiv(*arguments: str) -> Result:
    result = CliRunner().invoke(main, ["equiv", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_equal_nets_end_with_0_and_leave_a_converter() -> None:
    pytest.importorskip("torch")
    result = equiv("nets.net:A", "nets.net:B", "--write-converter", "convert.py")
    assert result.exit_code == 0
    first, _, _, weights, outputs = result.stdout.splitlines()
    assert first == "A and B compute the same in evaluation; they differ in training: conv with no bias against bias"
    assert weights == "  weights: 4 tensors of B from those of A: 2 with scales folded in, 1 reshaped, 1 copied"
    assert outputs.startswith("  outputs: largest difference ")
    assert outputs.endswith(" (64-bit, batch of 2, seed 0)")
    assert result.stderr == "convert.py: the weights of A as those of B\n"
    assert callable(runpy.run_path("convert.py")["convert"])
    assert equiv("nets.net:A", "nets.net:B", "--write-converter", "convert.py").exit_code == 0


def test_weights_go_from_the_second_net_where_only_that_is_possible() -> None:
    pytest.importorskip("torch")
    result = equiv("nets.net:B", "nets.net:A", "--json", "--seed", "3", "--batch", "1")
    said = json.loads(result.stdout)
    assert result.exit_code == 0
    assert said["same"]
    assert said["weights"]["from"] == "second"
    assert said["outputs"]["relative"] < 1e-12
    assert (said["outputs"]["seed"], said["outputs"]["batch"]) == (3, 1)


def test_nets_that_are_not_equal_end_with_1() -> None:
    result = equiv("nets.net:B", "nets.net:C", "--write-converter", "convert.py")
    assert (result.exit_code, result.stderr) == (1, "")
    assert result.stdout.splitlines() == [
        "B and C do not compute the same: relu against tanh",
        "  B  stem_relu: relu, 4x6x6 -> 4x6x6 (nets.net:9)",
        "  C  stem_tanh: tanh, 4x6x6 -> 4x6x6 (nets.net:9)",
    ]
    assert not Path("convert.py").exists()


def test_parameters_are_those_of_both_nets() -> None:
    assert equiv("nets.net:A", "nets.net:A", "--set", "width=1").exit_code == 0
    assert "width" in equiv("nets.net:A", "nets.net:B", "--set", "width=1").stderr


@pytest.mark.parametrize("specs", [("bad.net", "nets.net:B"), ("nets.net:B", "bad.net"), ("nets.net:D", "nets.net:B")])
def test_specs_with_mistakes_end_with_2(specs: tuple[str, str]) -> None:
    result = equiv(*specs)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "error[E" in result.stderr


def test_files_of_others_stay() -> None:
    pytest.importorskip("torch")
    Path("mine.py").write_text("mine\n")
    refused = equiv("nets.net:B", "nets.net:B", "--write-converter", "mine.py")
    assert refused.exit_code == 2
    assert "--force replaces it" in refused.stderr
    assert Path("mine.py").read_text() == "mine\n"
    assert equiv("nets.net:B", "nets.net:B", "--write-converter", "mine.py", "--force").exit_code == 0
    assert equiv("nets.net:B", "nets.net:B", "--write-converter", "mine.txt").exit_code == 2


def test_without_pytorch_nets_can_still_be_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    from netc import backends

    load = backends.load

    def without(name: str) -> object:
        if name == "torch.equivalence":
            raise MissingPackage("this needs PyTorch")
        return load(name)

    monkeypatch.setattr(backends, "load", without)
    assert equiv("nets.net:B", "nets.net:C").exit_code == 1
    result = equiv("nets.net:A", "nets.net:B")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "this needs PyTorch" in result.stderr
