"""What the layers of a chain are called."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence

from .chain_links import Step
from .draft import MOST_LAYERS, Frame, TooLarge
from .graph import Scope
from .source import Span


def local_paths(frame: Frame, steps: Sequence[Step], name: str | None, alias: str | None) -> Iterator[list[str]]:
    """For every step the local paths of its instances; empty ones in ``sequential``, see ``numbered``."""
    if frame.numbered:
        for step in steps:
            yield [""] * counted(frame, step.count or 1)
        return
    suffix = "" if alias else "".join(f".{index}" for index in frame.indices)
    name = alias or name
    if name is None:
        for step in steps:
            free = frame.fresh(step.keyword, step.tree.span) + suffix
            yield [free] if step.count is None else [f"{free}.{i}" for i in range(counted(frame, step.count))]
        return
    main = main_steps(steps)
    numbered = len(main) > 1 or any(step.count is not None for step in main)
    used = 0
    for step in steps:
        if step not in main:
            yield [frame.fresh(f"{name}_{step.keyword}", step.tree.span) + suffix]
            continue
        count = counted(frame, step.count or 1)
        yield [f"{name}{suffix}.{used + i}" for i in range(count)] if numbered else [name + suffix]
        used += count


def remember(frame: Frame, step: Step, name: str | None, main: Container[Step], paths: Sequence[str] = ()) -> None:
    """Notes what an edit put in the place of a layer, for an `init` that names it: an op of its kind, or nothing."""
    if frame.numbered or not step.replacements:
        return
    if name is None or step not in main:
        former = f"{name}_{step.former_keyword}" if name else step.former_keyword
        former = frame.formerly(former, step.tree.span)
    else:
        former = name
    stands = frame.state.formerly.setdefault(frame.prefix + former, [])
    stands += (frame.prefix + path for path in paths if step.keeps_role)


def numbered(frame: Frame, path: str) -> str:
    """The local path, or in ``sequential`` the next number: that of an op comes after those of its arguments."""
    return path or str(next(frame.numbers))


def main_steps(steps: Sequence[Step]) -> set[Step]:
    """The steps that carry the name of their chain."""
    blocks = [step for step in steps if not step.is_op or step.count is not None]
    weighted = [step for step in steps if step.has_weights]
    return set(blocks or weighted[:1] or steps[:1])


def counted(frame: Frame, count: int) -> int:
    """The count, after it is added to the steps of the elaboration; raises TooLarge past its limit."""
    frame.state.steps += count
    frame.state.step()
    if len(frame.state.drafts) + count > MOST_LAYERS:
        raise TooLarge
    return count


def enter_scopes(frame: Frame, local: str, span: Span) -> tuple[str, ...]:
    """The scopes around a local path; the lists that its numbers belong to are made known."""
    parts = local.split(".")
    lists = [frame.prefix + ".".join(parts[:end]) for end in range(1, len(parts))]
    for path in lists:
        if path not in frame.state.scopes:
            frame.state.scopes[path] = Scope(path=path, kind="list", line=span.line)
    return (*frame.scopes, *lists)
