"""Watches a written module run: which call made every tensor, from which others, and on which device.

Nothing is computed: the module runs on the meta device, where tensors have
shapes only. The logical devices of the net are bound to ``meta:0``,
``meta:1`` …; PyTorch forgets the index, so it is noted here whenever a copy
asks for one.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeAlias

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode, resolve_name

Place: TypeAlias = int | None
"""The number of a logical device; None is the host, where inputs arrive."""

COPIES = ("torch.Tensor.to", "copy_to")
"""What copies to a device: PyTorch's method, and the function in the written file that calls it."""
ELSEWHERE = -1
"""The place of what is moved to a device that is none of the net's."""


@dataclass(frozen=True, eq=False)
class Call:
    """A call that the text itself makes: of a module that is a layer, or of a function."""

    function: str
    operands: tuple[Result, ...]
    options: tuple[object, ...]
    """Arguments that are no tensors."""
    keywords: dict[str, object]
    places: tuple[Place, ...]
    """Where its results are."""
    shapes: tuple[tuple[int, ...], ...]
    module: str = ""
    """The layer's name, for a module; the input's name, for an input."""
    line: int = 0
    """Line of the text."""


@dataclass(frozen=True)
class Result:
    """One of the tensors that a call returns."""

    call: Call
    index: int = 0

    @property
    def place(self) -> Place:
        return self.call.places[self.index]

    @property
    def shape(self) -> tuple[int, ...]:
        return self.call.shapes[self.index]


@dataclass
class _Known:
    """What is known of a tensor; the tensor is kept so that its id stays its own."""

    tensor: Tensor
    place: Place
    result: Result | None = None


@dataclass(frozen=True)
class Clash:
    """A call whose operands are on different devices; ``module`` is the layer around it, if any."""

    function: str
    places: tuple[Place, ...]
    module: str
    line: int


@dataclass(eq=False)
class Observer(TorchFunctionMode):
    """While it is active it sees every call of PyTorch, and every module of ``watch``."""

    file: str
    calls: list[Call] = field(default_factory=list)
    clashes: list[Clash] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._known: dict[int, _Known] = {}
        self._inside: list[str] = []

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        result = func(*args, **kwargs)
        name = resolve_name(func) or getattr(func, "__name__", str(func))
        if name == "torch.Tensor.data.__set__":
            self._know(args[0], self.place(args[1]))
        if name.endswith("__"):
            name = name.replace("__", "")
            if name.endswith((".get", ".set")):
                return result
        return self._finish(name, args, kwargs, result)

    def watch(self, model: nn.Module, layers: Iterable[str]) -> None:
        """Counts these modules as one call each, whatever happens inside."""
        for path in layers:
            module = model.get_submodule(path)
            module.register_forward_pre_hook(self._enter(path))
            module.register_forward_hook(self._leave(path), with_kwargs=True)

    def as_one_call(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """A function that the text defines, counted as one call."""

        @wraps(function)
        def counted(*args: Any, **kwargs: Any) -> Any:
            self._inside.append("")
            try:
                result = function(*args, **kwargs)
            finally:
                self._inside.pop()
            return self._finish(function.__name__, args, kwargs, result)

        return counted

    def receive(self, name: str, tensor: Tensor) -> None:
        """An input of the net."""
        call = Call("input", (), (), {}, (None,), (tuple(tensor.shape),), name)
        self._know(tensor, None, Result(call))

    def place(self, tensor: Tensor) -> Place:
        """Where a tensor is."""
        known = self._known.get(id(tensor))
        return known.place if known else None

    def result(self, tensor: Tensor) -> Result | None:
        """What made a tensor."""
        known = self._known.get(id(tensor))
        return known.result if known else None

    def _know(self, tensor: Tensor, place: Place, result: Result | None = None) -> None:
        self._known[id(tensor)] = _Known(tensor, place, result)

    def _enter(self, path: str) -> Callable[[nn.Module, Any], None]:
        def enter(module: nn.Module, args: Any) -> None:
            self._inside.append(path)

        return enter

    def _leave(self, path: str) -> Callable[[nn.Module, Any, Any, Any], Any]:
        def leave(module: nn.Module, args: Any, kwargs: Any, result: Any) -> Any:
            self._inside.pop()
            return self._finish("module", args, kwargs, result, path)

        return leave

    def _finish(self, name: str, args: Any, kwargs: Any, result: Any, module: str = "") -> Any:
        """Notes a call. Returns its result; what was handed through is a tensor of its own then."""
        operands = list(_tensors((args, kwargs)))
        outputs = list(_tensors(result))
        destination = _destination(name, args, kwargs)
        places = tuple(dict.fromkeys(self.place(tensor) for tensor in operands))
        if len(places) > 1 and destination is None and not module:
            around = next((path for path in reversed(self._inside) if path), "")
            self.clashes.append(Clash(name, places, around, self._line()))
        place = destination if destination is not None else next(iter(places), None)
        if self._inside or not any(self.result(tensor) for tensor in operands) or not outputs:
            for tensor in outputs:
                self._know(tensor, place, self.result(tensor))  # what is handed through stays what it was
            return result
        if isinstance(result, Tensor) and any(result is tensor for tensor in operands):
            self._inside.append(module)
            result = result.view_as(result)
            self._inside.pop()
            outputs = [result]
        call = Call(
            function=name,
            operands=tuple(found for tensor in operands if (found := self.result(tensor))),
            options=tuple(value for value in args if not list(_tensors(value))),
            keywords={key: value for key, value in kwargs.items() if not list(_tensors(value))},
            places=(place,) * len(outputs),
            shapes=tuple(tuple(tensor.shape) for tensor in outputs),
            module=module,
            line=self._line(),
        )
        self.calls.append(call)
        for index, tensor in enumerate(outputs):
            self._know(tensor, place, Result(call, index))
        return result

    def _line(self) -> int:
        """The line of the text that is being executed."""
        frame = sys._getframe(1)
        while frame.f_back and frame.f_code.co_filename != self.file:
            frame = frame.f_back
        return frame.f_lineno


def _destination(name: str, args: Any, kwargs: Any) -> Place:
    """Where a call copies to; None when it copies nothing."""
    if name not in COPIES:
        return None
    for value in (*args[1:], *kwargs.values()):
        if isinstance(value, (str, torch.device)):
            index: int | None = torch.device(value).index
            return ELSEWHERE if index is None else index
    return None


def _tensors(value: Any) -> Iterator[Tensor]:
    """The tensors in arguments or results, in order."""
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _tensors(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _tensors(item)
