"""Drafts to the checked graph: unused layers are refused, transfers become nodes, costs are counted."""

from __future__ import annotations

from collections.abc import Mapping

from .diagnostics import Report
from .draft import Draft, State
from .graph import Graph, Init, Input, Layer, Transfer
from .initialization import initializations
from .place import Transfers, find_transfers
from .values import jsonable
from .variants import Plan


def check_unused(state: State, report: Report) -> None:
    """Reports layers and inputs that nothing reads. After an unknown name it is silent: that may be the reader."""
    if any(d.code[:2] in ("E1", "E2", "E6") for d in report):
        return
    read = {name for draft in state.drafts.values() for name in draft.inputs}
    read |= {wire.node for wire in state.outputs.values()}
    for draft in state.drafts.values():
        if draft.name not in read and (draft.op or (draft.is_input and draft.shape)):
            what = "input" if draft.is_input else "layer"
            name = draft.statement or draft.name
            hint = "use it or remove it"
            if not draft.is_input and not draft.scopes:
                hint = f"use it, remove it, or make it an output: `output name: {name}`"
            report.error("E601", f"nothing reads {what} `{name}`", draft.span, hint=hint)


def assemble(state: State, net: Plan) -> Graph:
    """The graph of drafts without mistakes."""
    inits = initializations(state)
    state.report.raise_if_any()
    transfers = find_transfers(state.drafts)
    nodes: list[Input | Layer | Transfer] = []
    for draft in state.drafts.values():
        for producer, destination in transfers.before.get(draft.name, ()):
            nodes.append(_transfer(producer, destination, draft))
        nodes.append(_input(draft) if draft.is_input else _layer(draft, state.drafts, transfers, inits))
    auxiliary = [name for name in state.outputs if name in state.auxiliary]
    main = [name for name in state.outputs if name not in state.auxiliary]
    about = state.about if state.about.title else state.about.model_copy(update={"title": net.name.text})
    return Graph(
        net=net.name.text, file=net.name.span.source.name, about=about,
        parameters={name: jsonable(value) for name, value in net.values.items()},
        devices=tuple(state.devices.values()), nodes=tuple(nodes),
        outputs={name: state.outputs[name].node for name in (*main, *auxiliary)}, auxiliary=tuple(auxiliary),
        scopes=tuple(state.scopes.values()), sections=tuple(state.sections.values()),
    )  # fmt: skip


def _input(draft: Draft) -> Input:
    assert draft.shape is not None
    return Input(name=draft.name, shape=draft.shape, line=draft.span.line)


def _transfer(producer: Draft, destination: str, reader: Draft) -> Transfer:
    assert producer.shape is not None
    assert producer.device is not None
    return Transfer(
        name=f"{producer.name}@{destination}", layer=producer.name, origin=producer.device, destination=destination,
        shape=producer.shape, line=reader.span.line, file=reader.span.source.name,
    )  # fmt: skip


def _layer(
    draft: Draft, drafts: Mapping[str, Draft], transfers: Transfers, inits: Mapping[str, dict[str, Init]]
) -> Layer:
    op = draft.op
    shapes = [shape for name in draft.inputs if (shape := drafts[name].shape) is not None]
    assert op is not None
    assert draft.shape is not None
    return Layer(
        name=draft.name, op=op, shape=draft.shape, device=draft.device, section=draft.section,
        inputs=tuple(transfers.reads.get((draft.name, name), name) for name in draft.inputs),
        statement=draft.statement, line=draft.span.line, file=draft.span.source.name,
        parameters=op.parameters(*shapes), connections=op.connections(*shapes), macs=op.macs(*shapes),
        buffers=sum(_count(shape) for shape in op.buffers(*shapes).values()), init=inits.get(draft.name, {}),
    )  # fmt: skip


def _count(shape: tuple[int, ...]) -> int:
    count = 1
    for size in shape:
        count *= size
    return count
