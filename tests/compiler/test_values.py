"""Expressions and the values of the language."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netc.compiler import evaluate
from netc.compiler.compile import check_source, load
from netc.compiler.diagnostics import Problem
from netc.compiler.source import Source
from netc.compiler.values import LARGEST, Bytes, Size, Symbol, format_bytes, format_shape, format_value, type_name


def value(expression: str) -> object:
    """What an expression is worth, as the parameter of a net."""
    text = f"net N(a = {expression}) {{\n input i: 1\n x = b(a)\n}}\nblock b(a) {{\n fc([1, a][0])\n}}"
    return load(text).parameters["a"]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1 + 2 * 3", 7), ("(1 + 2) * 3", 9), ("10 - 4 - 3", 3), ("2 * 3 % 4", 2), ("20 // 3 // 2", 3), ("-2 * 3", -6),
        ("-(2 + 3)", -5), ("--2", 2), ("2 - -2", 4), ("2 -2", 0), ("7 // 2", 3), ("-7 // 2", -4), ("7 % 3", 1),
        ("-7 % 3", 2), ("7 / 2", 3.5), ("8 / 2", 4.0), ("1 - 0.5", 0.5), ("1_000 * 2", 2000), ("007", 7),
        ("1.5e3", 1500.0), ("2E-2", 0.02), ("10.25", 10.25), ("0.1 + 0.2", 0.1 + 0.2),
        ("[1, 2, 3][0]", 1), ("[1, 2, 3][-1]", 3), ("[[1, 2], [3]][1][0]", 3), ("3x5[1]", 5), ("[4, 5][1 - 1]", 4),
        ("[]", []), ("[1, 2 + 3,]", [1, 5]), ("[1, [2, 3x3]]", [1, [2, "3x3"]]), ("3x5", "3x5"),
        ("true", True), ("false", False), ('"a b"', "a b"), ('"""a\nb"""', "a\nb"),
        ("3KB", 3000), ("3GB", 3 * 10**9), ("1.5MB", 1_500_000), ("2KiB", 2048), ("1GiB", 2**30),
        ("2 * 3GB", 6 * 10**9),
        ("9_223_372_036_854_775_807", LARGEST),
    ],
)  # fmt: skip
def test_expressions(expression: str, expected: object) -> None:
    found = value(expression)
    assert found == expected
    assert type(found) in (type(expected), Bytes)


@pytest.mark.parametrize(
    ("expression", "code"),
    [
        ("1 // 0", "E309"), ("1 / 0.0", "E309"), ("1 % 0", "E309"), ('1 + "a"', "E308"), ("3x3 * 2", "E308"),
        ("true + 1", "E308"), ("[1] + [2]", "E308"), ("-3x3", "E308"), ("5[0]", "E308"), ("[1][1]", "E307"),
        ("[1][-2]", "E307"), ("[][0]", "E307"), ("[1][0.0]", "E302"), ("[1][true]", "E302"),
        ("9_223_372_036_854_775_807 + 1", "E105"), ("-9_223_372_036_854_775_807 - 2", "E105"),
        ("1e300 * 1e300", "E105"),
        ("9_223_372_036_854_775_808", "E105"), ("1e301", "E105"), ("fc(10)", "E310"),
    ],
)  # fmt: skip
def test_expressions_without_a_value(expression: str, code: str) -> None:
    text = f"net N(a = {expression}) {{\n input i: 1\n fc([1, a][0])\n}}"
    assert [found.code for result in check_source(Source("n.net", text)) for found in result.errors] == [code]


WORDS = """
block inner(width, pad = 0, round = down) {
  conv(width, 3x3, pad = pad, round = round)
}
block outer(pad = same) {
  inner(4, pad = pad, round = up)
}
"""


def test_words_are_handed_through_parameters() -> None:
    found = load(WORDS + "net N(round = up) {\n input i: 1x8x8\n a = outer\n b = inner(4, same, round)\n}")
    assert [(node.shape, node.op.model_dump()["round"]) for node in found.layers] == [((4, 8, 8), "up")] * 2


@pytest.mark.parametrize("call", ["inner(same)", "inner(4, sam)", "inner(4, pad = [sam, 0][0])", "fc(foo)"])
def test_other_words_are_unknown_names(call: str) -> None:
    text = WORDS + f"net N {{\n input i: 1x8x8\n {call}\n}}"
    assert [found.code for result in check_source(Source("n.net", text)) for found in result.errors][:1] == ["E201"]


@given(st.integers(-1000, 1000), st.integers(-1000, 1000), st.integers(1, 1000))
def test_arithmetic_is_that_of_python(a: int, b: int, c: int) -> None:
    # Each name is written as an expression of its own value, as a spec would.
    assert evaluate.binary("+", a, evaluate.binary("*", b, c)) == a + b * c
    assert evaluate.binary("-", evaluate.binary("//", a, c), evaluate.binary("%", b, c)) == a // c - b % c
    assert evaluate.binary("/", a, c) == a / c
    assert evaluate.negative(a) == -a


@given(st.lists(st.integers(), min_size=1, max_size=5), st.integers(-8, 8))
def test_an_index_is_inside_its_list_or_refused(items: list[int], position: int) -> None:
    if -len(items) <= position < len(items):
        assert evaluate.index(tuple(items), position) == items[position]
    else:
        with pytest.raises(Problem):
            evaluate.index(tuple(items), position)


def test_amounts_of_memory_stay_amounts() -> None:
    assert isinstance(evaluate.binary("*", 2, Bytes(1000)), Bytes)
    assert isinstance(evaluate.binary("+", Bytes(1), Bytes(2)), Bytes)


# ---- how values are written in messages


@pytest.mark.parametrize(
    ("given_value", "written", "kind"),
    [
        (None, "none", "nothing"), (True, "true", "a truth value"), (3, "3", "a whole number"),
        (0.5, "0.5", "a number"),
        (Size((3, 5)), "3x5", "a size"), (Bytes(3 * 10**9), "3GB", "an amount of memory"),
        (Symbol("same"), "same", "a name"), ('a "b"\n', '"a \\"b\\"\\n"', "a string"),
        ((1, (2, "x")), '[1, [2, "x"]]', "a list"),
    ],
)  # fmt: skip
def test_values_are_written_as_the_language_writes_them(given_value: object, written: str, kind: str) -> None:
    assert format_value(given_value) == written
    assert type_name(given_value) == kind


@pytest.mark.parametrize(
    ("count", "written"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1KB"),
        (1500, "1.5KB"),
        (3 * 10**9, "3GB"),
        (2**40, "1.1TB"),
        (-2000, "-2KB"),
    ],
)
def test_amounts_are_written_in_the_largest_fitting_unit(count: int, written: str) -> None:
    assert format_bytes(count) == written


def test_shapes_are_written_as_sizes() -> None:
    assert [format_shape(shape) for shape in ((3, 224, 224), (84,), ())] == ["3x224x224", "84", "scalar"]
