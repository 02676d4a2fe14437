"""The memory of training that the compiler tells is what PyTorch keeps and uses, on the meta device."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from op_samples import SAMPLES, Sample
from torch_specs import SPECS

from netc.compiler import Graph, Input, Layer, catalogue, load
from netc.compiler.memory import memory, on_one_device, training_memory
from netc.compiler.ops import OPS
from netc.compiler.signature import build

torch = pytest.importorskip("torch", reason="it is PyTorch that keeps what is counted")
from logical_devices import logical_devices  # noqa: E402 - only where torch is
from torch import Tensor, nn  # noqa: E402
from torch.multiprocessing.reductions import StorageWeakRef  # noqa: E402
from torch.utils._python_dispatch import TorchDispatchMode  # noqa: E402
from torch.utils._pytree import tree_leaves  # noqa: E402

from netc.backends.torch.execute import module  # noqa: E402

BATCH = 2


def made(graph: Graph, device: str = "meta") -> nn.Module:
    """The module with all of its devices bound to one."""
    with torch.device(device):
        return module(graph, **{entry.name: device for entry in graph.devices})


def saved(
    graph: Graph, model: nn.Module, place: Callable[[Tensor], str | None] = lambda _: None, device: str = "meta"
) -> Counter[str | None]:
    """Bytes that a forward pass keeps, per place: every storage once, without parameters and buffers."""
    own = {tensor.untyped_storage()._cdata for tensor in (*model.parameters(), *model.buffers())}
    found: dict[int, tuple[torch.UntypedStorage, str | None]] = {}

    def keep(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        if tensor.dim() and storage._cdata not in own:  # numbers such as an exponent are kept as tensors without axes
            found.setdefault(storage._cdata, (storage, place(tensor)))
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        outputs = model(*inputs(graph, device))
    assert outputs is not None  # alive while the storages are counted
    sums: Counter[str | None] = Counter()
    for storage, where in found.values():
        sums[where] += storage.nbytes()
    return sums


def inputs(graph: Graph, device: torch.device | str = "meta", batch: int = BATCH) -> list[Tensor]:
    return [torch.zeros(batch, *entry.shape, device=device) for entry in graph.inputs]


def masks(graph: Graph, device: str | None = None) -> int:
    """What dropout keeps on the meta device and the CPU more than on a GPU: 4 bytes per value, not 1."""
    layers = graph.layers if device is None else graph.on(device)
    return sum(3 * BATCH * layer.activations for layer in layers if layer.op.keyword == "dropout")


@pytest.mark.parametrize("spec", [net.spec for net in catalogue()])
def test_nets_of_the_zoo_keep_what_is_said(spec: str) -> None:
    graph = on_one_device(load(spec))
    assert training_memory(graph, BATCH)[None].saved == saved(graph, made(load(spec)))[None] - masks(graph)


@pytest.mark.parametrize("name", SPECS)
def test_every_construct_keeps_what_is_said(name: str) -> None:
    graph = on_one_device(load(SPECS[name]))
    assert training_memory(graph, BATCH)[None].saved == saved(graph, made(load(SPECS[name])))[None] - masks(graph)


def alone(sample: Sample) -> Graph:
    """A net of one op whose inputs need gradients, since weights made them."""
    scale = build(OPS["layer_scale"], [], {})
    inputs = [Input(name=f"x{index}", shape=shape, line=1) for index, shape in enumerate(sample.inputs)]
    scaled = [layer(f"scaled{node.name}", scale, (node,)) for node in inputs]
    return Graph(net="Alone", file="", nodes=(*inputs, *scaled, layer("y", sample.op, scaled)), outputs={"output": "y"})


def layer(name: str, op: Any, inputs: Sequence[Input | Layer]) -> Layer:
    shapes = [node.shape for node in inputs]
    return Layer(
        name=name, op=op, inputs=tuple(node.name for node in inputs), shape=op.infer(*shapes), statement=name, line=2,
        file="", parameters=op.parameters(*shapes),
    )  # fmt: skip


WHOLE = [sample for sample in SAMPLES if getattr(sample.op, "part", 0) is not None]
"""All samples but those of a split without its part, which stands for several layers."""


@pytest.mark.parametrize("sample", WHOLE, ids=str)
def test_every_op_keeps_what_it_says(sample: Sample) -> None:
    graph = alone(sample)
    assert training_memory(graph, BATCH)[None].saved == saved(graph, made(graph))[None] - masks(graph)


PLACED = {name: text for name, text in SPECS.items() if re.search(r"^  device ", text, re.M)}
PLACED["alexnet"] = "zoo:alexnet:AlexNet"


@pytest.mark.parametrize("name", PLACED)
def test_every_device_keeps_what_is_said(name: str) -> None:
    graph = load(PLACED[name])
    model = module(graph, **{entry.name: torch.device("cpu") for entry in graph.devices})

    def place_of(parameter: str) -> str:
        return graph.by_name[parameter.rpartition(".")[0]].device or ""

    with logical_devices(model, place_of) as ledger:
        found = saved(graph, model, ledger.device.get, "cpu")
    for device, said in training_memory(graph, BATCH).items():
        assert said.saved == found[device] - masks(graph, device), device


class Live(TorchDispatchMode):
    """The most bytes in tensors that are alive after one operation."""

    def __init__(self, tensors: Sequence[Tensor]) -> None:
        super().__init__()
        self.storages: dict[int, tuple[StorageWeakRef, int]] = {}
        self.most = 0
        self.note(tensors)

    def note(self, tensors: Sequence[Tensor]) -> None:
        for storage in (tensor.untyped_storage() for tensor in tensors):
            self.storages[storage._cdata] = (StorageWeakRef(storage), storage.nbytes())
        self.storages = {key: entry for key, entry in self.storages.items() if not entry[0].expired()}
        self.most = max(self.most, sum(size for _, size in self.storages.values()))

    def __torch_dispatch__(self, func: Any, types: Any, args: Sequence[Any] = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        self.note([leaf for leaf in tree_leaves(result) if isinstance(leaf, Tensor)])
        return result


OPTIMIZERS = {
    "sgd": lambda weights: torch.optim.SGD(weights, lr=0.1, foreach=False),
    "momentum": lambda weights: torch.optim.SGD(weights, lr=0.1, momentum=0.9, foreach=False),
    "adam": lambda weights: torch.optim.Adam(weights, foreach=False),
}


def peak(graph: Graph, batch: int, optimizer: str) -> int:
    """The most bytes in use in the second training step, when the optimizer has its state."""
    model = made(graph)
    step = OPTIMIZERS[optimizer](model.parameters())
    given = inputs(graph, batch=batch)
    with Live([*model.parameters(), *model.buffers(), *given]) as live:
        for _ in range(2):
            live.most = 0
            step.zero_grad()
            results = [leaf for leaf in tree_leaves(model(*given)) if isinstance(leaf, Tensor)]
            torch.autograd.backward(results, [torch.empty_like(result) for result in results])
            most = live.most
            step.step()
    return most


@pytest.mark.parametrize(
    ("spec", "batch"),
    [
        ("zoo:lenet5", 64), ("zoo:alexnet", 128), ("zoo:alexnet:AlexNetMerged", 128), ("zoo:vgg:VGG11LRN", 16),
        ("zoo:googlenet", 1), ("zoo:resnet:ResNet18", 64), ("zoo:squeezenet", 8), ("zoo:unet", 1),
    ],
)  # fmt: skip
def test_the_peak_is_that_of_a_training_step(spec: str, batch: int) -> None:
    found = peak(load(spec), batch, "momentum")
    assert memory(on_one_device(load(spec)), batch=batch) == pytest.approx(found, rel=0.02)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_optimizers_keep_what_is_said(optimizer: str) -> None:
    graph = load("zoo:resnet_cifar:ResNet20")
    assert memory(graph, None, 8, optimizer) == pytest.approx(peak(graph, 8, optimizer), rel=0.02)
