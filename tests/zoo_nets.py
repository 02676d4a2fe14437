"""The nets of the zoo that a reference knows: which row of tests/reference/zoo.json is which net."""

from __future__ import annotations

from dataclasses import dataclass


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
