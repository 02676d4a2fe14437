"""Blocks carried out for themselves, so that one which no net uses is checked too."""

from __future__ import annotations

from . import syntax as ast
from .assemble import check_unused
from .calls import default_of
from .chains import run_chain
from .diagnostics import Report
from .draft import Draft, Frame, LayerValue, Reported, State, TooLarge, Unknown, Wire, nodes_of
from .elaborate import run_body
from .graph import Device
from .names import core, flat, open_body
from .program import Definition
from .values import Callee

MOST_STEPS = 5_000
"""Statements that a rehearsal carries out; the blocks in a block are rehearsed for themselves, too."""


def rehearse(definition: Definition, report: Report) -> None:
    """Reports what is wrong with a block, whatever it reads and whatever its parameters are."""
    block = definition.tree
    assert isinstance(block, ast.Block)
    own = Report(lost=report.lost)
    state = State(own, run_chain, run_body, expanding=[block], most_steps=MOST_STEPS)
    state.drafts["in"] = Draft("in", None, (), block.span)
    for statement in flat(block.body):  # a block may name the devices of the nets that use it
        tree = core(statement)
        if isinstance(tree, (ast.Layers, ast.Placed)) and tree.device is not None:
            state.devices[tree.device.text] = Device(name=tree.device.text)
    values: dict[str, object] = {}
    for parameter in block.parameters:
        values[parameter.name.text] = _value(state, definition, parameter, values)
    layers: dict[str, LayerValue] = {"in": Wire("in")}
    frame = Frame(
        state=state, values=values, module=definition.module, layers=layers, flow=Wire("in"), scopes=(block.name.text,)
    )
    open_body(frame, block.body)
    try:
        run_body(frame, block.body)
        if not block.body:
            own.error("E605", f"block `{block.name.text}` has no layer", block.name.span)
        state.outputs = {name: Wire(name) for name in nodes_of(frame.flow)}
        check_unused(state, own)
    except TooLarge:
        pass  # what was found until here is true all the same
    for diagnostic in own:
        report.add(diagnostic)


def _value(state: State, definition: Definition, parameter: ast.Parameter, before: dict[str, object]) -> object:
    """The default of a parameter if that is an op or a block: anything else may as well be another value."""
    if parameter.default is None:
        return Unknown()
    frame = Frame(state=state, values=before, module=definition.module)
    try:
        value = default_of(frame, parameter.name.text, parameter.default)
    except Reported:
        return Unknown()
    return value if isinstance(value, Callee) else Unknown()
