"""Tokens: every character has its place, and the spellings are the grammar's."""

from __future__ import annotations

from pathlib import Path

import pytest
from lark import Lark

from netc.compiler.diagnostics import SpecError
from netc.compiler.source import Source
from netc.compiler.tokens import tokens

ROOT = Path(__file__).parents[2]
SPECS = sorted([*ROOT.glob("specs/*.net"), *ROOT.glob("tests/format/*.net")])


def kinds(text: str) -> list[tuple[str, str]]:
    return [(token.kind, token.text) for token in tokens(Source("text", text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("conv1", [("name", "conv1")]),
        ("60_000 0.5 1e-4", [("int", "60_000"), ("float", "0.5"), ("float", "1e-4")]),
        ("3x224x224 1.5GB", [("size", "3x224x224"), ("amount", "1.5GB")]),
        ("0..3", [("int", "0"), ("operator", ".."), ("int", "3")]),
        ("a.0.5", [("name", "a"), ("operator", "."), ("int", "0"), ("operator", "."), ("int", "5")]),
        ("a->-1", [("name", "a"), ("operator", "->"), ("operator", "-"), ("int", "1")]),
        (r'"a \" b" # c', [("string", r'"a \" b"'), ("comment", "# c")]),
        ('"""X.\n.X"""\r\n', [("text", '"""X.\n.X"""'), ("newline", "\r\n")]),
        ('"" ""', [("string", '""'), ("string", '""')]),
    ],
)
def test_kinds(text: str, expected: list[tuple[str, str]]) -> None:
    assert kinds(text) == expected


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ('a = "open\n', "E102", "text:1:5"),
        ('a = 1\n"""open', "E102", "text:2:1"),
        ("a = 5abc", "E101", "text:1:5"),
        ("a & b", "E101", "text:1:3"),
    ],
)
def test_what_is_no_token(text: str, code: str, place: str) -> None:
    with pytest.raises(SpecError) as error:
        tokens(Source("text", text))
    (diagnostic,) = error.value.diagnostics
    assert (diagnostic.code, str(diagnostic.span)) == (code, place)


@pytest.mark.parametrize("path", SPECS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_nothing_but_blanks_is_between_tokens(path: Path) -> None:
    text = path.read_text()
    end = 0
    for token in tokens(Source("text", text)):
        assert text[end : token.start].strip(" \t") == ""
        end = token.start + len(token.text)
        assert text[token.start : end] == token.text
    assert end == len(text)


@pytest.mark.parametrize("path", SPECS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_spellings_are_those_of_the_grammar(path: Path) -> None:
    grammar = (ROOT / "compiler/grammar.lark").read_text()
    lark = Lark(grammar, parser="lalr", lexer="basic", maybe_placeholders=False)
    text = path.read_text()
    theirs = [str(token) for token in lark.lex(text) if token.type not in ("_NL", "CONTINUATION")]
    ours = [token.text for token in tokens(Source("text", text)) if token.kind not in ("newline", "comment")]
    assert ours == theirs
