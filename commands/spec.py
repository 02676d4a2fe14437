"""Specs as commands take them: a file, one net of it, a shipped spec, or standard input."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NoReturn, TypeVar

import click

from ..compiler import (
    Graph,
    Problem,
    Report,
    Source,
    Span,
    check_given,
    compile_net,
    decode,
    load_module,
    open_spec,
    parse_value,
    pick,
    render,
)
from .console import fail, note

F = TypeVar("F", bound=Callable[..., Any])


def read(spec: str, net: str | None = None) -> tuple[Source, str | None]:
    """The text of a spec, and the net asked for; ends when it cannot be read."""
    try:
        if spec == "-":
            if sys.stdin is None:
                raise Problem("E801", "cannot read standard input: it is closed")
            return decode(sys.stdin.buffer.read(), "<stdin>"), net
        return open_spec(spec, net)
    except Problem as problem:
        fail([problem.diagnostic], 2)


def graph_of(spec: str, net: str | None, settings: tuple[str, ...]) -> Graph:
    """The checked graph of a spec; ends with its diagnostics when it has none."""
    source, name = read(spec, net)
    report = Report()
    module = load_module(source, report)
    if module is None:
        fail(report, 1)
    try:
        given = _given(settings)
        if report and not module.nets:
            fail(report, 1)
        definition = pick(module, name)
        given = check_given(definition, given)
    except Problem as problem:
        fail([problem.diagnostic], 1 if problem.diagnostic.code == "E605" else 2)
    if name is None and len(module.nets) > 1:
        others = ", ".join(entry.tree.name.text for entry in module.nets[:-1])
        note(f"{spec} also defines {others}; this is {definition.tree.name.text}, the last ({spec}:Name picks another)")
    result = compile_net(definition, given, report)
    if result.graph is None:
        fail(result.errors, 1)
    for claim in result.claims:
        click.echo(render(claim, "warning"), err=True)
    return result.graph


def refuse(problem: Problem, graph: Graph) -> NoReturn:
    """Ends with the message, at the line of the layer or the input that is the problem's argument, if it is one."""
    node = graph.by_name.get(str(problem.argument))
    if node:
        with suppress(Problem):  # standard input cannot be read again
            source, _ = open_spec(getattr(node, "file", graph.file))
            fail([problem.at(_line(source, node.line))], 2)
    fail([problem.diagnostic], 2)


def _line(source: Source, number: int) -> Span:
    """The text of a line, without what stands around it."""
    text, start = source.line_text(number), source.line_starts[number - 1]
    indent = len(text) - len(text.lstrip())
    return Span(source, start + indent, start + len(text.rstrip()))


def _given(settings: tuple[str, ...]) -> dict[str, object]:
    """The parameters that `--set` gives. Raises Problem E305 for one that is given twice."""
    given: dict[str, object] = {}
    for setting in settings:
        name, value = parse_value(setting)
        if name in given:
            raise Problem("E305", f"`--set` gives the parameter `{name}` twice", hint="leave one of them out")
        given[name] = value
    return given


def net_options(command: F) -> F:
    """Which net of a file, and its parameters."""
    for decorate in (
        click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="Set a parameter of the net."),
        click.option("--net", metavar="NAME", help="The net, where the file has several; the last one otherwise."),
    ):
        command = decorate(command)
    return command


def spec_options(command: F) -> F:
    """What every command takes that reads one net."""
    return click.argument("spec")(net_options(command))
