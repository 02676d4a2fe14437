"""Which device every draft is on, and the transfers between devices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .diagnostics import Problem, Report
from .draft import Draft, State
from .edit_notes import edits_behind

NOWHERE = "?"
"""The device of a draft whose placement is reported as a mistake."""


def place(state: State, report: Report) -> None:
    """Sets every draft's device: the one asked for, else that of its first input (cuda-convnet's rule)."""
    if not state.devices:
        return
    for draft in state.drafts.values():
        if not draft.is_input:
            draft.device = draft.wanted_device or _inherited(draft, state.drafts, report)
    used = {draft.device for draft in state.drafts.values()}
    for name in state.devices:
        if name not in used and NOWHERE not in used and not report:
            hint = "remove it, or place a layer on it"
            report.error("E505", f"no layer is on device `{name}`", state.device_spans[name], hint=hint)


def _inherited(draft: Draft, drafts: Mapping[str, Draft], report: Report) -> str:
    devices = list(dict.fromkeys(drafts[name].device for name in draft.inputs if drafts[name].device))
    if NOWHERE in devices or not draft.inputs or draft.op is None:
        return NOWHERE
    if len(devices) == 1 and devices[0] is not None:
        return devices[0]
    if devices:
        where = ", ".join(f"{name} on {drafts[name].device}" for name in draft.inputs)
        problem = Problem(
            "E502", "its inputs are on different devices, so it must say where it runs",
            found=where, hint=f"write `on {devices[0]}` after it",
        )  # fmt: skip
    else:
        problem = Problem(
            "E502", "it reads an input of the net, which is on no device, so it must say where it runs",
            hint="write `on` and a device after it, or around it: `on gpu0 { ... }`",
        )  # fmt: skip
    report.add(problem.at(draft.span, notes=edits_behind(draft, drafts)))
    return NOWHERE


@dataclass
class Transfers:
    """The copies of a net: what each consumer reads, and before which draft a copy is made."""

    reads: dict[tuple[str, str], str] = field(default_factory=dict)
    """(consumer, producer) -> name of the transfer."""
    before: dict[str, list[tuple[Draft, str]]] = field(default_factory=dict)
    """Draft -> (producer, destination) of the transfers to make before it."""


def find_transfers(drafts: Mapping[str, Draft]) -> Transfers:
    """One transfer per producer and destination, placed outside scopes that the producer is not in."""
    transfers = Transfers()
    made: set[tuple[str, str]] = set()
    run_start: dict[str, str] = {}
    for draft in drafts.values():
        run_start = {scope: run_start.get(scope, draft.name) for scope in draft.scopes}
        for name in dict.fromkeys(draft.inputs):
            producer = drafts[name]
            if draft.device is None or producer.device is None or producer.device == draft.device:
                continue
            transfers.reads[draft.name, name] = f"{name}@{draft.device}"
            if (name, draft.device) not in made:
                made.add((name, draft.device))
                position = _outside(draft, producer, run_start)
                transfers.before.setdefault(position, []).append((producer, draft.device))
    return transfers


def _outside(draft: Draft, producer: Draft, run_start: Mapping[str, str]) -> str:
    """The first draft of the outermost scope around the consumer that the producer is not in."""
    for depth, scope in enumerate(draft.scopes):
        if producer.scopes[depth : depth + 1] != (scope,):
            return run_start[scope]
    return draft.name
