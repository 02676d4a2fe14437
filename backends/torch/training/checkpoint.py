"""Checkpoints: whole or not there. Read without executing anything in them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from ....compiler.diagnostics import Problem
from ...files import whole

VERSION = 1
NAME = "checkpoint.pt"
ENTRIES = frozenset({
    "version", "net", "digest", "settings", "inputs", "place", "history", "model", "momenta", "scaler",
})  # fmt: skip


def save(folder: Path, content: Mapping[str, Any]) -> None:
    """Writes the checkpoint of a run, whole or not at all, and waits until it is on the disk. Raises OSError."""
    with whole(folder / NAME) as file:
        torch.save({"version": VERSION, **content}, file)
        file.flush()
        os.fsync(file.fileno())


def load(folder: Path, net: str, digest: str) -> dict[str, Any]:
    """The checkpoint of a run; raises Problem E1005 for none, a damaged one, and one of another net."""
    path = folder / NAME
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        raise Problem(
            "E1005", f"nothing to resume: {path} is not there", hint="a run begins without --resume"
        ) from None
    except Exception as error:  # noqa: BLE001 - damaged files fail in many ways, deep in torch.load
        found = str(error).strip().partition("\n")[0][:200]
        raise Problem("E1005", f"{path} is no checkpoint that can be read", found=found) from None
    if not isinstance(content, dict) or not content.keys() >= ENTRIES or content["version"] != VERSION:
        raise Problem("E1005", f"{path} is no checkpoint of netc train", expected=f"version {VERSION} of it")
    if content["digest"] != digest:
        raise Problem(
            "E1005", f"{path} is of another net", expected=f"{content['net']} as it was, {content['digest']}",
            found=f"{net}, {digest}", hint="give the spec and the --set options that the run began with",
        )  # fmt: skip
    return content
