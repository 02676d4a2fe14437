"""Texts of users as LaTeX: data, whatever they hold.

LaTeX's encoding T1 has the Latin letters of Europe. Greek letters and signs come from TeX's mathematical fonts. For all
else pdfLaTeX would need further packages: such a character is shown as an empty box.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from .strokes import shown

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    '"': r"\textquotedbl{}",
    "'": r"\textquotesingle{}",
    "`": r"\`{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    # In pairs these would become dashes, quotation marks and guillemets.
    "-": "-{}",
    ",": ",{}",
    "!": "!{}",
    "?": "?{}",
    "\N{NO-BREAK SPACE}": "~",
    "\N{SOFT HYPHEN}": "{}",
    "…": r"\dots{}",
    "‐": "-{}",
    "‑": "-{}",
    "–": r"\textendash{}",
    "—": r"\textemdash{}",
    "‘": r"\textquoteleft{}",
    "’": r"\textquoteright{}",
    "‚": r"\quotesinglbase{}",
    "“": r"\textquotedblleft{}",
    "”": r"\textquotedblright{}",
    "„": r"\quotedblbase{}",
    "•": r"\textbullet{}",
    "™": r"\texttrademark{}",
}
_MATHS = {
    "−": "-", "⋅": r"\cdot", "←": r"\leftarrow", "↑": r"\uparrow", "→": r"\rightarrow", "↓": r"\downarrow",
    "↔": r"\leftrightarrow", "⇐": r"\Leftarrow", "⇒": r"\Rightarrow", "⇔": r"\Leftrightarrow", "↦": r"\mapsto",
    "≤": r"\leq", "≥": r"\geq", "≠": r"\neq", "≈": r"\approx", "≡": r"\equiv", "∝": r"\propto", "∼": r"\sim",
    "∞": r"\infty", "∑": r"\sum", "∏": r"\prod", "∫": r"\int", "√": r"\surd", "∂": r"\partial", "∇": r"\nabla",
    "∆": r"\Delta", "Ω": r"\Omega", "∈": r"\in", "∉": r"\notin", "⊂": r"\subset", "∩": r"\cap", "∪": r"\cup",
    "∅": r"\emptyset", "∀": r"\forall", "∃": r"\exists", "∧": r"\wedge", "∨": r"\vee", "⊕": r"\oplus",
    "⊗": r"\otimes", "⊙": r"\odot", "∘": r"\circ", "∗": r"\ast", "⋯": r"\cdots", "⋮": r"\vdots", "′": "'", "″": "''",
    "ℓ": r"\ell",
}  # fmt: skip
"""Signs that TeX's fonts for formulas have."""
_GREEK_CAPITALS = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΧ", "ABEZHIKMNOPTX", strict=True)) | {"ο": "o"}
"""Greek letters that TeX takes from the Latin alphabet."""
_GREEK = re.compile(r"GREEK (SMALL|CAPITAL) LETTER (LAMDA|FINAL SIGMA|[A-Z]+)")
_LETTERS = (
    *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu"),
    *("xi", "pi", "rho", "sigma", "varsigma", "tau", "upsilon", "phi", "chi", "psi", "omega"),
)
_NOT_IN_T1 = frozenset("ĦħĸĿŀŉŦŧſ")
"""Letters between U+00A1 and U+017F for which the encoding T1 has nothing."""
_BOX = r"{\setlength{\fboxsep}{0pt}\framebox[0.75em]{\rule{0pt}{1.4ex}}}"
_SPACES = re.compile("(?<= ) |^ | $")
"""Spaces that LaTeX would leave out."""
_RAISED = dict(zip("⁰⁴⁵⁶⁷⁸⁹⁺⁻ⁿ", "0456789+-n", strict=True))
_LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋", "0123456789+-", strict=True))


def escaped(words: str) -> str:
    """A text as LaTeX that prints it."""
    return _SPACES.sub(r"\\ ", "".join(map(_character, shown(words))))


def lacking(words: str) -> str:
    """The characters of a text for which an empty box is shown, each once."""
    return "".join(dict.fromkeys(char for char in words if _character(char) == _BOX))


@cache
def _character(char: str) -> str:
    if found := _SPECIAL.get(char):
        return found
    if " " <= char <= "~" or ("¡" <= char <= "ſ" and char not in _NOT_IN_T1):
        return char
    formula = _formula(char)
    return f"${formula}$" if formula else _BOX


def _formula(char: str) -> str | None:
    """A character as a formula has it."""
    if char in _RAISED:
        return f"{{}}^{{{_RAISED[char]}}}"
    if char in _LOWERED:
        return f"{{}}_{{{_LOWERED[char]}}}"
    if latin := _GREEK_CAPITALS.get(char):
        return rf"\mathrm{{{latin}}}"
    if letter := _GREEK.fullmatch(unicodedata.name(char, "")):
        name = {"LAMDA": "lambda", "FINAL SIGMA": "varsigma"}.get(letter[2], letter[2].lower())
        if name in _LETTERS:
            return "\\" + (name.capitalize() if letter[1] == "CAPITAL" else name)
    return _MATHS.get(char)
