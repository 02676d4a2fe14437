"""Ranks as real processes, started by torchrun: they train as one process does, and end together."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.distributed.checkpoint import load as load_checkpoint
from torch.distributed.checkpoint.format_utils import dcp_to_torch_save

from netc.backends.torch.execute import execute, module
from netc.backends.torch.ranks import ranks_source
from netc.compiler import Graph, load

HERE = Path(__file__).parent
NETS = {"small_alexnet": "SmallAlexNet", "small_vgg": "SmallVGG", "mixed": "Mixed", "heads": "Heads"}
NEAR = 1e-5
"""How far outputs, losses and gradients may be from those of one process."""


def graph_of(name: str) -> Graph:
    return load(f"{HERE / 'small_ranks.net'}:{NETS[name]}")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the written files of all nets."""
    made = tmp_path_factory.mktemp("ranks")
    for name in NETS:
        (made / f"{name}_ranks.py").write_text(ranks_source(graph_of(name)), encoding="utf-8")
    return made


def torchrun(folder: Path, processes: int, script: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={processes}"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(folder)}
    return subprocess.run(
        [*command, str(script), *map(str, arguments)],
        check=False, cwd=folder, env=environment, capture_output=True, text=True, timeout=300,
    )  # fmt: skip


def of_one_process(name: str, steps: int, batch: int) -> Iterable[tuple[Tensor, Tensor, nn.Module]]:
    """Output, loss and the module with its gradients, step by step."""
    graph = graph_of(name)
    batch_of = execute(ranks_source(graph), f"<{name}>")["batch_of"]
    torch.manual_seed(7)
    net = module(graph, **dict.fromkeys((device.name for device in graph.devices), "cpu"))
    optimizer = torch.optim.SGD(net.parameters(), 0.02, 0.9)
    for step in range(steps):
        images, targets = batch_of(None, step, batch, 7)
        with torch.no_grad():
            output = net.eval()(images)
        optimizer.zero_grad()
        loss = loss_of(net.train()(images), targets)
        loss.backward()
        yield output, loss.detach(), net
        optimizer.step()


def loss_of(outputs: Tensor | dict[str, Tensor], targets: Tensor) -> Tensor:
    if isinstance(outputs, Tensor):
        return nn.functional.cross_entropy(outputs, targets)
    main, side = (nn.functional.cross_entropy(outputs[name], targets) for name in ("main", "side"))
    return main + 0.3 * side


def check_equal(folder: Path, case: str) -> None:
    """Outputs, losses and all gradients of all ranks are those of one process."""
    name = case.split("_ranks:")[0]
    files = sorted(folder.glob(f"{case.replace(':', '-')}-*.pt"))
    found: list[list[dict[str, Any]]] = [torch.load(file) for file in files]
    for step, (output, loss, net) in enumerate(of_one_process(name, 3, 8)):
        ranks = [rank[step] for rank in found]
        outputs = [rank["output"] for rank in ranks if rank["output"] is not None]
        torch.testing.assert_close(torch.cat(outputs), output, rtol=0, atol=NEAR)
        assert [rank["loss"] for rank in ranks] == pytest.approx([loss.item()] * len(ranks), abs=NEAR)
        expected = {key: weight.grad for key, weight in net.named_parameters()}
        assert {key for rank in ranks for key in rank["gradients"]} == set(expected)
        assert 1e-3 < max(gradient.abs().max().item() for gradient in expected.values() if gradient is not None) < 1e3
        far = {
            key: distance
            for rank in ranks
            for key, gradient in rank["gradients"].items()
            if (distance := (gradient - expected[key]).abs().max().item()) > NEAR
        }
        assert not far


@pytest.mark.parametrize(
    ("processes", "cases"),
    [
        (2, ["small_alexnet_ranks:1", "small_vgg_ranks:1:gpipe", "small_vgg_ranks:1:1f1b", "heads_ranks:1"]),
        (3, ["mixed_ranks:1"]),
        (4, ["small_alexnet_ranks:2", "small_vgg_ranks:2:1f1b"]),
    ],
    ids=["two", "three", "two_by_two"],
)
def test_ranks_train_as_one_process_does(processes: int, cases: list[str], folder: Path) -> None:
    result = torchrun(folder, processes, HERE / "worker.py", folder, *cases)
    assert result.returncode == 0, result.stderr
    for case in cases:
        check_equal(folder, case)


@pytest.mark.filterwarnings("ignore:torch.distributed is disabled")  # one process loads what two have written
def test_a_run_whose_rank_dies_ends_and_goes_on(folder: Path, tmp_path: Path) -> None:
    program = ["--steps", 6, "--batch", 8, "--lr", 0.02, "--seed", 7, "--checkpoint", tmp_path, "--every", 2]
    died = torchrun(folder, 2, HERE / "dying.py", *program, "--timeout", 60)
    assert died.returncode == 1
    assert "rank 0 (gpu0) ends: another has ended, or been silent for 60 s" in died.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["step-2"]
    went_on = torchrun(folder, 2, folder / "small_alexnet_ranks.py", *program, "--resume")
    assert went_on.returncode == 0, went_on.stderr
    expected = []
    for _, loss, net in of_one_process("small_alexnet", 7, 8):
        expected.append(loss.item())
        weights = net.state_dict()
        if len(expected) == 7:  # now it has been trained for six steps
            check_checkpoint(tmp_path / "step-6", tmp_path / "whole.pt", weights)
    assert losses(died.stdout) == pytest.approx(expected[:3], abs=NEAR)
    assert losses(went_on.stdout) == pytest.approx(expected[2:6], abs=NEAR)


def losses(text: str) -> list[float]:
    return [float(loss) for loss in re.findall(r"^step \d+: loss ([\d.]+),", text, re.MULTILINE)]


def check_checkpoint(checkpoint: Path, file: Path, weights: dict[str, Tensor]) -> None:
    """The module of one process loads it, in both ways that PyTorch has."""
    net = module(graph_of("small_alexnet"), gpu0="cpu", gpu1="cpu")
    state = {"model": net.state_dict()}
    load_checkpoint(state, checkpoint_id=checkpoint)
    net.load_state_dict(state["model"])
    dcp_to_torch_save(checkpoint, file)
    whole = torch.load(file)
    assert whole["step"] == 6
    for loaded in (net.state_dict(), whole["model"]):
        assert set(loaded) == set(weights)
        for key, value in weights.items():
            torch.testing.assert_close(loaded[key], value, rtol=0, atol=NEAR)


def test_a_wrong_number_of_processes_is_refused(folder: Path) -> None:
    result = torchrun(folder, 3, folder / "small_alexnet_ranks.py")
    assert result.returncode == 1
    assert "devices x replicas is 2 x 1: start 2 processes, not 3\ntorchrun --nproc-per-node 2 " in result.stderr
