"""The program that torchrun starts."""

from __future__ import annotations

import argparse
import os
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

import torch
import torch.distributed as dist
from torch import Tensor
from torch.distributed.checkpoint.api import CheckpointException

from .constants import NAME, DEVICES, INPUT, OUTPUT
from .trainer import positive, saved_steps, Trainer


def read_data(file: str, samples: int) -> tuple[Tensor, Tensor] | None:
    """Images and targets of a .pt file; None for synthetic ones."""
    if file == "synthetic":
        return None
    try:
        data = torch.load(file, mmap=True, weights_only=True)
        images, targets = data["images"], data["targets"]
    except Exception as error:  # noqa: BLE001 - whatever the file is
        refuse(f"{file} is no file of `images` and `targets` by torch.save: {error}")
    if tuple(images.shape[1:]) != INPUT or len(images) != len(targets):
        found = f"{tuple(images.shape)} and {tuple(targets.shape)}"
        refuse(f"{file} has shapes {found}; {NAME} reads images of {INPUT}")
    if len(images) < samples:
        refuse(f"{file} has {len(images)} images, fewer than --batch {samples}")
    if targets.min() < 0 or targets.max() >= OUTPUT[0]:
        found = f"from {targets.min()} to {targets.max()}"
        refuse(f"{file} has classes {found}; {NAME} has {OUTPUT[0]}, from 0")
    return images, targets


def batch_of(
    data: tuple[Tensor, Tensor] | None, step: int, samples: int, seed: int
) -> tuple[Tensor, Tensor]:
    """The batch of a step. It depends on nothing else, so that a run can go on."""
    if data is None:
        generator = torch.Generator().manual_seed(hash((seed, step)))
        size = (samples, *OUTPUT[1:])
        targets = torch.randint(OUTPUT[0], size, generator=generator)
        images = torch.randn(samples, *INPUT, generator=generator)
        shade = targets.reshape(samples, -1).float().mean(dim=1) / OUTPUT[0]
        return images + 2 * shade.view(-1, *[1] * len(INPUT)), targets
    images, targets = data
    epoch, index = divmod(step, len(images) // samples)
    generator = torch.Generator().manual_seed(hash((seed, epoch)))
    order = torch.randperm(len(images), generator=generator)
    chosen = order[index * samples : (index + 1) * samples]
    batch = images[chosen]
    batch = batch / 255 if batch.dtype == torch.uint8 else batch.float()
    return batch, targets[chosen]


def refuse(message: str) -> NoReturn:
    """Ends all ranks. The first says why; the others leave it the time to."""
    if os.environ.get("RANK", "0") != "0":
        time.sleep(10)
    sys.exit(message)


def options_of(kind: type[Trainer]) -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=f"Trains {NAME}, a rank per device.")
    add = parser.add_argument
    add("--steps", type=positive, default=100, metavar="N")
    add("--batch", type=positive, default=128, metavar="N", help="of all replicas")
    add("--lr", type=float, default=0.01)
    add("--momentum", type=float, default=0.9)
    add("--data", default="synthetic", metavar="FILE", help=".pt: images and targets")
    add("--replicas", type=positive, default=1, metavar="N")
    add("--backend", choices=["auto", "gloo", "nccl"], default="auto")
    add("--checkpoint", type=Path, metavar="FOLDER")
    add("--every", type=positive, default=10, metavar="N", help="steps per checkpoint")
    add("--resume", action="store_true", help="from the latest checkpoint")
    add("--seed", type=int, default=0)
    add("--timeout", type=positive, default=300, metavar="SECONDS")
    for name, how in kind.options.items():
        add(f"--{name}", **how)
    return parser.parse_args()


def check(options: argparse.Namespace) -> None:
    """Ends when the program cannot run like this."""
    ranks, found = len(DEVICES) * options.replicas, os.environ.get("WORLD_SIZE", "0")
    if found != str(ranks):
        right = f"torchrun --nproc-per-node {ranks} {' '.join(sys.argv)}"
        product = f"devices x replicas is {len(DEVICES)} x {options.replicas}"
        refuse(f"{product}: start {ranks} processes, not {found}\n{right}")
    shares = options.replicas * getattr(options, "microbatches", 1)
    if options.batch % shares:
        refuse(f"--batch {options.batch} cannot be divided into {shares} equal parts")
    is_in_turn = getattr(options, "schedule", "") == "1f1b"
    if is_in_turn and options.microbatches < len(DEVICES):
        refuse(f"1f1b needs --microbatches {len(DEVICES)} or more, one per stage")
    if options.resume and not options.checkpoint:
        refuse("--resume needs --checkpoint FOLDER")
    if options.checkpoint and saved_steps(options.checkpoint) and not options.resume:
        refuse(f"{options.checkpoint} has checkpoints: --resume goes on from the last")


def connect(options: argparse.Namespace) -> torch.device:
    """Meets the other ranks; the device of this one."""
    backend = options.backend
    if backend == "auto":
        enough = torch.cuda.device_count() >= int(os.environ["LOCAL_WORLD_SIZE"])
        backend = "nccl" if enough and torch.cuda.is_available() else "gloo"
    device = torch.device("cpu")
    if backend == "nccl":
        device = torch.device("cuda", int(os.environ["LOCAL_RANK"]))
        torch.cuda.set_device(device)
    dist.init_process_group(backend, timeout=timedelta(seconds=options.timeout))
    return device


def train(kind: type[Trainer], options: argparse.Namespace) -> None:
    """Trains for so many steps, and keeps checkpoints."""
    data = read_data(options.data, options.batch)
    device = connect(options)
    more = {name: getattr(options, name) for name in kind.options}
    timeout = timedelta(seconds=options.timeout)
    trainer = kind(options.replicas, device, options.seed, timeout, **more)
    optimizer = torch.optim.SGD(trainer.parameters(), options.lr, options.momentum)
    if options.resume and not trainer.load(options.checkpoint, optimizer):
        print(f"{options.checkpoint} has no checkpoint: the run begins", flush=True)
    while trainer.step < options.steps:
        begun = time.perf_counter()
        batch = batch_of(data, trainer.step, options.batch, options.seed)
        images, targets = (
            part.chunk(options.replicas)[trainer.replica].to(device) for part in batch
        )
        loss = trainer.train_step(images, targets, optimizer)
        if dist.get_rank() == 0:
            speed = f"{options.batch / (time.perf_counter() - begun):.1f} images/s"
            print(f"step {trainer.step}: loss {loss:.6f}, {speed}", flush=True)
        is_due = trainer.step % options.every == 0 or trainer.step == options.steps
        if options.checkpoint and is_due:
            trainer.save(options.checkpoint, optimizer)


def main(kind: type[Trainer]) -> None:
    """The program: one of as many processes as there are ranks."""
    options = options_of(kind)
    check(options)
    try:
        train(kind, options)
    except CheckpointException as error:
        reason, _ = next(iter(error.failures.values()))
        refuse(f"{options.checkpoint}: no checkpoint of this net: {reason}")
    except RuntimeError as error:
        if not isinstance(error, dist.DistError) and "gloo" not in str(error):
            raise
        silent = f"another has ended, or been silent for {options.timeout} s"
        rank = int(os.environ["RANK"])
        name = f"rank {rank} ({DEVICES[rank % len(DEVICES)]})"
        sys.exit(f"{name} ends: {silent}: {str(error).rpartition('] ')[2]}")
    dist.destroy_process_group()
