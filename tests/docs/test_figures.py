"""The gallery and its figures are those that netc draws today."""

from __future__ import annotations

import re
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from documents import DOCUMENTS, ROOT

SCRIPT: dict[str, Any] = runpy.run_path(str(ROOT / "docs/gallery.py"), run_name="gallery")
FIGURES = {figure.name: figure for part in SCRIPT["GALLERY"] for figure in part.figures}


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_that_of_today(name: str, tmp_path: Path, golden: Callable[[str, str], None]) -> None:
    drawn = SCRIPT["draw"](FIGURES[name], tmp_path)
    golden(f"../../docs/figures/{name}.svg", drawn.read_text(encoding="utf-8"))


def test_the_gallery_is_that_of_today(golden: Callable[[str, str], None]) -> None:
    golden("../../docs/gallery.md", SCRIPT["page"]())


def test_every_figure_is_shown_and_drawn_by_the_gallery() -> None:
    shown = "".join(document.read_text(encoding="utf-8") for document in DOCUMENTS)
    named = set(re.findall(r"\((?:docs/)?figures/([\w-]+)\.svg\)", shown))
    assert named == set(FIGURES) == {path.stem for path in (ROOT / "docs/figures").glob("*.svg")}
