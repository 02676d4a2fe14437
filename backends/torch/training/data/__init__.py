"""Data sets by name: what follows the colon is the folder with their files."""

from __future__ import annotations

from collections.abc import Callable

from .....compiler.diagnostics import Problem, suggest
from .... import load as load_backend
from .cifar import cifar10, cifar100
from .folder import image_folder
from .idx import mnist
from .source import Data
from .synthetic import synthetic

__all__ = ["IN_FOLDERS", "Data", "open_data"]

IN_FOLDERS: dict[str, Callable[[str], Data]] = {
    "mnist": mnist, "cifar10": cifar10, "cifar100": cifar100, "folder": image_folder,
}  # fmt: skip
KNOWN = ("digits", *(f"{name}:DIR" for name in IN_FOLDERS), "synthetic")


def open_data(text: str, classes: int) -> Data:
    """The data set that a text such as ``mnist:DIR`` names; synthetic data have as many classes as the net.

    Raises Problem E1004 for an unknown name, E1001 and E1002 for files that are missing or bad, and MissingPackage.
    """
    name, colon, place = text.partition(":")
    if name in IN_FOLDERS:
        if not place:
            raise Problem("E1004", f"`{name}` lacks its folder", expected=f"{name}:DIR", found=text)
        return IN_FOLDERS[name](place)
    if colon or name not in KNOWN:
        hint = suggest(name, (*IN_FOLDERS, "digits", "synthetic"))
        raise Problem("E1004", f"unknown data set `{text}`", expected=", ".join(KNOWN), hint=hint)
    data: Data = load_backend("torch.training.digits").digits() if name == "digits" else synthetic(classes)
    return data
