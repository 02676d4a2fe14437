"""Expectations: what they may compare, and that none is passed over."""

from __future__ import annotations

import pytest

from netc.compiler.compile import check_source
from netc.compiler.source import Source

NET = "net N { input image: 3x32x32\n conv1 = conv(8, 3x3)\n fc = fc(10)\n expect %s }"


def codes(claim: str) -> list[str]:
    (result,) = check_source(Source("n.net", NET % claim))
    return [diagnostic.code for diagnostic in result.diagnostics]


@pytest.mark.parametrize(
    "claim",
    [
        "conv1.shape == 8x30x30", "conv1.shape == [8, 30, 30]", "conv1.shape != 8x32x32", "conv1.shape != 8",
        "fc.shape == 10", "10 == fc.shape", "conv1.shape[1] * 2 == 60", "image.shape == 3x32x32",
        "parameters == 224 + 72_010", "memory(batch = 1) > 100KB",
    ],
)  # fmt: skip
def test_claims_that_hold(claim: str) -> None:
    assert codes(claim) == []


@pytest.mark.parametrize("claim", ["fc.shape == 11", "conv1.shape == 8", "parameters < 3", "conv1.shape == 8x30"])
def test_claims_that_do_not_hold(claim: str) -> None:
    assert codes(claim) == ["E701"]


@pytest.mark.parametrize(
    ("claim", "code"),
    [
        ("fc.shape < 11", "E702"), ('fc.shape == "ten"', "E702"), ("fc == 10", "E702"), ("memory < 3GB", "E702"),
        ("paramters == 3", "E201"), ("conv2.macs == 3", "E201"), ("macs(gpu0) == 3", "E501"),
    ],
)  # fmt: skip
def test_claims_that_cannot_be_evaluated(claim: str, code: str) -> None:
    assert codes(claim) == [code]
