"""What readers of data files share: folders that are there, files that are what they should be."""

from __future__ import annotations

from pathlib import Path

from .....compiler.diagnostics import Problem


def folder_of(place: str, kind: str, layout: str) -> Path:
    """The folder of a data set; raises Problem E1001, with how the data set is laid out, when it is not there."""
    folder = Path(place).expanduser()
    if not folder.is_dir():
        what = "is a file, not a folder" if folder.exists() else "is not there"
        raise missing(f"{folder} {what}", kind, layout)
    return folder


def missing(message: str, kind: str, layout: str) -> Problem:
    """What is not there, and how the data set is laid out."""
    return Problem("E1001", message, expected=f"{kind}:DIR, where DIR has {layout}")


def damaged(path: Path, what: str, expected: str | None = None, found: str | None = None) -> Problem:
    """A file that is not what it should be."""
    return Problem(
        "E1002", f"{path}: {what}", expected=expected, found=found, hint="fetch the file again, and compare its size"
    )


def unreadable(path: Path, error: OSError) -> Problem:
    """A file that the system does not give."""
    return Problem("E1002", f"cannot read {path}: {error.strerror or error}")
