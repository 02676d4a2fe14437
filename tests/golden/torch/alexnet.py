"""AlexNet (2012).

A. Krizhevsky, I. Sutskever, G. Hinton. ImageNet classification with deep
convolutional neural networks. NIPS 2012

Source: zoo:alexnet, net AlexNet(classes = 1000)
60,965,224 parameters, 725,066,088 connections, 724,406,816 multiply-adds per sample.

    model = AlexNet(gpu0="cuda:0", gpu1="cuda:1")
    output = model(torch.randn(8, 3, 224, 224))  # 8x1000

Written by netc 0.1.0.
"""

from collections.abc import Callable
from typing import Self

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def choose_device(device: str | torch.device | None, index: int) -> torch.device:
    """The device asked for; else one of the GPUs, in turn; else the CPU."""
    if device is not None:
        return torch.device(device)
    if torch.cuda.is_available():
        return torch.device("cuda", index % torch.cuda.device_count())
    return torch.device("cpu")


def copy_to(x: Tensor, device: torch.device) -> Tensor:
    """A tensor on a device. Only copies to GPUs overlap with what others compute."""
    return x.to(device, non_blocking=device.type == "cuda")


class Placed(nn.Module):
    """A net whose layers stay on the devices that it was made with."""

    devices: dict[str, torch.device]

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> Self:
        for name, device in self.devices.items():
            here = torch.empty(0, device=device)
            if fn(here).device != here.device:
                anew = f"{type(self).__name__}({name}=...)"
                stay = f"the layers on {name} stay on {here.device}"
                raise RuntimeError(f"{stay}; to have them elsewhere, make {anew}")
        super()._apply(fn, recurse)  # type: ignore[no-untyped-call]
        return self


class Tower(nn.Module):
    """Tower on gpu0 or gpu1 (line 115)."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 48, 11, stride=4)
        self.conv1_lrn = nn.LocalResponseNorm(5, k=2.0)
        self.pool1 = nn.MaxPool2d(3, stride=2)
        self.conv2 = nn.Conv2d(48, 128, 5, padding=2)
        self.conv2_lrn = nn.LocalResponseNorm(5, k=2.0)
        self.pool2 = nn.MaxPool2d(3, stride=2)
        self.conv3 = nn.Conv2d(256, 192, 3, padding=1)
        self.conv4 = nn.Conv2d(192, 192, 3, padding=1)
        self.conv5 = nn.Conv2d(192, 128, 3, padding=1)
        self.pool5 = nn.MaxPool2d(3, stride=2)
        self.fc6 = nn.Linear(9216, 2048)
        self.fc6_dropout = nn.Dropout()
        self.fc7 = nn.Linear(4096, 2048)
        self.fc7_dropout = nn.Dropout()

    def stage1(self, x: Tensor) -> Tensor:
        x = F.pad(x, (0, 3, 0, 3))
        x = self.conv1(x)
        x = F.relu(x, inplace=True)
        x = self.conv1_lrn(x)  # line 116: 48x55x55 on gpu0, gpu1
        x = self.pool1(x)  # line 117: 48x27x27 on gpu0, gpu1
        x = self.conv2(x)
        x = F.relu(x, inplace=True)
        x = self.conv2_lrn(x)  # line 118: 128x27x27 on gpu0, gpu1
        x = self.pool2(x)  # line 119: 128x13x13 on gpu0, gpu1
        return x

    def stage2(self, gpu0_pool2: Tensor, gpu1_pool2: Tensor) -> Tensor:
        x: Tensor = torch.cat([gpu0_pool2, gpu1_pool2], dim=1)
        x = self.conv3(x)
        x = F.relu(x, inplace=True)  # line 121: 192x13x13 on gpu0, gpu1
        x = self.conv4(x)
        x = F.relu(x, inplace=True)  # line 122: 192x13x13 on gpu0, gpu1
        x = self.conv5(x)
        x = F.relu(x, inplace=True)  # line 123: 128x13x13 on gpu0, gpu1
        x = self.pool5(x)  # line 124: 128x6x6 on gpu0, gpu1
        return x

    def stage3(self, gpu0_pool5: Tensor, gpu1_pool5: Tensor) -> Tensor:
        x: Tensor = torch.cat([gpu0_pool5, gpu1_pool5], dim=1)
        x = torch.flatten(x, 1)
        x = self.fc6(x)
        x = F.relu(x, inplace=True)
        x = self.fc6_dropout(x)  # line 126: 2048 on gpu0, gpu1
        return x

    def stage4(self, gpu0_fc6_dropout: Tensor, gpu1_fc6_dropout: Tensor) -> Tensor:
        x: Tensor = torch.cat([gpu0_fc6_dropout, gpu1_fc6_dropout], dim=1)
        x = self.fc7(x)
        x = F.relu(x, inplace=True)
        x = self.fc7_dropout(x)  # line 128: 2048 on gpu0, gpu1
        return x


class AlexNet(Placed):
    """AlexNet (2012)."""

    def __init__(
        self,
        gpu0: str | torch.device | None = None,
        gpu1: str | torch.device | None = None,
    ) -> None:
        super().__init__()
        self.devices = {"gpu0": choose_device(gpu0, 0), "gpu1": choose_device(gpu1, 1)}
        self.gpu0 = Tower().to(self.devices["gpu0"])
        self.gpu1 = Tower().to(self.devices["gpu1"])
        self.fc8 = nn.Linear(4096, 1000).to(self.devices["gpu0"])
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draws the values that training starts from, as the spec says."""
        for name, parameter in self.named_parameters():
            if name.endswith("weight"):
                nn.init.normal_(parameter, std=0.01)
            elif name.endswith("bias"):
                nn.init.zeros_(parameter)
        for name in (
            "gpu0.conv2.bias",
            "gpu1.conv2.bias",
            "gpu0.conv4.bias",
            "gpu0.conv5.bias",
            "gpu1.conv4.bias",
            "gpu1.conv5.bias",
            "gpu0.fc6.bias",
            "gpu1.fc6.bias",
            "gpu0.fc7.bias",
            "gpu1.fc7.bias",
        ):
            nn.init.ones_(self.get_parameter(name))

    def forward(self, image: Tensor) -> Tensor:
        # line 115: 128x13x13 on gpu0
        gpu0_pool2 = self.gpu0.stage1(copy_to(image, self.devices["gpu0"]))
        # line 115: 128x13x13 on gpu1
        gpu1_pool2 = self.gpu1.stage1(copy_to(image, self.devices["gpu1"]))
        # line 121: 128x13x13, 86,528 bytes per sample
        gpu1_pool2_on_gpu0 = copy_to(gpu1_pool2, self.devices["gpu0"])
        # line 121: 128x13x13, 86,528 bytes per sample
        gpu0_pool2_on_gpu1 = copy_to(gpu0_pool2, self.devices["gpu1"])
        # line 115: 128x6x6 on gpu0
        gpu0_pool5 = self.gpu0.stage2(gpu0_pool2, gpu1_pool2_on_gpu0)
        # line 115: 128x6x6 on gpu1
        gpu1_pool5 = self.gpu1.stage2(gpu0_pool2_on_gpu1, gpu1_pool2)
        # line 126: 128x6x6, 18,432 bytes per sample
        gpu1_pool5_on_gpu0 = copy_to(gpu1_pool5, self.devices["gpu0"])
        # line 126: 128x6x6, 18,432 bytes per sample
        gpu0_pool5_on_gpu1 = copy_to(gpu0_pool5, self.devices["gpu1"])
        # line 115: 2048 on gpu0
        gpu0_fc6_dropout = self.gpu0.stage3(gpu0_pool5, gpu1_pool5_on_gpu0)
        # line 115: 2048 on gpu1
        gpu1_fc6_dropout = self.gpu1.stage3(gpu0_pool5_on_gpu1, gpu1_pool5)
        # line 128: 2048, 8,192 bytes per sample
        gpu1_fc6_dropout_on_gpu0 = copy_to(gpu1_fc6_dropout, self.devices["gpu0"])
        # line 128: 2048, 8,192 bytes per sample
        gpu0_fc6_dropout_on_gpu1 = copy_to(gpu0_fc6_dropout, self.devices["gpu1"])
        # line 115: 2048 on gpu0
        gpu0_fc7_dropout = self.gpu0.stage4(gpu0_fc6_dropout, gpu1_fc6_dropout_on_gpu0)
        # line 115: 2048 on gpu1
        gpu1_fc7_dropout = self.gpu1.stage4(gpu0_fc6_dropout_on_gpu1, gpu1_fc6_dropout)
        # line 130: 2048, 8,192 bytes per sample
        gpu1_fc7_dropout_on_gpu0 = copy_to(gpu1_fc7_dropout, self.devices["gpu0"])
        x: Tensor = torch.cat([gpu0_fc7_dropout, gpu1_fc7_dropout_on_gpu0], dim=1)
        x = self.fc8(x)  # line 130: 1000 on gpu0
        return x
