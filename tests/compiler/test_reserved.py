"""Names that a spec cannot give, because PyTorch, Python or the written module has them."""

from __future__ import annotations

import keyword

import pytest
from small_nets import codes, mistakes, names, net

from netc.compiler.compile import load
from netc.compiler.reserved import MODULE_ATTRIBUTES, why_reserved
from netc.compiler.syntax_errors import FORMS


def test_the_attributes_of_modules_are_those_of_torch() -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed, so its attributes cannot be compared")
    public = {name for name in dir(torch.nn.Module()) if not name.startswith("_")}
    assert public == MODULE_ATTRIBUTES


@pytest.mark.parametrize("name", sorted([*MODULE_ATTRIBUTES, *keyword.kwlist, "self", "torch", "nn", "_x", "__init__"]))
def test_reserved_names_are_refused_for_layers_and_inputs(name: str) -> None:
    assert why_reserved(name)
    statement_words = {"for"}  # a word of a statement does not even parse
    expected = ["E101"] if name in statement_words else ["E205"]
    assert codes(net(f"{name} = relu")) == expected
    if name not in statement_words | {"in", "as"}:  # what a statement goes on with
        assert codes(net("x = relu", feed=f"input {name}: 3"))[:1] == ["E205"]


@pytest.mark.parametrize(
    "name", ["conv1", "C1", "relu", "input", "output", "weight", "bias", "data", "x_", "None_", "list"]
)
def test_other_names_are_free(name: str) -> None:
    assert why_reserved(name) is None
    assert names(load(net(f"{name} = relu"))) == [name]


def test_the_hint_is_a_name_that_is_free() -> None:
    for name in ("forward", "class", "_hidden", "__"):
        (found,) = mistakes(net(f"{name} = relu"))
        assert found.hint is not None
        assert why_reserved(found.hint.split("`")[1]) is None


def test_names_in_blocks_are_refused_too() -> None:
    assert codes(net("x = b", "block b {\n forward = relu\n}")) == ["E205"]
    assert codes(net("for i in 0..2 {\n forward = relu\n}")) == ["E205"]


@pytest.mark.parametrize("word", sorted(FORMS))
def test_a_word_of_an_edit_is_a_name_where_no_such_statement_can_stand(word: str) -> None:
    body = f"{word} = conv(4, 1x1) -> relu\nb = {word} -> relu\n{word}\nc = relu\nadd(b, c, {word}) -> conv(3, 1x1)"
    found = load(net(body))
    assert names(found) == [word, f"{word}_relu", "b", "c", "add", "conv"]
    assert found.by_name["c"].inputs == (f"{word}_relu",)
    assert names(load(net(f"for {word} in [4] {{\n x = conv({word}, 1x1)\n}}"))) == ["x.0"]


@pytest.mark.parametrize("word", sorted(FORMS))
def test_such_names_can_be_edited(word: str) -> None:
    base = net(f"{word} = conv(4, 1x1)\nc = relu")
    edits = f"after {word} {{\n e = relu\n}}\ndevice gpu\nmove {word}, e to gpu\nremove {word}\nrename c to {word}"
    assert names(load(f"{base}net V = N with {{\n{edits}\n}}\n")) == ["e", word]


def test_such_words_still_begin_their_statements() -> None:
    body = "sequential sequential {\n relu\n}\nauxiliary output auxiliary: fc(2)\nauxiliary = sequential -> fc(3)"
    found = load(net(body))
    assert (names(found), list(found.outputs)) == (["sequential.0", "fc", "auxiliary"], ["output", "auxiliary"])
