"""Stochastic gradient descent with a recipe's constants; its state has the names of the weights.

So a checkpoint does not say in which process or on which device a weight was trained.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import torch
from torch import Tensor, nn

from .settings import Settings

BUFFER = "momentum_buffer"
"""What PyTorch calls the momentum of a weight."""


class Descent:
    """The optimizer of some weights; `multiple` is by what the learning rate of a group is multiplied."""

    def __init__(self, named: Iterable[tuple[str, nn.Parameter]], settings: Settings) -> None:
        recipe = settings.details
        self.parameters = dict(named)
        biases = [value for name, value in self.parameters.items() if _is_bias(name)]
        weights = [value for name, value in self.parameters.items() if not _is_bias(name)]
        decay = settings.weight_decay
        groups = [
            {"params": weights, "multiple": 1.0, "weight_decay": decay},
            {"params": biases, "multiple": recipe.bias_rate, "weight_decay": decay if recipe.decays_biases else 0.0},
        ]
        self.optimizer = torch.optim.SGD(
            [group for group in groups if group["params"]], lr=settings.rate(1), momentum=settings.momentum
        )

    def set_rate(self, rate: float) -> None:
        """The learning rate of the next step."""
        for group in self.optimizer.param_groups:
            group["lr"] = rate * group["multiple"]

    def momenta(self) -> dict[str, Tensor]:
        """The momentum of every weight that has one."""
        found = {name: self.optimizer.state[value].get(BUFFER) for name, value in self.parameters.items()}
        return {name: momentum for name, momentum in found.items() if momentum is not None}

    def load(self, momenta: Mapping[str, Tensor]) -> None:
        """Goes on with the momentum of every own weight; raises ValueError for one of another shape."""
        for name, value in self.parameters.items():
            if name in momenta:
                if momenta[name].shape != value.shape:
                    raise ValueError(f"the momentum of {name} has another shape than the weight")
                self.optimizer.state[value][BUFFER] = momenta[name].to(value.device, copy=True)


def _is_bias(name: str) -> bool:
    return name.rpartition(".")[2] == "bias"
