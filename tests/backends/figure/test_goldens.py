"""Every shipped net in every style: where everything stands, and the SVG file."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from figure_goldens import positions
from figure_nets import ROOT
from figure_scenes import figure_of

from netc.backends.figure import STYLES, Look, draw
from netc.compiler import Graph, check_source
from netc.compiler.program import read_source

REFUSING = ("neurons",)
"""Styles that draw none of the shipped nets, which all have feature maps."""


def shipped() -> Iterator[tuple[str, Graph]]:
    for path in sorted((ROOT / "specs").glob("*.net")):
        for result in check_source(read_source(path)):
            assert result.graph is not None
            yield result.net, result.graph


GRAPHS = dict(shipped())


@pytest.mark.parametrize("style", [style for style in STYLES if style not in REFUSING])
@pytest.mark.parametrize("name", GRAPHS)
def test_a_shipped_net_in_a_style(name: str, style: str, golden: Callable[[str, str], None]) -> None:
    look = Look(style)
    golden(f"figure/shipped/{style}/{name}.json", positions(figure_of(GRAPHS[name], look).scene))
    golden(f"figure/shipped/{style}/{name}.svg", draw(GRAPHS[name], look).decode())
