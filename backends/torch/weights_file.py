"""Checkpoints as they are found: files, and dictionaries in dictionaries."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch
from torch import Tensor

from .. import load as load_backend
from .weights_report import WeightsError

WRAPPERS = ("state_dict", "model_state_dict", "model", "module", "net")
"""Entries under which training scripts save the weights beside other things."""
PREFIXES = ("module.", "_orig_mod.")
"""What `torch.nn.DataParallel` and `torch.compile` put before every name."""


def checkpoint(source: Mapping[str, Any] | str | PathLike[str]) -> dict[str, Tensor]:
    """The tensors of a checkpoint by name, without wrappers and prefixes.

    Raises WeightsError E801 for a file that cannot be read, E906 for what is no
    checkpoint. Pickled code is never executed.
    """
    found = source if isinstance(source, Mapping) else _read(Path(source))
    where = "the checkpoint" if isinstance(source, Mapping) else str(source)
    state = _unwrapped(found, where)
    strange = [str(name) for name, value in state.items() if not _is_plain(name, value)]
    if strange:
        raise WeightsError(
            "E906", f"{where} has entries that are no dense tensors", expected="a mapping from names to tensors",
            found=", ".join(f"`{name}`" for name in strange[:5]) + (", ..." if len(strange) > 5 else ""),
        )  # fmt: skip
    return _without_prefix(state)


def _read(path: Path) -> Any:
    # safetensors is loaded first: that it is not installed is no fault of the file.
    safetensors = load_backend("safetensors") if path.suffix == ".safetensors" else None
    try:
        if safetensors:
            return safetensors.load_file(path)
        return torch.load(path, map_location="cpu", weights_only=True)
    except OSError as error:
        raise WeightsError("E801", f"cannot read {path}: {error.strerror or error}") from None
    except UnpicklingError as error:
        raise WeightsError(
            "E906", f"{path} holds more than weights, or is no checkpoint",
            expected="a file of torch.save with tensors, numbers and texts alone", found=_first_line(error),
            hint="netc executes no code from a file: load it where you trust it, and save its state_dict()",
        ) from None  # fmt: skip
    except Exception as error:  # noqa: BLE001 - damaged files fail in many ways, deep in torch.load
        raise WeightsError(
            "E906", f"{path} is no checkpoint that can be read", expected="a file of torch.save, or .safetensors",
            found=f"{type(error).__name__}: {_first_line(error)}",
        ) from None  # fmt: skip


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0][:200]


def _unwrapped(found: Any, where: str) -> Mapping[str, Any]:
    """The dictionary of tensors, which may be an entry of another one."""
    for _ in range(3):
        if not isinstance(found, Mapping):
            break
        inner = next((found[name] for name in WRAPPERS if isinstance(found.get(name), Mapping)), None)
        if inner is None:
            return found
        found = inner
    kind = type(found).__name__
    raise WeightsError("E906", f"{where} is no state_dict", expected="a mapping from names to tensors", found=kind)


def _is_plain(name: Any, value: Any) -> bool:
    return (
        isinstance(name, str) and isinstance(value, Tensor) and value.layout == torch.strided and not value.is_quantized
    )


def _without_prefix(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    names = list(state)
    for _ in PREFIXES:
        for prefix in PREFIXES:
            if names and all(name.startswith(prefix) for name in names):
                names = [name.removeprefix(prefix) for name in names]
    return dict(zip(names, state.values(), strict=True))
