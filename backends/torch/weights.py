"""Loads published weights into a module: by name, or by order where the names are others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from os import PathLike
from typing import Any, Literal

import torch
from torch import Tensor, nn

from ...compiler.values import format_shape
from .weights_file import checkpoint
from .weights_order import COUNTER, Entry, Pairs, Shape, agree_until, entries, kinds_agree, orders, same_values
from .weights_report import Mismatch, WeightsError, WeightsReport


def load_weights(
    module: nn.Module, state_dict: Mapping[str, Any] | str | PathLike[str], strict: bool = True
) -> WeightsReport:
    """Copies a checkpoint's tensors to where the module's are.

    See ``netc.load_weights``. Nothing is changed when it fails.
    """
    given = checkpoint(state_dict)
    wanted = module.state_dict()
    _check_memory(module, wanted)
    report = match(wanted, given)
    if strict and not report.complete:
        message = f"the weights do not fit {type(module).__name__}, and nothing was loaded"
        raise WeightsError("E907", message, report, hint="strict=False loads what fits")
    with torch.no_grad():
        for name, source in report.loaded.items():
            wanted[name].copy_(given[source].reshape(wanted[name].shape))
    return report


def match(wanted: Mapping[str, Tensor], given: Mapping[str, Tensor]) -> WeightsReport:
    """Which tensors go where: by name where all names are equal, by order where all fit in order.

    Else as far as one of them goes, whichever takes more; equal names never
    go elsewhere.
    """
    equal = wanted.keys() & given.keys()
    by_name = _report("name", wanted, given, {name: name for name in wanted if name in equal})
    if not (by_name.missing or by_name.unexpected):
        return by_name
    ours, theirs = entries(_shapes(wanted)), entries(_shapes(given))
    by_order = _in_order(wanted, given, ours, theirs)
    astray = any(name != source and {name, source} & equal for name, source in by_order.loaded.items())
    if astray or (equal and len(by_order.loaded) <= len(by_name.loaded)):
        return by_name
    return by_order


def _in_order(
    wanted: Mapping[str, Tensor], given: Mapping[str, Tensor], ours: list[Entry], theirs: list[Entry]
) -> WeightsReport:
    """Pairs in order: all where as many tensors are of the same kinds, else those before the first that do not fit."""
    found = orders(ours, theirs)
    if len(ours) == len(theirs) and _is_guess(*found):
        return _report("order", wanted, given, {}, "two orders fit, and no name says which is right")
    pairs = max(found, key=agree_until)
    until, parting = agree_until(pairs), ""
    if len(ours) != len(theirs) or until < len(pairs):
        parting = _parting(until, pairs, ours, theirs)
    if len(ours) == len(theirs) and all(kinds_agree(*pair) for pair in pairs):
        until = len(pairs)
    return _report("order", wanted, given, {one.name: other.name for one, other in pairs[:until]}, parting)


def _is_guess(one: Pairs, other: Pairs) -> bool:
    """Whether both orders fit, but do not say the same."""
    return set(one) != set(other) and agree_until(one) == agree_until(other) == len(one)


def _parting(until: int, pairs: Pairs, ours: list[Entry], theirs: list[Entry]) -> str:
    """Where the orders part, and how both go on."""
    after = f"the orders part after {until} tensors: "
    if until < len(pairs):
        one, other = pairs[until]
        return f"{after}the module goes on with {_entry(one)}, the checkpoint with {_entry(other)}"
    if len(ours) > len(theirs):
        return f"{after}the checkpoint ends, the module has {len(ours) - until} more"
    return f"{after}the module ends, the checkpoint has {len(theirs) - until} more"


def _entry(entry: Entry) -> str:
    return f"`{entry.name}` {_shape(entry.shape)}"


def _report(
    by: Literal["name", "order"], wanted: Mapping[str, Tensor], given: Mapping[str, Tensor], pairs: dict[str, str],
    parting: str = "",
) -> WeightsReport:  # fmt: skip
    """What becomes of all tensors; counters go with the layers that they belong to."""
    if by == "order":
        pairs = pairs | dict(_counters(wanted, given, pairs))
    unfit = {name: source for name, source in pairs.items() if not _takes(wanted[name], given[source])}
    sources = set(pairs.values())
    left = [name for name in wanted if name not in pairs]
    return WeightsReport(
        by,
        loaded={name: pairs[name] for name in wanted if name in pairs and name not in unfit},
        missing=tuple(name for name in left if not _is_counter(name)),
        unexpected=tuple(name for name in given if name not in sources),
        mismatched=tuple(
            Mismatch(name, source, *_differing(wanted[name], given[source])) for name, source in unfit.items()
        ),
        kept=tuple(name for name in left if _is_counter(name)),
        parting=parting,
    )


def _counters(
    wanted: Mapping[str, Tensor], given: Mapping[str, Tensor], pairs: dict[str, str]
) -> Iterator[tuple[str, str]]:
    for name, source in pairs.items():
        if name.endswith("running_mean"):
            ours, theirs = (text.removesuffix("running_mean") + COUNTER for text in (name, source))
            if ours in wanted and theirs in given:
                yield ours, theirs


def _is_counter(name: str) -> bool:
    return name.rpartition(".")[2] == COUNTER


def _takes(wanted: Tensor, given: Tensor) -> bool:
    if wanted.is_floating_point() != given.is_floating_point() or given.is_complex() != wanted.is_complex():
        return False
    return not given.is_meta and same_values(tuple(wanted.shape), tuple(given.shape))


def _differing(wanted: Tensor, given: Tensor) -> tuple[str, str]:
    """Both shapes; with the types where the shapes agree."""
    shapes = _shape(tuple(wanted.shape)), _shape(tuple(given.shape))
    if not same_values(tuple(wanted.shape), tuple(given.shape)):
        return shapes
    ours, theirs = (str(tensor.dtype).removeprefix("torch.") for tensor in (wanted, given))
    return f"{shapes[0]} {ours}", f"{shapes[1]} {theirs}{' without values' if given.is_meta else ''}"


def _shapes(state: Mapping[str, Tensor]) -> dict[str, Shape]:
    return {name: tuple(value.shape) for name, value in state.items()}


def _shape(shape: Shape) -> str:
    return format_shape(shape) if shape else "a single value"


def _check_memory(module: nn.Module, state: Mapping[str, Tensor]) -> None:
    """Raises WeightsError for a module on the meta device: what is copied there is lost."""
    name = next((name for name, value in state.items() if value.is_meta), None)
    if name is not None:
        raise WeightsError(
            "E908", f"`{name}` of {type(module).__name__} is on the meta device, which holds no values",
            hint="module.to_empty(device='cpu') gives it memory",
        )  # fmt: skip
