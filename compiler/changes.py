"""What edits of a variant change while statements are carried out, rather than in the statements themselves."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from . import syntax as ast
from .diagnostics import Note
from .op import Op
from .program import Definition
from .source import Span

LONGEST_EDIT = 60
"""Characters of an edit that a note repeats."""


def edit_note(edit: Span, text: str | None = None) -> Note:
    """What a message says of an edit whose consequence it tells, with the place of the edit."""
    text = text or edit.text.split("\n")[0].rstrip(" {")
    return Note(f"after the edit `{text[:LONGEST_EDIT]}{'...' * (len(text) > LONGEST_EDIT)}`", edit)


@dataclass(eq=False)
class Replacement:
    """An op or block that stands for another wherever that is used; without ``new`` the uses are left out."""

    old: ast.Name
    new: type[Op] | Definition | None
    arguments: tuple[ast.Argument, ...] | None
    """What every use gets; None where each keeps its own."""
    span: Span
    is_used: bool = False
    is_refused: bool = False
    """Whether a use is reported whose arguments do not fit; then the others are not."""


@dataclass(frozen=True)
class Scaling:
    """So many times the channels, by one edit or several; ``span`` is the factor of ``edit``, the last one."""

    factor: Fraction
    span: Span
    edit: Note
    edits: int = 1


@dataclass(frozen=True)
class Changes:
    """The changes that a statement is carried out with: those of the edits after it."""

    replacements: tuple[Replacement, ...] = ()
    scaling: Scaling | None = None
