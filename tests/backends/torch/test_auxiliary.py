"""Auxiliary outputs in the written module: a dictionary in training, and in evaluation as if they were not there."""

from __future__ import annotations

import pytest
from torch_specs import SPECS

from netc.compiler import load

torch = pytest.importorskip("torch", reason="what is written is PyTorch")
from netc.backends.torch import source  # noqa: E402 - only where torch is
from netc.backends.torch.execute import module  # noqa: E402
from netc.backends.torch.verify import verify  # noqa: E402

HEADS = load(SPECS["heads"])
WITHOUT = load("\n".join(line for line in SPECS["heads"].splitlines() if "auxiliary" not in line))
IMAGE = torch.linspace(-1, 1, 2 * 3 * 16 * 16).reshape(2, 3, 16, 16)


def test_training_has_all_outputs_and_the_main_one_first() -> None:
    outputs = module(HEADS).train()(IMAGE)
    shapes = {name: tuple(tensor.shape) for name, tensor in outputs.items()}
    assert shapes == {"output": (2, 10), "aux1": (2, 10), "aux2": (2, 10), "both": (2, 8, 14, 14)}
    assert list(shapes) == ["output", "aux1", "aux2", "both"]


def test_evaluation_is_that_of_the_net_without_them() -> None:
    model, plain = module(HEADS).eval(), module(WITHOUT).eval()
    plain.load_state_dict(model.state_dict(), strict=False)
    assert set(plain.state_dict()) < set(model.state_dict())
    torch.testing.assert_close(model(IMAGE), plain(IMAGE))


def test_evaluation_does_not_run_their_layers() -> None:
    model = module(HEADS).eval()
    ran = []
    for name, part in model.named_modules():
        part.register_forward_hook(lambda *_, name=name: ran.append(name))
    model(IMAGE)
    assert "stem" in ran
    assert not {"head", "head.fc", "head2"} & set(ran)
    model.train()(IMAGE)
    assert {"head", "head.fc", "head2"} <= set(ran)


def test_evaluation_does_not_run_what_only_they_read_of_a_tower() -> None:
    graph = load(SPECS["towers_with_heads"])
    model = module(graph)
    assert list(model.g0.state_dict())[::2] == ["a.weight", "side.weight", "b.weight"]
    ran = []
    for name, part in model.named_modules():
        part.register_forward_hook(lambda *_, name=name: ran.append(name))
    model.eval()(torch.ones(2, 3, 8, 8), torch.ones(2, 4, 8, 8))
    assert {"g0.a", "g0.b", "g1.a", "g1.b"} <= set(ran)
    assert not {"g0.side", "g1.side", "e", "ex"} & set(ran)


@pytest.mark.filterwarnings("ignore:.torch.jit:DeprecationWarning")
def test_evaluation_can_be_traced_and_exported() -> None:
    model = module(HEADS).eval()
    expected = model(IMAGE)
    torch.testing.assert_close(torch.jit.trace(model, IMAGE)(IMAGE), expected)
    torch.testing.assert_close(torch.export.export(model, (IMAGE,)).module()(IMAGE), expected)


def test_several_main_outputs_are_a_dictionary_in_evaluation() -> None:
    model = module(load(SPECS["towers_with_heads"]))
    inputs = (torch.ones(2, 3, 8, 8), torch.ones(2, 4, 8, 8))
    assert list(model.train()(*inputs)) == ["classes", "features", "mix", "ex"]
    assert list(model.eval()(*inputs)) == ["classes", "features"]


@pytest.mark.parametrize(
    ("right", "wrong", "finding"),
    [
        ("if self.training:\n            head = ", "if True:\n            head = ", "in evaluation: "),
        ('"aux1": head, "aux2": head2', '"aux1": head2, "aux2": head', "output `aux1` is `head2."),
        ("        return x\n", '        return {"output": x}\n', "in evaluation: the net returns a dictionary"),
    ],
)  # fmt: skip
def test_both_modes_are_verified(right: str, wrong: str, finding: str) -> None:
    text = source(HEADS)
    before, found, after = text.rpartition(right)
    assert found
    findings = verify(HEADS, before + wrong + after).findings
    assert any(entry.startswith(finding) for entry in findings), findings


def test_the_usage_tells_both_modes() -> None:
    text = source(HEADS)
    assert 'outputs["aux1"]  # 8x10, in training only\n' in text
    assert "model.eval()\n    output = model(torch.randn(8, 3, 16, 16))  # 8x10\n" in text
