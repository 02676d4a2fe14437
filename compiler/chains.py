"""Chains: ``name = a -> b(2) * 3 -> c``. Finds what each link is, names it, and makes its layers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import dropwhile

from . import syntax as ast
from .calls import CallArguments, block_arguments, op_arguments
from .chain_links import Step, check_names, links_of, start_of, step_of
from .chain_names import counted, enter_scopes, local_paths, main_steps, numbered, remember
from .changes import edit_note
from .diagnostics import Note, Problem
from .draft import (
    DEEPEST_BLOCKS,
    Bundle,
    Draft,
    Frame,
    LayerValue,
    Listing,
    Namespace,
    Unknown,
    Wire,
    is_layer,
    nodes_of,
)
from .graph import Scope
from .names import names_in, open_body
from .op import Op
from .ops.merge import Concat
from .ops.shape import Split
from .program import Definition
from .replacements import blamed
from .signature import build, misplaced
from .source import Span
from .values import jsonable


def run_chain(frame: Frame, tree: ast.Expression, name: str | None = None, alias: str | None = None) -> LayerValue:
    """Makes the layers of a chain; its value is the last of them. The module calls it by its alias, if it has one."""
    value, links = start_of(frame, list(links_of(tree)))
    starts_with_reference = value is not None
    steps = [step for link in links if (step := step_of(frame, link))]
    made = [step for step in steps if step.what is not None]
    former = main_steps(steps)
    for step in steps:
        if step.what is None:
            remember(frame, step, name, former)
    if not made:
        if isinstance(tree, ast.Name) and tree.text == "none" and not frame.knows("none"):
            hint = "a parameter may be none: `block name(gate = none) { ... -> gate }`"
            raise frame.state.fail(Problem("E310", "`none` alone makes no layer", hint=hint), tree.span)
        value = value or _flow(frame, tree.span)
        assert value is not None
        return value
    all_paths = local_paths(frame, made, name, alias)
    statement = name or ""
    for position, step in enumerate(made):
        reads_flow = position == 0 and not starts_with_reference
        edits = tuple(edit_note(replacement.span) for replacement in step.replacements)
        with blamed(frame, step.tree.span, step.replacements), frame.state.made_by(edits):
            paths = next(all_paths)
            remember(frame, step, name, former, paths)
            value = _run_step(frame, step, value, paths, statement, reads_flow)
    assert value is not None
    return value


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
    path = numbered(frame, path)
    if isinstance(step.what, Unknown):
        return _run_unknown(frame, step, source, path, statement)
    if statement and path.partition(".")[0] != statement:
        frame.state.paths.setdefault(frame.spell(statement), []).append(frame.prefix + path)
    if isinstance(step.what, Definition):
        return _run_block(frame, step, step.what, source, path)
    return _run_group(frame, step, source, path)


def _run_unknown(frame: Frame, step: Step, source: LayerValue | None, path: str, statement: str) -> LayerValue:
    """In a rehearsal stands in for what a parameter may be; only the names that it is given are judged."""
    check_names(frame, step.tree)
    read = [source, *(frame.find(name.text) for name in names_in(step.arguments))]
    inputs = dict.fromkeys(node for value in read for node in nodes_of(value))
    return _add(frame, step, None, tuple(inputs), path, statement, {})


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
    path = numbered(frame, path)
    sources = list(call.layers)
    if not reads_flow:
        assert value is not None
        sources.insert(0, value)
    elif not sources:
        flow = _flow(frame, step.tree.span)
        assert flow is not None
        sources = [flow]
    scopes = enter_scopes(frame, path, step.tree.span)
    inputs = tuple(single_wire(frame, source, path, scopes, step.tree.span).node for source in sources)
    built = _build(frame, op, call, step.tree.span)
    if isinstance(built, Split) and built.part is None:
        return _run_split(frame, step, built, inputs, path, statement, call.spans)
    return _add(frame, step, built, inputs, path, statement, call.spans)


def _build(frame: Frame, op: type[Op], call: CallArguments, span: Span) -> Op | None:
    """The op, or None after its mistakes are reported; without all of its values only the names are looked at."""
    problems: Sequence[Exception] = ()
    if call.complete:
        try:
            return build(op, call.positional, call.named)
        except ExceptionGroup as group:
            problems = group.exceptions
    for problem in problems or misplaced(op, list(op.model_fields), (), call.named):
        assert isinstance(problem, Problem)
        frame.state.report.add(problem.at(call.spans.get(problem.argument, span)))  # type: ignore[arg-type]
    return None


def _run_split(
    frame: Frame, step: Step, split: Split, inputs: tuple[str, ...], path: str, statement: str,
    spans: dict[str | int, Span],
) -> LayerValue:  # fmt: skip
    """A split without `part` is one layer per part."""
    parts: list[LayerValue] = []
    for part in range(counted(frame, split.parts)):
        op = split.model_copy(update={"part": part})
        parts.append(_add(frame, step, op, inputs, f"{path}.{part}", statement, spans))
    return Listing(parts, None)


def _add(
    frame: Frame, step: Step, op: Op | None, inputs: tuple[str, ...], path: str, statement: str,
    spans: dict[str | int, Span],
) -> Wire:  # fmt: skip
    scopes = enter_scopes(frame, path, step.tree.span)
    name = frame.prefix + path
    frame.state.drafts[name] = Draft(
        name, op, inputs, step.tree.span, frame.device, spans, frame.spell(statement) if statement else "",
        frame.section, scopes, scaling=frame.state.changes.scaling, edits=frame.state.take_edits(),
    )  # fmt: skip
    return Wire(name)


def single_wire(frame: Frame, value: LayerValue, path: str, scopes: tuple[str, ...], span: Span) -> Wire:
    """The single node behind a value; towers that are read together are concatenated first."""
    match value:
        case Wire():
            return value
        case Bundle():
            return _join(frame, value, path, scopes, span)
        case Listing(current=Wire() | Bundle() | Listing() as current):
            return single_wire(frame, current, path, scopes, span)
        case Listing(items=items):
            message = f"what stands before is a list of {len(items)} layers"
            hint = "begin the chain with one of them, as in `parts[0] -> ...`"
            raise frame.state.fail(Problem("E310", message, hint=hint), span)
        case Namespace(name=name):
            raise frame.state.fail(Problem("E310", f"`{name}` is a tower, not a layer"), span)


def _join(frame: Frame, bundle: Bundle, path: str, scopes: tuple[str, ...], span: Span) -> Wire:
    """The concatenation of all towers on the reader's device, made once per device and scope."""
    key = (bundle, frame.device, frame.prefix)
    if key not in frame.state.joins:
        name = frame.prefix + frame.unused("concat" if frame.numbered else path + "_concat")
        frame.state.drafts[name] = Draft(
            name, Concat(), tuple(wire.node for wire in bundle.wires), span, frame.device,
            section=frame.section, scopes=scopes, edits=frame.state.take_edits(),
        )  # fmt: skip
        frame.state.joins[key] = Wire(name)
    return frame.state.joins[key]


# ---- scopes


def _run_block(frame: Frame, step: Step, definition: Definition, source: LayerValue | None, path: str) -> LayerValue:
    block = definition.tree
    assert isinstance(block, ast.Block)
    state = frame.state
    if any(block is outer for outer in state.expanding):
        raise state.fail(_circle(block, state.expanding), step.tree.span)
    if len(state.expanding) >= DEEPEST_BLOCKS:
        raise state.fail(Problem("E107", f"blocks nested more than {DEEPEST_BLOCKS} deep"), step.tree.span)
    values = block_arguments(frame, block, definition.module, step.arguments, step.tree.span)
    scope = Scope(
        path=frame.prefix + path, kind="block", definition=block.name.text, line=step.tree.span.line,
        arguments={name: jsonable(value) for name, value in values.items() if not is_layer(value)},
        inputs={name: node for name, value in {"in": source, **values}.items() if (node := _node(value))},
    )  # fmt: skip
    child = _child(frame, scope, path, step, source, values, definition)
    state.expanding.append(block)
    state.opened.add(id(block.name))
    try:
        return _body(child, block, step.tree.span)
    finally:
        state.expanding.pop()


def _circle(block: ast.Block, expanding: list[ast.Block]) -> Problem:
    """A block that contains itself, with the blocks in between."""
    names = [outer.name for outer in dropwhile(lambda outer: outer is not block, expanding)]
    inner = [name.text for name in names[1:]] + [block.name.text]
    pairs = zip(names, inner, strict=True)
    notes = tuple(Note(f"`{name.text}` contains `{other}`", name.span) for name, other in pairs)
    return Problem("E602", f"block `{block.name.text}` contains itself", notes=notes)


def _node(value: object) -> str | None:
    """The node behind a layer's value, where it is a single one."""
    if isinstance(value, Listing):
        return _node(value.current)
    return value.node if isinstance(value, Wire) else None


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
    scopes = (*enter_scopes(frame, path, step.tree.span), scope.path)
    if isinstance(source, Bundle):
        source = single_wire(frame, source, path, frame.scopes, step.tree.span)
    frame.state.scopes[scope.path] = scope
    return Frame(
        state=frame.state, values=values, module=definition.module if definition else frame.module,
        prefix=scope.path + ".", parent=None if definition else frame,
        layers={"in": source} if definition and source else {}, scopes=scopes, flow=source,
        device=frame.device, tower=frame.tower, section=frame.section,
    )  # fmt: skip
