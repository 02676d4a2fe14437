"""A rank in training, and its checkpoints."""

from __future__ import annotations

import argparse
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.distributed.checkpoint.state_dict import (
    StateDictOptions,
    get_state_dict,
    set_state_dict,
)
from torch.distributed.checkpoint.state_dict_loader import load
from torch.distributed.checkpoint.state_dict_saver import save
from torch.distributed.device_mesh import DeviceMesh
from torch.nn.parallel import DistributedDataParallel

from .constants import DEVICES, NET, RANKS, criterion
from .peers import group_of


def positive(text: str) -> int:
    """A whole number above 0."""
    if not text.isdigit() or not int(text):
        raise argparse.ArgumentTypeError(f"{text} is no whole number above 0")
    return int(text)


FLAT = StateDictOptions(flatten_optimizer_state_dict=True)


def saved_steps(folder: Path) -> list[int]:
    """The steps that a folder has whole checkpoints of."""
    names = [path.name.removeprefix("step-") for path in folder.glob("step-*")]
    return [int(name) for name in names if name.isdigit()]


def mesh_of(replicas: int, kind: str, timeout: timedelta | None) -> DeviceMesh:
    """All ranks, by replica and device."""
    ranks = torch.arange(replicas * len(DEVICES)).view(replicas, len(DEVICES))
    groups = [group_of(rows.tolist(), timeout) for rows in (ranks.T, ranks)]
    names = ("replica", "device")
    return DeviceMesh.from_group(groups, kind, ranks, mesh_dim_names=names)


class Trainer:
    """One rank in training, with as many replicas of the whole net as asked for.

    All ranks of a replica are given the same images, its share of the batch.
    """

    step = 0
    """Steps that are done."""
    options: ClassVar[dict[str, dict[str, Any]]] = {}
    """Further options of the program."""

    def __init__(
        self,
        replicas: int = 1,
        device: str | torch.device = "cpu",
        seed: int = 0,
        timeout: timedelta | None = None,
    ) -> None:
        self.seed = seed
        self.device = torch.device(device)
        self.mesh = mesh_of(replicas, self.device.type, timeout)
        self.replica = self.mesh.get_local_rank("replica")
        torch.manual_seed(seed)  # every rank draws the weights of the whole net
        self.rank: Any = RANKS[self.mesh.get_local_rank("device")](NET()).to(
            self.device
        )
        self.rank.join(self.mesh, timeout)
        self.model: nn.Module = self.rank
        if replicas > 1:
            group = self.mesh.get_group("replica")
            self.model = DistributedDataParallel(self.rank, process_group=group)

    def parameters(self) -> list[nn.Parameter]:
        """The weights of this rank's layers."""
        return list(self.rank.parameters())

    def train_step(
        self, images: Tensor, targets: Tensor, optimizer: torch.optim.Optimizer
    ) -> float:
        """One step with the replica's images; the mean loss of all replicas."""
        self.rank.train()
        optimizer.zero_grad()
        torch.manual_seed(hash((self.seed, self.step, dist.get_rank())))  # dropout
        loss = self.gradients(images, targets)
        optimizer.step()
        self.step += 1
        dist.all_reduce(loss)
        return loss.item() / self.mesh["replica"].size()

    def gradients(self, images: Tensor, targets: Tensor) -> Tensor:
        """Forward and backward; the loss where the output is, and 0 elsewhere."""
        output = self.model(images)
        loss = criterion(output, targets) if self.rank.has_loss else output
        (loss + self.rank.token).backward()
        return loss.detach()

    @torch.no_grad()
    def evaluate(self, images: Tensor) -> Tensor | None:
        """The output for the replica's images, on the rank that makes it."""
        output = self.rank.eval()(images)
        return output if self.rank.has_output else None

    def state(self, optimizer: torch.optim.Optimizer) -> dict[str, Any]:
        """What a checkpoint has of this rank; keys are those of the whole net."""
        model, state = get_state_dict(self.rank.net, optimizer, options=FLAT)
        return {"model": model, "optimizer": state, "step": self.step}

    def save(self, folder: Path, optimizer: torch.optim.Optimizer) -> None:
        """Writes FOLDER/step-N, whole or not at all; all ranks do it together."""
        partial = folder / f"step-{self.step}.partial"
        if dist.get_rank() == 0:
            shutil.rmtree(partial, ignore_errors=True)
        dist.barrier()
        save(self.state(optimizer), checkpoint_id=partial)
        if dist.get_rank() == 0:
            partial.rename(partial.with_suffix(""))
        dist.barrier()

    def load(self, folder: Path, optimizer: torch.optim.Optimizer) -> bool:
        """Goes on from the latest checkpoint in a folder; whether there is one."""
        steps = saved_steps(folder)
        if not steps:
            return False
        optimizer.zero_grad()  # else the optimizer's state is not made before it is read
        state = self.state(optimizer)
        load(state, checkpoint_id=folder / f"step-{max(steps)}")
        model, optimizer_state = state["model"], state["optimizer"]
        set_state_dict(
            self.rank.net,
            optimizer,
            model_state_dict=model,
            optim_state_dict=optimizer_state,
            options=FLAT,
        )
        self.step = state["step"]
        return True
