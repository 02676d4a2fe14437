"""MNIST and its relatives in their own format, IDX (LeCun, Cortes, Burges: yann.lecun.com/exdb/mnist), also as .gz."""

from __future__ import annotations

import gzip
import struct
import zlib
from pathlib import Path
from typing import IO

import torch
from torch import Tensor

from .files import damaged, folder_of, missing, unreadable
from .source import Arrays, Data

LAYOUT = (
    "train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, "
    "each as it is or with .gz"
)
LARGEST = 2**30
"""Bytes of pixels that a file may have; the largest relative, EMNIST by class, has 5.5e8."""
_UNSIGNED_BYTE = 0x08


def mnist(place: str) -> Data:
    """The data set in a folder. Raises Problem E1001 where files are missing, E1002 for a bad one."""
    folder = folder_of(place, "mnist", LAYOUT)
    train, test = (_part(folder, name) for name in ("train", "t10k"))
    classes = int(train.targets.max()) + 1
    if int(test.targets.max()) >= classes:
        path = _find(folder, "t10k-labels", 1)
        raise damaged(path, "a class that the training set lacks", f"0 to {classes - 1}", str(int(test.targets.max())))
    return Data("mnist", tuple(map(str, range(classes))), train, test, photographs=False)


def _part(folder: Path, name: str) -> Arrays:
    images_at, labels_at = _find(folder, f"{name}-images", 3), _find(folder, f"{name}-labels", 1)
    images, labels = read_idx(images_at, 3), read_idx(labels_at, 1)
    if len(images) != len(labels):
        raise damaged(
            labels_at, f"not as many labels as {images_at.name} has images", str(len(images)), str(len(labels))
        )
    return Arrays(images[:, None], labels.long(), photographs=False)


def _find(folder: Path, name: str, axes: int) -> Path:
    """The file of that name, as it is or packed; some copies have a dot for the second dash."""
    names = [f"{name}{dash}idx{axes}-ubyte{end}" for end in ("", ".gz") for dash in "-."]
    found = next((folder / each for each in names if (folder / each).is_file()), None)
    if found is None:
        raise missing(f"{folder / names[0]} is not there", "mnist", LAYOUT)
    return found


def read_idx(path: Path, axes: int) -> Tensor:
    """The uint8 values of an IDX file with so many axes. Raises Problem E1002 for anything else."""
    opened = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(path, "rb") as file:
            return _read(file, path, axes)  # type: ignore[arg-type] # a GzipFile is as good as a BufferedReader
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise damaged(path, "no whole gzip file", found=str(error)) from None
    except OSError as error:
        raise unreadable(path, error) from None


def _read(file: IO[bytes], path: Path, axes: int) -> Tensor:
    header = file.read(4 + 4 * axes)
    magic = bytes((0, 0, _UNSIGNED_BYTE, axes))
    if header[:4] != magic:
        raise damaged(path, "no IDX file of this kind", f"0x{magic.hex()} at its beginning", f"0x{header[:4].hex()}")
    if len(header) < 4 + 4 * axes:
        raise damaged(path, "cut off in its header", f"{4 + 4 * axes} bytes", f"{len(header)} bytes")
    shape = struct.unpack(f">{axes}I", header[4:])
    size = 1
    for length in shape:
        size *= length
    if not 0 < size <= LARGEST:
        raise damaged(path, "its header promises what no data set has", f"1 to {LARGEST:,} values", f"{size:,}")
    values = file.read(size + 1)  # one more: a file that goes on is no better than one that ends early
    if len(values) != size:
        found = f"{len(values):,} bytes" if len(values) < size else "more"
        raise damaged(path, "its header and its length disagree", f"{size:,} bytes after the header", found)
    return torch.frombuffer(bytearray(values), dtype=torch.uint8).view(shape)
