"""What edits of a variant change while statements are carried out, rather than in the statements themselves."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from . import syntax as ast
from .op import Op
from .program import Definition
from .source import Span


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
    """So many times the channels, by one edit or several; ``span`` is the last one's factor."""

    factor: Fraction
    span: Span
    edits: int = 1


@dataclass(frozen=True)
class Changes:
    """The changes that a statement is carried out with: those of the edits after it."""

    replacements: tuple[Replacement, ...] = ()
    scaling: Scaling | None = None
