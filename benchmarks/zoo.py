"""Speed of the modules that netc writes, against torchvision's own modules of the same nets.

    make bench-zoo        # or: .venv/bin/python benchmarks/zoo.py [--rounds 15] [--nets alexnet,vgg16] [--no-compile]

Everything runs eagerly in this one process, on one thread, in turns; what counts is the processor's time, and the
median of the ratios of the rounds. The column "noise" is torchvision's module against itself, in the same rounds: a
ratio is no better known than that. Prints the tables, writes benchmarks/zoo.md, and exits with 1 when a target is
missed.
"""

from __future__ import annotations

import argparse
import gc
import os
import platform
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))  # which spec is which net of torchvision is told there, once

import torchvision_nets  # noqa: E402
from zoo_nets import REFERENCES, graph_of  # noqa: E402

import netc  # noqa: E402
from netc.backends.torch import optimized, source  # noqa: E402
from netc.backends.torch.execute import execute  # noqa: E402
from netc.backends.torch.source import class_name  # noqa: E402

BATCH = {"alexnet": 4, "vgg16": 2, "resnet50": 4, "densenet121": 4, "mobilenet_v2": 4, "googlenet": 4}
"""Samples of 224x224 per step."""
ARGUMENTS = {"googlenet": {"init_weights": False, "aux_logits": True}}
"""What constructors of torchvision take besides: its initial weights of GoogLeNet take minutes."""
ROUNDS = 15
TARGET = 1.02
"""The greatest ratio of a generated module to torchvision's."""
EQUAL = 1e-4
"""The largest difference of the optimized module, as a part of the largest value of the output."""

Task = Callable[[], Any]


class Net(NamedTuple):
    """One net three times, with the same weights, and its input."""

    theirs: nn.Module
    ours: nn.Module
    quick: nn.Module
    image: Tensor


class Ratio(NamedTuple):
    """How many times longer one takes than another, and what that is for the other against itself."""

    value: float
    noise: float

    def __str__(self) -> str:
        return f"{self.value:.3f} | {self.noise:.3f}"


def turns(tasks: dict[str, Task], rounds: int) -> dict[str, list[float]]:
    """Seconds of processor time of every task in every round, after a round that does not count.

    Each round begins with another task, so that none always runs after the same one.
    """
    names = list(tasks)
    found: dict[str, list[float]] = {name: [] for name in names}
    for number in range(-1, rounds):
        start = number % len(names)
        for name in (*names[start:], *names[:start]):
            gc.collect()
            begin = process_time()
            tasks[name]()
            if number >= 0:
                found[name].append(process_time() - begin)
    return found


def ratio(seconds: dict[str, list[float]], one: str, other: str) -> float:
    """The median over the rounds."""
    return median(a / b for a, b in zip(seconds[one], seconds[other], strict=True))


def made(name: str) -> Net:
    """A net of torchvision, the module that netc writes, and the optimized one."""
    torch.manual_seed(0)
    row = next(row for row in REFERENCES if row.row == name)
    graph = graph_of(row)
    theirs = torchvision_nets.net(name, **ARGUMENTS.get(name, {}))
    ours = netc.module(graph).eval()
    ours.load_state_dict(dict(zip(ours.state_dict(), theirs.state_dict().values(), strict=True)))  # orders are the same
    text = optimized(graph)
    quick = execute(text, f"<netc {graph.net}>")[class_name(graph)].from_state_dict(ours.state_dict())
    return Net(theirs, ours, quick, torch.randn(BATCH[name], *graph.inputs[0].shape))


def outputs(result: Any) -> list[Tensor]:
    """The tensors that a module returns; torchvision's heads are a named tuple."""
    if isinstance(result, Tensor):
        return [result]
    return list(result.values() if isinstance(result, dict) else result)


def forward(model: nn.Module, image: Tensor) -> Task:
    """Forwards, without what a backward pass needs."""

    def task() -> None:
        with torch.no_grad():
            model(image)

    return task


def step(model: nn.Module, image: Tensor) -> Task:
    """Forwards and backwards in training."""

    def task() -> None:
        model.zero_grad()
        torch.stack([output.mean() for output in outputs(model(image))]).sum().backward()

    return task


def against_torchvision(net: Net, kind: Callable[[nn.Module, Tensor], Task], rounds: int) -> Ratio:
    """The generated module's time as a multiple of that of torchvision's."""
    theirs, ours = kind(net.theirs, net.image), kind(net.ours, net.image)
    seconds = turns({"theirs": theirs, "ours": ours, "theirs again": theirs}, rounds)
    return Ratio(ratio(seconds, "ours", "theirs"), ratio(seconds, "theirs again", "theirs"))


def inference(net: Net, rounds: int, compiles: bool) -> list[str]:
    """The optimized module's time as a multiple of those of torchvision's, eager and compiled."""
    tasks = {"quick": forward(net.quick, net.image), "eager": forward(net.theirs, net.image)}
    if compiles:
        tasks["compiled"] = forward(torch.compile(net.theirs), net.image)
    seconds = turns(tasks, rounds)
    return [f"{ratio(seconds, 'quick', other):.3f}" if other in tasks else "" for other in ("eager", "compiled")]


def difference(net: Net) -> float:
    """The largest of the optimized module, as a part of the largest value."""
    with torch.no_grad():
        wanted, found = net.theirs(net.image), net.quick(net.image)
    return float((wanted - found).abs().max() / wanted.abs().max())


def from_file(name: str, rounds: int) -> list[float]:
    """Seconds to torchvision's module, from the spec's file to ours, and of ours those without making the module."""
    row = next(row for row in REFERENCES if row.row == name)
    file = f"{ROOT}/specs/{row.spec}"
    tasks: dict[str, Task] = {
        "theirs": lambda: torchvision_nets.net(name, **ARGUMENTS.get(name, {})),
        "ours": lambda: netc.module(netc.load(file)),
        "compiler": lambda: source(netc.load(file)),
    }
    seconds = turns(tasks, rounds)
    return [median(seconds[name]) for name in tasks]


def head(*columns: str) -> list[str]:
    """The first lines of a table whose columns are numbers, but for the first."""
    return [f"| {' | '.join(columns)} |", f"| --- |{' ---: |' * (len(columns) - 1)}"]


def measured(names: list[str], rounds: int, compiles: bool) -> tuple[str, list[str]]:
    """The three tables, and the targets that were missed."""
    speed = [
        "| net | batch | forward | noise | forward and backward | noise |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    quick = ["| net | against eager | against torch.compile | largest difference |", "| --- | ---: | ---: | ---: |"]
    start = ["| net | torchvision | netc | of which the compiler |", "| --- | ---: | ---: | ---: |"]
    missed = []
    for name in names:
        net = made(name)
        apart = difference(net)
        evaluated = against_torchvision(net, forward, rounds)
        eager, compiled = inference(net, rounds, compiles)
        net.theirs.train()
        net.ours.train()
        trained = against_torchvision(net, step, rounds)
        speed.append(f"| {name} | {BATCH[name]} | {evaluated} | {trained} |")
        quick.append(f"| {name} | {eager} | {compiled} | {apart:.0e} |")
        del net
        start.append(f"| {name} | " + " | ".join(f"{1000 * value:.0f} ms" for value in from_file(name, rounds)) + " |")
        missed += [f"{name}: {what.value:.3f}" for what in (evaluated, trained) if what.value > TARGET]
        missed += [f"{name}: the optimized module takes {eager} times as long"] if float(eager) >= 1 else []
        missed += [f"{name}: the optimized module differs by {apart:.0e}"] if apart > EQUAL else []
        print(speed[-1], quick[-1], start[-1], sep="\n", flush=True)
    sections = {
        f"Generated modules against torchvision's, eager (target: at most {TARGET})": speed,
        f"`netc build --optimize` against torchvision, inference (target: below 1, equal to {EQUAL:g})": quick,
        "From the file of a spec to a module, against torchvision's constructor": start,
    }
    return "".join(f"\n## {title}\n\n" + "\n".join(rows) + "\n" for title, rows in sections.items()), missed


def heading(rounds: int) -> str:
    """Where and when the numbers were taken, and how."""
    versions = f"Python {platform.python_version()}, torch {torch.__version__}"
    machine = f"{processor()}, one thread of {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    how = f"Ratios of processor time, medians of {rounds} rounds in turns; noise is torchvision against itself."
    return f"# The zoo, timed\n\n{how}\n{datetime.now(UTC):%Y-%m-%d}, {machine}, {versions}; `make bench-zoo`.\n"


def processor() -> str:
    """The name of the processor."""
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def main() -> int:
    """Measures, prints and writes."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--nets", default=",".join(BATCH))
    parser.add_argument("--no-compile", action="store_true", help="leave torch.compile out, which takes minutes")
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    tables, missed = measured(chosen.nets.split(","), chosen.rounds, not chosen.no_compile)
    (ROOT / "benchmarks/zoo.md").write_text(heading(chosen.rounds) + tables)
    print(*(f"missed: {line}" for line in missed), sep="\n")
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
