"""A folder of images: one folder per class, whose name is the class's."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from PIL import Image, ImageOps, UnidentifiedImageError
from torch import Tensor

from .....compiler.diagnostics import Problem
from .files import damaged, folder_of, missing, unreadable
from .source import Data, Field, in_channels

LAYOUT = "train/CLASS/*.png and val/CLASS/*.png (or test/), one folder per class, equally called in both"
ENDINGS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".bmp": "BMP", ".gif": "GIF", ".ppm": "PPM", ".webp": "WEBP"}
"""Files that are images, and Pillow's name of their format; other files are no part of the data set."""
LARGEST = 10**8
"""Pixels that an image may have."""


def image_folder(place: str) -> Data:
    """The data set in a folder. Raises Problem E1001 where folders are missing or empty."""
    root = folder_of(place, "folder", LAYOUT)
    tests = next((root / name for name in ("val", "test") if (root / name).is_dir()), root / "val")
    for part in (root / "train", tests):
        if not part.is_dir():
            raise missing(f"{part} is not there", "folder", LAYOUT)
    classes, others = _classes(root / "train"), _classes(tests)
    if classes != others:
        odd = ", ".join(sorted(set(classes) ^ set(others)))
        raise missing(f"the classes of {root / 'train'} and {tests} differ: {odd}", "folder", LAYOUT)
    train, test = (Files(_images(part, classes)) for part in (root / "train", tests))
    return Data("folder", classes, train, test, photographs=True)


def _classes(part: Path) -> tuple[str, ...]:
    names = sorted(entry.name for entry in part.iterdir() if entry.is_dir() and not entry.name.startswith("."))
    if not names:
        raise missing(f"{part} has no folders", "folder", LAYOUT)
    return tuple(names)


def _images(part: Path, classes: Sequence[str]) -> list[tuple[Path, int]]:
    """Every image of a part with its class, in the order of names."""
    found: list[tuple[Path, int]] = []
    for number, name in enumerate(classes):
        images = sorted(path for path in (part / name).iterdir() if path.suffix.lower() in ENDINGS)
        if not images:
            raise missing(f"{part / name} has no image ({' '.join(ENDINGS)})", "folder", LAYOUT)
        found += [(path, number) for path in images]
    return found


class Files:
    """Images in files, of any size; each is read when it is needed."""

    def __init__(self, images: Sequence[tuple[Path, int]]) -> None:
        self.paths = [path for path, _ in images]
        self.targets = torch.tensor([number for _, number in images])

    def read(self, indices: Sequence[int], field: Field) -> Tensor:
        """See Source: resized until they cover the field, and the centre of that."""
        return torch.stack([_read(self.paths[index], field) for index in indices])


def _read(path: Path, field: Field) -> Tensor:
    """One image, float32 from 0 to 255, [channels, height, width]."""
    mode = "L" if field.channels == 1 else "RGB"
    try:
        with Image.open(path, formats=(ENDINGS[path.suffix.lower()],)) as image:
            if image.width * image.height > LARGEST:
                raise damaged(path, "too large", f"at most {LARGEST:,} pixels", f"{image.width}x{image.height}")
            fitted = ImageOps.fit(image.convert(mode), (field.width, field.height), Image.Resampling.BILINEAR)
    except UnidentifiedImageError:
        raise damaged(path, f"no {ENDINGS[path.suffix.lower()]} image") from None
    except Problem:
        raise
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        if isinstance(error, OSError) and error.filename is not None:
            raise unreadable(path, error) from None
        raise damaged(path, "no whole image", found=str(error)) from None
    pixels = torch.frombuffer(bytearray(fitted.tobytes()), dtype=torch.uint8)
    image_of = pixels.view(1, field.height, field.width, len(mode)).permute(0, 3, 1, 2).float()
    return in_channels(image_of, field.channels)[0]
