"""The papers' constants, and what settings are made of them and of what was given."""

from __future__ import annotations

import pytest

from netc.backends.torch.training.recipes import RECIPES, recipe_of
from netc.backends.torch.training.settings import resumed, settings_of
from netc.compiler import Problem


def test_lenet_1998() -> None:
    """LeCun et al. 1998, section III.B: the rates of 20 passes."""
    recipe = recipe_of("lenet1998")
    rates = [5e-4] * 2 + [2e-4] * 3 + [1e-4] * 3 + [5e-5] * 4 + [1e-5] * 8
    assert [recipe.rate(epoch) for epoch in range(1, recipe.epochs + 1)] == rates
    assert (recipe.batch, recipe.momentum, recipe.weight_decay) == (1, 0, 0)


def test_alexnet_2012() -> None:
    """Krizhevsky et al. 2012, section 5: a rate of 0.01, divided by 10 three times in about 90 passes."""
    recipe = recipe_of("alexnet2012")
    rates = [recipe.rate(epoch) for epoch in range(1, recipe.epochs + 1)]
    assert list(dict.fromkeys(rates)) == [1e-2, 1e-3, 1e-4, 1e-5]
    assert (recipe.epochs, recipe.batch, recipe.momentum, recipe.weight_decay) == (90, 128, 0.9, 5e-4)
    assert (recipe.bias_rate, recipe.decays_biases, recipe.augments) == (2.0, False, True)


def test_every_recipe_begins_with_epoch_1() -> None:
    for recipe in RECIPES.values():
        firsts = [first for first, _ in recipe.rates]
        assert firsts == sorted(set(firsts))
        assert firsts[0] == 1


def test_what_is_given_goes_before_the_recipe() -> None:
    settings = settings_of({"recipe": "alexnet2012", "epochs": 3, "batch": None, "lr": 0.1})
    assert (settings.data, settings.epochs, settings.batch, settings.weight_decay) == ("digits", 3, 128, 5e-4)
    assert settings.rate(1) == pytest.approx(0.1)
    assert settings.rate(31) == pytest.approx(0.01)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"recipe": "lenet"}, "did you mean `lenet1998`?"), ({"epochs": 0}, "1 or more"), ({"batch": -1}, "1 or more"),
        ({"lr": 0.0}, "more than 0"), ({"lr": float("nan")}, "0 or more"), ({"momentum": 1.0}, "less than 1"),
        ({"weight_decay": -0.1}, "0 or more"), ({"workers": -1}, "0 or more"), ({"limit": 0}, "1 or more"),
    ],
)  # fmt: skip
def test_settings_out_of_range(given: dict[str, object], words: str) -> None:
    with pytest.raises(Problem) as caught:
        settings_of(given)
    found = caught.value.diagnostic
    assert found.code == "E1004"
    assert words in f"{found.expected} {found.hint}"


def test_a_run_goes_on_with_its_settings() -> None:
    began = settings_of({"recipe": "alexnet2012", "seed": 7, "lr": 0.02, "amp": True})
    assert resumed(began.to_dict(), {"epochs": None, "seed": 7}) == began
    assert resumed(began.to_dict(), {"epochs": 100, "workers": 0}).epochs == 100
    with pytest.raises(Problem) as caught:
        resumed(began.to_dict(), {"lr": 0.01})
    assert (caught.value.diagnostic.code, caught.value.diagnostic.expected) == ("E1005", "0.02")
