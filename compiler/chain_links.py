"""The links of a chain: what each of them is, before any layer is made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from . import syntax as ast
from .calls import needs_single
from .changes import Replacement
from .diagnostics import Problem, suggest
from .draft import MOST_LAYERS, Frame, LayerValue, Reported, Unknown, is_layer
from .expressions import plain_value, unknown_name, value_of
from .op import Op
from .ops import OPS
from .program import Definition
from .replacements import replaced
from .reserved import why_reserved
from .values import Bytes, format_value, type_name


@dataclass(frozen=True, eq=False)
class Step:
    """One link of a chain: an op, a block or a chain in parentheses, and how often it stands there."""

    tree: ast.Expression
    what: type[Op] | Definition | ast.Group | None
    count: int | None = None
    replacements: tuple[Replacement, ...] = ()
    """The edits that brought it here."""

    @property
    def is_op(self) -> bool:
        return isinstance(self.what, type)

    @property
    def has_weights(self) -> bool:
        return isinstance(self.what, type) and self.what.weights is not Op.weights

    @property
    def keyword(self) -> str:
        """The name of a layer whose statement has none; a block's only where a layer may have it."""
        if isinstance(self.what, type):
            return self.what.keyword
        if not isinstance(self.what, Definition):
            return "repeat"
        name = self.what.tree.name.text
        return f"{name.lstrip('_')}_block" if why_reserved(name) else name

    @property
    def arguments(self) -> tuple[ast.Argument, ...]:
        brought = [entry.arguments for entry in self.replacements if entry.arguments is not None]
        return brought[-1] if brought else self.tree.arguments if isinstance(self.tree, ast.Call) else ()


def links_of(tree: ast.Expression) -> Iterator[ast.Expression]:
    """The links of a chain, with parentheses that change nothing taken away."""
    if isinstance(tree, ast.Chain):
        for link in tree.links:
            yield from links_of(link)
    elif isinstance(tree, ast.Group):
        yield from links_of(tree.inner)
    else:
        yield tree


def start_of(frame: Frame, links: list[ast.Expression]) -> tuple[LayerValue | None, list[ast.Expression]]:
    """The layer that the first link refers to, if it does, and the other links."""
    first = links[0]
    if isinstance(first, (ast.Index, ast.Attribute)) or (
        isinstance(first, ast.Name) and is_layer(frame.find(first.text))
    ):
        value = value_of(frame, first)
        if not is_layer(value):
            raise frame.state.fail(_no_layer(value), first.span)
        if len(links) > 1:
            needs_single(frame, value, first.span)
        return value, links[1:]  # type: ignore[return-value]
    return None, links


def step_of(frame: Frame, link: ast.Expression) -> Step:
    """What a link makes; raises Reported when it is no op, block or chain in parentheses."""
    if isinstance(link, ast.Binary) and link.operator == "*":
        inner = link.left.inner if isinstance(link.left, ast.Group) else link.left
        group = isinstance(inner, ast.Chain)
        what, edits = (link.left, ()) if group else replaced(frame, _what(frame, inner))
        return Step(inner, what, _count(frame, link.right), edits)  # type: ignore[arg-type]
    what, edits = replaced(frame, _what(frame, link))
    return Step(link, what, None, edits)


def _what(frame: Frame, link: ast.Expression) -> type[Op] | Definition:
    """The op or block that a link calls."""
    if isinstance(link, ast.Broken):
        raise Reported
    function = link.function if isinstance(link, ast.Call) else link
    if not isinstance(function, ast.Name):
        raise frame.state.fail(_no_link(frame, link), link.span)
    name = function.text
    if name in OPS:
        return OPS[name]
    definition = frame.module.definitions.get(name)
    if (definition is not None and definition.missing) or isinstance(frame.find(name), Unknown):
        raise Reported
    if definition is not None and isinstance(definition.tree, ast.Block):
        return definition
    raise frame.state.fail(_not_callable(frame, name, definition, isinstance(link, ast.Call)), function.span)


def _not_callable(frame: Frame, name: str, definition: Definition | None, called: bool) -> Problem:
    found = frame.find(name)
    if definition is not None:
        return Problem("E310", f"`{name}` is a net; a chain is made of ops and blocks")
    if is_layer(found):
        return _only_first(name)
    if frame.knows(name):
        return _no_layer(found)
    if not called and (frame.defined_later(name) is not None or name in frame.state.removed):
        return unknown_name(frame, name)
    blocks = [key for key, entry in frame.module.definitions.items() if isinstance(entry.tree, ast.Block)]
    layers = [] if called else frame.visible()
    hint = suggest(name, [*OPS, *blocks, *layers]) or _of_pytorch(name) or "`netc explain` lists the ops"
    what = "op or block" if called else "op, block or layer"
    return Problem("E202", f"unknown {what} `{name}`", hint=hint)


def _no_link(frame: Frame, link: ast.Expression) -> Problem:
    """The problem of a link that is no name and no call."""
    expected = "an op, a block or a layer's name"
    match link:
        case ast.Binary(operator=operator):
            known = {"+": "`add(a, b)` adds layers", "*": "a repetition is written once, as in `relu * 3`"}
            found = f"a calculation with `{operator}`"
            return Problem("E310", "a layer is expected here", expected=expected, found=found, hint=known.get(operator))
        case ast.Call() | ast.Negative():
            return Problem("E310", "a layer is expected here", expected=expected)
        case _:
            value = value_of(frame, link)
            return _only_first(link.span.text) if is_layer(value) else _no_layer(value)


def _only_first(name: str) -> Problem:
    hint = "a chain can only begin with a layer; `add` and `concat` read several"
    return Problem("E310", f"`{name}` is a layer, not an op", hint=hint)


def _of_pytorch(name: str) -> str | None:
    """The op that PyTorch calls so: `Linear` is `fc`."""
    keywords = {op.torch.rpartition(".")[2].lower(): keyword for keyword, op in reversed(OPS.items())}
    return f"PyTorch's `{name}` is `{keywords[name.lower()]}`" if name.lower() in keywords else None


def _no_layer(value: object) -> Problem:
    found = None if value is None else f"{format_value(value)}, {type_name(value)}"
    return Problem("E310", "a layer is expected here", expected="an op, a block or a layer's name", found=found)


def _count(frame: Frame, tree: ast.Expression) -> int:
    count = plain_value(frame, tree)
    if not isinstance(count, int) or isinstance(count, (bool, Bytes)) or count < 1:
        found = f"{format_value(count)}, {type_name(count)}"
        problem = Problem("E302", "a repetition needs a whole number, 1 or more", found=found)
        raise frame.state.fail(problem, tree.span)
    if count > MOST_LAYERS:
        expected = f"at most {MOST_LAYERS:_} layers"
        raise frame.state.fail(Problem("E607", "the repetition is too long", expected=expected), tree.span)
    return count
