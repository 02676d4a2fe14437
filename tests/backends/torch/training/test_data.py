"""Data sets in their real formats: what is read of them, and what is said of broken ones."""

from __future__ import annotations

import gzip
import os
import pickle
from pathlib import Path

import data_files
import pytest

from netc.compiler import Problem

torch = pytest.importorskip("torch", reason="training needs PyTorch")
from netc.backends.torch.training.data import open_data  # noqa: E402 - only where torch is
from netc.backends.torch.training.data import source as sources  # noqa: E402
from netc.backends.torch.training.data.idx import LARGEST, read_idx  # noqa: E402

GREY28, COLOUR32 = sources.Field(1, 28, 28), sources.Field(3, 32, 32)


def read_all(text: str) -> None:
    data = open_data(text, 10)
    for part in (data.train, data.test):
        part.read(range(len(part.targets)), COLOUR32)


def refused(text: str, code: str, *said: str) -> None:
    """Opening the data set, and reading all its images, ends with this code and these words."""
    with pytest.raises(Problem) as caught:
        read_all(text)
    found = caught.value.diagnostic
    told = " ".join(filter(None, (found.message, found.expected, found.found, found.hint)))
    assert found.code == code
    for words in said:
        assert words in told


@pytest.mark.parametrize("packed", [False, True])
def test_mnist(tmp_path: Path, packed: bool) -> None:
    data = open_data(f"mnist:{data_files.mnist(tmp_path, packed=packed)}", 10)
    assert (data.name, len(data.classes), data.photographs) == ("mnist", 10, False)
    assert data.train.targets.tolist() == [number % 10 for number in range(30)]
    assert len(data.test.targets) == 10
    images = data.train.read([0, 2], GREY28)
    assert images.shape == (2, 1, 28, 28)
    assert images.flatten().tolist() == list(data_files.pixels(784)) + list(data_files.pixels(784, 2 * 784))


def test_mnist_with_dots_in_its_names(tmp_path: Path) -> None:
    for path in data_files.mnist(tmp_path).iterdir():
        path.rename(tmp_path / path.name.replace("-idx", ".idx"))
    assert len(open_data(f"mnist:{tmp_path}", 10).train.targets) == 30


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "0x00000803 at its beginning"),
        (data_files.idx(30, values=bytes(30)), "0x00000801"),
        (data_files.idx(3, 2, 2, values=bytes(12))[:9], "cut off in its header"),
        (data_files.idx(30, 28, 28, values=bytes(1000)), "1,000 bytes"),
        (data_files.idx(30, 28, 28, values=bytes(30 * 784 + 1)), "more"),
        (data_files.idx(0, 28, 28, values=b""), "promises"),
        (data_files.idx(2**32 - 1, 2**32 - 1, 2**32 - 1, values=b"1"), f"{LARGEST:,}"),
        (data_files.idx(29, 28, 28, values=bytes(29 * 784)), "not as many labels"),
    ],
    ids=["empty", "labels", "header", "short", "long", "none", "giant", "count"],
)
def test_broken_mnist(tmp_path: Path, content: bytes, words: str) -> None:
    data_files.mnist(tmp_path)
    (tmp_path / "train-images-idx3-ubyte").write_bytes(content)
    refused(f"mnist:{tmp_path}", "E1002", "train-", words)


def test_broken_gzip(tmp_path: Path) -> None:
    data_files.mnist(tmp_path, packed=True)
    path = tmp_path / "t10k-images-idx3-ubyte.gz"
    path.write_bytes(path.read_bytes()[:-20])
    refused(f"mnist:{tmp_path}", "E1002", path.name, "no whole gzip file")
    path.write_bytes(b"not packed")
    refused(f"mnist:{tmp_path}", "E1002", path.name, "no whole gzip file")


def test_a_packed_file_is_not_read_beyond_what_its_header_promises(tmp_path: Path) -> None:
    path = tmp_path / "bomb.gz"
    path.write_bytes(gzip.compress(data_files.idx(2, 2, 2, values=bytes(2**24))))
    with pytest.raises(Problem, match="disagree"):
        read_idx(path, 3)


def test_a_class_of_the_test_set_that_the_training_set_lacks(tmp_path: Path) -> None:
    data_files.mnist(tmp_path, train=5)
    refused(f"mnist:{tmp_path}", "E1002", "t10k-labels", "0 to 4", "9")


@pytest.mark.parametrize("protocol", [0, 2, 4])
def test_cifar10(tmp_path: Path, protocol: int) -> None:
    data_files.cifar(tmp_path / "cifar-10-batches-py", protocol)
    for place in (tmp_path, tmp_path / "cifar-10-batches-py"):
        data = open_data(f"cifar10:{place}", 10)
        assert (data.classes[3], data.photographs) == ("class 3", True)
        assert data.train.targets.tolist() == [(batch + n) % 10 for batch in range(5) for n in range(4)]
        assert data.test.targets.tolist() == [5, 6, 7, 8]
        images = data.train.read([4], COLOUR32)
        assert images.shape == (1, 3, 32, 32)
        assert images.flatten()[:3].tolist() == [1, 2, 3]


def test_cifar10_with_its_array_in_columns(tmp_path: Path) -> None:
    numpy = pytest.importorskip("numpy")
    rows = numpy.arange(4 * 3072, dtype=numpy.uint8).reshape(4, 3072)
    data = open_data(f"cifar10:{data_files.cifar(tmp_path, data=numpy.asfortranarray(rows))}", 10)
    assert data.train.read([3], COLOUR32).flatten().tolist() == rows[3].tolist()


def test_cifar100(tmp_path: Path) -> None:
    data = open_data(f"cifar100:{data_files.cifar100(tmp_path)}", 100)
    assert len(data.classes) == 100
    assert data.train.targets.tolist() == [0, 33, 66, 99]


def broken_cifar() -> dict[str, tuple[dict[str, object], str]]:
    numpy = pytest.importorskip("numpy")
    return {
        "labels": ({"labels": [0, 1, 2, 10]}, "0 to 9"),
        "count": ({"labels": [0, 1, 2]}, "not as many classes as images"),
        "words": ({"labels": "0123"}, "no classes under labels"),
        "kind": ({"data": numpy.zeros((4, 3072))}, "bytes"),
        "size": ({"data": numpy.zeros((4, 3071), numpy.uint8)}, "3072"),
        "objects": ({"data": numpy.array([[None]])}, "bytes"),
        "nothing": ({"data": None}, "no array"),
    }


@pytest.mark.parametrize("name", list(broken_cifar()))
def test_broken_cifar(tmp_path: Path, name: str) -> None:
    changes, words = broken_cifar()[name]
    refused(f"cifar10:{data_files.cifar(tmp_path, **changes)}", "E1002", "data_batch_1", words)


class Evil:
    """A pickle of it makes a folder when it is read by Python."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.place),)


def test_a_pickle_executes_nothing(tmp_path: Path) -> None:
    data_files.cifar(tmp_path)
    path, made = tmp_path / "data_batch_3", tmp_path / "made"
    path.write_bytes(pickle.dumps({b"data": Evil(made)}))
    refused(f"cifar10:{tmp_path}", "E1002", "data_batch_3", "asks for", "mkdir")
    assert not made.exists()


def test_a_pickle_cannot_ask_for_a_giant_array(tmp_path: Path) -> None:
    data_files.cifar(tmp_path)
    giant = b"cnumpy\nndarray\n((L1000000000000000L\nL3072L\nttR."
    (tmp_path / "data_batch_2").write_bytes(b"(dS'data'\n" + giant[:-1] + b"s.")
    refused(f"cifar10:{tmp_path}", "E1002", "data_batch_2")


@pytest.mark.parametrize("content", [b"", b"garbage", pickle.dumps([1]), pickle.dumps({b"data": 1})[:-5]])
def test_no_pickle(tmp_path: Path, content: bytes) -> None:
    data_files.cifar(tmp_path)
    (tmp_path / "test_batch").write_bytes(content)
    refused(f"cifar10:{tmp_path}", "E1002", "test_batch")


@pytest.mark.parametrize("tests", ["val", "test"])
def test_folders_of_images(tmp_path: Path, tests: str) -> None:
    data = open_data(f"folder:{data_files.images(tmp_path, tests=tests)}", 2)
    assert data.classes == ("blue", "red")
    assert data.train.targets.tolist() == [0, 0, 0, 1, 1, 1]
    blue, red = data.test.read([1, 4], sources.Field(3, 8, 8))
    assert blue.mean(dim=(1, 2)).tolist() == [0, 0, 250]
    assert red.mean(dim=(1, 2)).tolist() == [250, 0, 0]
    grey = data.test.read([1], sources.Field(1, 8, 8))
    assert grey.mean().item() == pytest.approx(0.114 * 250, abs=1)


def test_broken_images(tmp_path: Path) -> None:
    data_files.images(tmp_path)
    path = tmp_path / "train" / "red" / "1.png"
    whole = path.read_bytes()
    for content, words in ((whole[: len(whole) // 2], "no whole image"), (b"", "no PNG"), (b"GIF89a", "no PNG")):
        path.write_bytes(content)
        refused(f"folder:{tmp_path}", "E1002", "1.png", words)


def test_an_image_that_is_too_large_is_not_decoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("netc.backends.torch.training.data.folder.LARGEST", 20 * 30)
    refused(f"folder:{data_files.images(tmp_path)}", "E1002", "1.png", "21x30")


def test_what_is_missing_is_told_with_the_layout(tmp_path: Path) -> None:
    for kind, words in {
        "mnist": "train-images-idx3-ubyte", "cifar10": "data_batch_1", "cifar100": "train, test and meta",
        "folder": "train/CLASS/*.png",
    }.items():  # fmt: skip
        refused(f"{kind}:{tmp_path / 'none'}", "E1001", "none is not there", words)
        refused(f"{kind}:{tmp_path}", "E1001", "is not there", words)
        refused(f"{kind}:{__file__}", "E1001", "is a file, not a folder", words)


def test_folders_that_do_not_agree(tmp_path: Path) -> None:
    data_files.images(tmp_path)
    (tmp_path / "val" / "red").rename(tmp_path / "val" / "green")
    refused(f"folder:{tmp_path}", "E1001", "differ: green, red")
    (tmp_path / "val" / "green").rename(tmp_path / "val" / "red")
    for path in (tmp_path / "train" / "blue").iterdir():
        path.rename(path.with_suffix(".txt"))
    refused(f"folder:{tmp_path}", "E1001", "blue has no image")


@pytest.mark.parametrize(
    ("text", "words"),
    [("digit", "did you mean `digits`?"), ("mnist", "mnist:DIR"), ("mnist:", "mnist:DIR"), ("digits:x", "digits,")],
)
def test_unknown_data(text: str, words: str) -> None:
    refused(text, "E1004", words)


def test_digits() -> None:
    pytest.importorskip("sklearn")
    data = open_data("digits", 10)
    assert (len(data.train.targets), len(data.test.targets), len(data.classes)) == (1347, 450, 10)
    assert data.train.targets.bincount().min() > 120
    images = data.train.read(range(1347), sources.Field(1, 8, 8))
    assert (images.min(), images.max()) == (0, 255)


def test_synthetic_images_are_the_same_every_time() -> None:
    data = open_data("synthetic", 3)
    assert data.train.targets[:4].tolist() == [0, 1, 2, 0]
    field = sources.Field(4, 10, 12)
    first, again = (data.train.read([5, 1], field) for _ in range(2))
    assert first.shape == (2, 4, 10, 12)
    assert torch.equal(first, again)
    assert not torch.equal(first, data.test.read([5, 1], field))
    same, other = data.train.read([0, 3], field), data.train.read([0, 1], field)
    assert (same[0] - same[1]).abs().mean() < (other[0] - other[1]).abs().mean()


def test_a_limit_draws_samples_of_all_classes() -> None:
    whole = open_data("synthetic", 4).train
    part = sources.limited(whole, 64, torch.Generator().manual_seed(1))
    assert len(part.targets) == 64
    assert part.targets.bincount().min() > 5
    field = sources.Field(1, 4, 4)
    chosen = part.indices[3].item()  # type: ignore[attr-defined]
    assert torch.equal(part.read([3], field), whole.read([chosen], field))
    assert sources.limited(whole, 5000, torch.Generator()) is whole
