"""What ``netc new`` writes: a small spec to edit, with examples that fit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from . import syntax as ast
from .compile import check_source
from .diagnostics import Diagnostic, Report
from .elaborate import elaborate
from .format import format_text
from .names import core, flat, names_of
from .program import Definition
from .source import Source
from .values import format_shape

_INSTEAD = {"relu": "gelu", "tanh": "relu", "scaled_tanh": "relu"}
"""An activation to try for another."""

_TRIES = 6
"""Layers that an example is tried with, before it is left out."""


def new_net(name: str) -> str:
    """A minimal net."""
    return format_text(f"""# The language: docs/language.md. `netc explain` lists the ops.

net {name}(classes = 10) {{
  about {{
    title = "{name}"
  }}

  input image: 3x32x32

  conv1 = conv(16, 3x3, pad = 1) -> relu
  pool1 = maxpool(2x2)
  conv2 = conv(32, 3x3, pad = 1) -> relu
  pool2 = maxpool(2x2)
  fc    = fc(classes)
}}
""")


def new_variant(base: Definition, path: str, name: str, source: Source) -> tuple[str, tuple[Diagnostic, ...]]:
    """A variant of a net that is right, with edits in comments that are right too; and what is wrong with it.

    ``path`` is what its ``use`` says, ``source`` the file to be, whose text does not matter.
    """
    text = _text(base, path, name, ())
    mistakes = _mistakes(source, text)
    if mistakes:
        return text, mistakes
    found = [example for examples in _examples(base) if (example := _right(base, path, name, source, examples))]
    width = max((len(edit) for edit, _ in found), default=0)
    return _text(base, path, name, [f"# {edit.ljust(width)}  # {what}" for edit, what in found]), ()


def _text(base: Definition, path: str, name: str, lines: Iterable[str]) -> str:
    of = base.tree.name.text
    head = "# Take the first `#` off an edit to try it; all of them: docs/language.md, Variants.\n\n" if lines else ""
    edits = "".join(f"  {line}\n" for line in lines)
    return format_text(
        f'{head}use {of} from "{path}"\n\nnet {name} = {of}{_arguments(base.tree)} with {{\n'
        f'  about {{\n    title = "{name}, a variant of {of}"\n  }}\n\n{edits}}}\n'
    )


def _arguments(tree: ast.Block | ast.Net | ast.Variant) -> str:
    """The parameters with the values that they have anyway."""
    given = [
        f"{parameter.name.text} = {parameter.default.span.text}"
        for parameter in tree.parameters
        if isinstance(parameter.default, ast.Literal)
    ]
    return f"({', '.join(given)})" if given else ""


def _mistakes(source: Source, text: str) -> tuple[Diagnostic, ...]:
    results = check_source(Source(source.name, text, source.path))
    return tuple(diagnostic for result in results for diagnostic in result.diagnostics)


def _right(
    base: Definition, path: str, name: str, source: Source, examples: Iterator[tuple[str, str]]
) -> tuple[str, str] | None:
    """The first edit that fits the net."""
    for _, example in zip(range(_TRIES), examples, strict=False):
        if not _mistakes(source, _text(base, path, name, [example[0]])):
            return example
    return None


def _examples(base: Definition) -> Iterator[Iterator[tuple[str, str]]]:
    """Kinds of edits, each with one try after the other: the edit, and what it is for."""
    drafted = elaborate(base, {}, Report())
    assert drafted is not None
    state, net = drafted
    names = list(names_of(net.statements))
    activations = Counter(draft.op.keyword for draft in state.drafts.values() if draft.op is not None)
    swaps = [(old, new) for old, new in _INSTEAD.items() if activations[old]]
    for draft in state.drafts.values():
        if draft.is_input and draft.shape is not None:
            yield iter([(f"input {draft.name}: {format_shape(draft.shape)}", "another shape of the input")])
    written = [tree for tree in map(core, flat(net.statements)) if isinstance(tree, ast.Layers) and tree.name]
    lines = (format_text(tree.span.text).rstrip() for tree in written)
    yield ((line, "a layer defined anew") for line in lines if "\n" not in line)
    yield ((f"after {layer} {{ batchnorm }}", "new layers") for layer in names)
    yield ((f"remove {layer}", "a layer less") for layer in names[-2::-1])
    yield ((f"rename {layer} to my_{layer}", "another name, wherever it is read") for layer in names)
    yield ((f"replace {old} with {new}", "every use, in blocks too") for old, new in swaps)
    yield ((f"scale width by {factor}", "all channels but those of the outputs") for factor in ("0.5", "2"))
    yield iter([("init weight = normal(0, 0.01)", "initial weights")])
