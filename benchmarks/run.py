"""Speed as ratios that hold on any machine: both sides run in turn, and the median ratio counts.

    make bench        # or: .venv/bin/python benchmarks/run.py [rounds]

Prints a table, writes it to benchmarks/results.md, and exits with 1 when a target is missed.
"""

from __future__ import annotations

import gc
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import NamedTuple

from netc.cli import main as netc

ROOT = Path(__file__).parents[1]
ROUNDS = 3
SMALL, LARGE = 1_000, 10_000
LAYERS_PER_STEP = 4

Task = Callable[[int], None]
"""What is timed; it gets the number of the round, so that no cache can answer."""


class Times(NamedTuple):
    """Seconds of a task and of its reference, and their ratio: the median over the rounds of each."""

    seconds: float
    reference: float
    ratio: float


class Result(NamedTuple):
    """What was measured, against what, and the greatest ratio that is accepted."""

    name: str
    reference: str
    times: Times
    target: float

    @property
    def missed(self) -> bool:
        return self.times.ratio > self.target


def compare(task: Task, reference: Task, rounds: int, repeats: int = 1) -> Times:
    """Times two tasks that take turns, after a round that does not count.

    A reference that takes a fraction of the task's time is repeated, so that
    both sides of a ratio see as much of what else the machine does.
    """
    found = []
    for number in range(rounds + 1):
        long, short = seconds(task, number), seconds(reference, number, repeats)
        found.append((long, short, long / short))
    return Times(*map(median, zip(*found[1:], strict=True)))


def seconds(task: Task, number: int, repeats: int = 1) -> float:
    """How long a task takes, on average over so many repeats."""
    gc.collect()
    start = perf_counter()
    for _ in range(repeats):
        task(number)
    return (perf_counter() - start) / repeats


def start_up(folder: Path, rounds: int) -> Result:
    """Drawing a figure, as a whole process, against the import of torch."""
    netc_command = str(Path(sys.executable).parent / "netc")
    draw = [netc_command, "draw", f"{ROOT}/specs/alexnet.net:AlexNet", "-o", f"{folder}/alexnet.svg", "--force"]
    load = [sys.executable, "-c", "import torch"]
    times = compare(lambda _: process(draw), lambda _: process(load), rounds)
    return Result("netc draw specs/alexnet.net", "python -c 'import torch'", times, 0.25)


def process(command: list[str]) -> None:
    """Runs a command to its end; raises CalledProcessError when it fails.

    netc's bytecode may be kept, whatever the caller's environment says: pip has compiled torch's when it was installed.
    """
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)


def growth(folder: Path, rounds: int) -> Iterator[Result]:
    """Each phase in one process, without its start, on ten times as many layers."""
    for phase in ("check", "show", "build"):
        times = compare(command(phase, folder, LARGE), command(phase, folder, SMALL), rounds, LARGE // SMALL)
        yield Result(f"netc {phase}, {LARGE:,} layers", f"{SMALL:,} layers", times, 12)


def command(phase: str, folder: Path, layers: int) -> Task:
    """One command on a net that is new in every round."""
    specs = [folder / f"net{layers}_{number}.net" for number in range(ROUNDS + 1)]
    for number, spec in enumerate(specs):
        spec.write_text(spec_text(layers, width=8 + number))

    def task(number: int) -> None:
        output = ["-o", str(folder / "net.py")] if phase == "build" else []
        with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
            run([phase, str(specs[number % len(specs)]), *output])

    return task


def run(arguments: list[str]) -> None:
    """Runs a command in this process; raises SystemExit when it fails."""
    try:
        netc(arguments, standalone_mode=False)
    except SystemExit as end:
        if end.code:
            raise


def spec_text(layers: int, width: int) -> str:
    """A residual net with so many layers, written out statement by statement."""
    lines = [
        f"net Long{layers} {{",
        "  input image: 3x32x32",
        f"  b0 = conv({width}, 3x3, pad = 1) -> batchnorm -> relu",
    ]
    for i in range(1, layers // LAYERS_PER_STEP):
        lines.append(f"  a{i} = conv({width}, 3x3, pad = 1) -> batchnorm -> relu")
        lines.append(f"  b{i} = add(a{i}, b{i - 1})")
    return "\n".join([*lines, "  last = relu", "}", ""])


def table(results: list[Result]) -> str:
    """The results as a Markdown table."""
    rows = [
        "| measured | seconds | compared with | seconds | ratio | target |",
        "| --- | ---: | --- | ---: | ---: | ---: |",
    ]
    for item in results:
        long, short, ratio = (f"{value:.2f}" for value in item.times)
        verdict = f"{'missed: ' if item.missed else ''}at most {item.target:g}"
        rows.append(f"| {item.name} | {long} | {item.reference} | {short} | {ratio} | {verdict} |")
    return "\n".join(rows) + "\n"


def main() -> int:
    """Runs all, prints and writes the table."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    with TemporaryDirectory() as name:
        results = [start_up(Path(name), 3 * rounds), *growth(Path(name), rounds)]
    text = table(results)
    system = f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores"
    how = f"Medians of {rounds} alternations ({3 * rounds} of the first row) in one run of `make bench` ({system})."
    heading = f"# Benchmarks\n\n{how}\n\n"
    (ROOT / "benchmarks/results.md").write_text(heading + text)
    print(text, end="")
    return int(any(item.missed for item in results))


if __name__ == "__main__":
    sys.exit(main())
