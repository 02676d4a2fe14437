"""The parser's tables are those of the grammar, and parse as the grammar does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import netc
from netc.compiler import lalr

SPECS = sorted((Path(netc.__file__).parent / "specs").glob("*.net"))


def test_tables_are_made_from_the_grammar_and_the_lark_at_hand() -> None:
    saved = json.loads(lalr.TABLES.read_text())
    assert saved["made_from"] == lalr.made_from(), "run `make tables`"


@pytest.mark.parametrize("missing", [True, False])
def test_without_matching_tables_they_are_computed(
    missing: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = [netc.load(path).to_json() for path in SPECS]
    other = tmp_path / "grammar.json"
    if not missing:
        other.write_text('{"made_from": "another grammar"}')
    monkeypatch.setattr(lalr, "TABLES", other)
    from netc.compiler import parse

    parse._lark.cache_clear()
    try:
        assert [netc.load(path).to_json() for path in SPECS] == expected
    finally:
        parse._lark.cache_clear()
