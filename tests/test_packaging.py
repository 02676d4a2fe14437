"""What `pip install` brings: the package netc, whole, and nothing else."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
FOLDERS = ("backends", "commands", "compiler", "specs")


def test_every_package_is_listed() -> None:
    found = {"netc"}
    for folder in FOLDERS:
        found |= {
            ".".join(("netc", *path.parent.relative_to(ROOT).parts)) for path in ROOT.glob(f"{folder}/**/__init__.py")
        }
    assert set(PROJECT["tool"]["setuptools"]["packages"]) == found


def test_pytest_does_not_import_the_root(request: pytest.FixtureRequest) -> None:
    """Else the tests would run only in a clone whose folder is called like a module."""
    assert not any(isinstance(node, pytest.Package) for node in request.node.listchain())


def test_python_runs_the_package_as_netc() -> None:
    command = [sys.executable, "-m", "netc", "--version"]
    result = subprocess.run(command, check=False, cwd="/", capture_output=True, text=True)
    assert (result.returncode, result.stdout.split()[0]) == (0, "netc"), result.stderr


def test_torch_is_an_extra() -> None:
    assert not any(line.startswith("torch") for line in PROJECT["project"]["dependencies"])
    assert any(line.startswith("torch") for line in PROJECT["project"]["optional-dependencies"]["torch"])


@pytest.mark.parametrize("path", sorted((ROOT / "requirements").glob("*.txt")), ids=lambda path: path.name)
def test_requirements_are_pinned(path: Path) -> None:
    lines = [line for line in path.read_text().splitlines() if line and not line.startswith(("#", "-r "))]
    assert lines
    assert all("==" in line for line in lines)


def test_the_wheel_holds_netc_and_nothing_else(tmp_path: Path) -> None:
    if find_spec("setuptools") is None or find_spec("pip") is None:
        pytest.skip("building a wheel needs pip and setuptools in this environment")
    names = wheel_contents(tmp_path)
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"netc"}
    inside = {name.removeprefix("netc/") for name in names if name.startswith("netc/")}
    assert inside == sources()


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["check", "SPEC"], 0, "ok"),
        (["show", "SPEC"], 0, "total"),
        (["draw", "SPEC", "-o", "OUT.svg"], 0, ""),
        (["fmt", "--check", "SPEC"], 0, ""),
        (["build", "SPEC", "-o", "OUT.py"], 0, "not verified: PyTorch is not installed"),
        (["run", "SPEC"], 2, "pip install 'netc[torch]'"),
        (["train", "SPEC"], 2, "pip install 'netc[torch]'"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_without_torch(arguments: list[str], code: int, says: str, tmp_path: Path) -> None:
    """What needs no torch works, and what needs it says so; None in sys.modules makes its import fail."""
    places = {"SPEC": str(ROOT / "specs/lenet5.net") + ":LeNet5", "OUT.svg": str(tmp_path / "out.svg")}
    places |= {"OUT.py": str(tmp_path / "out.py")}
    filled = [places.get(word, word) for word in arguments]
    script = f"import sys; sys.modules['torch'] = None\nfrom netc.cli import main; main({filled!r})"
    result = subprocess.run([sys.executable, "-c", script], check=False, cwd="/", capture_output=True, text=True)
    assert (result.returncode, "Traceback" in result.stderr) == (code, False), result.stderr
    assert says in result.stdout + result.stderr


def wheel_contents(folder: Path) -> set[str]:
    """File names in a wheel built from a copy of the tree, so that no build folder is left behind."""
    tree = folder / "tree"
    made = shutil.ignore_patterns(".*", "build", "dist", "out", "*.egg-info", "__pycache__")
    shutil.copytree(ROOT, tree, ignore=made)
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index", "."]
    result = subprocess.run(command, check=False, cwd=tree, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    (wheel,) = tree.glob("netc-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if not name.endswith("/")}


def sources() -> set[str]:
    """Paths of the package's files, from the root: its modules and their data."""
    found = [*ROOT.glob("*.py"), ROOT / "py.typed"]
    for folder in FOLDERS:
        found += (path for path in (ROOT / folder).rglob("*") if path.is_file())
    paths = [path.relative_to(ROOT) for path in found]
    return {str(path) for path in paths if not any(part.startswith((".", "__pycache__")) for part in path.parts)}
