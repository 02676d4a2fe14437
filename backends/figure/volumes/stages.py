"""What is one box: a layer with what follows it in its place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from ....compiler import Input, Layer, Transfer
from ..colouring import Colouring
from ..labels import SIGNS
from ..layered.items import FOLLOWERS, Item, Items, items_of
from ..picture import Picture


class Band(NamedTuple):
    """A layer that is the last part of a box's thickness."""

    name: str
    role: str


class Stage(NamedTuple):
    """One box of the figure. ``node`` gives it its name and caption; ``shape`` is what it hands on."""

    item: Item
    kind: Literal["box", "ball", "sign"]
    node: Input | Layer | Transfer
    role: str
    members: tuple[Layer, ...] = ()
    bands: tuple[Band, ...] = ()
    parts: tuple[int, ...] = ()
    """Channels of what a concatenation is made of, in order."""

    @property
    def name(self) -> str:
        """Of its group; an output is no node, so it has a name of its own."""
        return f"output {self.item.name}" if self.item.kind == "output" else self.node.name

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the tensor that it hands on."""
        return self.item.nodes[-1].shape


def items_for(picture: Picture) -> Items:
    """The boxes of a picture; a single output needs none, the last box is it."""
    items = items_of(picture.drawn, hubs=True)
    for item in items.all:
        item.bar = False  # a concatenation is as large as its channels say
    if len(picture.drawn.outputs) == 1:
        last = items.all.pop()
        items.all[last.reads[0]].readers.remove(last.index)
    return items


def stages_of(picture: Picture, items: Items, colours: Colouring) -> list[Stage]:
    """What is drawn for every item, in their order."""
    return [_stage(picture, item, colours) for item in items.all]


def _stage(picture: Picture, item: Item, colours: Colouring) -> Stage:
    if item.kind != "layers":
        return Stage(item, "box" if item.kind == "input" else "sign", item.nodes[-1], item.kind)
    drawn = [node for node in item.nodes if isinstance(node, Layer)]
    members = tuple(member for layer in drawn for member in (layer, *_absorbed(picture, layer)))
    heads = [layer for layer in drawn if layer.op.role not in FOLLOWERS]
    head = heads[-1] if heads else drawn[0]
    after = members[members.index(head) + 1 :]
    bands = tuple(Band(layer.name, colours.roles.get(layer.name, layer.op.role)) for layer in after)
    kind: Literal["box", "ball"] = "ball" if head.op.keyword in SIGNS else "box"
    return Stage(item, kind, head, colours.roles[head.name], members, bands, _parts(picture, head))


def _absorbed(picture: Picture, layer: Layer) -> Iterator[Layer]:
    """Normalization, activation and dropout that the picture has merged into a layer."""
    graph, shown = picture.graph, set(picture.nodes_of(layer.name))
    at = layer.name
    while at in graph.by_name:
        readers = [graph.by_name[name] for name in graph.consumers[at] if name in shown]
        after = [node for node in readers if isinstance(node, Layer) and node.op.role in FOLLOWERS]
        if not after:
            return
        yield after[0]
        at = after[0].name


def _parts(picture: Picture, head: Layer) -> tuple[int, ...]:
    """Channels that a concatenation along the channels reads from each of its inputs."""
    if head.op.keyword != "concat" or getattr(head.op, "axis", "") != "channels":
        return ()
    return tuple(shape[0] for shape in picture.drawn.input_shapes(head))
