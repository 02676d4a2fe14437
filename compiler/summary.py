"""An op in a few words, as a reader of a table or a figure wants it: ``conv 96, 11x11, stride 4``."""

from __future__ import annotations

from .op import Op, plain
from .values import format_shape

LONGEST_WORD = 24
"""Characters of a text that is still shown; a longer one, or several rows of text, is called a table."""


def summary(op: Op) -> str:
    """The keyword and the essential arguments, with commas between them."""
    return ", ".join(summary_parts(op))


def summary_parts(op: Op) -> list[str]:
    """The same in parts, for a reader that breaks it into lines; the first part has the keyword.

    Required arguments and a number that is an op's only argument stand without their name, then come those that
    differ from their defaults.
    """
    fields = type(op).model_fields
    parts = []
    for name, field in fields.items():
        value = getattr(op, name)
        if field.is_required() or (len(fields) == 1 and isinstance(value, float)):
            parts.append(value_in_words(_sides(value)))
        elif value != field.default:
            parts.append(named(name.replace("_", " "), value))
    return [" ".join([op.keyword, *parts[:1]]), *parts[1:]]


def named(name: str, value: object) -> str:
    """An argument with its name: ``stride 2``, ``no bias``."""
    if isinstance(value, bool):
        return name if value else f"no {name}"
    if name == "channels" and isinstance(value, tuple) and plain(value) is value:
        return f"{name} {list(value)}"  # before and after the channels, which is no size
    return f"{name} {value_in_words(plain(_sides(value)))}"


def _sides(value: object) -> object:
    """Margins as one number or as height and width where their sides are equal, else as a list; others as they are."""
    if isinstance(value, tuple) and len(value) == 4:
        top, bottom, left, right = value
        return plain((top, left)) if (top, left) == (bottom, right) else str(list(value))
    return value


def value_in_words(value: object) -> str:
    """An argument as a reader wants it; a long text, and values that are no sizes, are called a table."""
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, tuple):
        return format_shape(value) if all(isinstance(item, int) for item in value) else "table"
    text = str(value)
    return text if len(text) <= LONGEST_WORD else "table"
