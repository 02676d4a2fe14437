"""What a written file may have beyond the net itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Extras:
    """Additions to the file of a net; the plain file has none."""

    remarks: tuple[str, ...] = ()
    """A paragraph of the file's docstring."""
    maker: str = ""
    """How the usage makes a module: ``.from_state_dict``; the constructor otherwise."""
    given: tuple[str, ...] = ()
    """What the maker takes before the devices."""
    constants: tuple[str, ...] = ()
    """Definitions at the top of the file."""
    prepare: tuple[str, ...] = ()
    """The last lines of the net's constructor."""
    methods: tuple[str, ...] = ()
    """Lines of further methods of the net."""


NONE = Extras()
