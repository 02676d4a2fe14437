"""What of a checkpoint fits a module, and the error that says what does not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from ...compiler.diagnostics import Problem, render

LISTED = 12
"""Tensors that a message names of each kind; the report has all."""


class Mismatch(NamedTuple):
    """A tensor of the module whose counterpart in the checkpoint has another shape or type."""

    name: str
    source: str
    wanted: str
    found: str


@dataclass(frozen=True)
class WeightsReport:
    """Which tensors of a checkpoint a module takes, and which do not fit."""

    by: Literal["name", "order"]
    """How tensors were matched."""
    loaded: dict[str, str]
    """The module's names -> the checkpoint's."""
    missing: tuple[str, ...] = ()
    """Tensors of the module that the checkpoint lacks."""
    unexpected: tuple[str, ...] = ()
    """Tensors of the checkpoint that the module has no place for."""
    mismatched: tuple[Mismatch, ...] = ()
    kept: tuple[str, ...] = ()
    """Counters of batch normalization that the checkpoint lacks; they stay as they are."""
    parting: str = ""
    """Where the orders part, if they do."""

    @property
    def complete(self) -> bool:
        """Whether every tensor of both has its counterpart."""
        return not (self.missing or self.unexpected or self.mismatched)

    def __str__(self) -> str:
        """What was loaded and what was not, for people."""
        found = [f"{len(self.loaded)} tensors fit by {self.by}"]
        if self.parting:
            found.append(self.parting)
        found += _listed("missing in the checkpoint", self.missing)
        found += _listed("unexpected in the checkpoint", self.unexpected)
        found += _listed("of another shape or type", map(_said, self.mismatched))
        return "\n".join(found)


class WeightsError(Problem):
    """Weights that cannot be loaded; ``report`` has all that does not fit, where that is the reason."""

    def __init__(self, code: str, message: str, report: WeightsReport | None = None, **more: Any) -> None:
        super().__init__(code, message, **more)
        self.report = report

    def __str__(self) -> str:
        """The diagnostic and the report, for people: nobody else writes them."""
        said = render(self.diagnostic)
        return said if self.report is None else f"{said}\n{self.report}"


def _said(mismatch: Mismatch) -> str:
    source = "" if mismatch.source == mismatch.name else f" of `{mismatch.source}`"
    return f"`{mismatch.name}` is {mismatch.wanted}, not {mismatch.found}{source}"


def _listed(title: str, items: Iterable[str]) -> list[str]:
    """A line per tensor, the first of them; nothing where there are none."""
    lines = [item if item.startswith("`") else f"`{item}`" for item in items]
    if not lines:
        return []
    more = [f"  and {len(lines) - LISTED} more"] if len(lines) > LISTED else []
    return [f"{title}: {len(lines)}", *(f"  {line}" for line in lines[:LISTED]), *more]
