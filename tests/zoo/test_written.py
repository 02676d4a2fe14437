"""The files written for the nets of specs/: tools that people run over code have nothing to say, nor has Python."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from netc.backends.torch import source
from netc.compiler import load, load_module
from netc.compiler.diagnostics import Report
from netc.compiler.source import Source

SPECS = Path(__file__).parents[2] / "specs"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files written for all nets of the zoo."""
    folder = tmp_path_factory.mktemp("zoo")
    for path in sorted(SPECS.glob("*.net")):
        module = load_module(Source(str(path), path.read_text(encoding="utf-8")), Report())
        assert module is not None
        for definition in module.nets:
            net = definition.tree.name.text
            (folder / f"{path.stem}_{net}.py").write_text(source(load(f"{path}:{net}")), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    "command",
    [["ruff", "check", "--isolated"], ["mypy", "--strict", "--no-incremental"]],
    ids=lambda command: command[0],
)
def test_tools_have_nothing_to_say(command: list[str], written: Path) -> None:
    tool = shutil.which(command[0], path=str(Path(sys.executable).parent)) or shutil.which(command[0])
    if tool is None:
        pytest.skip(f"{command[0]} is not installed (requirements/dev.txt)")
    files = sorted(path.name for path in written.glob("*.py"))
    result = subprocess.run([tool, *command[1:], *files], check=False, cwd=written, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr


def test_python_has_no_warnings(written: Path) -> None:
    pytest.importorskip("torch", reason="what is written is PyTorch")
    names = sorted(path.stem for path in written.glob("*.py"))
    assert len(names) > 70
    # torch itself warns where NumPy is missing, so it is imported first.
    program = f"import warnings, torch; warnings.simplefilter('error'); import {', '.join(names)}"
    result = subprocess.run(
        [sys.executable, "-B", "-c", program], check=False, cwd=written, capture_output=True, text=True
    )
    assert (result.returncode, result.stderr) == (0, "")
