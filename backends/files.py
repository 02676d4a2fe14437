"""Output files: written whole or not at all, and never over what a user wrote."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

MARK = b"ritten by netc"
"""Every file that netc writes says so near its beginning or its end; an office program that changes one writes it anew,
packed, so that it does not."""

_SAID_WITHIN = 4096
_SPEC = ".net"


def may_replace(path: Path) -> bool:
    """False for a file that somebody else wrote: a spec, or one without netc's mark. Raises OSError."""
    if not path.is_file():
        return True
    if path.suffix == _SPEC:
        return False
    content = path.read_bytes()
    return MARK in content[:_SAID_WITHIN] or MARK in content[-_SAID_WITHIN:]


def write_whole(path: Path, content: bytes) -> None:
    """Writes a file whole or not at all, see ``whole``. Raises OSError."""
    with whole(path) as file:
        file.write(content)


@contextmanager
def whole(path: Path) -> Iterator[BinaryIO]:
    """A file to write beside its place, which is then moved there, so that nobody ever sees half of it.

    A link stays a link, and a device such as ``/dev/null`` a device. Raises OSError.
    """
    path = path.resolve()
    if path.exists() and not path.is_file():
        with path.open("wb") as device:
            yield device
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".netc.{os.getpid()}.{path.name[-40:]}")
    with temporary.open("xb") as file:  # x: never through a link or over a file that is there
        try:
            yield file
            file.close()
            temporary.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask())
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
