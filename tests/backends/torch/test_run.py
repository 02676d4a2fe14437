"""One training step: what is measured, and what is refused."""

from __future__ import annotations

import pytest
from torch_specs import SPECS

from netc.compiler import Problem, load

torch = pytest.importorskip("torch", reason="running needs PyTorch")
from netc.backends.torch.run import run  # noqa: E402 - only where torch is


def test_a_step_of_lenet5() -> None:
    report = run(load("zoo:lenet5:LeNet5"), batch=3)
    assert report.outputs == {"output": (3, 10)}
    assert report.devices == {"cpu": "cpu"}
    assert report.parameter_bytes == 60_000 * 4
    assert report.forward_seconds > 0
    assert report.backward_seconds > 0
    assert report.peak_bytes["cpu"] > report.parameter_bytes


def test_saved_tensors_are_those_of_the_batch() -> None:
    """What the backward pass needs grows with the batch; of one relu it is its output, 2 * 3 * 4 * 4 values."""
    graph = load("net N { input image: 3x4x4\n a = conv(3, 1x1)\n b = relu }")
    # the image for the convolution's weights, and the relu's output
    assert run(graph, batch=2).saved_bytes == 2 * (2 * 3 * 4 * 4) * 4
    assert run(graph, batch=8).saved_bytes == 4 * run(graph, batch=2).saved_bytes


def test_a_report_is_written_for_people() -> None:
    lines = str(run(load(SPECS["towers"]), batch=2, devices={"gpu0": "cpu", "gpu1": "cpu"})).splitlines()
    assert lines[0] == "Towers, one training step, batch of 2"
    assert lines[1].split() == ["device", "gpu0", "=", "cpu,", "gpu1", "=", "cpu"]
    assert lines[2].split() == ["output", "2x5"]
    assert [line.split()[0] for line in lines[3:]] == ["forward", "backward", "parameters", "kept", "peak"]


def test_several_inputs_and_outputs() -> None:
    assert run(load(SPECS["several"]), batch=2).outputs == {"scores": (2, 5), "edges": (2, 1, 16, 16)}


def test_devices_are_named() -> None:
    report = run(load(SPECS["towers"]), devices={"gpu0": "cpu", "gpu1": "cpu"})
    assert report.devices == {"gpu0": "cpu", "gpu1": "cpu"}
    assert list(report.peak_bytes) == ["cpu"]


@pytest.mark.parametrize(
    ("name", "batch", "devices", "code"),
    [
        ("chain", 0, {}, "E306"),
        ("chain", 2, {"gpu0": "cpu"}, "E501"),
        ("towers", 2, {"gpu0": "no such device"}, "E302"),
        ("gates", 1, {}, "E306"),
    ],
)
def test_what_cannot_run(name: str, batch: int, devices: dict[str, str], code: str) -> None:
    """The last one normalizes a vector over a batch of one."""
    with pytest.raises(Problem) as caught:
        run(load(SPECS[name]), batch=batch, devices=devices)
    assert caught.value.diagnostic.code == code
