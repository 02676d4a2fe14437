"""Every op of the language, by keyword. A new op is one class and one line here."""

from __future__ import annotations

from ..op import Op
from .conv import Conv

OPS: dict[str, type[Op]] = {op.keyword: op for op in (Conv,)}
