"""Arguments of ops: what is accepted, and what a mistake is told."""

from __future__ import annotations

import pytest

from netc.compiler.diagnostics import Diagnostic, Problem, render
from netc.compiler.op import Op
from netc.compiler.ops import OPS
from netc.compiler.signature import build, signature
from netc.compiler.values import LARGEST, Bytes, Size, Symbol

NUMBER = "a whole number, 1 or more"
SIZE = "a whole number or a size such as 3x3, each 1 or more"


def mistakes(keyword: str, *positional: object, **named: object) -> list[Problem]:
    """The problems of an op with these arguments; fails when it has none."""
    with pytest.raises(ExceptionGroup) as caught:
        build(OPS[keyword], positional, named)
    problems = caught.value.exceptions
    assert all(isinstance(problem, Problem) for problem in problems)
    return list(problems)  # type: ignore[arg-type]


def mistake(keyword: str, *positional: object, **named: object) -> Diagnostic:
    """The one problem of an op with these arguments."""
    (problem,) = mistakes(keyword, *positional, **named)
    return problem.diagnostic


def test_positions_follow_the_signature() -> None:
    conv = build(OPS["conv"], [6, Size((5, 3)), 2], {"pad": 1})
    assert conv.model_dump(exclude_defaults=True) == {
        "channels": 6, "kernel": (5, 3), "stride": (2, 2), "pad": (1, 1, 1, 1),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("written", "margins"),
    [(2, (2, 2, 2, 2)), (Size((1, 2)), (1, 1, 2, 2)), ((0, 1, 2, 3), (0, 1, 2, 3)), (Symbol("same"), "same")],
)
def test_margins_have_three_forms(written: object, margins: object) -> None:
    assert build(OPS["conv"], [6, 5], {"pad": written}).model_dump()["pad"] == margins


def test_unknown_argument_suggests_a_near_name() -> None:
    found = mistake("conv", 6, 5, strid=2)
    assert (found.code, found.message) == ("E301", "`conv` has no argument `strid`")
    assert found.hint == "did you mean `stride`?"


def test_unknown_argument_far_from_all_names_shows_the_signature() -> None:
    assert mistake("relu", colour=1).hint == "its signature is relu()"


def test_missing_arguments_are_all_told() -> None:
    found = [problem.diagnostic for problem in mistakes("conv")]
    assert [(item.code, item.message, item.expected) for item in found] == [
        ("E303", "`conv` needs its argument `channels`", NUMBER),
        ("E303", "`conv` needs its argument `kernel`", SIZE),
    ]


def test_too_many_arguments() -> None:
    (problem,) = mistakes("dropout", 0.5, 3)
    assert problem.diagnostic.code == "E304"
    assert (problem.diagnostic.expected, problem.diagnostic.found) == ("at most 1", "2")
    assert problem.argument == 1


def test_an_argument_given_twice() -> None:
    (problem,) = mistakes("maxpool", 3, kernel=2)
    assert problem.diagnostic.code == "E305"
    assert problem.argument == "kernel"


@pytest.mark.parametrize(
    ("keyword", "arguments", "code", "expected", "found"),
    [
        ("conv", {"channels": "six", "kernel": 3}, "E302", NUMBER, '"six", a string'),
        ("conv", {"channels": 6.0, "kernel": 3}, "E302", NUMBER, "6.0, a number"),
        ("conv", {"channels": True, "kernel": 3}, "E302", NUMBER, "true, a truth value"),
        ("conv", {"channels": 0, "kernel": 3}, "E306", NUMBER, "0"),
        ("conv", {"channels": Bytes(6), "kernel": 3}, "E302", NUMBER, "6 bytes, an amount of memory"),
        ("conv", {"channels": LARGEST + 1, "kernel": 3}, "E306", NUMBER, str(LARGEST + 1)),
        ("conv", {"channels": 6, "kernel": Size((3, 3, 3))}, "E302", SIZE, "3x3x3, a size"),
        ("conv", {"channels": 6, "kernel": Size((3, 0))}, "E306", SIZE, "3x0"),
        ("conv", {"channels": 6, "kernel": 3, "bias": 1}, "E302", "true or false", "1, a whole number"),
        ("conv", {"channels": 6, "kernel": 3, "bias": Symbol("yes")}, "E302", "true or false", "yes, a name"),
        ("dropout", {"p": 1.5}, "E306", "a number from 0 to 1", "1.5"),
        ("dropout", {"p": "0.5"}, "E302", "a number from 0 to 1", '"0.5", a string'),
        ("dropout", {"p": True}, "E302", "a number from 0 to 1", "true, a truth value"),
        ("batchnorm", {"eps": -1e-5}, "E306", "a number, 0 or more", "-1e-05"),
        ("leaky_relu", {"slope": Size((1, 2))}, "E302", "a number", "1x2, a size"),
        ("reshape", {"shape": ()}, "E302", "a size such as 256x6x6, or a whole number for a vector", "[], a list"),
        ("concat", {"axis": 1}, "E302", "channels, height or width", "1, a whole number"),
        ("split", {"parts": 2, "part": -1}, "E306", "a whole number, 0 or more", "-1"),
    ],
)  # fmt: skip
def test_wrong_values(keyword: str, arguments: dict[str, object], code: str, expected: str, found: str) -> None:
    told = mistake(keyword, **arguments)
    assert (told.code, told.expected, told.found) == (code, expected, found)


def test_a_misspelt_choice_suggests_the_right_one() -> None:
    assert mistake("conv", 6, 3, round=Symbol("upp")).hint == "did you mean `up`?"
    assert mistake("conv", 6, 3, pad=Symbol("sane")).hint == "did you mean `same`?"


def test_the_argument_at_fault_is_told_by_position_or_name() -> None:
    assert mistakes("conv", 6, "x")[0].argument == 1
    assert mistakes("conv", 6, kernel="x")[0].argument == "kernel"


def test_all_mistakes_of_one_op_are_told() -> None:
    codes = {problem.diagnostic.code for problem in mistakes("conv", 0, striide=1, kernel=True)}
    assert codes == {"E301", "E302", "E306"}


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("", "a row may hold X (connected) and . (not) only"),
        ("X.o\nXXX", "a row may hold X (connected) and . (not) only"),
        ("X.\nXXX", "its rows have different lengths"),
    ],
)
def test_tables_that_are_none(table: str, told: str) -> None:
    found = mistake("conv", 2, 3, connect=table)
    assert found.code == "E306"
    assert told in found.message


@pytest.mark.parametrize(
    ("keyword", "arguments", "code", "at", "told"),
    [
        ("conv", {"channels": 2, "kernel": 3, "groups": 2, "connect": "XX"}, "E306", "groups", "leave `groups` out"),
        ("maxpool", {"kernel": 3, "pad": 2}, "E306", "pad", "pad = 1 is the most"),
        ("avgpool", {"kernel": Size((4, 2)), "pad": 2}, "E306", "pad", "pad = 1 is the most"),
        ("conv_transpose", {"channels": 2, "kernel": 3, "output_pad": 1}, "E306", "output_pad", "at most 0"),
        ("rbf", {"classes": 11}, "E409", "classes", "at most 10 classes"),
        ("split", {"parts": 2, "part": 2}, "E307", "part", "0 to 1"),
    ],
)  # fmt: skip
def test_arguments_that_do_not_go_together(
    keyword: str, arguments: dict[str, object], code: str, at: str, told: str
) -> None:
    (problem,) = mistakes(keyword, **arguments)
    assert (problem.diagnostic.code, problem.argument) == (code, at)
    assert told in render(problem.diagnostic)


@pytest.mark.parametrize("op", OPS.values(), ids=OPS)
def test_no_op_takes_an_argument_that_it_does_not_have(op: type[Op]) -> None:
    codes = [problem.diagnostic.code for problem in mistakes(op.keyword, nonsense=1)]
    assert codes.count("E301") == 1


def test_signatures_are_written_as_in_the_language() -> None:
    assert signature(OPS["conv"]) == (
        "conv(channels, kernel, stride = 1, pad = 0, dilation = 1, groups = 1, bias = true, "
        "round = down, connect = none)"
    )
    assert signature(OPS["softmax"]) == "softmax()"


def test_a_fraction_for_a_whole_number_is_told_of_the_other_division() -> None:
    assert mistake("conv", 16 / 2, 3).hint == "`//` divides to a whole number: 8"
    assert mistake("conv", 16, 6 / 2).hint == "`//` divides to a whole number: 3"
    assert mistake("conv", 0.5, 3).hint is None
