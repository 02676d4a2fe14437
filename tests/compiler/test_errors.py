"""Every mistake of tests/errors gives exactly the diagnostics that stand beside it (notation: tests/annotations.py)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest
from annotations import annotated, annotations_of, described

from netc.compiler.codes import CODES
from netc.compiler.compile import check_source
from netc.compiler.diagnostics import WIDEST, Diagnostic, SpecError, render
from netc.compiler.program import read_source

ERRORS = Path(__file__).parent.parent / "errors"
SPECS = sorted([*ERRORS.glob("*.net"), *ERRORS.glob("*/main.net")])
"""A case is a file, or a folder of files of which main.net is checked."""


def case_name(path: Path) -> str:
    return path.parent.name if path.name == "main.net" else path.stem


def parts_of(path: Path) -> list[Path]:
    """The files whose annotations a case has."""
    return sorted(path.parent.glob("*.net")) if path.name == "main.net" else [path]


@cache
def check(path: Path) -> list[Diagnostic]:
    """All diagnostics of all nets of a file, in the order of the text."""
    source = read_source(path, path.name)
    diagnostics = [diagnostic for result in check_source(source) for diagnostic in result.diagnostics]
    return list(SpecError(diagnostics).diagnostics)


def of_file(diagnostics: Iterable[Diagnostic], name: str) -> list[Diagnostic]:
    return [diagnostic for diagnostic in diagnostics if diagnostic.span and diagnostic.span.source.name == name]


def write_annotations(path: Path) -> None:
    """Writes what the compiler says into the files of a case, until the lines stay where they are."""
    for _ in range(4):
        check.cache_clear()
        diagnostics = check(path)
        for part in parts_of(path):
            text = part.read_text(encoding="utf-8")
            part.write_text(annotated(text, of_file(diagnostics, part.name), part.name), encoding="utf-8")


@pytest.mark.parametrize("path", SPECS, ids=case_name)
def test_the_mistakes_are_reported_as_annotated_and_nothing_else(path: Path, request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update-golden"):
        write_annotations(path)
        check.cache_clear()
    diagnostics = check(path)
    assert diagnostics, "a spec in tests/errors has a mistake"
    for part in parts_of(path):
        expected = annotations_of(part.read_text(encoding="utf-8"))
        assert described(of_file(diagnostics, part.name), part.name) == expected
    names = {part.name for part in parts_of(path)}
    assert [d for d in diagnostics if d.span is None or d.span.source.name not in names] == []


@pytest.mark.parametrize("path", SPECS, ids=case_name)
def test_a_rendered_mistake_shows_its_place_and_line_with_a_caret(path: Path) -> None:
    for diagnostic in check(path):
        span = diagnostic.span
        assert span is not None
        head, place, _, excerpt, carets, *details = render(diagnostic).split("\n")
        assert head == f"error[{diagnostic.code}]: {diagnostic.message}"
        assert place.strip() == f"--> {span.source.name}:{span.line}:{span.column}"
        line = span.source.line_text(span.line)
        margin = f"{span.line} | "
        assert re.fullmatch(rf" {{{len(margin) - 2}}}\| \s*\^+", carets)
        caret = carets.index("^")
        assert excerpt[caret : caret + 1] == line[span.column - 1 : span.column]
        if len(line) <= WIDEST:
            assert excerpt == margin + line
            assert caret == len(margin) + span.column - 1
        told = [diagnostic.expected, diagnostic.found, diagnostic.chain, *(n.text for n in diagnostic.notes)]
        for detail in [*told, diagnostic.hint]:
            assert detail is None or any(detail in line for line in details)


def test_every_code_has_a_spec_with_that_mistake() -> None:
    texts = "".join(part.read_text(encoding="utf-8") for path in SPECS for part in parts_of(path))
    exercised = set(re.findall(r"# error\[(E\d+)\]", texts))
    of_others = {code for code in CODES if code.startswith(("E9", "W")) or len(code) > 4}  # tested with who raises them
    assert exercised == set(CODES) - of_others - {"E804"}  # of `netc zoo`, which reads no spec


def test_details_are_not_empty_and_say_no_placeholder() -> None:
    for path in SPECS:
        for diagnostic in check(path):
            told = [diagnostic.message, diagnostic.expected, diagnostic.found, diagnostic.chain, diagnostic.hint]
            assert not any(text is not None and (not text.strip() or "None" in text) for text in told), told
