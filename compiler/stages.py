"""What `netc check` prints: one line per net, JSON, or a stage of the compilation."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

from . import syntax as ast
from .compile import Compiled, compile_source, parse_source
from .diagnostics import Diagnostic, SpecError
from .graph import Graph
from .source import Source
from .tokens import tokens

STAGES = ("tokens", "ast", "graph")


def summary(result: Compiled) -> str:
    """A net and its totals in one line."""
    graph = result.graph
    assert graph is not None
    held = f", {_plural(result.expectations, 'expectation')} hold{'s' * (result.expectations == 1)}"
    parameters = f"{graph.total('parameters'):,} parameters"
    return f"{graph.net}, {_plural(len(graph.layers), 'layer')}, {parameters}{held * bool(result.expectations)}"


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}{'s' * (count != 1)}"


def checked_json(spec: str, results: list[Compiled]) -> dict[str, Any]:
    """The results of one spec for programs."""
    return {
        "spec": spec,
        "ok": not any(result.diagnostics for result in results),
        "nets": [_net_json(result.graph) for result in results if result.graph is not None],
        "diagnostics": [diagnostic_json(item) for result in results for item in result.diagnostics],
        "warnings": [diagnostic_json(item) for result in results for item in result.warnings],
    }


def _net_json(graph: Graph) -> dict[str, Any]:
    costs = {cost: graph.total(cost) for cost in ("parameters", "connections", "macs")}
    return {"net": graph.net, "layers": len(graph.layers), **costs}


def diagnostic_json(diagnostic: Diagnostic) -> dict[str, Any]:
    """A diagnostic for programs; lines and columns count from 1."""
    span = diagnostic.span
    place = {"file": span.source.name, "line": span.line, "column": span.column} if span else {}
    details = {name: getattr(diagnostic, name) for name in ("code", "message", "expected", "found", "chain", "hint")}
    return {**details, **place, "notes": [note.text for note in diagnostic.notes]}


def emit(source: Source, stage: str, net: str | None = None) -> str:
    """A stage of a text's compilation as text; raises SpecError when the text does not get so far."""
    if stage == "tokens":
        lines = []
        for token in tokens(source):
            line, column = source.position(token.start)
            lines.append(f"{line}:{column} {token.kind} {token.text!r}")
        return "\n".join(lines)
    if stage == "ast":
        tree, errors = parse_source(source)
        if tree is None or errors:
            raise SpecError(errors)
        return json.dumps(tree_json(tree), indent=2)
    result = compile_source(source, net)
    if result.graph is None:
        raise SpecError(result.errors)
    return result.graph.to_json()


def tree_json(tree: object) -> Any:
    """A syntax tree as nested objects, each with its kind and its line."""
    if isinstance(tree, tuple):
        return [tree_json(item) for item in tree]
    if isinstance(tree, ast.Tree):
        parts = {entry.name: tree_json(getattr(tree, entry.name)) for entry in fields(tree) if entry.name != "span"}
        return {"kind": type(tree).__name__, "line": tree.span.line, **parts}
    return tree if tree is None or isinstance(tree, (bool, int, float)) else str(tree)
