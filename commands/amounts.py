"""Amounts of memory on the command line."""

from __future__ import annotations

from contextlib import suppress

import click

from ..compiler import Problem, parse_value
from ..compiler.values import Bytes


class Memory(click.ParamType[int]):
    """An amount of memory as the language writes it: 3GB, 512MiB."""

    name = "memory"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The bytes; a usage error for anything else."""
        with suppress(Problem):
            size = parse_value(f"memory={value}")[1]
            if isinstance(size, Bytes) and size > 0:
                return int(size)
        return self.fail(f"`{value}` is no amount of memory such as 3GB or 512MiB", param, ctx)
