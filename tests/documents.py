"""Fenced blocks of Markdown documents, and what comes of them when they are carried out.

- ```` ```net ```` is a whole spec, in the file manual.net; ```` ```net pair.net ```` gives it another name. It must
  be right, unless an ```` ```error ```` block follows.
- ```` ```net fragment ```` holds statements. They stand in ``net Manual { input image: 3x32x32 … }``, whose first line
  makes theirs the second.
- ```` ```error ```` is the exact message for the spec before it.
- ```` ```console ```` shows commands after ``$``, each with what it prints. They run in a folder with the specs above
  and a copy of specs/. Where a number differs from run to run, and where lines are left out, stands ``…``.
- ```` ```pycon ```` is a session of Python, which doctest carries out; a document has one namespace.
- ```` ```toml FILE ```` is a file for the commands.
- ```` ```python FILE ```` is a new file of netc, and ```` ```diff FILE ```` a change of one. A document with such
  blocks works in a copy of the repository; its specs and commands see the changes above them.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from netc.compiler.compile import check_source
from netc.compiler.diagnostics import SpecError, render
from netc.compiler.program import read_source
from netc.compiler.source import Source

ROOT = Path(__file__).parents[1]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
LEFT_OUT = "…"
_FENCED = re.compile(r"^```(\S[^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """One fenced block; ``start`` and ``end`` are where its text stands in the document."""

    document: Path
    info: str
    text: str
    start: int
    end: int
    line: int

    @property
    def kind(self) -> str:
        return self.info.split()[0]

    @property
    def is_fragment(self) -> bool:
        return self.info == "net fragment"

    @property
    def file(self) -> str:
        """The file that a spec is in."""
        words = self.info.split()
        return words[1] if len(words) > 1 and not self.is_fragment else "manual.net"

    @property
    def spec(self) -> str:
        """The whole spec that a block of the language stands for."""
        return f"net Manual {{ input image: 3x32x32\n{self.text}}}\n" if self.is_fragment else self.text

    def __str__(self) -> str:
        return f"{self.document.name}:{self.line}"


def blocks_of(document: Path) -> list[Block]:
    """All fenced blocks of a document, in order."""
    text = document.read_text(encoding="utf-8")
    return [
        Block(document, match[1], match[2], match.start(2), match.end(2), text.count("\n", 0, match.start()) + 1)
        for match in _FENCED.finditer(text)
    ]


def specs_of(document: Path) -> Iterator[tuple[Block, Block | None]]:
    """Every spec of a document, and the block of the message that it shall have, if any."""
    blocks = blocks_of(document)
    for block, after in zip(blocks, [*blocks, None][1:], strict=True):
        if block.kind == "net":
            yield block, after if after and after.kind == "error" else None


def workplace(document: Path, folder: Path) -> Path:
    """The folder where the commands of a document run: with the shipped specs, or a copy of the repository."""
    if not changes_netc(document):
        shutil.copytree(ROOT / "specs", folder / "specs", ignore=shutil.ignore_patterns("__pycache__"))
        return folder
    unneeded = (".*", "build", "dist", "docs", "out", "tests", "*.egg-info", "__pycache__")
    return shutil.copytree(ROOT, folder / "netc", ignore=shutil.ignore_patterns(*unneeded))


def changes_netc(document: Path) -> bool:
    return any(block.kind in ("python", "diff") for block in blocks_of(document))


def place(block: Block, folder: Path) -> None:
    """Puts a spec into its file, or a change of netc into the copy."""
    path = folder / block.file
    if block.kind == "diff":
        changed = _changed(path.read_text(encoding="utf-8"), block)
    else:
        assert block.kind in ("net", "toml") or not path.exists(), f"{block}: {block.file} is there already"
        changed = block.spec
    path.parent.mkdir(exist_ok=True)
    path.write_text(changed, encoding="utf-8")


def _changed(text: str, block: Block) -> str:
    """A file's text with a block's change: lines with `-` go, those with `+` come, the others stay."""
    lines = block.text.splitlines(keepends=True)
    before = "".join(line[1:] for line in lines if line[0] in " -")
    after = "".join(line[1:] for line in lines if line[0] in " +")
    assert text.count(before) == 1, f"{block}: {block.file} has these lines {text.count(before)} times"
    return text.replace(before, after)


def commands_of(block: Block) -> list[str]:
    """The commands of a console block."""
    return [line[2:] for line in block.text.splitlines() if line.startswith("$ ")]


def console(commands: list[str], folder: Path) -> str:
    """Commands with what they print in a folder, as a console block has them."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    environment = {**os.environ, "PATH": path, "PYTHONPATH": str(folder.parent), "PYTHONDONTWRITEBYTECODE": "1"}
    shown = []
    for command in commands:
        result = subprocess.run(
            command, check=False, shell=True, cwd=folder, env=environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        shown.append(f"$ {command}\n" + "".join(f"{line.rstrip()}\n" for line in result.stdout.splitlines()))
    return "".join(shown)


def messages(block: Block, folder: Path) -> str:
    """What netc says against a spec, which is in its file in this folder."""
    path = folder / block.file
    source = Source(block.file, read_source(path).text, path)
    diagnostics = [diagnostic for result in check_source(source) for diagnostic in result.diagnostics]
    return "\n".join(render(diagnostic) + "\n" for diagnostic in SpecError(diagnostics).diagnostics)


def agrees(shown: str, printed: str) -> bool:
    """True when a text is what was printed, but for what it leaves out."""
    pattern = "".join(_pattern(line) for line in shown.splitlines(keepends=True))
    return re.fullmatch(pattern, printed) is not None


def _pattern(line: str) -> str:
    """A line of its own that says only ``…`` stands for any number of lines, one inside a line for its characters."""
    if line.strip() == LEFT_OUT:
        return r"(?:.*\n)*?"
    return ".*?".join(re.escape(part) for part in line.split(LEFT_OUT))
