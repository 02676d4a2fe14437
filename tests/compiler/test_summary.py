"""What a table or a figure says of an op."""

from __future__ import annotations

from typing import Any

import pytest

from netc.compiler.op import Op
from netc.compiler.ops import OPS
from netc.compiler.summary import summary, summary_parts


@pytest.mark.parametrize(
    ("keyword", "fields", "text"),
    [
        (
            "conv",
            {"channels": 96, "kernel": (11, 11), "stride": (4, 4), "round": "up"},
            "conv 96, 11x11, stride 4, round up",
        ),
        (
            "conv",
            {"channels": 8, "kernel": (1, 7), "pad": (0, 0, 3, 3), "bias": False},
            "conv 8, 1x7, pad 0x3, no bias",
        ),
        (
            "conv",
            {"channels": 8, "kernel": (3, 3), "pad": (1, 1, 1, 1), "stride": (2, 1)},
            "conv 8, 3x3, stride 2x1, pad 1",
        ),
        ("conv", {"channels": 8, "kernel": (3, 3), "pad": (0, 1, 0, 1)}, "conv 8, 3x3, pad [0, 1, 0, 1]"),
        (
            "conv",
            {"channels": 2, "kernel": (1, 1), "pad": "same", "connect": ("X.", ".X")},
            "conv 2, 1x1, pad same, connect table",
        ),
        ("relu", {}, "relu"),
        ("dropout", {}, "dropout 0.5"),
        ("concat", {}, "concat"),
        ("concat", {"axis": "width"}, "concat axis width"),
        ("batchnorm", {}, "batchnorm"),
        ("maxpool", {"kernel": (3, 3), "stride": (2, 2)}, "maxpool 3x3, stride 2"),
        ("reshape", {"shape": (256, 6, 6)}, "reshape 256x6x6"),
        ("rbf", {"classes": 10}, "rbf 10"),
        ("pad", {"margins": (0, 0, 0, 0), "channels": (8, 8)}, "pad 0, channels 8"),
        ("pad", {"margins": (1, 1, 1, 1), "channels": (2, 6)}, "pad 1, channels [2, 6]"),
    ],
)  # fmt: skip
def test_the_essential_arguments_are_told(keyword: str, fields: dict[str, Any], text: str) -> None:
    op = OPS[keyword](**fields)
    assert summary(op) == text
    assert ", ".join(summary_parts(op)) == text


@pytest.mark.parametrize("op", OPS.values(), ids=lambda op: op.keyword)
def test_every_op_starts_with_its_keyword(op: type[Op]) -> None:
    built = op.model_construct(**{name: 1 for name, field in op.model_fields.items() if field.is_required()})
    assert summary(built).split()[0] == op.keyword
