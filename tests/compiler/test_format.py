"""The formatter: what it makes of examples, and the laws that hold for every text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from netc.compiler.diagnostics import Report, SpecError
from netc.compiler.format import format_text
from netc.compiler.parse import parse
from netc.compiler.source import Source
from netc.compiler.syntax import File
from netc.compiler.tokens import tokens

ROOT = Path(__file__).parents[2]
FIXTURES = sorted((ROOT / "tests/format").glob("*.net"))
SPECS = sorted((ROOT / "specs").glob("*.net"))

WORDS = [
    *("a", "conv1", "in", "expect", "x3", "e5", "1", "60_000", "0.5", "1e-4", "3x224x224", "3GB", '"s # t"', '""'),
    *('"""X.\n  .X """', "#c", "# a comment  ", "->", "==", "!=", "<=", ">=", "..", "//", "()", "{}", "[]"),
    *"()[]{},.:=<>+-*/%",
]
BLANKS = ["", " ", "  ", "\t", "\n", "\n\n", " \n \n\t\n", "\r\n"]
soup = st.lists(st.sampled_from(WORDS) | st.sampled_from(BLANKS), max_size=40).map("".join)


def meaning(text: str) -> list[str]:
    """The tokens as the parser sees them: one newline for several, none at the ends."""
    words: list[str] = []
    for token in tokens(Source("text", text)):
        if token.kind != "newline":
            words.append(token.text.rstrip())
        elif words and words[-1] != "\n":
            words.append("\n")
    return words[:-1] if words[-1:] == ["\n"] else words


def tree(text: str) -> File | None:
    report = Report()
    found = parse(Source("text", text), report)
    report.raise_if_any()
    return found


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_examples(path: Path, golden: Callable[[str, str], None]) -> None:
    golden(f"format/{path.name}", format_text(path.read_text()))


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_shipped_specs_are_formatted(path: Path) -> None:
    assert format_text(path.read_text()) == path.read_text()


@pytest.mark.parametrize("path", [*FIXTURES, *SPECS], ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_tree_stays_the_same(path: Path) -> None:
    text = path.read_text()
    assert tree(text) is not None
    assert tree(format_text(text)) == tree(text)


@given(soup)
@example("1 . 5")
@example("a . 1 . 5 . x")
@example("(a\n- 1)")
@example("- >")
@example('"""a\n"""#c\nb#d')
def test_laws(text: str) -> None:
    try:
        before = meaning(text)
    except SpecError:
        assume(False)
    formatted = format_text(text)
    assert meaning(formatted) == before
    assert format_text(formatted) == formatted
    assert "\n\n\n" not in formatted


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("\n \n", ""),
        ("a", "a\n"),
        ("a=-1", "a = -1\n"),
        ("a=b-1", "a = b - 1\n"),
        ("a=(b\n-1)", "a = (b\n  - 1)\n"),
        ("for i in[1,2]{}", "for i in [1, 2] {}\n"),
        ("expect(a)==-1", "expect (a) == -1\n"),
        ("x = widths [ i ] . n ( 2 )", "x = widths[i].n(2)\n"),
        ("x = a\n->b\n->c", "x = a\n  -> b\n  -> c\n"),
        ("x =\na", "x =\n  a\n"),
        ("x = f([\n1,\n2\n]) -> g", "x = f([\n  1,\n  2\n]) -> g\n"),
        ("a=1\nbcd=2\n\ne=3", "a   = 1\nbcd = 2\n\ne = 3\n"),
        ("a=1\n# c\nbcd=2", "a = 1\n# c\nbcd = 2\n"),
        ("a=1\nbcd=f(\n)", "a = 1\nbcd = f(\n)\n"),
        ("a #1\nbcd #2\ne\nf#3", "a    #1\nbcd  #2\ne\nf  #3\n"),
        ("{\n\na\n\n\n\nb\n\n}", "{\n  a\n\n  b\n}\n"),
        ("{\r\na # c \r\n}\r\n", "{\n  a  # c\n}\n"),
    ],
)
def test_rules(text: str, expected: str) -> None:
    assert format_text(text) == expected


def test_a_text_without_tokens_is_refused() -> None:
    with pytest.raises(SpecError):
        format_text('a = "open')
