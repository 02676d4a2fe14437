"""The links of a chain: what each of them is, before any layer is made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from . import evaluate
from . import syntax as ast
from .calls import needs_single
from .changes import Replacement, edit_note
from .diagnostics import Problem, suggest
from .draft import MOST_LAYERS, Frame, LayerValue, Reported, Unknown, is_layer
from .expressions import known_words, named_callee, parameter_of_base, plain_value, unknown_name, value_of
from .names import names_in
from .op import Op
from .ops import OPS
from .program import Definition
from .replacements import arguments_of, replaced
from .reserved import why_reserved
from .source import Span
from .values import Bytes, Callee, Symbol, format_value, type_name


@dataclass(frozen=True, eq=False)
class Step:
    """One link of a chain: an op, a block or a chain in parentheses, and how often it stands there."""

    tree: ast.Expression
    what: type[Op] | Definition | ast.Group | Unknown | None
    """None where an edit leaves it out."""
    count: int | None = None
    replacements: tuple[Replacement, ...] = ()
    """The edits that brought it here."""
    arguments: tuple[ast.Argument, ...] = ()
    was: type[Op] | Definition | None = None
    """What stands there without these edits: it decides which links of a chain carry its name."""

    @property
    def is_op(self) -> bool:
        return isinstance(self.was or self.what, type)

    @property
    def has_weights(self) -> bool:
        what = self.was or self.what
        return isinstance(what, type) and what.weights is not Op.weights

    @property
    def keyword(self) -> str:
        """The name of a layer whose statement has none; a block's only where a layer may have it."""
        return _keyword(self.what)

    @property
    def former_keyword(self) -> str:
        """What that name is without the edits that brought it here."""
        return _keyword(self.was)

    @property
    def keeps_role(self) -> bool:
        """Whether it is an op in the place of another of its kind, as a normalization in that of another."""
        return isinstance(self.what, type) and isinstance(self.was, type) and self.what.role == self.was.role


def _keyword(what: type[Op] | Definition | ast.Group | Unknown | None) -> str:
    if isinstance(what, type):
        return what.keyword
    if isinstance(what, Unknown):
        return "unknown"
    if not isinstance(what, Definition):
        return "repeat"
    name = what.tree.name.text
    return f"{name.lstrip('_')}_block" if why_reserved(name) else name


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
            return None, links
        if len(links) > 1:
            needs_single(frame, value, first.span)
        return value, links[1:]  # type: ignore[return-value]
    return None, links


def step_of(frame: Frame, link: ast.Expression) -> Step | None:
    """What a link makes, None for nothing; raises Reported when it is no op, block or chain in parentheses."""
    if not isinstance(link, ast.Binary) or link.operator != "*":
        return _called(frame, link, _what(frame, link), None)
    inner = link.left.inner if isinstance(link.left, ast.Group) else link.left
    if isinstance(inner, ast.Chain):
        return Step(inner, link.left, _count(frame, link.right))  # type: ignore[arg-type]
    return _called(frame, inner, _what(frame, inner), _count(frame, link.right))


def _called(
    frame: Frame, inner: ast.Expression, what: type[Op] | Definition | Unknown | None, count: int | None
) -> Step | None:
    """A link with what stands for its op or block after the edits of a variant."""
    if isinstance(what, Unknown):
        return Step(inner, what, count)
    stands, edits = replaced(frame, what)
    if stands is None:
        frame.state.left_out += tuple(edit_note(edit.span) for edit in edits)
        return Step(inner, None, count, edits, (), what) if edits else None
    return Step(inner, stands, count, edits, arguments_of(frame, inner, edits), what)


def _what(frame: Frame, link: ast.Expression) -> type[Op] | Definition | Unknown | None:
    """The op or block that a link calls; None where its value is `none`, so that it is left out."""
    if isinstance(link, ast.Broken):
        raise Reported
    function = link.function if isinstance(link, ast.Call) else link
    if isinstance(function, ast.Name):
        value = _named(frame, function.text, function.span, isinstance(link, ast.Call))
    elif isinstance(function, ast.Index):
        value = value_of(frame, function)
    else:
        raise frame.state.fail(_no_link(frame, link), link.span)
    if value is None:
        check_names(frame, link)
        return None
    if isinstance(value, Unknown):
        return value
    if not isinstance(value, Callee):
        raise frame.state.fail(_no_link(frame, function), function.span)
    return value.what  # type: ignore[return-value]


def check_names(frame: Frame, link: ast.Expression) -> None:
    """Reports unknown names in the arguments of a link that makes nothing."""
    if not isinstance(link, ast.Call):
        return
    words = [word for word in names_in(link.arguments) if not frame.knows(word.text) and word.text not in known_words()]
    unknown = [
        word for word in words
        if isinstance(evaluate.constant(word.text), Symbol) and not named_callee(frame.module, word.text)
    ]  # fmt: skip
    for word in unknown:
        frame.state.fail(unknown_name(frame, word.text), word.span)
    if unknown:
        raise Reported


def _named(frame: Frame, name: str, span: Span, called: bool) -> object:
    """The value of a link that is a name; raises Reported unless it is an op, a block or `none`."""
    if name in OPS:
        return Callee(name, OPS[name])
    if frame.knows(name) and (isinstance(found := frame.find(name), (Callee, Unknown)) or found is None):
        return found
    if name == "none":
        return None
    definition = frame.module.definitions.get(name)
    if definition is not None and definition.missing:
        raise Reported
    if definition is not None and isinstance(definition.tree, ast.Block):
        return Callee(name, definition)
    raise frame.state.fail(_not_callable(frame, name, definition, called), span)


def _not_callable(frame: Frame, name: str, definition: Definition | None, called: bool) -> Problem:
    found = frame.find(name)
    if definition is not None:
        return Problem("E310", f"`{name}` is a net; a chain is made of ops and blocks")
    if is_layer(found):
        hint = f"`{name}` was given a layer: an op or a block is handed over without parentheses, and gets them here"
        return _only_first(name, hint if called and name in frame.values else None)
    if frame.knows(name):
        return _no_layer(found)
    if not called and (frame.defined_later(name) is not None or name in {*frame.state.removed, *frame.state.renamed}):
        return unknown_name(frame, name)
    blocks = [key for key, entry in frame.module.definitions.items() if isinstance(entry.tree, ast.Block)]
    own = "; a block sees its own parameters, not the net's" if frame.state.expanding and not called else ""
    known = [word for word in frame.visible() if not called or _may_be_called(frame.find(word))]
    meant = _of_base(frame, name) or suggest(name, [*OPS, *blocks, *known]) or _of_pytorch(name)
    hint = meant or "`netc explain` lists the ops" + own
    what = "op or block" if called else "op, block or layer"
    return Problem("E202", f"unknown {what} `{name}`", hint=hint)


def _may_be_called(value: object) -> bool:
    return value is None or isinstance(value, (Callee, Unknown))


def _no_link(frame: Frame, link: ast.Expression) -> Problem:
    """The problem of a link that is no name and no call."""
    expected = "an op, a block or a layer's name"
    match link:
        case ast.Binary(operator=operator):
            known = {"+": "`add(a, b)` adds layers", "*": "a repetition is written once, as in `relu * 3`"}
            found = f"a calculation with `{operator}`"
            return Problem("E310", "a layer is expected here", expected=expected, found=found, hint=known.get(operator))
        case ast.Call(function=ast.Attribute(name=name) as function):
            hint = _of_pytorch(name, function.span.text)
            return Problem("E310", "a layer is expected here", expected=expected, hint=hint)
        case ast.Call() | ast.Negative():
            return Problem("E310", "a layer is expected here", expected=expected)
        case _:
            value = value_of(frame, link)
            return _only_first(link.span.text) if is_layer(value) else _no_layer(value)


def _only_first(name: str, hint: str | None = None) -> Problem:
    hint = hint or "a chain can only begin with a layer; `add` and `concat` read several"
    return Problem("E310", f"`{name}` is a layer, not an op", hint=hint)


def _of_base(frame: Frame, name: str) -> str | None:
    """How a variant gets a block of its base's file, or one that its base has for a parameter."""
    files = (base.source.name for base in frame.state.bases if name in base.definitions)
    meant = next((f'`use {name} from "{file}"` brings in that of the base' for file in files), None)
    return meant or parameter_of_base(frame, name)


def _of_pytorch(name: str, written: str = "") -> str | None:
    """The op that PyTorch calls so: `Linear` is `fc`."""
    if name.lower() == "sequential":
        return "`sequential name { ... }` is a statement of its own"
    keywords = {op.torch.rpartition(".")[2].lower(): keyword for keyword, op in reversed(OPS.items())}
    return f"PyTorch's `{written or name}` is `{keywords[name.lower()]}`" if name.lower() in keywords else None


def _no_layer(value: object) -> Problem:
    found = f"{format_value(value)}, {type_name(value)}"
    hint = f"without quotes: {value}" if isinstance(value, str) and value in OPS else None
    hint = "`none` leaves the link out" if value is False else hint
    expected = "an op, a block or a layer's name"
    return Problem("E310", "a layer is expected here", expected=expected, found=found, hint=hint)


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
