"""The syntax tree: what was written, before anything is known about it.

Two trees are equal when they say the same; where it stands in the text
(``span``) does not count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from .source import Span


@dataclass(slots=True, eq=False, repr=False)
class Tree:
    """What all trees have. Generic methods, as forty generated ones would take their time at every start."""

    __match_args__: ClassVar[tuple[str, ...]] = ()
    span: Span

    @property
    def parts(self) -> tuple[object, ...]:
        """The fields, without the place in the text."""
        return tuple(getattr(self, name) for name in self.__match_args__[1:])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, type(self)) and self.parts == other.parts

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"{type(self).__name__}{self.parts}"


# ---- expressions


@dataclass(slots=True, eq=False, repr=False)
class Literal(Tree):
    """A number, size, amount of memory or string."""

    value: object


@dataclass(slots=True, eq=False, repr=False)
class Name(Tree):
    """A name: of a parameter, a layer, an op, a block, or one that stands for itself."""

    text: str


@dataclass(slots=True, eq=False, repr=False)
class ListOf(Tree):
    items: tuple[Expression, ...]


@dataclass(slots=True, eq=False, repr=False)
class Index(Tree):
    base: Expression
    index: Expression


@dataclass(slots=True, eq=False, repr=False)
class Attribute(Tree):
    base: Expression
    name: str


@dataclass(slots=True, eq=False, repr=False)
class Argument(Tree):
    """One argument of a call; ``name`` is None for a positional one."""

    name: str | None
    value: Expression

    @property
    def name_span(self) -> Span:
        """Where the name stands, or all of a positional argument."""
        return Span(self.span.source, self.span.start, self.span.start + len(self.name)) if self.name else self.span


@dataclass(slots=True, eq=False, repr=False)
class Call(Tree):
    function: Expression
    arguments: tuple[Argument, ...]


@dataclass(slots=True, eq=False, repr=False)
class Negative(Tree):
    operand: Expression


@dataclass(slots=True, eq=False, repr=False)
class Binary(Tree):
    operator: str
    left: Expression
    right: Expression


@dataclass(slots=True, eq=False, repr=False)
class Chain(Tree):
    """``a -> b -> c``: every link reads the one before it."""

    links: tuple[Expression, ...]


@dataclass(slots=True, eq=False, repr=False)
class Group(Tree):
    """An expression or a chain in parentheses."""

    inner: Expression


@dataclass(slots=True, eq=False, repr=False)
class Broken(Tree):
    """Text that did not parse and is reported already."""


Expression: TypeAlias = Literal | Name | ListOf | Index | Attribute | Call | Negative | Binary | Chain | Group | Broken


# ---- statements


@dataclass(slots=True, eq=False, repr=False)
class About(Tree):
    facts: tuple[tuple[Name, Expression], ...]
    ideas: tuple[Idea, ...]


@dataclass(slots=True, eq=False, repr=False)
class Idea(Tree):
    text: str
    flag: Name | None


@dataclass(slots=True, eq=False, repr=False)
class Feed(Tree):
    """One input of the net."""

    name: Name
    shape: Expression


@dataclass(slots=True, eq=False, repr=False)
class Input(Tree):
    feeds: tuple[Feed, ...]


@dataclass(slots=True, eq=False, repr=False)
class Output(Tree):
    """``output name: chain``; an auxiliary one is made in training only."""

    name: Name
    value: Expression
    device: Name | None
    auxiliary: bool = False


@dataclass(slots=True, eq=False, repr=False)
class Device(Tree):
    devices: tuple[tuple[Name, tuple[Argument, ...]], ...]


@dataclass(slots=True, eq=False, repr=False)
class Init(Tree):
    """How weights start: for the layers named, or for all when none is."""

    targets: tuple[Name, ...]
    settings: tuple[tuple[Name, Expression], ...]


@dataclass(slots=True, eq=False, repr=False)
class Expect(Tree):
    left: Expression
    comparison: str
    right: Expression


@dataclass(slots=True, eq=False, repr=False)
class Section(Tree):
    name: Name
    title: str | None
    body: tuple[Statement, ...]


@dataclass(slots=True, eq=False, repr=False)
class Placed(Tree):
    """``on gpu0 { ... }``"""

    device: Name
    body: tuple[Statement, ...]


@dataclass(slots=True, eq=False, repr=False)
class Towers(Tree):
    devices: tuple[Name, ...]
    body: tuple[Statement, ...]


@dataclass(slots=True, eq=False, repr=False)
class Exchange(Tree):
    pass


@dataclass(slots=True, eq=False, repr=False)
class Range(Tree):
    """``first..last``, without the last."""

    first: Expression
    last: Expression


@dataclass(slots=True, eq=False, repr=False)
class Loop(Tree):
    variable: Name
    values: Expression | Range
    body: tuple[Statement, ...]


@dataclass(slots=True, eq=False, repr=False)
class Sequential(Tree):
    """``sequential name { ... }``: its layers are called by their position."""

    name: Name | None
    body: tuple[Statement, ...]


@dataclass(slots=True, eq=False, repr=False)
class Layers(Tree):
    """A chain of layers, named or not: ``name as "alias" = chain on device``."""

    name: Name | None
    value: Expression
    device: Name | None
    alias: Literal | None = None


@dataclass(slots=True, eq=False, repr=False)
class Remove(Tree):
    names: tuple[Name, ...]


@dataclass(slots=True, eq=False, repr=False)
class Insert(Tree):
    where: str
    anchor: Name
    body: tuple[Statement, ...]


@dataclass(slots=True, eq=False, repr=False)
class Rename(Tree):
    """``rename old to new``"""

    old: Name
    new: Name


@dataclass(slots=True, eq=False, repr=False)
class Swap(Tree):
    """``replace relu with gelu``: every use of an op or a block."""

    old: Name
    new: Expression


@dataclass(slots=True, eq=False, repr=False)
class Scale(Tree):
    """``scale width by 0.5``: the channels of all layers, except the outputs'."""

    factor: Expression


@dataclass(slots=True, eq=False, repr=False)
class Move(Tree):
    """``move conv1, conv2 to gpu1``"""

    names: tuple[Name, ...]
    device: Name


# ---- definitions


@dataclass(slots=True, eq=False, repr=False)
class Parameter(Tree):
    name: Name
    default: Expression | None


@dataclass(slots=True, eq=False, repr=False)
class Use(Tree):
    names: tuple[Name, ...]
    path: Literal


@dataclass(slots=True, eq=False, repr=False)
class Block(Tree):
    name: Name
    parameters: tuple[Parameter, ...]
    body: tuple[Statement, ...]


@dataclass(slots=True, eq=False, repr=False)
class Net(Tree):
    name: Name
    parameters: tuple[Parameter, ...]
    body: tuple[Statement, ...]


@dataclass(slots=True, eq=False, repr=False)
class Variant(Tree):
    """``net Name(parameters) = base(arguments) with { edits }``"""

    name: Name
    parameters: tuple[Parameter, ...]
    base: Name
    arguments: tuple[Argument, ...]
    edits: tuple[Statement, ...]


Item: TypeAlias = Use | Block | Net | Variant

Statement: TypeAlias = (
    About | Input | Output | Device | Init | Expect | Section | Placed | Towers | Exchange | Loop | Sequential
    | Layers | Remove | Insert | Rename | Swap | Scale | Move | Block
)  # fmt: skip


@dataclass(slots=True, eq=False, repr=False)
class File(Tree):
    items: tuple[Item, ...]
