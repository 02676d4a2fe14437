"""What the values in a method are called.

The value that flows on is ``x``, as long as nothing else has to be
remembered; what is read later too has the name of its layer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .forms import Forms
from .parts import Copy, Part, Repeat, Run, Segment, Step, Use
from .uses import Class

FLOWING = ("x", "out", "flow", "value", "flowing_value")

NOT_VARIABLES = frozenset({"torch", "nn", "F", "Tensor", "scaled_tanh", "l", "O", "I"})
"""Names that the lines of a method need for something else, and those that look like digits (PEP 8)."""


class Names:
    """The names of the values of one segment of a class; ``outputs`` are those that its method returns."""

    def __init__(self, made: Class, index: int, outputs: Iterable[str], forms: Forms) -> None:
        self.made = made
        self.index = index
        self.part: Part = made.first
        self.segment: Segment = self.part.segments[index]
        self.readers = _readers(self.segment)
        self._outputs = frozenset(outputs)
        self._forms = forms
        self._of: dict[str, str] = {}
        self._used = {"self"}
        self._name()

    def __getitem__(self, value: str) -> str:
        return self._of[value]

    def free(self, name: str) -> str:
        """A name that nothing else has."""
        while name in self._used or name in NOT_VARIABLES:
            name += "_"
        self._used.add(name)
        return name

    def _name(self) -> None:
        flowing = self._flowing()
        own = [
            (value, step) for position, step in enumerate(self.segment.steps) if position not in flowing
            for value in step.makes
        ]  # fmt: skip
        for value, name in zip(self.segment.inputs, self._input_names(), strict=True):
            self._of[value] = self.free(name)
        for value, step in own:
            self._of[value] = self.free(self._own_name(value, step))
        late = {self._of[value] for value in self.segment.inputs if any(self.readers.get(value, ()))}
        late |= {self._of[value] for value, _ in own}
        late |= {self._of[value] for value in self.segment.inputs if value in self._outputs}
        self.flow = next(name for name in FLOWING if name not in late)
        self._used.add(self.flow)
        self._of |= {value: self.flow for position in flowing for value in self.segment.steps[position].makes}

    # What flows

    def _flowing(self) -> set[int]:
        """The steps whose value may be `x`: until it is read for the last time nothing else is called so."""
        flowing: set[int] = set()
        taken = len(self.segment.steps)
        for position in reversed(range(len(self.segment.steps))):
            if self._flows(position, taken):
                flowing.add(position)
            if position in flowing or self._prepares(self.segment.steps[position]):
                taken = position
        return flowing

    def _flows(self, position: int, taken: int) -> bool:
        """Whether the value of a step flows on, if the step at ``taken`` is the next that needs `x` for its own."""
        step = self.segment.steps[position]
        if len(step.makes) != 1 or (isinstance(step, Use) and len(step.part.segments) > 1):
            return False
        value = step.makes[0]
        readers = self.readers.get(value, [])
        if value in self._outputs or not readers:
            return not readers and position == len(self.segment.steps) - 1
        if readers[-1] > taken or any(self._is_beside(self.segment.steps[reader], value) for reader in readers):
            return False
        goes_on = len(self.segment.steps[position + 1].reads) == 1 and readers == [position + 1]
        return goes_on or (not isinstance(step, Copy) and self._continues(position))

    def _continues(self, position: int) -> bool:
        """Whether a step goes on with a value that nothing reads after it."""
        inputs = self.segment.inputs
        reads = (value for value in self.segment.steps[position].reads if value not in inputs)
        return any(self.readers[value][-1] == position for value in reads)

    def _is_beside(self, step: Step, value: str) -> bool:
        """Whether a loop reads a value in every turn."""
        return isinstance(step, Repeat) and any(
            name == value for index, name in enumerate(step.reads) if index != step.carried
        )

    def _prepares(self, step: Step) -> bool:
        """Whether something is done to the input of a layer first."""
        return isinstance(step, Run) and self._forms.said[step.layer.name].before is not None

    # Names of layers and inputs

    def _own_name(self, value: str, step: Step) -> str:
        if isinstance(step, Copy):
            return f"{_flat(self.part.local(step.source))}_on_{step.device}"
        if isinstance(step, Repeat):
            return _flat(self.part.local(step.container.path))
        if isinstance(step, Use) and len(step.part.segments) == 1 and len(step.makes) == 1:
            return _flat(self.part.local(step.part.path))
        return _flat(self.part.local(value))

    def _input_names(self) -> list[str]:
        """Names of the arguments: the inputs of the net, or what they are in all uses."""
        inputs = self.segment.inputs
        if self.part.scope is None:
            return inputs
        if len(inputs) == 1:
            return ["x"]
        in_uses = [use.segments[self.index].inputs for use in self.made.uses]
        return [
            self._parameter(values) or self._common_name(values) or f"x{i}"
            for i, values in enumerate(zip(*in_uses, strict=True), 1)
        ]

    def _parameter(self, values: Sequence[str]) -> str | None:
        """The block's own name of what it reads, where it is one in all uses; `in` is the flowing value."""
        names = []
        for use, value in zip(self.made.uses, values, strict=True):
            source = value.partition("@")[0]
            inputs = use.scope.inputs if use.scope else {}
            names.append([name for name, node in inputs.items() if node == source])
        same = names[0][0] if names[0] and all(names[0][:1] == other[:1] for other in names) else None
        return "x" if same == "in" else same

    def _common_name(self, values: Sequence[str]) -> str | None:
        """What the layers behind these values are called in every use, from inside it or from the net."""
        sources = [value.partition("@")[0] for value in values]
        inside = {use.local(source) for use, source in zip(self.made.uses, sources, strict=True)}
        same = next((names for names in (inside, set(sources)) if len(names) == 1), None)
        return _flat(min(same)) if same else None


def _readers(segment: Segment) -> dict[str, list[int]]:
    """For every value the positions of the steps that read it."""
    readers: dict[str, list[int]] = {}
    for position, step in enumerate(segment.steps):
        for name in dict.fromkeys(step.reads):
            readers.setdefault(name, []).append(position)
    return readers


def _flat(path: str) -> str:
    """A dotted path as a variable's name."""
    name = path.replace(".", "_").replace("@", "_")
    return name if name.isidentifier() else f"x_{name}"
