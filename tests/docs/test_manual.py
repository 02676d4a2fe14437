"""docs/language.md is whole: nothing of the language is without an example or a word in it."""

from __future__ import annotations

import re
from functools import cache

import pytest
from documents import ROOT, specs_of
from lark import Lark, Token, Tree

from netc.compiler.codes import CODES
from netc.compiler.draft import DEEPEST_BLOCKS, MOST_LAYERS, MOST_STEPS
from netc.compiler.elaborate import LONGEST_LOOP
from netc.compiler.expect import _COSTS
from netc.compiler.graph import About
from netc.compiler.initialization import _DISTRIBUTIONS
from netc.compiler.lalr import GRAMMAR
from netc.compiler.ops import OPS
from netc.compiler.parse import LARGEST_TEXT, MOST_SYNTAX_ERRORS, _Newlines
from netc.compiler.program import LONGEST_PATH
from netc.compiler.tree_builder import DEEPEST, ESCAPES, LONGEST_NAME
from netc.compiler.values import BYTE_UNITS

MANUAL = ROOT / "docs" / "language.md"
EXAMPLES = [block.spec for block, error in specs_of(MANUAL) if error is None]

UNWRITTEN = {"broken", "BROKEN", "_NL", "COMMENT", "CONTINUATION"}
"""What is no construct of its own: repaired statements, newlines and comments."""


@cache
def grammar() -> Lark:
    """The grammar as it stands in its file, without the compiler's trees."""
    text = GRAMMAR.read_text(encoding="utf-8")
    return Lark(text, parser="lalr", keep_all_tokens=True, maybe_placeholders=False, postlex=_Newlines())


@cache
def used() -> frozenset[str]:
    """Rules and terminals that the right examples of the manual are made of."""
    found: set[str] = set()
    for example in EXAMPLES:
        for tree in grammar().parse(example).iter_subtrees():
            assert isinstance(tree, Tree)
            found.add(str(tree.data))
            found |= {child.type for child in tree.children if isinstance(child, Token)}
    return frozenset(found)


def constructs() -> list[str]:
    """The rules of the grammar that leave a trace in the tree, and its terminals."""
    inlined = set(re.findall(r"^\?(\w+):", GRAMMAR.read_text(encoding="utf-8"), re.MULTILINE))
    names = {str(rule.origin.name) for rule in grammar().rules} | {entry.name for entry in grammar().terminals}
    return sorted(name for name in names - inlined - UNWRITTEN if not name.startswith("__"))


@pytest.mark.parametrize("construct", constructs())
def test_every_construct_has_an_example(construct: str) -> None:
    assert construct in used()


@pytest.mark.parametrize("comparison", ["==", "!=", "<=", ">=", "<", ">"])
def test_every_comparison_has_an_example(comparison: str) -> None:
    assert any(re.search(rf"expect [^\n]+ {re.escape(comparison)} ", example) for example in EXAMPLES)


@pytest.mark.parametrize("fact", About.model_fields)
def test_every_entry_of_about_has_an_example(fact: str) -> None:
    word = "idea" if fact == "ideas" else f"{fact} "
    assert any(re.search(rf"about {{[^}}]*\b{word}", example) for example in EXAMPLES)


@pytest.mark.parametrize("distribution", _DISTRIBUTIONS)
def test_every_distribution_has_an_example(distribution: str) -> None:
    assert any(f"{distribution}(" in example for example in EXAMPLES)


@pytest.mark.parametrize("quantity", [*_COSTS, "layers", "transfers", "memory"])
def test_every_quantity_has_an_example_and_a_word(quantity: str) -> None:
    assert any(f"expect {quantity}" in example for example in EXAMPLES)
    assert f"**{quantity}**" in MANUAL.read_text(encoding="utf-8")


@pytest.mark.parametrize("word", [*OPS, *BYTE_UNITS])
def test_every_op_and_unit_is_named(word: str) -> None:
    assert f"`{word}`" in MANUAL.read_text(encoding="utf-8")


@pytest.mark.parametrize("escape", ESCAPES)
def test_every_escape_is_named(escape: str) -> None:
    assert f"`\\{escape}`" in MANUAL.read_text(encoding="utf-8")


LIMITS = {
    "layers of a net": MOST_LAYERS, "turns of one loop": LONGEST_LOOP, "statements": MOST_STEPS,
    "blocks within blocks": DEEPEST_BLOCKS, "parentheses": DEEPEST, "characters of a file": LARGEST_TEXT,
    "characters of a name": LONGEST_NAME, "characters of a file's name": LONGEST_PATH,
    "syntax errors": MOST_SYNTAX_ERRORS,
}  # fmt: skip


@pytest.mark.parametrize("limit", LIMITS)
def test_every_limit_is_in_the_table(limit: str) -> None:
    table = MANUAL.read_text(encoding="utf-8").rpartition("| limit |")[2]
    assert re.search(rf"^\| {limit}\b[^|]*\| {LIMITS[limit]:_} \|$", table, re.MULTILINE)


def test_codes_in_the_manual_exist() -> None:
    assert set(re.findall(r"\bE\d{3}\b", MANUAL.read_text(encoding="utf-8"))) <= set(CODES)
