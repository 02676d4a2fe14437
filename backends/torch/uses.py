"""A class of the written file, with the uses that share it."""

from __future__ import annotations

from dataclasses import dataclass, field

from .arguments import Binding, Formula
from .parts import Part, Step


@dataclass(eq=False)
class Class:
    """A class of the written file and all its uses; the first has all modules."""

    name: str
    uses: list[Part]
    optional: dict[str, int] = field(default_factory=dict)
    """Children that some uses do not have; there what they read, the operand of this number, takes the place."""
    binding: Binding = field(default_factory=Binding)
    _values: dict[Part, dict[str, object]] = field(default_factory=dict)
    takes_devices: bool = False

    def arguments(self, use: Part) -> dict[str, object]:
        """The constructor arguments of a use."""
        return self._values[use]

    def bind(self, binding: Binding) -> None:
        self.binding = binding
        self._values = dict(zip(self.uses, binding.values, strict=True))

    @property
    def first(self) -> Part:
        return self.uses[0]

    def attribute(self, argument: str) -> str:
        """The attribute that keeps a constructor argument for ``forward``."""
        return f"{argument}_" if argument in self.first.children else argument

    def text(self, formula: Formula, *, stored: bool = False) -> str:
        """A value in the constructor, or in a method, for which the argument is stored."""
        return formula.pattern.format(f"self.{self.attribute(formula.name)}" if stored else formula.name)

    def steps(self, segment: int) -> list[list[Step]]:
        """Every step of a segment, in all uses that have it."""
        found: list[list[Step]] = [[] for _ in self.first.segments[segment].steps]
        for use in self.uses:
            own = iter(use.segments[segment].steps)
            for index, step in enumerate(self.first.segments[segment].steps):
                name = self.first.child_of(step)
                if name not in self.optional or name in use.children:
                    found[index].append(next(own))
        return found
