"""The written file of ranks: what it says, that it is held to its graph, and which nets have none."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from click.testing import CliRunner

from netc.backends.torch.execute import execute
from netc.backends.torch.ranks import ranks_source
from netc.backends.torch.ranks.verify import verify
from netc.cli import main
from netc.compiler import Graph, load

SMALL_NETS = ("SmallAlexNet", "SmallVGG", "Mixed", "Heads")
SMALL = Path(__file__).parent / "small_ranks.net"

NETS = {
    "block_on_two_devices": """
block two(c) {
  a = conv(c, 3x3, pad = 1) -> relu on gpu0
  b = conv(c, 3x3, pad = 1) -> relu on gpu1
}
net Blocks {
  device gpu0, gpu1
  input image: 3x16x16
  first = two(4)
  second = two(8)
  fc = fc(10) on gpu0
}
""",
    "sequence_on_two_devices": """
net Sequence {
  device gpu0, gpu1
  input image: 3x16x16
  sequential features {
    conv(4, 3x3) -> relu on gpu0
    conv(4, 3x3) -> relu on gpu1
    maxpool(2x2) on gpu1
  }
  fc = fc(10) on gpu1
}
""",
    "skip": """
net Skip {
  device gpu0, gpu1, gpu2
  input image: 3x16x16
  a = conv(4, 3x3, pad = 1) -> relu on gpu0
  b = conv(4, 3x3, pad = 1) -> relu on gpu1
  c = add(a, b) -> conv(4, 3x3) on gpu2
  fc = fc(10) on gpu2
}
""",
    "cut_before_relu": """
net Relu {
  device gpu0, gpu1
  input image: 3x16x16
  a = conv(4, 3x3, pad = 1) on gpu0
  b = relu on gpu1
  fc = fc(10) on gpu1
}
""",
    "two_values_and_devices_out_of_order": """
net Both {
  device gpu1, gpu0
  input image: 3x16x16
  a = conv(4, 3x3, pad = 1) -> relu on gpu0
  left = a -> conv(4, 3x3, pad = 1) on gpu0
  right = a -> conv(6, 3x3, pad = 1) on gpu0
  b = concat(left, right) -> conv(4, 3x3) on gpu1
  fc = fc(10) on gpu1
}
""",
    "unequal_parts": """
net Unequal {
  device gpu0, gpu1
  input image: 3x16x16
  a = conv(4, 3x3, pad = 1) on gpu0
  b = conv(6, 3x3, pad = 1) on gpu1
  c = concat(a, b) -> conv(4, 3x3) on gpu0
  d = concat(a, b) -> conv(4, 3x3) on gpu1
  fc = concat(c, d) -> fc(10) -> softmax on gpu0
}
""",
    "one_device": """
net One {
  device gpu0
  input image: 3x16x16
  a = conv(4, 3x3, pad = 1) -> relu on gpu0
  fc = fc(10) on gpu0
}
""",
    "names_that_the_file_uses": """
block rank(c) { a = conv(c, 3x3) -> relu }
block peer(c) { a = conv(c, 1x1) -> rank(c) }
net Trainer {
  device rank, main
  input image: 3x16x16
  layers = peer(4) on rank
  send = peer(4) on rank
  token = conv(4, 3x3) on main
  net = fc(10) on main
}
""",
}


def small(net: str) -> Graph:
    return load(f"{SMALL}:{net}")


@pytest.mark.parametrize("net", ["SmallAlexNet", "SmallVGG"])
def test_golden(net: str, golden: Callable[[str, str], None]) -> None:
    golden(f"torch/ranks_{net.lower()}.py", ranks_source(small(net)))


@pytest.mark.parametrize("name", [*NETS, *SMALL_NETS])
def test_files_agree_with_their_graphs(name: str) -> None:
    graph = load(NETS[name]) if name in NETS else small(name)
    verification = verify(graph, ranks_source(graph))
    assert verification.findings == ()
    assert verification.layers == len(graph.layers)
    assert verification.transfers == len(graph.transfers)
    assert verification.parameters == graph.total("parameters")


def test_the_two_gpus_of_2012() -> None:
    graph = load("zoo:alexnet:AlexNet")
    text = ranks_source(graph)
    assert verify(graph, text).transfers == 7
    assert text.partition("class Gpu0")[2].count("self.all_gather(") == 6  # three exchanges on two ranks
    assert text.count('self.send(gpu1_fc7_dropout, "gpu0")') == text.count('self.receive("gpu1", 2048)') == 1
    assert "gpu0: rank 0, with 32,531,112 parameters" in text
    assert "gpu1: rank 1, with 28,434,112 parameters" in text


@pytest.mark.parametrize(
    ("name", "is_pipeline"),
    [
        ("two_values_and_devices_out_of_order", True), ("sequence_on_two_devices", True), ("one_device", False),
        ("block_on_two_devices", False), ("skip", False), ("cut_before_relu", False),
    ],
)  # fmt: skip
def test_stages_are_pipelines_where_values_go_to_the_next_only(name: str, is_pipeline: bool) -> None:
    assert ("main(Pipeline)" in ranks_source(load(NETS[name]))) == is_pipeline


def test_unequal_parts_are_sent_one_by_one() -> None:
    text = ranks_source(load(NETS["unequal_parts"]))
    assert "all_gather(" not in text.partition("class Gpu0(Peer)")[2]
    assert "F.nll_loss(output.clamp_min(1e-38).log(), targets)" in text


@pytest.mark.parametrize(
    ("net", "right", "wrong", "finding"),
    [
        ("Mixed", 'self.send(x, "gpu0")', 'self.send(x, "gpu1")', "waits for what no rank sends"),
        ("Mixed", 'self.receive("gpu2", 12, 3, 3)', 'self.receive("gpu2", 12, 3, 4)', "gpu2 sends 12x3x3, not 12x3x4"),
        ("Mixed", "torch.cat([back_relu, pool3]", "torch.cat([pool3, back_relu]", "reads `pool3@gpu1`, `back_relu"),
        ("Mixed", "stage2(gpu0_pool1, gpu1_pool1)", "stage2(gpu1_pool1, gpu0_pool1)", "reads `gpu1.pool1"),
        ("Mixed", 'layers = ("gpu1", "both")', 'layers = ("gpu1", "both", "fc")', "has `fc.weight`, which is not its"),
        ("Mixed", 'layers = ("gpu1", "both")', 'layers = ("gpu1",)', "lacks `both.weight`"),
        ("SmallVGG", "takes = ((16, 4, 4),)", "takes = ((16, 4, 5),)", "takes other shapes than it is given"),
        ("SmallVGG", "gives = ((10,),)", "gives = ((11,),)", "gives other shapes than it says"),
        ("SmallVGG", "x = self.net.fc7(x)", "x = self.net.fc7(x).relu()", "relu"),
    ],
)  # fmt: skip
def test_mistakes_in_a_file_are_found(net: str, right: str, wrong: str, finding: str) -> None:
    graph, text = small(net), ranks_source(small(net))
    assert right in text
    assert finding in "\n".join(verify(graph, text.replace(right, wrong)).findings)


REFUSED = {
    "no_devices": """
net N {
  input image: 3x8x8
  fc = fc(10)
}
""",
    "no_weights": """
net N {
  device g0, g1
  input image: 3x8x8
  a = conv(4, 3x3) on g0
  b = maxpool(2x2) on g1
  fc = fc(10) on g0
}
""",
    "inputs": """
net N {
  device g0
  input a: 3x8x8
  input b: 3x8x8
  fc = add(a, b) -> fc(10) on g0
}
""",
    "outputs": """
net N {
  device g0
  input a: 8
  b = fc(4) on g0
  c = b -> fc(5) on g0
  output b: b
  output c: c
}
""",
}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("no_devices", ["no devices", "4 |   fc = fc(10)", "write `device gpu0"]),
        ("no_weights", ["no layer on `g1` has weights", "6 |   b = maxpool(2x2) on g1", "place a conv or an fc on g1"]),
        ("inputs", ["several inputs", "5 |   input b: 3x8x8", "one input"]),
        ("outputs", ["several outputs", "6 |   c = b -> fc(5) on g0", "one output"]),
    ],
)
def test_nets_that_cannot_run_as_ranks_are_refused(name: str, expected: list[str], tmp_path: Path) -> None:
    file = tmp_path / "n.net"
    file.write_text(REFUSED[name])
    result = CliRunner().invoke(main, ["build", str(file), "--ranks"])
    assert result.exit_code == 2
    for text in ("E909", *expected):
        assert text in result.stderr


def test_build_says_what_was_verified(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["build", f"{SMALL}:Mixed", "--ranks", "-o", str(tmp_path / "mixed.py")])
    assert "25 operands and 8 transfers agree with the graph, on 3 ranks" in result.stderr
    assert (tmp_path / "mixed.py").read_text() == ranks_source(small("Mixed"))
    assert CliRunner().invoke(main, ["build", str(SMALL), "--ranks", "--optimize"]).exit_code == 2


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"replicas": 2}, "devices x replicas is 2 x 2: start 4 processes, not 2\\ntorchrun --nproc-per-node 4"),
        ({"microbatches": 1}, "1f1b needs --microbatches 2 or more, one per stage"),
        ({"batch": 6}, "--batch 6 cannot be divided into 4 equal parts"),
        ({"resume": True}, "--resume needs --checkpoint FOLDER"),
        ({"checkpoint": "saved"}, "saved has checkpoints: --resume goes on from the last"),
    ],
)
def test_programs_refuse_what_cannot_be(
    changes: dict[str, object], expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WORLD_SIZE", "2")
    (tmp_path / "saved" / "step-10").mkdir(parents=True)
    usual = {"replicas": 1, "batch": 8, "microbatches": 4, "schedule": "1f1b", "resume": False, "checkpoint": None}
    options = argparse.Namespace(**{**usual, **changes})
    if isinstance(options.checkpoint, str):
        options.checkpoint = Path(options.checkpoint)
    with pytest.raises(SystemExit, match=expected):
        execute(ranks_source(small("SmallVGG")), "<vgg>")["check"](options)


@pytest.mark.parametrize(
    ("images", "targets", "expected"),
    [
        (
            (4, 3, 28, 28),
            [0, 1, 2, 3],
            r"has shapes \(4, 3, 28, 28\) and \(4,\); SmallVGG reads images of",
        ),
        ((4, 3, 32, 32), [0, 1, 2], r"has shapes \(4, 3, 32, 32\) and \(3,\)"),
        ((3, 3, 32, 32), [0, 1, 2], "has 3 images, fewer than --batch 4"),
        ((4, 3, 32, 32), [0, 1, 2, 10], "has classes from 0 to 10; SmallVGG has 10, from 0"),
    ],
)
def test_data_that_do_not_fit_are_refused(
    images: tuple[int, ...], targets: list[int], expected: str, tmp_path: Path
) -> None:
    file = tmp_path / "images.pt"
    torch.save({"images": torch.zeros(images), "targets": torch.tensor(targets)}, file)
    with pytest.raises(SystemExit, match=expected):
        execute(ranks_source(small("SmallVGG")), "<vgg>")["read_data"](str(file), 4)


def test_data_are_read_from_a_file_in_an_order_of_their_own_per_epoch(tmp_path: Path) -> None:
    written = execute(ranks_source(small("SmallVGG")), "<vgg>")
    file = tmp_path / "images.pt"
    colours = torch.arange(6, dtype=torch.uint8).view(-1, 1, 1, 1).expand(-1, 3, 32, 32).contiguous()
    torch.save({"images": colours, "targets": torch.arange(6)}, file)
    data = written["read_data"](str(file), 2)
    steps = [written["batch_of"](data, step, 2, 0) for step in range(6)]
    for images, targets in steps:
        assert images.dtype == torch.float32
        assert torch.equal((images[:, 0, 0, 0] * 255).round().long(), targets)
    epochs = [torch.cat([targets for _, targets in steps[start : start + 3]]).tolist() for start in (0, 3)]
    assert sorted(epochs[0]) == sorted(epochs[1]) == list(range(6))
    assert epochs[0] != epochs[1]
    file.write_bytes(b"no file of torch")
    with pytest.raises(SystemExit, match=r"images\.pt is no file of `images` and `targets`"):
        written["read_data"](str(file), 2)


def test_many_transfers_are_planned_in_linear_time() -> None:
    chain = "\n".join(f"  c{i} = conv(2, 1x1) on gpu{i % 2}" for i in range(3000))
    graph = load(f"net Long {{\n  device gpu0, gpu1\n  input image: 2x4x4\n{chain}\n  fc = fc(2) on gpu0\n}}\n")
    text = ranks_source(graph)
    assert text.count("self.receive(") == 3000
