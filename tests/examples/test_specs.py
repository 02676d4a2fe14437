"""The example specs are right, formatted, and hold what they expect."""

from __future__ import annotations

from pathlib import Path

import pytest

from netc.compiler import check_source, format_text
from netc.compiler.program import read_source

SPECS = sorted((Path(__file__).parents[2] / "examples").glob("*.net"))


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_an_example_is_right(path: Path) -> None:
    results = check_source(read_source(path))
    assert [result.graph is not None and not result.diagnostics for result in results] == [True]
    assert format_text(path.read_text()) == path.read_text()
