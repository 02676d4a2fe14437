"""docs/architecture.md names files, functions and tables that are there. Its recipes are run by test_documents.py."""

from __future__ import annotations

import re

import pytest
from documents import ROOT

PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
PROSE = re.sub(r"^```.*?^```$", "", PAGE, flags=re.MULTILINE | re.DOTALL)
NAMED = sorted(set(re.findall(r"`([\w./]+)`", PROSE)))
SOURCES = {
    path: path.read_text(encoding="utf-8")
    for folder in ("compiler", "backends", "commands", ".")
    for path in (ROOT / folder).glob("**/*.py" if folder != "." else "*.py")
}
FOLDERS = [ROOT, *{path.parent for path in SOURCES}]

FILES = [name for name in NAMED if re.search(r"/|\w\.(py|lark|toml|md)$", name)]
IDENTIFIERS = [name for name in NAMED if re.fullmatch(r"[\w.]*\w", name) and name not in FILES]
WORDS = {".net", "cli.py", "conv", "expect", "explain", "netc", "specs"}
"""Names of the language, of commands and of folders."""


@pytest.mark.parametrize("path", FILES)
def test_files_are_there(path: str) -> None:
    assert any((folder / path).exists() for folder in FOLDERS)


@pytest.mark.parametrize("name", sorted(set(IDENTIFIERS) - WORDS))
def test_names_are_in_the_sources(name: str) -> None:
    last = name.rpartition(".")[2]
    defined = re.compile(rf"\b(class|def) {last}\b|^( {{4}})?{last}\b.* =|^ {{4}}{last}: ", re.MULTILINE)
    packages = {folder.name for folder in FOLDERS}
    assert last in packages or any(defined.search(text) for text in SOURCES.values())
