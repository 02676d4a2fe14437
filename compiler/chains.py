"""Chains: ``name = a -> b(2) * 3 -> c``. Finds what each link is, names it, and makes its layers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from . import syntax as ast
from .calls import block_arguments, op_arguments
from .diagnostics import Note, Problem, suggest
from .draft import DEEPEST_BLOCKS, Bundle, Draft, Frame, LayerValue, Listing, Namespace, Reported, Wire, is_layer
from .expressions import plain_value, unknown_name, value_of
from .graph import Scope
from .op import Op, build
from .ops import OPS
from .ops.merge import Concat
from .ops.shape import Split
from .names import open_body
from .program import Definition
from .source import Span
from .values import Bytes, Size, Symbol, format_value, type_name


@dataclass(frozen=True, eq=False)
class Step:
    """One link of a chain: an op, a block or a chain in parentheses, and how often it stands there."""

    tree: ast.Expression
    what: type[Op] | Definition | ast.Group | None
    count: int | None = None

    @property
    def is_op(self) -> bool:
        return isinstance(self.what, type)

    @property
    def has_weights(self) -> bool:
        return isinstance(self.what, type) and self.what.weights is not Op.weights

    @property
    def keyword(self) -> str:
        """The name of a layer whose statement has none."""
        if isinstance(self.what, type):
            return self.what.keyword
        return self.what.tree.name.text if isinstance(self.what, Definition) else "repeat"

    @property
    def arguments(self) -> tuple[ast.Argument, ...]:
        return self.tree.arguments if isinstance(self.tree, ast.Call) else ()


def run_chain(frame: Frame, tree: ast.Expression, name: str | None = None) -> LayerValue:
    """Makes the layers of a chain; its value is the last of them."""
    links = list(_links(tree))
    value, links = _start(frame, links)
    starts_with_reference = value is not None
    steps = [_step(frame, link) for link in links]
    if not steps:
        assert value is not None
        return value
    paths = _paths(frame, steps, name)
    statement = name or ""
    for position, step in enumerate(steps):
        reads_flow = position == 0 and not starts_with_reference
        value = _run_step(frame, step, value, next(paths), statement, reads_flow)
    assert value is not None
    return value


def _links(tree: ast.Expression) -> Iterator[ast.Expression]:
    """The links of a chain, with parentheses that change nothing taken away."""
    if isinstance(tree, ast.Chain):
        for link in tree.links:
            yield from _links(link)
    elif isinstance(tree, ast.Group):
        yield from _links(tree.inner)
    else:
        yield tree


def _start(frame: Frame, links: list[ast.Expression]) -> tuple[LayerValue | None, list[ast.Expression]]:
    """The layer that the first link refers to, if it does, and the other links."""
    first = links[0]
    if isinstance(first, (ast.Index, ast.Attribute)) or (
        isinstance(first, ast.Name) and is_layer(frame.find(first.text))
    ):
        value = value_of(frame, first)
        if not is_layer(value):
            raise frame.state.fail(_no_layer(value), first.span)
        return value, links[1:]  # type: ignore[return-value]
    return None, links


def _step(frame: Frame, link: ast.Expression) -> Step:
    if isinstance(link, ast.Binary) and link.operator == "*":
        inner = link.left.inner if isinstance(link.left, ast.Group) else link.left
        group = isinstance(inner, ast.Chain)
        what = link.left if group else _what(frame, inner)
        return Step(inner, what, _count(frame, link.right))  # type: ignore[arg-type]
    return Step(link, _what(frame, link))


def _what(frame: Frame, link: ast.Expression) -> type[Op] | Definition:
    """The op or block that a link calls."""
    if isinstance(link, ast.Broken):
        raise Reported
    function = link.function if isinstance(link, ast.Call) else link
    if not isinstance(function, ast.Name):
        value = value_of(frame, link) if not isinstance(link, ast.Call) else None
        raise frame.state.fail(_no_layer(value), link.span)
    name = function.text
    if name in OPS:
        return OPS[name]
    definition = frame.module.definitions.get(name)
    if definition is not None and isinstance(definition.tree, ast.Block):
        return definition
    raise frame.state.fail(_not_callable(frame, name, definition, isinstance(link, ast.Call)), function.span)


def _not_callable(frame: Frame, name: str, definition: Definition | None, called: bool) -> Problem:
    found = frame.find(name)
    if definition is not None:
        return Problem("E310", f"`{name}` is a net; a chain is made of ops and blocks")
    if is_layer(found):
        hint = "a chain can only begin with a layer; `add` and `concat` read several"
        return Problem("E310", f"`{name}` is a layer, not an op", hint=hint)
    if found is not None:
        return _no_layer(found)
    if frame.defined_later(name) is not None and not called:
        return unknown_name(frame, name)
    blocks = [key for key, entry in frame.module.definitions.items() if isinstance(entry.tree, ast.Block)]
    layers = [] if called else frame.visible()
    hint = suggest(name, [*OPS, *blocks, *layers]) or "`netc explain` lists the ops"
    what = "op or block" if called else "op, block or layer"
    return Problem("E202", f"unknown {what} `{name}`", hint=hint)


def _no_layer(value: object) -> Problem:
    found = None if value is None else f"{format_value(value)}, {type_name(value)}"
    return Problem("E310", "a layer is expected here", expected="an op, a block or a layer's name", found=found)


def _count(frame: Frame, tree: ast.Expression) -> int:
    count = plain_value(frame, tree)
    if not isinstance(count, int) or isinstance(count, (bool, Bytes)) or count < 1:
        found = f"{format_value(count)}, {type_name(count)}"
        problem = Problem("E302", "a repetition needs a whole number, 1 or more", found=found)
        raise frame.state.fail(problem, tree.span)
    return count


# ---- names


def _paths(frame: Frame, steps: Sequence[Step], name: str | None) -> Iterator[list[str]]:
    """For every step the local paths of its instances."""
    suffix = "".join(f".{index}" for index in frame.indices)
    if name is None:
        for step in steps:
            free = frame.fresh(step.keyword, step.tree.span) + suffix
            yield [free] if step.count is None else [f"{free}.{i}" for i in range(_limited(frame, step.count))]
        return
    main = _main_steps(steps)
    numbered = len(main) > 1 or any(step.count is not None for step in main)
    used = 0
    for step in steps:
        if step not in main:
            yield [frame.fresh(f"{name}_{step.keyword}", step.tree.span) + suffix]
            continue
        count = _limited(frame, step.count or 1)
        yield [f"{name}{suffix}.{used + i}" for i in range(count)] if numbered else [name + suffix]
        used += count


def _main_steps(steps: Sequence[Step]) -> list[Step]:
    """The steps that carry the name of their chain."""
    blocks = [step for step in steps if not step.is_op or step.count is not None]
    weighted = [step for step in steps if step.has_weights]
    return blocks or weighted[:1] or [steps[0]]


def _limited(frame: Frame, count: int) -> int:
    frame.state.steps += count
    frame.state.step()
    return count


def _enter(frame: Frame, local: str, span: Span) -> tuple[str, ...]:
    """The scopes around a local path; the lists that its numbers belong to are made known."""
    parts = local.split(".")
    lists = [frame.prefix + ".".join(parts[:end]) for end in range(1, len(parts))]
    for path in lists:
        if path not in frame.state.scopes:
            frame.state.scopes[path] = Scope(path=path, kind="list", line=span.line)
    return (*frame.scopes, *lists)


# ---- layers


def _run_step(
    frame: Frame, step: Step, value: LayerValue | None, paths: list[str], statement: str, reads_flow: bool
) -> LayerValue:
    made: list[LayerValue] = []
    for path in paths:
        frame.state.step()
        made.append(_run_once(frame, step, value, path, statement, reads_flow and not made))
        value = made[-1]
    if step.count is None:
        return made[-1]
    return Listing(made, made[-1])


def _run_once(
    frame: Frame, step: Step, value: LayerValue | None, path: str, statement: str, reads_flow: bool
) -> LayerValue:
    if isinstance(step.what, type):
        return _run_op(frame, step, step.what, value, path, statement, reads_flow)
    source = _flow(frame, step.tree.span, required=False) if reads_flow else value
    if isinstance(step.what, Definition):
        return _run_block(frame, step, step.what, source, path)
    return _run_group(frame, step, source, path)


def _flow(frame: Frame, span: Span, required: bool = True) -> LayerValue | None:
    """What a statement continues from; raises Reported when there is nothing."""
    if frame.flow is None and required:
        hint = "begin the chain with the name of a layer: `image -> ...`"
        raise frame.state.fail(Problem("E605", frame.why_no_flow, hint=hint), span)
    return frame.flow


def _run_op(
    frame: Frame, step: Step, op: type[Op], value: LayerValue | None, path: str, statement: str, reads_flow: bool
) -> LayerValue:
    inner = frame.flow if reads_flow else None
    why = frame.why_no_flow if reads_flow else "after `->` a branch must name the layer that it reads"
    with frame.within(flow=inner, why_no_flow=why):
        call = op_arguments(frame, op, step.arguments)
    sources = list(call.layers)
    if not reads_flow:
        assert value is not None
        sources.insert(0, value)
    elif not sources:
        flow = _flow(frame, step.tree.span)
        assert flow is not None
        sources = [flow]
    scopes = _enter(frame, path, step.tree.span)
    inputs = tuple(single_wire(frame, source, path, scopes, step.tree.span).node for source in sources)
    built = None
    if call.complete:
        try:
            built = build(op, call.positional, call.named)
        except ExceptionGroup as group:
            for problem in group.exceptions:
                assert isinstance(problem, Problem)
                span = call.spans.get(problem.argument, step.tree.span)  # type: ignore[arg-type]
                frame.state.report.add(problem.at(span))
    if isinstance(built, Split) and built.part is None:
        return _run_split(frame, step, built, inputs, path, statement)
    return _add(frame, step, built, inputs, path, statement, call.spans)


def _run_split(
    frame: Frame, step: Step, split: Split, inputs: tuple[str, ...], path: str, statement: str
) -> LayerValue:
    """A split without `part` is one layer per part."""
    parts: list[LayerValue] = []
    for part in range(_limited(frame, split.parts)):
        op = split.model_copy(update={"part": part})
        parts.append(_add(frame, step, op, inputs, f"{path}.{part}", statement, {}))
    return Listing(parts, None)


def _add(
    frame: Frame, step: Step, op: Op | None, inputs: tuple[str, ...], path: str, statement: str,
    spans: dict[str | int, Span],
) -> Wire:  # fmt: skip
    scopes = _enter(frame, path, step.tree.span)
    name = frame.prefix + path
    frame.state.drafts[name] = Draft(
        name, op, inputs, step.tree.span, frame.device, spans, frame.prefix + statement if statement else "",
        frame.section, scopes,
    )  # fmt: skip
    return Wire(name)


def single_wire(frame: Frame, value: LayerValue, path: str, scopes: tuple[str, ...], span: Span) -> Wire:
    """The single node behind a value; towers that are read together are concatenated first."""
    match value:
        case Wire():
            return value
        case Bundle():
            return _join(frame, value, path, scopes, span)
        case Listing(current=None, items=items):
            hint = "pick one by its index, as in `parts[0]`"
            raise frame.state.fail(Problem("E310", f"this is a list of {len(items)} layers", hint=hint), span)
        case Listing(current=current):
            assert current is not None
            return single_wire(frame, current, path, scopes, span)
        case Namespace(name=name):
            hint = f"pick a layer of it, as in `{name}.{next(iter(value.members), 'conv1')}`"
            raise frame.state.fail(Problem("E310", f"`{name}` is a tower, not a layer", hint=hint), span)


def _join(frame: Frame, bundle: Bundle, path: str, scopes: tuple[str, ...], span: Span) -> Wire:
    """The concatenation of all towers on the reader's device, made once per device and scope."""
    key = (bundle, frame.device, frame.prefix)
    if key not in frame.state.joins:
        name = frame.prefix + path + "_concat"
        frame.state.drafts[name] = Draft(
            name, Concat(), tuple(wire.node for wire in bundle.wires), span, frame.device,
            section=frame.section, scopes=scopes,
        )  # fmt: skip
        frame.state.joins[key] = Wire(name)
    return frame.state.joins[key]


# ---- scopes


def _run_block(
    frame: Frame, step: Step, definition: Definition, source: LayerValue | None, path: str
) -> LayerValue:
    block = definition.tree
    assert isinstance(block, ast.Block)
    state = frame.state
    if any(block is outer for outer in state.expanding) or len(state.expanding) >= DEEPEST_BLOCKS:
        notes = tuple(Note(f"`{outer.name.text}` contains", outer.name.span) for outer in state.expanding)
        raise state.fail(Problem("E602", f"block `{block.name.text}` contains itself", notes=notes), step.tree.span)
    values = block_arguments(frame, block, definition.module, step.arguments, step.tree.span)
    scope = Scope(
        path=frame.prefix + path, kind="block", definition=block.name.text, line=step.tree.span.line,
        arguments={name: jsonable(value) for name, value in values.items() if not is_layer(value)},
    )  # fmt: skip
    child = _child(frame, scope, path, step, source, values, definition)
    state.expanding.append(block)
    try:
        return _body(child, block, step.tree.span)
    finally:
        state.expanding.pop()


def _body(child: Frame, block: ast.Block, used_at: Span) -> LayerValue:
    open_body(child, block.body)
    child.state.run_body(child, block.body)
    if child.flow is None or not block.body:
        raise child.state.fail(Problem("E605", f"block `{block.name.text}` has no layer"), block.name.span)
    return child.flow


def _run_group(frame: Frame, step: Step, source: LayerValue | None, path: str) -> LayerValue:
    scope = Scope(path=frame.prefix + path, kind="group", line=step.tree.span.line)
    child = _child(frame, scope, path, step, source, {}, None)
    return run_chain(child, step.tree)


def _child(
    frame: Frame, scope: Scope, path: str, step: Step, source: LayerValue | None,
    values: dict[str, object], definition: Definition | None,
) -> Frame:  # fmt: skip
    """The frame of a block or a group; only a group sees the names around it."""
    scopes = (*_enter(frame, path, step.tree.span), scope.path)
    if isinstance(source, Bundle):
        source = single_wire(frame, source, path, frame.scopes, step.tree.span)
    frame.state.scopes[scope.path] = scope
    return Frame(
        state=frame.state, values=values, module=definition.module if definition else frame.module,
        prefix=scope.path + ".", parent=None if definition else frame,
        layers={"in": source} if definition and source else {}, scopes=scopes, flow=source, device=frame.device,
        section=frame.section,
    )  # fmt: skip


def jsonable(value: object) -> object:
    """A value as the graph's JSON holds it."""
    if isinstance(value, Size):
        return str(value)
    if isinstance(value, tuple):
        return [jsonable(item) for item in value]
    return str(value) if isinstance(value, Symbol) else value
