"""What the helpers read of the written file, which defines these."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import Tensor, nn

NAME: str
DEVICES: tuple[str, ...]
EXCHANGES: tuple[tuple[str, ...], ...]
INPUT: tuple[int, ...]
OUTPUT: tuple[int, ...]
NET: type[nn.Module]
RANKS: tuple[type[Any], ...]
criterion: Callable[[Any, Tensor], Tensor]
