"""Training on several processes: one rank per device of the net, as `netc build --ranks` writes it.

torchrun starts this module once per rank, with the path of a Job. The rank that leads writes the run's folder and talks
to the user; what went wrong is left beside the job, for the process that started torchrun.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor

from ....compiler.diagnostics import Problem
from ....compiler.graph import Graph
from ..execute import execute
from ..ranks import ranks_source
from ..source import ends_in_rbf
from .descent import Descent
from .learner import Score
from .seeds import seed_of
from .session import Run, train
from .settings import Settings

PATIENCE = timedelta(minutes=10)
"""How long a rank waits for the others: a test or a checkpoint may take one of them so long."""
STOP, PROBLEM, DONE = "stop", "problem.json", "done.json"
"""Files beside the job: somebody asked to stop; what went wrong; that all ranks came to an end."""


@dataclass(frozen=True)
class Job:
    """What all ranks do."""

    graph: str
    """As JSON."""
    given: Mapping[str, Any]
    folder: str
    device: str
    """The kind of all devices, cpu or cuda."""
    replicas: int
    resume: bool
    deterministic: bool
    tensorboard: bool

    def write(self, path: Path) -> None:
        """As a file."""
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")

    @staticmethod
    def read(path: Path) -> Job:
        """Of a file."""
        return Job(**json.loads(path.read_text(encoding="utf-8")))


class RankLearner:
    """This process's part of a net that is trained on several."""

    def __init__(
        self, graph: Graph, settings: Settings, devices: Mapping[str, str], *, replicas: int, stop: Path
    ) -> None:
        if settings.amp:
            raise Problem("E1004", "ranks do not train in mixed precision", hint="leave --amp out")
        written = execute(ranks_source(graph), f"<netc {graph.net} ranks>")
        kind = written.get("Pipeline", written["Trainer"])
        self.device = _device(devices[""])
        first = seed_of(settings.seed, "weights")
        self.trainer = kind(replicas=replicas, device=self.device, seed=first, timeout=PATIENCE)
        self.criterion = written["criterion"]
        self.nearest = ends_in_rbf(graph)
        self.replicas, self.stop = replicas, stop
        self.leads = dist.get_rank() == 0
        self.multiple = replicas * getattr(self.trainer, "microbatches", 1)
        self.descent = Descent(self.trainer.rank.net.named_parameters(), settings)

    def train_step(self, images: Tensor, targets: Tensor, rate: float, seed: int) -> Score:
        """See Learner. Nobody looks at the classes while ranks train."""
        share = slice(self.trainer.replica, None, self.replicas)
        self.descent.set_rate(rate)
        self.trainer.seed, self.trainer.step = seed, 0
        own, expected = images[share].to(self.device), targets[share].to(self.device)
        loss = self.trainer.train_step(own, expected, self.descent.optimizer)
        return Score(torch.tensor(loss), torch.tensor(torch.nan))

    def evaluate(self, images: Tensor, targets: Tensor) -> Score:
        """See Learner. Every replica has all images, and the first one counts."""
        output = self.trainer.evaluate(images.to(self.device))
        found = torch.zeros(2, dtype=torch.float64, device=self.device)
        if output is not None and self.trainer.replica == 0:
            expected = targets.to(output.device)
            classes = output.flatten(1).argmin(dim=1) if self.nearest else output.flatten(1).argmax(dim=1)
            found = torch.stack([self.criterion(output, expected).double(), (classes == expected).sum().double()])
        dist.all_reduce(found)
        return Score(found[0], found[1])

    def agreed(self, stop: bool) -> bool:
        """See Learner; the first rank also looks whether whoever started torchrun was asked."""
        asked = torch.tensor(float(stop or (self.leads and self.stop.exists())), device=self.device)
        dist.all_reduce(asked)
        return bool(asked.item())

    def state(self) -> dict[str, Any]:
        """See Learner: that of the first replica, all of it on the rank that leads."""
        own: dict[str, Any] = {"model": {}, "momenta": {}, "scaler": {}}
        if self.trainer.replica == 0:
            own |= {"model": self.trainer.rank.net.state_dict(), "momenta": self.descent.momenta()}
        there = {name: {key: value.cpu() for key, value in part.items()} for name, part in own.items()}
        parts: list[Any] | None = [None] * dist.get_world_size() if self.leads else None
        dist.gather_object(there, parts)
        return {name: {key: value for part in parts or [] for key, value in part[name].items()} for name in own}

    def load(self, state: Mapping[str, Any]) -> None:
        """See Learner; every rank takes its own layers."""
        own = self.trainer.rank.net.state_dict()
        self.trainer.rank.net.load_state_dict({name: state["model"][name] for name in own})
        self.descent.load(state["momenta"])


def _device(kind: str) -> torch.device:
    return torch.device(kind if kind != "cuda" else f"cuda:{os.environ['LOCAL_RANK']}")


def work(path: Path) -> int:
    """One rank; 1 when something went wrong."""
    job = Job.read(path)
    graph = Graph.from_json(job.graph)
    make = partial(RankLearner, replicas=job.replicas, stop=path.with_name(STOP))
    run = Run(Path(job.folder), {"": job.device}, job.resume, True, job.deterministic, job.tensorboard, False)
    if job.device == "cuda":
        torch.cuda.set_device(_device(job.device))
    dist.init_process_group("gloo" if job.device == "cpu" else "cpu:gloo,cuda:nccl", timeout=PATIENCE)
    try:
        outcome = train(graph, job.given, run, make)
    except Problem as problem:
        _leave(path.with_name(PROBLEM), asdict(replace(problem.diagnostic, span=None)) | {"argument": problem.argument})
        return 1
    if dist.get_rank() == 0:
        _leave(path.with_name(DONE), {"finished": outcome.finished})
    dist.destroy_process_group()
    return 0


def _leave(path: Path, content: Mapping[str, Any]) -> None:
    """Writes a file that nobody reads half of."""
    temporary = path.with_suffix(f".{os.getpid()}")
    temporary.write_text(json.dumps(content), encoding="utf-8")
    temporary.replace(path)


if __name__ == "__main__":
    sys.exit(work(Path(sys.argv[1])))
