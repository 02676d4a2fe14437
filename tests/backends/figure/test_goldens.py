"""Shipped nets in every style: where everything stands, and the SVG file."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from figure_goldens import positions
from figure_nets import STRICT, graph_of
from figure_scenes import figure_of

from netc.backends.figure import STYLES, Look, draw

REFUSING = ("neurons",)
"""Styles that draw none of these nets, which all have feature maps."""


@pytest.mark.parametrize("style", [style for style in STYLES if style not in REFUSING])
@pytest.mark.parametrize("spec", STRICT)
def test_a_shipped_net_in_a_style(spec: str, style: str, golden: Callable[[str, str], None]) -> None:
    graph, look = graph_of(spec), Look(style)
    golden(f"figure/shipped/{style}/{graph.net}.json", positions(figure_of(graph, look).scene))
    golden(f"figure/shipped/{style}/{graph.net}.svg", draw(graph, look).decode())
