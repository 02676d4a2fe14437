"""The graph while it is made: nodes without shapes, and what names stand for meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count, islice
from typing import Any, Protocol, TypeAlias

from . import syntax as ast
from .changes import Changes, Scaling
from .diagnostics import Note, Problem, Report
from .graph import About, Device, Scope, Section
from .op import Op
from .program import Module
from .source import Span
from .values import Shape

MOST_LAYERS = 100_000
"""Layers that a net may have; a hundred times the deepest of the zoo."""

MOST_STEPS = 500_000
"""Statements that may be carried out, with every turn of every loop counted."""

MOST_SUGGESTIONS = 300
"""Layers that a misspelt name is compared with, the nearest first."""

_UNKNOWN = ("E201", "E202", "E206", "E501")
"""Codes of names that nothing defines."""

DEEPEST_BLOCKS = 40
"""Blocks within blocks, and nets made from nets."""


@dataclass(frozen=True, slots=True)
class Wire:
    """The output of one node."""

    node: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """The outputs of all towers, concatenated where they are read."""

    wires: tuple[Wire, ...]


@dataclass(slots=True, eq=False)
class Listing:
    """Repetitions by index; ``current`` is what the bare name means, if anything. A loop lets it grow."""

    items: list[LayerValue]
    current: LayerValue | None


@dataclass(frozen=True, slots=True)
class Namespace:
    """A tower, whose layers are its attributes."""

    name: str
    members: Mapping[str, LayerValue]


LayerValue: TypeAlias = Wire | Bundle | Listing | Namespace


class Unknown:
    """Stands for the value of a parameter while a block is rehearsed; nothing that depends on it is judged."""


def is_layer(value: object) -> bool:
    """True for what stands for a layer, or several, rather than for a plain value."""
    return isinstance(value, (Wire, Bundle, Listing, Namespace))


def nodes_of(value: object) -> Iterator[str]:
    """The nodes that a layer's value stands for; none for a plain value."""
    match value:
        case Wire(node=node):
            yield node
        case Bundle(wires=wires):
            yield from (wire.node for wire in wires)
        case Listing(items=items):
            for item in items:
                yield from nodes_of(item)
        case Namespace(members=members):
            for member in members.values():
                yield from nodes_of(member)


@dataclass(eq=False)
class Draft:
    """A layer or an input that is known by name; ``op`` is None where a mistake is reported already."""

    name: str
    op: Op | None
    inputs: tuple[str, ...]
    span: Span
    wanted_device: str | None = None
    arguments: Mapping[str | int, Span] = field(default_factory=dict)
    statement: str = ""
    section: str | None = None
    scopes: tuple[str, ...] = ()
    is_input: bool = False
    shape: Shape | None = None
    device: str | None = None
    scaling: Scaling | None = None
    """By how much its channels are to be multiplied; done before the shapes are inferred."""
    edits: tuple[Note, ...] = ()
    """The edits of a variant that made it, or took away what it would read."""


class Reported(Exception):  # noqa: N818 - not an error of its own: the mistake is in the report
    """What failed is in the report already; whoever catches this goes on with the next statement."""


class TooLarge(Exception):  # noqa: N818 - ends the elaboration; it becomes E607
    """The net has grown past the limits."""


class RunChain(Protocol):
    """``chains.run_chain``"""

    def __call__(
        self, frame: Frame, tree: ast.Expression, name: str | None = None, alias: str | None = None
    ) -> LayerValue: ...


class RunBody(Protocol):
    """``elaborate.run_body``; the statements may be an edit's, which is a tree too."""

    def __call__(self, frame: Frame, statements: tuple[Any, ...]) -> None: ...


@dataclass(eq=False)
class State:
    """What one elaboration collects."""

    report: Report
    run_chain: RunChain
    """Makes the layers of a chain; expressions hold chains, and chains hold expressions."""
    run_body: RunBody
    """Carries out statements, and reports what is wrong in them; blocks and towers hold statements."""
    drafts: dict[str, Draft] = field(default_factory=dict)
    scopes: dict[str, Scope] = field(default_factory=dict)
    sections: dict[str, Section] = field(default_factory=dict)
    devices: dict[str, Device] = field(default_factory=dict)
    device_spans: dict[str, Span] = field(default_factory=dict)
    inputs: set[str] = field(default_factory=set)
    outputs: dict[str, Wire] = field(default_factory=dict)
    auxiliary: set[str] = field(default_factory=set)
    """Names of the outputs that exist in training only."""
    inits: list[tuple[ast.Init, Frame]] = field(default_factory=list)
    expects: list[tuple[ast.Expect, Frame]] = field(default_factory=list)
    about: About = field(default_factory=About)
    joins: dict[tuple[Bundle, str | None, str], Wire] = field(default_factory=dict)
    expanding: list[ast.Block] = field(default_factory=list)
    opened: set[int] = field(default_factory=set)
    """Identities of the names of all blocks that were carried out."""
    removed: dict[str, Span] = field(default_factory=dict)
    """Layers that a variant removes, with the place that says so."""
    bases: list[Module] = field(default_factory=list)
    """The files of the nets that a variant is made from, other than its own."""
    base_parameters: dict[str, str] = field(default_factory=dict)
    """Parameters of the nets that a variant is made from, with the net's name."""
    excused: set[Span] = field(default_factory=set)
    """Where an `init` speaks of layers or weights that an edit may have taken away."""
    formerly: dict[str, list[str]] = field(default_factory=dict)
    """What stands for the layers that a `replace` took away, by the names that they had."""
    paths: dict[str, list[str]] = field(default_factory=dict)
    """What the module calls blocks and scopes that the spec calls otherwise."""
    duplicates: set[Span] = field(default_factory=set)
    """Where names are defined again; that is reported."""
    changes: Changes = field(default_factory=Changes)
    """What a variant's edits change in the statement that is carried out now."""
    edits: tuple[Note, ...] = ()
    """The edits that what is carried out now comes from."""
    left_out: tuple[Note, ...] = ()
    """Edits that took layers away before the next one."""
    called: set[str] = field(default_factory=set)
    """Ops and blocks that statements with replacements use."""
    renamed: dict[str, ast.Name] = field(default_factory=dict)
    """New names of what a variant renames."""
    steps: int = 0
    most_steps: int = MOST_STEPS
    edited: int = 0
    """Statements that edits have looked at."""

    @contextmanager
    def changed_by(self, changes: Changes) -> Iterator[None]:
        """What is carried out meanwhile is changed so."""
        before, self.changes = self.changes, changes
        try:
            yield
        finally:
            self.changes = before

    @contextmanager
    def made_by(self, edits: tuple[Note, ...]) -> Iterator[None]:
        """Layers that are made meanwhile come from these edits."""
        before, self.edits = self.edits, (*self.edits, *edits)
        try:
            yield
        finally:
            self.edits = before

    def take_edits(self) -> tuple[Note, ...]:
        """The edits that a layer made now comes from, or that took away what stood before it."""
        edits, self.left_out = (*self.edits, *self.left_out), ()
        return tuple(dict.fromkeys(edits))

    def step(self) -> None:
        """Counts a step; raises TooLarge past the limits."""
        self.steps += 1
        if self.steps > self.most_steps or len(self.drafts) > MOST_LAYERS:
            raise TooLarge

    def edit(self, count: int) -> None:
        """Counts an edit of so many statements; raises TooLarge past the limit."""
        self.edited += count
        if self.edited > MOST_STEPS:
            raise TooLarge

    def is_poisoned(self, value: object) -> bool:
        """True for a layer that stands for a mistake."""
        return isinstance(value, Wire) and self.drafts[value.node].op is None and not self.drafts[value.node].is_input

    def fail(self, problem: Problem, span: Span) -> Reported:
        """Reports a problem; the caller raises what this returns.

        A name is not unknown when a statement that did not parse may have defined it.
        """
        word = span.text.partition(".")[0]
        if problem.diagnostic.code not in _UNKNOWN or word not in self.report.lost:
            self.report.add(problem.at(span))
        return Reported()


@dataclass(eq=False)
class Frame:
    """One body while its statements are carried out: what is visible, and where layers go."""

    state: State
    values: Mapping[str, object]
    module: Module
    prefix: str = ""
    parent: Frame | None = None
    layers: dict[str, LayerValue] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    counts: dict[str, int] = field(default_factory=dict)
    later: dict[str, Span] = field(default_factory=dict)
    own: dict[str, Span] = field(default_factory=dict)
    """Names that the body defines and that are the module's too."""
    aliases: dict[str, Span] = field(default_factory=dict)
    """Names that only the module knows, from ``as``."""
    scopes: tuple[str, ...] = ()
    flow: LayerValue | None = None
    why_no_flow: str = "nothing stands before it that it could read"
    device: str | None = None
    tower: str | None = None
    """The device of the tower around, which nothing in it may leave."""
    section: str | None = None
    loop: dict[str, object] = field(default_factory=dict)
    indices: tuple[int, ...] = ()
    former_counts: dict[str, int] = field(default_factory=dict)
    turns: dict[tuple[str, int], str] = field(default_factory=dict)
    """Names of unnamed layers in loops, by where they stand."""
    is_net: bool = False
    is_replaced: bool = False
    """Whether a later edit may have replaced layers of it; an `init` that finds no such weight then goes with them."""
    numbered: bool = False
    """Whether layers are called by their position, in ``sequential``."""
    numbers: Iterator[int] = field(default_factory=count)
    """The positions that are free yet in this scope."""
    spelled: str | None = None
    """The prefix outside ``sequential``, where it differs: names in the spec do not say it."""

    @contextmanager
    def within(self, **changes: Any) -> Any:
        """Changes attributes for the time of a ``with`` statement."""
        before = {name: getattr(self, name) for name in changes}
        for name, value in changes.items():
            setattr(self, name, value)
        try:
            yield self
        finally:
            for name, value in before.items():
                setattr(self, name, value)

    def spell(self, name: str) -> str:
        """A name of this body with the scopes around it, as the spec says it: ``sequential`` is none."""
        return (self.prefix if self.spelled is None else self.spelled) + name

    def find(self, name: str) -> object:
        """What a name means here: a loop's variable, a parameter or a layer; None when nothing, or just that."""
        names = self._holder(name)
        return None if names is None else names[name]

    def knows(self, name: str) -> bool:
        """True for a name that has a meaning here."""
        return self._holder(name) is not None

    def _holder(self, name: str) -> Mapping[str, object] | None:
        frame: Frame | None = self
        while frame is not None:
            for names in (frame.loop, frame.values, frame.layers):
                if name in names:
                    return names
            frame = frame.parent
        return None

    def visible(self) -> list[str]:
        """Every name that has a meaning here, for did-you-mean."""
        names = [*self.loop, *self.values, *islice(reversed(self.layers), MOST_SUGGESTIONS)]
        return names + (self.parent.visible() if self.parent else [])

    def defined_later(self, name: str) -> Span | None:
        """Where this body defines a name, if it does."""
        return self.later.get(name) or (self.parent.defined_later(name) if self.parent else None)

    def fresh(self, name: str, span: Span) -> str:
        """The name, or the name with a number when this scope has it already. A loop's turns share theirs."""
        if self.indices and (name, span.start) in self.turns:
            return self.turns[name, span.start]
        free = self.turns[name, span.start] = self.unused(name)
        return free

    def unused(self, name: str) -> str:
        """The name, or the name with a number when this scope has it already; from then on it has it."""
        free, count = name, self.counts.get(name, 1)
        while free in self.taken:
            count += 1
            free = f"{name}{count}"
        self.counts[name] = count
        self.taken.add(free)
        return free

    def formerly(self, name: str, span: Span) -> str:
        """The name that a layer had before an edit put another in its place, or none; a loop's turns share it."""
        key = (f"formerly {name}", span.start)
        if not self.indices or key not in self.turns:
            count = self.former_counts[name] = self.former_counts.get(name, 0) + 1
            self.turns[key] = name if count == 1 else f"{name}{count}"
        return self.turns[key]
