"""What the parser could not read, in the user's terms."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from lark import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from .diagnostics import Diagnostic, Note, suggest
from .recovery import closing_bracket, innermost_open, unclosed_brace
from .source import Source, Span

WORDS = (
    "about", "after", "auxiliary", "before", "block", "device", "exchange", "expect", "for", "init", "input", "move",
    "net", "on", "output", "remove", "rename", "replace", "scale", "section", "sequential", "towers", "use", "with",
)  # fmt: skip
"""Words that begin a statement, or go on with one."""

_TERMINALS = {
    "_NL": "a new line", "$END": "the end of the text", "NAME": "a name", "INT": "a number", "FLOAT": "a number",
    "SIZE": "a size", "AMOUNT": "an amount of memory", "STRING": "a string", "TEXT": "a string",
    "COMPARISON": "a comparison (==, !=, <=, >=, <, >)",
}  # fmt: skip
_VALUE = {"NAME", "INT", "FLOAT", "SIZE", "AMOUNT", "STRING", "TEXT", "LPAR"}
_STATEMENT = {"ABOUT", "DEVICE", "SECTION"}
_OPERATORS = {"PLUS", "MINUS", "STAR", "FLOORDIV", "SLASH", "PERCENT"}
FORMS = {
    "after": "after conv1 { ... }", "auxiliary": "auxiliary output name: ...", "before": "before conv1 { ... }",
    "move": "move conv1, conv2 to gpu0", "remove": "remove conv1, conv2", "rename": "rename conv1 to stem",
    "replace": "replace relu with gelu", "scale": "scale width by 0.5", "sequential": "sequential name { ... }",
}  # fmt: skip
"""Words that begin a statement and may be names too, with such a statement."""
_SELDOM = {"LPAR", "LSQB", "DOT", "CONTINUATION", "BROKEN", "INPUT", "OUTPUT", *map(str.upper, FORMS)}
"""Terminals that are allowed nearly everywhere and nearly never what was meant."""

_LOOKALIKES = {
    "→": "write `->`", "'": 'strings stand in "double quotes"', ";": "a statement ends with its line",
    "×": "sizes are written with the letter x, as in 5x5", "–": "write `-`", "−": "write `-`",
    "^": "there is no power", "!": "write `!=`",
    **dict.fromkeys("“”„‟‘’«»", 'strings stand in plain "double quotes"'),
}  # fmt: skip

_NO_DOTS = "a name has no dot: what stands in blocks and repetitions is changed by defining them anew"

_HABITS = (
    (r"//[^\n]*$", r"", "a comment begins with `#`"),
    (r"\d[ \t]*$", r"x[ \t]*\d", "a size is written without blanks, as in 3x224x224"),
    (r"\.\.$", r"\.", "a range has two dots, as in 0..3"),
    (r"^[ \t]*(?:remove|after|before|rename|replace|move)\b[\w, \t]*\w$", r"\.", _NO_DOTS),
    (r"^[ \t]*[A-Za-z_]\w*(?:\.\w+)+[ \t]*$", r"=(?!=)", _NO_DOTS),
    (r"", r"\.\d", "a number has a digit before its point, as in 0.5"),
    (r"\*$", r"\*", "there is no power"),
    (r"\bexpect\b[^\n]*$", r"=", "write `==` to compare"),
    (
        r"^[ \t]*(?:if|else|elif|while)\b",
        r"",
        "there is no `if` and no `while`: a link of a chain that is `none` is left out",
    ),
    (
        r"(?:->|=)[ \t]*(?:section|sequential|towers)[ \t]*$",
        r"\{",
        "it is a statement of its own: sequential name { ... }",
    ),
    (r"\bas[ \t]*$", r"\w", 'the name stands in quotes: conv1 as "Conv2d_1a" = ...'),
    (r"=", r"as\b", '`as` stands behind the name: conv1 as "Conv2d_1a" = ...'),
    (r"[A-Za-z_]\w*\[[^\]\n]*$", r",", "arguments stand in parentheses, as in conv(16, 3x3)"),
)
"""Spellings of other languages: the line before the error, the text at the error, and what netc writes."""

_OTHER_WORDS = {
    "insert": FORMS["after"], "append": FORMS["after"], "delete": FORMS["remove"], "drop": FORMS["remove"],
    "aux": FORMS["auxiliary"], "import": 'use basic from "blocks.net"', "from": 'use basic from "blocks.net"',
    "include": 'use basic from "blocks.net"', "def": "block name(width) { ... }", "class": "net Name { ... }",
    "network": "net Name { ... }", "model": "net Name { ... }",
}  # fmt: skip
"""Words with which a statement begins elsewhere, and the statement here."""

SHOWN = 60
"""Characters of the text that a message repeats."""

_PARTNERS = {")": "(", "]": "[", "}": "{"}
_DANGLING = re.compile(r"(->|[-+*/%,=])[ \t]*(?:#[^\n]*)?(?:\n[ \t]*(?:#[^\n]*)?)+\w*[ \t]*\Z")
_FIRST_WORD = re.compile(r"(?:\A|[{}\n])[ \t]*([A-Za-z_]\w*)[ \t]*\Z")


def explain(source: Source, text: str, error: UnexpectedInput, spellings: Mapping[str, str]) -> Diagnostic:
    """A lark error as a diagnostic; ``spellings`` are the words of the grammar's terminals."""
    at_end = isinstance(error, UnexpectedToken) and error.token.type == "$END"
    offset = len(text) if at_end else min(getattr(error, "pos_in_stream", None) or 0, len(text))
    if isinstance(error, UnexpectedCharacters) and text[offset] != "\n":
        return _bad_characters(source, text, offset)
    bracket = _bracket_to_blame(text, offset)
    if bracket is not None:
        span = Span(source, bracket, bracket + 1)
        note = Note("the text makes no sense from here on", Span(source, offset, offset + 1))
        return Diagnostic("E103", f"this `{text[bracket]}` is not closed", span, notes=() if at_end else (note,))
    around = innermost_open(text, offset)
    dangling = _DANGLING.search(text, max(0, text.rfind("\n", 0, max(0, offset - 200))), offset)
    if dangling and (around is None or text[around] == "{"):
        expected = "a layer, on this line or the next" if dangling[1] == "->" else "a value, on this line or the next"
        return Diagnostic(
            "E101", f"nothing follows this `{dangling[1]}`", Span(source, *dangling.span(1)), expected=expected
        )
    length = len(error.token) if isinstance(error, UnexpectedToken) and not at_end else 1
    found = text[offset : offset + length].split("\n")[0]
    shown = f"`{found[:SHOWN]}`" if found else "the end of the text" if at_end else "the end of the line"
    span = Span(source, offset, offset + max(1, len(found)))
    expected = _expected(error, text[:offset], spellings)
    return Diagnostic(
        "E101", f"{shown} is not expected here", span, expected=expected, hint=_hint(text, offset, found, expected)
    )


def _bracket_to_blame(text: str, offset: int) -> int | None:
    """The open bracket at fault: when nothing closes it, and the text ends in it or goes wrong on a later line."""
    unclosed = innermost_open(text, offset)
    if unclosed is None:
        return None
    if offset >= len(text):
        return unclosed_brace(text) if text[unclosed] == "{" else unclosed
    if text[unclosed] == "{" or closing_bracket(text, unclosed) is not None:
        return None
    return unclosed if "\n" in text[unclosed:offset] or text[offset] in "{}" else None


def _bad_characters(source: Source, text: str, offset: int) -> Diagnostic:
    if text[offset] == '"':
        end = text.find("\n", offset)
        triple = text.startswith('"""', offset)
        span = Span(source, offset, end if end >= 0 else len(text))
        closing = "close it with three quotes" if triple else "close it with a quote"
        return Diagnostic("E102", "this string is not closed", span, hint=closing)
    word = re.compile(r"->|[\w.]+|.").match(text, offset, offset + 80)
    found = word[0] if word else text[offset]
    span = Span(source, offset, offset + len(found))
    if not found.isascii():
        return _foreign_character(source, text, offset, span.end)
    if found[0].isdigit():
        hint = "sizes are written 5x5, numbers 60_000, amounts of memory 3GB"
        return Diagnostic("E101", f"`{found}` is neither a number nor a size", span, hint=hint)
    if found[0].isalnum() or found[0] in '_"+-*/%()[]{}.,:=<>':
        return Diagnostic("E101", f"`{found}` is not expected here", span, hint=_hint(text, offset, found, ""))
    return Diagnostic("E106", f"the language does not use {named(found)}", span, hint=_LOOKALIKES.get(found))


def named(character: str) -> str:
    """A character, by its number and name where it cannot be seen."""
    if character.isprintable() and not character.isspace():
        return f"the character `{character}`"
    return (
        f"the invisible character U+{ord(character):04X} ({unicodedata.name(character, 'control character').lower()})"
    )


def _foreign_character(source: Source, text: str, offset: int, end: int) -> Diagnostic:
    """A character outside ASCII; of a word the whole is shown."""
    before = re.search(r"\w*\Z", text[max(0, offset - 80) : offset])
    in_word = text[offset].isalnum() and before is not None
    span = Span(source, offset - len(before[0]) if in_word and before else offset, end if in_word else offset + 1)
    shown = next(character for character in text[offset:end] if not character.isascii())
    letters = "names are made of a to z, A to Z, 0 to 9 and _" if shown.isalnum() else None
    return Diagnostic("E106", f"the language does not use {named(shown)}", span, hint=_LOOKALIKES.get(shown, letters))


def _expected(error: UnexpectedInput, before: str, spellings: Mapping[str, str]) -> str:
    """What would have been right, in words, the likely first."""
    first = _FIRST_WORD.search(before)
    if first and first[1] in FORMS:
        return f"`{FORMS[first[1]]}`"
    names = set(getattr(error, "accepts", None) or getattr(error, "expected", None) or ()) - {"CONTINUATION", "BROKEN"}
    words = []
    if names >= _STATEMENT:
        words.append("a statement")
        names &= {"RBRACE"}
    elif names >= _VALUE:
        words.append("a value or a layer")
        names -= _VALUE | _OPERATORS | _SELDOM
    operators = bool(names & _OPERATORS)
    names -= _OPERATORS
    names -= _SELDOM if names - _SELDOM else set()
    names -= {"ARROW"} if names & {"RPAR", "RSQB"} else set()
    names -= {"RBRACE"} if "_NL" in names else set()
    words += sorted((_TERMINALS.get(name) or f"`{spellings.get(name, name.lower())}`" for name in names), key=_likely)
    if operators and before.rstrip()[-1:].isalnum() and "`=`" not in words:
        words.append("an operator")
    return ", ".join(dict.fromkeys(words)) or "something else"


def _likely(word: str) -> tuple[bool, bool, str]:
    return (word not in ("`,`", "`=`", "`->`"), word[0] == "`", word)


def _hint(text: str, offset: int, found: str, expected: str) -> str | None:
    """What the user may have meant: a spelling of another language, or a misspelt word."""
    before = text[text.rfind("\n", 0, offset) + 1 : offset]
    partner = _PARTNERS.get(found)
    unclosed = innermost_open(text, offset) if partner else None
    if partner and (unclosed is None or text[unclosed] != partner):
        return f"no `{partner}` is open here"
    for earlier, here, hint in _HABITS:
        if re.search(earlier, before) and re.compile(here).match(text, offset):
            return hint
    first = _FIRST_WORD.search(before)
    word = first[1] if first else found if not before.strip() else ""
    if word in _OTHER_WORDS:
        return f"it is written `{_OTHER_WORDS[word]}`"
    if first and first[1] in WORDS and found == "=":
        return f"`{first[1]}` is a word of the language, so it cannot be a name"
    if first and first[1] not in WORDS and (meant := suggest(first[1], WORDS)):
        return meant
    if found in WORDS and "`net`" in expected:
        return "statements stand in a net: `net Name { ... }`"
    return suggest(found, (word for word in WORDS if f"`{word}`" in expected)) if found.isidentifier() else None
