"""Learning curves: loss and accuracy over the epochs, on the training set and on the test set.

The loss is on a logarithmic axis, since it falls by factors. The training set's line is dashed, so that the two are
told apart without colours, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from math import ceil, floor, isfinite, log10
from typing import NamedTuple, Protocol

from . import text
from .options import Page
from .scene import Circle, Group, Path, Point, Scene, Shape, Text

TITLE = 1.6
"""Size of the title, as a multiple of the other texts; so are all lengths below."""
MARGIN = 0.8
GAP = 2.0
"""Between the panels."""
TICK = 0.35
RADIUS = 0.22
DASH = 1.8
"""Length of a line in the legend."""
TALLEST = 0.5
"""Height of the figure as a part of its width, for panels side by side."""
NARROW = 30.0
"""Panels stand side by side where each has this width."""
FLATTEST = 0.5
"""Powers of ten that the axis of the loss has, at least."""
MARKED = 40
"""Epochs that have points on the line, at most."""
TICKS = 8
"""Most numbers on an axis."""


class Measured(Protocol):
    """One epoch of a run; accuracies are parts of 1."""

    @property
    def epoch(self) -> float: ...
    @property
    def train_loss(self) -> float: ...
    @property
    def train_accuracy(self) -> float: ...
    @property
    def test_loss(self) -> float: ...
    @property
    def test_accuracy(self) -> float: ...


class Epoch(NamedTuple):
    """One epoch as a log has it."""

    epoch: float
    train_loss: float
    train_accuracy: float
    test_loss: float
    test_accuracy: float


class Line(NamedTuple):
    """The values of one curve, epoch by epoch, and the roles of its line and points."""

    name: str
    values: tuple[float, ...]
    role: str
    point: str
    dashed: bool


class Scale(NamedTuple):
    """A vertical axis: from values to parts of its height, and the values with a number."""

    place: Callable[[float], float]
    ticks: tuple[tuple[float, str], ...]


def curves(rows: Sequence[Measured], title: str, page: Page) -> Scene:
    """The figure of a run, as wide as the page."""
    unit = min(page.most, max(page.least, page.width / 68))
    beside = page.width / unit >= 2 * NARROW
    height = min(page.height, page.width * (TALLEST if beside else 2 * TALLEST * 0.9))
    epochs = [row.epoch for row in rows]
    loss = _lines([row.train_loss for row in rows], [row.test_loss for row in rows])
    accuracy = _lines([row.train_accuracy for row in rows], [row.test_accuracy for row in rows])
    heading = f"{title}: learning curves"
    top = (MARGIN + TITLE + 2.2) * unit
    shapes: list[Shape] = [_heading(heading, unit, page.width)]
    for number, (name, lines, scale) in enumerate(
        (("loss", loss, _loss(loss)), ("accuracy", accuracy, _share(accuracy)))
    ):
        left, width = MARGIN * unit, page.width - 2 * MARGIN * unit
        each = (width - GAP * unit) / 2, height - top - MARGIN * unit
        if beside:
            box = _Box(left + number * (each[0] + GAP * unit), top, *each)
        else:
            box = _Box(left, top + number * each[1] / 2, width, each[1] / 2)
        shapes += _Panel(name, lines, scale, epochs, box, unit).shapes()
    best = max(accuracy[1].values)
    description = f"{heading}. {len(rows)} epochs; the best accuracy on the test set is {best:.1%}."
    return Scene(page.width, height, heading, description, tuple(shapes))


def _lines(train: Sequence[float], test: Sequence[float]) -> tuple[Line, Line]:
    return (
        Line("training set", tuple(train), "connection", "arrow", dashed=True),
        Line("test set", tuple(test), "transfer_wire", "transfer_arrow", dashed=False),
    )


def _heading(title: str, unit: float, width: float) -> Group:
    """The title, and which line is which."""
    x, y = MARGIN * unit, (MARGIN + TITLE * text.ASCENT) * unit
    size = min(TITLE * unit, unit * (width - 2 * x) / text.width(title, unit, bold=True))
    shapes: list[Shape] = [Text(x, y, title, size, "heading", bold=True)]
    y += 1.9 * unit
    for line in _lines((), ()):
        middle = y - text.MIDDLE * unit
        shapes += [Path(((x, middle), (x + DASH * unit, middle)), line.role, line.dashed)]
        shapes += [] if line.dashed else [Circle(x + DASH * unit / 2, middle, RADIUS * unit, line.point)]
        shapes += [Text(x + (DASH + 0.5) * unit, y, line.name, unit, "remark")]
        x += (DASH + 2) * unit + text.width(line.name, unit)
    return Group("heading", tuple(shapes), title)


class _Box(NamedTuple):
    left: float
    top: float
    width: float
    height: float


class _Panel(NamedTuple):
    """One pair of axes with two curves."""

    name: str
    lines: tuple[Line, ...]
    scale: Scale
    epochs: Sequence[float]
    box: _Box
    unit: float

    @property
    def area(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of what is between the axes."""
        widest = max(text.width(label, self.unit) for _, label in self.scale.ticks)
        left, top, width, height = self.box
        return (
            left + widest + 0.8 * self.unit, top + 1.8 * self.unit, left + width - 0.8 * self.unit,
            top + height - 3.0 * self.unit,
        )  # fmt: skip

    def shapes(self) -> Iterator[Shape]:
        """The axes, and a group per curve."""
        yield Group("legend", tuple(self.axes()), f"{self.name} over epochs")
        for line in self.lines:
            told = ", ".join(f"{value:.4g}" for value in line.values[-1:])
            yield Group("note", tuple(self.curve(line)), f"{self.name} on the {line.name}, at last {told}")

    def axes(self) -> Iterator[Shape]:
        """Both axes with their numbers, and what they are."""
        left, top, right, bottom = self.area
        unit = self.unit
        yield Path(((left, top), (left, bottom), (right, bottom)), "rule")
        for value, label in self.scale.ticks:
            y = self.up(value)
            yield Path(((left - TICK * unit, y), (left, y)), "rule")
            yield Text(left - 0.7 * unit, y + text.MIDDLE * unit, label, unit, "remark", "end")
        for epoch in _epochs(self.epochs, (right - left) / unit):
            x = self.across(epoch)
            yield Path(((x, bottom), (x, bottom + TICK * unit)), "rule")
            yield Text(x, bottom + 1.5 * unit, f"{epoch:g}", unit, "remark", "middle")
        yield Text(self.box.left, self.box.top + unit, self.name, unit, "remark", bold=True)
        yield Text(right, bottom + 2.7 * unit, "epoch", unit, "remark", "end", bold=True)

    def curve(self, line: Line) -> Iterator[Shape]:
        """The line of a curve, with gaps where there is no number; that of the test set with points."""
        points = [
            (self.across(epoch), self.up(value)) if isfinite(value) else None
            for epoch, value in zip(self.epochs, line.values, strict=True)
        ]
        for part in _unbroken(points):
            if len(part) > 1:
                yield Path(part, line.role, line.dashed)
            if len(part) == 1 or (len(self.epochs) <= MARKED and not line.dashed):
                yield from (Circle(x, y, RADIUS * self.unit, line.point) for x, y in part)

    def across(self, epoch: float) -> float:
        """Where an epoch is."""
        left, _, right, _ = self.area
        first, last = self.epochs[0], self.epochs[-1]
        margin = self.unit
        part = (epoch - first) / (last - first) if last > first else 0.5
        return left + margin + part * (right - left - 2 * margin)

    def up(self, value: float) -> float:
        """Where a value is."""
        _, top, _, bottom = self.area
        return bottom - self.scale.place(value) * (bottom - top)


def _unbroken(points: Sequence[Point | None]) -> Iterator[tuple[Point, ...]]:
    """The longest parts without a gap."""
    gaps = [-1, *(index for index, point in enumerate(points) if point is None), len(points)]
    for before, after in pairwise(gaps):
        if part := tuple(point for point in points[before + 1 : after] if point is not None):
            yield part


def _loss(lines: Sequence[Line]) -> Scale:
    """Logarithmic, from below the least to above the greatest value."""
    values = [log10(value) for line in lines for value in line.values if isfinite(value) and value > 0] or [0.0]
    spread, middle = max(1.12 * (max(values) - min(values)), FLATTEST), (max(values) + min(values)) / 2
    first, last = middle - spread / 2, middle + spread / 2

    def place(value: float) -> float:
        return (log10(value) - first) / (last - first) if value > 0 else 0.0

    for steps in ((1,), (1, 3), (1, 2, 5), (1, 1.5, 2, 3, 5, 7), tuple(tenth / 10 for tenth in range(10, 100))):
        found = [step * 10.0**power for power in range(floor(first), ceil(last) + 1) for step in steps]
        inside = [value for value in found if 0 <= place(value) <= 1]
        if len(inside) >= 3:
            break
    kept = inside[:: -(-len(inside) // TICKS)]
    return Scale(place, tuple((value, f"{value:g}") for value in kept))


def _share(lines: Sequence[Line]) -> Scale:
    """Linear in per cent, up to 100."""
    values = [value for line in lines for value in line.values if isfinite(value)] or [0.0]
    step = next(step for step in (0.01, 0.02, 0.05, 0.1, 0.2) if (1 - min(values)) / step <= TICKS - 2 or step == 0.2)
    first = max(0.0, floor(min(values) / step) * step)
    count = round((1 - first) / step)

    def place(value: float) -> float:
        return (value - first) / (1.02 - first)

    return Scale(place, tuple((1 - number * step, f"{1 - number * step:.0%}") for number in range(count, -1, -1)))


def _epochs(epochs: Sequence[float], room: float) -> list[float]:
    """Epochs with a number: all, or every second, fifth, tenth, ..."""
    most = max(2, min(12, int(room / 3)))
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100, 200, 500, 10**6) if len(epochs) / step <= most)
    return [epoch for epoch in epochs if epoch % step == 0] or list(epochs[:1])
