"""Syntax tree to drafts: every statement of the net is carried out once, in order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import islice
from typing import Any

from . import syntax as ast
from .alias import alias_of
from .chains import run_chain, single_wire
from .declarations import declare_about, declare_device, declare_inputs, find_device
from .diagnostics import Problem, Report
from .draft import (
    MOST_LAYERS,
    Draft,
    Frame,
    Reported,
    State,
    TooLarge,
    Wire,
    nodes_of,
)
from .expressions import plain_value
from .graph import Section
from .moving import move_within
from .names import Foreign, Statements, bind_name, check_name, core, flat, names_of, open_body, words_read
from .program import Definition, Module
from .replacements import check_replacements
from .sequential import run_sequential
from .source import Span
from .towers import run_towers
from .values import format_value, type_name
from .variants import Plan, plan

LONGEST_LOOP = 100_000


def elaborate(definition: Definition, given: Mapping[str, object], report: Report) -> tuple[State, Plan] | None:
    """The drafts of a net with these parameters; None when a mistake left no net to speak of."""
    state = State(report, run_chain, run_body)
    try:
        net = plan(state, definition, given)
        frame = Frame(state=state, values=net.values, module=net.module, is_net=True)
        open_body(frame, net.statements)
        _needs_input(frame, net)
        with state.changed_by(net.changes):
            run_body(frame, net.statements)
        _finish(frame, net)
        check_replacements(state, net.own_replacements)
    except Reported:
        return None
    except TooLarge:
        message = f"the net has more than {MOST_LAYERS:_} layers, or loops that take too long"
        report.error("E607", message, definition.tree.name.span)
        return None
    return state, net


def constant_value(tree: ast.Expression, report: Report) -> object:
    """The value of an expression that sees no names; raises Reported when it has none."""
    source = tree.span.source
    module = Module(source, ast.File(tree.span, ()))
    return plain_value(Frame(state=State(report, run_chain, run_body), values={}, module=module), tree)


def run_body(frame: Frame, statements: Statements) -> None:
    """Carries out the statements of a net, block or tower; a mistake in one does not stop the next."""
    for statement in statements:
        frame.state.step()
        before = len(frame.state.drafts)
        try:
            _run(frame, statement)
        except Reported:
            begun = list(islice(reversed(frame.state.drafts), len(frame.state.drafts) - before))
            _poison(frame, core(statement), begun)


def _run(frame: Frame, statement: ast.Statement | Foreign) -> None:
    if isinstance(statement, Foreign) and isinstance(statement.statement, ast.Remove):
        frame.state.left_out += (statement.edit,)
    elif isinstance(statement, Foreign) and isinstance(statement.statement, ast.Move):
        move_within(frame, statement.statement)
    elif isinstance(statement, Foreign):
        with (
            frame.within(values=statement.values, module=statement.module),
            frame.state.changed_by(statement.changes),
            frame.state.made_by((statement.edit,)),
        ):
            _STATEMENTS[type(statement.statement)](frame, statement.statement)
    else:
        _STATEMENTS[type(statement)](frame, statement)


def _poison(frame: Frame, statement: ast.Statement, begun: list[str]) -> None:
    """Stands in for what a wrong statement would have made, and reads what it had begun with: told once."""
    name = statement.name.text if isinstance(statement, (ast.Layers, ast.Sequential)) and statement.name else "broken"
    turn = "".join(f".{index}" for index in frame.indices)
    local = name + turn
    if name == "broken" or frame.prefix + local in frame.state.drafts:
        local = frame.fresh("broken", statement.span) + turn
    values = [frame.flow, *(frame.find(word) for word in sorted(words_read(statement)))]
    inputs = dict.fromkeys([*(node for value in values for node in nodes_of(value)), *begun])
    draft = Draft(frame.prefix + local, None, tuple(inputs), statement.span, frame.device, scopes=frame.scopes)
    frame.state.drafts[draft.name] = draft
    from_here = Wire(draft.name)
    for missing in names_of((statement,)):
        bind_name(frame, missing, from_here)
    if isinstance(statement, (ast.Layers, *_FLOWING)):
        frame.flow = from_here


# ---- layers


def _layers(frame: Frame, tree: ast.Layers) -> None:
    name = tree.name.text if tree.name else None
    if tree.name is not None:
        check_name(frame, tree.name)
    device = find_device(frame, tree.device) if tree.device else frame.device
    with frame.within(device=device):
        value = frame.state.run_chain(frame, tree.value, name, alias_of(frame, tree))
    if name is not None:
        bind_name(frame, name, value)
    frame.flow = value


def _output(frame: Frame, tree: ast.Output) -> None:
    _only_in_net(frame, tree, "an output")
    device = find_device(frame, tree.device) if tree.device else frame.device
    if tree.name.text in frame.state.outputs:
        raise frame.state.fail(Problem("E203", f"output `{tree.name.text}` is defined twice"), tree.name.span)
    if tree.auxiliary:
        _check_auxiliary(frame, tree.name)
        frame.state.auxiliary.add(tree.name.text)
    before = frame.flow
    with frame.within(device=device):
        value = frame.state.run_chain(frame, tree.value, None)
        frame.state.outputs[tree.name.text] = single_wire(frame, value, "output", frame.scopes, tree.span)
    frame.flow = before


def _check_auxiliary(frame: Frame, name: ast.Name) -> None:
    if name.text == "output":
        message = "an auxiliary output cannot be called `output`: a main output without a name is called so"
        raise frame.state.fail(Problem("E205", message, hint="auxiliary output aux: ..."), name.span)


# ---- bodies


def _section(frame: Frame, tree: ast.Section) -> None:
    path = frame.prefix + tree.name.text
    if path in frame.state.sections and not frame.indices:
        raise frame.state.fail(Problem("E203", f"section `{tree.name.text}` is defined twice"), tree.name.span)
    title = tree.title or tree.name.text
    frame.state.sections[path] = Section(name=path, title=title, parent=frame.section)
    with frame.within(section=path):
        run_body(frame, tree.body)


def _placed(frame: Frame, tree: ast.Placed) -> None:
    with frame.within(device=find_device(frame, tree.device)):
        run_body(frame, tree.body)


def _loop(frame: Frame, tree: ast.Loop) -> None:
    values = _turns(frame, tree.values)
    name = tree.variable.text
    if frame.knows(name):
        raise frame.state.fail(Problem("E203", f"`{name}` has a meaning already"), tree.variable.span)
    outer, indices = frame.loop, frame.indices
    with frame.within(loop=outer, indices=indices):
        for index, value in enumerate(values):
            frame.state.step()
            frame.loop, frame.indices = {**outer, name: value}, (*indices, index)
            run_body(frame, tree.body)


def _turns(frame: Frame, tree: ast.Expression | ast.Range) -> tuple[object, ...]:
    if not isinstance(tree, ast.Range):
        values = plain_value(frame, tree)
        if not isinstance(values, tuple):
            hint = "write a range `0..3` or a list `[64, 128]`"
            found = f"{format_value(values)}, {type_name(values)}"
            raise frame.state.fail(Problem("E302", "a loop needs a list or a range", found=found, hint=hint), tree.span)
        _check_turns(frame, len(values), tree.span)
        return values
    first, last = (plain_value(frame, end) for end in (tree.first, tree.last))
    for end, value in ((tree.first, first), (tree.last, last)):
        if not isinstance(value, int) or isinstance(value, bool):
            found = f"{format_value(value)}, {type_name(value)}"
            raise frame.state.fail(Problem("E302", "a range needs whole numbers", found=found), end.span)
    assert isinstance(first, int)
    assert isinstance(last, int)
    _check_turns(frame, last - first, tree.span)
    return tuple(range(first, last))


def _check_turns(frame: Frame, count: int, span: Span) -> None:
    if count > LONGEST_LOOP:
        expected = f"at most {LONGEST_LOOP:_} turns"
        raise frame.state.fail(Problem("E607", "the loop is too long", expected=expected), span)


def _exchange(frame: Frame, tree: ast.Exchange) -> None:
    inside = frame.parent is not None
    hint = "it stands directly in the body of `towers`" if inside else "towers on gpu0, gpu1 { ... exchange ... }"
    raise frame.state.fail(Problem("E503", "`exchange` outside the body of towers", hint=hint), tree.span)


# ---- the rest of a net


def _about(frame: Frame, tree: ast.About) -> None:
    _only_in_net(frame, tree, "`about`")
    declare_about(frame, tree)


def _input(frame: Frame, tree: ast.Input) -> None:
    _only_in_net(frame, tree, "an input")
    for feed in tree.feeds:
        check_name(frame, feed.name)
    declare_inputs(frame, tree)


def _devices(frame: Frame, tree: ast.Device) -> None:
    _only_in_net(frame, tree, "a device")
    declare_device(frame, tree)


def _init(frame: Frame, tree: ast.Init) -> None:
    if frame.indices:
        hint = "write it after the loop; it speaks of the layers of all turns"
        raise frame.state.fail(Problem("E608", "`init` does not stand in a loop", hint=hint), tree.span)
    frame.state.inits.append((tree, _snapshot(frame)))


def _expect(frame: Frame, tree: ast.Expect) -> None:
    _only_in_net(frame, tree, "an expectation")
    frame.state.expects.append((tree, _snapshot(frame)))


def _snapshot(frame: Frame) -> Frame:
    return Frame(
        state=frame.state,
        values=dict(frame.values),
        module=frame.module,
        prefix=frame.prefix,
        spelled=frame.spelled,
        is_net=frame.is_net,
        layers=frame.layers,
        is_replaced=bool(frame.state.changes.replacements),
    )


def _edit_outside(frame: Frame, tree: ast.Tree) -> None:
    word = tree.span.text.split()[0]
    message = f"`{word}` edits a variant: it stands in `with {{ ... }}` only"
    raise frame.state.fail(Problem("E608", message), tree.span)


def _only_in_net(frame: Frame, tree: ast.Tree, what: str) -> None:
    if not frame.is_net or frame.indices or frame.numbered:
        message = f"{what} belongs in the net itself, not in blocks, loops, towers or `sequential`"
        raise frame.state.fail(Problem("E608", message), tree.span)


def _needs_input(frame: Frame, net: Plan) -> None:
    """Reports a net without an input; its first layers then read what is missing."""
    if any(isinstance(core(statement), ast.Input) for statement in flat(net.statements)):
        return
    if not frame.state.report.lost:
        hint = "input image: 3x224x224"
        frame.state.fail(Problem("E605", f"net `{net.name.text}` has no input", hint=hint), net.name.span)
    missing = Draft(frame.fresh("input", net.name.span), None, (), net.name.span)
    frame.state.drafts[missing.name] = missing
    frame.flow = Wire(missing.name)


def _finish(frame: Frame, net: Plan) -> None:
    """The value of the last statement is the output, when no other than auxiliary outputs are named."""
    state = frame.state
    if state.report and not any(draft.is_input for draft in state.drafts.values()):
        return
    if state.outputs.keys() - state.auxiliary:
        return
    if state.auxiliary and all(state.drafts[node].is_input for node in nodes_of(frame.flow)):
        message = f"all outputs of net `{net.name.text}` are auxiliary, so it has none in evaluation"
        raise state.fail(Problem("E605", message, hint="output classes: fc(10)"), net.name.span)
    if frame.flow is None or not any(not draft.is_input for draft in state.drafts.values()):
        raise state.fail(Problem("E605", f"net `{net.name.text}` has no layer", hint="fc1 = fc(10)"), net.name.span)
    state.outputs["output"] = single_wire(frame, frame.flow, "output", (), net.name.span)


_FLOWING = (ast.Placed, ast.Section, ast.Towers, ast.Loop, ast.Sequential, ast.Input)

_STATEMENTS: dict[type, Callable[[Frame, Any], None]] = {
    ast.About: _about, ast.Input: _input, ast.Output: _output, ast.Device: _devices, ast.Init: _init,
    ast.Expect: _expect, ast.Section: _section, ast.Placed: _placed, ast.Towers: run_towers, ast.Loop: _loop,
    ast.Exchange: _exchange, ast.Sequential: run_sequential, ast.Layers: _layers,
    **dict.fromkeys((ast.Remove, ast.Insert, ast.Rename, ast.Swap, ast.Scale, ast.Move, ast.Block), _edit_outside),
}  # fmt: skip
