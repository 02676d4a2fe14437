"""Values of expressions: arithmetic over parameters, without control flow."""

from __future__ import annotations

import operator
from collections.abc import Callable
from math import isfinite
from typing import Any

from .diagnostics import Problem
from .values import LARGEST, Bytes, Size, Symbol, format_value, type_name

_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul,
    "/": operator.truediv, "//": operator.floordiv, "%": operator.mod,
}  # fmt: skip

CONSTANTS = {"true": True, "false": False, "none": None}
"""Names that are values."""


def is_number(value: object) -> bool:
    """True for whole numbers, fractions and amounts of memory."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def binary(symbol: str, left: object, right: object) -> object:
    """``left symbol right``; raises Problem when these values have no such operation."""
    for value in (left, right):
        if not is_number(value):
            raise Problem(
                "E308", f"`{symbol}` needs numbers",
                expected="two numbers", found=f"{format_value(value)}, {type_name(value)}",
            )  # fmt: skip
    if symbol in ("/", "//", "%") and right == 0:
        raise Problem("E309", f"`{symbol}` divides by zero")
    try:
        result = _ARITHMETIC[symbol](left, right)
    except OverflowError:
        raise Problem("E105", "the result is too large") from None
    amount = isinstance(left, Bytes) or isinstance(right, Bytes)
    return checked(Bytes(result) if amount and isinstance(result, int) else result)


def negative(value: object) -> object:
    """``-value``; raises Problem unless it is a number."""
    if not is_number(value):
        raise Problem("E308", "`-` needs a number", found=f"{format_value(value)}, {type_name(value)}")
    return -value  # type: ignore[operator]


def index(base: object, position: object) -> object:
    """``base[position]`` of a list or size, counted from 0, or from the end when negative."""
    if not isinstance(base, (tuple, list)):
        raise Problem("E308", "only a list, a size or a repeated layer has an index", found=type_name(base))
    if not isinstance(position, int) or isinstance(position, bool):
        raise Problem("E302", "an index is a whole number", found=f"{format_value(position)}, {type_name(position)}")
    if not -len(base) <= position < len(base):
        expected = f"0 to {len(base) - 1}" if base else "nothing: the list is empty"
        raise Problem("E307", f"index {position} is outside the list", expected=expected, found=str(position))
    return base[position]


def checked(value: object) -> object:
    """The value, unless it is larger than any tensor could be."""
    if isinstance(value, float) and not isfinite(value):
        raise Problem("E105", "the result is too large")
    if isinstance(value, int) and abs(value) > LARGEST:
        raise Problem("E105", "the result is too large", expected=f"at most {LARGEST:_}")
    return value


def given(value: object) -> object:
    """A Python value as one of the language; raises Problem when the language has none like it."""
    if isinstance(value, (list, tuple)) and not isinstance(value, Size):
        return tuple(given(item) for item in value)
    if value is None or isinstance(value, (int, float, str, Size)):
        return checked(value)
    expected = "a number, a string, True, False, None or a list of these"
    raise Problem("E302", f"{value!r} is no value of the language", expected=expected, found=type(value).__name__)


def constant(name: str) -> object:
    """What a name means where no parameter and no layer has it."""
    return CONSTANTS.get(name, Symbol(name))
