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
    Reference("lenet_caffe", "lenet5.net:LeNetCaffe"),
    Reference("alexnet_ungrouped", "alexnet.net:AlexNetUngrouped"),
    Reference("alexnet_2012_onegpu_ablation", "alexnet.net:AlexNetOneGPU"),
    Reference("alexnet", "alexnet.net:AlexNetTorchvision", "alexnet", same_keys=True),
    Reference("zfnet", "zfnet.net:ZFNet"),
    Reference("nin_cifar10", "nin.net:NiN"),
    Reference("nin_imagenet", "nin.net:NiNImageNet"),
    Reference("vgg_paper_A", "vgg.net:VGG11"),
    Reference("vgg_paper_A_LRN", "vgg.net:VGG11LRN"),
    Reference("vgg_paper_B", "vgg.net:VGG13"),
    Reference("vgg_paper_C", "vgg.net:VGG16C"),
    Reference("vgg_paper_D", "vgg.net:VGG16"),
    Reference("vgg_paper_E", "vgg.net:VGG19"),
    Reference("vgg11", "vgg.net:VGG11Torchvision", "vgg11", same_keys=True),
    Reference("vgg13", "vgg.net:VGG13Torchvision", "vgg13", same_keys=True),
    Reference("vgg16", "vgg.net:VGG16Torchvision", "vgg16", same_keys=True),
    Reference("vgg19", "vgg.net:VGG19Torchvision", "vgg19", same_keys=True),
    Reference("vgg11_bn", "vgg.net:VGG11BN", "vgg11_bn", same_keys=True),
    Reference("vgg16_bn", "vgg.net:VGG16BN", "vgg16_bn", same_keys=True),
    Reference("vgg19_bn", "vgg.net:VGG19BN", "vgg19_bn", same_keys=True),
    Reference("googlenet_2014_caffe", "googlenet.net:GoogLeNet"),
    Reference("squeezenet1_0", "squeezenet.net:SqueezeNet", "squeezenet1_0", same_keys=True),
    Reference("unet_2015", "unet.net:UNet"),
    Reference("unet_2015_rgb", "unet.net:UNetRGB"),
)


@cache
def graph_of(net: Reference) -> Graph:
    """The checked graph of a net of the table."""
    return load("zoo:" + net.spec.replace(".net:", ":"))
