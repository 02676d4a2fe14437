"""What a written file may have beyond the net itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .text import Text


@dataclass(frozen=True)
class Extras:
    """Additions to the file of a net; the plain file has none."""

    remarks: tuple[str, ...] = ()
    """A paragraph of the file's docstring."""
    usage: tuple[str, ...] = ()
    """How the file is used, instead of an example of how its class is called."""
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
    program: Callable[[Text], Iterable[str]] = lambda text: ()
    """What stands behind the classes of the net: blocks of lines."""
    imports: Mapping[str, str] = field(default_factory=dict)
    """What that needs: names, and the statements that import them."""
    reserved: frozenset[str] = frozenset()
    """The names that it defines, which no class of the net may have."""


NONE = Extras()
