"""Text to syntax tree: precedence, newlines, comments, and what is left of a text with mistakes."""

from __future__ import annotations

import pytest

from netc.compiler import syntax as ast
from netc.compiler.compile import parse_source
from netc.compiler.diagnostics import Report
from netc.compiler.parse import parse
from netc.compiler.source import Source


def tree(text: str) -> ast.File:
    """The tree of a text without mistakes."""
    found, mistakes = parse_source(Source("spec.net", text))
    assert mistakes == ()
    assert found is not None
    return found


def statements(body: str) -> tuple[ast.Statement, ...]:
    (item,) = tree(f"net N {{\n{body}\n}}").items
    assert isinstance(item, ast.Net)
    return item.body


def expression(text: str) -> ast.Expression:
    (statement,) = statements(f"fc({text})")
    assert isinstance(statement, ast.Layers)
    assert isinstance(statement.value, ast.Call)
    return statement.value.arguments[0].value


def bracketed(text: str) -> str:
    """An expression with all of its precedence written out."""

    def write(node: ast.Expression) -> str:
        match node:
            case ast.Binary(operator=operator, left=left, right=right):
                return f"({write(left)} {operator} {write(right)})"
            case ast.Negative(operand=operand):
                return f"(-{write(operand)})"
            case ast.Group(inner=inner):
                return write(inner)
            case ast.Chain(links=links):
                return f"({' -> '.join(map(write, links))})"
            case ast.Index(base=base, index=index):
                return f"{write(base)}[{write(index)}]"
            case ast.Attribute(base=base, name=name):
                return f"{write(base)}.{name}"
            case _:
                return node.span.text

    return write(expression(text))


# ---- precedence


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("1 + 2 * 3", "(1 + (2 * 3))"), ("1 * 2 + 3", "((1 * 2) + 3)"), ("1 - 2 - 3", "((1 - 2) - 3)"),
        ("8 / 4 // 2 % 3", "(((8 / 4) // 2) % 3)"), ("(1 + 2) * 3", "((1 + 2) * 3)"), ("-1 + 2", "((-1) + 2)"),
        ("-a * b", "((-a) * b)"), ("a * -b", "(a * (-b))"), ("- -1", "(-(-1))"), ("-a[0]", "(-a[0])"),
        ("a[0][1 + 2]", "a[0][(1 + 2)]"), ("a.b.0.c", "a.b.0.c"), ("f(1)[2].c", "f(1)[2].c"),
        ("a -> b * 2 -> c", "(a -> (b * 2) -> c)"), ("(a -> b) * 2", "((a -> b) * 2)"),
        ("a -> (b -> c)", "(a -> (b -> c))"),
        ("a-b", "(a - b)"), ("a->b", "(a -> b)"), ("a - (-b)", "(a - (-b))"),
    ],
)  # fmt: skip
def test_precedence(text: str, meant: str) -> None:
    assert bracketed(text) == meant


def test_numbers_sizes_and_amounts_are_told_apart() -> None:
    written = ["60_000", "5x5", "3x224x224", "0.5", "1e-4", "2E3", "3GB", "1.5KiB", '"a"', "x5"]
    values = [node.value if isinstance(node, ast.Literal) else node for node in map(expression, written)]
    assert [type(value).__name__ for value in values] == [
        "int", "Size", "Size", "float", "float", "float", "Bytes", "Bytes", "str", "Name",
    ]  # fmt: skip


# ---- newlines and comments

ONE_LINE = "a = conv(8, 3x3, pad = 1) -> relu"


@pytest.mark.parametrize(
    "text",
    [
        "a =\n conv(8, 3x3, pad = 1) -> relu", "a = conv(\n8,\n\n3x3, pad = 1\n) -> relu",
        "a = conv(8, 3x3, pad = 1)\n-> relu",
        "a = conv(8, 3x3, pad = 1) ->\nrelu", "a = conv(8, 3x3, pad = 1) # why\n  # more\n\n  -> relu # end",
        "a = conv(8, # eight\n3x3, pad = 1) ->\n# then\nrelu", "\n\n" + ONE_LINE + "\n\n", ONE_LINE.replace(" ", "\t"),
        ONE_LINE.replace(", ", ","), "a=conv(8,3x3,pad=1)->relu", "a = conv(8, 3x3, pad = 1,) -> relu",
        "a = conv(8, 3x3, pad\n=\n1) -> relu", (ONE_LINE + " # x").replace(" -> ", " \r\n -> "),
    ],
)  # fmt: skip
def test_a_statement_goes_on_where_something_is_open(text: str) -> None:
    assert statements(text) == statements(ONE_LINE)


def test_a_statement_ends_with_its_line() -> None:
    assert len(statements("a = relu\nb = tanh\n\n\nc = a")) == 3
    assert len(statements("x = 1 +\n2\n-> relu")) == 1


def test_an_operator_at_the_end_of_a_line_goes_on_and_at_its_beginning_does_not() -> None:
    assert statements("fc(1)\na = b +\nc") == statements("fc(1)\na = b + c")
    assert len(parse_source(Source("spec.net", "net N {\na = b\n+ c\n}"))[1]) == 1


def test_bodies_may_stand_on_one_line() -> None:
    assert tree("net N { input a: 3 }") == tree("net N {\n  input a: 3\n}")
    assert tree("block b { relu }\nnet N { on g { relu } }") == tree(
        "block b {\n relu\n}\nnet N {\n on g {\n relu\n }\n}"
    )


def test_comments_are_no_part_of_strings() -> None:
    (statement,) = statements('about { title = "a # b" }  # c')
    assert isinstance(statement, ast.About)
    assert [value for _, value in statement.facts] == [ast.Literal(statement.span, "a # b")]


def test_a_text_may_end_without_a_newline_and_in_a_comment() -> None:
    assert tree("net N { relu } # end") == tree("net N { relu }")


def test_trees_are_equal_when_they_say_the_same() -> None:
    assert tree("net N(a = 1) { relu }") == tree("net N ( a=1 )\n{\n\nrelu }".replace(")\n{", ") {"))
    assert tree("net N { relu }") != tree("net N { tanh }")


# ---- all statements


def test_every_statement_has_its_tree() -> None:
    body = """
    about { year = 1998 }
    input a: 3, b: 4
    device g(memory = 3GB), h
    section s "S" { relu }
    on g { relu }
    towers on g, h { exchange }
    for i in 0..3 { relu }
    for w in [1, 2] { relu }
    x = relu on g
    relu
    output y: x -> relu on h
    init weight = 0
    init x: bias = normal(0, 1)
    expect parameters <= 3
    remove x, y
    after x { relu }
    before x { relu }
    """
    assert [type(statement).__name__ for statement in statements(body)] == [
        "About", "Input", "Device", "Section", "Placed", "Towers", "Loop", "Loop", "Layers", "Layers", "Output", "Init",
        "Init", "Expect", "Remove", "Insert", "Insert",
    ]  # fmt: skip


def test_definitions() -> None:
    text = 'use a, b from "x.net"\nblock c { relu }\nblock d() { relu }\nnet E(a, b = 2,) { relu }\nnet F = E\n'
    text += "net G(n = 1) = E(n, b = 3) with { remove x }\nnet H = E with { }"
    assert [type(item).__name__ for item in tree(text).items] == [
        "Use", "Block", "Block", "Net", "Variant", "Variant", "Variant",
    ]  # fmt: skip


@pytest.mark.parametrize("word", ["conv", "in", "from", "with", "net", "use", "block", "towers", "x", "idea"])
def test_words_are_words_only_where_they_are_meant(word: str) -> None:
    found = statements(f"a = fc({word})")
    assert found == statements(f"a = fc( {word} )")


def test_spans_are_the_text_of_their_trees() -> None:
    (statement,) = statements("name = conv(8, 3x3, pad = 1)[0] -> relu on gpu0")
    assert isinstance(statement, ast.Layers)
    assert isinstance(statement.value, ast.Chain)
    first, last = statement.value.links
    assert (first.span.text, last.span.text) == ("conv(8, 3x3, pad = 1)[0]", "relu")
    assert statement.span.text == "name = conv(8, 3x3, pad = 1)[0] -> relu on gpu0"


# ---- recovery


def mistakes_of(text: str) -> list[tuple[str, int]]:
    report = Report()
    parse(Source("spec.net", text), report)
    return [(found.code, found.span.line) for found in report if found.span is not None]


def test_every_statement_with_a_mistake_is_reported_and_the_others_remain() -> None:
    text = "net N {\n input a: 3\n b = fc(1 2)\n c = fc(3)\n d = = fc(4)\n e = fc(5)\n}\nblock f {\n relu )\n tanh\n}\n"
    assert mistakes_of(text) == [("E101", 3), ("E101", 5), ("E101", 9)]
    found, _ = parse_source(Source("spec.net", text))
    assert found is not None
    net, block = found.items
    assert isinstance(net, ast.Net)
    assert isinstance(block, ast.Block)
    chains = [statement.value for statement in net.body if isinstance(statement, ast.Layers)]
    assert [isinstance(chain, ast.Broken) for chain in chains] == [True, False, True, False]
    assert len(block.body) == 2


def test_a_statement_that_did_not_parse_keeps_its_name() -> None:
    found, _ = parse_source(Source("spec.net", "net N {\n conv1 = conv(8 3x3)\n}\n"))
    assert found is not None
    (item,) = found.items
    assert isinstance(item, ast.Net)
    (statement,) = item.body
    assert isinstance(statement, ast.Layers)
    assert statement.name is not None
    assert statement.name.text == "conv1"
    assert statement.value.span.text.strip() == "conv(8 3x3)"


def test_a_mistake_over_several_lines_is_one() -> None:
    assert mistakes_of("net N {\n a = conv(8,\n  3x3 pad = 1,\n  stride = 2)\n b = relu relu\n}\n") == [
        ("E101", 3), ("E101", 5),
    ]  # fmt: skip


def test_a_mistake_on_a_line_with_braces_leaves_the_braces() -> None:
    assert mistakes_of("net N {\n on g { a = fc(1 2) }\n b = fc(3 4)\n}\n") == [("E101", 2), ("E101", 3)]
    assert mistakes_of("net N { a = fc(1 2) }\nnet M { b = fc(3 4) }\n") == [("E101", 1), ("E101", 2)]


def test_a_mistake_outside_of_all_nets_hides_no_other() -> None:
    text = "import x\nnet A { relu }\nfoo bar\n baz\nblock b {\n fc(1 2)\n}\n"
    text += "net C = # why\n A with foo {\n}\nnet D { relu } }\n"
    assert mistakes_of(text + "net E { relu }\n") == [("E101", line) for line in (1, 3, 6, 9, 11)]
    found, _ = parse_source(Source("spec.net", text + "net E { relu }\n"))
    assert found is not None
    assert [item.span.text[:5] for item in found.items] == ["net A", "block", "net D", "net E"]


def test_words_in_a_text_begin_no_definition() -> None:
    assert mistakes_of('foo\nabout { note = """\nnet x\n""" }\nnet N { fc(1 2) }\n') == [("E101", 1), ("E101", 5)]
    assert mistakes_of('foo """\nnet N { fc(1 2) }\n') == [("E101", 1)]


def test_no_more_than_twenty_mistakes_are_reported() -> None:
    assert len(mistakes_of("net N {\n" + " a = fc(1 2)\n" * 30 + "}\n")) == 20


def test_what_comes_after_an_open_text_is_not_judged() -> None:
    assert mistakes_of('net N {\n a = fc("""\n b = = 3\n}\n') == [("E102", 2)]
