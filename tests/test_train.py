"""`netc train` and `netc curves` as a user meets them."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep

import pytest
from click.testing import CliRunner, Result

from netc.cli import main

NET = """net Small(classes = 10) {
  input image: 1x8x8
  hidden = fc(16) -> relu
  scores = fc(classes)
}
"""
LOG = "epoch,train_loss,train_accuracy,test_loss,test_accuracy\n1,2.5,0.1,2.25,0.2\n2,0.5,0.8,1.0,0.75\n"


def netc(*arguments: str) -> Result:
    result = CliRunner().invoke(main, arguments)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.net").write_text(NET)
    return tmp_path


@pytest.fixture
def needs_torch() -> None:
    pytest.importorskip("torch", reason="training needs PyTorch")


@pytest.mark.usefixtures("needs_torch")
def test_a_run_says_what_it_does_and_where_it_is(folder: Path) -> None:
    result = netc("train", "small.net", "--data", "synthetic", "--epochs", "2")
    assert result.exit_code == 0, result.stderr
    first, second, *epochs = result.stdout.splitlines()
    assert first == "Small on synthetic: 1,024 images to train on, 256 to test on, 10 classes"
    assert second.startswith("recipe plain: 2 epochs, batches of 32, learning rate 0.002, momentum 0.9, ")
    assert [line.split()[:2] for line in epochs] == [["epoch", "1"], ["epoch", "2"]]
    assert result.stderr == "runs/Small-synthetic: checkpoint.pt, curves.svg, log.csv, model.py\n"
    assert "Small: learning curves" in (folder / "runs/Small-synthetic/curves.svg").read_text()
    again = netc("train", "small.net", "--data", "synthetic")
    assert again.exit_code == 2
    assert "--resume goes on with it" in again.stderr
    more = netc("train", "small.net", "--out", "runs/Small-synthetic", "--resume", "--epochs", "3")
    assert [line.split()[:2] for line in more.stdout.splitlines()[2:]] == [["epoch", "3"]]


@pytest.mark.usefixtures("needs_torch")
def test_lenet5_learns_the_digits(folder: Path) -> None:
    """What the issue asks for: more than 97 % of the digits that it never saw."""
    pytest.importorskip("sklearn")
    result = netc("train", "zoo:lenet5:LeNet5", "--epochs", "8")
    assert result.exit_code == 0, result.stderr
    accuracy = (folder / "runs/LeNet5-digits/log.csv").read_text().splitlines()[-1].split(",")[5]
    assert float(accuracy) > 0.97


@pytest.mark.usefixtures("needs_torch")
def test_classes_that_differ_are_told_at_their_line(folder: Path) -> None:
    pytest.importorskip("sklearn")
    result = netc("train", "small.net", "--set", "classes=7")
    assert result.exit_code == 2
    assert result.stderr == (
        "error[E1003]: `scores` tells 7 classes apart, and the data set digits has 10\n"
        " --> small.net:4:3\n"
        "  |\n"
        "4 |   scores = fc(classes)\n"
        "  |   ^^^^^^^^^^^^^^^^^^^^\n"
        "  = expected: 10 outputs\n"
        "  = found: 7\n"
        "  = hint: --set classes=10, or in a variant: = Base(classes = 10) with ...\n"
    )
    assert not (folder / "runs").exists()


@pytest.mark.usefixtures("needs_torch")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--data", "mnist:none"], "train-images-idx3-ubyte"),
        (["--recipe", "alexnet"], "did you mean `alexnet2012`?"),
        (["--epochs", "0"], "epochs cannot be 0"),
        (["--device", "gpu0=cpu"], "no device `gpu0`"),
        (["--device", "=cpu"], "NAME=DEVICE"),
        (["--resume", "--force"], "--force begins anew"),
        (["--resume"], "nothing to resume"),
        (["--replicas", "2"], "--replicas belongs to --ranks"),
        (["--ranks"], "E909"),
        (["--out", "small.net"], "needs a folder"),
    ],
)
def test_what_cannot_be(folder: Path, arguments: list[str], words: str) -> None:
    result = netc("train", "small.net", "--limit", "10", *arguments)
    assert result.exit_code == 2
    assert words in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.usefixtures("needs_torch")
def test_ctrl_c_saves_and_says_how_to_go_on(folder: Path) -> None:
    command = [sys.executable, "-m", "netc.cli", "train", "small.net", "--data", "synthetic", "--epochs", "100000"]
    with subprocess.Popen([*command, "--out", "a run"], stderr=subprocess.PIPE, text=True) as process:
        end = monotonic() + 60
        while not (folder / "a run" / "log.csv").exists() and monotonic() < end:
            sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "stopping after this step; once more stops at once" in said
    assert "netc train small.net --out 'a run' --resume" in said
    assert "Traceback" not in said
    assert (folder / "a run" / "curves.svg").exists()


@pytest.mark.usefixtures("needs_torch")
@pytest.mark.parametrize(
    ("package", "module", "arguments"),
    [("sklearn", "data.digits", ()), ("tensorboard", "tensorboard", ("--data", "synthetic", "--tensorboard"))],
)
def test_a_package_that_is_missing_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch, package: str, module: str, arguments: tuple[str, ...]
) -> None:
    monkeypatch.delitem(sys.modules, f"netc.backends.torch.training.{module}", raising=False)
    for name in {package, *(name for name in sys.modules if name.startswith(f"{package}."))}:
        monkeypatch.setitem(sys.modules, name, None)  # its import fails
    result = netc("train", "small.net", *arguments)
    assert result.exit_code == 2
    assert "is not installed: pip install" in result.stderr
    assert not (folder / "runs").exists()


@pytest.mark.usefixtures("needs_torch")
def test_tensorboard_has_the_log(folder: Path) -> None:
    pytest.importorskip("tensorboard")
    assert netc("train", "small.net", "--data", "synthetic", "--epochs", "1", "--tensorboard").exit_code == 0
    assert list((folder / "runs/Small-synthetic/tensorboard").glob("events*"))


# Learning curves


def test_curves_are_drawn_of_a_log(folder: Path) -> None:
    (folder / "run").mkdir()
    (folder / "run" / "log.csv").write_text(LOG)
    assert netc("curves", "run").exit_code == 0
    text = (folder / "curves.svg").read_text()
    for words in ("run: learning curves", "training set", "test set", "the best accuracy on the test set is 75.0%"):
        assert words in text
    assert netc("curves", "run/log.csv", "-o", "-", "--theme", "dark", "--for", "paper-1col").stdout.startswith("<svg")
    assert netc("curves", "run", "-o", "c.pdf").exit_code == 0


@pytest.mark.parametrize(
    ("log", "arguments", "words"),
    [
        (None, (), "cannot read run/log.csv"),
        ("", (), "no epoch yet"),
        ("a,b\n1,2\n", (), "no log of netc train"),
        (LOG.replace("0.5", "half"), (), "no log of netc train"),
        (LOG + "3\n", (), "no log of netc train"),
        (LOG, ("-o", "c.bmp"), "unknown format `bmp`"),
        (LOG, ("-o", "curves"), "by an ending"),
        (LOG, ("--theme", "drak"), "did you mean `dark`?"),
    ],
)
def test_curves_that_cannot_be(folder: Path, log: str | None, arguments: tuple[str, ...], words: str) -> None:
    (folder / "run").mkdir()
    if log is not None:
        (folder / "run" / "log.csv").write_text(log)
    result = netc("curves", "run", *arguments)
    assert result.exit_code == 2
    assert words in result.stderr
