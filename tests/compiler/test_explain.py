"""``netc explain``: everything from the one definition of an op."""

from __future__ import annotations

import pytest

from netc.compiler.codes import CODES
from netc.compiler.diagnostics import Problem
from netc.compiler.explain import WIDTH, describe, explain
from netc.compiler.op import Op
from netc.compiler.ops import OPS
from netc.compiler.signature import signature

ALL_OPS = pytest.mark.parametrize("op", OPS.values(), ids=OPS)


@ALL_OPS
def test_an_op_is_explained_whole(op: type[Op]) -> None:
    text = " ".join(explain(op.keyword).split())
    for told in (signature(op), op.shape_rule, op.cost_rule, op.torch):
        assert " ".join(told.split()) in text
    for name, field in op.model_fields.items():
        assert field.description
        assert f" {name} {field.description}" in text


@ALL_OPS
def test_every_op_has_a_meaning_of_its_own(op: type[Op]) -> None:
    described = describe(op)
    assert op.__doc__ is not None
    assert described.meaning.endswith(".")
    assert "Source" not in described.meaning


@ALL_OPS
def test_every_argument_says_what_it_expects(op: type[Op]) -> None:
    for argument in describe(op).arguments:
        assert argument.expects
        shown = argument.expects.replace("[top, bottom, left, right]", "").replace("[before, after]", "")
        assert "[" not in shown
        assert (argument.default is None) == op.model_fields[argument.name].is_required()


def test_deliberate_differences_from_pytorch_are_told() -> None:
    assert "k (2 by Krizhevsky et al. 2012, section 3.3; PyTorch has 1)" in " ".join(explain("lrn").split())


def test_what_an_op_reads_is_told() -> None:
    assert describe(OPS["conv"]).inputs == "1"
    assert describe(OPS["add"]).inputs == "2 or more"


def test_the_list_has_every_op_with_its_meaning() -> None:
    text = " ".join(explain().split())
    for op in OPS.values():
        assert f"{op.keyword} {describe(op).meaning.removesuffix('.')}" in text


@pytest.mark.parametrize("topic", [None, *OPS])
def test_lines_are_short(topic: str | None) -> None:
    longest = max(explain(topic).splitlines()[1:], key=len)
    assert len(longest) <= WIDTH


@pytest.mark.parametrize("code", CODES)
def test_codes_are_explained_in_a_sentence(code: str) -> None:
    assert explain(code) == f"{code}: {CODES[code]}"
    assert CODES[code].endswith(".")
    assert explain(code.lower()) == explain(code)


def test_unknown_topics_suggest_a_near_one() -> None:
    with pytest.raises(Problem) as caught:
        explain("batchnrom")
    assert caught.value.diagnostic.code == "E202"
    assert caught.value.diagnostic.hint == "did you mean `batchnorm`?"


def test_unknown_topics_far_from_all_point_to_the_list() -> None:
    with pytest.raises(Problem) as caught:
        explain("###")
    assert caught.value.diagnostic.hint == "`netc explain` lists all ops"
