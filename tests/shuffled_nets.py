"""Random nets as lists of statements, and the same nets with other names, in another order."""

from __future__ import annotations

from random import Random
from typing import NamedTuple


class Statement(NamedTuple):
    """``name = op(reads)`` for ops of several inputs, else ``name = reads[0] -> op``."""

    name: str
    op: str
    reads: tuple[str, ...]


SEVERAL = ("concat", "add", "mul")
PLAIN = ("relu", "batchnorm", "dropout(0.1)", "maxpool(3x3, stride = 1, pad = 1)")
WIDEST = 40
"""Channels of a concatenation: beyond, they would double with every statement."""


def random_statements(rng: Random, count: int) -> list[Statement]:
    """Statements of a net for images of 3x6x6 whose maps are of 6x6 everywhere; all are read."""
    found: list[Statement] = []
    width = {"image": 3}
    for number in range(count):
        for name, op, reads, channels in _layers(rng, f"v{number}", width):
            found.append(Statement(name, op, reads))
            if channels:
                width[name] = channels
    read = {name for statement in found for name in statement.reads}
    ends = tuple(name for name in width if name not in read and name != "image")
    last = Statement("end", "concat", ends) if len(ends) > 1 else Statement("end", "relu", ends)
    return [*found, last, Statement("f1", "fc(5)", ("end",)), Statement("f2", "fc(3)", ("f1",))]


def _layers(rng: Random, name: str, width: dict[str, int]) -> list[tuple[str, str, tuple[str, ...], int]]:
    """One layer with what it reads and its channels; a gate is several."""
    read = rng.choice(list(width)[-4:])
    channels = width[read]
    kind = rng.choice(["conv", "conv", "depthwise", "grouped", "plain", "plain", "concat", "concat", "add", "gate"])
    if kind == "conv" or (kind == "grouped" and channels % 2):
        made = rng.choice([4, 4, 8])
        return [(name, rng.choice([f"conv({made}, 3x3, pad = 1)", f"conv({made}, 1x1, bias = false)"]), (read,), made)]
    if kind == "depthwise":
        return [(name, f"conv({channels}, 3x3, pad = 1, groups = {channels})", (read,), channels)]
    if kind == "grouped":
        return [(name, "conv(4, 3x3, pad = 1, groups = 2)", (read,), 4)]
    if kind == "concat":
        reads = tuple(rng.choice(list(width)) for _ in range(rng.choice([2, 3])))
        total = sum(width[entry] for entry in reads)
        return [(name, "concat", reads, total)] if total <= WIDEST else []
    if kind == "add":
        alike = [entry for entry in width if width[entry] == channels]
        return [(name, "add", (read, rng.choice(alike)), channels)]
    if kind == "gate":
        squeeze = f"conv({channels}, 1x1)"
        gate = [(f"{name}g", "global_avgpool", (read,), 0), (f"{name}h", squeeze, (f"{name}g",), 0)]
        return [*gate, (f"{name}s", "sigmoid", (f"{name}h",), 0), (name, "mul", (read, f"{name}s"), channels)]
    return [(name, rng.choice(PLAIN), (read,), channels)]


def shuffled(statements: list[Statement], rng: Random) -> list[Statement]:
    """The net with other names, and with statements and operands in another order, as far as it stays the same net."""
    fixed = _whose_order_matters(statements)
    left = [_with_operands_shuffled(statement, fixed, rng) for statement in statements[:-1]]
    done, order = {"image"}, []
    while left:
        statement = rng.choice([entry for entry in left if done.issuperset(entry.reads)])
        left.remove(statement)
        done.add(statement.name)
        order.append(statement)
    order.append(statements[-1])
    names = {"image": "image"} | dict(
        zip((entry.name for entry in order), rng.sample([f"r{i}" for i in range(len(order))], len(order)), strict=True)
    )
    return [Statement(names[name], op, tuple(names[read] for read in reads)) for name, op, reads in order]


def _with_operands_shuffled(statement: Statement, fixed: set[str], rng: Random) -> Statement:
    if statement.op not in SEVERAL or (statement.op == "concat" and statement.name in fixed):
        return statement
    return statement._replace(reads=tuple(rng.sample(statement.reads, len(statement.reads))))


def _whose_order_matters(statements: list[Statement]) -> set[str]:
    """What groups read, and what is added or multiplied: its channels have to stay in order."""
    by_name = {statement.name: statement for statement in statements}
    open_names = [
        read for entry in statements if "groups = 2" in entry.op or entry.op in ("add", "mul") for read in entry.reads
    ]
    found: set[str] = set()
    while open_names:
        name = open_names.pop()
        if name in by_name and name not in found:
            found.add(name)
            mixes = by_name[name].op.startswith("conv(") and "groups" not in by_name[name].op
            open_names += () if mixes else by_name[name].reads
    return found


def as_text(statements: list[Statement]) -> str:
    lines = [
        f"{name} = {op}({', '.join(reads)})" if op in SEVERAL else f"{name} = {reads[0]} -> {op}"
        for name, op, reads in statements
    ]
    return "net N {\ninput image: 3x6x6\n" + "\n".join(lines) + "\n}\n"
