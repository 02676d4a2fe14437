"""README.md and docs/ are carried out: every spec, message, command and session of Python (tests/documents.py)."""

from __future__ import annotations

import doctest
import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from documents import (
    DOCUMENTS,
    ROOT,
    Block,
    agrees,
    blocks_of,
    changes_netc,
    commands_of,
    console,
    messages,
    place,
    specs_of,
    workplace,
)

from netc.compiler.format import format_text

KINDS = {"net", "error", "console", "pycon", "python", "diff", "toml", "sh", "text", "mermaid"}
NEEDS_TORCH = ("torchrun ", "netc build", "netc equiv", "netc run", "netc train", "netc curves runs/", "python ")


def named(path: Path) -> str:
    return path.name


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_every_block_says_what_it_is(document: Path) -> None:
    blocks = blocks_of(document)
    assert document.read_text(encoding="utf-8").count("```") == 2 * len(blocks), "a fence without a word or an end"
    assert {block.kind for block in blocks} <= KINDS
    for before, block in zip([None, *blocks], blocks, strict=False):
        assert block.kind != "error" or (before is not None and before.kind == "net"), f"{block} follows no spec"
        assert block.kind != "console" or commands_of(block), f"{block} has no command"


UNCHANGED = [document for document in DOCUMENTS if not changes_netc(document)]
RIGHT = [spec for document in UNCHANGED for spec, error in specs_of(document) if error is None]


@pytest.mark.parametrize("spec", RIGHT, ids=str)
def test_specs_are_right(spec: Block, tmp_path: Path) -> None:
    folder = workplace(spec.document, tmp_path)
    for other, _ in specs_of(spec.document):
        if other.start <= spec.start:
            place(other, folder)
    assert messages(spec, folder) == ""


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_specs_are_formatted_and_outputs_those_of_today(
    document: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """One test per document, so that `--update-golden` can write them anew."""
    left_out: list[Block] = []
    changed = "".join(parts(document, tmp_path, left_out))
    if request.config.getoption("--update-golden"):
        document.write_text(changed, encoding="utf-8")
    assert document.read_text(encoding="utf-8") == changed, "see `make golden`"
    if left_out:
        pytest.skip(f"PyTorch is not installed, so these were not carried out: {', '.join(map(str, left_out))}")


def parts(document: Path, folder: Path, left_out: list[Block]) -> Iterator[str]:
    """The document in pieces, its specs formatted, with today's messages and outputs in their blocks."""
    text = document.read_text(encoding="utf-8")
    folder = workplace(document, folder)
    spec, done = None, 0
    for block in blocks_of(document):
        shown = block.text
        if block.kind in ("net", "python", "diff", "toml"):
            place(block, folder)
            spec = block if block.kind == "net" else spec
            shown = format_text(block.text) if block in RIGHT else block.text
        elif block.kind == "error" and spec is not None:
            shown = messages(spec, folder)
        elif block.kind == "console" and not runs(block):
            left_out.append(block)
        elif block.kind == "console":
            printed = console(commands_of(block), folder)
            assert "Traceback" not in printed, f"{block}\n{printed}"
            shown = block.text if agrees(block.text, printed) else printed
        yield text[done : block.start] + shown
        done = block.end
    yield text[done:]


def runs(block: Block) -> bool:
    """Whether what a console block needs is installed."""
    needs_torch = any(command.startswith(NEEDS_TORCH) for command in commands_of(block))
    return not needs_torch or find_spec("torch") is not None


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_sessions_of_python(document: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sessions = [block for block in blocks_of(document) if block.kind == "pycon"]
    if any("torch" in block.text or "netc.module" in block.text for block in sessions):
        pytest.importorskip("torch")
    folder = workplace(document, tmp_path)
    for spec, _ in specs_of(document):
        place(spec, folder)
    monkeypatch.chdir(folder)
    text = "\n".join(block.text for block in sessions)
    test = doctest.DocTestParser().get_doctest(text, {}, document.name, str(document), 0)
    said: list[str] = []
    outcome = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=said.append)
    assert not outcome.failed, "".join(said)


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        ("$ a\nb\n", "$ a\nb\n", True),
        ("$ a\nb\n", "$ a\nc\n", False),
        ("took … s\n", "took 0.25 s\n", True),
        ("took … s\n", "took\n0.25 s\n", False),
        ("$ a\n…\nlast\n", "$ a\n1\n2\nlast\n", True),
        ("$ a\n  …\nlast\n", "$ a\nlast\n", True),
        ("$ a\n…\nlast\n", "$ a\n1\n2\nlast\nmore\n", False),
    ],
)
def test_what_is_left_out(shown: str, printed: str, same: bool) -> None:
    assert agrees(shown, printed) is same


def test_links_lead_somewhere() -> None:
    """Relative links of all documents name files that are there, and headings that are in them."""
    for document in DOCUMENTS:
        for target in re.findall(r"\]\(([^)\s]+)\)", document.read_text(encoding="utf-8")):
            if target.startswith(("http:", "https:")):
                continue
            file, _, anchor = target.partition("#")
            path = (document.parent / file).resolve() if file else document
            assert path.is_relative_to(ROOT), f"{document.name} links to {target}"
            assert path.exists(), f"{document.name} links to {target}"
            assert not anchor or anchor in anchors(path), f"{document.name} links to {target}"


def anchors(path: Path) -> set[str]:
    """The anchors that GitHub gives the headings of a document."""
    headings = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
