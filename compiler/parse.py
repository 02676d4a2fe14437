"""Text to syntax tree. Several syntax errors of one text are all found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from threading import Lock

from lark import Lark, Token, UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from . import syntax as ast
from .diagnostics import Diagnostic, Note, Report, suggest
from .recovery import blank_statement, innermost_open
from .source import Source, Span
from .tree_builder import Mistake, TreeBuilder

LARGEST_TEXT = 8_000_000
"""Characters of a text: two hundred thousand layers, a line each."""

MOST_SYNTAX_ERRORS = 20

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_builder = TreeBuilder()
_lock = Lock()


class _Newlines:
    """Drops newlines that end no statement: in brackets, after an operator or an opening."""

    always_accept = ("_NL", "CONTINUATION")
    _joins = frozenset({"ARROW", "EQUAL", "COMMA", "PLUS", "MINUS", "STAR", "FLOORDIV", "SLASH", "PERCENT"})

    def process(self, stream: Iterable[Token]) -> Iterator[Token]:
        depth = 0
        previous = ""
        for token in stream:
            if token.type == "_NL" and (depth > 0 or previous in self._joins):
                continue
            depth += {"LPAR": 1, "LSQB": 1, "RPAR": -1, "RSQB": -1}.get(token.type, 0)
            depth = 0 if token.type in ("LBRACE", "RBRACE") else depth
            previous = token.type
            yield token


@cache
def _lark() -> Lark:
    grammar = (Path(__file__).parent / "grammar.lark").read_text(encoding="utf-8")
    return Lark(
        grammar, parser="lalr", lexer="contextual", keep_all_tokens=True, maybe_placeholders=False,
        postlex=_Newlines(), transformer=_builder,
    )  # fmt: skip


def parse(source: Source, report: Report) -> ast.File | None:
    """The tree of a text, with Broken where a statement did not parse; None when nothing is left."""
    if not _is_text(source, report):
        return None
    text = source.text
    for _ in range(MOST_SYNTAX_ERRORS):
        try:
            return _parse(source, text)
        except Mistake as mistake:
            diagnostic = mistake.diagnostic
        except UnexpectedInput as error:
            diagnostic = _explain(source, text, error)
        report.add(diagnostic)
        assert diagnostic.span is not None
        repaired = blank_statement(text, diagnostic.span.start)
        if repaired is None:
            return None
        text = repaired
    return None


def _parse(source: Source, text: str) -> ast.File:
    with _lock:
        _builder.begin(source)
        tree = _lark().parse(text)
    assert isinstance(tree, ast.File)
    return tree


def _is_text(source: Source, report: Report) -> bool:
    if len(source.text) > LARGEST_TEXT:
        found = f"{len(source.text):_} characters"
        report.error(
            "E107", "the text is too large", Span(source, 0, 0), expected=f"at most {LARGEST_TEXT:_}", found=found
        )
        return False
    control = _CONTROL.search(source.text)
    if control:
        span = Span(source, control.start(), control.end())
        report.error("E106", f"control character U+{ord(control[0]):04X} in the text", span)
        return False
    return True


_WORDS = {
    "_NL": "a new line", "$END": "the end of the text", "NAME": "a name", "INT": "a number", "FLOAT": "a number",
    "SIZE": "a size", "AMOUNT": "an amount of memory", "STRING": "a string", "TEXT": "a string",
    "COMPARISON": "a comparison (==, !=, <=, >=, <, >)",
}  # fmt: skip
_VALUE = {"NAME", "INT", "FLOAT", "SIZE", "AMOUNT", "STRING", "TEXT", "LSQB", "LPAR", "MINUS", "INPUT", "OUTPUT"}
_OPERATORS = {"PLUS", "MINUS", "STAR", "FLOORDIV", "SLASH", "PERCENT", "DOT", "LSQB", "__ANON_0", "ARROW"}


def _explain(source: Source, text: str, error: UnexpectedInput) -> Diagnostic:
    """A lark error in the user's terms."""
    at_end = isinstance(error, UnexpectedToken) and error.token.type == "$END"
    offset = len(text) if at_end else min(getattr(error, "pos_in_stream", None) or 0, len(text))
    if isinstance(error, UnexpectedCharacters) and text[offset] != "\n":
        return _bad_characters(source, text, offset)
    unclosed = innermost_open(text, offset)
    if unclosed is not None and _blames_bracket(text, unclosed, offset):
        span = Span(source, unclosed, unclosed + 1)
        note = Note("the text makes no sense from here on", Span(source, offset, offset + 1))
        return Diagnostic("E103", f"this `{text[unclosed]}` is not closed", span, notes=(note,) * (offset < len(text)))
    length = len(error.token) if isinstance(error, UnexpectedToken) and offset < len(text) else 1
    found = text[offset : offset + length].split("\n")[0] or ("the end of the text" if offset >= len(text) else "")
    shown = f"`{found}`" if found and offset < len(text) else (found or "the end of the line")
    expected = _expected(error)
    hint = suggest(found, [word.strip("`") for word in expected.split(", ")]) if found[:1].isalpha() else None
    span = Span(source, offset, offset + max(1, len(found) if offset < len(text) else 1))
    return Diagnostic("E101", f"{shown} is not expected here", span, expected=expected, found=shown, hint=hint)


def _blames_bracket(text: str, unclosed: int, offset: int) -> bool:
    """An open bracket is to blame when the text ends in it, or goes wrong on a later line."""
    if offset >= len(text):
        return True
    return text[unclosed] in "([" and ("\n" in text[unclosed:offset] or text[offset] in "{}")


def _bad_characters(source: Source, text: str, offset: int) -> Diagnostic:
    if text[offset] == '"':
        end = text.find("\n", offset)
        span = Span(source, offset, end if end >= 0 else len(text))
        triple = text.startswith('"""', offset)
        hint = f"close it with {'three quotes' if triple else 'a quote'}"
        return Diagnostic("E102", "this string is not closed", span, hint=hint)
    word = re.match(r"->|[A-Za-z0-9_.]+|.", text[offset : offset + 80])
    found = word[0] if word else text[offset]
    span = Span(source, offset, offset + len(found))
    if found[0].isdigit():
        hint = "sizes are written 5x5, numbers 60_000, amounts of memory 3GB"
        return Diagnostic("E101", f"`{found}` is neither a number nor a size", span, hint=hint)
    if found[0].isalnum() or found[0] in '_"+-*/%()[]{}.,:=<>!':
        return Diagnostic("E101", f"`{found}` is not expected here", span)
    return Diagnostic("E106", f"the language does not use the character `{found}`", span)


def _expected(error: UnexpectedInput) -> str:
    """What would have been right, in words, the likely first."""
    names = set(getattr(error, "accepts", None) or getattr(error, "expected", None) or ())
    words = []
    if _VALUE - {"INPUT", "OUTPUT"} <= names | {"LSQB"}:
        words.append("a value or a layer")
        names -= _VALUE
    if {"PLUS", "STAR"} <= names:
        names -= _OPERATORS
    words += [_WORDS.get(name) or _spelling(name) for name in sorted(names - {"CONTINUATION", "BROKEN"})]
    return ", ".join(dict.fromkeys(words[:9])) or "something else"


@cache
def _spellings() -> dict[str, str]:
    return {terminal.name: terminal.pattern.value for terminal in _lark().terminals if terminal.pattern.type == "str"}


def _spelling(terminal: str) -> str:
    return f"`{_spellings().get(terminal, terminal.lower())}`"
