"""Python expressions, laid out as black lays them out (88 columns, its default)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

WIDTH = 88
INDENT = "    "


@dataclass(frozen=True)
class Bracket:
    """``head(items)``, ``[items]`` or ``(items)``: what can be laid out on several lines.

    An item is an expression, what stands before it (``stride=``) and the
    comment after it. Items of ``open`` brackets stand on a line each; those
    of a generator are no list: a space is between them.
    """

    head: str
    items: tuple[Item, ...]
    brackets: str = "()"
    open: bool = False
    tail: str = ""
    is_generator: bool = False

    def __str__(self) -> str:
        return f"{self.head}{self.brackets[0]}{self.joined}{self.brackets[1]}{self.tail}"

    @property
    def joined(self) -> str:
        """The items on one line."""
        return (" " if self.is_generator else ", ").join(map(str, self.items))

    @property
    def stays_open(self) -> bool:
        return self.open or any(isinstance(item.value, Bracket) and item.value.stays_open for item in self.items)


Expression: TypeAlias = str | Bracket


@dataclass(frozen=True)
class Item:
    """One item between brackets."""

    value: Expression
    prefix: str = ""
    comment: str = ""

    def __str__(self) -> str:
        return f"{self.prefix}{self.value}"


def bracket(head: str, values: Sequence[Expression], brackets: str = "()", **more: str) -> Bracket:
    """Brackets around expressions; an expression's keyword is given as ``Item`` only."""
    return Bracket(head, tuple(Item(value) for value in values), brackets, **more)  # type: ignore[arg-type]


def generator(value: Expression, variable: str, times: str) -> Bracket:
    """``*(value for variable in range(times))``."""
    return Bracket("*", (Item(value), Item(f"for {variable} in range({times})")), is_generator=True)


def lay_out(depth: int, prefix: str, expression: Expression, suffix: str = "", comment: str = "") -> list[str]:
    """The lines of ``prefix expression suffix  # comment``, ``depth`` levels indented."""
    indent = INDENT * depth
    flat = f"{indent}{prefix}{expression}{suffix}"
    if isinstance(expression, str) or (len(flat) <= WIDTH and not expression.stays_open):
        return remark(flat, comment)
    above = [f"{indent}# {comment}"] if comment else []
    head = f"{indent}{prefix}{expression.head}{expression.brackets[0]}"
    if prefix.endswith((" = ", "return ")) and len(f"{indent}{prefix}(") <= WIDTH < len(head):
        inside = lay_out(depth + 1, "", expression)
        if not any(line.endswith(",") for line in inside):
            return [*above, f"{indent}{prefix}(", *inside, f"{indent}){suffix}"]
    return [
        *above,
        head,
        *_inside(depth + 1, expression),
        f"{indent}{expression.brackets[1]}{expression.tail}{suffix}",
    ]


def remark(line: str, comment: str) -> list[str]:
    """A line with its comment behind it, or above it where the line has no room."""
    if not comment:
        return [line]
    behind = f"{line}  # {comment}"
    if len(behind) <= WIDTH:
        return [behind]
    return [f"{line[: len(line) - len(line.lstrip())]}# {comment}", line]


def _inside(depth: int, expression: Bracket) -> list[str]:
    """The items: a call's all on one line if they fit, else each on its own with a comma behind it."""
    together = INDENT * depth + expression.joined
    is_call = expression.brackets == "()" and expression.head
    if is_call and len(together) <= WIDTH and not expression.stays_open:
        return [together]
    end = "" if expression.is_generator else ","
    return [line for item in expression.items for line in lay_out(depth, item.prefix, item.value, end, item.comment)]
