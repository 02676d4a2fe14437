"""Published weights in modules of netc: what loads, what does not, and what is said about it."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from typing import Any

import pytest
import torchvision_nets
from zoo_nets import REFERENCES, STATE, Reference, graph_of

import netc
from netc.compiler import Problem

torch = pytest.importorskip("torch", reason="weights are tensors of PyTorch")

from netc.backends.torch.weights import match  # noqa: E402 - only where PyTorch is
from netc.backends.torch.weights_order import same_values  # noqa: E402

NETS = """
net Base(classes = 10) {
  input image: 3x8x8
  conv1 = conv(4, 3x3, bias = false) -> batchnorm -> relu
  conv2 = conv(8, 3x3)
  fc    = fc(classes)
}

net Variant = Base with { conv2 = conv(6, 5x5) }
net Renamed = Base with {
  rename conv1 to stem
  rename conv2 to body
  rename fc to head
}
net Swapped = Base with { replace relu with gelu }
"""
COUNTER = "conv1_batchnorm.num_batches_tracked"


def module(net: str = "Base", **arguments: Any) -> Any:
    return netc.module(netc.load(NETS, net, **arguments))


def weights(of: Any) -> dict[str, Any]:
    """Values that no other tensor has, for every tensor of a module."""
    generator = torch.Generator().manual_seed(1)
    return {
        name: torch.rand(value.shape, generator=generator) if value.is_floating_point() else torch.tensor(7)
        for name, value in of.state_dict().items()
    }


def is_loaded(into: Any, state: dict[str, Any], names: dict[str, str]) -> bool:
    found = into.state_dict()
    return all(torch.equal(found[name].flatten(), state[source].flatten()) for name, source in names.items())


def refused(into: Any, state: Any, code: str, **more: Any) -> Any:
    """The error of weights that do not load, after which everything is as before."""
    before = {name: value.clone() for name, value in into.state_dict().items()}
    with pytest.raises(Problem) as caught:
        netc.load_weights(into, state, **more)
    assert caught.value.diagnostic.code == code
    assert is_loaded(into, before, {name: name for name in before})
    return caught.value


@pytest.mark.parametrize("net", [net for net in REFERENCES if net.row in STATE], ids=lambda net: net.row)
def test_every_net_of_torchvision_fits_whole(net: Reference) -> None:
    with torch.device("meta"):
        wanted = netc.module(graph_of(net)).state_dict()
    types = {True: torch.int64, False: torch.float32}
    given = {
        name: torch.zeros((), dtype=types[name.endswith("num_batches_tracked")]).expand(shape)
        for name, shape in STATE[net.row].items()
    }
    report = match(wanted, given)
    assert report.complete, str(report)
    assert not report.kept
    assert not report.parting
    assert report.by == ("name" if list(wanted) == list(given) else "order")
    assert list(report.loaded) == list(wanted)
    assert sorted(report.loaded.values()) == sorted(given)
    assert all(same_values(wanted[name].shape, given[other].shape) for name, other in report.loaded.items())


@pytest.mark.parametrize(
    "row", ["resnet18", "mobilenet_v2", "mobilenet_v3_small", "convnext_tiny", "densenet121", "squeezenet1_0"]
)
def test_outputs_are_those_of_torchvision(row: str) -> None:
    net = next(net for net in REFERENCES if net.row == row)
    theirs = torchvision_nets.net(row)
    generator = torch.Generator().manual_seed(0)
    for name, value in theirs.state_dict().items():
        if value.dim() == 1 or name.endswith("layer_scale"):  # else ones and zeros, the same everywhere
            value.copy_(0.5 + torch.rand(value.shape, generator=generator))
    ours = netc.module(graph_of(net)).eval()
    report = netc.load_weights(ours, theirs.state_dict())
    assert report.by == ("name" if net.same_keys else "order")
    image = torch.rand(1, 3, 96, 96, generator=generator)
    with torch.no_grad():
        torch.testing.assert_close(ours(image), theirs(image), rtol=1e-4, atol=1e-5)


def test_equal_names_load_in_any_order() -> None:
    into, state = module(), weights(module())
    report = netc.load_weights(into, dict(reversed(state.items())))
    assert report.by == "name"
    assert report.complete
    assert report.loaded == {name: name for name in state}
    assert is_loaded(into, state, report.loaded)


def test_other_names_load_in_order() -> None:
    into, state = module("Renamed"), weights(module())
    report = netc.load_weights(into, state)
    assert report.by == "order"
    assert report.loaded["stem.weight"] == "conv1.weight"
    assert report.loaded["head.bias"] == "fc.bias"
    assert len(report.loaded) == len(state)
    assert is_loaded(into, state, report.loaded)


def test_what_a_variant_left_alone_loads_and_the_rest_is_listed() -> None:
    into, state = module("Variant"), weights(module())
    kept = {name: value.clone() for name, value in into.state_dict().items()}
    report = netc.load_weights(into, state, strict=False)
    changed = ["conv2.weight", "conv2.bias", "fc.weight"]
    assert [item.name for item in report.mismatched] == changed
    assert report.loaded == {name: name for name in state if name not in changed}
    assert is_loaded(into, state, report.loaded)
    assert is_loaded(into, kept, {name: name for name in changed})
    assert netc.load_weights(module("Swapped"), state).complete


def test_a_variant_of_a_net_with_other_names_loads_by_way_of_its_base() -> None:
    base, state = module("Renamed"), weights(module())
    netc.load_weights(base, state)
    text = f"{NETS}net Wide = Renamed with {{ body = conv(16, 3x3) }}\n"
    report = netc.load_weights(netc.module(netc.load(text, "Wide")), base.state_dict(), strict=False)
    assert report.by == "name"
    assert [item.name for item in report.mismatched] == ["body.weight", "body.bias", "head.weight"]


def test_strict_loads_all_or_nothing_and_says_what_does_not_fit() -> None:
    state = weights(module())
    state["extra.weight"] = torch.zeros(2)
    del state["conv1.weight"]
    error = refused(module(classes=3), state, "E907")
    assert str(error) == (
        "error[E907]: the weights do not fit Base, and nothing was loaded\n"
        "  = hint: strict=False loads what fits\n"
        "7 tensors fit by name\n"
        "missing in the checkpoint: 1\n"
        "  `conv1.weight`\n"
        "unexpected in the checkpoint: 1\n"
        "  `extra.weight`\n"
        "of another shape or type: 2\n"
        "  `fc.weight` is 3x128, not 10x128\n"
        "  `fc.bias` is 3, not 10"
    )
    assert error.report.missing == ("conv1.weight",)


def test_orders_that_part_are_told() -> None:
    state = weights(module())
    state = {f"x.{name}": value for name, value in state.items() if not name.startswith("conv2")}
    error = refused(module(), state, "E907")
    assert (
        "the orders part after 5 tensors: the module goes on with `conv2.weight` 8x4x3x3, the checkpoint with "
        "`x.fc.weight` 10x128"
    ) in str(error)
    shorter = {f"x.{name}": value for name, value in weights(module()).items() if not name.startswith("fc")}
    assert "the checkpoint ends, the module has 2 more" in str(refused(module(), shorter, "E907"))
    longer = {f"x.{name}": value for name, value in weights(module()).items()} | {"x.more.bias": torch.zeros(1)}
    assert "the module ends, the checkpoint has 1 more" in str(refused(module(), longer, "E907"))


def test_equal_names_never_go_elsewhere() -> None:
    text = "net Two {\n input image: 4\n a = fc(4)\n b = fc(4)\n}\n"
    into = netc.module(netc.load(text))
    state = weights(into)
    state = {name.replace("a.", "c."): value for name, value in reversed(state.items())}
    report = refused(into, state, "E907").report
    assert report.by == "name"
    assert report.missing == ("a.weight", "a.bias")
    assert sorted(report.unexpected) == ["c.bias", "c.weight"]
    alone = {"b.weight": torch.zeros(4, 4), "x.bias": torch.zeros(4)}  # in order it would be that of `a`
    assert refused(into, alone, "E907").report.loaded == {"b.weight": "b.weight"}


def test_an_order_that_is_a_guess_is_refused() -> None:
    class Scaled(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.scale = torch.nn.Parameter(torch.ones(4))
            self.shift = torch.nn.Parameter(torch.ones(4))
            self.norm = torch.nn.LayerNorm(4)

    into = torch.nn.Sequential(torch.nn.LayerNorm(4), torch.nn.LayerNorm(4))
    error = refused(into, weights(Scaled()), "E907")
    assert "two orders fit, and no name says which is right" in str(error)
    assert error.report.loaded == {}


def test_a_convolution_of_one_pixel_takes_a_matrix_and_no_other_shape_is_bent() -> None:
    into = netc.module(netc.load("net N {\n input image: 4x1x1\n a = conv(6, 1x1)\n}\n"))
    state = {"b.weight": torch.rand(6, 4), "b.bias": torch.rand(6)}
    assert is_loaded(into, state, netc.load_weights(into, state).loaded)
    refused(into, state | {"b.weight": torch.rand(4, 6)}, "E907")
    refused(into, {"a.weight": torch.rand(24, 1), "a.bias": torch.rand(6)}, "E907")


def test_counters_may_be_missing_and_go_with_their_layers() -> None:
    state = weights(module())
    for net in ("Base", "Renamed"):
        into = module(net)
        report = netc.load_weights(into, {name: value for name, value in state.items() if name != COUNTER})
        assert report.complete
        assert len(report.kept) == 1
        netc.load_weights(into, state)
        assert into.state_dict()[report.kept[0]] == 7


def test_types_of_another_kind_do_not_fit_and_halves_do() -> None:
    state = weights(module())
    netc.load_weights(module(), {name: value.half() if value.dim() else value for name, value in state.items()})
    error = refused(module(), state | {"fc.bias": torch.zeros(10, dtype=torch.int64)}, "E907")
    assert "`fc.bias` is 10 float32, not 10 int64" in str(error)


@pytest.mark.parametrize("prefix", ["", "module.", "_orig_mod.", "module._orig_mod.", "_orig_mod.module."])
@pytest.mark.parametrize("wrapper", [None, "state_dict", "model_state_dict", "model", "module", "net"])
def test_wrappers_and_prefixes_are_taken_off(wrapper: str | None, prefix: str) -> None:
    state = weights(module())
    found: Any = OrderedDict((prefix + name, value) for name, value in state.items())
    report = netc.load_weights(module(), {"epoch": 3, wrapper: found} if wrapper else found)
    assert report.by == "name"
    assert report.complete


def test_files_load(tmp_path: Path) -> None:
    state = weights(module())
    path = tmp_path / "weights.pt"
    torch.save({"epoch": 3, "model": state}, path)
    for given in (path, str(path)):
        into = module()
        assert is_loaded(into, state, netc.load_weights(into, given).loaded)


def test_files_of_safetensors_load(tmp_path: Path) -> None:
    safetensors = pytest.importorskip("safetensors.torch", reason="it writes the file")
    path = tmp_path / "weights.safetensors"
    into, state = module(), weights(module())
    safetensors.save_file(state, path)
    assert is_loaded(into, state, netc.load_weights(into, path).loaded)
    path.write_bytes(b"no such thing")
    refused(into, path, "E906")


class Evil:
    """An object whose unpickling would write a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return Path.touch, (self.path,)


def test_no_code_of_a_file_is_executed(tmp_path: Path) -> None:
    path, trace = tmp_path / "evil.pt", tmp_path / "trace"
    torch.save({"state_dict": weights(module()), "optimizer": Evil(trace)}, path)
    assert "holds more than weights" in str(refused(module(), path, "E906"))
    assert not trace.exists()


def test_what_is_no_checkpoint_is_told(tmp_path: Path) -> None:
    assert "cannot read" in str(refused(module(), tmp_path / "nowhere.pt", "E801"))
    damaged = tmp_path / "damaged.pt"
    torch.save(weights(module()), damaged)
    damaged.write_bytes(damaged.read_bytes()[:500])
    refused(module(), damaged, "E906")
    damaged.write_bytes(b"")
    refused(module(), damaged, "E906")
    torch.save([1, 2], damaged)
    assert "found: list" in str(refused(module(), damaged, "E906"))
    assert "`epoch`" in str(refused(module(), weights(module()) | {"epoch": 3}, "E906"))
    assert "`fc.bias`" in str(refused(module(), weights(module()) | {"fc.bias": torch.zeros(10).to_sparse()}, "E906"))
    nested: dict[str, Any] = {}
    nested["model"] = nested
    refused(module(), nested, "E906")


def test_the_meta_device_holds_no_weights() -> None:
    with torch.device("meta"):
        into = module()
    with pytest.raises(Problem, match=r"(?s)E908.*to_empty"):
        netc.load_weights(into, weights(into))
    without_values = {name: value.to("meta") for name, value in weights(into).items()}
    assert "without values" in str(refused(module(), without_values, "E907"))
