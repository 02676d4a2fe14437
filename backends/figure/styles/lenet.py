"""The figure of LeNet-5 of 1998: stacks of planes, receptive fields with rays, slanted bars.

Source: LeCun, Bottou, Bengio, Haffner: Gradient-based learning applied to document recognition. Proc. IEEE 86(11),
1998, figure 2.
"""

from __future__ import annotations

from collections.abc import Iterator

from .. import text
from ..colouring import Colouring, colouring
from ..heading import Legend, heading, titled
from ..options import Options, Page
from ..picture import Picture
from ..planes.bodies import SIZE
from ..planes.chain import Chain
from ..planes.grid import Grid, grid_cells
from ..planes.plans import LARGE, SHRINKS, Plan, best, plans_of
from ..planes.repeats import repeats_of
from ..planes.sizes import bodies_of, note_of
from ..planes.stages import Stage, is_chain, map_of, stages_of
from ..planes.strip import Drawn
from ..planes.words import LINE, Wording, centred, labels_of
from ..scene import Group, Part, Scene
from ..transform import Move
from .style import Style

MARGIN = 12.0
NOTE = 2 * SIZE
"""Height of the line about the scale, with the space above it."""
WORDINGS: dict[Wording, float] = {"full": 1.0, "brief": 0.8, "line": 0.7, "terse": 0.5}
"""What the wordings are worth: so much smaller may the shapes be to avoid the next one."""


def scene(picture: Picture, options: Options, page: Page) -> Scene:
    """The graph as planes and bars."""
    colours = colouring(picture, options.colour) if options.colour not in ("auto", "none") else None
    legend = _legend(picture, colours) if colours else ()
    head = heading(picture.graph, legend, options, MARGIN, MARGIN, page.width)
    drawn = _drawn(picture, options, page, (2 * MARGIN, head.height + 2 * MARGIN + NOTE * options.scale_note))
    head = heading(picture.graph, legend, options, MARGIN, MARGIN, drawn.width)
    shapes = (*drawn.beneath, *_boxes(picture, colours, drawn), *drawn.shapes)
    made = (*head.shapes, *Move(1.0, MARGIN, MARGIN + head.height).shapes(shapes))
    size = max(drawn.width, head.width) + 2 * MARGIN, drawn.height + head.height + 2 * MARGIN
    return titled(picture.graph, *size, made)


def _legend(picture: Picture, colours: Colouring) -> Legend:
    """What the colours mean that are seen: followers have none of their own."""
    seen = {colours.roles[stage.layer.name] for stage in stages_of(picture.drawn)[1] if stage.layer}
    return colours.legend_of(seen)


def _drawn(picture: Picture, options: Options, page: Page, around: tuple[float, float]) -> Drawn:
    """The net in the sizes and rows that suit the page."""
    items, stages = stages_of(picture.drawn)
    repeats = repeats_of(stages, picture.drawn, picture.repeats)
    chained = is_chain(stages) and items.devices == (None,)
    grids = [] if chained else grid_cells(stages, items.devices)
    plans: list[Plan] = []
    large = len(stages) >= LARGE
    for wording, worth in list(WORDINGS.items())[-1 if large else 0 :]:
        labels = labels_of(stages, options.labels, wording)
        for shrink in SHRINKS[-1 if large else 0 :]:
            bodies = bodies_of(stages, options.scale, shrink)
            if chained:
                plans += plans_of(Chain(stages, bodies, labels, repeats), shrink * worth)
            for cells in grids:
                plans += plans_of(Grid(stages, bodies, labels, items.devices, repeats, cells), shrink * worth)
    drawn = best(plans, page, around, large)
    return _noted(drawn, note_of(stages, options.scale)) if options.scale_note else drawn


def _noted(drawn: Drawn, words: str) -> Drawn:
    """With a line about the scale below."""
    note = Group("note", centred((words,), text.width(words, SIZE) / 2, drawn.height + NOTE - LINE), title=words)
    width = max(drawn.width, text.width(words, SIZE))
    return drawn._replace(shapes=[*drawn.shapes, note], width=width, height=drawn.height + NOTE)


def _boxes(picture: Picture, colours: Colouring | None, drawn: Drawn) -> Iterator[Group]:
    for stage, body, x, y in drawn.placed:
        part: Part = stage.main.kind
        shapes = tuple(body.shapes(x, y, _role(stage, colours)))
        shown = picture.nodes_of(*(node.name for node in stage.nodes))
        yield Group(part, shapes, stage.title, stage.main.name, stage.main.device, stands_for=shown)


def _role(stage: Stage, colours: Colouring | None) -> str:
    if stage.main.kind == "transfer":
        return "transfer"
    if colours and stage.layer:
        return colours.roles[stage.layer.name]
    return "plane" if map_of(stage.main) else "bar"


STYLE = Style(scene, heeds=frozenset({"scale", "scale_note", "colour", "labels", "legend"}), labels=("name", "shape"))
