"""Recipes: how a paper trained its net, by name. Imports no torch."""

from __future__ import annotations

from typing import Literal, NamedTuple

from ....compiler.diagnostics import Problem, suggest

Scaling = Literal["standard", "lenet1998", "alexnet2012"]
"""How pixels become input values; ``preparing.py`` carries it out."""


class Recipe(NamedTuple):
    """Constants of stochastic gradient descent, and what is done to the images."""

    about: str
    """One line: where the constants are from."""
    epochs: int
    batch: int
    momentum: float
    weight_decay: float
    rates: tuple[tuple[int, float], ...]
    """Learning rates: from which epoch on, counted from 1, and how much."""
    scaling: Scaling = "standard"
    bias_rate: float = 1.0
    """Learning rate of biases, as a multiple of that of weights."""
    decays_biases: bool = True
    augments: bool = False
    """Random crops, mirroring and colour changes of photographs."""

    def rate(self, epoch: int) -> float:
        """The learning rate of an epoch, counted from 1."""
        return next(rate for first, rate in reversed(self.rates) if epoch >= first)


PLAIN = "plain"

RECIPES: dict[str, Recipe] = {
    PLAIN: Recipe(
        about="netc's own: one small rate, for first trials",
        epochs=10, batch=32, momentum=0.9, weight_decay=0.0, rates=((1, 0.002),),
    ),
    # LeCun et al. 1998, section III.B: 20 passes, one sample at a time, global rates 0.0005 for two passes, 0.0002 for
    # three, 0.0001 for three, 0.00005 for four and 0.00001 after. The paper divides them by estimated second
    # derivatives, weight by weight; here they are the rates of all weights.
    "lenet1998": Recipe(
        about="LeCun et al. 1998, section III.B, without second derivatives",
        epochs=20, batch=1, momentum=0.0, weight_decay=0.0,
        rates=((1, 5e-4), (3, 2e-4), (6, 1e-4), (9, 5e-5), (13, 1e-5)),
        scaling="lenet1998",
    ),
    # Krizhevsky et al. 2012, section 5: batch, momentum, decay, first rate; divided by 10 three times, "when the
    # validation error rate stopped improving", in about 90 passes: the moments are netc's. Biases learn twice as fast
    # and do not decay in the released source, layers-145.cfg.
    "alexnet2012": Recipe(
        about="Krizhevsky et al. 2012, section 5, and the released source",
        epochs=90, batch=128, momentum=0.9, weight_decay=5e-4,
        rates=((1, 1e-2), (31, 1e-3), (61, 1e-4), (81, 1e-5)),
        scaling="alexnet2012", bias_rate=2.0, decays_biases=False, augments=True,
    ),
}  # fmt: skip


def recipe_of(name: str) -> Recipe:
    """The recipe of that name; raises Problem E1004."""
    if name not in RECIPES:
        known = ", ".join(RECIPES)
        raise Problem("E1004", f"unknown recipe `{name}`", expected=known, hint=suggest(name, RECIPES))
    return RECIPES[name]
