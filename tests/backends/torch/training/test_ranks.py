"""Training with a process per device: real processes, started by torchrun."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from time import monotonic, sleep

import pytest

import netc
from netc.compiler import Graph, Problem

torch = pytest.importorskip("torch", reason="training needs PyTorch")
from netc.backends.torch.training.launch import train_on_ranks  # noqa: E402 - only where torch is
from netc.backends.torch.training.session import Run, train  # noqa: E402

TOWERS = """
use AlexNet from "zoo:alexnet"

net SmallAlexNet = AlexNet(classes = 10) with {
  input image: 3x32x32
  conv1 = conv(48, 3x3, pad = 1, stride = 2) -> relu -> lrn
  scale width by 0.25
  init weight = normal(0, 0.06), bias = 0  # narrow layers need larger weights than the paper's
  init conv2, conv4, conv5, fc6, fc7: bias = 0
}
"""
GIVEN = {"data": "synthetic", "limit": 256, "lr": 0.01, "epochs": 100}


def interrupt_after(rows: int, log: Path) -> None:
    """Presses Ctrl-C when a log has so many rows."""
    end = monotonic() + 300
    while monotonic() < end:
        if log.exists() and len(log.read_text().splitlines()) > rows:
            os.kill(os.getpid(), signal.SIGINT)
            return
        sleep(0.1)


@pytest.mark.skipif(not torch.distributed.is_available(), reason="this PyTorch cannot talk between processes")
def test_two_ranks_train_alexnet_and_one_process_goes_on(tmp_path: Path) -> None:
    """A rank per tower; Ctrl-C saves what both have, and the written module takes it."""
    graph = netc.load(TOWERS)
    threading.Thread(target=interrupt_after, args=(3, tmp_path / "log.csv"), daemon=True).start()
    stopped = train_on_ranks(graph, GIVEN, Run(tmp_path, {"": "cpu"}))
    assert not stopped.finished
    losses = [row.train_loss for row in stopped.history]
    assert len(losses) >= 3
    assert losses == sorted(losses, reverse=True)
    model = netc.module(graph, gpu0="cpu", gpu1="cpu")
    assert netc.load_weights(model, tmp_path / "checkpoint.pt").complete
    epochs = len(losses) + 1
    cpus = {"gpu0": "cpu", "gpu1": "cpu"}
    history = train(graph, {"epochs": epochs}, Run(tmp_path, cpus, resume=True)).history
    assert [row.train_loss for row in history[:-1]] == losses
    assert history[-1].train_loss < losses[-1]


@pytest.mark.parametrize(
    ("text", "devices", "code"),
    [
        ("net N { input x: 3\n f = fc(2) }", {}, "E909"),
        (TOWERS, {"gpu0": "cpu"}, "E1004"),
        (TOWERS, {"": "cuda:1"}, "E1004"),
    ],
)
def test_what_cannot_run_on_ranks(tmp_path: Path, text: str, devices: Mapping[str, str], code: str) -> None:
    graph: Graph = netc.load(text)
    with pytest.raises(Problem) as caught:
        train_on_ranks(graph, GIVEN, Run(tmp_path / "run", devices))
    assert caught.value.diagnostic.code == code
    assert not (tmp_path / "run").exists()


@pytest.fixture
def instead_of_torchrun(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Lets one process run in the place of torchrun: the arguments of Python, before the job's path."""
    start = subprocess.Popen
    for name, value in {"RANK": "0", "WORLD_SIZE": "1", "MASTER_ADDR": "localhost", "MASTER_PORT": "0"}.items():
        monkeypatch.setenv(name, value)

    def choose(*arguments: str) -> None:
        def instead(command: list[str], **options: object) -> object:
            return start([sys.executable, *arguments, command[-1]], **options)  # type: ignore[call-overload]

        monkeypatch.setattr(subprocess, "Popen", instead)

    return choose


def test_what_a_rank_refuses_is_told(tmp_path: Path, instead_of_torchrun: Callable[..., None]) -> None:
    instead_of_torchrun("-m", "netc.backends.torch.training.ranks")
    with pytest.raises(Problem) as caught:
        train_on_ranks(netc.load(TOWERS), {**GIVEN, "data": f"mnist:{tmp_path}"}, Run(tmp_path / "run", {"": "cpu"}))
    assert caught.value.diagnostic.code == "E1001"
    assert "train-images" in caught.value.diagnostic.message


def test_a_rank_that_dies_is_told(
    tmp_path: Path, instead_of_torchrun: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    instead_of_torchrun("-c", "import sys; sys.exit('out of luck')")
    with pytest.raises(Problem, match="one of the ranks ended early") as caught:
        train_on_ranks(netc.load(TOWERS), GIVEN, Run(tmp_path / "run", {"": "cpu"}))
    assert caught.value.diagnostic.code == "E1007"
    assert "out of luck" in capsys.readouterr().err
