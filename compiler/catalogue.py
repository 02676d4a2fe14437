"""The shipped nets with what is told of each: a table made of their graphs, kept so that a list needs no compiling."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from .compile import compile_net, load_module
from .diagnostics import Report, SpecError
from .graph import Graph
from .program import ZOO, read_source
from .values import Shape

INDEX = ZOO / "zoo.json"
"""The table; `make zoo` writes it."""


class Shipped(NamedTuple):
    """One net of the zoo; the counts are for one sample, in evaluation."""

    file: str
    """``zoo:vgg`` without the ``zoo:``."""
    net: str
    is_default: bool
    """Whether the file's name alone means it."""
    title: str
    year: int | None
    parameters: int
    macs: int
    depth: int
    """Convolutions and fully connected layers on the longest path, which is how the literature counts."""
    inputs: tuple[Shape, ...]
    ideas: tuple[str, ...]

    @property
    def spec(self) -> str:
        """What the command line calls it: ``zoo:vgg``, or ``zoo:vgg:VGG11`` for one that is not the file's last."""
        return f"zoo:{self.file}" if self.is_default else f"zoo:{self.file}:{self.net}"


@cache
def catalogue() -> tuple[Shipped, ...]:
    """All nets of the zoo, by file and in the order of each file.

    They are read from the table, or compiled when a shipped file has changed
    since it was written; then a mistake in one raises SpecError.
    """
    try:
        index = json.loads(INDEX.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        index = {}
    if index.get("digest") == _digest():
        return tuple(_entry(fields) for fields in index["nets"])
    return tuple(compiled())


def compiled() -> Iterator[Shipped]:
    """The same from the specs themselves."""
    for path in _files():
        report = Report()
        module = load_module(read_source(path, f"zoo:{path.stem}"), report)
        for definition in module.nets if module else ():
            result = compile_net(definition, None, report)
            if result.graph is None:
                raise SpecError(result.errors)
            yield _shipped(path.stem, result.graph, module is not None and definition is module.nets[-1])
        report.raise_if_any()


def write_index() -> None:
    """Writes the table anew."""
    lines = ",\n".join(json.dumps(entry._asdict(), ensure_ascii=False) for entry in compiled())
    INDEX.write_text(f'{{"digest": "{_digest()}", "nets": [\n{lines}\n]}}\n', encoding="utf-8")


def _files() -> list[Path]:
    return sorted(ZOO.glob("*.net"))


def _digest() -> str:
    """Changes with any shipped file."""
    parts = (f"{path.name}\0{path.read_text(encoding='utf-8')}\0" for path in _files())
    return sha256("".join(parts).encode()).hexdigest()[:16]


def _entry(fields: dict[str, object]) -> Shipped:
    inputs, ideas = fields["inputs"], fields["ideas"]
    assert isinstance(inputs, list)
    assert isinstance(ideas, list)
    return Shipped(**{**fields, "inputs": tuple(map(tuple, inputs)), "ideas": tuple(ideas)})  # type: ignore[arg-type]


def _shipped(file: str, graph: Graph, is_default: bool) -> Shipped:
    about = graph.about
    return Shipped(
        file, graph.net, is_default, about.title or graph.net, about.year, graph.total("parameters"),
        graph.total("macs"), depth(graph), tuple(entry.shape for entry in graph.inputs),
        tuple(idea.text for idea in about.ideas),
    )  # fmt: skip


def depth(graph: Graph) -> int:
    """Convolutions and fully connected layers on the longest path through a net."""
    depths: dict[str, int] = {}
    own = {layer.name: int(layer.op.role in ("convolution", "dense")) for layer in graph.layers}
    for node in graph.nodes:
        depths[node.name] = own.get(node.name, 0) + _greatest(depths[name] for name in node.inputs)
    return _greatest(depths.values())


def _greatest(numbers: Iterable[int]) -> int:
    return max(numbers, default=0)
