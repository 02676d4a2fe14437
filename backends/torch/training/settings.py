"""What a run was asked for: all that decides about its result, as a file can hold it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from math import isfinite
from typing import Any

from ....compiler.diagnostics import Problem
from .recipes import PLAIN, Recipe, recipe_of

FREE = ("epochs", "workers")
"""Settings that may be others when a run goes on: they change no step that was taken."""


@dataclass(frozen=True)
class Settings:
    """One run's settings; ``lr`` None is the recipe's schedule."""

    data: str
    recipe: str
    epochs: int
    batch: int
    momentum: float
    weight_decay: float
    lr: float | None = None
    seed: int = 0
    limit: int | None = None
    """The number of samples to train on, and of those to test on, at most."""
    amp: bool = False
    workers: int = 2
    """Threads that prepare batches ahead; 0 prepares each when it is needed."""

    @property
    def details(self) -> Recipe:
        """The recipe with its constants; those of the settings go before them."""
        return recipe_of(self.recipe)

    def rate(self, epoch: int) -> float:
        """The learning rate of an epoch, counted from 1."""
        recipe = self.details
        return recipe.rate(epoch) if self.lr is None else self.lr * recipe.rate(epoch) / recipe.rate(1)

    def to_dict(self) -> dict[str, Any]:
        """The settings as plain values."""
        return asdict(self)


def settings_of(given: Mapping[str, Any]) -> Settings:
    """Settings from what was given, and the recipe's for what is None or missing.

    Raises Problem E1004 for an unknown recipe and for a value out of range.
    """
    chosen = {name: value for name, value in given.items() if value is not None}
    name = chosen.setdefault("recipe", PLAIN)
    recipe = recipe_of(name)
    for field in ("epochs", "batch", "momentum", "weight_decay"):
        chosen.setdefault(field, getattr(recipe, field))
    settings = Settings(**{"data": "digits", **chosen})
    _check(settings)
    return settings


def _check(settings: Settings) -> None:
    at_least = {"epochs": 1, "batch": 1, "limit": 1, "seed": 0, "workers": 0, "lr": 0, "momentum": 0, "weight_decay": 0}
    for name, least in at_least.items():
        value = getattr(settings, name)
        if value is not None and not (isfinite(value) and value >= least):
            raise Problem("E1004", f"{name} cannot be {value}", expected=f"{least} or more")
    if settings.lr == 0:
        raise Problem("E1004", "a learning rate of 0 teaches nothing", expected="more than 0")
    if settings.momentum >= 1:
        raise Problem("E1004", f"momentum cannot be {settings.momentum:g}", expected="less than 1")


def resumed(stored: Mapping[str, Any], given: Mapping[str, Any]) -> Settings:
    """The settings of a run that goes on: those it began with, and anew what changes no step that was taken.

    Raises Problem E1005 for a setting that the run did not begin with.
    """
    settings = settings_of({field.name: stored.get(field.name) for field in fields(Settings)})
    wanted = {name: value for name, value in given.items() if value is not None}
    for name, value in wanted.items():
        if name not in FREE and value != getattr(settings, name):
            raise Problem(
                "E1005", f"the run began with another {name}, so it would not be the same run",
                expected=str(getattr(settings, name)), found=str(value),
                hint=f"leave --{name.replace('_', '-')} out, or begin another run with --out",
            )  # fmt: skip
    return replace(settings, **{name: wanted[name] for name in FREE if name in wanted})
