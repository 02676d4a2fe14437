"""Text to syntax tree. Several syntax errors of one text are all found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from threading import Lock
from typing import cast

from lark import Lark, Token, UnexpectedInput

from . import syntax as ast
from .diagnostics import Report
from .lalr import parser
from .recovery import blank_statement, lost_words
from .source import Source, Span
from .syntax_errors import explain, named
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
    return parser(_builder, _Newlines())


def parse(source: Source, report: Report) -> ast.File | None:
    """The tree of a text, with Broken where a statement did not parse; None when nothing is left."""
    if not _is_text(source, report):
        return None
    text = source.text
    for _ in range(MOST_SYNTAX_ERRORS):
        try:
            tree = _parse(source, text)
            report.lost |= lost_words(source.text, text) if text is not source.text else set()
            return tree
        except Mistake as mistake:
            diagnostic = mistake.diagnostic
        except UnexpectedInput as error:
            diagnostic = explain(source, text, error, _spellings())
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
        return cast(ast.File, _lark().parse(text))


@cache
def _spellings() -> dict[str, str]:
    """The words that the grammar's terminals stand for, without those that are patterns."""
    return {terminal.name: terminal.pattern.value for terminal in _lark().terminals if terminal.pattern.type == "str"}


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
        report.error("E106", f"the language does not use {named(control[0])}", span)
        return False
    return True
