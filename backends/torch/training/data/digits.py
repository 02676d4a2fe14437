"""scikit-learn's handwritten digits: 1797 images of 8x8 pixels, installed with it (UCI, Alpaydin and Kaynak 1998)."""

from __future__ import annotations

import torch
from sklearn.datasets import load_digits  # type: ignore[import-untyped]
from sklearn.model_selection import train_test_split  # type: ignore[import-untyped]

from .source import Arrays, Data

TESTED = 0.25
"""The part of the digits that is tested on; all classes alike."""
INK = 16
"""The largest value of a pixel, from 0."""
SPLIT = 1998


def digits() -> Data:
    """Three quarters of the digits to train on, one to test on: always the same ones."""
    raw = load_digits()
    images = (torch.from_numpy(raw.images) * 255 / INK).round().to(torch.uint8)[:, None]
    targets = torch.from_numpy(raw.target).long()
    split = train_test_split(range(len(targets)), test_size=TESTED, stratify=raw.target, random_state=SPLIT)
    train, test = (Arrays(images[sorted(part)], targets[sorted(part)], photographs=False) for part in split)
    return Data("digits", tuple(map(str, range(10))), train, test, photographs=False)
