"""Towers: a body that exists once per device, with exchanges between its stages."""

from __future__ import annotations

from . import syntax as ast
from .declarations import find_device
from .diagnostics import Problem
from .draft import Bundle, Frame, LayerValue, Listing, Namespace
from .graph import Scope, Section
from .names import Foreign, Statements, body_of, core, names_of, own_names


def run_towers(frame: Frame, tree: ast.Towers) -> None:
    """Carries out the body once per device, stage by stage, so that an exchange finds all towers ready."""
    if frame.indices or frame.parent or not frame.is_net or frame.device or frame.numbered:
        message = "towers stand in a net or a section of it, not in loops, blocks, towers, `sequential` or `on`"
        raise frame.state.fail(Problem("E504", message), tree.span)
    devices = [find_device(frame, name) for name in tree.devices]
    if len(set(devices)) < len(devices) or len(devices) < 2:
        message = "towers need two or more different devices"
        raise frame.state.fail(Problem("E504", message, found=", ".join(devices)), tree.span)
    towers = [_tower(frame, device, tree) for device in devices]
    for number, stage in enumerate(_stages(frame, tree.body, ())):
        if number:
            _exchange_all(frame, towers)
        for tower in towers:
            for statement, sections in stage:
                _run_in_sections(tower, statement, sections)
    _gather(frame, towers, devices)


def _tower(frame: Frame, device: str, tree: ast.Towers) -> Frame:
    scope = Scope(path=device, kind="tower", definition=str(tree.span.line), line=tree.span.line)
    frame.state.scopes[device] = scope
    names = names_of(tree.body)
    return Frame(
        state=frame.state, values=frame.values, module=frame.module, prefix=device + ".", parent=frame,
        taken=set(names), later=names, own=own_names(tree.body), scopes=(device,), flow=frame.flow,
        why_no_flow=frame.why_no_flow, device=device, tower=device, section=frame.section,
    )  # fmt: skip


Stage = list[tuple[ast.Statement | Foreign, tuple[ast.Section, ...]]]


def _stages(frame: Frame, statements: Statements, sections: tuple[ast.Section, ...]) -> list[Stage]:
    """The towers' body cut at every exchange, each statement with the sections around it."""
    stages: list[Stage] = [[]]
    for statement in statements:
        tree = core(statement)
        if isinstance(tree, ast.Exchange):
            stages.append([])
        elif isinstance(tree, ast.Section):
            first, *more = _stages(frame, body_of(statement), (*sections, tree))
            stages[-1] += first
            stages += more
        else:
            stages[-1].append((statement, sections))
    return stages


def _run_in_sections(tower: Frame, statement: ast.Statement | Foreign, sections: tuple[ast.Section, ...]) -> None:
    section = tower.section
    for tree in sections:
        title = tree.title or tree.name.text
        tower.state.sections.setdefault(tree.name.text, Section(name=tree.name.text, title=title, parent=section))
        section = tree.name.text
    with tower.within(section=section):
        tower.state.run_body(tower, (statement,))


def _exchange_all(frame: Frame, towers: list[Frame]) -> None:
    """From here every tower reads what all towers made last."""
    bundle = _bundle([tower.flow for tower in towers])
    for tower in towers:
        tower.flow = bundle


def _bundle(flows: list[LayerValue | None]) -> LayerValue | None:
    if all(flow == flows[0] for flow in flows):
        return flows[0]  # nothing was made since the towers began, or since the last exchange
    wires = []
    for flow in flows:
        while isinstance(flow, Listing):
            flow = flow.current
        if flow is None or not hasattr(flow, "node"):
            return flows[0]
        wires.append(flow)
    return Bundle(tuple(wires))  # type: ignore[arg-type]


def _gather(frame: Frame, towers: list[Frame], devices: list[str]) -> None:
    """After the towers a name means the layers of all of them."""
    for name in towers[0].layers:
        value = _bundle([tower.layers.get(name) for tower in towers])
        if value is not None:
            frame.layers[name] = value
    for tower, device in zip(towers, devices, strict=True):
        frame.layers[device] = Namespace(device, dict(tower.layers))
    frame.flow = _bundle([tower.flow for tower in towers])
