"""Pipeline.

Source: <text>, net Pipeline
11,662 parameters, 948,490 connections, 935,424 multiply-adds per sample.

    model = Pipeline(front="cuda:0", back="cuda:1")
    output = model(torch.randn(8, 3, 16, 16))  # 8x10

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


class Mixed(nn.Module):
    """Block mixed of the spec."""

    def __init__(self, devices: dict[str, torch.device], width: int) -> None:
        super().__init__()
        self.devices = devices
        self.conv1 = nn.Conv2d(8, width, 3, padding=1).to(self.devices["front"])
        self.conv2 = nn.Conv2d(width, width, 3, padding=1).to(self.devices["back"])

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv1(x)
        x = F.relu(x, inplace=True)
        # line 4: 8x16x16, 8,192 bytes; 12x16x16, 12,288 bytes per sample
        x = copy_to(x, self.devices["back"])
        x = self.conv2(x)
        return F.relu(x, inplace=True)


class Pipeline(Placed):
    """Pipeline."""

    def __init__(
        self,
        front: str | torch.device | None = None,
        back: str | torch.device | None = None,
    ) -> None:
        super().__init__()
        self.devices = {
            "front": choose_device(front, 0),
            "back": choose_device(back, 1),
        }
        self.conv1 = nn.Conv2d(3, 8, 3, padding=1).to(self.devices["front"])
        self.m1 = Mixed(devices=self.devices, width=8)
        self.m2 = Mixed(devices=self.devices, width=12)
        self.pool = nn.MaxPool2d(2)
        self.skip = nn.Conv2d(8, 12, 2, stride=2).to(self.devices["back"])
        self.fc = nn.Linear(768, 10).to(self.devices["front"])

    def forward(self, image: Tensor) -> Tensor:
        x: Tensor = self.conv1(copy_to(image, self.devices["front"]))
        conv1_relu = F.relu(x, inplace=True)  # line 9: 8x16x16 on front
        x = self.m1(conv1_relu)  # line 10: 8x16x16 on front, back
        # line 3: 8x16x16, 8,192 bytes per sample
        m1_conv2_relu_on_front = copy_to(x, self.devices["front"])
        # line 13: 8x16x16, 8,192 bytes per sample
        conv1_relu_on_back = copy_to(conv1_relu, self.devices["back"])
        x = self.m2(m1_conv2_relu_on_front)  # line 11: 12x16x16 on front, back
        pool = self.pool(x)  # line 12: 12x8x8 on back
        x = self.skip(conv1_relu_on_back)  # line 13: 12x8x8 on back
        x = pool + x  # line 14: 12x8x8 on back
        x = copy_to(x, self.devices["front"])  # line 15: 12x8x8, 3,072 bytes per sample
        x = torch.flatten(x, 1)
        x = self.fc(x)  # line 15: 10 on front
        return x
