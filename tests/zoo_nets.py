"""The nets of the zoo that a reference knows: which row of tests/reference/zoo.json is which net."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from netc.compiler.compile import load
from netc.compiler.graph import Graph

REFERENCE = Path(__file__).parent / "reference"

ZOO: dict[str, dict[str, Any]] = json.loads((REFERENCE / "zoo.json").read_text())
"""Row -> counts and shapes of the reference."""

STATE: dict[str, dict[str, list[int]]] = json.loads((REFERENCE / "torchvision_state.json").read_text())
"""Row of a net of torchvision -> key of its state_dict -> shape, in order."""


@dataclass(frozen=True)
class Reference:
    """A net of specs/ and what it is held to."""

    row: str
    """The row of tests/reference/zoo.json."""
    spec: str
    """``file.net:Net`` in specs/."""
    torchvision: str | None = None
    """The constructor in torchvision.models that makes the same net."""
    same_keys: bool = False
    """Whether the keys of the state_dict are the reference's."""


REFERENCES = (
    Reference("lenet5_1998", "lenet5.net:LeNet5"),
    Reference("lenet5_modern", "lenet5.net:LeNet5Modern"),
    Reference("alexnet_2012_grouped", "alexnet.net:AlexNetMerged"),
    Reference("alexnet_2012_2gpu", "alexnet.net:AlexNet"),
    Reference("resnet152", "resnet.net:ResNet152", "resnet152"),
)


@cache
def graph_of(net: Reference) -> Graph:
    """The checked graph of a net of the table."""
    return load("zoo:" + net.spec.replace(".net:", ":"))
