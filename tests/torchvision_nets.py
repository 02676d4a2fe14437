"""torchvision's nets, the reference of the zoo: ``models()`` skips where torchvision is not installed, and says so."""

from __future__ import annotations

from functools import cache
from types import ModuleType
from typing import Any

import pytest

_MISSING = "the reference is torchvision's nets, and torchvision is not installed"


@cache
def _library() -> Any:
    """The operators that torchvision registers fakes for when it is imported, and that its wheels may lack on a CPU."""
    torch = pytest.importorskip("torch", reason="the reference is run by PyTorch")
    library = torch.library.Library("torchvision", "DEF")
    library.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    library.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    return library


def models() -> ModuleType:
    """``torchvision.models``, or a visible skip."""
    try:
        import torchvision.models
    except ModuleNotFoundError as error:
        if error.name != "torchvision":
            raise
        pytest.skip(_MISSING)
    except RuntimeError:  # torchvision::nms is not there: a wheel for another build of torch
        _library()
        import torchvision.models
    return torchvision.models


def net(name: str, **arguments: Any) -> Any:
    """A net of torchvision with random weights, in evaluation mode."""
    return getattr(models(), name)(weights=None, **arguments).eval()
