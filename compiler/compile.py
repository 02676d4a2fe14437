"""The compiler as a list of passes, and the ways into it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from os.path import exists
from pathlib import Path

from . import evaluate
from .assemble import assemble, check_unused
from .diagnostics import Diagnostic, Note, Problem, Report, SpecError, suggest
from .draft import Reported
from .elaborate import constant_value, elaborate
from .expect import check_expectations
from .expressions import known_words, named_callee
from .graph import Graph
from .lints import lints
from .ops import OPS
from .parse import parse
from .place import place
from .program import Definition, Loader, Module, read_source, zoo_path
from .rehearse import rehearse
from .shapes import infer_shapes
from .source import Source, Span
from .static import check_definitions
from .syntax import Block, Expression, File, ListOf, Name, Net, Variant
from .values import Size, Symbol
from .widths import scale_widths

_A_NET = "net Name { input image: 3x224x224 ... }"


@dataclass(frozen=True)
class Compiled:
    """A net, compiled: its graph unless there are mistakes, and what is wrong.

    A claim that does not hold leaves the graph standing: it is in ``claims``,
    and ``errors`` is empty.
    """

    net: str
    graph: Graph | None
    errors: tuple[Diagnostic, ...]
    claims: tuple[Diagnostic, ...] = ()
    expectations: int = 0
    warnings: tuple[Diagnostic, ...] = ()
    """What is right, but could be better."""

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        return self.errors + self.claims


def compile_net(
    definition: Definition, given: Mapping[str, object] | None = None, found: Report | None = None
) -> Compiled:
    """One net through all passes. With parameters given, expectations of the spec's own are not checked.

    ``found`` is what is wrong with the text already; then there is no graph.
    """
    report, claims = (found or Report()).branch(), Report()
    name = definition.tree.name.text
    drafted = elaborate(definition, given or {}, report)
    if drafted is None:
        return Compiled(name, None, tuple(report))
    state, net = drafted
    known = len(report.diagnostics)
    scale_widths(state, report)
    check_unused(state, report)
    infer_shapes(state.drafts, report)
    place(state, report)
    try:
        graph = assemble(state, net)
    except SpecError:
        return Compiled(name, None, (*report.diagnostics[:known], *_of_variant(report.diagnostics[known:], definition)))
    if not given:
        check_expectations(graph, state, claims)
    return Compiled(name, graph, (), tuple(claims), 0 if given else len(state.expects), lints(graph, state))


def _of_variant(errors: Iterable[Diagnostic], definition: Definition) -> Iterator[Diagnostic]:
    """Mistakes that show in a variant's base with the variant, where nothing else tells why they are there."""
    tree = definition.tree
    for error in errors:
        span = error.span
        if isinstance(tree, Variant) and not error.notes and span is not None and _is_above(span, tree.span):
            note = Note(f"in net `{tree.name.text}`, which is made from `{tree.base.text}`", tree.span)
            error = replace(error, notes=(note,))
        yield error


def _is_above(span: Span, other: Span) -> bool:
    return span.source is not other.source or span.start < other.start


def open_spec(spec: str, name: str | None = None) -> tuple[Source, str | None]:
    """The text behind ``file.net``, ``file.net:Net``, ``zoo:lenet5`` or ``zoo:alexnet:Net``, and the net's name.

    Raises Problem E801 when there is no such file.
    """
    head, colon, tail = spec.rpartition(":")
    if colon and head != "zoo" and not exists(spec):
        spec, name = head, name or tail
    path = zoo_path(spec)
    return read_source(path or Path(spec), spec), name


def load_module(source: Source, report: Report) -> Module | None:
    """The definitions of a text and of the files that it uses; mistakes are in the report."""
    module = Loader(report).load(source)
    if module is not None:
        check_definitions(module, report)
    return module


def pick(module: Module, name: str | None) -> Definition:
    """The net of this name, or the last one. Raises Problem E206 or E605 when there is none."""
    nets = {definition.tree.name.text: definition for definition in module.nets}
    if name is None:
        if not nets:
            raise Problem("E605", f"{module.source.name} defines no net", hint=_A_NET)
        return module.nets[-1]
    if name not in nets:
        hint = suggest(name, nets) or (f"it has {', '.join(nets)}" if nets else None)
        raise Problem("E206", f"{module.source.name} has no net `{name}`", hint=hint)
    return nets[name]


def compile_source(source: Source, name: str | None = None, given: Mapping[str, object] | None = None) -> Compiled:
    """The net of this name in a text, or its last one, with every mistake of the text."""
    report = Report()
    module = load_module(source, report)
    if module is None:
        return Compiled(name or "", None, tuple(report))
    try:
        definition = pick(module, name)
        given = check_given(definition, given or {})
    except Problem as problem:
        return Compiled(name or "", None, tuple(report) or (problem.diagnostic,))
    result = compile_net(definition, given, report)
    return replace(result, errors=_without_echoes(result.errors, result.errors))


def _without_echoes(errors: tuple[Diagnostic, ...], heard: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Without parameters that nothing reads because the name that should read them is misspelt."""
    meant = {error.hint for error in heard if error.code == "E201"}
    return tuple(
        error for error in errors
        if error.code != "E606" or error.span is None or f"did you mean `{error.span.text}`?" not in meant
    )  # fmt: skip


def check_given(definition: Definition, given: Mapping[str, object]) -> dict[str, object]:
    """The parameters, with names of ops and blocks as values.

    Raises Problem E301 for a parameter that the net does not have, E202 for
    an op or block that there is not.
    """
    defaults = {parameter.name.text: parameter.default for parameter in definition.tree.parameters}
    for name in given:
        if name not in defaults:
            hint = suggest(name, defaults) or (f"it has {', '.join(defaults)}" if defaults else "it has none")
            raise Problem("E301", f"net `{definition.tree.name.text}` has no parameter `{name}`", hint=hint)
    return {name: _as_callee(definition.module, defaults[name], value) for name, value in given.items()}


def _as_callee(module: Module, default: Expression | None, value: object) -> object:
    """A text as the op or block of this name, where the parameter is one by default or the text is a bare name.

    Where the default is `none` or of another kind, a string that names none remains a string.
    """
    if isinstance(value, tuple) and not isinstance(value, Size):
        items = default.items if isinstance(default, ListOf) and default.items else (default,)
        return tuple(_as_callee(module, items[min(i, len(items) - 1)], item) for i, item in enumerate(value))
    if not isinstance(value, str):
        return value
    word = default.text if isinstance(default, Name) else ""
    is_callee = bool(word) and named_callee(module, word) is not None
    if is_callee or word == "none" or isinstance(value, Symbol):
        callee = named_callee(module, value)
        if callee is not None:
            return callee
    if is_callee or (isinstance(value, Symbol) and value not in known_words()):
        blocks = [name for name, entry in module.definitions.items() if isinstance(entry.tree, Block)]
        raise Problem("E202", f"unknown op or block `{value}`", hint=suggest(value, [*OPS, *blocks]))
    return value


def check_source(source: Source) -> list[Compiled]:
    """Every net of a text, compiled; a mistake that several nets share is in the first of them only.

    Mistakes outside all nets come first, under an empty name.
    """
    report = Report()
    module = load_module(source, report)
    if module and not module.definitions and not report:
        report.error("E605", f"{source.name} defines no net", Span(source, 0, 0), hint=_A_NET)
    results = []
    seen = report.branch()
    for definition in module.nets if module else ():
        result = compile_net(definition, None, report)
        known = len(seen.diagnostics)
        for error in result.errors:
            seen.add(error)
        results.append(replace(result, errors=tuple(seen.diagnostics[known:])))
    known = len(seen.diagnostics)
    for definition in module.blocks if module else ():
        rehearse(definition, seen)
    outside = _without_echoes((*report, *seen.diagnostics[known:]), seen)
    return [Compiled("", None, outside), *results] if outside else results


def load(spec: str | Path, net: str | None = None, **parameters: object) -> Graph:
    """The checked graph of a spec.

    ``spec`` is a path (``alexnet.net``, ``alexnet.net:Merged``), a shipped
    spec (``zoo:lenet5``) or the text itself; ``parameters`` are the net's,
    as numbers, strings, booleans, None and lists of them; an op or a block
    by its name.
    Raises SpecError with all diagnostics when the spec has mistakes, an
    expectation that does not hold among them.
    """
    text = str(spec)
    try:
        given = {name: evaluate.given(value) for name, value in parameters.items()}
        if isinstance(spec, str) and ("{" in text or "\n" in text):
            source = Source("<text>", text)
        else:
            source, net = open_spec(text, net)
    except Problem as problem:
        raise SpecError([problem.diagnostic]) from None
    result = compile_source(source, net, given)
    if result.graph is None or result.claims:
        raise SpecError(result.diagnostics)
    return result.graph


def parse_source(source: Source) -> tuple[File | None, tuple[Diagnostic, ...]]:
    """The syntax tree of a text and its syntax errors."""
    report = Report()
    return parse(source, report), tuple(report)


def parse_value(setting: str) -> tuple[str, object]:
    """``classes=10`` as a name and a value of the language. Raises Problem E301 when it is neither.

    A bare name may be an op's or a block's; ``check_given`` knows which there are.
    """
    name, equals, value = setting.partition("=")
    report = Report()
    tree = parse(Source("--set", f"net N({name.strip()} = {value.strip()}) {{ }}"), report)
    net = tree.items[0] if tree and len(tree.items) == 1 else None
    parameters = net.parameters if isinstance(net, Net) else ()
    if report or not equals or len(parameters) != 1 or parameters[0].default is None:
        raise Problem("E301", f"`{setting}` sets no parameter", expected="NAME=VALUE, as in classes=10")
    try:
        return parameters[0].name.text, _set_value(parameters[0].default, report)
    except Reported:
        raise Problem("E301", f"`{setting}`: {next(iter(report)).message}") from None


def _set_value(tree: Expression, report: Report) -> object:
    if isinstance(tree, ListOf):
        return tuple(_set_value(item, report) for item in tree.items)
    return evaluate.constant(tree.text) if isinstance(tree, Name) else constant_value(tree, report)
