"""Random numbers by purpose: every use has a stream of its own, which depends on nothing but its name.

So a run that goes on from a checkpoint, and every process of a run on several, draws the same numbers: no state of a
generator is handed on.
"""

from __future__ import annotations

from hashlib import sha256

import torch


def seed_of(seed: int, *purpose: str | int) -> int:
    """A seed of 63 bits for one purpose of a run, such as ``("order", epoch)``."""
    digest = sha256("/".join(map(str, (seed, *purpose))).encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1


def generator(seed: int, *purpose: str | int) -> torch.Generator:
    """A generator on the CPU for one purpose of a run."""
    return torch.Generator().manual_seed(seed_of(seed, *purpose))
