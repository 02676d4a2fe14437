"""By what layers are coloured, and what the legend says of it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from typing import NamedTuple

from .options import Colour
from .picture import Picture
from .roles import COST_ROLES, DEVICE_ROLES

SHARES = (0.01, 0.05, 0.10, 0.20)
"""Limits between the classes of cost, as parts of the net's multiply-adds."""


class Colouring(NamedTuple):
    """A theme's role for every layer that is drawn, by name, and the legend: role and words in order of first use."""

    roles: Mapping[str, str]
    legend: tuple[tuple[str, str], ...]


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
    total = picture.graph.total("macs") or 1
    macs = {layer.name: layer.macs for layer in picture.graph.layers}
    roles = {}
    for layer in picture.drawn.layers:
        share = sum(macs.get(name, 0) for name in picture.nodes_of(layer.name)) / total
        roles[layer.name] = COST_ROLES[bisect_right(SHARES, share)]
    used = set(roles.values())
    return Colouring(roles, tuple((role, words) for role, words in _cost_words() if role in used))


def _cost_words() -> list[tuple[str, str]]:
    limits = [f"{share:.0%}" for share in SHARES]
    words = [f"below {limits[0]} of the MACs", *(f"from {limit}" for limit in limits)]
    return list(zip(COST_ROLES, words, strict=True))
