"""Nets that netc ships hold the laws of a good figure in every theme: some in every style and on every target."""

from __future__ import annotations

from itertools import product

import pytest
from figure_nets import EXAMPLES, OTHERS, STRICT, graph_of, shipped
from figure_scenes import figure_of

from netc.backends.figure import STYLES, Fitted, Look
from netc.backends.figure.hatching import hatched
from netc.backends.figure.lint import lint
from netc.backends.figure.options import PAGES
from netc.backends.figure.theme import THEMES, load
from netc.compiler import Problem

CASES = [
    *product(STYLES, STRICT, PAGES),
    *product(STYLES, (*OTHERS, *EXAMPLES), ("slide",)),
    *product(("blocks",), (spec for spec in shipped() if spec not in (*STRICT, *OTHERS)), ("slide",)),
]
LOOKS = {name: load(name) for name in THEMES}
TWO_TOWERS = "both towers of AlexNet beside one another"
TOO_MUCH = {
    ("blocks", "alexnet:AlexNet", "slide-half"): TWO_TOWERS,
    ("lanes", "alexnet:AlexNet", "slide-half"): TWO_TOWERS,
    ("volumes", "alexnet:AlexNet", "slide-half"): TWO_TOWERS,
    ("lanes", "alexnet:AlexNet", "paper-1col"): TWO_TOWERS,
    ("volumes", "alexnet:AlexNet", "paper-1col"): TWO_TOWERS,
    ("lenet", "alexnet:AlexNet", "slide-half"): TWO_TOWERS,
    ("lenet", "alexnet:AlexNet", "paper-1col"): TWO_TOWERS,
    ("table", "resnet:ResNet152", "paper-1col"): "what a block is made with",
}
"""Where the smallest text is smaller than the page asks for, and why; `netc draw` says what to change.

A look that has become legible must leave the table."""


def may_refuse(style: str, spec: str) -> bool:
    """Whether a net is none for the style: feature maps for `neurons`, four branches for `alexnet`."""
    return (style == "neurons" and spec != "mlp") or (
        style == "alexnet" and spec in ("inception", "googlenet:GoogLeNet")
    )


def drawn(style: str, spec: str, page: str) -> Fitted | None:
    """The figure, or None where the style says that it cannot draw the net."""
    try:
        return figure_of(graph_of(spec), Look(style=style, target=page))
    except Problem as problem:
        if problem.diagnostic.code == "E903" and may_refuse(style, spec):
            return None
        raise


@pytest.mark.parametrize(("style", "spec", "page"), CASES)
def test_the_lint_finds_nothing(style: str, spec: str, page: str) -> None:
    fitted = drawn(style, spec, page)
    if fitted is None:
        return
    assert fitted.legible == ((style, spec, page) not in TOO_MUCH), fitted.scene.smallest_text()
    for theme in LOOKS.values():
        found = lint(hatched(fitted.scene, theme), theme, PAGES[page])
        small = [finding for finding in found if finding.law == "small-text"]
        assert bool(small) != fitted.legible
        assert [finding for finding in found if finding not in small] == [], theme.name


@pytest.mark.parametrize("style", STYLES)
def test_every_style_draws_something_that_netc_ships(style: str) -> None:
    assert any(drawn(style, spec, "slide") for spec in (*STRICT, *EXAMPLES))
