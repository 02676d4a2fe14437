"""What ``netc explain`` prints, all of it from the one definition of each op."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from textwrap import wrap

from .codes import CODES
from .diagnostics import Problem, suggest
from .op import Op
from .ops import OPS
from .signature import default_text, expectation, meaning, signature

WIDTH = 88
"""Characters of a line of text."""


@dataclass(frozen=True)
class Argument:
    """One argument of an op; ``default`` is None when it must be given."""

    name: str
    doc: str
    expects: str
    default: str | None


@dataclass(frozen=True)
class OpHelp:
    """Everything that a user may want to know of an op, as text."""

    keyword: str
    role: str
    signature: str
    meaning: str
    notes: tuple[str, ...]
    inputs: str
    arguments: tuple[Argument, ...]
    shape_rule: str
    cost_rule: str
    torch: str
    differs: dict[str, str]


def describe(op: type[Op]) -> OpHelp:
    """The help of an op."""
    paragraphs = (inspect.getdoc(op) or "").split("\n\n")
    return OpHelp(
        keyword=op.keyword,
        role=op.role,
        signature=signature(op),
        meaning=_plain(meaning(op)),
        notes=tuple(_plain(paragraph) for paragraph in paragraphs[1:]),
        inputs=_inputs(op),
        arguments=tuple(_argument(op, name) for name in op.model_fields),
        shape_rule=op.shape_rule,
        cost_rule=op.cost_rule,
        torch=op.torch,
        differs=dict(op.differs),
    )


def explain(topic: str | None = None) -> str:
    """The help of an op or a diagnostic code as text; without a topic a list of all ops.

    Raises Problem (E202) for a topic that is neither.
    """
    if topic is None:
        return _all_ops()
    if topic.upper() in CODES:
        return f"{topic.upper()}: {CODES[topic.upper()]}"
    if topic not in OPS:
        hint = suggest(topic, [*OPS, *CODES]) or "`netc explain` lists all ops"
        raise Problem("E202", f"there is no op or diagnostic code `{topic}`", hint=hint)
    return _op_text(describe(OPS[topic]))


def _op_text(described: OpHelp) -> str:
    sections = [described.signature, _fill(described.meaning), *map(_fill, described.notes)]
    if described.arguments:
        sections.append("Arguments\n" + "\n".join(_argument_text(argument) for argument in described.arguments))
    facts = {"Inputs": described.inputs, "Shape": described.shape_rule, "Cost": described.cost_rule}
    facts["PyTorch"] = described.torch + _differences(described)
    sections.append("\n".join(_fill(f"{label + ':':<9}{text}", " " * 9) for label, text in facts.items()))
    return "\n\n".join(sections)


def _argument_text(argument: Argument) -> str:
    default = "required" if argument.default is None else f"default {argument.default}"
    lines = [f"  {argument.name}", _fill(f"    {argument.doc}", " " * 4)]
    return "\n".join([*lines, _fill(f"    {argument.expects}; {default}", " " * 4)])


def _differences(described: OpHelp) -> str:
    reasons = ", ".join(f"{name} ({reason})" for name, reason in described.differs.items())
    return f", with other defaults: {reasons}" if reasons else ""


def _all_ops() -> str:
    roles = dict.fromkeys(op.role for op in OPS.values())
    groups = ([role.capitalize(), *(_headline(op) for op in OPS.values() if op.role == role)] for role in roles)
    footer = "`netc explain conv` tells all about one op, `netc explain E401` about a message."
    return "\n\n".join([*("\n".join(group) for group in groups), footer])


def _headline(op: type[Op]) -> str:
    """Keyword and meaning."""
    column = max(map(len, OPS)) + 4
    return _fill(f"  {op.keyword}".ljust(column) + meaning(op).removesuffix("."), " " * column)


def _argument(op: type[Op], name: str) -> Argument:
    field = op.model_fields[name]
    default = None if field.is_required() else default_text(field.default)
    return Argument(name, field.description or "", expectation(op, name), default)


def _inputs(op: type[Op]) -> str:
    least, most = op.inputs
    if most is None:
        return f"{least} or more"
    return str(least) if least == most else f"{least} to {most}"


def _plain(paragraph: str) -> str:
    """A paragraph of a docstring in one line, without the marks of code."""
    return paragraph.replace("\n", " ").replace("``", "`")


def _fill(text: str, indent: str = "") -> str:
    return "\n".join(wrap(text, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False))
