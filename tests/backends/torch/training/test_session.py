"""Whole runs: they learn, go on bit for bit, stop when asked to, and keep what was done."""

from __future__ import annotations

import csv
import io
import re
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import netc
from netc.compiler import Graph, Problem

torch = pytest.importorskip("torch", reason="training needs PyTorch")
from netc.backends.torch.training import checkpoint  # noqa: E402 - only where torch is
from netc.backends.torch.training.batches import in_order, plan, prepared  # noqa: E402
from netc.backends.torch.training.interrupts import interruptible  # noqa: E402
from netc.backends.torch.training.learner import ModuleLearner, Score, learner_of  # noqa: E402
from netc.backends.torch.training.session import Run, train  # noqa: E402
from netc.backends.torch.training.settings import Settings  # noqa: E402

SMALL = """
net Small(classes = 4) {
  input image: 3x8x8
  conv1 = conv(8, 3x3) -> batchnorm -> relu
  pool1 = maxpool(2x2)
  fc1   = fc(16) -> relu -> dropout(0.5)
  fc2   = fc(classes)
}
"""
GIVEN = {"data": "synthetic", "limit": 64, "batch": 8, "epochs": 4, "recipe": "alexnet2012", "lr": 1e-4}
"""A recipe with everything random: crops, colours, dropout."""


def small(**parameters: Any) -> Graph:
    return netc.load(SMALL, **parameters)


def run(folder: Path, **choices: Any) -> Run:
    return Run(folder, {}, **choices)


def state_of(folder: Path) -> dict[str, Any]:
    """All of a checkpoint but for times."""
    content = checkpoint.load(folder, "Small", small().digest)
    content["history"] = [row[:-2] for row in content["history"]]
    content["place"].pop("seconds")
    return content


def same(one: Any, other: Any) -> bool:
    """Equal to the last bit."""
    if isinstance(one, torch.Tensor):
        return torch.equal(one, other) and one.dtype == other.dtype
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


class Interrupted(ModuleLearner):
    """Somebody presses Ctrl-C while a step is computed, counted from 1; `after` 0 is while testing."""

    after = 0
    steps = 0

    def train_step(self, *arguments: Any, **named: Any) -> Score:
        self.steps += 1
        if self.steps == self.after:
            signal.raise_signal(signal.SIGINT)
        return super().train_step(*arguments, **named)

    def evaluate(self, *arguments: Any, **named: Any) -> Score:
        if not self.after:
            signal.raise_signal(signal.SIGINT)
        return super().evaluate(*arguments, **named)


def interrupted(after: int, multiple: int = 1) -> Any:
    def make(graph: Graph, settings: Settings, devices: Mapping[str, str]) -> ModuleLearner:
        learner = learner_of(graph, settings, devices)
        learner.__class__ = type("At", (Interrupted,), {"after": after, "multiple": multiple})
        return learner

    return make


@pytest.fixture(scope="module")
def straight(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The state after four epochs in one go."""
    folder = tmp_path_factory.mktemp("straight")
    assert train(small(), GIVEN, run(folder)).finished
    return state_of(folder)


def test_two_epochs_and_two_more_are_four(straight: dict[str, Any], tmp_path: Path) -> None:
    assert train(small(), {**GIVEN, "epochs": 2}, run(tmp_path)).finished
    assert not same(state_of(tmp_path)["model"], straight["model"])
    assert train(small(), {"epochs": 4}, run(tmp_path, resume=True)).finished
    assert same(state_of(tmp_path), straight)
    assert len(straight["history"]) == 4


@pytest.mark.parametrize("after", [1, 11, 16, 0])
def test_an_interrupted_run_goes_on_where_it_was(straight: dict[str, Any], tmp_path: Path, after: int) -> None:
    """Within an epoch, after its last step, and while testing."""
    stopped = train(small(), GIVEN, run(tmp_path), interrupted(after))
    assert not stopped.finished
    assert ((stopped.place.epoch - 1) * 8 + stopped.place.step) == (after or 8)
    assert train(small(), {}, run(tmp_path, resume=True)).finished
    assert same(state_of(tmp_path), straight)


def test_an_epoch_ends_with_the_batches_that_it_began_with(tmp_path: Path) -> None:
    given = {**GIVEN, "batch": 10}
    stopped = train(small(), given, run(tmp_path), interrupted(2, multiple=4))
    assert stopped.place.sums.samples == 2 * 8
    with pytest.raises(Problem, match="stopped within epoch 1") as caught:
        train(small(), {}, run(tmp_path, resume=True))
    assert caught.value.diagnostic.code == "E1005"
    with pytest.raises(Problem, match="a share for each") as caught:
        train(small(), {**given, "batch": 3}, run(tmp_path / "other"), interrupted(2, multiple=4))
    assert caught.value.diagnostic.code == "E1004"


def test_threads_change_nothing(straight: dict[str, Any], tmp_path: Path) -> None:
    train(small(), {**GIVEN, "workers": 0}, run(tmp_path))
    assert same(state_of(tmp_path)["model"], straight["model"])


def test_another_seed_is_another_run(straight: dict[str, Any], tmp_path: Path) -> None:
    train(small(), {**GIVEN, "seed": 1, "epochs": 1}, run(tmp_path))
    assert state_of(tmp_path)["history"][0][2] != straight["history"][0][2]


def test_the_second_interrupt_stops_at_once() -> None:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a background process is started to ignore it
    try:
        with interruptible() as asked:
            assert not asked()
            signal.raise_signal(signal.SIGINT)
            assert asked()
            with pytest.raises(KeyboardInterrupt):
                signal.raise_signal(signal.SIGINT)
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)


def test_what_a_run_leaves(tmp_path: Path) -> None:
    outcome = train(small(), {**GIVEN, "epochs": 2}, run(tmp_path))
    assert {path.name for path in tmp_path.iterdir()} == {"checkpoint.pt", "log.csv", "model.py"}
    with (tmp_path / "log.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["epoch"] for row in rows] == ["1", "2"]
    assert float(rows[1]["train_loss"]) == pytest.approx(outcome.history[1].train_loss, rel=1e-5)
    assert (tmp_path / "model.py").read_text() == netc.source(small())
    model = netc.module(small())
    assert netc.load_weights(model, tmp_path / "checkpoint.pt").complete


def test_it_learns(tmp_path: Path) -> None:
    losses = [row.train_loss for row in train(small(), {"data": "synthetic", "epochs": 3}, run(tmp_path)).history]
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] < 0.5 * losses[0]


def test_two_towers_learn(tmp_path: Path) -> None:
    graph = netc.load(
        "net Two { device g0, g1\n input image: 3x8x8\n towers on g0, g1 { a = conv(4, 3x3) -> relu\n exchange\n"
        " b = fc(8) -> relu }\n f = fc(3) on g1 }"
    )
    chosen = Run(tmp_path, {"g0": "cpu", "g1": "cpu"})
    history = train(graph, {"data": "synthetic", "epochs": 2, "lr": 0.01}, chosen).history
    assert history[1].train_loss < history[0].train_loss


class Terminal(io.StringIO):
    """A file that is a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_terminal_shows_a_bar(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", shown := Terminal())
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "140")
    monkeypatch.setattr("netc.backends.torch.training.progress.OFTEN", 0)
    train(small(), {**GIVEN, "epochs": 2}, run(tmp_path))
    lines = re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", shown.getvalue()).replace("\r", "\n").splitlines()
    assert [line.split()[1] for line in lines if "test accuracy" in line] == ["1", "2"]
    last = next(line for line in reversed(lines) if "left" in line)
    assert re.match(r"epoch 2/2 .* 100 % loss \S+ +accuracy \S+% +[\d,]+ images/s 0:00:00 left", last)


def test_a_run_is_not_overwritten_unasked(tmp_path: Path) -> None:
    given = {**GIVEN, "epochs": 1, "limit": 16}
    train(small(), given, run(tmp_path))
    before = (tmp_path / "checkpoint.pt").read_bytes()
    with pytest.raises(Problem, match="has a run in it") as caught:
        train(small(), given, run(tmp_path))
    assert caught.value.diagnostic.code == "E1005"
    assert (tmp_path / "checkpoint.pt").read_bytes() == before
    train(small(), {**given, "seed": 3}, run(tmp_path, force=True))
    assert state_of(tmp_path)["settings"]["seed"] == 3


def test_a_checkpoint_is_whole_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def half(content: object, file: Any) -> None:
        file.write(b"half")
        raise OSError(28, "No space left on device")

    checkpoint.save(tmp_path, {"net": "A"})
    before = (tmp_path / checkpoint.NAME).read_bytes()
    monkeypatch.setattr(torch, "save", half)
    with pytest.raises(OSError, match="No space"):
        checkpoint.save(tmp_path, {"net": "B"})
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [before]


def test_what_cannot_be_gone_on_with(tmp_path: Path) -> None:
    def refused(graph: Graph, words: str, given: Mapping[str, Any] | None = None) -> None:
        with pytest.raises(Problem, match=words) as caught:
            train(graph, given or {}, run(tmp_path, resume=True))
        assert caught.value.diagnostic.code == "E1005"

    refused(small(), "nothing to resume")
    train(small(), {**GIVEN, "epochs": 1, "limit": 16}, run(tmp_path))
    refused(small(classes=5), "another net")
    refused(small(), "another batch", {"batch": 9})
    refused(small(), "nothing left to do")
    path = tmp_path / checkpoint.NAME
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    refused(small(), "no checkpoint that can be read")
    torch.save({"version": 1}, path)
    refused(small(), "no checkpoint of netc train")
    path.write_bytes(whole)
    content = torch.load(path)
    content["model"].pop("fc2.bias")
    torch.save(content, path)
    refused(small(), "does not fit", {"epochs": 2})


def test_a_loss_that_is_no_number_ends_the_run(tmp_path: Path) -> None:
    train(small(), {**GIVEN, "epochs": 1}, run(tmp_path))
    content = torch.load(tmp_path / checkpoint.NAME)
    content["settings"]["lr"] = 1e30
    torch.save(content, tmp_path / checkpoint.NAME)
    before = (tmp_path / checkpoint.NAME).read_bytes()
    with pytest.raises(Problem, match=r"after step \d of epoch 2") as caught:
        train(small(), {"epochs": 2}, run(tmp_path, resume=True))
    assert caught.value.diagnostic.code == "E1006"
    assert "end of epoch 1" in caught.value.diagnostic.message
    assert "--lr 1e+29" in str(caught.value.diagnostic.hint)
    assert (tmp_path / checkpoint.NAME).read_bytes() == before


@pytest.mark.parametrize(
    ("devices", "code"),
    [
        ({"gpu0": "cpu"}, "E501"),
        ({"": "nowhere"}, "E302"),
        ({"": "meta"}, "E302"),
        ({"": "xpu"}, "E302"),
        ({"": "cuda:99"}, "E302"),
    ],
)
def test_wrong_devices(tmp_path: Path, devices: dict[str, str], code: str) -> None:
    with pytest.raises(Problem) as caught:
        train(small(), GIVEN, Run(tmp_path / "run", devices))
    assert caught.value.diagnostic.code == code
    assert not (tmp_path / "run").exists()


def test_mixed_precision_needs_a_gpu(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="needs a GPU"):
        train(small(), {**GIVEN, "amp": True}, Run(tmp_path, {"": "cpu"}))


def test_a_batch_of_one_that_the_net_does_not_take(tmp_path: Path) -> None:
    net = netc.load("net N { input x: 4\n f = fc(3) -> batchnorm }")
    with pytest.raises(Problem, match="does not train on one sample"):
        train(net, {"data": "synthetic", "batch": 1}, run(tmp_path))


def test_a_damaged_file_is_named_while_it_trains(tmp_path: Path) -> None:
    import data_files

    place = data_files.images(tmp_path / "images")
    path = place / "val" / "red" / "2.png"
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(Problem, match=r"2\.png") as caught:
        train(small(classes=2), {"data": f"folder:{place}", "epochs": 1}, run(tmp_path / "run"))
    assert caught.value.diagnostic.code == "E1002"


# Which samples a step sees


def test_every_epoch_sees_every_sample_once_in_another_order() -> None:
    first, second = (plan(103, 10, 0, epoch) for epoch in (1, 2))
    for each in (first, second):
        assert sorted(index for part in each for index in part) == list(range(103))
        assert {len(part) for part in each} <= {9, 10}
        assert len(each) == 11
    assert first != second
    assert first == plan(103, 10, 0, 1)
    assert in_order(5, 2) == [[0, 1], [2, 3], [4]]


@pytest.mark.parametrize("workers", [0, 1, 3])
def test_batches_come_in_order_and_errors_in_their_place(workers: int) -> None:
    def make(number: int) -> float:
        return 1 / (7 - number)

    assert list(prepared(range(7), make, workers)) == [make(number) for number in range(7)]
    batches = prepared(range(20), make, workers)
    assert [next(batches) for _ in range(7)] == [make(number) for number in range(7)]
    with pytest.raises(ZeroDivisionError):
        next(batches)
