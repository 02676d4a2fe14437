"""What is written at a stage: above it what it is, below it how it is connected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple, TypeAlias

from ....compiler import Input, Transfer, elements, format_shape
from ....compiler.summary import summary
from .. import text
from ..labels import FIELDS, SIGNS, without_device
from ..scene import Text
from .bodies import SIZE
from .stages import Stage, map_of

CONNECTIONS: Mapping[str, str] = {
    "conv": "Convolutions",
    "conv_transpose": "Up-convolutions",
    "subsample": "Subsampling",
    "avgpool": "Subsampling",
    "maxpool": "Max pooling",
    "adaptive_avgpool": "Average pooling",
    "adaptive_maxpool": "Max pooling",
    "global_avgpool": "Average pooling",
    "global_maxpool": "Max pooling",
    "fc": "Full connection",
    "rbf": "Gaussian connections",
    "concat": "Concatenation",
}
"""How a stage is connected to what it reads, in the words of 1998 where it has one."""
ABOVE = ("name", "shape")
"""Fields that stand above a stage."""


Wording: TypeAlias = Literal["full", "brief", "line", "terse"]
"""`brief` leaves out what a stack or bar says itself, `line` also writes what is above in one line, and `terse` leaves
out the connections, too."""


LINE = 1.25 * SIZE
"""From one line of text to the next."""


class Label(NamedTuple):
    """Lines above a stage, and lines below it."""

    above: tuple[str, ...]
    below: tuple[str, ...]

    @property
    def widths(self) -> tuple[float, float]:
        """Of the lines above and of those below."""
        return width_of(self.above), width_of(self.below)


def width_of(lines: Sequence[str]) -> float:
    """Of the widest line."""
    return max((text.width(line, SIZE) for line in lines), default=0.0)


def centred(lines: Sequence[str], x: float, top: float) -> tuple[Text, ...]:
    """Lines of text around a middle, from a height on."""
    rise = LINE / 2 + text.MIDDLE * SIZE
    return tuple(Text(x, top + i * LINE + rise, line, SIZE, "remark", "middle") for i, line in enumerate(lines))


def labels_of(stages: Sequence[Stage], fields: tuple[str, ...] | None, style: Wording = "full") -> list[Label]:
    """The labels of all stages with those fields; None are the name, the shape and the connection."""
    inputs = sum(isinstance(stage.main, Input) for stage in stages)
    made, maps = [], "feature maps"
    chosen = ABOVE if fields is None and style == "terse" else fields
    for stage in stages:
        label = _label(stage, stages, chosen, inputs == 1, maps if style == "full" else "")
        if style in ("line", "terse") and label.above:
            label = label._replace(above=(" ".join(label.above),))
        made.append(label)
        if stage.layer and map_of(stage.main) and stage.keyword not in SIGNS:
            maps = "f. maps"  # spelt out the first time, as in 1998
    return made


def _label(stage: Stage, stages: Sequence[Stage], fields: tuple[str, ...] | None, only_input: bool, maps: str) -> Label:
    if isinstance(stage.main, Transfer) or stage.keyword in SIGNS:
        return Label((), ())
    chosen = ABOVE if fields is None else fields
    above = []
    if "name" in chosen:
        above.append(_name(stage, only_input, maps))
    if "shape" in chosen:
        above.append(_shape(stage))
    below = []
    if stage.layer:
        if fields is None or "op" in fields:
            below.append(connection_of(stage, stages))
        if "op" in chosen:
            below += [summary(layer.op) for layer in stage.followers]
        below += [said for field in chosen if field not in (*ABOVE, "op") and (said := FIELDS[field](stage.layer))]
    return Label(tuple(above), tuple(below))


def _name(stage: Stage, only_input: bool, maps: str) -> str:
    name = short_name(stage)
    if isinstance(stage.main, Input):
        return "INPUT" if only_input else f"INPUT {name}"
    if name in stage.outputs:
        return "OUTPUT" if name == "output" else f"OUTPUT {name}"
    return f"{name}: {maps if map_of(stage.main) else 'layer'}" if maps else name


def short_name(stage: Stage) -> str:
    """The name without the device that the stage stands beside."""
    return without_device(stage.main.name, stage.main.device)


def _shape(stage: Stage) -> str:
    maps = map_of(stage.main)
    if maps is None:
        return str(elements(stage.main.shape))
    count, *extent = maps
    return format_shape(tuple(extent)) if count == 1 else f"{count}@{format_shape(tuple(extent))}"


def connection_of(stage: Stage, stages: Sequence[Stage]) -> str:
    """How a layer is connected to what it reads."""
    assert stage.layer
    if reads_all(stage, stages):
        return CONNECTIONS["fc"]
    words = stage.keyword.replace("_", " ")
    return CONNECTIONS.get(stage.keyword, words[:1].upper() + words[1:])


def reads_all(stage: Stage, stages: Sequence[Stage]) -> bool:
    """Whether a convolution has one unit per map that reads everything, as C5 of LeNet-5 does."""
    layer = stage.layer
    if layer is None or layer.op.keyword != "conv" or map_of(layer) is not None or len(stage.reads) != 1:
        return False
    op, read = layer.op, stages[stage.reads[0]].main.shape
    whole = getattr(op, "groups", 1) == 1 and getattr(op, "connect", None) is None
    return whole and tuple(getattr(op, "kernel", ())) == tuple(read[-2:])
