"""One step of training, whoever carries it out: a module in this process, or several processes together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

import torch
from torch import Tensor, nn

from ....compiler.diagnostics import Problem
from ....compiler.graph import Graph
from ..execute import check_bindings, module, real_device
from .descent import Descent
from .objective import Objective
from .seeds import seed_of
from .settings import Settings


class Score(NamedTuple):
    """How a batch went; tensors, so that a GPU need not be waited for."""

    loss: Tensor
    """The mean over the batch."""
    correct: Tensor
    """The number of samples whose class was found; not a number where nobody looked."""


class Learner(Protocol):
    """What the loop needs of whoever trains.

    Of several processes that train together each has one, and all are called with the same arguments in the same order.
    """

    leads: bool
    """Whether this process writes files and talks to the user: one of all does."""
    multiple: int
    """By what the size of every training batch must be divisible."""

    def agreed(self, stop: bool) -> bool:
        """Whether any of the processes was asked to stop."""

    def train_step(self, images: Tensor, targets: Tensor, rate: float, seed: int) -> Score:
        """One step of the optimizer on a batch: [batch, *input] and [batch]; `seed` is that of dropout in this step."""

    def evaluate(self, images: Tensor, targets: Tensor) -> Score:
        """A batch in evaluation, without a step."""

    def state(self) -> dict[str, Any]:
        """All that training goes on with, by the names of the weights; what is not led may be left out."""

    def load(self, state: Mapping[str, Any]) -> None:
        """Goes on with a state."""


class ModuleLearner:
    """Trains the written module in this process, on whatever devices it is bound to."""

    leads = True
    multiple = 1

    def __init__(self, graph: Graph, settings: Settings, model: nn.Module, home: torch.device) -> None:
        """`home` is where the input is, when the net places nothing itself. Raises Problem E1004 for --amp on a CPU."""
        self.model = model
        self.home = home
        self.objective = Objective(graph, model)
        self.descent = Descent(model.named_parameters(), settings)
        kinds = {parameter.device.type for parameter in model.parameters()}
        if settings.amp and "cuda" not in kinds:
            raise Problem(
                "E1004", "mixed precision needs a GPU", found=", ".join(sorted(kinds)), hint="leave --amp out"
            )
        self.low = _low_precision() if settings.amp else None
        self.scaler = torch.amp.GradScaler("cuda", enabled=self.low is torch.float16)

    def train_step(self, images: Tensor, targets: Tensor, rate: float, seed: int) -> Score:
        """See Learner."""
        torch.manual_seed(seed)
        optimizer = self.descent.optimizer
        self.descent.set_rate(rate)
        self.model.train()
        optimizer.zero_grad()
        loss, score = self._forward(images, targets)
        self.scaler.scale(loss).backward()  # type: ignore[no-untyped-call]
        self.scaler.step(optimizer)
        self.scaler.update()
        return score

    @torch.no_grad()
    def evaluate(self, images: Tensor, targets: Tensor) -> Score:
        """See Learner."""
        self.model.eval()
        return self._forward(images, targets)[1]

    def _forward(self, images: Tensor, targets: Tensor) -> tuple[Tensor, Score]:
        with torch.autocast("cuda", dtype=self.low, enabled=self.low is not None):
            outputs = self.model(images.to(self.home, non_blocking=True))
        scores = self.objective.output(outputs)
        there = targets.to(scores.device, non_blocking=True)
        loss = self.objective.loss(outputs, there)
        return loss, Score(loss.detach(), (self.objective.predicted(outputs) == there).sum())

    def agreed(self, stop: bool) -> bool:
        """See Learner."""
        return stop

    def state(self) -> dict[str, Any]:
        """See Learner; `model` is the module's state_dict, so that ``netc.load_weights`` takes the checkpoint."""
        momenta = self.descent.momenta()
        return {"model": self.model.state_dict(), "momenta": momenta, "scaler": self.scaler.state_dict()}

    def load(self, state: Mapping[str, Any]) -> None:
        """See Learner."""
        self.model.load_state_dict(state["model"])
        self.descent.load(state["momenta"])
        if self.scaler.is_enabled() and state["scaler"]:
            self.scaler.load_state_dict(state["scaler"])


def learner_of(graph: Graph, settings: Settings, devices: Mapping[str, str]) -> ModuleLearner:
    """A learner of the net with weights as its spec draws them, after the run's seed.

    `devices` binds logical devices to real ones; the entry "" is the one of a net that places nothing. Those left out
    are a GPU where there is one. Raises Problem E501 and E302 for wrong bindings, E1004 for --amp on a CPU.
    """
    bindings: dict[str, str | torch.device] = {name: device for name, device in devices.items() if name}
    checked = check_bindings(graph, bindings)
    home = torch.device("cpu")
    if graph.devices:
        _refuse_unnamed(graph, devices)
    else:
        home = real_device("", devices.get("") or ("cuda" if torch.cuda.is_available() else "cpu"))
    torch.manual_seed(seed_of(settings.seed, "weights"))
    return ModuleLearner(graph, settings, _on_devices(graph, checked, home), home)


def _on_devices(graph: Graph, bindings: Mapping[str, torch.device], home: torch.device) -> nn.Module:
    """The module where it is trained; raises Problem E302 for a device that this PyTorch cannot use."""
    used = ", ".join(str(device) for device in bindings.values()) or str(home)
    try:
        model = module(graph, **bindings) if graph.devices else module(graph).to(home)
    except (RuntimeError, AssertionError) as error:  # NotImplementedError is a RuntimeError
        found = str(error).strip().partition("\n")[0][:200]
        raise Problem("E302", f"this PyTorch cannot train on {used}", expected="cpu or cuda", found=found) from None
    if any(parameter.is_meta for parameter in model.parameters()):
        raise Problem("E302", "the meta device holds no values, so that nothing can be learned", found=used)
    return model


def _refuse_unnamed(graph: Graph, devices: Mapping[str, str]) -> None:
    if "" in devices:
        known = ", ".join(f"{device.name}={devices['']}" for device in graph.devices)
        raise Problem("E501", f"`{graph.net}` has devices of its own", expected=known, found=devices[""])


def _low_precision() -> torch.dtype:
    return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
