"""An op's signature in words, and calls held to it: every mistake of a call is a Problem of its own."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import ValidationError

from .diagnostics import Problem, suggest
from .op import Kind, Op
from .values import Symbol, format_value, type_name


def signature(op: type[Op]) -> str:
    """The op's signature as the language would write it."""
    parts = []
    for name, field in op.model_fields.items():
        parts.append(name if field.is_required() else f"{name} = {default_text(field.default)}")
    return f"{op.keyword}({', '.join(parts)})"


def expectation(op: type[Op], name: str) -> str:
    """What a field expects, in words."""
    field = op.model_fields[name]
    kinds = [item.text for item in field.metadata if isinstance(item, Kind)]
    return kinds[-1] if kinds else _words_of(field.annotation)


def build(op: type[Op], positional: Sequence[object], named: Mapping[str, object]) -> Op:
    """The op with these arguments; raises an ExceptionGroup of one Problem per mistake."""
    names = list(op.model_fields)
    problems = misplaced(op, names, positional, named)
    values = dict(zip(names, positional, strict=False))
    values.update({name: value for name, value in named.items() if name in names})
    where: dict[str, str | int] = {name: index for index, name in enumerate(names[: len(positional)])}
    try:
        built = op.model_validate(values)
    except Problem as problem:
        problem.argument = where.get(str(problem.argument), problem.argument)
        problems.append(problem)
    except ValidationError as error:
        wrong: dict[str, Any] = {}
        for item in error.errors():
            wrong.setdefault(str(item["loc"][0]), item)
        misfits = [name for name, item in wrong.items() if item["type"] != "missing"]
        shifted = any(name in where for name in misfits)  # one argument left out moves those after it
        named_wrong = misfits if shifted else wrong
        problems += [_explain(op, name, wrong[name], where.get(name, name), values) for name in named_wrong]
    if problems:
        raise ExceptionGroup(op.keyword, problems)
    return built


def misplaced(
    op: type[Op], names: list[str], positional: Sequence[object], named: Mapping[str, object]
) -> list[Problem]:
    """Arguments that are unknown, too many or given twice."""
    problems = []
    if len(positional) > len(names) and op.inputs[1] is None:
        value = positional[len(names)]
        found = f"{format_value(value)}, {type_name(value)}"
        problems.append(
            Problem("E310", f"`{op.keyword}` reads layers", expected="a layer's name", found=found, argument=len(names))
        )
    elif len(positional) > len(names):
        takes = f"at most {len(names)}" if names else "none"
        problems.append(
            Problem(
                "E304", f"too many arguments for `{op.keyword}`", expected=takes,
                found=str(len(positional)), hint=f"its signature is {signature(op)}", argument=len(names),
            )
        )  # fmt: skip
    for name in named:
        if name not in names:
            hint = _of_pytorch(op, name) or suggest(name, names) or f"its signature is {signature(op)}"
            problems.append(Problem("E301", f"`{op.keyword}` has no argument `{name}`", hint=hint, argument=name))
        elif name in names[: len(positional)]:
            problems.append(Problem("E305", f"`{name}` of `{op.keyword}` is given twice", argument=name))
    return problems


def _of_pytorch(op: type[Op], name: str) -> str | None:
    """The field that PyTorch calls so: `padding` is `pad`."""
    meant = {torch: field for field, torch in op.torch_names.items() if torch != field}
    return f"PyTorch's `{name}` is `{meant[name]}`" if name in meant else None


def _explain(op: type[Op], name: str, error: Any, argument: str | int, values: Mapping[str, object]) -> Problem:
    """One pydantic error as a Problem in the user's terms."""
    if error["type"] == "missing":
        message = f"`{op.keyword}` needs its argument `{name}`"
        return Problem("E303", message, expected=expectation(op, name), hint=f"its signature is {signature(op)}")
    value = values[name]
    found = format_value(value)
    hint = None
    if isinstance(value, Symbol):
        hint = suggest(value, _literals(op.model_fields[name].annotation))
    elif isinstance(value, float) and value.is_integer() and "whole number" in expectation(op, name):
        hint = f"`//` divides to a whole number: {value:.0f}"
    out_of_range = error["type"] in ("greater_than_equal", "less_than", "less_than_equal", "greater_than")
    if error["type"] == "value_error":
        message = f"`{name}` of `{op.keyword}`: " + error["msg"].removeprefix("Value error, ")
        return Problem("E306", message, expected=expectation(op, name), argument=argument)
    message = f"`{name}` of `{op.keyword}` cannot be {found}"
    return Problem(
        "E306" if out_of_range else "E302", message, expected=expectation(op, name),
        found=found if out_of_range else f"{found}, {type_name(value)}", hint=hint, argument=argument,
    )  # fmt: skip


def default_text(default: object) -> str:
    """A default as a user would write it: ``(1, 1)`` as 1, four equal margins as one."""
    if isinstance(default, tuple) and len(set(default)) == 1:
        default = default[0]
    return format_value(Symbol(default) if isinstance(default, str) else default)


def words(op: type[Op]) -> set[str]:
    """The bare names that arguments of the op choose among, such as ``same`` and ``up``."""
    return {word for field in op.model_fields.values() for word in _literals(field.annotation)}


def _literals(annotation: Any) -> list[str]:
    """The strings that a field's type allows."""
    if getattr(annotation, "__origin__", None) is Literal:
        return [item for item in annotation.__args__ if isinstance(item, str)]
    return [name for part in getattr(annotation, "__args__", ()) for name in _literals(part)]


def _words_of(annotation: Any) -> str:
    """A type in words: the alternatives of a Literal, the kind of an Annotated."""
    kinds = [item.text for item in getattr(annotation, "__metadata__", ()) if isinstance(item, Kind)]
    if kinds:
        return kinds[-1]
    if getattr(annotation, "__origin__", None) is Literal:
        *others, last = map(str, annotation.__args__)
        return f"{', '.join(others)} or {last}" if others else last
    parts = [_words_of(part) for part in getattr(annotation, "__args__", ()) if part is not type(None)]
    return ", or ".join(dict.fromkeys(parts)) or getattr(annotation, "__name__", str(annotation))


def meaning(op: type[Op]) -> str:
    """The first paragraph of the op's docstring."""
    return (inspect.getdoc(op) or "").split("\n\n")[0].replace("\n", " ")


def accepts_name(op: type[Op], key: str | int, name: str) -> bool:
    """False for an argument that a bare name cannot be: then the name must mean something."""
    fields = list(op.model_fields.values())
    if isinstance(key, str):
        return key not in op.model_fields or bool(_literals(op.model_fields[key].annotation))
    known = _literals(fields[key].annotation) if key < len(fields) else []
    if op.inputs[1] is None:
        return name in known  # any other name is that of a layer to read
    return bool(known) or key >= len(fields)
