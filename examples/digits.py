"""Trains LeNet-5, as it was published in 1998, on handwritten digits, in a few seconds on a CPU.

The digits are scikit-learn's: 1797 images of 8x8 pixels, read from forms (UCI, Alpaydin and Kaynak 1998). They are
enlarged to 28x28 and put on a background of 32x32, as the paper does with MNIST.

    pip install 'netc[torch]' scikit-learn
    python examples/digits.py
"""

from __future__ import annotations

import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import Tensor
from torch.nn import functional

import netc

EPOCHS = 10
BATCH = 32
RATE = 0.002
MOMENTUM = 0.9
SEED = 1998

BACKGROUND, FOREGROUND = -0.1, 1.175
"""Input values of LeCun et al. 1998, section II.B: about mean 0 and variance 1."""


def digits() -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Images and classes to train on, and those to test on: three quarters and one quarter."""
    data = load_digits()
    grey = torch.from_numpy(data.images).float()[:, None] / 16
    field = functional.pad(functional.interpolate(grey, size=28, mode="bilinear"), (2, 2, 2, 2))
    images = BACKGROUND + (FOREGROUND - BACKGROUND) * field
    classes = torch.from_numpy(data.target)
    train, test = train_test_split(torch.arange(len(classes)), test_size=0.25, stratify=data.target, random_state=SEED)
    return images[train], classes[train], images[test], classes[test]


def main() -> float:
    """Trains and tests; the accuracy on the digits that the net never saw."""
    torch.manual_seed(SEED)
    images, classes, test_images, test_classes = digits()
    model = netc.module(netc.load("zoo:lenet5"))
    optimizer = torch.optim.SGD(model.parameters(), lr=RATE, momentum=MOMENTUM)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, EPOCHS)
    accuracy = 0.0
    for epoch in range(1, EPOCHS + 1):
        total = 0.0
        for batch in torch.randperm(len(images)).split(BATCH):
            optimizer.zero_grad()
            loss = model.loss(model(images[batch]), classes[batch])  # equation 9 of the paper
            loss.backward()
            optimizer.step()
            total += loss.item() * len(batch)
        schedule.step()
        with torch.no_grad():
            accuracy = (model.classify(test_images) == test_classes).float().mean().item()
        print(f"epoch {epoch:2}: loss {total / len(images):6.3f}, test accuracy {accuracy:.1%}")
    return accuracy


if __name__ == "__main__":
    main()
