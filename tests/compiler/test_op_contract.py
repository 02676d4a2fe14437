"""Every op against PyTorch: same meaning, same names, same defaults, same shapes, same costs."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import reduce
from typing import Any

import pytest
from op_samples import SAMPLES, Sample

from netc.compiler.op import Op, plain
from netc.compiler.ops import OPS

torch = pytest.importorskip("torch", reason="PyTorch is what ops are compared with")
from torch import nn  # noqa: E402 - only where torch is
from torch.nn import functional  # noqa: E402
from torch.utils.flop_counter import FlopCounterMode  # noqa: E402

BATCH = 2


def resolve(dotted: str) -> Any:
    """The object that a dotted name such as ``torch.nn.Conv2d`` means."""
    assert dotted.startswith("torch.")
    return reduce(getattr, dotted.split(".")[1:], torch)


class Composition(nn.Module):
    """A forward function with the modules and tensors that it uses."""

    def __init__(self, forward: Callable[..., Any], **parts: Any) -> None:
        super().__init__()
        self.run = forward
        for name, part in parts.items():
            if isinstance(part, nn.Module):
                self.add_module(name, part)
            elif isinstance(part, nn.Parameter):
                self.register_parameter(name, part)
            else:
                self.register_buffer(name, part)

    def forward(self, *tensors: Any) -> Any:
        return self.run(self, *tensors)


def of_module(sample: Sample) -> nn.Module:
    """The plain module that PyTorch has for an op."""
    op = sample.op
    return resolve(op.torch_callable(*sample.inputs))(**op.torch_arguments(*sample.inputs))


def of_function(sample: Sample) -> nn.Module:
    """The plain function that PyTorch has for an op."""
    function, arguments = resolve(sample.op.torch), sample.op.torch_arguments(*sample.inputs)
    return Composition(lambda _, tensor: function(tensor, **arguments))


def of_binary_function(sample: Sample) -> nn.Module:
    return Composition(lambda _, *tensors: reduce(resolve(sample.op.torch), tensors))


def of_cat(sample: Sample) -> nn.Module:
    return Composition(lambda _, *tensors: torch.cat(tensors, **sample.op.torch_arguments(*sample.inputs)))


def of_chunk(sample: Sample) -> nn.Module:
    arguments = sample.op.torch_arguments(*sample.inputs)
    return Composition(lambda _, tensor: torch.chunk(tensor, **arguments)[sample.arguments.get("part", 0)])


def of_conv(sample: Sample) -> nn.Module:
    """A convolution; margins that PyTorch's convolution cannot have are padded before it."""
    if "connect" in sample.arguments:
        return of_table(sample)
    margins = sample.op.explicit_padding(sample.inputs[0])
    if margins is None:
        return of_module(sample)
    top, bottom, left, right = margins
    conv = of_module(sample)
    return Composition(lambda own, x: own.conv(functional.pad(x, (left, right, top, bottom))), conv=conv)


def of_table(sample: Sample) -> nn.Module:
    """A convolution with a connection table: one small convolution per output channel."""
    rows = sample.op.connect
    sources = [[i for i, row in enumerate(rows) if row[j] == "X"] for j in range(len(rows[0]))]
    extra = {"bias": sample.op.bias, "stride": sample.op.stride, "padding": sample.op.pad[::2]}
    parts = nn.ModuleList(nn.Conv2d(len(chosen), 1, sample.op.kernel, **extra) for chosen in sources)
    return Composition(
        lambda own, x: torch.cat([part(x[:, chosen]) for part, chosen in zip(own.parts, sources, strict=True)], 1),
        parts=parts,
    )


def of_fc(sample: Sample) -> nn.Module:
    linear = of_module(sample)
    return linear if len(sample.inputs[0]) == 1 else nn.Sequential(nn.Flatten(), linear)


def of_subsample(sample: Sample) -> nn.Module:
    channels = sample.inputs[0][0]
    arguments = sample.op.torch_arguments(*sample.inputs)

    def forward(own: Any, x: Any) -> Any:
        total = functional.avg_pool2d(x, **arguments)
        return own.coefficient[:, None, None] * total + own.bias[:, None, None]

    return Composition(
        forward, coefficient=nn.Parameter(torch.ones(channels)), bias=nn.Parameter(torch.zeros(channels))
    )


def of_rbf(sample: Sample) -> nn.Module:
    codes = torch.tensor(sample.op.values(), dtype=torch.float32)
    return Composition(lambda own, x: torch.square(x[:, None] - own.codes).sum(-1), codes=codes)


def of_lrn(sample: Sample) -> nn.Module:
    """Per group of channels a normalization of its own."""
    norm = of_module(sample)
    groups = sample.op.groups
    if groups == 1:
        return norm
    return Composition(lambda _, x: torch.cat([norm(part) for part in x.chunk(groups, 1)], 1))


def of_layernorm(sample: Sample) -> nn.Module:
    norm = of_module(sample)
    if len(sample.inputs[0]) == 1:
        return norm
    return Composition(lambda own, x: own.norm(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2), norm=norm)


def of_scaled_tanh(sample: Sample) -> nn.Module:
    return Composition(lambda _, x: sample.op.amplitude * torch.tanh(sample.op.slope * x))


def of_layer_scale(sample: Sample) -> nn.Module:
    """The product with a factor per channel, which has an axis of length 1 for every axis of positions."""
    weight = torch.full(sample.op.weights(*sample.inputs)["weight"], sample.op.init)
    return Composition(lambda own, x: resolve(sample.op.torch)(x, own.weight), weight=nn.Parameter(weight))


def of_stochastic_depth(sample: Sample) -> nn.Module:
    """Dropout of one value per sample, which all its values are multiplied by."""

    def forward(own: Any, x: Any) -> Any:
        ones = torch.ones(len(x), *[1] * (x.dim() - 1))
        return x * resolve(sample.op.torch)(ones, **sample.op.torch_arguments(*sample.inputs), training=own.training)

    return Composition(forward)


def of_crop(sample: Sample) -> nn.Module:
    """Negative margins; of a second input only the shape is read."""
    arguments = sample.op.torch_arguments(*sample.inputs)
    return Composition(lambda _, x, *like: functional.pad(x, **arguments))


COMPOSED: dict[str, Callable[[Sample], nn.Module]] = {
    "conv": of_conv, "fc": of_fc, "subsample": of_subsample, "rbf": of_rbf, "lrn": of_lrn, "layernorm": of_layernorm,
    "scaled_tanh": of_scaled_tanh, "add": of_binary_function, "mul": of_binary_function, "concat": of_cat,
    "split": of_chunk, "reshape": of_function, "crop": of_crop, "pad": of_function,
    "layer_scale": of_layer_scale, "stochastic_depth": of_stochastic_depth,
}  # fmt: skip
"""Ops that are not one plain module, and how PyTorch computes them."""


def tensors_of(sample: Sample, module: nn.Module) -> tuple[dict[str, tuple[int, ...]], dict[str, tuple[int, ...]]]:
    """Shapes of the parameters and the buffers; names are an op's own, without the composition's parts."""

    def shapes(named: Any) -> dict[str, tuple[int, ...]]:
        return {name.rpartition(".")[2]: tuple(tensor.shape) for name, tensor in named}

    return shapes(module.named_parameters()), shapes(module.named_buffers())


def parameters_of(function: Any) -> dict[str, Any]:
    """Defaults by argument; none for builtins that have no signature, whose arguments we always pass."""
    try:
        return {name: parameter.default for name, parameter in inspect.signature(function).parameters.items()}
    except ValueError:
        return {}


@pytest.mark.parametrize("op", OPS.values(), ids=OPS)
def test_the_torch_name_is_real(op: type[Op]) -> None:
    assert callable(resolve(op.torch))


@pytest.mark.parametrize("op", OPS.values(), ids=OPS)
def test_defaults_are_pytorchs_or_documented(op: type[Op]) -> None:
    assert set(op.differs) <= set(op.torch_names) <= set(op.model_fields)
    parameters = parameters_of(resolve(op.torch))
    for name, argument in op.torch_names.items():
        field = op.model_fields[name]
        ours = inspect.Parameter.empty if field.is_required() else plain(field.default)
        theirs = parameters.get(argument, inspect.Parameter.empty)
        assert (ours != theirs) == (name in op.differs), f"{op.keyword}.{name}: {ours} here, {theirs} in PyTorch"


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_shape_tensors_and_costs_are_pytorchs(sample: Sample) -> None:
    op, inputs = sample.op, sample.inputs
    with torch.device("meta"):
        module = COMPOSED.get(op.keyword, of_module)(sample).eval()
        tensors = [torch.empty(BATCH, *shape) for shape in inputs]
        with FlopCounterMode(display=False) as counter:
            result = module(*tensors)
    assert tuple(result.shape) == (BATCH, *op.infer(*inputs))
    assert counter.get_total_flops() == 2 * BATCH * op.macs(*inputs)
    assert sum(tensor.numel() for tensor in module.parameters()) == op.parameters(*inputs)
    if "connect" in sample.arguments:  # PyTorch has no such layer: the composition's tensors are others
        return
    assert tensors_of(sample, module) == (op.weights(*inputs), op.buffers(*inputs))
    names = [name.rpartition(".")[2] for name in module.state_dict()]
    assert names == [*op.weights(*inputs), *op.buffers(*inputs)]


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_arguments_left_at_pytorchs_default_are_not_passed(sample: Sample) -> None:
    op = sample.op
    defaults = parameters_of(resolve(op.torch_callable(*sample.inputs)))
    same = {name for name, value in op.torch_arguments(*sample.inputs).items() if defaults.get(name) == value}
    assert same <= {op.torch_names[name] for name in op.differs}


@pytest.mark.parametrize("per", ["size", "term"])
def test_lrn_is_the_formula(per: str) -> None:
    """Krizhevsky et al. 2012, section 3.3, written out; with `alpha_per = size` alpha is divided by n."""
    sample = Sample("lrn", {"alpha_per": per, "alpha": 0.1}, ((8, 2, 2),))
    x = torch.arange(1.0, 33.0).reshape(1, 8, 2, 2)
    alpha = 0.1 if per == "term" else 0.1 / 5
    for i in range(8):
        squares = (x[:, max(0, i - 2) : i + 3] ** 2).sum(1)
        expected = x[:, i] / (2 + alpha * squares) ** 0.75
        torch.testing.assert_close(of_lrn(sample)(x)[:, i], expected)


def test_subsampling_sums() -> None:
    sample = Sample("subsample", {"kernel": 2}, ((1, 4, 4),))
    x = torch.arange(16.0).reshape(1, 1, 4, 4)
    expected = torch.tensor([[[[10.0, 18.0], [42.0, 50.0]]]])
    torch.testing.assert_close(of_subsample(sample)(x), expected)


def test_crop_takes_the_centre() -> None:
    sample = Sample("crop", {"size": 2}, ((1, 5, 4),))
    x = torch.arange(20.0).reshape(1, 1, 5, 4)
    torch.testing.assert_close(of_function(sample)(x), x[:, :, 1:3, 1:3])


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")
def test_same_padding_puts_the_odd_row_where_pytorch_does() -> None:
    sample = Sample("conv", {"channels": 2, "kernel": 4, "pad": "same", "dilation": 3}, ((3, 9, 8),))
    padded = of_conv(sample)
    theirs = nn.Conv2d(3, 2, 4, padding="same", dilation=3)
    theirs.load_state_dict({name.removeprefix("conv."): tensor for name, tensor in padded.state_dict().items()})
    x = torch.arange(216.0).reshape(1, 3, 9, 8)
    torch.testing.assert_close(padded(x), theirs(x))
