"""ONNX models: what is in the file, that it does what the module does, and what is said where that cannot be."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from torch_specs import SPECS

from netc.compiler import Problem, load

torch = pytest.importorskip("torch", reason="PyTorch writes ONNX")
onnx = pytest.importorskip("onnx", reason="it is what is written")
pytest.importorskip("onnxscript", reason="PyTorch's exporter needs it")

from netc.backends.torch import onnx_export  # noqa: E402 - only where these are
from netc.backends.torch.execute import module  # noqa: E402

SMALL = """
net Small {
  input image: 3x8x8, age: 2
  conv1 = image -> conv(4, 3x3, bias = false) -> batchnorm -> relu
  both  = concat(conv1 -> flatten, age)
  output class: fc(3)
  output score: both -> fc(1)
}
"""


def written(text: str = SMALL, seed: int = 0) -> onnx_export.Exported:
    return onnx_export.export(load(text), seed)


def test_the_model_has_the_names_of_the_net_and_a_free_batch() -> None:
    exported = written()
    model = onnx.load_from_string(exported.content)
    shapes = {
        value.name: [dim.dim_param or dim.dim_value for dim in value.type.tensor_type.shape.dim]
        for value in (*model.graph.input, *model.graph.output)
    }
    batch = shapes["image"][0]
    assert isinstance(batch, str)
    assert shapes == {"image": [batch, 3, 8, 8], "age": [batch, 2], "class": [batch, 3], "score": [batch, 1]}
    assert exported.free_batch
    assert model.graph.name == "Small"


def test_the_same_seed_gives_the_same_bytes_and_nothing_of_the_machine() -> None:
    torch.manual_seed(5)
    first = written().content
    torch.manual_seed(6)
    before = torch.get_rng_state()
    assert written().content == first
    assert torch.equal(torch.get_rng_state(), before)
    assert written(seed=1).content != first
    assert str(Path(torch.__file__).parent).encode() not in first
    assert b"ritten by netc" in first[:4096]


@pytest.mark.parametrize("name", ["chain", "residual", "branches"])
def test_onnxruntime_agrees_with_the_module(name: str) -> None:
    pytest.importorskip("onnxruntime", reason="it runs what was written")
    from netc.backends.torch.onnx_check import check

    graph = load(SPECS[name])
    assert check(graph, onnx_export.export(graph)) == []


def test_the_sums_of_lenet5_are_not_means() -> None:
    """PyTorch's exporter leaves the divisor of average pooling out without a word."""
    pytest.importorskip("onnxruntime", reason="it runs what was written")
    from netc.backends.torch.onnx_check import check

    graph = load("zoo:lenet5:LeNet5")
    assert check(graph, onnx_export.export(graph)) == []


def test_a_model_that_does_something_else_is_found_out() -> None:
    pytest.importorskip("onnxruntime", reason="it runs what was written")
    from netc.backends.torch.onnx_check import check

    graph = load(SMALL)
    exported = onnx_export.export(graph)
    model = onnx.load_from_string(exported.content)
    bias = next(value for value in model.graph.initializer if value.name.endswith("bias") and value.dims == [1])
    bias.raw_data = (torch.frombuffer(bytearray(bias.raw_data), dtype=torch.float32) + 1).numpy().tobytes()
    findings = check(graph, exported._replace(content=model.SerializeToString()))
    assert [finding.partition(" in ")[0] for finding in findings] == ["output `score` differs by 1.0e+00"] * 2


def test_a_net_of_more_than_two_gibibytes_is_refused() -> None:
    graph = load("net Large {\n  input x: 40_000\n  fc1 = fc(20_000)\n}")
    with pytest.raises(Problem, match="too large for an ONNX file"):
        onnx_export.export(graph)


# The command


def netc(arguments: list[str], folder: Path, *missing: str) -> subprocess.CompletedProcess[str]:
    """Runs the command line without some packages: None in sys.modules makes their import fail."""
    lines = [f"import sys; sys.modules.update(dict.fromkeys({missing!r}))", "from netc.cli import main"]
    script = "\n".join([*lines, f"main({arguments!r})"])
    return subprocess.run([sys.executable, "-c", script], check=False, cwd=folder, capture_output=True, text=True)


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    (tmp_path / "small.net").write_text(SMALL)
    return tmp_path


def test_build_writes_and_checks(spec: Path) -> None:
    pytest.importorskip("onnxruntime", reason="it runs what was written")
    done = netc(["build", "small.net", "-o", "small.onnx"], spec)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert done.stderr == "small.onnx: any batch; onnxruntime agrees with the module\n"
    onnx.checker.check_model(onnx.load(spec / "small.onnx"))


def test_the_weights_of_a_file_are_those_of_the_model(spec: Path) -> None:
    torch.manual_seed(7)
    state = module(load(SMALL)).state_dict()
    torch.save(state, spec / "small.pt")
    done = netc(["build", "small.net", "-o", "small.onnx", "--weights", "small.pt"], spec)
    assert done.returncode == 0, done.stderr
    initial = onnx.load(spec / "small.onnx").graph.initializer
    (found,) = (value for value in initial if value.name.endswith("bias") and value.dims == [1])
    (expected,) = (value for name, value in state.items() if name.endswith("bias") and value.shape == (1,))
    assert onnx.numpy_helper.to_array(found).tolist() == expected.tolist()


def test_weights_that_do_not_fit_are_told(spec: Path) -> None:
    torch.save({"other.weight": torch.zeros(3)}, spec / "small.pt")
    done = netc(["build", "small.net", "-o", "small.onnx", "--weights", "small.pt"], spec)
    assert ("E907" in done.stderr, "Traceback" in done.stderr, (spec / "small.onnx").exists()) == (True, False, False)


def test_without_onnxruntime_it_says_that_nothing_was_checked(spec: Path) -> None:
    done = netc(["build", "small.net", "-o", "small.onnx"], spec, "onnxruntime")
    assert (done.returncode, (spec / "small.onnx").exists()) == (0, True)
    assert done.stderr == "small.onnx: any batch; not verified: onnxruntime is not installed\n"


@pytest.mark.parametrize("package", ["torch", "onnx", "onnxscript"])
def test_what_is_missing_is_told_with_the_remedy(spec: Path, package: str) -> None:
    done = netc(["build", "small.net", "-o", "small.onnx"], spec, package)
    assert (done.returncode, (spec / "small.onnx").exists()) == (2, False)
    assert "which is not installed: pip install 'netc[" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_that_netc_did_not_write_stays(spec: Path) -> None:
    (spec / "small.onnx").write_bytes(b"somebody's model")
    done = netc(["build", "small.net", "-o", "small.onnx"], spec)
    assert (done.returncode, (spec / "small.onnx").read_bytes()) == (2, b"somebody's model")
    assert "--force replaces it" in done.stderr


def test_a_seed_is_for_onnx_only(spec: Path) -> None:
    done = netc(["build", "small.net", "-o", "small.py", "--seed", "1"], spec)
    assert (done.returncode, (spec / "small.py").exists()) == (2, False)
    assert "--seed is for the weights of an ONNX file" in done.stderr
