"""A stage in training, in microbatches."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

import torch
from torch import Tensor
from torch.distributed.pipelining import PipelineStage, Schedule1F1B, ScheduleGPipe

from .constants import DEVICES, INPUT, criterion
from .trainer import positive, Trainer


def blanks(
    samples: int, shapes: tuple[tuple[int, ...], ...], *, requires_grad: bool
) -> tuple[Tensor, ...]:
    """Tensors of these shapes without values."""
    made = (torch.empty(samples, *shape, device="meta") for shape in shapes)
    return tuple(blank.requires_grad_(requires_grad) for blank in made)


class Pipeline(Trainer):
    """One rank in training; batches go through the stages in microbatches."""

    options: ClassVar = {
        "schedule": {"choices": ["1f1b", "gpipe"], "default": "1f1b"},
        "microbatches": {"type": positive, "default": 4, "metavar": "N"},
    }

    def __init__(
        self,
        replicas: int = 1,
        device: str | torch.device = "cpu",
        seed: int = 0,
        timeout: timedelta | None = None,
        schedule: str = "1f1b",
        microbatches: int = 4,
    ) -> None:
        super().__init__(replicas, device, seed, timeout)
        self.microbatches = microbatches
        self.kind = {"gpipe": ScheduleGPipe, "1f1b": Schedule1F1B}[schedule]
        self.schedules: dict[tuple[int, bool], Any] = {}

    def schedule(self, samples: int, *, training: bool) -> Any:
        """The schedule for so many samples, with stages that know all shapes."""
        key = samples, training
        if key not in self.schedules:
            microbatches = self.microbatches if training else 1
            size = samples // microbatches
            index = self.mesh.get_local_rank("device")
            stage = PipelineStage(
                self.model,
                index,
                len(DEVICES),
                self.device,
                blanks(size, self.rank.takes or (INPUT,), requires_grad=index > 0),
                blanks(size, self.rank.gives, requires_grad=True),
                group=self.mesh.get_group("device"),
            )
            if training:
                self.schedules[key] = self.kind(stage, microbatches, criterion)
            else:
                self.schedules[key] = ScheduleGPipe(stage, microbatches)
        return self.schedules[key]

    def gradients(self, images: Tensor, targets: Tensor) -> Tensor:
        losses: list[Tensor] = []
        schedule = self.schedule(len(images), training=True)
        if self.rank.has_loss:
            schedule.step(target=targets, losses=losses, return_outputs=False)
            return torch.stack(losses).mean().detach()
        schedule.step(*([] if self.rank.takes else [images]))
        return torch.zeros((), device=self.device)

    @torch.no_grad()
    def evaluate(self, images: Tensor) -> Tensor | None:
        self.rank.eval()
        schedule = self.schedule(len(images), training=False)
        output: Tensor | None = schedule.eval(*([] if self.rank.takes else [images]))
        return output
