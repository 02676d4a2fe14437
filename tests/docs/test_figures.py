"""The figures in the documents are those that netc draws today."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from documents import DOCUMENTS, ROOT

import netc

FIGURES = sorted((ROOT / "docs" / "figures").glob("*.svg"))


@pytest.mark.parametrize("figure", FIGURES, ids=lambda path: path.stem)
def test_figures_are_those_of_today(figure: Path, golden: Callable[[str, str], None]) -> None:
    """docs/figures/alexnet.svg shows zoo:alexnet, and `make golden` draws it anew."""
    golden(f"../../docs/figures/{figure.name}", netc.draw(netc.load(f"zoo:{figure.stem}")))


def test_every_figure_is_shown() -> None:
    shown = "".join(document.read_text(encoding="utf-8") for document in DOCUMENTS)
    assert FIGURES
    assert all(f"figures/{figure.name})" in shown for figure in FIGURES)
