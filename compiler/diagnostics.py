"""Errors as values: what is wrong, where, why, and what would be right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any

from .codes import CODES
from .source import Span


@dataclass(frozen=True)
class Note:
    """A remark on a diagnostic, with the place that it speaks of, if any."""

    text: str
    span: Span | None = None


@dataclass(frozen=True)
class Diagnostic:
    """One mistake.

    ``expected`` and ``found`` are said in the user's terms (shapes, types);
    ``chain`` tells how the shape came about; ``hint`` is a concrete fix.
    """

    code: str
    message: str
    span: Span | None = None
    expected: str | None = None
    found: str | None = None
    chain: str | None = None
    hint: str | None = None
    notes: tuple[Note, ...] = ()

    def __post_init__(self) -> None:
        if self.code not in CODES:
            raise KeyError(f"diagnostic code {self.code} is not in compiler/codes.py")

    @property
    def sort_key(self) -> tuple[str, int, str]:
        return (self.span.source.name, self.span.start, self.code) if self.span else ("", 0, self.code)


class Problem(Exception):  # noqa: N818 - it becomes a Diagnostic; it is not the error that users see
    """Raised by a leaf that knows what is wrong but not where.

    ``argument`` names the argument at fault (a field's name, or its position
    counted from 0), so that the caller can point at it.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        expected: str | None = None,
        found: str | None = None,
        hint: str | None = None,
        argument: str | int | None = None,
        notes: tuple[Note, ...] = (),
    ) -> None:
        super().__init__(message)
        self.diagnostic = Diagnostic(code, message, None, expected, found, None, hint, notes)
        self.argument = argument

    def __str__(self) -> str:
        """The whole message, for those who call netc from Python."""
        return render(self.diagnostic)

    def at(self, span: Span, chain: str | None = None, notes: tuple[Note, ...] = ()) -> Diagnostic:
        """The diagnostic of this problem at a place."""
        return replace(self.diagnostic, span=span, chain=chain, notes=(*self.diagnostic.notes, *notes))


class SpecError(Exception):
    """A spec with mistakes; ``diagnostics`` has all of them in source order."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(sorted(diagnostics, key=lambda d: d.sort_key))
        super().__init__("\n\n".join(render(d) for d in self.diagnostics))


@dataclass
class Report:
    """Collects the diagnostics of one compilation; one mistake is kept once."""

    diagnostics: list[Diagnostic] = field(default_factory=list)
    lost: set[str] = field(default_factory=set)
    """Words of statements that did not parse: what they would have defined is not unknown."""

    def __post_init__(self) -> None:
        self._seen = {_mistake(diagnostic) for diagnostic in self.diagnostics}

    def add(self, diagnostic: Diagnostic) -> None:
        mistake = _mistake(diagnostic)
        if mistake not in self._seen:
            self._seen.add(mistake)
            self.diagnostics.append(diagnostic)

    def branch(self) -> Report:
        """A report of its own that begins with what this one has."""
        return Report(list(self.diagnostics), self.lost)

    def error(self, code: str, message: str, span: Span | None, **details: Any) -> None:
        self.add(Diagnostic(code, message, span, **details))

    def __bool__(self) -> bool:
        return bool(self.diagnostics)

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(self.diagnostics)

    def raise_if_any(self) -> None:
        if self.diagnostics:
            raise SpecError(self.diagnostics)


def _mistake(diagnostic: Diagnostic) -> object:
    """The code and the place, so that a block's mistake is one however often the block is used."""
    span = diagnostic.span
    return diagnostic if span is None else (diagnostic.code, span.source, span.start)


def suggest(name: str, known: Iterable[str]) -> str | None:
    """A did-you-mean hint for a misspelt name, or None when nothing is near."""
    options = sorted(set(known))
    lower = {option.lower(): option for option in reversed(options)}
    close = get_close_matches(name.lower(), lower, n=1, cutoff=0.65)
    return f"did you mean `{lower[close[0]]}`?" if close else None


def render(diagnostic: Diagnostic, severity: str = "error") -> str:
    """The diagnostic as text: place, source excerpt with a caret, and what helps."""
    lines = [f"{severity}[{diagnostic.code}]: {_short(diagnostic.message)}"]
    width = 2
    if diagnostic.span is not None:
        excerpt, width = _excerpt(diagnostic.span)
        lines += [f"{' ' * (width - 1)}--> {diagnostic.span}", *excerpt]
    lines += [f"{' ' * width}= {label}: {_short(text)}" for label, text in _details(diagnostic)]
    return "\n".join(lines)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


def _details(diagnostic: Diagnostic) -> Iterator[tuple[str, str]]:
    if diagnostic.expected:
        yield "expected", diagnostic.expected
    if diagnostic.found:
        yield "found", diagnostic.found
    if diagnostic.chain:
        yield "shape", diagnostic.chain
    for note in diagnostic.notes:
        yield "note", f"{note.text} ({note.span})" if note.span else note.text
    if diagnostic.hint:
        yield "hint", diagnostic.hint


LONGEST = 1000
"""Characters of a message that are printed: a value in it may be as large as the spec."""

WIDEST = 110
"""Columns of a source line that an excerpt shows; a longer line is cropped around the caret."""


def _excerpt(span: Span) -> tuple[list[str], int]:
    """The first line of a span with carets under it, and the width of its margin."""
    line, column = span.source.position(span.start)
    text, column = _crop(span.source.line_text(line), column)
    length = max(1, min(span.end - span.start, len(text) - column + 1))
    prefix = "".join("\t" if char == "\t" else " " for char in text[: column - 1])
    number = str(line)
    margin = " " * len(number)
    rows = [f"{margin} |", f"{number} | {text}", f"{margin} | {prefix}{'^' * length}"]
    return rows, len(number) + 1


def _crop(text: str, column: int) -> tuple[str, int]:
    """A long line cropped around a column, and the column in what is left."""
    if len(text) <= WIDEST:
        return text, column
    start = max(0, column - WIDEST // 2)
    head = "..." if start else ""
    tail = "..." if start + WIDEST < len(text) else ""
    return head + text[start : start + WIDEST] + tail, column - start + len(head)
