"""Options of which one says in which form something is printed."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import click


def form_options(**helps: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """An option for each form, with its help; the command gets the chosen one, or None, as ``form``."""

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        @wraps(command)
        def chosen(*arguments: Any, **options: Any) -> None:
            given = [name for name in helps if options.pop(name)]
            if len(given) > 1:
                raise click.UsageError(f"one form at a time: {' or '.join(f'--{name}' for name in given)}")
            command(*arguments, form=given[0] if given else None, **options)

        for name in reversed(helps):
            chosen = click.option(f"--{name}", name, is_flag=True, help=helps[name])(chosen)
        return chosen

    return decorate
