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
    """The row of tests/reference/zoo.json; torchvision's name where that has none."""
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
    Reference("resnet18", "resnet.net:ResNet18", "resnet18", same_keys=True),
    Reference("resnet34", "resnet.net:ResNet34", "resnet34", same_keys=True),
    Reference("resnet50", "resnet.net:ResNet50", "resnet50", same_keys=True),
    Reference("resnet101", "resnet.net:ResNet101", "resnet101", same_keys=True),
    Reference("resnet152", "resnet.net:ResNet152", "resnet152", same_keys=True),
    Reference("resnext50_32x4d", "resnet.net:ResNeXt50", "resnext50_32x4d", same_keys=True),
    Reference("wide_resnet50_2", "resnet.net:WideResNet50", "wide_resnet50_2", same_keys=True),
    Reference("resnet20_cifar10", "resnet_cifar.net:ResNet20"),
    Reference("resnet32_cifar10", "resnet_cifar.net:ResNet32"),
    Reference("resnet44_cifar10", "resnet_cifar.net:ResNet44"),
    Reference("resnet56_cifar10", "resnet_cifar.net:ResNet56"),
    Reference("resnet110_cifar10", "resnet_cifar.net:ResNet110"),
    Reference("resnet20_cifar10_optionB", "resnet_cifar.net:ResNet20B"),
    Reference("resnet56_cifar10_optionB", "resnet_cifar.net:ResNet56B"),
    Reference("resnet110_cifar10_optionB", "resnet_cifar.net:ResNet110B"),
    Reference("densenet121", "densenet.net:DenseNet121", "densenet121", same_keys=True),
    Reference("densenet161", "densenet.net:DenseNet161", "densenet161", same_keys=True),
    Reference("densenet169", "densenet.net:DenseNet169", "densenet169", same_keys=True),
    Reference("densenet201", "densenet.net:DenseNet201", "densenet201", same_keys=True),
    Reference("se_resnet50", "senet.net:SEResNet50"),
    Reference("se_resnet152", "senet.net:SEResNet152"),
    Reference("se_resnext50_32x4d", "senet.net:SEResNeXt50"),
    Reference("se_resnext101_32x4d", "senet.net:SEResNeXt101"),
    Reference("mobilenet_v2", "mobilenet_v2.net:MobileNetV2", "mobilenet_v2"),
    Reference("mobilenet_v3_large", "mobilenet_v3.net:MobileNetV3Large", "mobilenet_v3_large"),
    Reference("mobilenet_v3_small", "mobilenet_v3.net:MobileNetV3Small", "mobilenet_v3_small"),
    Reference("shufflenet_v2_x0_5", "shufflenet_v2.net:ShuffleNetV2Half", "shufflenet_v2_x0_5"),
    Reference("shufflenet_v2_x1_0", "shufflenet_v2.net:ShuffleNetV2", "shufflenet_v2_x1_0"),
    Reference("shufflenet_v2_x1_5", "shufflenet_v2.net:ShuffleNetV2OneAndAHalf", "shufflenet_v2_x1_5"),
    Reference("shufflenet_v2_x2_0", "shufflenet_v2.net:ShuffleNetV2Double", "shufflenet_v2_x2_0"),
    Reference("mnasnet1_0", "mnasnet.net:MNASNet", "mnasnet1_0"),
    Reference("efficientnet_b0", "efficientnet.net:EfficientNetB0", "efficientnet_b0"),
    Reference("regnet_y_400mf", "regnet.net:RegNetY400MF", "regnet_y_400mf"),
    Reference("convnext_tiny", "convnext.net:ConvNeXtTiny", "convnext_tiny"),
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
    Reference("vgg13_bn", "vgg.net:VGG13BN", "vgg13_bn", same_keys=True),
    Reference("vgg16_bn", "vgg.net:VGG16BN", "vgg16_bn", same_keys=True),
    Reference("vgg19_bn", "vgg.net:VGG19BN", "vgg19_bn", same_keys=True),
    Reference("googlenet_2014_caffe", "googlenet.net:GoogLeNetNoAux"),
    Reference("googlenet_2014_caffe__aux", "googlenet.net:GoogLeNet"),
    Reference("googlenet", "googlenet.net:GoogLeNetTorchvision", "googlenet", same_keys=True),
    Reference("googlenet__noaux", "googlenet.net:GoogLeNetTorchvisionNoAux", "googlenet", same_keys=True),
    Reference("inception_v3", "inception.net:InceptionV3", "inception_v3", same_keys=True),
    Reference("squeezenet1_0", "squeezenet.net:SqueezeNet", "squeezenet1_0", same_keys=True),
    Reference("squeezenet1_1", "squeezenet.net:SqueezeNet11", "squeezenet1_1", same_keys=True),
    Reference("unet_2015", "unet.net:UNet"),
    Reference("unet_2015_rgb", "unet.net:UNetRGB"),
)


@cache
def graph_of(net: Reference) -> Graph:
    """The checked graph of a net of the table."""
    return load("zoo:" + net.spec.replace(".net:", ":"))
