"""The table of what tools say to written files: it is about the nets that there are, and its trials are true."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from netc.compiler import load

pytest.importorskip("torch", reason="what is written is PyTorch")

ROOT = Path(__file__).parents[3]
BRANCHY = """
net Branchy {
  input image: 3x8x8
  conv1 = conv(4, 3x3) -> batchnorm -> relu
  output class: fc(3)
  output score: conv1 -> fc(1)
}
"""


@pytest.fixture(scope="module")
def conformance() -> ModuleType:
    """The script, imported: benchmarks/ is no package."""
    spec = importlib.util.spec_from_file_location("conformance", ROOT / "benchmarks/conformance.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_table_is_about_the_nets_of_specs(conformance: ModuleType) -> None:
    lines = conformance.TABLE.read_text(encoding="utf-8").splitlines()
    rows = {line.split(" | ")[0].removeprefix("| "): line for line in lines if ".net:" in line.split(" | ")[0]}
    assert list(rows) == conformance.nets(), "make conformance writes the table anew"
    assert [net for net, line in rows.items() if "| no: " in line] == []


@pytest.mark.parametrize("net", ["lenet5.net:LeNet5", "lenet5.net:LeNet5Modern", "resnet_cifar.net:ResNet20"])
def test_small_nets_are_accepted_still(conformance: ModuleType, net: str) -> None:
    answers = conformance.tried(conformance.graph_of(net), "eager")
    missing = {name: answer for name, answer in answers.items() if answer.endswith("is not installed")}
    assert {name: answer for name, answer in answers.items() if answer != "yes"} == missing
    if missing:
        pytest.skip(f"the rest holds, but {' and '.join(missing.values())}")


def test_several_outputs_are_accepted(conformance: ModuleType) -> None:
    answers = conformance.tried(load(BRANCHY), "eager")
    assert {answer for answer in answers.values() if not answer.endswith("is not installed")} == {"yes"}


def test_what_a_tool_does_not_like_is_told(conformance: ModuleType, tmp_path: Path) -> None:
    pytest.importorskip("ruff", reason="it reads what was written")
    (tmp_path / "fine.py").write_text("x = 1\n")
    (tmp_path / "other.py").write_text("import os\n")
    found = conformance.complaints("ruff", conformance.READERS["ruff"], tmp_path)
    assert list(found) == ["other.py"]
    assert "F401" in found["other.py"]


def test_a_module_that_gives_something_else_is_found_out(conformance: ModuleType) -> None:
    trial = conformance.Trial(load(BRANCHY), "eager")
    wrong = [trial.wanted[0], trial.wanted[1] + trial.wanted[1].abs().max()]
    assert trial.agrees(dict(enumerate(trial.wanted))) == "yes"
    assert trial.agrees(dict(enumerate(wrong))) == "differs by 1e+00"


def test_a_process_that_fails_is_a_reason(conformance: ModuleType) -> None:
    answers = conformance.in_its_own_process("lenet5.net:NoSuchNet", "eager")
    assert list(answers) == list(conformance.RUNNERS)
    assert all("NoSuchNet" in answer for answer in answers.values()), answers
    assert sys.modules.get("conformance") is None
