"""The checked graph as one standalone PyTorch file, as if written by hand. Imports no torch."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import PurePath

from ...compiler.graph import Graph, Layer
from ...compiler.values import format_shape, format_value
from .classes import Classes, net_class_name
from .constructors import Constructor
from .extras import NONE, Extras
from .forms import Forms
from .imports import PLAIN, imports
from .layout import WIDTH, bracket, lay_out
from .methods import Method
from .parts import Tree
from .starts import reset_parameters, starts_of
from .text import Text
from .uses import Class
from .words import Comments


def source(graph: Graph, extras: Extras = NONE) -> str:
    """The text of a file that needs torch alone: a class for the net, one per block, and what they use."""
    text = _text(graph, extras)
    classes = ["\n".join(_class(text, made, extras)) for made in text.classes.all]
    program = list(extras.program(text))
    code = [*_needed("\n".join([*classes, *program])), *classes, *program]
    constants = "".join(f"\n{definition}\n" for definition in (*text.constants.definitions(), *extras.constants))
    body = constants + "".join(f"\n\n{block}\n" for block in code)
    imported = imports(body, {**PLAIN, **extras.imports})
    return f"{_docstring(graph, text.classes.net_name, extras)}\n\n{imported}{body}"


def class_name(graph: Graph, extras: Extras = NONE) -> str:
    """The name of the net's class in the written file: the net's own, unless the file needs it for something else."""
    return net_class_name(graph.net, _reserved(graph, extras))


def _text(graph: Graph, extras: Extras) -> Text:
    forms = Forms(Tree(graph))
    return Text(forms, Classes(forms, _reserved(graph, extras)), Comments(graph))


def _reserved(graph: Graph, extras: Extras) -> frozenset[str]:
    """Names that no class of the net may have; devices are arguments of its constructor, which makes the others."""
    devices = (device.name for device in graph.devices)
    return frozenset((*_helpers(), *PLAIN, *devices, *extras.reserved, *extras.imports))


# Classes


def _class(text: Text, made: Class, extras: Extras) -> Iterator[str]:
    graph = text.forms.tree.graph
    is_net = made.first.scope is None
    yield f"class {made.name}({'Placed' if is_net and graph.devices else 'nn.Module'}):"
    yield from _quoted([_purpose(graph, made)], "    ")
    yield ""
    yield from Constructor(text, made).lines()
    starts = starts_of(text.forms.tree) if is_net else []
    if is_net:
        yield from extras.prepare
    if starts:
        yield from ("        self.reset_parameters()", "", *reset_parameters(text.forms.tree, starts))
    for index in range(len(made.first.segments)):
        yield from ("", *Method(text, made, index).lines())
    if is_net and ends_in_rbf(graph):
        yield from ("", *_classify([entry.name for entry in graph.inputs]), "", *_LOSS)
    if is_net:
        yield from extras.methods


def _classify(inputs: list[str]) -> Iterator[str]:
    arguments = ["self", *(f"{name}: Tensor" for name in inputs)]
    yield from lay_out(1, "def ", bracket("classify", arguments), " -> Tensor:")
    yield '        """The class of every sample: the one whose code is nearest."""'
    yield from lay_out(2, "distances: Tensor = ", bracket("self", inputs))
    yield "        return distances.argmin(dim=1)"


_LOSS = (
    "    def loss(self, distances: Tensor, target: Tensor) -> Tensor:",
    '        """What training makes small, for the output and the right classes."""',
    "        return rbf_map_loss(distances, target)",
)


def _purpose(graph: Graph, made: Class) -> str:
    """The first line of a class's docstring."""
    scope = made.first.scope
    if scope is None:
        return f"{_title(graph)}."
    if scope.kind == "tower":
        return f"Tower on {' or '.join(use.path for use in made.uses)} (line {scope.line})."
    if scope.kind == "block":
        return f"Block {scope.definition} of the spec."
    layers = (child.op.keyword if isinstance(child, Layer) else name for name, child in made.first.children.items())
    return f"Chain {' -> '.join(layers)} of the spec."


def ends_in_rbf(graph: Graph) -> bool:
    """Whether the output is distances to the codes of classes, so that the least is the class."""
    last = [graph.by_name[name] for name in graph.outputs.values()]
    return len(last) == 1 and isinstance(last[0], Layer) and last[0].op.keyword == "rbf"


# What the file needs beside its classes


@cache
def _helpers() -> dict[str, tuple[str, frozenset[str]]]:
    """The text of every helper, and the names in it."""
    text = (files(__package__) / "helpers.py").read_text(encoding="utf-8")
    lines = text.splitlines()
    found = {}
    for node in ast.parse(text).body:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
            names = frozenset(item.id for item in ast.walk(node) if isinstance(item, ast.Name))
            found[node.name] = "\n".join(lines[node.lineno - 1 : node.end_lineno]), names
    return found


def _needed(code: str) -> list[str]:
    """The helpers that a text calls or extends, and those that they name; a layer may be called like one."""
    helpers, called = _helpers(), set(re.findall(r"(?<![\w.])(\w+)(?=\(|\):$)", code, re.MULTILINE))
    wanted = [name for name in helpers if name in called]
    for name in wanted:
        wanted += [other for other in helpers if other in helpers[name][1] and other not in wanted]
    return [helpers[name][0] for name in helpers if name in wanted]


# The docstring of the file


def _docstring(graph: Graph, name: str, extras: Extras) -> str:
    about = graph.about
    paper = ". ".join(part for part in (about.authors, about.paper) if part)
    paragraphs = [
        [f"{_title(graph)}."],
        [text for text in (paper, about.url, about.note) if text],
        [_origin(graph), _totals(graph)],
        list(extras.remarks),
        list(extras.usage) or _usage(graph, name, extras),
        [f"Written by netc {version('netc')}."],
    ]
    lines = [line for paragraph in paragraphs if paragraph for line in ("", *paragraph)]
    return "\n".join(_quoted(lines[1:], ""))


def _title(graph: Graph) -> str:
    title = graph.about.title or graph.net
    return f"{title} ({graph.about.year})" if graph.about.year else title


def _origin(graph: Graph) -> str:
    arguments = ", ".join(f"{name} = {format_value(value)}" for name, value in graph.parameters.items())
    file = graph.file if not PurePath(graph.file).is_absolute() else PurePath(graph.file).name
    return f"Source: {file}, net {graph.net}" + (f"({arguments})" if arguments else "")


def _totals(graph: Graph) -> str:
    counts = (graph.total("parameters"), graph.total("connections"), graph.total("macs"))
    return "{:,} parameters, {:,} connections, {:,} multiply-adds per sample.".format(*counts)


def _usage(graph: Graph, name: str, extras: Extras) -> list[str]:
    """How the class is called, as an example."""
    devices = (f'{device.name}="cuda:{index}"' for index, device in enumerate(graph.devices))
    made = f"    model = {name}{extras.maker}({', '.join([*extras.given, *devices])})"
    inputs = ", ".join(f"torch.randn(8, {', '.join(map(str, entry.shape))})" for entry in graph.inputs)
    shapes = {output: format_shape((8, *graph.by_name[node].shape)) for output, node in graph.outputs.items()}
    single = f"    output = model({inputs})  # {next(iter(shapes.values()))}"
    if len(shapes) == 1:
        return [made, single]
    when = dict.fromkeys(graph.auxiliary, ", in training only")
    results = [f'    outputs["{output}"]  # {shape}{when.get(output, "")}' for output, shape in shapes.items()]
    evaluated = ["    model.eval()", single] if len(graph.main_outputs) == 1 else []
    return [made, f"    outputs = model({inputs})", *results, *evaluated]


def _quoted(lines: Iterable[str], indent: str) -> Iterator[str]:
    """A docstring of these lines; long ones are wrapped, and nothing in them can end it."""
    safe = [_harmless(line) for line in lines]
    wrapped = [part for line in safe for part in ([line] if line.startswith(" ") else _wrapped(line, indent))]
    if len(wrapped) == 1 and len(indent + wrapped[0]) + 6 <= WIDTH:
        return iter([f'{indent}"""{wrapped[0]}"""'])
    first, *rest = wrapped
    return iter([f'{indent}"""{first}', *(f"{indent}{line}".rstrip() for line in rest), f'{indent}"""'])


def _wrapped(line: str, indent: str) -> list[str]:
    return textwrap.wrap(line, WIDTH - len(indent) - 3, break_long_words=False, break_on_hyphens=False) or [""]


def _harmless(line: str) -> str:
    """A line of text without anything that has a meaning inside quotes."""
    space = line[: len(line) - len(line.lstrip(" "))]
    words = "".join(char if char.isprintable() else " " for char in line).strip()
    return space + words.replace("\\", "/").replace('"""', "'''").rstrip('"')
