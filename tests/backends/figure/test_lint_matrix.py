"""Every net that netc ships, in every style and on every target, holds the laws of a good figure in every theme."""

from __future__ import annotations

import re
from itertools import product

import pytest
from figure_nets import ROOT
from figure_scenes import figure_of

import netc
from netc.backends.figure import STYLES, Fitted, Look
from netc.backends.figure.hatching import hatched
from netc.backends.figure.lint import lint
from netc.backends.figure.options import PAGES
from netc.backends.figure.theme import THEMES, load
from netc.compiler import Problem


def nets_in(folder: str) -> list[str]:
    return [
        f"{path}:{name}"
        for path in sorted((ROOT / folder).glob("*.net"))
        for name in re.findall(r"^net (\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    ]


SHIPPED, EXAMPLES = nets_in("specs"), nets_in("examples")
GRAPHS = {spec.rpartition(":")[2]: netc.load(spec) for spec in (*SHIPPED, *EXAMPLES)}
CASES = [
    (style, spec.rpartition(":")[2], page)
    for specs, pages in ((SHIPPED, tuple(PAGES)), (EXAMPLES, ("slide",)))
    for style, spec, page in product(STYLES, specs, pages)
]
LOOKS = {name: load(name) for name in THEMES}
TWO_TOWERS = "both towers of AlexNet beside one another"
TOO_MUCH = {
    ("blocks", "AlexNet", "slide-half"): TWO_TOWERS,
    ("volumes", "AlexNet", "slide-half"): TWO_TOWERS,
    ("volumes", "AlexNet", "paper-1col"): TWO_TOWERS,
    ("lenet", "AlexNet", "slide-half"): TWO_TOWERS,
    ("lenet", "AlexNet", "paper-1col"): TWO_TOWERS,
}
"""Where the smallest text is smaller than the page asks for, and why; `netc draw` says what to change.

A look that has become legible must leave the table."""


def may_refuse(style: str, net: str) -> bool:
    """Whether a net is none for the style: feature maps for `neurons`, four branches for `alexnet`."""
    return (style == "neurons" and net != "Perceptron") or (style, net) == ("alexnet", "Inception3a")


def drawn(style: str, net: str, page: str) -> Fitted | None:
    """The figure, or None where the style says that it cannot draw the net."""
    try:
        return figure_of(GRAPHS[net], Look(style=style, target=page))
    except Problem as problem:
        if problem.diagnostic.code == "E903" and may_refuse(style, net):
            return None
        raise


@pytest.mark.parametrize(("style", "net", "page"), CASES)
def test_the_lint_finds_nothing(style: str, net: str, page: str) -> None:
    fitted = drawn(style, net, page)
    if fitted is None:
        return
    assert fitted.legible == ((style, net, page) not in TOO_MUCH), fitted.scene.smallest_text()
    for theme in LOOKS.values():
        found = lint(hatched(fitted.scene, theme), theme, PAGES[page])
        small = [finding for finding in found if finding.law == "small-text"]
        assert bool(small) != fitted.legible
        assert [finding for finding in found if finding not in small] == [], theme.name


@pytest.mark.parametrize("style", STYLES)
def test_every_style_draws_something_that_netc_ships(style: str) -> None:
    assert any(drawn(style, net, "slide") for net in GRAPHS)
