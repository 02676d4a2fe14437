"""An op as the language writes it."""

from __future__ import annotations

from ..op import Op, format_pair
from ..values import format_shape


def spell(op: Op) -> str:
    """``conv(96, 11x11, stride = 4)``: what has no default by position, the rest by name and only where it differs."""
    parts = []
    for name, field in type(op).model_fields.items():
        value = getattr(op, name)
        if field.is_required():
            parts.append(_value(value, is_size=True))
        elif value != field.default:
            parts.append(f"{name} = {_value(value)}")
    return f"{op.keyword}({', '.join(parts)})" if parts else op.keyword


def _value(value: object, is_size: bool = False) -> str:
    match value:
        case bool():
            return str(value).lower()
        case None:
            return "none"
        case (int() as height, int() as width):
            return format_shape((height, width)) if is_size else format_pair((height, width))
        case (top, bottom, left, right) if (top, left) == (bottom, right):
            return _value((top, left))
        case tuple():
            return f"[{', '.join(_value(item) for item in value)}]"
    return str(value)
