"""By what layers are coloured, and what the legend says of it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Mapping
from itertools import pairwise
from typing import NamedTuple

from .options import Colour
from .picture import Picture
from .roles import COST_ROLES, DEVICE_ROLES

LADDER = tuple(step / 10**power for power in range(1, 7) for step in (5, 2, 1))
"""Limits between classes of cost, as parts of the net's multiply-adds: from 50% down to 0.0001%."""


class Colouring(NamedTuple):
    """A theme's role for every layer that is drawn, by name, and the legend: role and words in order of first use."""

    roles: Mapping[str, str]
    legend: tuple[tuple[str, str], ...]

    def legend_of(self, seen: Collection[str]) -> tuple[tuple[str, str], ...]:
        """The legend without roles that are not seen."""
        return tuple(entry for entry in self.legend if entry[0] in seen)


def colouring(picture: Picture, by: Colour) -> Colouring:
    """Layers coloured by what they do (`auto` and `role`), by device or by cost; `none` has the role `slab`."""
    if by == "device":
        return _by_device(picture)
    if by == "cost":
        return _by_cost(picture)
    if by == "none":
        return Colouring({layer.name: "slab" for layer in picture.drawn.layers}, ())
    roles = {layer.name: str(layer.op.role) for layer in picture.drawn.layers}
    return Colouring(roles, tuple((role, role) for role in dict.fromkeys(roles.values())))


def _by_device(picture: Picture) -> Colouring:
    devices = dict.fromkeys(layer.device for layer in picture.graph.layers)
    role = {device: DEVICE_ROLES[index % len(DEVICE_ROLES)] for index, device in enumerate(devices)}
    roles = {layer.name: role[layer.device] for layer in picture.drawn.layers}
    return Colouring(roles, tuple((role[device], device or "no device") for device in devices))


def _by_cost(picture: Picture) -> Colouring:
    """Five classes by four limits, so that the costliest layer is in the highest, be it half of the net or 1% of it."""
    total = picture.graph.total("macs", training=True) or 1
    macs = {layer.name: layer.macs for layer in picture.graph.layers}
    shares = {
        layer.name: sum(macs.get(name, 0) for name in picture.nodes_of(layer.name)) / total
        for layer in picture.drawn.layers
    }
    limits = _limits(max(shares.values(), default=0))
    roles = {name: COST_ROLES[bisect_right(limits, share)] for name, share in shares.items()}
    used = set(roles.values())
    return Colouring(roles, tuple((role, words) for role, words in _cost_words(limits) if role in used))


def _limits(most: float) -> list[float]:
    """Neighbours of the ladder in ascending order, with the last no larger than the greatest share."""
    count = len(COST_ROLES) - 1
    first = next((index for index, limit in enumerate(LADDER) if limit <= most), 0)
    first = min(first, len(LADDER) - count)
    return list(reversed(LADDER[first : first + count]))


def _cost_words(limits: list[float]) -> list[tuple[str, str]]:
    said = [f"{100 * limit:g}%" for limit in limits]
    between = [f"{low} to {high}" for low, high in pairwise(said)]
    words = [f"below {said[0]} of the MACs", *between, f"{said[-1]} of the MACs or more"]
    return list(zip(COST_ROLES, words, strict=True))
