"""The roles of shapes: what a style says of them, and a theme has a look for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from ...compiler import Role

LAYER_ROLES: tuple[str, ...] = (*get_args(Role), "block")
"""What layers do; `block` is the use of a block that is drawn as one box."""
DEVICE_ROLES = tuple(f"device{index}" for index in range(8))
"""Layers coloured by device; the ninth device has the colour of the first."""
COST_ROLES = tuple(f"cost{index}" for index in range(5))
"""Layers coloured by their share of the multiply-adds, from little to much."""
ORIGINAL_ROLES = ("plane", "bar", "slab", "kernel")
"""What the figures of 1998 and 2012 are made of: feature maps, vectors, boxes, and the kernels on them."""
SURFACE_ROLES = ("lane", "section", "repeat")
"""What boxes stand in; `repeat` is the frame of what is drawn once and comes several times."""
MARK_ROLES = ("added", "removed", "changed", "moved", "highlight")
"""Marks over what a diff found, and of the ideas that are still in use."""
TABLE_ROLES = ("head", "row", "stripe")
SIGN_ROLES = ("input", "output", "transfer")
BOX_ROLES = (
    *LAYER_ROLES, *DEVICE_ROLES, *COST_ROLES, *ORIGINAL_ROLES, *SURFACE_ROLES, *MARK_ROLES, *TABLE_ROLES, *SIGN_ROLES,
)  # fmt: skip
"""Roles that are filled, outlined and written on."""
WIRE_ROLES = ("wire", "arrow", "transfer_wire", "transfer_arrow", "ray", "connection", "rule", "hatch")
"""Lines: a `ray` leads from a kernel to the unit that it feeds, a `rule` across a table, a `hatch` over a fill."""


def roles_of_wire(copied: bool) -> tuple[str, str]:
    """The roles of a wire's line and of its arrow head; those of what is copied between devices are their own."""
    return ("transfer_wire", "transfer_arrow") if copied else ("wire", "arrow")


TEXT_ROLES = ("heading", "remark")
ROLES = (*BOX_ROLES, *WIRE_ROLES, *TEXT_ROLES)

GROUPS: Mapping[str, tuple[str, ...]] = {
    "layers": LAYER_ROLES,
    "devices": DEVICE_ROLES,
    "costs": COST_ROLES,
    "originals": ORIGINAL_ROLES,
    "surfaces": SURFACE_ROLES,
    "marks": MARK_ROLES,
    "table": TABLE_ROLES,
    "signs": SIGN_ROLES,
    "wires": WIRE_ROLES,
    "texts": TEXT_ROLES,
}
"""Roles that a theme may speak of together."""
