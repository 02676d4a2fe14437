"""A text as its tokens, comments and newlines included.

The parser has lark's lexer; this one is for those who must see what the
parser leaves out: ``netc fmt`` and ``netc check --emit tokens``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple, TypeAlias, cast

from .diagnostics import Diagnostic, SpecError
from .source import Source, Span

Kind: TypeAlias = Literal["comment", "newline", "text", "string", "amount", "size", "float", "int", "name", "operator"]
"""``text`` is a string in three quotes; ``amount`` is an amount of memory."""


class Token(NamedTuple):
    """A token and the offset of its first character."""

    kind: Kind
    text: str
    start: int


_END = r"(?![A-Za-z0-9_])"
_INT = rf"[0-9]+(?:_[0-9]+)*{_END}"
_PATTERNS = {
    "blank": r"[ \t]+",
    "comment": r"#[^\n]*",
    "newline": r"\r?\n",
    "text": r'"""[\s\S]*?"""',
    "string": r'"(?!"")[^"\\\n]*(?:\\.[^"\\\n]*)*"',
    "amount": rf"[0-9]+(?:\.[0-9]+)?(?:KB|MB|GB|TB|KiB|MiB|GiB|TiB){_END}",
    "size": rf"[0-9]+(?:x[0-9]+)+{_END}",
    "float": rf"(?:[0-9]+(?:_[0-9]+)*\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+){_END}",
    "int": _INT,
    "name": r"[A-Za-z_][A-Za-z0-9_]*",
    "operator": r"->|==|!=|<=|>=|\.\.|//|[()\[\]{},.:=<>+\-*/%]",
}  # The same spellings as in grammar.lark; a test holds the two together.
_TOKEN = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _PATTERNS.items()))
_INDEX = re.compile(rf"(?P<blank>[ \t]*)(?P<int>{_INT})")


def tokens(source: Source) -> list[Token]:
    """The tokens of a text in order; raises SpecError where no token begins."""
    return list(_tokens(source))


def _tokens(source: Source) -> Iterator[Token]:
    offset = 0
    after_dot = False
    while offset < len(source.text):
        # In `layer1.0.conv` the 0 is a name's part, so `0.5` after a dot is not a number.
        match = (after_dot and _INDEX.match(source.text, offset)) or _TOKEN.match(source.text, offset)
        if match is None:
            raise SpecError([_no_token(source, offset)])
        kind = cast(Kind | Literal["blank"], match.lastgroup)
        if kind != "blank":
            token = Token(kind, match[kind], match.start(kind))
            after_dot = token.text == "."
            yield token
        offset = match.end()


def _no_token(source: Source, offset: int) -> Diagnostic:
    if source.text[offset] == '"':
        return Diagnostic("E102", "this string is not closed", Span(source, offset, offset + 1))
    found = re.compile(r"\w+|[\s\S]").match(source.text, offset)
    assert found is not None
    return Diagnostic("E101", f"`{found[0]}` is no word of the language", Span(source, offset, found.end()))
