"""The syntax tree: what was written, before anything is known about it.

Two trees are equal when they say the same; where it stands in the text
(``span``) does not count.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from .source import Span


@dataclass(frozen=True, slots=True)
class Tree:
    span: Span = field(compare=False, repr=False)


# ---- expressions


@dataclass(frozen=True, slots=True)
class Literal(Tree):
    """A number, size, amount of memory or string."""

    value: object


@dataclass(frozen=True, slots=True)
class Name(Tree):
    """A name: of a parameter, a layer, an op, a block, or one that stands for itself."""

    text: str


@dataclass(frozen=True, slots=True)
class ListOf(Tree):
    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Index(Tree):
    base: Expression
    index: Expression


@dataclass(frozen=True, slots=True)
class Attribute(Tree):
    base: Expression
    name: str


@dataclass(frozen=True, slots=True)
class Argument(Tree):
    """One argument of a call; ``name`` is None for a positional one."""

    name: str | None
    value: Expression


@dataclass(frozen=True, slots=True)
class Call(Tree):
    function: Expression
    arguments: tuple[Argument, ...]


@dataclass(frozen=True, slots=True)
class Negative(Tree):
    operand: Expression


@dataclass(frozen=True, slots=True)
class Binary(Tree):
    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Chain(Tree):
    """``a -> b -> c``: every link reads the one before it."""

    links: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Group(Tree):
    """An expression or a chain in parentheses."""

    inner: Expression


@dataclass(frozen=True, slots=True)
class Broken(Tree):
    """Text that did not parse and is reported already."""


Expression: TypeAlias = Literal | Name | ListOf | Index | Attribute | Call | Negative | Binary | Chain | Group | Broken


# ---- statements


@dataclass(frozen=True, slots=True)
class About(Tree):
    facts: tuple[tuple[Name, Expression], ...]
    ideas: tuple[Idea, ...]


@dataclass(frozen=True, slots=True)
class Idea(Tree):
    text: str
    flag: Name | None


@dataclass(frozen=True, slots=True)
class Feed(Tree):
    """One input of the net."""

    name: Name
    shape: Expression


@dataclass(frozen=True, slots=True)
class Input(Tree):
    feeds: tuple[Feed, ...]


@dataclass(frozen=True, slots=True)
class Output(Tree):
    name: Name
    value: Expression
    device: Name | None


@dataclass(frozen=True, slots=True)
class Device(Tree):
    devices: tuple[tuple[Name, tuple[Argument, ...]], ...]


@dataclass(frozen=True, slots=True)
class Init(Tree):
    """How weights start: for the layers named, or for all when none is."""

    targets: tuple[Name, ...]
    settings: tuple[tuple[Name, Expression], ...]


@dataclass(frozen=True, slots=True)
class Expect(Tree):
    left: Expression
    comparison: str
    right: Expression


@dataclass(frozen=True, slots=True)
class Section(Tree):
    name: Name
    title: str | None
    body: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Placed(Tree):
    """``on gpu0 { ... }``"""

    device: Name
    body: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Towers(Tree):
    devices: tuple[Name, ...]
    body: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Exchange(Tree):
    pass


@dataclass(frozen=True, slots=True)
class Range(Tree):
    """``first..last``, without the last."""

    first: Expression
    last: Expression


@dataclass(frozen=True, slots=True)
class Loop(Tree):
    variable: Name
    values: Expression | Range
    body: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Layers(Tree):
    """A chain of layers, named or not: ``name = chain on device``."""

    name: Name | None
    value: Expression
    device: Name | None


@dataclass(frozen=True, slots=True)
class Remove(Tree):
    names: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class Insert(Tree):
    where: str
    anchor: Name
    body: tuple[Statement, ...]


Statement: TypeAlias = (
    About | Input | Output | Device | Init | Expect | Section | Placed | Towers | Exchange | Loop
    | Layers | Remove | Insert
)  # fmt: skip


# ---- definitions


@dataclass(frozen=True, slots=True)
class Parameter(Tree):
    name: Name
    default: Expression | None


@dataclass(frozen=True, slots=True)
class Use(Tree):
    names: tuple[Name, ...]
    path: Literal


@dataclass(frozen=True, slots=True)
class Block(Tree):
    name: Name
    parameters: tuple[Parameter, ...]
    body: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Net(Tree):
    name: Name
    parameters: tuple[Parameter, ...]
    body: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Variant(Tree):
    """``net Name(parameters) = base(arguments) with { edits }``"""

    name: Name
    parameters: tuple[Parameter, ...]
    base: Name
    arguments: tuple[Argument, ...]
    edits: tuple[Statement, ...]


Item: TypeAlias = Use | Block | Net | Variant


@dataclass(frozen=True, slots=True)
class File(Tree):
    items: tuple[Item, ...]
