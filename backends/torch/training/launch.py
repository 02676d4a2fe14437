"""Starts the ranks of a training through torchrun, waits for them, and tells what they told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import sleep
from typing import Any

import torch

from ....compiler.diagnostics import Problem
from ....compiler.graph import Graph
from ..ranks import ranks_source
from . import checkpoint, ranks
from .history import rows_of
from .interrupts import interruptible
from .loop import Place
from .session import Outcome, Run, check_free

LOOKS = 0.1
"""Seconds between two looks whether the ranks are done."""
TOLD = 2000
"""Characters of what a failing rank wrote that are shown."""


def train_on_ranks(graph: Graph, given: Mapping[str, Any], run: Run, replicas: int = 1) -> Outcome:
    """Trains a net with a process per device and replica.

    Raises what ``session.train`` raises, Problem E909 for a net that cannot run so, and E1007 when a rank ends early.
    """
    ranks_source(graph)
    if run.resume:
        checkpoint.load(run.folder, graph.net, graph.digest)
    else:
        check_free(run)
    device = _kind(run.devices, len(graph.devices) * replicas)
    with TemporaryDirectory(prefix="netc-") as place:
        path = Path(place) / "job.json"
        ranks.Job(
            graph.to_json(), given, str(run.folder.absolute()), device, replicas, run.resume, run.deterministic,
            run.tensorboard,
        ).write(path)  # fmt: skip
        _start(path, len(graph.devices) * replicas, run.folder)
        done = json.loads(path.with_name(ranks.DONE).read_text(encoding="utf-8"))
    content = checkpoint.load(run.folder, graph.net, graph.digest)
    return Outcome(done["finished"], Place.of(content["place"]), rows_of(content["history"]))


def _kind(devices: Mapping[str, str], count: int) -> str:
    """The kind of all ranks' devices: GPUs where there is one for each."""
    named = [name for name in devices if name]
    gpus = torch.cuda.device_count() if torch.cuda.is_available() else 0
    wanted = devices.get("", "cuda" if gpus >= count else "cpu")
    if named or wanted not in ("cpu", "cuda"):
        found = named[0] if named else wanted
        raise Problem(
            "E1004", "ranks take their devices in turn", expected="--device cpu or --device cuda", found=found
        )
    if wanted == "cuda" and gpus < count:
        raise Problem("E1004", f"{count} ranks need a GPU each", expected=f"{count} GPUs", found=str(gpus))
    return wanted


def _start(job: Path, count: int, folder: Path) -> None:
    """Runs torchrun to its end. Raises Problem: that of a rank, or E1007."""
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={count}"]
    threads = str(max(1, (os.cpu_count() or 1) // count))
    environment = {"OMP_NUM_THREADS": threads, **os.environ}
    log = job.with_name("log")
    with log.open("wb") as errors, interruptible() as asked_to_stop:
        # A session of its own: Ctrl-C is for this process, which asks the ranks to save.
        process = subprocess.Popen(
            [*command, "-m", ranks.__name__, str(job)], env=environment, stderr=errors, start_new_session=True
        )
        with _ended(process):
            while process.poll() is None:
                if asked_to_stop():
                    job.with_name(ranks.STOP).touch()
                sleep(LOOKS)
    problem = job.with_name(ranks.PROBLEM)
    if problem.exists():
        found = json.loads(problem.read_text(encoding="utf-8"))
        raise Problem(**{name: found[name] for name in ("code", "message", "expected", "found", "hint", "argument")})
    if process.returncode or not job.with_name(ranks.DONE).exists():
        sys.stderr.write(log.read_text(encoding="utf-8", errors="replace")[-TOLD:])
        kept = (folder / checkpoint.NAME).exists()
        raise Problem(
            "E1007", "one of the ranks ended early, and so the others were ended",
            found=f"exit status {process.returncode}",
            hint=f"--resume goes on from the last checkpoint in {folder}" if kept else None,
        )  # fmt: skip


@contextmanager
def _ended(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """A process that does not go on when this one leaves."""
    try:
        yield
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()
