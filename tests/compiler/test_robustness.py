"""Whatever the text is, the compiler answers with a graph or diagnostics: no other exception, in bounded time."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from netc.compiler.compile import Compiled, check_source
from netc.compiler.diagnostics import SpecError, render
from netc.compiler.format import format_text
from netc.compiler.graph import Graph
from netc.compiler.source import Source

ROOT = Path(__file__).parents[2]
TEXTS = [
    path.read_text(encoding="utf-8")
    for folder in ("specs", "tests/format", "tests/errors")
    for path in sorted((ROOT / folder).rglob("*.net"))
    if path.stat().st_size < 6000
]
WORDS = sorted({word for text in TEXTS for word in re.findall(r'"""|->|\.\.|//|\w+|[^\w\s]', text)} | {"\n", " ", "\t"})


def answer(text: str) -> list[Compiled]:
    """What the compiler says of a text, after every diagnostic is rendered."""
    results = check_source(Source("spec.net", text))
    for result in results:
        assert result.graph is not None or result.errors or any(other.errors for other in results)
        for diagnostic in result.diagnostics:
            assert render(diagnostic).startswith(f"error[{diagnostic.code}]: ")
    return results


# ---- texts made of other texts


@st.composite
def pieces(draw: st.DrawFn) -> str:
    """A part of a spec, from a few characters to all of it."""
    text = draw(st.sampled_from(TEXTS))
    start = draw(st.integers(0, len(text)))
    return text[start : draw(st.integers(start, len(text)))]


@st.composite
def edits(draw: st.DrawFn) -> str:
    """A spec in which a few words, lines or ends are replaced."""
    text = draw(st.sampled_from(TEXTS))
    for _ in range(draw(st.integers(1, 4))):
        spots = [match.span() for match in re.finditer(r'"""|->|\.\.|//|\w+|[^\w\s]|\n', text)] or [(0, 0)]
        start, end = draw(st.sampled_from(spots))
        text = text[:start] + draw(st.sampled_from(WORDS)) * draw(st.integers(0, 2)) + text[end:]
    return text


@st.composite
def shuffles(draw: st.DrawFn) -> str:
    """A spec with lines doubled, left out or moved."""
    lines = draw(st.sampled_from(TEXTS)).split("\n")
    for _ in range(draw(st.integers(1, 4))):
        line = lines.pop(draw(st.integers(0, len(lines) - 1))) if lines else ""
        for _ in range(draw(st.integers(0, 2))):
            lines.insert(draw(st.integers(0, len(lines))), line)
    return "\n".join(lines)


@settings(max_examples=150)
@given(edits() | shuffles())
def test_a_spec_that_was_edited_at_random(text: str) -> None:
    for result in answer(text):
        if result.graph is not None:
            assert Graph.from_json(result.graph.to_json()) == result.graph


@settings(max_examples=60)
@given(st.lists(pieces(), max_size=3).map("".join))
def test_pieces_of_specs_put_together(text: str) -> None:
    answer(text)


@settings(max_examples=60)
@given(st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join))
@example("net N { input a : 3 b = relu * 2 * 2 }")
def test_words_of_the_language_in_any_order(text: str) -> None:
    answer(text)
    answer("net N {\n  input image: 3x32x32\n  " + text + "\n}\n")


@settings(max_examples=60)
@given(st.text(max_size=60))
def test_any_characters(text: str) -> None:
    answer(text)
    answer('net N {\n  input image: 3x32x32\n  about { title = "' + text + '" }\n  fc(10)\n}\n')


@settings(max_examples=60)
@given(edits() | shuffles())
def test_the_formatter_refuses_what_it_cannot_read(text: str) -> None:
    try:
        formatted = format_text(text)
    except SpecError:
        return
    assert format_text(formatted) == formatted


# ---- texts that nobody writes, but somebody sends


def net(body: str) -> str:
    return "net N {\n  input image: 3x32x32\n" + body + "\n}\n"


def codes_of(text: str) -> list[str]:
    """The codes of all diagnostics, each once."""
    return sorted({diagnostic.code for result in answer(text) for diagnostic in result.diagnostics})


MANY = 100_000
VARIANTS = "".join(f"net V{i} = {f'V{i - 1}' if i else 'N'}\n" for i in range(200))
BLOCKS = "".join(f"block b{i} {{\n  {f'b{i - 1}()' if i else 'relu'}\n}}\n" for i in range(1000))
DOUBLING = "".join(f"block b{i} {{\n  {f'b{i - 1} -> b{i - 1}' if i else 'relu * 1000'}\n}}\n" for i in range(30))
HOSTILE = {
    "nothing": ("", ["E605"]),
    "blank lines": ("\n" * MANY, ["E605"]),
    "a million comment signs": ("#" * 1_000_000, ["E605"]),
    "carriage returns only": (net("  fc(10)").replace("\n", "\r"), ["E106"]),
    "form feed": (net("  fc(10)\f"), ["E106"]),
    "NUL": (net("  fc(1\x000)"), ["E106"]),
    "escape sequence": (net("  fc(10) # \x1b[31m"), ["E106"]),
    "no-break space": (net("  fc1\u00a0= fc(10)"), ["E106"]),
    "zero width space": (net("  fc\u200b1 = fc(10)"), ["E106"]),
    "a byte order mark in the middle": (net("  \ufefffc(10)"), ["E106"]),
    "digits of another script": (net("  fc(\uff11\uff10)"), ["E106"]),
    "emoji": (net("  fc(10) \U0001f642"), ["E106"]),
    "parentheses": (net(f"  fc({'(' * MANY}10{')' * MANY})"), ["E107"]),
    "open parentheses": (net(f"  fc({'(' * MANY}"), ["E103"]),
    "brackets": (net(f"  fc({'[' * MANY}{']' * MANY})"), ["E107"]),
    "minus signs": (net(f"  fc({'-' * MANY}1)"), ["E107"]),
    "terms": (net(f"  fc({'1 + ' * MANY}1)"), ["E107"]),
    "indices": (net(f"  fc(a{'[0]' * MANY})"), ["E107"]),
    "attributes": (net("  a" + ".b" * MANY), ["E107"]),
    "calls": (net("  fc" + "()" * MANY), ["E107"]),
    "bodies": (net("section s {\n" * 20_000 + "}\n" * 20_000), ["E107"]),
    "open bodies": ("net N {\n" * MANY, ["E101"]),
    "closing braces": ("}" * MANY, ["E101"]),
    "quotes": (net('  about { title = ' + '"' * MANY + " }"), ["E101"]),
    "open strings": (net('  a = "\n' * 3000), ["E102"]),
    "a long line": (net("  fc(10) # " + "x" * 5_000_000), []),
    "a long string": (net('  about { title = "' + "x" * 5_000_000 + '" }\n  fc(10)'), []),
    "a long word": ("x" * 5_000_000, ["E101"]),
    "a long name": (net("  " + "x" * 1_000_000 + " = fc(10)"), ["E107"]),
    "a long number": (net("  fc(" + "9" * 1_000_000 + ")"), ["E105"]),
    "a long size": (net("  conv(8, 3" + "x3" * MANY + ")"), ["E105"]),
    "a long exponent": (net("  dropout(1e" + "9" * MANY + ")"), ["E105"]),
    "a text that is too large": ("\n" * 8_000_001, ["E107"]),
    "10^18 kernels": (net("  conv(1_000_000_000_000_000_000, 3x3)"), ["E607"]),
    "a kernel of 10^18": (net("  conv(8, 1_000_000_000_000_000_000)"), ["E401"]),
    "a margin of 2^63 - 1": (net("  conv(8, 3x3, pad = 9_223_372_036_854_775_807)"), ["E607"]),
    "2^63 - 1 groups": (net("  conv(8, 3x3, groups = 9_223_372_036_854_775_807)"), ["E402"]),
    "2^63 - 1 units": (net("  fc(9_223_372_036_854_775_807)"), ["E607"]),
    "2^63 - 1 parts": (net("  split(9_223_372_036_854_775_807)"), ["E607"]),
    "2^63 - 1 repetitions": (net("  relu * 9_223_372_036_854_775_807"), ["E607"]),
    "2^63 - 1 turns": (net("  for i in 0..9_223_372_036_854_775_807 {\n  }\n  fc(10)"), ["E607"]),
    "turns within turns": (net("  for i in 0..99_999 {\n  for j in 0..99_999 {\n  }\n  }\n  fc(10)"), ["E607"]),
    "a product without end": (net("  fc(" + " * ".join(["9_000_000_000"] * 50) + ")"), ["E105"]),
    "an infinite product": (net("  dropout(" + " * ".join(["1e300"] * 50) + ")"), ["E105"]),
    "an infinite difference": (net("  dropout(1e300 * 1e300 - 1e300 * 1e300)"), ["E105"]),
    "an input of many axes": ("net N {\n  input a: [" + "1, " * 1000 + "1]\n  fc(10)\n}\n", ["E306"]),
    "an input without axes": ("net N {\n  input a: []\n  fc(10)\n}\n", ["E302"]),
    "blocks within blocks": (BLOCKS + net("  b999()"), ["E107"]),
    "blocks that double": (DOUBLING + net("  b29()"), ["E607"]),
    "variants of variants": (net("  fc(10)") + VARIANTS, ["E107"]),
    "unknown names": (net("".join(f"  a{i} = conv(x{i}, y)\n" for i in range(1000))), ["E201"]),
    "syntax errors": (net("  a = fc(1 2)\n" * 1000), ["E101"]),
    "one name again and again": (net("  a = relu\n" * 2000), ["E203"]),
    "a name that is everybody's": (net("  a = a -> a\n" * 100), ["E203", "E204"]),
    "files that are not there": ("".join(f'use a{i} from "x{i}.net"\n' for i in range(500)) + net(" relu"), ["E801"]),
    "no file's name": (f'use a from "x\\n.net"\nuse b from ""\nuse c from "{"x" * MANY}"\n' + net(" relu"), ["E801"]),
}  # fmt: skip


@pytest.mark.parametrize(("text", "codes"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_text_is_answered(text: str, codes: list[str]) -> None:
    assert codes_of(text) == codes


def test_what_is_printed_of_a_hostile_text_is_short() -> None:
    for text in (net("  fc(" + "9" * 1_000_000 + ")"), net('  fc("' + "9" * 1_000_000 + '")'), "x" * 1_000_000):
        printed = "".join(render(diagnostic) for result in answer(text) for diagnostic in result.diagnostics)
        assert 0 < len(printed) < 5000
