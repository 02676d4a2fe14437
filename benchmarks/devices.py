"""Speed of nets on several devices: two ranks against one process, and what placement costs.

    make bench-devices        # or: .venv/bin/python benchmarks/devices.py [--rounds 15]

The net is the two-tower AlexNet for 32x32 images (devices.net). In turns, in the same two processes: the file that
`netc build --ranks` writes, and the same by hand (handwritten_ranks.py), with a thread per rank; and one process with
two threads, while the other rank waits. Then, in one process: the placed module, both devices on the CPU, against the
merged net. What counts is the median ratio of the rounds. Prints the tables, writes benchmarks/devices.md, and exits
with 1 when the target is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import torch
import torch.distributed as dist
from handwritten_ranks import HandwrittenTower
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

import netc
from netc.backends.torch.execute import execute
from netc.backends.torch.ranks import ranks_source

ROOT = Path(__file__).parents[1]
SPEC = ROOT / "benchmarks/devices.net"
BATCH, STEPS, ROUNDS = 128, 4, 15
TARGET = 1.05
"""The greatest ratio of the written program to the one by hand."""

Step = Callable[[], object]


class Communication:
    """Time in the collectives and in sending and receiving, waiting included, and bytes that this rank sends."""

    seconds = 0.0
    sent = 0

    def watch(self) -> None:
        """Times every call from now on, whoever makes it."""
        sending: dict[str, Callable[..., int]] = {
            "all_gather": lambda parts, x, **_: x.nbytes * (len(parts) - 1),
            "reduce_scatter": lambda own, parts, **_: own.nbytes * (len(parts) - 1),
            "send": lambda x, *_, **__: x.nbytes,
            "recv": lambda *_, **__: 0,
            "all_reduce": lambda x, **_: x.nbytes,
        }
        for name, count in sending.items():
            setattr(dist, name, self._timed(getattr(dist, name), count))

    def _timed(self, function: Callable[..., Any], count: Callable[..., int]) -> Callable[..., Any]:
        def timed(*args: Any, **kwargs: Any) -> Any:
            begun = perf_counter()
            result = function(*args, **kwargs)
            self.seconds += perf_counter() - begun
            self.sent += count(*args, **kwargs)
            return result

        return timed


def timed(step: Step) -> float:
    """Seconds of some steps."""
    begun = perf_counter()
    for _ in range(STEPS):
        step()
    return perf_counter() - begun


# Two ranks


def work(rounds: int) -> None:
    """What torchrun starts: one rank. The first prints the seconds of every round as JSON."""
    dist.init_process_group("gloo")
    rank = dist.get_rank()
    torch.set_num_threads(1)
    communication = Communication()
    communication.watch()
    trainer, tower = written(), HandwrittenTower(rank)
    assert weights(trainer.rank) == weights(tower), "both are the same net"
    steps = {"written": step_of(trainer), "by hand": step_of(tower)}
    alone = one_process() if rank == 0 else None
    results: dict[str, list[tuple[float, ...]]] = {name: [] for name in (*steps, "one process")}
    for number in range(rounds + 1):
        for name in sorted(steps, reverse=bool(number % 2)):
            dist.barrier()
            communication.seconds, communication.sent = 0.0, 0
            seconds = timed(steps[name])
            results[name].append((seconds, communication.seconds, communication.sent))
        dist.barrier()
        if alone is not None:
            torch.set_num_threads(2)
            results["one process"].append((timed(alone), 0.0, 0))
            torch.set_num_threads(1)
    if rank == 0:
        print(json.dumps({name: rows[1:] for name, rows in results.items()}))  # the first round warms up
    dist.destroy_process_group()


def data() -> tuple[Tensor, Tensor]:
    """A batch."""
    torch.manual_seed(0)
    return torch.randn(BATCH, 3, 32, 32), torch.randint(10, (BATCH,))


def written() -> Any:
    """A rank of the program that netc writes."""
    return execute(ranks_source(netc.load(f"{SPEC}:Towers")), "<ranks>")["Trainer"]()


def weights(model: nn.Module) -> list[int]:
    """How many weights its layers have."""
    return sorted(parameter.numel() for parameter in model.parameters())


def step_of(rank: Any) -> Step:
    """A training step of a rank, written or by hand."""
    optimizer = torch.optim.SGD(rank.parameters(), 0.01, 0.9)
    images, targets = data()
    return lambda: rank.train_step(images, targets, optimizer)


def one_process() -> Step:
    """A step of the module for a single process."""
    return training_of(netc.module(netc.load(f"{SPEC}:Towers"), gpu0="cpu", gpu1="cpu"))


def training_of(model: nn.Module) -> Step:
    """A step of a module."""
    optimizer = torch.optim.SGD(model.parameters(), 0.01, 0.9)
    images, targets = data()

    def step() -> None:
        optimizer.zero_grad()
        F.cross_entropy(model(images), targets).backward()
        optimizer.step()

    return step


def ranks(rounds: int) -> dict[str, list[list[float]]]:
    """The seconds of every round, by who computed."""
    command = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", "2", "--standalone", __file__]
    with TemporaryDirectory() as folder:
        done = subprocess.run(
            [*command, "--rounds", str(rounds), "--work"], capture_output=True, text=True, check=False, cwd=folder,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
        )  # fmt: skip
    if done.returncode:
        sys.exit(done.stderr)
    found: dict[str, list[list[float]]] = json.loads(done.stdout.splitlines()[-1])
    return found


# One process


def placement(rounds: int) -> list[tuple[float, float, float]]:
    """Seconds of the placed module, of the merged net, and of that again, which is the noise."""
    placed = one_process()
    merged = [training_of(netc.module(netc.load(f"{SPEC}:Merged"))) for _ in range(2)]
    rows = [(timed(placed), timed(merged[0]), timed(merged[1])) for _ in range(rounds + 1)]
    return rows[1:]


# The page


def page(found: dict[str, list[list[float]]], placed: list[tuple[float, float, float]]) -> tuple[str, bool]:
    """The tables, and whether the target is met."""
    ratio = median(a[0] / b[0] for a, b in zip(found["written"], found["by hand"], strict=True))
    alone = median(a[0] / b[0] for a, b in zip(found["written"], found["one process"], strict=True))
    lines = [
        "# Several devices", "",
        f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {os.cpu_count()} cores, torch {torch.__version__},",
        f"median of {len(placed)} rounds of {STEPS} training steps with {BATCH} images of 32x32.", "",
        "| two-tower AlexNet | images per second | sent per step by rank 0 | in communication, waiting included |",
        "|---|---|---|---|",
    ]  # fmt: skip
    names = {
        "written": "two ranks, a thread each: `netc build --ranks`", "by hand": "two ranks, a thread each: by hand",
        "one process": "one process, two threads",
    }  # fmt: skip
    for key, name in names.items():
        seconds, waiting, sent = (median(column) for column in zip(*found[key], strict=True))
        share = f"{100 * waiting / seconds:.0f} %" if sent else ""
        moved = f"{sent / STEPS / 1e6:.2f} MB" if sent else ""
        lines.append(f"| {name} | {BATCH * STEPS / seconds:.0f} | {moved} | {share} |")
    over = median(row[0] / row[1] for row in placed)
    noise = median(row[2] / row[1] for row in placed)
    lines += [
        "", "| time as a ratio | | target |", "|---|---|---|",
        f"| written program / by hand | {ratio:.3f} | {TARGET} |",
        f"| two ranks / one process with two threads | {alone:.3f} | |",
        f"| placed module, both devices on the CPU / merged net | {over:.3f} | |",
        f"| merged net / itself (noise) | {noise:.3f} | |",
    ]  # fmt: skip
    return "\n".join(lines) + "\n", ratio <= TARGET


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--work", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        work(options.rounds)
        return
    torch.set_num_threads(2)
    text, met = page(ranks(options.rounds), placement(options.rounds))
    (ROOT / "benchmarks/devices.md").write_text(text, encoding="utf-8")
    print(text)
    sys.exit(not met)


if __name__ == "__main__":
    main()
