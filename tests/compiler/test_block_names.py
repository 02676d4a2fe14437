"""A block may have any name but an op's; what it is called never breaks the written module."""

from __future__ import annotations

import pytest

import netc

NAMES = ["f", "tensor", "nn", "double", "type", "_x", "tower", "rbf_block", "net"]


def spec(name: str) -> str:
    net = f"net A {{\n  input image: 3x8x8\n  {name}(3) -> relu\n  y = {name}(4)\n}}\n"
    return f"block {name}(w) {{ conv(w, 1x1) }}\n{net}"


@pytest.mark.parametrize("name", NAMES)
def test_unnamed_uses_of_a_block(name: str) -> None:
    graph = netc.load(spec(name))
    first = graph.layers[0].name
    assert first in (f"{name}.conv", f"{name.lstrip('_')}_block.conv")
    compile(netc.source(graph), "a.py", "exec")


@pytest.mark.parametrize("name", NAMES)
def test_the_written_module_is_right(name: str) -> None:
    torch = pytest.importorskip("torch")
    from netc.backends.torch import verify

    graph = netc.load(spec(name))
    verification = verify.verify(graph, netc.source(graph))
    assert verification.ok, str(verification)
    assert netc.module(graph)(torch.zeros(1, 3, 8, 8)).shape == (1, 4, 8, 8)


def test_two_blocks_alike_are_two_classes() -> None:
    blocks = "block one(w) { conv(w, 1x1) }\nblock two(w) { conv(w, 1x1) }\n"
    text = netc.source(netc.load(blocks + "net A {\n  input image: 3x8x8\n  a = one(3)\n  b = two(3)\n}\n"))
    assert "class One(nn.Module):" in text
    assert "class Two(nn.Module):" in text
