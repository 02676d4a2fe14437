"""Reads netc's mark in a figure: the hash of the graph that it shows."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from zlib import error as ZlibError  # noqa: N812 - a class, whatever zlib calls it

from .writers.writer import PROPERTIES

_BEFORE = {
    "svg": rb"<!-- ", "tex": rb"% ", "beamer": rb"% ", "pdf": rb"(?:/Keywords ?\(|\n% )",
    "png": rb"Software\0", "pptx": rb"keywords>", "gv": rb"\A// ", "dot": rb"\A// ",
}  # fmt: skip
"""What stands before the mark, so that no title can pretend to be one."""
_MARK = rb"written by netc, graph ([0-9a-f]{16}(?: [0-9a-f]{16})*)"
_MOST = 2**20
"""Bytes that are read of an Office file's properties; those of netc have one thousand."""


def digest_of(content: bytes, ending: str) -> str | None:
    """The hash of the graph that a figure shows; None when the file is none of netc's.

    ``ending`` is the file's, such as ``svg``. A file that shows several graphs has their hashes with spaces between.
    """
    if ending not in _BEFORE:
        return None
    found = re.search(_BEFORE[ending] + _MARK, _properties(content) if ending == "pptx" else content)
    return found[1].decode() if found else None


def _properties(content: bytes) -> bytes:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive, archive.open(PROPERTIES) as file:
            return file.read(_MOST)
    except (zipfile.BadZipFile, ZlibError, KeyError, OSError, EOFError, NotImplementedError, RuntimeError, ValueError):
        return b""
