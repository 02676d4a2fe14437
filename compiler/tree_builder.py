"""From grammar rules to syntax trees: one method per rule of ``grammar.lark``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from lark import Token, Transformer, v_args

from . import syntax as ast
from .diagnostics import Diagnostic
from .source import Source, Span
from .values import BYTE_UNITS, LARGEST, Bytes, Size

DEEPEST = 100
"""Nesting of expressions that the compiler accepts; papers need three or four."""

LONGEST_NAME = 200
"""Characters of a name; the longest of torchvision's state_dicts has 60, dots included."""

ESCAPES = {'"': '"', "\\": "\\", "n": "\n", "t": "\t"}


class Mistake(Exception):  # noqa: N818 - carries a Diagnostic to the parser; users never see it
    """Text that the grammar allows and the language does not."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


Child = Any  # a lark Token or a syntax tree; lark calls these methods, so types cannot say more


def _trees(children: Iterable[Child]) -> tuple[Any, ...]:
    """The children that are trees, without the punctuation."""
    return tuple(child for child in children if not isinstance(child, Token))


@v_args(inline=True)
class TreeBuilder(Transformer[Token, ast.File]):
    """Lark calls a method here for every rule that it reduces."""

    def __init__(self) -> None:
        super().__init__()
        self.source = Source("", "")
        self._depths: dict[int, int] = {}

    def begin(self, source: Source) -> None:
        """Makes ready for one text."""
        self.source = source
        self._depths = {}

    def _span(self, *children: Child) -> Span:
        first, last = children[0], children[-1]
        start: int = first.start_pos if isinstance(first, Token) else first.span.start  # type: ignore[assignment]
        end: int = last.end_pos if isinstance(last, Token) else last.span.end  # type: ignore[assignment]
        return Span(self.source, start, end)

    def _mistake(self, code: str, message: str, span: Span, **details: Any) -> Mistake:
        return Mistake(Diagnostic(code, message, span, **details))

    def _nested(self, tree: Any, *parts: Any) -> Any:
        """The tree, unless it is nested too deeply to be walked safely."""
        depth = 1 + max((self._depths.get(id(part), 0) for part in parts), default=0)
        if depth > DEEPEST:
            hint = "split the expression in several statements"
            raise self._mistake("E107", f"an expression nested more than {DEEPEST} deep", tree.span, hint=hint)
        self._depths[id(tree)] = depth
        return tree

    # ---- expressions

    def name(self, token: Token) -> ast.Name:
        if len(token) > LONGEST_NAME:
            expected = f"at most {LONGEST_NAME} characters"
            raise self._mistake("E107", "this name is too long", self._span(token), expected=expected)
        return ast.Name(self._span(token), str(token))

    def reference(self, name: ast.Name) -> ast.Name:
        return name

    def integer(self, token: Token) -> ast.Literal:
        span = self._span(token)
        digits = token.replace("_", "").lstrip("0")
        if len(digits) > 19 or int(digits or "0") > LARGEST:
            raise self._mistake("E105", "this number is too large", span, expected=f"at most {LARGEST:_}")
        return ast.Literal(span, int(digits or "0"))

    def real(self, token: Token) -> ast.Literal:
        value = float(token.replace("_", ""))
        if value > 1e300:
            raise self._mistake("E105", "this number is too large", self._span(token), expected="at most 1e300")
        return ast.Literal(self._span(token), value)

    def size(self, token: Token) -> ast.Literal:
        span = self._span(token)
        parts = token.split("x")
        if len(parts) > 8 or any(len(part) > 18 for part in parts):
            raise self._mistake("E105", "this size is too large", span, expected="at most 8 axes of 18 digits each")
        return ast.Literal(span, Size(int(part) for part in parts))

    def amount(self, token: Token) -> ast.Literal:
        number, unit = re.fullmatch(r"([\d.]+)(\w+)", token).groups()  # type: ignore[union-attr]
        if len(number) > 12:
            raise self._mistake("E105", "this amount is too large", self._span(token))
        return ast.Literal(self._span(token), Bytes(round(float(number) * BYTE_UNITS[unit])))

    def string(self, token: Token) -> ast.Literal:
        return ast.Literal(self._span(token), self._unescape(token))

    def text(self, token: Token) -> ast.Literal:
        return ast.Literal(self._span(token), str(token[3:-3]))

    def _unescape(self, token: Token) -> str:
        def replace(match: re.Match[str]) -> str:
            if match[1] not in ESCAPES:
                start = token.start_pos + 1 + match.start()  # type: ignore[operator]
                span = Span(self.source, start, start + 2)
                known = ", ".join("\\" + name for name in ESCAPES)
                raise self._mistake("E104", f"unknown escape \\{match[1]}", span, expected=f"one of {known}")
            return ESCAPES[match[1]]

        return re.sub(r"\\(.)", replace, token[1:-1])

    def list(self, *children: Child) -> Any:
        items = _trees(children)
        return self._nested(ast.ListOf(self._span(*children), items), *items)

    def group(self, *children: Child) -> Any:
        return self._nested(ast.Group(self._span(*children), children[1]), children[1])

    def broken(self, token: Token) -> ast.Broken:
        return ast.Broken(self._span(token))

    def links(self, *children: Child) -> Any:
        links = _trees(children)
        return self._nested(ast.Chain(self._span(*children), links), *links)

    def _binary(self, left: Child, operator: Token, right: Child) -> Any:
        return self._nested(ast.Binary(self._span(left, right), str(operator), left, right), left, right)

    binary_sum = binary_product = _binary

    def negative(self, minus: Token, operand: Child) -> Any:
        return self._nested(ast.Negative(self._span(minus, operand), operand), operand)

    def arguments(self, *children: Child) -> tuple[tuple[ast.Argument, ...], Span]:
        return _trees(children), self._span(*children)

    def argument(self, *children: Child) -> Any:
        name = children[0].text if len(children) > 1 else None
        return self._nested(ast.Argument(self._span(*children), name, children[-1]), children[-1])

    def call(self, function: Child, arguments: tuple[tuple[ast.Argument, ...], Span]) -> Any:
        span = Span(self.source, function.span.start, arguments[1].end)
        return self._nested(ast.Call(span, function, arguments[0]), function, *arguments[0])

    def index(self, base: Child, bracket: Token, index: Child, close: Token) -> Any:
        return self._nested(ast.Index(self._span(base, close), base, index), base, index)

    def attribute(self, base: Child, dot: Token, name: Child) -> Any:
        text = name.text if isinstance(name, ast.Name) else str(name)
        return self._nested(ast.Attribute(self._span(base, name), base, text), base)

    # ---- statements

    def placement(self, keyword: Token, device: ast.Name) -> ast.Name:
        return device

    def alias(self, keyword: Token, text: Token) -> ast.Literal:
        return self.string(text)

    def assign(self, name: ast.Name, *rest: Child) -> ast.Layers:
        alias = rest[0] if isinstance(rest[0], ast.Literal) else None
        value, *device = _trees(rest[1:])
        return ast.Layers(self._span(name, rest[-1]), name, value, device[0] if device else None, alias)

    def bare(self, value: Child, device: ast.Name | None = None) -> ast.Layers:
        return ast.Layers(self._span(value, device or value), None, value, device)

    def fact(self, name: ast.Name, equals: Token, value: Child) -> tuple[ast.Name, Child]:
        return name, value

    setting = fact

    def idea(self, keyword: Token, text: Token, flag: Token | None = None) -> ast.Idea:
        name = ast.Name(self._span(flag), str(flag)) if flag else None
        return ast.Idea(self._span(keyword, flag or text), self._unescape(text), name)

    def about(self, *children: Child) -> ast.About:
        entries = _trees(children)
        facts = tuple(entry for entry in entries if isinstance(entry, tuple))
        ideas = tuple(entry for entry in entries if isinstance(entry, ast.Idea))
        return ast.About(self._span(*children), facts, ideas)

    def feed(self, name: ast.Name, colon: Token, shape: Child) -> ast.Feed:
        return ast.Feed(self._span(name, shape), name, shape)

    def input(self, *children: Child) -> ast.Input:
        return ast.Input(self._span(*children), _trees(children))

    def output(self, *children: Child) -> ast.Output:
        name, value, *device = _trees(children)
        auxiliary = len(children[0]) == len("auxiliary")
        return ast.Output(self._span(*children), name, value, device[0] if device else None, auxiliary)

    def machine(self, name: ast.Name, arguments: Child = ((), None)) -> tuple[ast.Name, tuple[ast.Argument, ...]]:
        return name, arguments[0]

    def device(self, keyword: Token, *children: Child) -> ast.Device:
        devices = _trees(children)
        return ast.Device(self._span(keyword, devices[-1][0]), devices)

    def init(self, keyword: Token, *children: Child) -> ast.Init:
        parts = _trees(children)
        targets = tuple(part for part in parts if isinstance(part, ast.Name))
        settings = tuple(part for part in parts if isinstance(part, tuple))
        return ast.Init(self._span(keyword, settings[-1][1]), targets, settings)

    def expect(self, keyword: Token, left: Child, comparison: Token, right: Child) -> ast.Expect:
        return ast.Expect(self._span(keyword, right), left, str(comparison), right)

    def body(self, *children: Child) -> tuple[Any, ...]:
        statements = _trees(children)
        depth = 1 + max((self._depths.get(id(getattr(tree, "body", None)), 0) for tree in statements), default=0)
        if depth > DEEPEST:
            raise self._mistake("E107", f"bodies nested more than {DEEPEST} deep", self._span(*children[:1]))
        self._depths[id(statements)] = depth
        return statements

    def section(self, keyword: Token, name: ast.Name, *rest: Child) -> ast.Section:
        title = self._unescape(rest[0]) if isinstance(rest[0], Token) else None
        return ast.Section(self._span(keyword, name), name, title, rest[-1])

    def placed(self, keyword: Token, device: ast.Name, body: Child) -> ast.Placed:
        return ast.Placed(self._span(keyword, device), device, body)

    def towers(self, keyword: Token, *children: Child) -> ast.Towers:
        *devices, body = _trees(children)
        return ast.Towers(self._span(keyword, devices[-1]), tuple(devices), body)

    def exchange(self, keyword: Token) -> ast.Exchange:
        return ast.Exchange(self._span(keyword))

    def range(self, first: Child, dots: Token, last: Child) -> ast.Range:
        return ast.Range(self._span(first, last), first, last)

    def loop(self, keyword: Token, variable: ast.Name, _in: Token, values: Child, body: Child) -> ast.Loop:
        return ast.Loop(self._span(keyword, values), variable, values, body)

    def sequential(self, keyword: Token, *rest: Child) -> ast.Sequential:
        name = rest[0] if len(rest) > 1 else None
        return ast.Sequential(self._span(keyword, name or keyword), name, rest[-1])

    def rename(self, keyword: Token, old: ast.Name, to: Token, new: ast.Name) -> ast.Rename:
        return ast.Rename(self._span(keyword, new), old, new)

    def swap(self, keyword: Token, old: ast.Name, by: Token, new: Child) -> ast.Swap:
        return ast.Swap(self._span(keyword, new), old, new)

    def scale(self, keyword: Token, width: Token, by: Token, factor: Child) -> ast.Scale:
        return ast.Scale(self._span(keyword, factor), factor)

    def path(self, first: ast.Name, *others: Child) -> ast.Name:
        parts = [part for part in others if part is not None and str(part) != "."]
        if not parts:
            return first
        words = (part.text if isinstance(part, ast.Name) else str(part) for part in (first, *parts))
        return ast.Name(self._span(first, others[-1]), ".".join(words))

    def move(self, keyword: Token, *children: Child) -> ast.Move:
        *names, device = _trees(children)
        return ast.Move(self._span(keyword, device), tuple(names), device)

    def remove(self, keyword: Token, *children: Child) -> ast.Remove:
        return ast.Remove(self._span(keyword, children[-1]), _trees(children))

    def insert(self, keyword: Token, anchor: ast.Name, body: Child) -> ast.Insert:
        return ast.Insert(self._span(keyword, anchor), str(keyword), anchor, body)

    # ---- definitions

    def parameter(self, name: ast.Name, equals: Token | None = None, default: Child = None) -> ast.Parameter:
        return ast.Parameter(self._span(name, default or name), name, default)

    def parameters(self, *children: Child) -> tuple[ast.Parameter, ...]:
        return _trees(children)

    def use(self, keyword: Token, *children: Child) -> ast.Use:
        return ast.Use(self._span(keyword, children[-1]), _trees(children), self.string(children[-1]))

    def _definition(self, tree: type[ast.Block | ast.Net], keyword: Token, name: ast.Name, *rest: Child) -> Any:
        parameters = rest[0] if len(rest) > 1 else ()
        return tree(self._span(keyword, name), name, parameters, rest[-1])

    def block(self, *children: Child) -> ast.Block:
        return self._definition(ast.Block, *children)  # type: ignore[no-any-return]

    def net(self, *children: Child) -> ast.Net:
        return self._definition(ast.Net, *children)  # type: ignore[no-any-return]

    def variant(self, keyword: Token, name: ast.Name, *rest: Child) -> ast.Variant:
        parameters = () if isinstance(rest[0], Token) else rest[0]
        base_at = next(i for i, part in enumerate(rest) if isinstance(part, ast.Name))
        base, after = rest[base_at], rest[base_at + 1 :]
        has_arguments = bool(after) and not isinstance(after[0], Token)
        arguments = after[0][0] if has_arguments else ()
        edits = after[-1] if len(after) > has_arguments else ()
        return ast.Variant(self._span(keyword, base), name, parameters, base, arguments, edits)

    def start(self, *children: Child) -> ast.File:
        return ast.File(Span(self.source, 0, len(self.source.text)), _trees(children))
