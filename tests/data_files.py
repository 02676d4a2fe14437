"""Small data sets in the real formats, written into a folder."""

from __future__ import annotations

import gzip
import pickle
import struct
from pathlib import Path
from typing import Any


def pixels(count: int, first: int = 0) -> bytes:
    """So many bytes that differ."""
    return bytes((first + number) % 256 for number in range(count))


def idx(*shape: int, values: bytes) -> bytes:
    """An IDX file of unsigned bytes."""
    return bytes((0, 0, 8, len(shape))) + struct.pack(f">{len(shape)}I", *shape) + values


def mnist(folder: Path, train: int = 30, test: int = 10, packed: bool = False) -> Path:
    """MNIST with few images of 28x28, the classes in turn."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, count in (("train", train), ("t10k", test)):
        labels = bytes(number % 10 for number in range(count))
        files = {
            f"{name}-images-idx3-ubyte": idx(count, 28, 28, values=pixels(count * 784)),
            f"{name}-labels-idx1-ubyte": idx(count, values=labels),
        }
        for file, content in files.items():
            if packed:
                (folder / f"{file}.gz").write_bytes(gzip.compress(content))
            else:
                (folder / file).write_bytes(content)
    return folder


def cifar(folder: Path, protocol: int = 2, images: int = 4, **changes: Any) -> Path:
    """CIFAR-10 with few images; `changes` replace entries of the first batch."""
    import numpy

    folder.mkdir(parents=True, exist_ok=True)
    names = [f"data_batch_{number}" for number in range(1, 6)] + ["test_batch"]
    for place, name in enumerate(names):
        data = numpy.arange(images * 3072, dtype=numpy.uint8).reshape(images, 3072) + place
        labels = [(place + number) % 10 for number in range(images)]
        batch = {b"batch_label": name.encode(), b"labels": labels, b"data": data, b"filenames": [b"a.png"] * images}
        if name == "data_batch_1":
            batch |= {key.encode(): value for key, value in changes.items()}
        (folder / name).write_bytes(pickle.dumps(batch, protocol))
    meta = {b"label_names": [f"class {number}".encode() for number in range(10)], b"num_vis": 3072}
    (folder / "batches.meta").write_bytes(pickle.dumps(meta, protocol))
    return folder


def cifar100(folder: Path) -> Path:
    """CIFAR-100 with four images."""
    import numpy

    folder.mkdir(parents=True, exist_ok=True)
    for name in ("train", "test"):
        data = numpy.arange(4 * 3072, dtype=numpy.uint8).reshape(4, 3072)
        batch = {b"fine_labels": [0, 33, 66, 99], b"coarse_labels": [0, 1, 2, 3], b"data": data}
        (folder / name).write_bytes(pickle.dumps(batch, 2))
    meta = {b"fine_label_names": [str(number).encode() for number in range(100)]}
    (folder / "meta").write_bytes(pickle.dumps(meta, 2))
    return folder


COLOURS = {"blue": (0, 0, 250), "red": (250, 0, 0)}


def images(folder: Path, count: int = 3, tests: str = "val") -> Path:
    """A folder of images with a class per colour; sizes differ."""
    from PIL import Image

    for part in ("train", tests):
        for name, colour in COLOURS.items():
            place = folder / part / name
            place.mkdir(parents=True, exist_ok=True)
            for number in range(count):
                Image.new("RGB", (20 + number, 30), colour).save(place / f"{number}.{'png' if number else 'jpg'}")
    return folder
