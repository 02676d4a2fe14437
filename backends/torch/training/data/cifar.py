"""CIFAR-10 and CIFAR-100 in their own format, pickled batches (Krizhevsky: www.cs.toronto.edu/~kriz/cifar.html).

A pickle may run any code when it is read. Here only what a batch consists of is made: numbers, bytes, lists,
dictionaries, and what stands for numpy's arrays, which is looked at before a value is used.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from .....compiler.diagnostics import Problem
from .files import damaged, folder_of, missing, unreadable
from .source import Arrays, Data

LARGEST = 2**29
"""Bytes that a batch may have; the largest, the training set of CIFAR-100, has 1.6e8."""
PIXELS = 3 * 32 * 32
UNPACKED = ("cifar-10-batches-py", "cifar-100-python")
"""The folders in the archives; one above them is as good."""
TENS = tuple(f"data_batch_{number}" for number in range(1, 6))


def cifar10(place: str) -> Data:
    """The data set in a folder. Raises Problem E1001 where files are missing, E1002 for a bad one."""
    layout = f"{', '.join(TENS)}, test_batch and batches.meta (cifar-10-python.tar.gz, unpacked)"
    return _data("cifar10", place, layout, TENS, "test_batch", ("batches.meta", b"label_names"), b"labels")


def cifar100(place: str) -> Data:
    """The data set with its 100 fine classes. Raises Problem E1001 where files are missing, E1002 for a bad one."""
    layout = "train, test and meta (cifar-100-python.tar.gz, unpacked)"
    return _data("cifar100", place, layout, ("train",), "test", ("meta", b"fine_label_names"), b"fine_labels")


def _data(
    kind: str, place: str, layout: str, train: Iterable[str], test: str, names: tuple[str, bytes], labels: bytes
) -> Data:
    folder = folder_of(place, kind, layout)
    folder = next((folder / name for name in UNPACKED if (folder / name / test).is_file()), folder)
    for name in (*train, test, names[0]):
        if not (folder / name).is_file():
            raise missing(f"{folder / name} is not there", kind, layout)
    classes = _names(folder / names[0], names[1])
    parts = [_batch(folder / name, labels, len(classes)) for name in train]
    images, targets = (torch.cat(tensors) for tensors in zip(*parts, strict=True))
    return Data(
        kind, classes, Arrays(images, targets, photographs=True),
        Arrays(*_batch(folder / test, labels, len(classes)), photographs=True), photographs=True,
    )  # fmt: skip


def _names(path: Path, key: bytes) -> tuple[str, ...]:
    names = _load(path).get(key)
    if not isinstance(names, list) or not names or not all(isinstance(name, (bytes, str)) for name in names):
        raise damaged(path, f"no list of names under {key.decode()}")
    return tuple(name if isinstance(name, str) else name.decode(errors="replace") for name in names)


def _batch(path: Path, key: bytes, classes: int) -> tuple[Tensor, Tensor]:
    """Images and classes of one file."""
    content = _load(path)
    data, labels = content.get(b"data"), content.get(key)
    if not isinstance(data, Array):
        raise damaged(path, "no array under data")
    images = data.values(path)
    if not isinstance(labels, list) or not all(type(label) is int and 0 <= label < classes for label in labels):
        raise damaged(path, f"no classes under {key.decode()}", f"a list of numbers from 0 to {classes - 1}")
    if len(labels) != len(images):
        raise damaged(path, "not as many classes as images", str(len(images)), str(len(labels)))
    return images.view(-1, 3, 32, 32), torch.tensor(labels)


def _load(path: Path) -> dict[Any, Any]:
    """The dictionary in a pickle; raises Problem E1002 for anything else."""
    try:
        if path.stat().st_size > LARGEST:
            raise damaged(path, "too large for a batch of CIFAR", f"at most {LARGEST:,} bytes")
        with path.open("rb") as file:
            content = Unpickler(file, encoding="bytes").load()
    except OSError as error:
        raise unreadable(path, error) from None
    except Problem:
        raise
    except Exception as error:  # noqa: BLE001 - a damaged pickle fails in many ways
        raise damaged(path, "no whole pickle of numbers", found=str(error)[:200] or type(error).__name__) from None
    if not isinstance(content, dict):
        raise damaged(path, "no dictionary", found=type(content).__name__)
    return {key.encode() if isinstance(key, str) else key: value for key, value in content.items()}


class Array:
    """What is pickled of a numpy array; nothing is made of it until it was looked at."""

    state: Any = None

    def __init__(self, *_: Any) -> None:
        """Whatever numpy would be called with says nothing: the state has it all."""

    def __setstate__(self, state: Any) -> None:
        self.state = state

    def values(self, path: Path) -> Tensor:
        """The values as uint8, [images, pixels]; raises Problem E1002 for another array than CIFAR's."""
        match self.state:
            case (_, (int(count), int(pixels)), Kind(code=("u1" | "|u1" | b"u1" | b"|u1")), _, bytes(content)):
                if count > 0 and pixels == PIXELS and count * pixels == len(content):
                    values = torch.frombuffer(bytearray(content), dtype=torch.uint8)
                    by_columns = bool(self.state[3])
                    return values.view(pixels, count).t().contiguous() if by_columns else values.view(count, pixels)
        raise damaged(path, "its array is not CIFAR's", f"bytes, [images, {PIXELS}]")


class Kind:
    """What is pickled of a numpy dtype."""

    def __init__(self, code: Any = None, *_: Any) -> None:
        self.code = code

    def __setstate__(self, state: Any) -> None:
        """Byte order and the like mean nothing for single bytes."""


def _encoded(text: str, encoding: str = "latin1") -> bytes:
    """What Python 3 writes for bytes in the older protocols."""
    return text.encode("latin1")


_KNOWN = {
    ("numpy.core.multiarray", "_reconstruct"): Array,
    ("numpy._core.multiarray", "_reconstruct"): Array,
    ("numpy", "ndarray"): Array,
    ("numpy", "dtype"): Kind,
    ("_codecs", "encode"): _encoded,
}


class Unpickler(pickle.Unpickler):
    """Reads numbers, texts, lists, dictionaries and arrays; raises UnpicklingError for all else."""

    def find_class(self, module: str, name: str) -> Any:
        """A stand-in for the few names that a batch needs."""
        if (module, name) not in _KNOWN:
            raise pickle.UnpicklingError(f"it asks for {module}.{name}, which no batch needs")
        return _KNOWN[module, name]
