"""What was found of two nets, as text for people and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from math import isfinite
from typing import Any

from .compare import Equivalence
from .comparison import Comparison
from .parting import Parting, Place
from .recipe import Folded, Recipe, Rows, Tensor

LISTED = 6
"""Layers of each net that a text names; JSON has all."""


def told(found: Equivalence, comparison: Comparison | None) -> str:
    """Some lines: whether they are equal, how the weights go, how far the outputs are apart, or where they part."""
    return "\n".join(_lines(found, comparison))


def _lines(found: Equivalence, comparison: Comparison | None) -> Iterator[str]:
    nets = _nets(found)
    if found.parting is not None:
        yield f"{nets[0]} and {nets[1]} do not compute the same: {found.parting.reason}"
        yield from _places(found, found.parting)
        return
    same = comparison is not None and comparison.same
    if not same:
        yield f"{nets[0]} and {nets[1]} should compute the same, but their outputs differ"
    elif found.in_training is None:
        yield f"{nets[0]} and {nets[1]} compute the same"
    else:
        reason = f"they differ in training: {found.in_training.reason}"
        yield f"{nets[0]} and {nets[1]} compute the same in evaluation; {reason}"
        yield from _places(found, found.in_training)
    yield f"  weights: {_weights(found)}"
    if not found.forwards:
        yield f"  not the other way: {found.not_forwards}"
    if found.left_out:
        yield f"  no weights for {_listed(list(found.left_out))}, which evaluation does not need"
    if comparison is not None:
        yield f"  outputs: {comparison}"


def _nets(found: Equivalence) -> tuple[str, str]:
    """What the nets are called; with their files where their names are the same."""
    first, second = found.first, found.second
    if first.net != second.net:
        return first.net, second.net
    if first.file != second.file:
        return f"{first.net} ({first.file})", f"{second.net} ({second.file})"
    return f"{first.net} (the first)", f"{second.net} (the second)"


def _places(found: Equivalence, parting: Parting) -> Iterator[str]:
    nets = _nets(found)
    width = max(map(len, nets))
    for net, places in zip(nets, (parting.first, parting.second), strict=True):
        for place in places[:LISTED]:
            yield f"  {net:{width}}  {place}"
        if len(places) > LISTED:
            yield f"  {net:{width}}  and {len(places) - LISTED} more"


def _weights(found: Equivalence) -> str:
    """How many tensors are made in which way, and of which net."""
    if not found.recipes:
        return "none"
    nets = _nets(found)
    source, target = nets if found.forwards else reversed(nets)
    counts = Counter(map(_how, found.recipes.values()))
    ways = ", ".join(f"{count} {way}" for way, count in counts.items())
    total = sum(counts.values())
    return f"{total} tensor{'s' * (total > 1)} of {target} from those of {source}: {ways}"


def _how(recipe: Recipe) -> str:
    match recipe:
        case Tensor():
            return "copied"
        case Rows():
            return "cut out"
        case Folded():
            return "with scales folded in"
        case _:
            return _HOW[type(recipe).__name__]


_HOW = {"Joined": "put together", "Shaped": "reshaped", "Zeros": "zero", "Minus": "with a constant taken in"}


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return ", ".join(names[:LISTED]) + more


def as_json(found: Equivalence, comparison: Comparison | None) -> dict[str, Any]:
    """All that was found, but for the way in which every tensor is made: the converter has that."""
    same = found.parting is None and comparison is not None and comparison.same
    return {
        "first": _net(found.first.net, found.first.file),
        "second": _net(found.second.net, found.second.file),
        "same": same,
        "parting": _parting(found.parting),
        "training": _parting(found.in_training),
        "weights": {
            "from": "first" if found.forwards else "second",
            "not_forwards": found.not_forwards or None,
            "tensors": {name: _how(recipe) for name, recipe in found.recipes.items()},
            "left_out": list(found.left_out),
        }
        if found.parting is None
        else None,
        "outputs": None
        if comparison is None
        else {
            "absolute": comparison.absolute if isfinite(comparison.absolute) else None,
            "relative": comparison.relative if isfinite(comparison.relative) else None,
            "batch": comparison.batch,
            "seed": comparison.seed,
        },
    }


def _net(name: str, file: str) -> dict[str, str]:
    return {"net": name, "file": file}


def _parting(parting: Parting | None) -> dict[str, Any] | None:
    if parting is None:
        return None
    return {
        "reason": parting.reason,
        "first": [_place(place) for place in parting.first],
        "second": [_place(place) for place in parting.second],
    }


def _place(place: Place) -> dict[str, Any]:
    return {"layer": place.name, "what": place.what, "file": place.file, "line": place.line}
