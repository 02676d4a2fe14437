"""What can be said of definitions without carrying them out."""

from __future__ import annotations

from collections.abc import Iterator

from . import syntax as ast
from .diagnostics import Note, Report
from .evaluate import CONSTANTS
from .names import words_read
from .ops import OPS
from .program import Module
from .reserved import why_no_class


def check_definitions(module: Module, report: Report) -> None:
    """Reports names that ops have, parameters that nothing reads and parameters of nets without a default."""
    own = {id(definition.tree) for definition in module.definitions.values()}
    for tree in _definitions(module):
        if isinstance(tree, ast.Block) and (what := _taken(tree.name.text)):
            hint = f"`{tree.name.text}_block` or another name is free"
            report.error("E205", f"`{tree.name.text}` is {what}", tree.name.span, hint=hint)
        elif not isinstance(tree, ast.Block) and (why := why_no_class(tree.name.text)):
            report.error("E205", f"a net cannot be called `{tree.name.text}`: {why}", tree.name.span)
        _check_parameters(tree, report, may_be_unread=id(tree) not in own)
        if isinstance(tree, ast.Variant):
            _check_blocks(tree, report)


def _definitions(module: Module) -> Iterator[ast.Block | ast.Net | ast.Variant]:
    """What a file defines, with the blocks that its variants define anew."""
    for definition in [*module.blocks, *module.nets]:
        yield definition.tree
        if isinstance(definition.tree, ast.Variant):
            yield from (edit for edit in definition.tree.edits if isinstance(edit, ast.Block))


def _taken(name: str) -> str | None:
    """What a block cannot be called."""
    if name in OPS:
        return "the name of an op"
    return "a value of the language" if name in CONSTANTS else None


def _check_blocks(tree: ast.Variant, report: Report) -> None:
    """Reports blocks that a variant defines twice."""
    first: dict[str, ast.Name] = {}
    for edit in tree.edits:
        if isinstance(edit, ast.Block) and first.setdefault(edit.name.text, edit.name) is not edit.name:
            note = Note("first defined here", first[edit.name.text].span)
            report.error("E203", f"block `{edit.name.text}` is defined twice", edit.name.span, notes=(note,))


def _check_parameters(tree: ast.Block | ast.Net | ast.Variant, report: Report, may_be_unread: bool) -> None:
    """A block that a variant defines anew takes what the uses give it, whether it needs that or not."""
    read = words_read(tree)
    first: dict[str, ast.Name] = {}
    for parameter in tree.parameters:
        name = parameter.name
        if name.text in first:
            note = Note("first defined here", first[name.text].span)
            report.error("E203", f"parameter `{name.text}` is defined twice", name.span, notes=(note,))
        first.setdefault(name.text, name)
        if name.text in CONSTANTS:
            report.error("E205", f"`{name.text}` is a value of the language", name.span)
        elif name.text == "in":
            report.error("E205", "a parameter cannot be called `in`: that is what a block reads", name.span)
        elif name.text not in read and not may_be_unread:
            report.error("E606", f"nothing reads the parameter `{name.text}`", name.span)
        if parameter.default is None and not isinstance(tree, ast.Block):
            hint = f"{name.text} = 1000; --set {name.text}=10 changes it"
            message = f"the net's parameter `{name.text}` has no default, so nobody could build the net"
            report.error("E605", message, name.span, hint=hint)
