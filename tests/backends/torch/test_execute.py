"""The written module at work: its numbers, its names, its start, and how it tells what went wrong."""

from __future__ import annotations

import copy
import io
import math
import re
import traceback

import pytest
from torch_specs import SPECS

from netc.compiler import Problem, load

torch = pytest.importorskip("torch", reason="what is written is PyTorch")
from torch import Tensor, nn  # noqa: E402 - only where torch is
from torch.nn import functional as F  # noqa: E402, N812

from netc.backends.torch import source  # noqa: E402
from netc.backends.torch.execute import execute, module  # noqa: E402
from netc.backends.torch.source import class_name  # noqa: E402

LENET = load("zoo:lenet5:LeNet5")

TABLE_I = (
    (0, 1, 2), (1, 2, 3), (2, 3, 4), (3, 4, 5), (0, 4, 5), (0, 1, 5),
    (0, 1, 2, 3), (1, 2, 3, 4), (2, 3, 4, 5), (0, 3, 4, 5), (0, 1, 4, 5), (0, 1, 2, 5),
    (0, 1, 3, 4), (1, 2, 4, 5), (0, 2, 3, 5), (0, 1, 2, 3, 4, 5),
)  # fmt: skip
"""LeCun et al. 1998, table I: the maps of S2 that every map of C3 reads."""


def squash(value: Tensor) -> Tensor:
    return 1.7159 * torch.tanh(2 * value / 3)


def lenet5(image: Tensor, state: dict[str, Tensor]) -> Tensor:
    """LeNet-5 as the paper describes it, map by map and window by window."""
    x = squash(convolve(image, state["C1.weight"], state["C1.bias"]))
    x = squash(subsample(x, state["S2.coefficient"], state["S2.bias"]))
    maps, used = [], 0
    for index, sources in enumerate(TABLE_I):
        kernels = state["C3.weight"][used : used + len(sources)]
        used += len(sources)
        maps.append(convolve(x[:, list(sources)], kernels[None], state["C3.bias"][index : index + 1]))
    assert used == 60
    x = squash(torch.cat(maps, dim=1))
    x = squash(subsample(x, state["S4.coefficient"], state["S4.bias"]))
    x = squash(convolve(x, state["C5.weight"], state["C5.bias"]))
    x = squash(x.reshape(len(x), 120) @ state["F6.weight"].T + state["F6.bias"])
    return torch.stack([((x - code) ** 2).sum(dim=1) for code in state["output.codes"]], dim=1)


def convolve(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """Convolution by its definition: every window times every kernel."""
    size = x.shape[2] - weight.shape[2] + 1
    windows = F.unfold(x, (weight.shape[2], weight.shape[3]))
    return (weight.flatten(1) @ windows + bias[:, None]).reshape(len(x), len(weight), size, size)


def subsample(x: Tensor, coefficient: Tensor, bias: Tensor) -> Tensor:
    sums = x[:, :, ::2, ::2] + x[:, :, 1::2, ::2] + x[:, :, ::2, 1::2] + x[:, :, 1::2, 1::2]
    return coefficient[:, None, None] * sums + bias[:, None, None]


def test_lenet5_is_the_papers() -> None:
    torch.manual_seed(0)
    model = module(LENET).double()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.uniform_(-0.5, 0.5)
    image = torch.rand(3, 1, 32, 32, dtype=torch.float64)
    expected = lenet5(image, model.state_dict())
    assert torch.allclose(model(image), expected, rtol=1e-12)
    assert torch.equal(model.classify(image), expected.argmin(dim=1))
    assert sum(parameter.numel() for parameter in model.parameters()) == 60_000


def test_codes_of_lenet5_are_the_figures() -> None:
    """Black pixels per digit of figure 3, and the codes' squared distances, from the paper's bitmaps."""
    codes = module(LENET).state_dict()["output.codes"]
    assert (codes == 1).sum(dim=1).tolist() == [35, 27, 33, 32, 41, 35, 39, 25, 43, 39]
    distances = torch.cdist(codes, codes).square().round()
    assert distances[6, 8] == distances[distances > 0].min() == 48
    assert distances[1, 8] == distances.max() == 200


def test_start_of_lenet5() -> None:
    """Uniform in +-2.4 / fan-in of the unit: LeCun et al. 1998, appendix A."""
    torch.manual_seed(0)
    state = module(LENET).state_dict()
    bounds = {
        "C1.weight": 2.4 / 25, "S2.coefficient": 0.6, "S4.coefficient": 0.6, "C5.weight": 0.006, "F6.weight": 0.02
    }  # fmt: skip
    for name, bound in bounds.items():
        assert state[name].abs().max() <= bound
        assert state[name].abs().max() > 0.5 * bound
    rows = torch.tensor([2.4 / (25 * len(sources)) for sources in TABLE_I for _ in sources])
    largest = state["C3.weight"].flatten(1).abs().amax(dim=1)
    assert (largest <= rows).all()
    assert (largest > 0.7 * rows).all()


def test_losses_of_lenet5() -> None:
    """Equations 8 and 9 of the paper, term by term."""
    names = execute(source(LENET), "<test>")
    distances = torch.tensor([[3.0, 1.0, 7.0], [2.0, 9.0, 4.0]])
    target = torch.tensor([1, 2])
    assert names["rbf_mse_loss"](distances, target).item() == pytest.approx((1 + 4) / 2)
    rows = [(1.0, (3, 1, 7)), (4.0, (2, 9, 4))]
    expected = sum(right + math.log(math.exp(-0.5) + sum(math.exp(-y) for y in row)) for right, row in rows) / 2
    assert names["rbf_map_loss"](distances, target, j=0.5).item() == pytest.approx(expected)
    assert module(LENET).loss(distances, target) == names["rbf_map_loss"](distances, target)


def test_start_of_alexnet() -> None:
    """N(0, 0.01) everywhere; biases 1 in five layers and 0 in the others: Krizhevsky et al. 2012, section 5."""
    torch.manual_seed(0)
    state = module(load("zoo:alexnet:AlexNet")).state_dict()
    ones = {"conv2", "conv4", "conv5", "fc6", "fc7"}
    for name, value in state.items():
        layer, kind = name.split(".")[-2:]
        if kind == "bias":
            assert (value == (1 if layer in ones else 0)).all(), name
        else:
            assert value.std().item() == pytest.approx(0.01, rel=0.05), name
            assert abs(value.mean().item()) < 0.001, name
    assert len(state) == 30


def test_starts_in_few_layers() -> None:
    torch.manual_seed(0)
    state = module(load(SPECS["towers"])).state_dict()
    assert state["gpu0.conv2.weight"].mean().item() == pytest.approx(0.5, abs=0.05)
    assert state["gpu1.fc3.weight"].std().item() == pytest.approx(0.25, rel=0.1)
    assert (state["gpu0.fc3.bias"] == 0).all()
    assert state["fc4.bias"].abs().min() > 0


def test_parameters_of_alexnet_per_tower() -> None:
    graph = load("zoo:alexnet:AlexNet")
    with torch.device("meta"):
        model = execute(source(graph), "<test>")["AlexNet"](gpu0="meta", gpu1="meta")
    counts = {
        prefix: sum(value.numel() for name, value in model.named_parameters() if name.startswith(prefix))
        for prefix in ("", "gpu0.", "gpu1.", "fc8.")
    }
    assert counts == {"": 60_965_224, "gpu0.": 28_434_112, "gpu1.": 28_434_112, "fc8.": 4_097_000}


def merge_towers(towers: dict[str, Tensor]) -> dict[str, Tensor]:
    """The weights of two towers as those of one column with groups: output channels one after another."""
    merged = {}
    for name, value in towers.items():
        tower, _, rest = name.partition(".")
        if tower == "gpu0":
            merged[rest] = torch.cat([value, towers[f"gpu1.{rest}"]])
        elif tower != "gpu1":
            merged[name] = value
    return merged


def test_towers_and_merged_alexnet_are_one_function() -> None:
    torch.manual_seed(0)
    towers = module(load("zoo:alexnet:AlexNet")).eval()
    merged = module(load("zoo:alexnet:AlexNetMerged")).eval()
    with torch.no_grad():
        for name, value in towers.named_parameters():
            if name.endswith("bias"):
                value.uniform_(-1, 1)  # ones and zeros would hide a wrong order
    merged.load_state_dict(merge_towers(towers.state_dict()))
    image = torch.randn(1, 3, 224, 224) * 50
    with torch.no_grad():
        expected, found = towers(image), merged(image)
    assert expected.abs().max() > 0.1
    assert torch.allclose(found, expected, rtol=1e-4, atol=1e-5)


def test_keys_are_the_users_names() -> None:
    keys = set(module(load(SPECS["residual"])).state_dict())
    assert {"conv1.weight", "layer1.0.conv1.weight", "layer2.0.skip_batchnorm.running_mean", "fc.bias"} <= keys


@pytest.mark.parametrize("name", SPECS)
def test_every_construct_trains(name: str) -> None:
    """A gradient reaches every parameter, and the outputs have the graph's shapes and names."""
    torch.manual_seed(0)
    graph = load(SPECS[name])
    model = module(graph)
    output = model(*(torch.randn(2, *entry.shape) for entry in graph.inputs))
    outputs = output if isinstance(output, dict) else {"output": output}
    assert {key: tuple(value.shape) for key, value in outputs.items()} == {
        key: (2, *graph.by_name[node].shape) for key, node in graph.outputs.items()
    }
    if list(model.parameters()):
        sum(value.square().sum() for value in outputs.values()).backward()
    assert all(parameter.grad is not None for parameter in model.parameters())


def test_dropout_only_in_training() -> None:
    model = module(load(SPECS["chain"]))
    image = torch.randn(4, 3, 16, 16)
    assert not torch.equal(model(image), model(image))
    model.eval()
    assert torch.equal(model(image), model(image))


def test_devices_by_default() -> None:
    model = module(load(SPECS["towers"]))
    expected = "cuda" if torch.cuda.is_available() else "cpu"
    assert {name: device.type for name, device in model.devices.items()} == {"gpu0": expected, "gpu1": expected}
    assert {parameter.device.type for parameter in model.parameters()} == {expected}


def test_devices_as_bound() -> None:
    model = module(load(SPECS["towers"]), gpu0="cpu", gpu1="meta")
    assert {parameter.device.type for parameter in model.gpu0.parameters()} == {"cpu"}
    assert {parameter.device.type for parameter in model.gpu1.parameters()} == {"meta"}
    assert model.fc4.weight.is_meta


@pytest.mark.parametrize(
    ("name", "bindings", "code"),
    [
        ("towers", {"gpu2": "cpu"}, "E501"),
        ("chain", {"gpu0": "cpu"}, "E501"),
        ("towers", {"gpu0": "nowhere"}, "E302"),
        ("towers", {"gpu0": "cuda:99"}, "E302"),
    ],
)
def test_bindings_that_cannot_be(name: str, bindings: dict[str, str], code: str) -> None:
    with pytest.raises(Problem) as caught:
        module(load(SPECS[name]), **bindings)
    assert caught.value.diagnostic.code == code


def test_tracebacks_show_the_written_line() -> None:
    model = module(load(SPECS["chain"]))
    with pytest.raises(RuntimeError) as caught:
        model(torch.randn(1, 4, 16, 16))
    assert "x = self.conv1(image)" in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("name", ["residual", "towers"])
def test_a_whole_module_is_saved_loaded_and_copied_in_one_process(name: str) -> None:
    models = [module(load(SPECS[name])).eval() for _ in range(2)]
    for model in models:
        file = io.BytesIO()
        torch.save(model, file)
        file.seek(0)
        inputs = [torch.randn(2, *entry.shape) for entry in load(SPECS[name]).inputs]
        for other in (torch.load(file, weights_only=False), copy.deepcopy(model)):
            assert type(other) is type(model)
            assert torch.equal(other(*inputs), model(*inputs))


def test_module_is_the_written_text() -> None:
    graph = load(SPECS["branches"])
    written = execute(source(graph), "<test>")["Branches"]()
    assert isinstance(written, nn.Module)
    assert list(written.state_dict()) == list(module(graph).state_dict())


@pytest.mark.parametrize("name", ["chain", "residual", "gates", "encoder", "several"])
def test_activations_in_place_change_no_output_and_no_gradient(name: str) -> None:
    graph = load(SPECS[name])
    text = source(graph)
    plain = re.sub(r"(, )?inplace=True", "", text)
    assert plain != text
    models = [execute(each, "<test>")[class_name(graph)]().double().eval() for each in (text, plain)]
    models[1].load_state_dict(models[0].state_dict())
    images = [torch.randn(2, *entry.shape, dtype=torch.float64) for entry in graph.inputs]
    found, expected = (_outputs_and_gradients(model, images) for model in models)
    assert all(map(torch.equal, found, expected))


def _outputs_and_gradients(model: nn.Module, images: list[Tensor]) -> list[Tensor]:
    inputs = [image.clone().requires_grad_() for image in images]
    output = model(*inputs)
    outputs = list(output.values()) if isinstance(output, dict) else [output]
    leaves = [*inputs, *model.parameters()]
    gradients = torch.autograd.grad([value.square().sum() for value in outputs], leaves)
    return [*outputs, *gradients, *inputs]


def test_an_activation_overwrites_nothing_that_is_needed() -> None:
    """Not an input, not what another layer or the user reads, and not what the gradient of its producer needs."""
    text = source(load("""
        block squash { x = in -> relu -> conv(4, 1x1) -> tanh -> relu }
        net N { input image: 4x8x8
          first = relu
          a = conv(4, 1x1)
          b = relu
          c = sigmoid -> relu
          d = squash
          sum = add(a, b, c, d) -> relu6
          output a: a
          output sum: sum }
    """))  # fmt: skip
    assert re.findall(r"(\S+)\(.*inplace", text) == ["F.relu6"]
