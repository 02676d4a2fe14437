"""The file for evaluation alone: it does what the plain one does, with the weights of the plain one."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from torch_specs import SPECS

from netc.backends.torch import optimized, source
from netc.backends.torch.inference import for_inference
from netc.compiler import Graph, load

torch = pytest.importorskip("torch", reason="what is written is PyTorch")
from torch import Tensor, nn  # noqa: E402 - only where torch is

from netc.backends.torch.execute import execute  # noqa: E402
from netc.backends.torch.source import class_name  # noqa: E402
from netc.backends.torch.verify import verify  # noqa: E402

FOLDING = {
    "eps": "net N {\n input x: 3x8x8\n conv(4, 3x3, bias = false) -> batchnorm(eps = 0.01) -> relu\n fc(2)\n}",
    "bias": "net N {\n input x: 3x8x8\n conv(4, 3x3) -> batchnorm -> relu\n fc(5) -> batchnorm(affine = false)\n}",
    "groups": "net N {\n input x: 4x8x8\n conv(8, 3x3, groups = 4, bias = false) -> batchnorm\n}",
    "two in a row": "net N {\n input x: 3x8x8\n conv(4, 3x3) -> batchnorm -> batchnorm\n}",
    "numbered": """
net N {
  input x: 3x8x8
  sequential features {
    conv(4, 3x3, bias = false) -> batchnorm -> relu -> dropout(0.2)
    conv(4, 3x3, bias = false) -> batchnorm -> relu
  }
  head = adaptive_avgpool(4x4) -> fc(2)
}
""",
    "a block of nothing else": """
block norm() { batchnorm -> dropout(0.5) }
net N {
  input x: 3x8x8
  conv1 = conv(4, 3x3, bias = false) -> norm() -> relu
  fc(2)
}
""",
    "devices": """
net N {
  device a, b
  input x: 3x8x8
  conv1 = conv(4, 3x3, bias = false) -> batchnorm -> relu on a
  conv2 = conv(4, 3x3, bias = false) -> dropout(0.5) on a
  conv3 = conv(4, 3x3) -> batchnorm on b
}
""",
}
AUXILIARY = """
block head() {
  conv(2, 1x1) -> batchnorm -> relu
  fc(3)
}
net N {
  input x: 3x8x8
  c = conv(4, 3x3, bias = false)
  n = batchnorm
  aux = c -> head()
  auxiliary output early: aux
  output late: n -> fc(2)
}
"""
STAYING = {
    "before": "net N {\n input x: 3x8x8\n batchnorm -> relu -> conv(4, 3x3)\n}",
    "read twice": "net N {\n input x: 3x8x8\n a = conv(3, 1x1)\n b = batchnorm\n add(a, b)\n}",
    "an output": "net N {\n input x: 3x8x8\n c = conv(3, 1x1)\n output a: c\n output b: c -> batchnorm\n}",
    "a table": "net N {\n input x: 2x8x8\n conv(2, 3x3, connect = [\"X.\", \"XX\"]) -> batchnorm\n}",
    "transposed": "net N {\n input x: 2x8x8\n conv_transpose(2, 2x2) -> batchnorm\n}",
}  # fmt: skip


def made(graph: Graph, text: str) -> type[nn.Module]:
    found: type[nn.Module] = execute(text, f"<netc {graph.net}>")[class_name(graph)]
    return found


def with_statistics(model: nn.Module) -> nn.Module:
    """The module in evaluation, with statistics as after training."""
    for module in model.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            module.running_mean.normal_()
            module.running_var.uniform_(0.3, 3)
            if module.affine:
                module.weight.data.uniform_(0.3, 2)
                module.bias.data.normal_()
    return model.eval()


def values(output: Tensor | dict[str, Tensor]) -> dict[str, Tensor]:
    return output if isinstance(output, dict) else {"output": output}


def differences(graph: Graph, samples: int = 2) -> list[float]:
    """Of every output, relative to its largest value."""
    torch.manual_seed(0)
    cpu = {device.name: "cpu" for device in graph.devices}
    plain = with_statistics(made(graph, source(graph))(**cpu))
    quick = made(graph, optimized(graph)).from_state_dict(plain.state_dict(), **cpu)  # type: ignore[attr-defined]
    inputs = [torch.randn(samples, *entry.shape) for entry in graph.inputs]
    with torch.no_grad():
        wanted = values(plain(*inputs))
    found = values(quick(*inputs))
    assert list(found) == list(wanted)
    assert not any(value.requires_grad for value in found.values())
    return [float((found[name] - wanted[name]).abs().max() / wanted[name].abs().max()) for name in wanted]


@pytest.mark.parametrize("name", [*SPECS])
def test_it_does_what_the_plain_module_does(name: str) -> None:
    assert max(differences(load(SPECS[name]))) <= 1e-4


@pytest.mark.parametrize("name", [*FOLDING, *STAYING])
def test_folding_changes_no_value(name: str) -> None:
    graph = load((FOLDING | STAYING)[name])
    assert max(differences(graph)) <= 1e-4
    assert verify(for_inference(graph).graph, optimized(graph)).findings == ()


@pytest.mark.parametrize("spec", ["resnet:ResNet18", "alexnet:AlexNetMerged", "densenet:DenseNet121", "vgg:VGG11BN"])
def test_nets_of_the_zoo(spec: str) -> None:
    graph = load(f"zoo:{spec}")
    assert max(differences(graph, samples=1)) <= 1e-4


def batchnorms(graph: Graph) -> int:
    return sum(layer.op.keyword == "batchnorm" for layer in graph.layers)


def test_what_is_folded_and_what_stays() -> None:
    left = {name: batchnorms(for_inference(load(text)).graph) for name, text in (FOLDING | STAYING).items()}
    assert left == dict.fromkeys(FOLDING, 0) | {"two in a row": 1} | dict.fromkeys(STAYING, 1)


def test_names_stay_and_what_goes_from_a_numbered_place_leaves_an_identity() -> None:
    graph = for_inference(load(FOLDING["numbered"])).graph
    kinds = {layer.name: layer.op.keyword for layer in graph.layers if layer.name.startswith("features.")}
    assert list(kinds) == [f"features.{index}" for index in range(7)]
    assert [*kinds.values()] == ["conv", "identity", "relu", "identity", "conv", "identity", "relu"]


def test_idle_layers_go() -> None:
    text = "net N {\n input x: 3x8x8\n c = conv(4, 3x3) -> dropout(0.5)\n p = adaptive_avgpool(6x6)\n fc(2)\n}"
    assert [layer.op.keyword for layer in for_inference(load(text)).graph.layers] == ["conv", "fc"]


def test_a_net_of_idle_layers_alone_still_has_a_layer() -> None:
    graph = load("net N {\n input x: 4\n dropout(0.1) -> dropout(0.2)\n}")
    assert [layer.op.keyword for layer in for_inference(graph).graph.layers] == ["identity"]
    assert max(differences(graph)) == 0


def test_layers_for_training_alone_go_with_their_weights() -> None:
    graph = load(AUXILIARY)
    inference = for_inference(graph)
    assert [layer.name for layer in inference.graph.layers] == ["c", "fc"]
    assert inference.dropped == ("aux",)
    assert list(inference.graph.outputs) == ["late"]
    assert max(differences(graph)) <= 1e-4


def test_kernels_have_channels_last_in_memory() -> None:
    graph = load(FOLDING["eps"])
    model = made(graph, optimized(graph))()
    kernel = next(value for value in model.parameters() if value.dim() == 4)
    assert kernel.is_contiguous(memory_format=torch.channels_last)
    assert not model.training


def test_a_state_that_does_not_fit_is_refused() -> None:
    graph = load(FOLDING["eps"])
    state = made(graph, source(graph))().state_dict()
    quick = made(graph, optimized(graph))
    with pytest.raises(KeyError):
        quick.from_state_dict({})  # type: ignore[attr-defined]
    with pytest.raises(RuntimeError, match="extra"):
        quick.from_state_dict(state | {"extra.weight": torch.zeros(1)})  # type: ignore[attr-defined]


def test_the_weights_that_are_given_stay_as_they_are() -> None:
    graph = load(FOLDING["eps"])
    state = made(graph, source(graph))().state_dict()
    before = {key: value.clone() for key, value in state.items()}
    made(graph, optimized(graph)).from_state_dict(state)  # type: ignore[attr-defined]
    assert list(state) == list(before)
    assert all(torch.equal(state[key], before[key]) for key in before)


def test_the_text(golden: Callable[[str, str], None]) -> None:
    golden("torch/optimized.py", optimized(load(SPECS["residual"])))


def test_lint_and_types(tmp_path: Path) -> None:
    for number, text in enumerate([*FOLDING.values(), SPECS["towers"], AUXILIARY]):
        (tmp_path / f"net{number}.py").write_text(optimized(load(text)))
    for command in (["ruff", "check", "--isolated"], ["black", "--check", "-q"], ["mypy"]):
        pytest.importorskip(command[0], reason="it reads what was written")
        done = subprocess.run(
            [sys.executable, "-m", *command, "."], check=False, cwd=tmp_path, capture_output=True, text=True
        )
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"


def test_build_optimize_verifies_what_it_writes(tmp_path: Path) -> None:
    (tmp_path / "small.net").write_text(FOLDING["eps"])
    command = [sys.executable, "-c", "from netc.cli import main; main()", "build", "small.net", "--optimize"]
    done = subprocess.run([*command, "-o", "small.py"], check=False, cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (
        0, "small.py: 3 layers, 3 shapes, 402 parameters, 3 operands agree with the graph\n"
    ), done.stderr  # fmt: skip
    assert "from_state_dict" in (tmp_path / "small.py").read_text()
    done = subprocess.run([*command, "-o", "small.onnx"], check=False, cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, "--optimize is for PyTorch" in done.stderr) == (2, True)
