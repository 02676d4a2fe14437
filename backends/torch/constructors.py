"""The text of ``__init__``: the modules that a class keeps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from ...compiler.graph import Layer
from .arguments import ABSENT, COUNT, Place, key_of
from .layout import Bracket, Expression, Item, bracket, generator, lay_out
from .loops import numbering
from .parts import Child, Part
from .structures import Row, join
from .text import Text
from .uses import Class
from .words import call, literal, value_text, value_varies


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
        varying = (
            f"{name}: {argument.type}" + ("" if argument.default is ABSENT else f" = {literal(argument.default)}")
            for name, argument in self.made.binding.arguments.items()
        )
        return devices + bound + list(varying)

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
        bound = self.made.binding.bound.items()
        names = (
            formula.name
            for place, formula in bound
            if place.before or place.child in functions or (not place.child and place.argument in functions)
        )
        return list(dict.fromkeys(names))

    def _children(self) -> Iterator[str]:
        section: str | None = None
        kept = self.text.kept(self.part)
        for row in self._rows(self.made.uses):
            if row.key in kept:
                here = _section(row.children[0])
                if here != section and here in self.sections:
                    yield f"        # {self.sections[here]}"
                section = here
                yield from self._loop(row) if row.is_rolled else self._child(row)

    def _child(self, row: Row) -> Iterator[str]:
        name, child, module = row.key, row.children[0], self._module(row.children, row.key)
        device = self._device(child)
        if name in self.made.optional:
            yield f"        self.{name}: nn.Module | None = None"
            yield f"        if {self.made.text(self.made.binding.bound[Place('', name)])}:"
            yield from lay_out(3, f"self.{name} = ", module)
        elif name.isdigit():  # no name for an attribute
            yield from lay_out(2, "", bracket("self.add_module", [f'"{name}"', module]))
            yield from _move(self.text.reach(self.part, name), device) if device else ()
        else:
            yield from self._attribute(name, module, device)
        if isinstance(child, Part) and self.text.forms.of[child] != "class" and len(child.devices) > 1:
            yield from self._placed_within(child)

    def _attribute(self, name: str, module: Expression, device: str | None) -> list[str]:
        place = f'.to(self.devices["{device}"])' if device else ""
        lines = lay_out(2, f"self.{name} = ", module, place)
        if len(lines) > 1 and device:
            return [*lay_out(2, f"self.{name} = ", module), *_move(f"self.{name}", device)]
        return lines

    def _loop(self, row: Row) -> Iterator[str]:
        """The loop that makes all children of the class."""
        prefix, start = numbering(self.part.children) or ("", 0)
        number = f"i + {start}" if start else "i"
        module = self._module(row.children, row.key, turn="i")
        yield f"        for i in range({self._count(row, row.key)}):"
        yield from lay_out(3, "", bracket("self.add_module", [f'f"{prefix}{{{number}}}"', module]))

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

    def _rows(self, parts: Iterable[Part]) -> list[Row]:
        return self.text.classes.structures.rows(parts)

    def _module(self, children: Sequence[Child], path: str, turn: str = "") -> Expression:
        """The expression that makes a child, given in all uses of this class and turns of the loop around it."""
        child = children[0]
        if isinstance(child, Layer):
            said = self.text.forms.said[child.name]
            return call(said.call, self.made, path, self.text.constants, turn=turn, in_place=self._in_place(children))
        if self.text.forms.of[child] == "class":
            return self._instance(child, path, turn)
        parts = [part for part in children if isinstance(part, Part)]
        if self.text.forms.of[child] == "sequential":
            return self._sequence(parts, path)
        items = self._items(parts, path)
        if self.text.is_numbered(child):
            values = [item.value for item in items.values()]
            if len(values) == 1 and isinstance(values[0], Bracket) and values[0].is_generator:
                return replace(values[0], head="nn.ModuleList")
            return bracket("nn.ModuleList", [bracket("", values, "[]")])
        named = tuple(Item(item.value, f'"{name}": ', item.comment) for name, item in items.items())
        return bracket("nn.ModuleDict", [Bracket("", named, "{}", open=True)])

    def _in_place(self, children: Sequence[Child]) -> bool:
        return self.text.in_place(self.made, [child for child in children if isinstance(child, Layer)])

    def _sequence(self, parts: Sequence[Part], path: str) -> Expression:
        items = self._items(parts, path)
        return Bracket("nn.Sequential", tuple(items.values()), open=len(items) > 1)

    def _items(self, parts: Sequence[Part], path: str) -> dict[str, Item]:
        """The items of a list; those of a sequence have no line in ``forward`` and so have their comment here."""
        kept = self.text.kept(parts[0])
        rows = [row for row in self._rows(parts) if row.is_rolled or row.series[0].key in kept]
        return {
            row.key: Item(self._repeated(row, join(path, row.key)), comment=comment)
            for row, comment in zip(rows, self._comments(parts, rows), strict=True)
        }

    def _repeated(self, row: Row, path: str) -> Expression:
        """An item of a list, or several as a generator: ``*(Layer(64 + 32 * i) for i in range(6))``."""
        if not row.is_rolled:
            return self._module(row.children, path)
        with_turn, without = (self._module(row.children, path, turn) for turn in ("i", ""))
        variable = "i" if str(with_turn) != str(without) else "_"
        return generator(with_turn, variable, self._count(row, path))

    def _count(self, row: Row, path: str) -> str:
        """How many turns a loop has."""
        return value_text(self.made, Place(path, COUNT), len(row.series[0].members), self.text.constants)

    def _comments(self, parts: Sequence[Part], rows: Sequence[Row]) -> list[str]:
        """The comment of each item; none where all say what is said of the whole where that runs."""
        if self.text.forms.of[parts[0]] != "sequential":
            return [""] * len(rows)
        following = [*(row.children[0] for row in rows[1:]), None]
        comments = [self._comment(row.lasts, after) for row, after in zip(rows, following, strict=True)]
        return [""] * len(rows) if set(comments) <= {"", self._comment(parts)} else comments

    def _comment(self, children: Sequence[Child], after: Child | None = None) -> str:
        shapes = self.text.forms.tree.shapes
        made = [
            child.shape if isinstance(child, Layer) else shapes[child.segments[0].outputs[0]] for child in children
        ]  # fmt: skip
        return self.text.comments.result(children, [made], after)

    def _instance(self, part: Part, path: str, turn: str) -> Expression:
        """The constructor call of a class of this file."""
        made = self.text.classes.of[part]
        devices = [Item("self.devices", "devices=")] if made.takes_devices else []
        items = []
        for key, value in made.arguments(part).items():
            place, default = Place(path, key), made.binding.arguments[key].default
            if value_varies(self.made, place) or default is ABSENT or key_of(value) != key_of(default):
                text = value_text(self.made, place, value, self.text.constants, turn=turn)
                items.append(Item(text, f"{key}="))
        items = [*devices, *items]
        return Bracket(made.name, tuple(items) if len(items) > 1 else tuple(Item(item.value) for item in items))


def _move(module: str, device: str) -> list[str]:
    return lay_out(2, "", bracket(f"{module}.to", [f'self.devices["{device}"]']))


def _section(child: Layer | Part) -> str | None:
    """The section that a child stands in: that of its first layer."""
    while isinstance(child, Part):
        child = next(iter(child.children.values()))
    return child.section
