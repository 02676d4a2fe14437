"""The formatter: one look for every spec.

It keeps the user's tokens, comments and line breaks (a newline may end a
statement), and chooses what is between them: indentation, spaces, blank
lines, and the columns of `=` and of comments on consecutive lines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from .source import Source
from .tokens import Token, tokens

STEP = "  "
_OPEN = {"(", "[", "{"}
_CLOSE = {")", "]", "}"}
_JOINS = {"->", "=", ",", "+", "-", "*", "/", "//", "%"}
"""Operators after which a newline ends no statement."""
_COMPARISONS = {"==", "!=", "<=", ">=", "<", ">"}
_BEFORE_VALUES = {"in", "expect", "with", "by"}
"""Words of the language before which a value ends never: `in [1, 2]` is no index, `expect -1` no difference."""


@dataclass
class Line:
    """One line of the text, without its newline.

    ``gap`` is whether a blank line stands before it, ``level`` its
    indentation in steps. ``continues`` says that it goes on with the
    statement of the line before, ``goes_on`` that the next one does.
    ``operand`` is whether a value ends right before it, so that a minus at
    its start is a difference.
    """

    code: list[Token] = field(default_factory=list)
    comment: str = ""
    gap: bool = False
    level: int = 0
    continues: bool = False
    goes_on: bool = False
    operand: bool = False
    text: str = ""

    @property
    def starts(self) -> str:
        return self.code[0].text if self.code else ""

    @property
    def ends(self) -> str:
        return self.code[-1].text if self.code else ""


def format_text(text: str) -> str:
    """The text in the one look; formatting twice changes nothing.

    Raises SpecError where the text has no token of the language; whether it
    is a valid spec does not matter.
    """
    lines = _lines(tokens(Source("text", text)))
    _indent(lines)
    for line in lines:
        line.text = _spaced(line, len(line.code))
    _align_operators(lines)
    _align_comments(lines)
    return "".join(("\n" if line.gap else "") + STEP * line.level + line.text + "\n" for line in lines)


def _lines(found: Iterable[Token]) -> list[Line]:
    """The lines that are not blank; blank ones become a gap, and none at the edge of a bracket."""
    lines: list[Line] = []
    line, blank = Line(), False
    for token in (*found, Token("newline", "\n", -1)):
        if token.kind == "comment":
            line.comment = token.text.rstrip()
        elif token.kind != "newline":
            line.code.append(token)
        elif line.code or line.comment:
            line.gap = blank and bool(lines) and lines[-1].ends not in _OPEN and line.starts not in _CLOSE
            lines.append(line)
            line, blank = Line(), False
        else:
            blank = True
    return lines


def _indent(lines: list[Line]) -> None:
    """Sets what a line's place in its statement and in the brackets decides."""
    brackets: list[tuple[str, int]] = []  # what is open, and the level of the line that opened it
    comments: list[Line] = []  # comment lines stand where the next line of code does
    last = Line()
    for line in lines:
        inside = brackets[-1][1] + 1 if brackets else 0
        if not line.code:
            line.level = inside
            comments.append(line)
            continue
        in_parentheses = bool(brackets) and brackets[-1][0] != "{"
        line.continues = last.goes_on = in_parentheses or line.starts == "->" or last.ends in _JOINS
        line.operand = in_parentheses and bool(last.code) and _is_operand(last.code[-1])
        closing = min(_closers(line), len(brackets))
        if closing:
            line.level = brackets[-closing][1]
        else:
            line.level = inside + (line.continues and not in_parentheses)
            for comment in comments:
                comment.level = line.level
        comments.clear()
        _follow(line, brackets)
        last = line


def _closers(line: Line) -> int:
    """How many closing brackets a line begins with."""
    return next((i for i, token in enumerate(line.code) if token.text not in _CLOSE), len(line.code))


def _follow(line: Line, brackets: list[tuple[str, int]]) -> None:
    """Brings the open brackets to the end of a line."""
    for token in line.code:
        if token.text in _OPEN:
            brackets.append((token.text, line.level))
        elif token.text in _CLOSE and brackets:
            brackets.pop()


def _spaced(line: Line, end: int) -> str:
    """The first tokens of a line with the spaces between them."""
    spaces = ("" if i == 0 or _tight(line, i) else " " for i in range(end))
    return "".join(space + token.text for space, token in zip(spaces, line.code, strict=False))


def _tight(line: Line, i: int) -> bool:
    """True when nothing stands between a token and the one before it."""
    before, token = line.code[i - 1], line.code[i]
    if token.text in (")", "]", ",", ":") or before.text in ("(", "["):
        return True
    if before.text == "-":
        return _is_sign(line, i - 1) and (_is_operand(token) or token.text in ("(", "["))
    if token.text in ("(", "["):
        return _is_operand(before)
    if before.text in (".", "..") or token.text in (".", ".."):
        return _tight_dot(line, i)
    return before.text == "{" and token.text == "}"


def _tight_dot(line: Line, i: int) -> bool:
    """A dot is tight to its operands, but `1 .5` must not become the number 1.5."""
    before, token = line.code[i - 1], line.code[i]
    if token.text == "." and before.kind == "int":
        return i >= 2 and line.code[i - 2].text == "."
    if token.text in (".", ".."):
        return before.kind == "name" or _is_operand(before)
    return token.kind == "name" or _is_operand(token) or token.text == "-"


def _is_operand(token: Token) -> bool:
    """Whether a value can end with the token."""
    if token.kind == "name":
        return token.text not in _BEFORE_VALUES
    return token.kind in ("int", "float", "size", "amount") or token.text in (")", "]")


def _is_sign(line: Line, i: int) -> bool:
    """True for a minus that has no left operand."""
    return not (_is_operand(line.code[i - 1]) if i else line.operand)


def _align_operators(lines: list[Line]) -> None:
    """Puts the `=` of assignments, and the comparisons of expectations, in one column."""
    for run in _runs(lines, _aligned_kind):
        heads = [_spaced(line, _operator(line)) for line in run]
        width = max(map(len, heads))
        for line, head in zip(run, heads, strict=True):
            line.text = head.ljust(width) + line.text[len(head) :]


def _aligned_kind(line: Line) -> str | None:
    """What a line is aligned with; None when it takes more than one line, or has nothing to align."""
    if line.continues or line.goes_on or "\n" in line.text or not _operator(line):
        return None
    return "expectation" if line.starts == "expect" else "assignment"


def _operator(line: Line) -> int:
    """Index of the operator that a statement is aligned by; 0 when it has none."""
    if line.starts == "expect":
        return next((i for i, token in enumerate(line.code) if token.text in _COMPARISONS), 0)
    if len(line.code) > 3 and line.code[1].text == "as" and line.code[3].text == "=":
        return 3
    return int(len(line.code) > 1 and line.code[0].kind == "name" and line.code[1].text == "=")


def _align_comments(lines: list[Line]) -> None:
    """Puts comments after code two spaces from it, those of consecutive lines in one column."""
    for run in _runs(lines, lambda line: "comment" if line.code and line.comment else None):
        width = 0 if any("\n" in line.text for line in run) else max(len(line.text) for line in run)
        for line in run:
            line.text = f"{line.text.ljust(width)}  {line.comment}"
    for line in lines:
        line.text = line.text or line.comment


def _runs(lines: list[Line], kind: Callable[[Line], str | None]) -> Iterator[list[Line]]:
    """Consecutive lines of one kind and level, without a blank line between them."""
    run: list[Line] = []
    last: str | None = None
    for line in lines:
        this = kind(line)
        if run and (this != last or line.gap or line.level != run[0].level):
            yield run
            run = []
        if this is not None:
            run.append(line)
        last = this
    if run:
        yield run
