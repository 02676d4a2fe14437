"""Run by torchrun: trains ranks of written files for three steps, and stores what each of them computed.

``worker.py FOLDER CASE...``; a case is ``module:replicas`` or, for pipelines, ``module:replicas:schedule``.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import torch
import torch.distributed as dist


def run(folder: Path, case: str) -> None:
    name, replicas, *schedule = case.split(":")
    file = importlib.import_module(name)
    kind = file.Pipeline if schedule else file.Trainer
    trainer = kind(int(replicas), "cpu", 7, None, *schedule)
    optimizer = torch.optim.SGD(trainer.parameters(), 0.02, 0.9)
    found = []
    for step in range(3):
        images, targets = (part.chunk(int(replicas))[trainer.replica] for part in file.batch_of(None, step, 8, 7))
        output = trainer.evaluate(images)
        loss = trainer.train_step(images, targets, optimizer)
        gradients = {key: weight.grad.clone() for key, weight in trainer.rank.net.named_parameters()}
        found.append({"output": output, "loss": loss, "gradients": gradients})
    torch.save(found, folder / f"{case.replace(':', '-')}-{dist.get_rank()}.pt")


if __name__ == "__main__":
    dist.init_process_group("gloo")
    for case in sys.argv[2:]:
        run(Path(sys.argv[1]), case)
    dist.destroy_process_group()
