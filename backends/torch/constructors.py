"""The text of ``__init__``: the modules that a class keeps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from ...compiler.graph import Layer
from .classes import Class
from .layout import Bracket, Expression, Item, bracket, lay_out, repetition
from .methods import Text
from .parts import Part
from .spelling import Constant
from .words import call, literal


class Constructor:
    """``__init__`` of a class."""

    def __init__(self, text: Text, made: Class) -> None:
        self.text = text
        self.made = made
        self.part = made.first
        graph = text.forms.tree.graph
        self.devices = graph.devices if self.part.scope is None else ()
        self.sections = {section.name: section.title for section in graph.sections} if self.part.scope is None else {}

    def lines(self) -> list[str]:
        """The method, one level indented."""
        return [
            *lay_out(1, "def ", bracket("__init__", ["self", *self._arguments()]), " -> None:"),
            "        super().__init__()",
            *self._device_table(),
            *(f"        self.{self.made.attribute(name)} = {name}" for name in self._stored()),
            *self._children(),
        ]

    def _arguments(self) -> list[str]:
        """The arguments with their types: the devices of the net, or what varies between the uses of a block."""
        devices = ["devices: dict[str, torch.device]"] if self._is_given_devices() else []
        bound = [f"{device.name}: str | torch.device | None = None" for device in self.devices]
        return devices + bound + [f"{name}: {kind}" for name, kind in self.made.parameters.items()]

    def _is_given_devices(self) -> bool:
        return self.part.scope is not None and self.made.takes_devices

    def _device_table(self) -> list[str]:
        if self._is_given_devices():
            return ["        self.devices = devices"]
        if not self.devices:
            return []
        items = [
            Item(bracket("choose_device", [device.name, str(index)]), f'"{device.name}": ')
            for index, device in enumerate(self.devices)
        ]
        return lay_out(2, "self.devices = ", Bracket("", tuple(items), "{}"))

    def _stored(self) -> list[str]:
        """Arguments that ``forward`` needs: those of functions."""
        functions = {
            self.part.local(leaf.name)
            for leaf in self.text.forms.leaves(self.part)
            if isinstance(leaf, Layer) and not self.text.forms.said[leaf.name].kept
        }
        names = (name for place, name in self.made.bound.items() if place.before or place.child in functions)
        return list(dict.fromkeys(names))

    def _children(self) -> Iterator[str]:
        section: str | None = None
        for name, child in self.text.kept(self.part).items():
            here = _section(child)
            if here != section and here in self.sections:
                yield f"        # {self.sections[here]}"
            section = here
            uses = [use.children[name] for use in self.made.uses]
            yield from self._child(name, uses)

    def _child(self, name: str, uses: Sequence[Layer | Part]) -> Iterator[str]:
        expression = self._module(uses)
        device = self._device(uses[0])
        place = f'.to(self.devices["{device}"])' if device else ""
        if name.isdigit():  # no name for an attribute
            yield from lay_out(2, "", bracket("self.add_module", [f'"{name}"', expression]))
            yield from _move(self.text.reach(self.part, name), device) if device else ()
            return
        lines = lay_out(2, f"self.{name} = ", expression, place)
        if len(lines) > 1 and device:
            lines = [*lay_out(2, f"self.{name} = ", expression), *_move(f"self.{name}", device)]
        yield from lines
        if isinstance(uses[0], Part) and self.text.forms.of[uses[0]] != "class" and len(uses[0].devices) > 1:
            yield from self._placed_within(uses[0])

    def _device(self, child: Layer | Part) -> str | None:
        """The device that a child as a whole is put on, if it is for this class to do it."""
        if not (self.devices or self._is_given_devices()):
            return None
        if isinstance(child, Layer):
            return child.device if child.parameters or child.buffers else None
        return next(iter(child.devices)) if child.has_state and len(child.devices) == 1 else None

    def _placed_within(self, part: Part) -> Iterator[str]:
        """Puts the items of a list on several devices where they belong."""
        for child in self.text.kept(part).values():
            if device := self._device(child):
                path = child.name if isinstance(child, Layer) else child.path
                yield from _move(self.text.reach(self.part, self.part.local(path)), device)
            elif isinstance(child, Part) and self.text.forms.of[child] != "class":
                yield from self._placed_within(child)

    def _module(self, uses: Sequence[Layer | Part]) -> Expression:
        """The expression that makes a child; ``uses`` has it in every use of this class."""
        child = uses[0]
        if isinstance(child, Layer):
            said, path = self.text.forms.said[child.name], self.part.local(child.name)
            in_place = self.text.in_place(self.part, [use for use in uses if isinstance(use, Layer)])
            return call(said.call, self.made, path, self.text.constants, in_place=in_place)
        if self.text.forms.of[child] == "class":
            return self._instance(child)
        parts = [use for use in uses if isinstance(use, Part)]
        if self.text.forms.of[child] == "sequential":
            return self._sequence(parts)
        items = self._items(parts)
        if self.text.is_numbered(child):
            return bracket("nn.ModuleList", [Bracket("", tuple(items.values()), "[]")])
        named = tuple(Item(item.value, f'"{name}": ', item.comment) for name, item in items.items())
        return bracket("nn.ModuleDict", [Bracket("", named, "{}", open=True)])

    def _sequence(self, parts: Sequence[Part]) -> Expression:
        items = self._items(parts)
        if not self.text.is_numbered(parts[0]):
            named = tuple(Item(item.value, f"{name}=", item.comment) for name, item in items.items())
            return bracket("nn.Sequential", [Bracket("OrderedDict", named, open=True)])
        written = _once(list(items.values()))
        return Bracket("nn.Sequential", written, open=len(written) > 1)

    def _items(self, parts: Sequence[Part]) -> dict[str, Item]:
        """The items of a list; those of a sequence have no line in ``forward`` and so have their comment here."""
        in_sequence = self.text.forms.of[parts[0]] == "sequential"
        items = {}
        for name in self.text.kept(parts[0]):
            uses = [part.children[name] for part in parts]
            items[name] = Item(self._module(uses), comment=self._comment(uses) if in_sequence else "")
        return items

    def _comment(self, uses: Sequence[Layer | Part]) -> str:
        layers = [use for use in uses if isinstance(use, Layer)]
        if layers:
            return self.text.comments.layers(layers)
        parts = [use for use in uses if isinstance(use, Part)]
        shapes = [self.text.forms.tree.shapes[part.segments[0].outputs[0]] for part in parts]
        return self.text.comments.uses(parts, [shapes])

    def _instance(self, part: Part) -> Expression:
        """The constructor call of a class of this file."""
        made = self.text.classes.of[part]
        path = self.part.local(part.path)
        devices = [Item("self.devices", "devices=")] if made.takes_devices else []
        items = []
        for key, value in self.text.classes.arguments[part].items():
            bound = self.made.bound_at(path, key)
            items.append(Item(bound or self._value(value, part), f"{key}="))
        return Bracket(made.name, (*devices, *items))

    def _value(self, value: object, part: Part) -> str:
        return self.text.constants.name(value, part.path) if isinstance(value, Constant) else literal(value)


def _once(items: Sequence[Item]) -> tuple[Item, ...]:
    """Equal neighbours of a sequence as one repetition, with the comment of the last."""
    written: list[Item] = []
    for _, run in groupby(items, key=str):
        same = list(run)
        last = same[-1]
        written += same if len(same) == 1 else [Item(repetition(last.value, len(same)), comment=last.comment)]
    return tuple(written)


def _move(module: str, device: str) -> list[str]:
    return lay_out(2, "", bracket(f"{module}.to", [f'self.devices["{device}"]']))


def _section(child: Layer | Part) -> str | None:
    """The section that a child stands in: that of its first layer."""
    while isinstance(child, Part):
        child = next(iter(child.children.values()))
    return child.section
