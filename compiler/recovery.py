"""What is around a syntax error: open brackets, and the statement to leave out so that parsing goes on."""

from __future__ import annotations

import re
from collections.abc import Iterator

BROKEN = "\x00"
"""Stands for every character of a statement that did not parse; users cannot write it."""

_SKIP_OR_BRACKET = re.compile(r'"""[\s\S]*?"""|"[^"\\\n]*(?:\\.[^"\\\n]*)*"?|#[^\n]*|[()\[\]{}]')
_PAIRS = {")": "(", "]": "[", "}": "{"}
_NAMED = re.compile(r"[ \t]*[A-Za-z_]\w*[ \t]*=(?!=)")
_DEFINITION = re.compile(r'"""[\s\S]*?"""|^(net|block|use)\b', re.MULTILINE)
_COMMENT = re.compile(r"#[^\n]*")
_GOES_ON = re.compile(r"[=,][ \t]*(?:#[^\n]*)?\n\Z")


def _brackets(text: str, end: int) -> Iterator[tuple[int, str]]:
    """The brackets before an offset, without those in strings and comments."""
    for match in _SKIP_OR_BRACKET.finditer(text, 0, end):
        if match[0] in "()[]{}":
            yield match.start(), match[0]


def _open_brackets(text: str, end: int) -> list[int]:
    """Offsets of the brackets that are open at an offset, outermost first."""
    opened: list[int] = []
    for offset, bracket in _brackets(text, end):
        if bracket not in _PAIRS:
            opened.append(offset)
        elif opened and text[opened[-1]] == _PAIRS[bracket]:
            opened.pop()
    return opened


def innermost_open(text: str, offset: int) -> int | None:
    """The last bracket that is still open at an offset."""
    opened = _open_brackets(text, offset)
    return opened[-1] if opened else None


def closing_bracket(text: str, opened: int) -> int | None:
    """The partner of a parenthesis or bracket; None when a brace or the end of the text comes before it."""
    depth = 0
    for match in _SKIP_OR_BRACKET.finditer(text, opened):
        if match[0] in "{}":
            return None
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(match[0], 0)
        if depth == 0 and match[0] in ")]":
            return match.start()
    return None


def unclosed_brace(text: str) -> int:
    """The brace to blame when the text ends in a body: one whose partner stands less indented than its line."""
    opened: list[int] = []
    for offset, bracket in _brackets(text, len(text)):
        if bracket == "{":
            opened.append(offset)
        elif bracket == "}" and opened:
            brace = opened.pop()
            if _indent(text, offset) < _indent(text, brace):
                return brace
    return opened[-1]


def _indent(text: str, offset: int) -> int:
    """Blanks at the beginning of the line of an offset."""
    start = text.rfind("\n", 0, offset) + 1
    return len(text[start:offset]) - len(text[start:offset].lstrip())


def blank_statement(text: str, offset: int) -> str | None:
    """The text with the statement around an offset left out, at equal length.

    A statement keeps its name (``conv1 = <broken>``), so that those who read
    it are not reported. Outside of all definitions all is left out up to the
    next one. None when leaving it out would unbalance the braces.
    """
    start = _statement_start(text, min(offset, len(text) - 1)) if text else 0
    if innermost_open(text, start) is None:
        return _blank_to_definition(text, start, offset)
    end = _statement_end(text, max(start, offset))
    statement = text[start:end]
    if not statement.strip() or BROKEN in statement or _unbalanced(statement) or statement.count('"""') % 2:
        return None
    named = _NAMED.match(statement)
    kept = named[0] if named else statement[: len(statement) - len(statement.lstrip())]
    if len(kept) >= len(statement):
        return None
    return text[:start] + kept + BROKEN * (len(statement) - len(kept)) + text[end:]


def _blank_to_definition(text: str, start: int, offset: int) -> str | None:
    """The text with blanks up to the next line that begins with `net`, `block` or `use`; None where nothing is left."""
    while begun := _GOES_ON.search(text, text.rfind("\n", 0, max(0, start - 1)) + 1, start):
        start = text.rfind("\n", 0, begun.start()) + 1
    later = (match.start() for match in _DEFINITION.finditer(text, start) if match[1] and match.start() > offset)
    end = next(later, len(text))
    blanked = text[:start] + re.sub(r"[^\n]", " ", text[start:end]) + text[end:]
    if text.count('"""', start, end) % 2 or blanked == text or not _COMMENT.sub("", blanked).strip():
        return None
    return blanked


def lost_words(original: str, blanked: str) -> set[str]:
    """The words of what was left out."""
    words = re.finditer(r"[A-Za-z_]\w*", original)
    return {word[0] for word in words if blanked[word.start()] != original[word.start()]}


def _statement_start(text: str, offset: int) -> int:
    """Start of the line, or after a brace on it; of the line where an open parenthesis began."""
    line = text.rfind("\n", 0, offset) + 1
    opened = [at for at in _open_brackets(text, line) if text[at] in "(["]
    if opened:
        line = text.rfind("\n", 0, opened[0]) + 1
    braces = [at for at, bracket in _brackets(text, offset) if bracket in "{}" and at >= line]
    return braces[-1] + 1 if braces else line


def _statement_end(text: str, offset: int) -> int:
    """End of the line where all is closed, or the brace that closes a body on the same line."""
    opened = [at for at in _open_brackets(text, offset) if text[at] in "(["]
    closed = closing_bracket(text, opened[0]) if opened else None
    end = text.find("\n", max(offset, closed or 0))
    end = end if end >= 0 else len(text)
    depth = 0
    for at, bracket in _brackets(text, end):
        if at < offset:
            continue
        depth += {"{": 1, "}": -1}.get(bracket, 0)
        if depth < 0:
            return at
    return end


def _unbalanced(statement: str) -> bool:
    depth = 0
    for _, bracket in _brackets(statement, len(statement)):
        depth += {"{": 1, "}": -1}.get(bracket, 0)
    return depth != 0
