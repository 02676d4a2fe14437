"""A figure in words: the caption that LaTeX prints below it, and the text for those who cannot see it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from ...compiler import Graph, Layer, format_bytes, format_shape
from .heading import one_line, title_of
from .labels import IN_TRAINING
from .writers.tex import escaped

MOST = 12
"""Layers, or runs of equal layers, that are named in order; of more, it is said how many there are of each kind."""
NAMES = {
    "convolution": ("convolution", "convolutions"),
    "pooling": ("pooling layer", "pooling layers"),
    "dense": ("fully connected layer", "fully connected layers"),
}
"""What stands in the order of layers, by its role, one and several."""
BETWEEN = ("activation", "normalization", "dropout")
"""Roles that are named once, whatever they follow."""
_NEEDLESS = re.compile(r"([-,!?])\{\}(?![-,!?'`])")
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def caption(graph: Graph) -> str:
    """The command for a caption, with the title for the list of figures; users' texts are escaped."""
    title = _latex(title_of(graph))
    sentences = _latex(" ".join(_sentences(graph)))
    source = f" {_latex(words)}" if (words := _source(graph)) else ""
    return rf"\caption[{{{title}}}]{{\textbf{{{title}}}{source}. {sentences}}}"


def alt_text(graph: Graph) -> str:
    """What the figure shows, in a few sentences without any markup."""
    first = " ".join(filter(None, ["Diagram of the neural network", title_of(graph), _source(graph)]))
    return " ".join([f"{first}.", *_sentences(graph), *_shapes(graph)])


def _latex(words: str) -> str:
    """A text as LaTeX prints it, without the empty groups that separate nothing."""
    return _NEEDLESS.sub(r"\1", escaped(words))


def _source(graph: Graph) -> str:
    """Authors and year in brackets, as far as the spec says them."""
    about = graph.about
    parts = [one_line(about.authors)] if about.authors else []
    parts += [str(about.year)] if about.year is not None else []
    return f"({', '.join(parts)})" if parts else ""


def _sentences(graph: Graph) -> Iterator[str]:
    yield _way(graph)
    yield from _places(graph)
    parameters, macs = graph.total("parameters"), graph.total("macs")
    yield f"It has {_counted(parameters, 'parameter')} and takes {_counted(macs, 'multiply-add')} per sample."


def _way(graph: Graph) -> str:
    """From the inputs through the layers to the outputs."""
    inputs = _listed([f"{node.name} ({_shape(node.shape)})" for node in graph.inputs])
    outputs = _listed([_output(graph, name) for name in graph.outputs])
    kinds = dict.fromkeys(layer.op.keyword for layer in graph.layers if layer.op.role in BETWEEN)
    between = f", with {_listed(list(kinds))} in between" if kinds else ""
    subject = f"The inputs {inputs} pass" if len(graph.inputs) > 1 else f"The input {inputs} passes"
    target = f"the output{'s' * (len(graph.outputs) > 1)} {outputs}"
    return f"{subject} through {_layers(graph)} to {target}{between}."


def _output(graph: Graph, name: str) -> str:
    """An output; the name of one that the spec leaves without is no news."""
    shape = _shape(graph.by_name[graph.outputs[name]].shape) + f", {IN_TRAINING}" * (name in graph.auxiliary)
    return f"({shape})" if name == "output" else f"{name} ({shape})"


def _shape(shape: tuple[int, ...]) -> str:
    return format_shape(shape).replace("x", "×")


def _layers(graph: Graph) -> str:
    """The layers in order; those of towers once, between what is before them and after them."""
    towers = _towers(graph)
    parts = []
    for tower, run in groupby(_shown(graph), key=lambda layer: layer.name.partition(".")[0] in towers):
        listed = _runs(list(run))
        parts.append(f"{_word(len(towers))} towers, each with {listed}" if tower else listed)
    return ", then ".join(parts)


def _towers(graph: Graph) -> list[str]:
    return [scope.path for scope in graph.scopes if scope.kind == "tower"]


def _shown(graph: Graph) -> list[Layer]:
    """The main layers; of towers those of the first."""
    others = _towers(graph)[1:]
    main = [layer for layer in graph.layers if layer.op.role in NAMES] or list(graph.layers)
    return [layer for layer in main if layer.name.partition(".")[0] not in others]


def _runs(layers: Sequence[Layer]) -> str:
    """Layers in order, or how many there are of each kind."""
    roles = [layer.op.role if layer.op.role in NAMES else "" for layer in layers]
    runs = [(role, len(list(run))) for role, run in groupby(roles)]
    if len(runs) > MOST:
        runs = list(Counter(roles).items())
    return _listed([f"{_word(count)} {NAMES.get(role, ('layer', 'layers'))[count > 1]}" for role, count in runs])


def _places(graph: Graph) -> Iterator[str]:
    """The devices, and what travels between them."""
    used = [device.name for device in graph.devices if any(graph.on(device.name))]
    if not used:
        return
    yield f"The layers run on {_listed(used)}."
    if graph.transfers:
        size = format_bytes(sum(transfer.bytes_per_sample for transfer in graph.transfers))
        count = len(graph.transfers)
        verb = "transfers carry" if count > 1 else "transfer carries"
        yield f"{_word(count).capitalize()} {verb} {size} per sample between them."


def _shapes(graph: Graph) -> Iterator[str]:
    """What the main layers make, where they are few enough to listen to."""
    shown = _shown(graph)
    if len(shown) <= MOST:
        towers = _towers(graph)
        names = [layer.name.removeprefix(f"{towers[0]}.") if towers else layer.name for layer in shown]
        sizes = [f"{name} {_shape(layer.shape)}" for name, layer in zip(names, shown, strict=True)]
        yield f"Output sizes{' of one tower' * bool(towers)}: {_listed(sizes)}."


def _word(count: int) -> str:
    """A number as it stands in a sentence."""
    return _NUMBERS[count] if count < len(_NUMBERS) else f"{count:,}"


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'s' * (count != 1)}"


def _listed(words: Sequence[str]) -> str:
    """``a, b and c``."""
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)
