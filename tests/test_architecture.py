"""The house rules on imports, kept by tests: who imports whom, what is imported late, and what never."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("compiler", "backends", "commands")
SOURCES = sorted([*ROOT.glob("*.py"), *(path for folder in FOLDERS for path in ROOT.glob(f"{folder}/**/*.py"))])

LAZY = {"backends/__init__.py"}
"""The table of backends: the one place that imports late, so that `netc draw` starts without torch."""


def late_imports(tree: ast.Module) -> Iterator[int]:
    """Lines of imports inside functions, and of calls that import by name."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from (node.lineno for node in ast.walk(function) if isinstance(node, ast.Import | ast.ImportFrom))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in ("import_module", "__import__"):
            yield node.lineno


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("import a\nfrom b import c", []),
        ("def f():\n    import a", [2]),
        ("class C:\n    def f(self):\n        if x:\n            from b import c", [4]),
        ("import importlib\nm = importlib.import_module('a')", [2]),
        ("f = lambda: __import__('a')", [1]),
    ],
)
def test_late_imports_are_found(source: str, lines: list[int]) -> None:
    assert list(late_imports(ast.parse(source))) == lines


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_but_the_table_of_backends_imports_late(path: Path) -> None:
    if str(path.relative_to(ROOT)) not in LAZY:
        assert not list(late_imports(ast.parse(path.read_text())))


def test_import_contracts_hold() -> None:
    tool = shutil.which("lint-imports", path=str(Path(sys.executable).parent)) or shutil.which("lint-imports")
    if tool is None:
        pytest.skip("lint-imports is not installed (requirements/dev.txt)")
    result = subprocess.run([tool], check=False, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr


SLOW = {"torch", "networkx", "rich", "graphviz"}
"""Libraries that take longer to import than a small spec takes to compile."""
FORMATS = {"reportlab", "pptx", "lxml", "resvg_py", "PIL"}
"""Libraries that write one format of figures."""


def loaded_by(script: str) -> set[str]:
    """The top-level modules that a fresh process has loaded after a script."""
    marked = f"{script}\nimport sys; print('loaded:', *sys.modules)"
    result = subprocess.run([sys.executable, "-c", marked], check=False, cwd="/", capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return {name.partition(".")[0] for name in result.stdout.rpartition("loaded:")[2].split()}


@pytest.mark.parametrize(
    ("module", "never"),
    [
        ("netc.compiler", {*SLOW, "click"}),
        ("netc.backends", SLOW),
        ("netc.backends.figure", SLOW | FORMATS),
        ("netc.backends.report", SLOW - {"rich"}),
        ("netc.backends.torch", SLOW),
        ("netc.cli", SLOW | FORMATS),
    ],
)
def test_imports_stay_light(module: str, never: set[str]) -> None:
    loaded = loaded_by(f"import {module}")
    assert "netc" in loaded
    assert not loaded & never


@pytest.mark.parametrize(
    ("arguments", "never"),
    [
        (["check", "SPEC"], SLOW),
        (["fmt", "--check", "SPEC"], SLOW),
        (["explain", "conv"], SLOW),
        (["show", "SPEC", "--json"], SLOW - {"rich"}),
        (["devices", "SPEC", "--json"], SLOW - {"rich"}),
        (["draw", "SPEC", "-o", "OUT.svg"], SLOW | FORMATS),
        (["draw", "SPEC", "-o", "OUT.tex"], SLOW | FORMATS),
        (["draw", "SPEC", "-o", "OUT.pptx"], SLOW | {"reportlab", "resvg_py"}),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_commands_stay_light(arguments: list[str], never: set[str], tmp_path: Path) -> None:
    places = {"SPEC": str(ROOT / "specs/alexnet.net")}
    filled = [str(tmp_path / word) if word.startswith("OUT.") else places.get(word, word) for word in arguments]
    loaded = loaded_by(
        f"from netc.cli import main\ntry: main({filled!r})\nexcept SystemExit as end: assert not end.code"
    )
    assert "lark" in loaded or arguments[0] == "explain"
    assert not loaded & never
