"""The notation of tests/errors: a spec with its expected diagnostics beside the lines.

    conv1 = conv(16, 5x5, stide = 2)  # error[E301] 25-29: `conv` has no argument `stide`
    # hint: did you mean `stride`?

- ``# error[CODE] FIRST-LAST: message`` stands at the end of the line at fault. FIRST and LAST are the columns that the
  carets underline, counted from 1; a single column is one number. A second mistake of the line, and every detail,
  stands in a line of its own below.
- Details are ``# expected: …``, ``# found: …``, ``# shape: …``, ``# note: …`` and ``# hint: …``. A note that speaks of
  a place begins with it: ``# note 3:5-9: first defined here``, and with the file where it is another one's.
- Where a comment cannot stand (in an open string, at the end of the file) the text begins with ``# at the top:`` and
  the annotations follow there, with the line before the columns: ``# error[E102] 7:12-30: this string is not closed``.

``pytest tests/compiler/test_errors.py --update-golden`` writes the annotations anew; read them before you commit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from netc.compiler.diagnostics import Diagnostic
from netc.compiler.source import Span

AT_THE_TOP = "# at the top:"
_ERROR = re.compile(r"(?:^|[ \t]+)# error\[E\d+\] ")
_DETAIL = re.compile(r"[ \t]*# (error\[E\d+\]|expected:|found:|shape:|hint:|note[ :])")


def annotations_of(text: str) -> list[str]:
    """What a spec's annotations say, one entry per line of annotation, with the line's number before the columns."""
    at_the_top = text.startswith(AT_THE_TOP)
    found: list[str] = []
    code_line = 0
    for number, line in enumerate(text.split("\n"), 1):
        error = _ERROR.search(line)
        if not _DETAIL.match(line):
            code_line = number
        if error and not at_the_top:
            found.append(re.sub(r"\] ", f"] {code_line}:", line[error.start() :].strip()[2:], count=1))
        elif error or _DETAIL.match(line):
            found.append(line.strip()[2:])
    return found


def described(diagnostics: Iterable[Diagnostic], name: str) -> list[str]:
    """The diagnostics of one source in the notation of ``annotations_of``."""
    return [line for diagnostic in diagnostics for line in _lines(diagnostic, name)]


def annotated(text: str, diagnostics: Sequence[Diagnostic], name: str) -> str:
    """The text with annotations that say these diagnostics of it, in place of those that it has.

    New lines move what stands below them, so the text must be checked and annotated again until nothing changes.
    """
    by_line: dict[int, list[str]] = {}
    for diagnostic in diagnostics:
        assert diagnostic.span is not None
        by_line.setdefault(diagnostic.span.line, []).extend(_lines(diagnostic, name))
    if text.startswith(AT_THE_TOP):
        notes = [f"# {note}" for line in sorted(by_line) for note in by_line[line]]
        return "\n".join([AT_THE_TOP, *notes, *(line for line in text.split("\n")[1:] if not _DETAIL.match(line))])
    result = []
    for number, line in enumerate(text.split("\n"), 1):
        if _DETAIL.match(line):
            continue
        code = _ERROR.split(line)[0]
        indent = line[: len(line) - len(line.lstrip())]
        first, *more = [re.sub(r"^(error\[E\d+\] )\d+:", r"\1", note) for note in by_line.get(number, ())] or [""]
        result += [f"{code}  # {first}" if first else code, *(f"{indent}# {note}" for note in more)]
    return "\n".join(result)


def _lines(diagnostic: Diagnostic, name: str) -> list[str]:
    assert diagnostic.span is not None, f"{diagnostic.message} has no place"
    lines = [f"error[{diagnostic.code}] {_place(diagnostic.span, name)}: {diagnostic.message}"]
    for label in ("expected", "found", "chain", "hint"):
        if label == "hint":
            for note in diagnostic.notes:
                where = f" {_place(note.span, name)}" if note.span else ""
                lines.append(f"note{where}: {note.text}")
        text = getattr(diagnostic, label)
        if text:
            lines.append(f"{'shape' if label == 'chain' else label}: {text}")
    return lines


def _place(span: Span, name: str) -> str:
    """Line and columns of the first line of a span, with the file if it is not the one at hand."""
    file = "" if span.source.name == name else f"{span.source.name}:"
    length = max(1, min(len(span.text.split("\n")[0].rstrip("\r")), span.end - span.start))
    columns = str(span.column) if length == 1 else f"{span.column}-{span.column + length - 1}"
    return f"{file}{span.line}:{columns}"
