"""The values of the language, as Python values, and how they are written."""

from __future__ import annotations

from typing import TypeAlias

Shape: TypeAlias = tuple[int, ...]
"""A tensor's shape without the batch: ``(channels, height, width)`` or ``(features,)``."""

BYTES_PER_VALUE = 4
"""Memory of one value: all shapes are counted as 32-bit floating point (IEEE 754 single)."""

LARGEST = 2**63 - 1
"""The largest whole number that the language accepts, as large as PyTorch's sizes."""


class Size(tuple[int, ...]):
    """A size such as ``5x5`` or ``3x224x224``."""

    def __str__(self) -> str:
        return format_shape(self)

    __repr__ = __str__


class Bytes(int):
    """An amount of memory such as ``3GB``."""

    def __str__(self) -> str:
        return format_bytes(self)


class Symbol(str):
    """A bare name that stands for itself, such as ``up`` or ``same``."""

    __slots__: tuple[str, ...] = ()


class Callee(Symbol):
    """An op or a block as a value, under the name that it has where it was written."""

    __slots__ = ("what",)
    what: object
    """The op's class, or the block's definition."""

    def __new__(cls, name: str, what: object) -> Callee:
        value = super().__new__(cls, name)
        value.what = what
        return value


BYTE_UNITS = {
    "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12,
    "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40,
}  # fmt: skip
"""Bytes per unit: decimal by SI, binary by IEC 80000-13."""


def format_shape(shape: tuple[int, ...]) -> str:
    """``(3, 224, 224)`` as ``3x224x224``."""
    return "x".join(str(size) for size in shape) if shape else "scalar"


def format_bytes(count: int) -> str:
    """A number of bytes in the largest decimal unit that keeps it at 1 or more."""
    for unit in ("TB", "GB", "MB", "KB"):
        if abs(count) >= BYTE_UNITS[unit]:
            return f"{count / BYTE_UNITS[unit]:.2f}".rstrip("0").rstrip(".") + unit
    return f"{int(count)} bytes"


def format_value(value: object) -> str:
    """A value as the language writes it."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Symbol):
        return str(value)
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
    if isinstance(value, (Size, Bytes)):
        return str(value)
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(format_value(item) for item in value) + "]"
    return str(value)


def type_name(value: object) -> str:
    """The kind of a value, as a message names it."""
    if isinstance(value, Callee):
        return "an op" if isinstance(value.what, type) else "a block"
    names: list[tuple[type, str]] = [
        (bool, "a truth value"), (Bytes, "an amount of memory"), (int, "a whole number"),
        (float, "a number"), (Symbol, "a name"), (str, "a string"), (Size, "a size"), (tuple, "a list"),
    ]  # fmt: skip
    return next((name for kind, name in names if isinstance(value, kind)), "nothing")


def jsonable(value: object) -> object:
    """A value as the graph's JSON holds it."""
    if isinstance(value, Size):
        return str(value)
    if isinstance(value, tuple):
        return [jsonable(item) for item in value]
    return str(value) if isinstance(value, Symbol) else value
